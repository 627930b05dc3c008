/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-thumbnail.h"

#include <math.h>

#include "nw-plot-text.h"

#define WIDTH    200
#define HEIGHT   64
#define LARGEST  0.26 /* pixels per canvas unit: small networks stay small */
#define SMALLEST 2.0  /* pixels of a side of a box */

struct _NwThumbnail {
  GtkWidget parent;

  NwModelDrawing *drawing;
};

G_DEFINE_FINAL_TYPE(NwThumbnail, nw_thumbnail, GTK_TYPE_WIDGET)

/* Everything, at the left and in the middle of the height. */
static void
fit(cairo_t *cr, const NwPlotGraph *graph, double width, double height)
{
  double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY, scale;

  for (guint i = 0; i < graph->n_boxes; i++) {
    const NwPlotBox *box = &graph->boxes[i];

    left = MIN(left, box->x);
    top = MIN(top, box->y);
    right = MAX(right, box->x + box->width);
    bottom = MAX(bottom, box->y + box->height);
  }
  scale = MIN(LARGEST, MIN(width / (right - left), height / (bottom - top)));
  cairo_translate(cr, 0, (height - scale * (bottom - top)) / 2);
  cairo_scale(cr, scale, scale);
  cairo_translate(cr, -left, -top);
}

static void
draw_wire(cairo_t *cr, const NwPlotBox *from, const NwPlotBox *to)
{
  double x1 = from->x + from->width, y1 = from->y + from->height / 2;
  double x2 = to->x, y2 = to->y + to->height / 2, middle = (x1 + x2) / 2;

  cairo_move_to(cr, x1, y1);
  cairo_curve_to(cr, middle, y1, middle, y2, x2, y2);
}

static void
nw_thumbnail_snapshot(GtkWidget *widget, GtkSnapshot *snapshot)
{
  const NwPlotGraph *graph = nw_model_drawing_get_plot(NW_THUMBNAIL(widget)->drawing);
  int width = gtk_widget_get_width(widget), height = gtk_widget_get_height(widget);
  GdkRGBA ink;
  cairo_t *cr;
  double pixel, unused = 0;

  if (graph->n_boxes == 0)
    return;
  gtk_style_context_get_color(gtk_widget_get_style_context(widget), &ink);
  cr = gtk_snapshot_append_cairo(snapshot, &GRAPHENE_RECT_INIT(0, 0, (float)width, (float)height));
  fit(cr, graph, width, height);
  pixel = 1;
  cairo_device_to_user_distance(cr, &pixel, &unused);

  for (guint i = 0; i < graph->n_wires; i++)
    draw_wire(cr, &graph->boxes[graph->wires[i].from], &graph->boxes[graph->wires[i].to]);
  ink.alpha *= 0.4f;
  gdk_cairo_set_source_rgba(cr, &ink);
  cairo_set_line_width(cr, 1.5 * pixel);
  cairo_stroke(cr);

  for (guint i = 0; i < graph->n_boxes; i++) {
    const NwPlotBox *box = &graph->boxes[i];
    NwPlotRect rect = {box->x, box->y, MAX(box->width, SMALLEST * pixel),
                       MAX(box->height, SMALLEST * pixel)};

    nw_plot_rounded_rectangle(cr, rect, 3 * pixel);
    nw_plot_color_set(cr, box->color);
    cairo_fill(cr);
  }
  cairo_destroy(cr);
}

static void
nw_thumbnail_finalize(GObject *object)
{
  nw_model_drawing_free(NW_THUMBNAIL(object)->drawing);
  G_OBJECT_CLASS(nw_thumbnail_parent_class)->finalize(object);
}

static void
nw_thumbnail_class_init(NwThumbnailClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_thumbnail_finalize;
  GTK_WIDGET_CLASS(class)->snapshot = nw_thumbnail_snapshot;
  /* The card it stands on says in words what it shows. */
  gtk_widget_class_set_accessible_role(GTK_WIDGET_CLASS(class), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
nw_thumbnail_init(NwThumbnail *self)
{
  gtk_widget_set_size_request(GTK_WIDGET(self), WIDTH, HEIGHT);
}

GtkWidget *
nw_thumbnail_new(NwModelDrawing *drawing)
{
  NwThumbnail *self = g_object_new(NW_TYPE_THUMBNAIL, NULL);

  self->drawing = drawing;
  return GTK_WIDGET(self);
}
