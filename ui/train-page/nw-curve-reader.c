/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-curve-reader.h"

#include <math.h>

#define CHUNK  4096 /* values read at a time: as many as a stored run keeps together */
#define RANGES 128  /* the same of ranges; a run that goes on waits meanwhile */

G_STATIC_ASSERT(NW_PLOT_BLOCK == NW_HISTORY_RANGE);

struct _NwCurveReader {
  NwRun *run;
  NwHistory *history;
  NwCurveSource source; /* name is owned */
  NwCurveAxis axis;
  const NwCurveReader *below;
  NwPlotTrace *raw, *smooth;
  NwPlotTrace *times; /* s, of each value; (nullable) where x is no time */
  NwPlotSmoother smoother;
  GArray *states; /* NwPlotSmoother, as it was before each block */
  gsize wanted;   /* steps that there were when it last read */
  int seconds;    /* the step series of time; −1: there is none */
  gsize n_changes; /* of the person, that hold already */
  double weight;   /* in the total, of the next step */
};

static int
find_step_series(const NwHistory *history, const char *name)
{
  for (guint i = 0; i < nw_history_get_n_step_series(history); i++)
    if (g_str_equal(nw_history_get_step_series(history, i)->name, name))
      return (int)i;
  return -1;
}

/* ── numbers of the history ──────────────────────────────────────────────────────────────────── */

/* Steps of series @series, NaN where they are not to be read. */
static void
read_steps(const NwCurveReader *self, guint series, gsize from, gsize n, double *out)
{
  gsize got = nw_history_read_steps(self->history, series, from, n, out);

  for (; got < n; got++)
    out[got] = NAN;
}

/* Samples per second of steps [from, from + n). The last batch of an epoch may be smaller. */
static void
read_speed(const NwCurveReader *self, gsize from, gsize n, double *values)
{
  NwParams *training = nw_project_get_training(nw_run_get_project(self->run));
  gsize steps = MAX(1, nw_history_get_steps_per_epoch(self->history));
  double batch = (double)nw_params_get_int(training, "batch_size"), before = 0;
  gsize rows = steps * (gsize)batch;
  NwDataset *dataset = nw_run_get_dataset(self->run); /* NULL for runs of earlier sessions */

  if (dataset)
    nw_dataset_get_split(dataset, NW_SPLIT_TRAIN, &rows);
  if (from > 0)
    read_steps(self, self->source.index, from - 1, 1, &before);
  read_steps(self, self->source.index, from, n, values);
  for (gsize i = 0; i < n; i++) {
    double took = values[i] - before;
    gboolean last = (from + i + 1) % steps == 0;
    before = values[i];
    values[i] = took > 0 ? (last ? (double)rows - (double)(steps - 1) * batch : batch) / took : NAN;
  }
}

/* What the curve shows of steps [from, from + n); but for shares of the total, which are kept. */
static void
read_raw_cb(gpointer data, gsize from, gsize n, double *out)
{
  const NwCurveReader *self = data;

  if (self->source.meaning == NW_CURVE_SPEED) {
    read_speed(self, from, n, out);
    return;
  }
  read_steps(self, self->source.index, from, n, out);
  for (gsize i = 0; self->source.meaning == NW_CURVE_MEMORY && i < n; i++)
    out[i] /= 1024 * 1024;
}

/* The same line as when it was smoothed from the beginning, from what was known at each block's. */
static void
read_smooth_cb(gpointer data, gsize from, gsize n, double *out)
{
  const NwCurveReader *self = data;
  double values[NW_PLOT_BLOCK];

  for (gsize end = from + n; from < end;) {
    gsize begin = from - from % NW_PLOT_BLOCK, to = MIN(begin + NW_PLOT_BLOCK, end);
    NwPlotSmoother smoother = g_array_index(self->states, NwPlotSmoother, begin / NW_PLOT_BLOCK);

    nw_plot_trace_read(self->raw, begin, to - begin, values);
    nw_plot_smoother_run(&smoother, values, to - begin, values);
    for (; from < to; from++)
      *out++ = values[from - begin];
  }
}

/* Before the first step of this session's part of a run no time is known. */
static void
read_times_cb(gpointer data, gsize from, gsize n, double *out)
{
  const NwCurveReader *self = data;

  read_steps(self, (guint)self->seconds, from, n, out);
  for (gsize i = 0; i < n; i++)
    if (isnan(out[i]))
      out[i] = 0;
}

/* ── beginning ───────────────────────────────────────────────────────────────────────────────── */

/* Do the extremes of the history's ranges tell those of the curve's? */
static gboolean
has_ranges(const NwCurveReader *self)
{
  return !self->source.is_epoch && (self->source.meaning == NW_CURVE_VALUE ||
                                    self->source.meaning == NW_CURVE_MEMORY);
}

NwCurveReader *
nw_curve_reader_new(NwRun *run, const NwCurveSource *source, NwCurveAxis axis, double smoothing,
                    const NwCurveReader *below)
{
  NwCurveReader *self = g_new0(NwCurveReader, 1);
  gboolean is_kept = source->is_epoch || source->meaning == NW_CURVE_SHARE;

  self->run = g_object_ref(run);
  self->history = nw_history_ref(nw_run_get_history(run));
  self->source = *source;
  self->source.name = g_strdup(source->name);
  self->axis = axis;
  self->below = below;
  self->raw = is_kept ? nw_plot_trace_new() : nw_plot_trace_new_over(read_raw_cb, self);
  self->smooth = nw_plot_trace_new_over(read_smooth_cb, self);
  self->smoother.weight = source->is_epoch ? 0 : smoothing;
  self->states = g_array_new(FALSE, FALSE, sizeof(NwPlotSmoother));
  self->seconds = find_step_series(self->history, "seconds");
  if (axis == NW_CURVE_BY_TIME)
    self->times = source->is_epoch || self->seconds < 0
                      ? nw_plot_trace_new()
                      : nw_plot_trace_new_over(read_times_cb, self);
  if (source->meaning == NW_CURVE_SHARE)
    self->weight = nw_history_get_step_series(self->history, source->index)->weight;
  return self;
}

void
nw_curve_reader_free(NwCurveReader *self)
{
  g_object_unref(self->run);
  nw_history_unref(self->history);
  g_free(self->source.name);
  nw_plot_trace_free(self->raw);
  nw_plot_trace_free(self->smooth);
  nw_plot_trace_free(self->times);
  g_array_unref(self->states);
  g_free(self);
}

/* ── reading on ──────────────────────────────────────────────────────────────────────────────── */

/* Of step @step, with what the person changed before it. */
static double
weight_at(NwCurveReader *self, gsize step)
{
  const char *output = nw_history_get_step_series(self->history, self->source.index)->output;

  for (; self->n_changes < nw_history_get_n_changes(self->history); self->n_changes++) {
    NwChange change = nw_history_get_change(self->history, self->n_changes);
    if (change.step > step)
      break;
    if (output && change.output >= 0 &&
        g_str_equal(nw_history_get_output(self->history, (guint)change.output), output))
      self->weight = change.value;
  }
  return self->weight;
}

/* Stacked: what the term adds to the total, upon all that was added before, in the same order. */
static gsize
read_stacked(NwCurveReader *self, gsize from, gsize n, double *values)
{
  double below[CHUNK];

  n = nw_history_read_steps(self->history, self->source.index, from, n, values);
  if (self->below) {
    n = MIN(n, nw_plot_trace_get_n(self->below->raw) - from);
    nw_plot_trace_read(self->below->raw, from, n, below);
  }
  for (gsize i = 0; i < n; i++)
    values[i] = (self->below ? below[i] : 0) + weight_at(self, from + i) * values[i];
  return n;
}

/* The next values of a curve whose values are kept, or of which all have to be seen. */
static gsize
read_next(NwCurveReader *self, gsize from, double *out)
{
  const NwCurveSource *source = &self->source;
  gsize n = MIN(CHUNK, nw_history_get_n_steps(self->history) - from);

  if (source->score_of)
    return nw_snapshots_read_scores(nw_run_get_snapshots(self->run), source->score_of,
                                    (NwEpochScore)source->index, from, CHUNK, out);
  if (source->is_epoch)
    return nw_history_read_epochs(self->history, source->index, from, CHUNK, out);
  if (source->meaning == NW_CURVE_SHARE)
    return read_stacked(self, from, n, out);
  read_raw_cb(self, from, n, out);
  return n;
}

/* When step @i ended, in a run that kept the time of its epochs only: as if all were equally long. */
static double
guess_time(NwCurveReader *self, gsize i)
{
  gsize steps = MAX(1, nw_history_get_steps_per_epoch(self->history)), epoch = i / steps;
  gsize last = nw_history_get_n_epochs(self->history);
  double begin, end;

  if (last == 0)
    return NAN;
  epoch = MIN(epoch, last - 1);
  begin = epoch > 0 ? nw_history_get_epoch_time(self->history, epoch - 1) : 0;
  end = nw_history_get_epoch_time(self->history, epoch);
  return begin + (end - begin) * ((double)i + 1 - (double)(epoch * steps)) / (double)steps;
}

/* The row gets all steps that the history of @series has, by the ranges that are full; each end of one
 * is @scale times the history's. */
static void
extend(NwCurveReader *self, NwPlotTrace *trace, guint series, double scale)
{
  gsize n = nw_history_get_n_steps(self->history), blocks = n / NW_PLOT_BLOCK;
  double low[RANGES], high[RANGES];

  for (gsize at; (at = nw_plot_trace_get_n_blocks(trace)) < blocks;) {
    gsize wanted = MIN(RANGES, blocks - at);
    gsize got = nw_history_read_step_ranges(self->history, series, at, wanted, low, high);

    for (gsize i = 0; i < wanted; i++) {
      low[i] = i < got ? low[i] * scale : NAN;
      high[i] = i < got ? high[i] * scale : NAN;
    }
    nw_plot_trace_extend(trace, (at + wanted) * NW_PLOT_BLOCK, low, high);
  }
  nw_plot_trace_extend(trace, n, NULL, NULL);
}

static void
append_times(NwCurveReader *self)
{
  gsize from = nw_plot_trace_get_n(self->times), to = nw_plot_trace_get_n(self->raw);

  if (!self->source.is_epoch && self->seconds >= 0) {
    extend(self, self->times, (guint)self->seconds, 1);
    return;
  }
  for (; from < to; from++) {
    double time = self->source.is_epoch ? nw_history_get_epoch_time(self->history, from)
                                        : guess_time(self, from);
    nw_plot_trace_append(self->times, &time, 1);
  }
}

static gboolean
is_over(gint64 until)
{
  return until > 0 && g_get_monotonic_time() >= until;
}

static void
append_smooth(NwCurveReader *self, gint64 until)
{
  gsize n = nw_plot_trace_get_n(self->raw), from = nw_plot_trace_get_n(self->smooth);
  double values[CHUNK];

  while (from < n) {
    gsize to = MIN(from + CHUNK, n), part;

    nw_plot_trace_read(self->raw, from, to - from, values);
    for (double *at = values; from < to; from += part, at += part) {
      part = MIN(NW_PLOT_BLOCK - from % NW_PLOT_BLOCK, to - from);
      if (from % NW_PLOT_BLOCK == 0)
        g_array_append_val(self->states, self->smoother);
      nw_plot_smoother_run(&self->smoother, at, part, at);
      nw_plot_trace_append(self->smooth, at, part);
    }
    if (is_over(until))
      break;
  }
}

gboolean
nw_curve_reader_catch_up(NwCurveReader *self, gint64 until)
{
  gsize before = nw_plot_trace_get_n(self->raw), from = before, n;
  gsize smooth = nw_plot_trace_get_n(self->smooth);
  double values[CHUNK];

  self->wanted = nw_history_get_n_steps(self->history);
  if (self->below)
    self->wanted = MIN(self->wanted, self->below->wanted);
  if (has_ranges(self))
    extend(self, self->raw, self->source.index,
           self->source.meaning == NW_CURVE_MEMORY ? 1.0 / (1024 * 1024) : 1);
  while (!has_ranges(self) && (n = read_next(self, from, values)) > 0) {
    nw_plot_trace_append(self->raw, values, n);
    from += n;
    if (is_over(until))
      break;
  }
  if (self->times)
    append_times(self);
  if (self->smoother.weight > 0)
    append_smooth(self, until);
  return nw_plot_trace_get_n(self->raw) != before || nw_plot_trace_get_n(self->smooth) != smooth;
}

gboolean
nw_curve_reader_is_behind(const NwCurveReader *self)
{
  gsize n = nw_plot_trace_get_n(self->raw);

  return !self->source.is_epoch &&
         (n < self->wanted ||
          (self->smoother.weight > 0 && nw_plot_trace_get_n(self->smooth) < n));
}

/* ── drawing ─────────────────────────────────────────────────────────────────────────────────── */

void
nw_curve_reader_fill(const NwCurveReader *self, NwPlotCurve *curve)
{
  double steps = MAX(1, nw_history_get_steps_per_epoch(self->history));
  double epoch = self->axis == NW_CURVE_BY_STEP ? steps : 1;
  double apart = self->source.is_epoch ? epoch : epoch / steps;
  gsize n = nw_plot_trace_get_n(self->raw);
  gboolean hidden = curve->hidden;

  if (self->times)
    n = MIN(n, nw_plot_trace_get_n(self->times));
  *curve = (NwPlotCurve){
      .name = self->source.name,
      .color = self->source.color,
      .style = self->source.style,
      .hidden = hidden,
      .points = {.x_trace = self->times, .n = n, .x0 = apart, .dx = apart, .trace = self->raw},
      .smooth = self->smoother.weight > 0 ? self->smooth : NULL,
  };
}

double
nw_curve_axis_place_epoch(NwCurveAxis axis, const NwHistory *history, int epoch)
{
  if (axis == NW_CURVE_BY_STEP)
    return (double)epoch * nw_history_get_steps_per_epoch(history);
  if (axis == NW_CURVE_BY_TIME)
    return nw_history_get_epoch_time(history, (gsize)MAX(epoch, 1) - 1);
  return epoch;
}
