/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-decimate.h"

#include <math.h>
#include <string.h>

/* ── points ──────────────────────────────────────────────────────────────────────────────────── */

double
nw_plot_points_get_x(const NwPlotPoints *points, gsize i)
{
  if (points->x != NULL)
    return points->x[i];
  return points->x_trace != NULL ? nw_plot_trace_get(points->x_trace, i)
                                 : points->x0 + i * points->dx;
}

double
nw_plot_points_get_y(const NwPlotPoints *points, gsize i)
{
  return points->trace != NULL ? nw_plot_trace_get(points->trace, i) : points->y[i];
}

void
nw_plot_points_read(const NwPlotPoints *points, gsize from, gsize n, double *out)
{
  if (points->trace != NULL)
    nw_plot_trace_read(points->trace, from, n, out);
  else if (n > 0)
    memcpy(out, points->y + from, n * sizeof *out);
}

gsize
nw_plot_points_find(const NwPlotPoints *points, double at)
{
  gsize low = 0, high = points->n;

  if (points->x == NULL && points->x_trace != NULL)
    return MIN(nw_plot_trace_find(points->x_trace, at), points->n);
  while (low < high) {
    gsize middle = low + (high - low) / 2;
    if (nw_plot_points_get_x(points, middle) < at)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

gboolean
nw_plot_points_get_range(const NwPlotPoints *points, gsize from, gsize to, gboolean only_positive,
                         double *min, double *max)
{
  if (points->trace != NULL)
    return only_positive ? nw_plot_trace_get_positive(points->trace, from, to, min, max)
                         : nw_plot_trace_get_range(points->trace, from, to, min, max);
  *min = INFINITY;
  *max = -INFINITY;
  for (gsize i = from; i < to; i++) {
    double y = points->y[i];

    if (!isfinite(y) || (only_positive && y <= 0))
      continue;
    *min = MIN(*min, y);
    *max = MAX(*max, y);
  }
  return *min <= *max;
}

gboolean
nw_plot_points_get_ends(const NwPlotPoints *points, gsize *first, gsize *last)
{
  gsize low = 0, high = points->n;
  double min, max;

  if (!nw_plot_points_get_range(points, 0, points->n, FALSE, &min, &max))
    return FALSE;
  while (low + 1 < high) { /* there is a number in [low, high), and none before */
    gsize middle = low + (high - low) / 2;
    if (nw_plot_points_get_range(points, low, middle, FALSE, &min, &max))
      high = middle;
    else
      low = middle;
  }
  *first = low;
  high = points->n;
  while (low + 1 < high) { /* … and none behind */
    gsize middle = low + (high - low) / 2;
    if (nw_plot_points_get_range(points, middle, high, FALSE, &min, &max))
      low = middle;
    else
      high = middle;
  }
  *last = low;
  return TRUE;
}

/* ── columns ─────────────────────────────────────────────────────────────────────────────────── */

/* Where one column's line goes on in the other: inside the first, as near to the second as can be.
 */
static double
end_towards(const NwPlotColumn *column, const NwPlotColumn *other)
{
  if (other == NULL || other->min > other->max)
    return column->min + (column->max - column->min) / 2;
  return CLAMP(other->min + (other->max - other->min) / 2, column->min, column->max);
}

/* The ends of columns with so many points that nobody could see which is the first. */
static void
end_full_columns(NwPlotColumn *columns, gsize n)
{
  for (gsize c = 0; c < n; c++) {
    if (columns[c].n <= NW_PLOT_BLOCK || columns[c].min > columns[c].max)
      continue;
    columns[c].first = end_towards(&columns[c], c > 0 ? &columns[c - 1] : NULL);
    columns[c].last = end_towards(&columns[c], c + 1 < n ? &columns[c + 1] : NULL);
  }
}

gsize
nw_plot_decimate(const NwPlotPoints *points, const NwPlotScale *x, NwPlotColumn *columns,
                 gsize n_columns)
{
  gsize used = 0, from = nw_plot_points_find(points, nw_plot_scale_unmap(x, x->from));

  for (gsize c = 0; c < n_columns; c++) {
    /* The last column is closed on the right: the newest point often sits on the end of the axis.
     */
    double end = c + 1 < n_columns ? nw_plot_scale_unmap(x, x->from + c + 1)
                                   : nextafter(nw_plot_scale_unmap(x, x->from + c + 1), INFINITY);
    gsize to = MAX(nw_plot_points_find(points, end), from);

    columns[c] = (NwPlotColumn){INFINITY, -INFINITY, NAN, NAN, to - from};
    used += nw_plot_points_get_range(points, from, to, FALSE, &columns[c].min, &columns[c].max);
    if (to > from && to - from <= NW_PLOT_BLOCK) {
      columns[c].first = nw_plot_points_get_y(points, from);
      columns[c].last = nw_plot_points_get_y(points, to - 1);
    }
    from = to;
  }
  end_full_columns(columns, n_columns);
  return used;
}

/* Half way to the neighbour, so that two columns meet and neither reaches further than the line
 * between their points does. NaN next to a gap. */
static double
meeting(const NwPlotColumn *left, const NwPlotColumn *right)
{
  return left->n > 0 && right->n > 0 ? left->last + (right->first - left->last) / 2 : NAN;
}

/* Comparisons with NaN are false. */
static void
reach(double *min, double *max, double value)
{
  if (value < *min)
    *min = value;
  if (value > *max)
    *max = value;
}

gsize
nw_plot_columns_path(cairo_t *cr, const NwPlotColumn *columns, gsize n, double left,
                     const NwPlotScale *y, double line_width)
{
  gsize drawn = 0;

  for (gsize c = 0; c < n; c++) {
    double min = columns[c].min, max = columns[c].max, top, bottom;

    if (min > max)
      continue;
    if (c > 0)
      reach(&min, &max, meeting(&columns[c - 1], &columns[c]));
    if (c + 1 < n)
      reach(&min, &max, meeting(&columns[c], &columns[c + 1]));
    top = nw_plot_scale_map(y, max) - line_width / 2;
    bottom = nw_plot_scale_map(y, min) + line_width / 2;
    nw_plot_crisp_rectangle(cr, left + c, top, 1, bottom - top);
    drawn++;
  }
  return drawn;
}
