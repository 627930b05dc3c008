/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-decimate.h"

#include <math.h>

#define FAN        16
#define MAX_LEVELS 16

typedef struct {
  double min, max; /* +∞, −∞: nothing */
} Range;

struct _NwPlotTrace {
  GArray *values; /* double */
  GArray
      *levels[MAX_LEVELS]; /* Range; level k: one per FAN^(k+1) values, the last one unfinished */
};

static const Range nothing = {INFINITY, -INFINITY};

NwPlotTrace *
nw_plot_trace_new(void)
{
  NwPlotTrace *trace = g_new0(NwPlotTrace, 1);

  trace->values = g_array_new(FALSE, FALSE, sizeof(double));
  for (guint k = 0; k < MAX_LEVELS; k++)
    trace->levels[k] = g_array_new(FALSE, FALSE, sizeof(Range));
  return trace;
}

void
nw_plot_trace_free(NwPlotTrace *trace)
{
  if (trace == NULL)
    return;
  g_array_unref(trace->values);
  for (guint k = 0; k < MAX_LEVELS; k++)
    g_array_unref(trace->levels[k]);
  g_free(trace);
}

void
nw_plot_trace_clear(NwPlotTrace *trace)
{
  g_array_set_size(trace->values, 0);
  for (guint k = 0; k < MAX_LEVELS; k++)
    g_array_set_size(trace->levels[k], 0);
}

/* Comparisons with NaN are false, so NaN never enters. */
static inline void
range_add(Range *range, double min, double max)
{
  if (min < range->min)
    range->min = min;
  if (max > range->max)
    range->max = max;
}

/* Takes value @i, just appended, into each level above it. A level begins when the one beneath gets
 * its second entry, with what that one's first entry holds. */
static void
raise_value(NwPlotTrace *trace, gsize i, double value)
{
  gsize slot = i;

  for (guint k = 0; k < MAX_LEVELS; k++) {
    GArray *level = trace->levels[k];

    slot /= FAN;
    if (slot == level->len) {
      Range begin = slot == 0 && k > 0 ? g_array_index(trace->levels[k - 1], Range, 0) : nothing;
      g_array_append_val(level, begin);
    }
    range_add(&g_array_index(level, Range, slot), value, value);
    if (slot == 0)
      return;
  }
}

void
nw_plot_trace_append(NwPlotTrace *trace, const double *values, gsize n)
{
  for (gsize j = 0; j < n; j++) {
    double value = isfinite(values[j]) ? values[j] : NAN;

    g_array_append_val(trace->values, value);
    raise_value(trace, trace->values->len - 1, value);
  }
}

gsize
nw_plot_trace_get_n(const NwPlotTrace *trace)
{
  return trace->values->len;
}

const double *
nw_plot_trace_get_values(const NwPlotTrace *trace)
{
  return (const double *)trace->values->data;
}

static inline void
range_add_at(Range *range, const NwPlotTrace *trace, int level, gsize i)
{
  if (level < 0) {
    double value = g_array_index(trace->values, double, i);
    range_add(range, value, value);
  } else {
    const Range *entry = &g_array_index(trace->levels[level], Range, i);
    range_add(range, entry->min, entry->max);
  }
}

gboolean
nw_plot_trace_get_range(const NwPlotTrace *trace, gsize from, gsize to, double *min, double *max)
{
  Range range = nothing;

  to = MIN(to, trace->values->len);
  /* Scan the ragged ends on each level, go up with the whole entries between. */
  for (int level = -1; from < to; level++) {
    if (to - from <= 2 * FAN) {
      for (; from < to; from++)
        range_add_at(&range, trace, level, from);
      break;
    }
    for (; from % FAN != 0; from++)
      range_add_at(&range, trace, level, from);
    while (to % FAN != 0)
      range_add_at(&range, trace, level, --to);
    from /= FAN;
    to /= FAN;
  }
  if (range.min > range.max)
    return FALSE;
  *min = range.min;
  *max = range.max;
  return TRUE;
}

void
nw_plot_smoother_feed(NwPlotSmoother *smoother, const double *values, gsize n, NwPlotTrace *out)
{
  double w = smoother->weight;

  for (gsize i = 0; i < n; i++) {
    double shown = NAN;

    if (isfinite(values[i])) {
      smoother->sum = w * smoother->sum + (1 - w) * values[i];
      smoother->share = w * smoother->share + (1 - w);
      shown = smoother->sum / smoother->share;
    }
    nw_plot_trace_append(out, &shown, 1);
  }
}

/* ── columns ─────────────────────────────────────────────────────────────────────────────────── */

double
nw_plot_points_get_x(const NwPlotPoints *points, gsize i)
{
  return points->x != NULL ? points->x[i] : points->x0 + i * points->dx;
}

gsize
nw_plot_points_find(const NwPlotPoints *points, double at)
{
  gsize low = 0, high = points->n;

  while (low < high) {
    gsize middle = low + (high - low) / 2;
    if (nw_plot_points_get_x(points, middle) < at)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static Range
scan(const NwPlotPoints *points, gsize from, gsize to)
{
  Range range = nothing;

  if (points->trace != NULL) {
    nw_plot_trace_get_range(points->trace, from, to, &range.min, &range.max);
    return range;
  }
  for (gsize i = from; i < to; i++)
    if (isfinite(points->y[i]))
      range_add(&range, points->y[i], points->y[i]);
  return range;
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
    Range range = scan(points, from, to);

    columns[c] = (NwPlotColumn){range.min, range.max, NAN, NAN, to - from};
    if (to > from) {
      columns[c].first = points->y[from];
      columns[c].last = points->y[to - 1];
    }
    used += range.min <= range.max;
    from = to;
  }
  return used;
}

/* Half way to the neighbour, so that two columns meet and neither reaches further than the line
 * between their points does. NaN next to a gap. */
static double
meeting(const NwPlotColumn *left, const NwPlotColumn *right)
{
  return left->n > 0 && right->n > 0 ? left->last + (right->first - left->last) / 2 : NAN;
}

gsize
nw_plot_columns_path(cairo_t *cr, const NwPlotColumn *columns, gsize n, double left,
                     const NwPlotScale *y, double line_width)
{
  gsize drawn = 0;

  for (gsize c = 0; c < n; c++) {
    Range range = {columns[c].min, columns[c].max};
    double top, bottom;

    if (range.min > range.max)
      continue;
    if (c > 0) {
      double v = meeting(&columns[c - 1], &columns[c]);
      range_add(&range, v, v);
    }
    if (c + 1 < n) {
      double v = meeting(&columns[c], &columns[c + 1]);
      range_add(&range, v, v);
    }
    top = nw_plot_scale_map(y, range.max) - line_width / 2;
    bottom = nw_plot_scale_map(y, range.min) + line_width / 2;
    nw_plot_crisp_rectangle(cr, left + c, top, 1, bottom - top);
    drawn++;
  }
  return drawn;
}
