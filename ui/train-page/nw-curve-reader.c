/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-curve-reader.h"

#include <math.h>

#define CHUNK 4096 /* values read at a time: as many as a stored run keeps together */

struct _NwCurveReader {
  NwRun *run;
  NwHistory *history;
  NwCurveSource source; /* name is owned */
  const NwCurveReader *below;
  NwPlotTrace *raw, *smooth;
  NwPlotSmoother smoother;
  GArray *times; /* double, s; one per value */
  int seconds;   /* the step series of time; −1: there is none */
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

NwCurveReader *
nw_curve_reader_new(NwRun *run, const NwCurveSource *source, double smoothing,
                    const NwCurveReader *below)
{
  NwCurveReader *self = g_new0(NwCurveReader, 1);

  self->run = g_object_ref(run);
  self->history = nw_history_ref(nw_run_get_history(run));
  self->source = *source;
  self->source.name = g_strdup(source->name);
  self->below = below;
  self->raw = nw_plot_trace_new();
  self->smooth = nw_plot_trace_new();
  self->smoother.weight = source->is_epoch ? 0 : smoothing;
  self->times = g_array_new(FALSE, FALSE, sizeof(double));
  self->seconds = find_step_series(self->history, "seconds");
  if (source->meaning == NW_CURVE_SHARE)
    self->weight = nw_history_get_step_series(self->history, source->index)->weight;
  nw_curve_reader_catch_up(self);
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
  g_array_unref(self->times);
  g_free(self);
}

/* ── reading ─────────────────────────────────────────────────────────────────────────────────── */

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
stack(NwCurveReader *self, gsize from, gsize n, double *values)
{
  const double *below = self->below ? nw_plot_trace_get_values(self->below->raw) : NULL;

  if (self->below)
    n = MIN(n, nw_plot_trace_get_n(self->below->raw) - from);
  for (gsize i = 0; i < n; i++)
    values[i] = (below ? below[from + i] : 0) + weight_at(self, from + i) * values[i];
  return n;
}

/* Seconds become samples per second. The last batch of an epoch may be smaller. */
static void
to_speed(NwCurveReader *self, gsize from, gsize n, double *values)
{
  NwParams *training = nw_project_get_training(nw_run_get_project(self->run));
  gsize steps = MAX(1, nw_history_get_steps_per_epoch(self->history));
  double batch = (double)nw_params_get_int(training, "batch_size"), before = 0;
  gsize rows = steps * (gsize)batch;
  NwDataset *dataset = nw_run_get_dataset(self->run); /* NULL for runs of earlier sessions */

  if (dataset)
    nw_dataset_get_split(dataset, NW_SPLIT_TRAIN, &rows);
  if (from > 0)
    before = g_array_index(self->times, double, from - 1);
  for (gsize i = 0; i < n; i++) {
    double took = values[i] - before;
    gboolean last = (from + i + 1) % steps == 0;
    before = values[i];
    values[i] = took > 0 ? (last ? (double)rows - (double)(steps - 1) * batch : batch) / took : NAN;
  }
}

static gsize
read_some(NwCurveReader *self, gsize from, gsize n, double *out)
{
  const NwCurveSource *source = &self->source;

  if (source->score_of)
    return nw_snapshots_read_scores(nw_run_get_snapshots(self->run), source->score_of,
                                    (NwEpochScore)source->index, from, n, out);
  if (source->is_epoch)
    return nw_history_read_epochs(self->history, source->index, from, n, out);
  return nw_history_read_steps(self->history, source->index, from, n, out);
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

static void
read_times(NwCurveReader *self, gsize from, gsize n)
{
  double times[CHUNK];

  if (!self->source.is_epoch && self->seconds >= 0)
    nw_history_read_steps(self->history, (guint)self->seconds, from, n, times);
  else
    for (gsize i = 0; i < n; i++)
      times[i] = self->source.is_epoch ? nw_history_get_epoch_time(self->history, from + i)
                                       : guess_time(self, from + i);
  g_array_append_vals(self->times, times, (guint)n);
}

gboolean
nw_curve_reader_catch_up(NwCurveReader *self)
{
  gsize before = nw_plot_trace_get_n(self->raw), from = before, n;
  double values[CHUNK];

  while ((n = read_some(self, from, CHUNK, values)) > 0) {
    if (self->source.meaning == NW_CURVE_SHARE)
      n = stack(self, from, n, values);
    if (n == 0)
      break;
    if (self->source.meaning == NW_CURVE_SPEED)
      to_speed(self, from, n, values);
    for (gsize i = 0; self->source.meaning == NW_CURVE_MEMORY && i < n; i++)
      values[i] /= 1024 * 1024;
    read_times(self, from, n);
    nw_plot_trace_append(self->raw, values, n);
    if (self->smoother.weight > 0)
      nw_plot_smoother_feed(&self->smoother, values, n, self->smooth);
    from += n;
  }
  return from != before;
}

/* ── drawing ─────────────────────────────────────────────────────────────────────────────────── */

void
nw_curve_reader_fill(const NwCurveReader *self, NwCurveAxis axis, NwPlotCurve *curve)
{
  double steps = MAX(1, nw_history_get_steps_per_epoch(self->history));
  double epoch = axis == NW_CURVE_BY_STEP ? steps : 1;
  double apart = self->source.is_epoch ? epoch : epoch / steps;
  gboolean hidden = curve->hidden;

  *curve = (NwPlotCurve){
      .name = self->source.name,
      .color = self->source.color,
      .style = self->source.style,
      .hidden = hidden,
      .points = {.x = axis == NW_CURVE_BY_TIME ? (const double *)self->times->data : NULL,
                 .y = nw_plot_trace_get_values(self->raw),
                 .n = nw_plot_trace_get_n(self->raw),
                 .x0 = apart,
                 .dx = apart,
                 .trace = self->raw},
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
