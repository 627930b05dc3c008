/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-spark.h"

#include <adwaita.h>

#include "nw-plot-sparkline.h"

struct _NwSpark {
  GtkWidget parent;

  double *values;
  gsize n;
  guint color;
};

G_DEFINE_FINAL_TYPE(NwSpark, nw_spark, GTK_TYPE_WIDGET)

void
nw_spark_set(NwSpark *self, const double *values, gsize n, guint color, const char *name)
{
  g_autofree char *description = NULL;
  NwPlotSparkline plot = {.name = name, .values = values, .n = n};

  g_return_if_fail(NW_IS_SPARK(self));

  g_free(self->values);
  self->values = g_memdup2(values, n * sizeof *values);
  self->n = n;
  self->color = color;
  description = nw_plot_sparkline_describe(&plot);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, description,
                                 -1);
  gtk_widget_queue_draw(GTK_WIDGET(self));
}

static void
nw_spark_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  NwSpark *self = NW_SPARK(widget);
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  NwPlotTheme theme =
      *nw_plot_theme_get(adw_style_manager_get_dark(adw_style_manager_get_default()));
  NwPlotSparkline plot = {
      .values = self->values, .n = self->n, .color = self->color, .has_dot = TRUE};
  cairo_t *cr;

  if (self->n == 0)
    return;
  theme.background.alpha = 0;
  cr = gtk_snapshot_append_cairo(snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));
  nw_plot_sparkline_draw(&plot, cr, width, height, &theme);
  cairo_destroy(cr);
}

static void
nw_spark_finalize(GObject *object)
{
  g_free(NW_SPARK(object)->values);
  G_OBJECT_CLASS(nw_spark_parent_class)->finalize(object);
}

static void
nw_spark_class_init(NwSparkClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_spark_finalize;
  GTK_WIDGET_CLASS(class)->snapshot = nw_spark_snapshot;
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_IMG);
}

static void
nw_spark_init(NwSpark *self)
{
  gtk_widget_set_size_request(GTK_WIDGET(self), 72, 22);
}

GtkWidget *
nw_spark_new(void)
{
  return g_object_new(NW_TYPE_SPARK, NULL);
}
