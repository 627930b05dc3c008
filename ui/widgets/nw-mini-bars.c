/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-mini-bars.h"

#define MAX_BARS 40

struct _NwMiniBars {
  GtkWidget parent;

  gsize n;
  float share[MAX_BARS]; /* of the tallest */
};

G_DEFINE_FINAL_TYPE(NwMiniBars, nw_mini_bars, GTK_TYPE_WIDGET)

void
nw_mini_bars_set_counts(NwMiniBars *self, const gsize *counts, gsize n, const char *description)
{
  gsize most = 1;

  g_return_if_fail(NW_IS_MINI_BARS(self));

  self->n = MIN(n, MAX_BARS);
  for (gsize i = 0; i < self->n; i++)
    most = MAX(most, counts[i]);
  for (gsize i = 0; i < self->n; i++)
    self->share[i] = (float)counts[i] / (float)most;
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, description,
                                 -1);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
nw_mini_bars_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  NwMiniBars *self = NW_MINI_BARS(widget);
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  float step = self->n ? (float)width / (float)self->n : 0;
  float gap = step > 4 ? 1 : 0;
  GdkRGBA color;

  gtk_style_context_get_color(gtk_widget_get_style_context(widget), &color);
  for (gsize i = 0; i < self->n; i++) {
    float tall = self->share[i] > 0 ? MAX(1, self->share[i] * (float)height) : 0;
    graphene_rect_t bar =
        GRAPHENE_RECT_INIT((float)i * step, (float)height - tall, step - gap, tall);

    if (tall > 0)
      gtk_snapshot_append_color(snapshot, &color, &bar);
  }
}

static void
nw_mini_bars_class_init(NwMiniBarsClass *class)
{
  GTK_WIDGET_CLASS(class)->snapshot = nw_mini_bars_snapshot;
  gtk_widget_class_set_css_name(GTK_WIDGET_CLASS(class), "nwminibars");
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_IMG);
}

static void
nw_mini_bars_init(NwMiniBars *self)
{
  gtk_widget_set_size_request(GTK_WIDGET(self), 60, 22);
}

GtkWidget *
nw_mini_bars_new(void)
{
  return g_object_new(NW_TYPE_MINI_BARS, NULL);
}
