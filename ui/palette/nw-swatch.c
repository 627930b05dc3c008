/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-swatch.h"

#define SIZE 10

struct _NwSwatch {
  GtkWidget parent_instance;
  GdkRGBA color;
};

G_DEFINE_FINAL_TYPE(NwSwatch, nw_swatch, GTK_TYPE_WIDGET)

static void
nw_swatch_measure(GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
nw_swatch_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  GskRoundedRect rect;
  float x = (gtk_widget_get_width(widget) - SIZE) / 2;
  float y = (gtk_widget_get_height(widget) - SIZE) / 2;

  gsk_rounded_rect_init_from_rect(&rect, &GRAPHENE_RECT_INIT(x, y, SIZE, SIZE), 3);
  gtk_snapshot_push_rounded_clip(snapshot, &rect);
  gtk_snapshot_append_color(snapshot, &NW_SWATCH(widget)->color, &rect.bounds);
  gtk_snapshot_pop(snapshot);
}

static void
nw_swatch_class_init(NwSwatchClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(class);

  widget_class->measure = nw_swatch_measure;
  widget_class->snapshot = nw_swatch_snapshot;
  gtk_widget_class_set_accessible_role(widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
nw_swatch_init(NwSwatch *swatch)
{
}

GtkWidget *
nw_swatch_new(const GdkRGBA *color)
{
  NwSwatch *swatch = g_object_new(NW_TYPE_SWATCH, "valign", GTK_ALIGN_CENTER, NULL);

  nw_swatch_set_color(swatch, color);
  return GTK_WIDGET(swatch);
}

void
nw_swatch_set_color(NwSwatch *swatch, const GdkRGBA *color)
{
  swatch->color = *color;
  gtk_widget_queue_draw(GTK_WIDGET(swatch));
}
