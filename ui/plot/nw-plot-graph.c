/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-graph.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MARGIN 14.0
#define PORT   3.5

/* Canvas to drawing: place = offset + scale · canvas. */
typedef struct {
  double scale, x, y;
} View;

static void
find_bounds(const NwPlotGraph *data, NwPlotRect *bounds)
{
  double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;

  for (guint i = 0; i < data->n_boxes; i++) {
    const NwPlotBox *box = &data->boxes[i];

    left = MIN(left, box->x);
    top = MIN(top, box->y);
    right = MAX(right, box->x + box->width);
    bottom = MAX(bottom, box->y + box->height);
  }
  *bounds = (NwPlotRect){left, top, right - left, bottom - top};
}

static View
fit(const NwPlotGraph *data, const NwPlotRect *area)
{
  double margin = MIN(MARGIN, MIN(area->width, area->height) / 10);
  NwPlotRect b;
  View view;

  find_bounds(data, &b);
  view.scale = MIN((area->width - 2 * margin) / MAX(b.width, 1),
                   (area->height - 2 * margin) / MAX(b.height, 1));
  view.scale = CLAMP(view.scale, 1e-6, 1);
  view.x = area->x + (area->width - view.scale * b.width) / 2 - view.scale * b.x;
  view.y = area->y + (area->height - view.scale * b.height) / 2 - view.scale * b.y;
  return view;
}

static NwPlotRect
place_box(const NwPlotBox *box, const View *view)
{
  return (NwPlotRect){
      round(view->x + view->scale * box->x) + 0.5, round(view->y + view->scale * box->y) + 0.5,
      MAX(round(view->scale * box->width), 2), MAX(round(view->scale * box->height), 2)};
}

static void
find_ends(const NwPlotGraph *data, const NwPlotWire *wire, const View *view, double *x1, double *y1,
          double *x2, double *y2)
{
  NwPlotRect from = place_box(&data->boxes[wire->from], view);
  NwPlotRect to = place_box(&data->boxes[wire->to], view);

  double leaves = (wire->from_port + 1.0) / (wire->n_from_ports + 1.0);
  double enters = (wire->to_port + 1.0) / (wire->n_to_ports + 1.0);

  *x1 = from.x + from.width * (data->is_upright ? leaves : 1);
  *y1 = from.y + from.height * (data->is_upright ? 1 : leaves);
  *x2 = to.x + to.width * (data->is_upright ? enters : 0);
  *y2 = to.y + to.height * (data->is_upright ? 0 : enters);
}

static gboolean
wire_is_whole(const NwPlotGraph *data, const NwPlotWire *wire)
{
  return wire->from < data->n_boxes && wire->to < data->n_boxes;
}

static void
draw_wire(cairo_t *cr, const NwPlotGraph *data, const NwPlotWire *wire, const View *view,
          const NwPlotTheme *theme)
{
  double x1, y1, x2, y2, along, reach;

  find_ends(data, wire, view, &x1, &y1, &x2, &y2);
  along = data->is_upright ? y2 - y1 : x2 - x1;
  reach = MAX(fabs(along) / 2, along < 0 ? 60 * view->scale : 0);
  cairo_move_to(cr, x1, y1);
  if (data->is_upright)
    cairo_curve_to(cr, x1, y1 + reach, x2, y2 - reach, x2, y2);
  else
    cairo_curve_to(cr, x1 + reach, y1, x2 - reach, y2, x2, y2);
  cairo_set_line_width(cr, view->scale > 0.5 ? 1.75 : 1);
  nw_plot_color_set(cr, nw_plot_color_mix(theme->paper, theme->text, 0.5));
  cairo_stroke(cr);
}

/* The shape in a pill on the middle of the wire; left out where it would not fit between the boxes.
 */
static void
draw_wire_label(cairo_t *cr, const NwPlotGraph *data, const NwPlotWire *wire, const View *view,
                const NwPlotTheme *theme)
{
  NwPlotTextStyle style = {.size = MAX(theme->small_size * view->scale, 1),
                           .color = theme->dim,
                           .align_x = 0.5,
                           .align_y = 0.5};
  double x1, y1, x2, y2;
  NwPlotRect size, pill;

  if (wire->label == NULL || style.size < 6)
    return;
  find_ends(data, wire, view, &x1, &y1, &x2, &y2);
  size = nw_plot_text_measure(theme, wire->label, &style);
  if (data->is_upright ? size.height + 8 > y2 - y1 : size.width + 12 > x2 - x1)
    return;
  pill = (NwPlotRect){(x1 + x2 - size.width) / 2 - 4, (y1 + y2 - size.height) / 2 - 1,
                      size.width + 8, size.height + 2};
  nw_plot_rounded_rectangle(cr, pill, 5);
  nw_plot_color_set(cr, theme->paper);
  cairo_fill_preserve(cr);
  cairo_set_line_width(cr, 1);
  nw_plot_color_set(cr, theme->grid);
  cairo_stroke(cr);
  nw_plot_text(cr, theme, (x1 + x2) / 2, (y1 + y2) / 2, wire->label, &style);
}

static void
draw_port(cairo_t *cr, double x, double y, const View *view, const NwPlotTheme *theme)
{
  if (view->scale < 0.45)
    return;
  nw_plot_color_set(cr, nw_plot_color_mix(theme->paper, theme->text, 0.5));
  nw_plot_dot(cr, x, y, PORT * view->scale + 0.5);
  nw_plot_color_set(cr, theme->paper);
  nw_plot_dot(cr, x, y, PORT * view->scale - 0.75);
}

static void
draw_box(cairo_t *cr, const NwPlotBox *box, const View *view, const NwPlotTheme *theme)
{
  NwPlotRect r = place_box(box, view);
  double name_size = (theme->text_size + 1) * view->scale;
  double text_size = theme->small_size * view->scale;
  double pad = 9 * view->scale, square = 8 * view->scale, middle;
  gboolean has_text = name_size >= 4.5, has_line;

  nw_plot_rounded_rectangle(cr, r, 7 * view->scale);
  nw_plot_color_set(cr, has_text
                            ? nw_plot_color_mix(theme->paper, theme->text, theme->dark ? 0.06 : 0)
                            : nw_plot_color_mix(theme->paper, box->color, 0.8));
  cairo_fill_preserve(cr);
  cairo_set_line_width(cr, 1);
  nw_plot_color_set(cr, theme->axis);
  cairo_stroke(cr);
  if (!has_text)
    return;
  has_line = box->description != NULL && *box->description != '\0' && r.height >= 2.6 * name_size;
  middle = has_line ? r.y + r.height / 2 - 0.72 * name_size : r.y + r.height / 2;
  nw_plot_rounded_rectangle(cr, (NwPlotRect){r.x + pad, middle - square / 2, square, square},
                            2 * view->scale);
  nw_plot_color_set(cr, box->color);
  cairo_fill(cr);
  nw_plot_text(cr, theme, r.x + pad + square + 5 * view->scale, middle, box->name,
               &(NwPlotTextStyle){.size = name_size,
                                  .bold = TRUE,
                                  .align_y = 0.5,
                                  .max_width = MAX(r.width - 2 * pad - square, 1)});
  if (has_line)
    nw_plot_text(cr, theme, r.x + pad, middle + 1.45 * name_size, box->description,
                 &(NwPlotTextStyle){.size = text_size,
                                    .color = theme->dim,
                                    .align_y = 0.5,
                                    .max_width = MAX(r.width - 2 * pad + 4, 1)});
}

void
nw_plot_graph_draw(const NwPlotGraph *data, cairo_t *cr, double width, double height,
                   const NwPlotTheme *theme)
{
  NwPlotRect area;
  View view;

  if (data->n_boxes == 0) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle,
                       data->empty != NULL ? data->empty : _("Nothing drawn yet"));
    return;
  }
  area = nw_plot_begin(cr, width, height, theme, data->title, data->subtitle);
  view = fit(data, &area);
  for (guint i = 0; i < data->n_wires; i++)
    if (wire_is_whole(data, &data->wires[i]))
      draw_wire(cr, data, &data->wires[i], &view, theme);
  for (guint i = 0; i < data->n_boxes; i++)
    draw_box(cr, &data->boxes[i], &view, theme);
  for (guint i = 0; i < data->n_wires; i++) {
    double x1, y1, x2, y2;

    if (!wire_is_whole(data, &data->wires[i]))
      continue;
    find_ends(data, &data->wires[i], &view, &x1, &y1, &x2, &y2);
    draw_port(cr, x1, y1, &view, theme);
    draw_port(cr, x2, y2, &view, theme);
    draw_wire_label(cr, data, &data->wires[i], &view, theme);
  }
}

void
nw_plot_graph_get_size(const NwPlotGraph *data, const NwPlotTheme *theme, double *width,
                       double *height)
{
  NwPlotRect bounds = {0, 0, 200, 80}, content = nw_plot_content(1e4, 1e4, theme, data->title);

  if (data->n_boxes > 0)
    find_bounds(data, &bounds);
  *width = ceil(bounds.width + 2 * MARGIN + 1e4 - content.width);
  *height = ceil(bounds.height + 2 * MARGIN + 1e4 - content.height);
}

char *
nw_plot_graph_read_out(const NwPlotGraph *data, double x, double y, double width, double height,
                       const NwPlotTheme *theme)
{
  NwPlotRect area = nw_plot_content(width, height, theme, data->title);
  View view = data->n_boxes > 0 ? fit(data, &area) : (View){1, 0, 0};

  for (guint i = data->n_boxes; i-- > 0;) {
    NwPlotRect place = place_box(&data->boxes[i], &view);

    if (!nw_plot_rect_contains(&place, x, y))
      continue;
    if (data->boxes[i].description == NULL)
      return g_strdup(data->boxes[i].name);
    return g_strdup_printf("%s\n%s", data->boxes[i].name, data->boxes[i].description);
  }
  return NULL;
}

char *
nw_plot_graph_describe(const NwPlotGraph *data)
{
  g_autoptr(GString) words = g_string_new(NULL);

  if (data->n_boxes == 0)
    return g_strdup(data->empty != NULL ? data->empty : _("Nothing drawn yet"));
  g_string_append_printf(words, _("%u nodes and %u wires: "), data->n_boxes, data->n_wires);
  for (guint i = 0; i < data->n_boxes && i < 24; i++)
    g_string_append_printf(words, "%s%s", i > 0 ? ", " : "", data->boxes[i].name);
  if (data->n_boxes > 24)
    g_string_append(words, ", …");
  return g_string_free(g_steal_pointer(&words), FALSE);
}

void
nw_plot_graph_write_csv(const NwPlotGraph *data, GString *out)
{
  g_string_append(out, "from,to,shape\n");
  for (guint i = 0; i < data->n_wires; i++) {
    if (!wire_is_whole(data, &data->wires[i]))
      continue;
    nw_plot_csv_text(out, data->boxes[data->wires[i].from].name);
    g_string_append_c(out, ',');
    nw_plot_csv_text(out, data->boxes[data->wires[i].to].name);
    g_string_append_c(out, ',');
    nw_plot_csv_text(out, data->wires[i].label);
    g_string_append_c(out, '\n');
  }
}

const NwPlotKind nw_plot_graph_kind =
    NW_PLOT_KIND("graph", nw_plot_graph, NW_PLOT_READ_OUT(nw_plot_graph));
