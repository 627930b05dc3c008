/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-share-bar.h"

#include <adwaita.h>
#include <math.h>

#include "nw-plot-theme.h"

struct _NwShareBar {
  GtkWidget parent;

  double share;
  gboolean strong;
};

G_DEFINE_FINAL_TYPE(NwShareBar, nw_share_bar, GTK_TYPE_WIDGET)

void
nw_share_bar_set(NwShareBar *self, double share, gboolean strong)
{
  g_return_if_fail(NW_IS_SHARE_BAR(self));

  if (share == self->share && strong == self->strong)
    return;
  self->share = share;
  self->strong = strong;
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
append(GtkSnapshot *snapshot, NwPlotColor color, float width, float height)
{
  const GdkRGBA rgba = {(float)color.red, (float)color.green, (float)color.blue,
                        (float)color.alpha};

  gtk_snapshot_append_color(snapshot, &rgba, &GRAPHENE_RECT_INIT(0, 0, width, height));
}

static void
nw_share_bar_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  NwShareBar *self = NW_SHARE_BAR(widget);
  gboolean dark = adw_style_manager_get_dark(adw_style_manager_get_default());
  const NwPlotTheme *theme = nw_plot_theme_get(dark);
  float width = (float)gtk_widget_get_width(widget);
  float height = (float)gtk_widget_get_height(widget);

  append(snapshot, nw_plot_color_fade(theme->text, 0.1), width, height);
  if (self->share > 0)
    append(snapshot,
           self->strong ? nw_plot_theme_color(theme, 0) : nw_plot_color_fade(theme->text, 0.45),
           MAX(1, roundf((float)MIN(self->share, 1) * width)), height);
}

static void
nw_share_bar_class_init(NwShareBarClass *class)
{
  GTK_WIDGET_CLASS(class)->snapshot = nw_share_bar_snapshot;
  gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "nwsharebar");
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
nw_share_bar_init(NwShareBar *self)
{
  self->share = NAN;
  gtk_widget_set_size_request(GTK_WIDGET(self), 80, 10);
  gtk_widget_set_valign(GTK_WIDGET(self), GTK_ALIGN_CENTER);
}

GtkWidget *
nw_share_bar_new(void)
{
  return g_object_new(NW_TYPE_SHARE_BAR, NULL);
}
