/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-line.h"

#include <math.h>

#define DENSE   2.0 /* points per pixel from which on columns are drawn */
#define MAX_INK 6.0 /* pixels of zigzag per column up to which a stroke is cheap, and prettier */

/* Begins a new line after each gap. */
typedef struct {
  cairo_t *cr;
  gboolean is_down;
} Pen;

static void
pen_to(Pen *pen, double x, double y)
{
  if (pen->is_down)
    cairo_line_to(pen->cr, x, y);
  else
    cairo_move_to(pen->cr, x, y);
  pen->is_down = TRUE;
}

static void
draw_each(cairo_t *cr, const NwPlotPoints *points, gsize from, gsize to, const NwPlotScale *x,
          const NwPlotScale *y)
{
  Pen pen = {cr};
  g_autofree double *values = g_new(double, MAX(to, from) - from + 1);

  nw_plot_points_read(points, from, MAX(to, from) - from, values);
  for (gsize i = from; i < to; i++) {
    double value = values[i - from], at, level;
    gboolean is_alone = !pen.is_down && (i + 1 >= to || !isfinite(values[i + 1 - from]));

    if (!isfinite(value)) {
      pen.is_down = FALSE;
      continue;
    }
    at = nw_plot_scale_map(x, nw_plot_points_get_x(points, i));
    level = nw_plot_scale_map(y, value);
    pen_to(&pen, at, level);
    if (is_alone)
      pen_to(&pen, at + cairo_get_line_width(cr) / 2, level);
  }
  cairo_stroke(cr);
}

/* Pixels that a zigzag through all extremes would travel. */
static double
measure_ink(const NwPlotColumn *columns, gsize n, const NwPlotScale *y)
{
  double ink = 0;

  for (gsize c = 0; c < n; c++)
    if (columns[c].min <= columns[c].max)
      ink += fabs(nw_plot_scale_map(y, columns[c].min) - nw_plot_scale_map(y, columns[c].max));
  return ink;
}

/* Per column both extremes and the last point; the middle of them where they are less than a pixel
 * apart. The same pixels as all points would give, but smooth. */
static void
draw_zigzag(cairo_t *cr, const NwPlotColumn *columns, gsize n, double left, const NwPlotScale *y)
{
  Pen pen = {cr};

  for (gsize c = 0; c < n; c++) {
    const NwPlotColumn *column = &columns[c];
    double x = left + c + 0.5, low, high;

    if (column->n == 0)
      continue;
    if (column->min > column->max || isnan(column->first))
      pen.is_down = FALSE;
    if (column->min > column->max)
      continue;
    low = nw_plot_scale_map(y, column->min);
    high = nw_plot_scale_map(y, column->max);
    if (fabs(low - high) <= 1) {
      pen_to(&pen, x, (low + high) / 2);
    } else {
      pen_to(&pen, x, low);
      pen_to(&pen, x, high);
      if (!isnan(column->last))
        pen_to(&pen, x, nw_plot_scale_map(y, column->last));
    }
    if (isnan(column->last))
      pen.is_down = FALSE;
  }
  cairo_stroke(cr);
}

static void
draw_columns(cairo_t *cr, const NwPlotPoints *points, const NwPlotScale *x, const NwPlotScale *y)
{
  gsize n = (gsize)MAX(x->to - x->from, 1);
  g_autofree NwPlotColumn *columns = g_new(NwPlotColumn, n);

  nw_plot_decimate(points, x, columns, n);
  if (measure_ink(columns, n, y) <= MAX_INK * n) {
    draw_zigzag(cr, columns, n, x->from, y);
    return;
  }
  cairo_save(cr);
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_NONE);
  nw_plot_columns_path(cr, columns, n, x->from, y, cairo_get_line_width(cr));
  cairo_fill(cr);
  cairo_restore(cr);
}

void
nw_plot_line(cairo_t *cr, const NwPlotPoints *points, const NwPlotScale *x, const NwPlotScale *y)
{
  gsize from = nw_plot_points_find(points, x->low);
  gsize to = nw_plot_points_find(points, nextafter(x->high, INFINITY));

  if (to - from > DENSE * (x->to - x->from)) {
    draw_columns(cr, points, x, y);
    return;
  }
  /* One point more on each side: the line leaves the plot through its edge. */
  draw_each(cr, points, from > 0 ? from - 1 : 0, MIN(to + 1, points->n), x, y);
}
