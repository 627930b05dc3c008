/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The rows of values behind curves, with their pyramids (nw-plot-decimate.h). */
#include "nw-plot-decimate.h"

#include <math.h>
#include <string.h>

#define FAN        16
#define MAX_LEVELS 12

typedef struct {
  double min, max; /* +∞, −∞: nothing */
} Range;

struct _NwPlotTrace {
  gsize n;
  NwPlotReadFunc read; /* NULL: it keeps its values */
  gpointer data;
  GArray *values; /* double; NULL where they are kept elsewhere, and then: */
  gsize seen;     /* the full block that was read last; columns of pixels meet in one */
  double *block;  /* [NW_PLOT_BLOCK] its values */
  Range open;     /* of the values behind the last full block, as far as they were appended */
  /* Range; level 0: one per full block, level k: one per FANᵏ of them, the last one unfinished */
  GArray *levels[MAX_LEVELS];
};

static const Range nothing = {INFINITY, -INFINITY};

NwPlotTrace *
nw_plot_trace_new_over(NwPlotReadFunc read, gpointer data)
{
  NwPlotTrace *trace = g_new0(NwPlotTrace, 1);

  trace->read = read;
  trace->data = data;
  trace->open = nothing;
  trace->seen = G_MAXSIZE;
  trace->block = read != NULL ? g_new(double, NW_PLOT_BLOCK) : NULL;
  for (guint k = 0; k < MAX_LEVELS; k++)
    trace->levels[k] = g_array_new(FALSE, FALSE, sizeof(Range));
  return trace;
}

NwPlotTrace *
nw_plot_trace_new(void)
{
  NwPlotTrace *trace = nw_plot_trace_new_over(NULL, NULL);

  trace->values = g_array_new(FALSE, FALSE, sizeof(double));
  return trace;
}

void
nw_plot_trace_free(NwPlotTrace *trace)
{
  if (trace == NULL)
    return;
  if (trace->values != NULL)
    g_array_unref(trace->values);
  g_free(trace->block);
  for (guint k = 0; k < MAX_LEVELS; k++)
    g_array_unref(trace->levels[k]);
  g_free(trace);
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

/* ── growing ─────────────────────────────────────────────────────────────────────────────────── */

/* A block is full: takes it into each level above. A level begins when the one beneath gets its
 * second entry, with what that one's first entry holds. */
static void
raise_block(NwPlotTrace *trace, Range range)
{
  gsize slot = trace->levels[0]->len;

  g_array_append_val(trace->levels[0], range);
  for (guint k = 1; k < MAX_LEVELS && slot > 0; k++) {
    GArray *level = trace->levels[k];

    slot /= FAN;
    if (slot == level->len) {
      Range begin = slot == 0 ? g_array_index(trace->levels[k - 1], Range, 0) : nothing;
      g_array_append_val(level, begin);
    }
    range_add(&g_array_index(level, Range, slot), range.min, range.max);
  }
}

void
nw_plot_trace_append(NwPlotTrace *trace, const double *values, gsize n)
{
  gsize begin = trace->n;

  if (trace->values != NULL)
    g_array_append_vals(trace->values, values, (guint)n);
  for (gsize j = 0; j < n; j++) {
    if (isfinite(values[j]))
      range_add(&trace->open, values[j], values[j]);
    else if (trace->values != NULL)
      g_array_index(trace->values, double, begin + j) = NAN;
    if (++trace->n % NW_PLOT_BLOCK == 0) {
      raise_block(trace, trace->open);
      trace->open = nothing;
    }
  }
}

static Range scan(const NwPlotTrace *trace, gsize from, gsize to, gboolean only_positive);

void
nw_plot_trace_extend(NwPlotTrace *trace, gsize n, const double *low, const double *high)
{
  gsize blocks = n / NW_PLOT_BLOCK, before = trace->levels[0]->len;

  g_return_if_fail(trace->read != NULL && n >= trace->n);
  trace->n = n;
  for (gsize b = before; b < blocks; b++) {
    Range range = nothing;

    if (isinf(low[b - before]) || isinf(high[b - before])) /* beside them there may be numbers */
      range = scan(trace, b * NW_PLOT_BLOCK, (b + 1) * NW_PLOT_BLOCK, FALSE);
    else
      range_add(&range, low[b - before], high[b - before]);
    raise_block(trace, range);
  }
}

gsize
nw_plot_trace_get_n(const NwPlotTrace *trace)
{
  return trace->n;
}

gsize
nw_plot_trace_get_n_blocks(const NwPlotTrace *trace)
{
  return trace->levels[0]->len;
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────────── */

void
nw_plot_trace_read(const NwPlotTrace *trace, gsize from, gsize n, double *out)
{
  if (n == 0)
    return;
  if (trace->values != NULL) {
    memcpy(out, &g_array_index(trace->values, double, from), n * sizeof *out);
    return;
  }
  trace->read(trace->data, from, n, out);
  for (gsize i = 0; i < n; i++)
    if (!isfinite(out[i]))
      out[i] = NAN;
}

/* The values of block @block, as far as there are any; until the next call. What was read is no
 * part of the trace's value. */
static const double *
look_at(const NwPlotTrace *trace, gsize block)
{
  NwPlotTrace *self = (NwPlotTrace *)trace;
  gsize from = block * NW_PLOT_BLOCK;

  if (trace->values != NULL)
    return &g_array_index(trace->values, double, from);
  if (self->seen == block)
    return self->block;
  nw_plot_trace_read(trace, from, MIN(NW_PLOT_BLOCK, trace->n - from), self->block);
  self->seen = block < trace->levels[0]->len ? block : G_MAXSIZE; /* the last one still grows */
  return self->block;
}

double
nw_plot_trace_get(const NwPlotTrace *trace, gsize i)
{
  return look_at(trace, i / NW_PLOT_BLOCK)[i % NW_PLOT_BLOCK];
}

/* Value by value. */
static Range
scan(const NwPlotTrace *trace, gsize from, gsize to, gboolean only_positive)
{
  Range range = nothing;

  while (from < to) {
    gsize n = MIN(to - from, NW_PLOT_BLOCK - from % NW_PLOT_BLOCK);
    const double *values = look_at(trace, from / NW_PLOT_BLOCK) + from % NW_PLOT_BLOCK;

    for (gsize i = 0; i < n; i++)
      if (!only_positive || values[i] > 0)
        range_add(&range, values[i], values[i]);
    from += n;
  }
  return range;
}

/* Of full blocks [@from, @to). */
static Range
range_of_blocks(const NwPlotTrace *trace, gsize from, gsize to)
{
  Range range = nothing;

  /* Scan the ragged ends on each level, go up with the whole entries between. */
  for (guint k = 0; from < to; k++) {
    const Range *level = (const Range *)trace->levels[k]->data;

    if (to - from <= 2 * FAN) {
      for (; from < to; from++)
        range_add(&range, level[from].min, level[from].max);
      break;
    }
    for (; from % FAN != 0; from++)
      range_add(&range, level[from].min, level[from].max);
    while (to % FAN != 0) {
      to--;
      range_add(&range, level[to].min, level[to].max);
    }
    from /= FAN;
    to /= FAN;
  }
  return range;
}

/* A part of a block. Where all of the block would change nothing, its values are not asked for: of
 * a hundred columns some ten then read the blocks on their borders, and the answer is the same. */
static void
add_part(const NwPlotTrace *trace, Range *range, gsize from, gsize to)
{
  gsize block = from / NW_PLOT_BLOCK;
  Range part;

  if (from >= to)
    return;
  if (block < trace->levels[0]->len) {
    const Range *whole = &g_array_index(trace->levels[0], Range, block);
    if (!(whole->min < range->min) && !(whole->max > range->max))
      return;
  }
  part = scan(trace, from, to, FALSE);
  range_add(range, part.min, part.max);
}

static gboolean
tell(Range range, double *min, double *max)
{
  if (range.min > range.max)
    return FALSE;
  *min = range.min;
  *max = range.max;
  return TRUE;
}

gboolean
nw_plot_trace_get_range(const NwPlotTrace *trace, gsize from, gsize to, double *min, double *max)
{
  gsize first = (from + NW_PLOT_BLOCK - 1) / NW_PLOT_BLOCK, last;
  Range range;

  to = MIN(to, trace->n);
  last = MIN(to / NW_PLOT_BLOCK, trace->levels[0]->len);
  if (first >= last)
    return tell(from < to ? scan(trace, from, to, FALSE) : nothing, min, max);
  range = range_of_blocks(trace, first, last);
  add_part(trace, &range, from, first * NW_PLOT_BLOCK);
  add_part(trace, &range, last * NW_PLOT_BLOCK, to);
  return tell(range, min, max);
}

gboolean
nw_plot_trace_get_positive(const NwPlotTrace *trace, gsize from, gsize to, double *min, double *max)
{
  gsize first = (from + NW_PLOT_BLOCK - 1) / NW_PLOT_BLOCK, last, n_mixed = 0, stride, seen = 0;
  const Range *blocks = (const Range *)trace->levels[0]->data;
  Range range = nothing, part;
  double low, high;

  if (!nw_plot_trace_get_range(trace, from, to, &low, &high) || high <= 0)
    return FALSE;
  to = MIN(to, trace->n);
  last = MIN(to / NW_PLOT_BLOCK, trace->levels[0]->len);
  if (low > 0 || first >= last)
    return tell(low > 0 ? (Range){low, high} : scan(trace, from, to, TRUE), min, max);
  for (gsize b = first; b < last; b++)
    n_mixed += blocks[b].min <= 0 && blocks[b].max > 0;
  stride = n_mixed / NW_PLOT_BLOCK + 1;
  for (gsize b = first; b < last; b++) {
    gboolean is_mixed = blocks[b].min <= 0 && blocks[b].max > 0;

    if (blocks[b].min > 0)
      range_add(&range, blocks[b].min, blocks[b].max);
    if (is_mixed && seen++ % stride == 0) {
      part = scan(trace, b * NW_PLOT_BLOCK, (b + 1) * NW_PLOT_BLOCK, TRUE);
      range_add(&range, part.min, part.max);
    }
  }
  part = scan(trace, from, first * NW_PLOT_BLOCK, TRUE);
  range_add(&range, part.min, part.max);
  part = scan(trace, last * NW_PLOT_BLOCK, to, TRUE);
  range_add(&range, part.min, MAX(part.max, high));
  return tell(range, min, max);
}

gsize
nw_plot_trace_find(const NwPlotTrace *trace, double at)
{
  const Range *blocks = (const Range *)trace->levels[0]->data;
  gsize low = 0, high = trace->levels[0]->len, n;

  while (low < high) { /* the first block that reaches so far */
    gsize middle = low + (high - low) / 2;
    if (blocks[middle].max < at)
      low = middle + 1;
    else
      high = middle;
  }
  for (gsize from = low * NW_PLOT_BLOCK; from < trace->n; from += n) {
    const double *values = look_at(trace, from / NW_PLOT_BLOCK);

    n = MIN(NW_PLOT_BLOCK, trace->n - from);
    for (gsize i = 0; i < n; i++)
      if (values[i] >= at)
        return from + i;
  }
  return trace->n;
}

/* ── smoothing ───────────────────────────────────────────────────────────────────────────────── */

void
nw_plot_smoother_run(NwPlotSmoother *smoother, const double *values, gsize n, double *out)
{
  double w = smoother->weight;

  for (gsize i = 0; i < n; i++) {
    if (!isfinite(values[i])) {
      out[i] = NAN;
      continue;
    }
    smoother->sum = w * smoother->sum + (1 - w) * values[i];
    smoother->share = w * smoother->share + (1 - w);
    out[i] = smoother->sum / smoother->share;
  }
}

void
nw_plot_smoother_feed(NwPlotSmoother *smoother, const double *values, gsize n, NwPlotTrace *out)
{
  double smooth[NW_PLOT_BLOCK];

  for (gsize part; n > 0; values += part, n -= part) {
    part = MIN(n, NW_PLOT_BLOCK);
    nw_plot_smoother_run(smoother, values, part, smooth);
    nw_plot_trace_append(out, smooth, part);
  }
}
