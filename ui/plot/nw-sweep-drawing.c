/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep-drawing.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

struct _NwSweepDrawing {
  GPtrArray *kept;   /* what plots borrow */
  GArray *axes;      /* NwPlotParallelAxis */
  GPtrArray *trials; /* const NwSweepTrial: those that were judged; only while it is made */
  NwPlotParallel parallel;
  NwPlotScatter scatter;
};

static gpointer
keep(NwSweepDrawing *self, gpointer data)
{
  g_ptr_array_add(self->kept, data);
  return data;
}

static const char *
get_value(const NwSweepDrawing *self, guint trial, guint param)
{
  return ((const NwSweepTrial *)g_ptr_array_index(self->trials, trial))->values[param];
}

static gboolean
is_number(const char *text, double *value)
{
  char *end;

  *value = g_ascii_strtod(text, &end);
  return end != text && *end == '\0' && isfinite(*value);
}

/* Values that are all numbers make an axis of numbers, others one of words in the order in which
 * they were given. */
static void
add_param(NwSweepDrawing *self, const NwSweepParam *param, guint p, double *column)
{
  NwPlotParallelAxis axis = {.name = keep(self, g_strdup(param->key)),
                             .log = param->spread == NW_SPREAD_LOG};
  gboolean numbers = TRUE;

  for (guint i = 0; i < self->trials->len; i++)
    numbers = is_number(get_value(self, i, p), &column[i]) && numbers;
  if (!numbers) {
    char **words = g_new0(char *, param->n_values + 1);

    g_ptr_array_add(self->kept, words);
    for (guint k = 0; k < param->n_values; k++)
      words[k] = keep(self, g_strdup(param->values[k]));
    for (guint i = 0; i < self->trials->len; i++) {
      column[i] = NAN;
      for (guint k = 0; k < param->n_values; k++)
        if (g_str_equal(words[k], get_value(self, i, p)))
          column[i] = k;
    }
    axis.words = (const char *const *)words;
    axis.n_words = param->n_values;
  }
  g_array_append_val(self->axes, axis);
}

static double
get_size(const NwSweepTrial *trial)
{
  return (double)trial->n_weights;
}

static double
get_ece(const NwSweepTrial *trial)
{
  return trial->ece;
}

static double
get_judged(const NwSweepTrial *trial)
{
  return trial->judged;
}

/* Numbers over more than a decade stand on a logarithmic axis. */
static gboolean
wants_log(const double *column, guint n)
{
  double low = INFINITY, high = 0;

  for (guint i = 0; i < n; i++)
    if (isfinite(column[i])) {
      low = MIN(low, column[i]);
      high = MAX(high, column[i]);
    }
  return low > 0 && high > 10 * low;
}

static void
add_result(NwSweepDrawing *self, const char *name, double (*get)(const NwSweepTrial *trial),
           double *column)
{
  NwPlotParallelAxis axis = {.name = keep(self, g_strdup(name))};

  for (guint i = 0; i < self->trials->len; i++)
    column[i] = get(g_ptr_array_index(self->trials, i));
  axis.log = wants_log(column, self->trials->len);
  g_array_append_val(self->axes, axis);
}

static void
fill_scatter(NwSweepDrawing *self, const NwSweep *sweep)
{
  guint n = self->trials->len;
  NwPlotScatterItem *items = keep(self, g_new0(NwPlotScatterItem, n + 1));
  g_autofree double *sizes = g_new(double, n + 1), *judged = g_new(double, n + 1);

  for (guint i = 0; i < n; i++) {
    const NwSweepTrial *trial = g_ptr_array_index(self->trials, i);

    items[i] =
        (NwPlotScatterItem){self->parallel.names[i], get_size(trial), trial->judged, trial->ece};
    sizes[i] = items[i].x;
    judged[i] = items[i].y;
  }
  self->scatter = (NwPlotScatter){
      .title = _("Result, size and calibration"),
      .x_title = _("trained numbers"),
      .y_title = keep(self, g_strdup(sweep->judge)),
      .z_title = _("mean ECE"),
      .z_percent = TRUE,
      .x_log = wants_log(sizes, n),
      .y_log = wants_log(judged, n),
      .items = items,
      .n_items = n,
      .best = self->parallel.best,
  };
}

static void
fill(NwSweepDrawing *self, const NwSweepRun *run)
{
  const NwSweep *sweep = nw_sweep_run_get_sweep(run);
  guint n = self->trials->len, n_params = sweep->params->len, n_axes = n_params + 3;
  double *values = keep(self, g_new0(double, (gsize)n *n_axes + 1));
  const char **names = keep(self, g_new0(const char *, n + 1));
  g_autofree double *column = g_new(double, n + 1);
  int best = nw_sweep_run_get_best(run);

  self->parallel = (NwPlotParallel){
      .title = keep(self, g_strdup_printf(_("Sweep “%s”"), sweep->name)),
      .names = names,
      .values = values,
      .n_axes = n_axes,
      .n_lines = n,
      .judge = n_axes - 1,
      .best = -1,
      .higher_is_better = nw_sweep_run_is_higher_better(run),
  };
  for (guint i = 0; i < n; i++) {
    const NwSweepTrial *trial = g_ptr_array_index(self->trials, i);

    names[i] = keep(self, g_strdup_printf(_("trial %u"), trial->number));
    if (best >= 0 && trial == nw_sweep_run_get_trial(run, (guint)best))
      self->parallel.best = (int)i;
  }
  for (guint a = 0; a < n_axes; a++) {
    if (a < n_params)
      add_param(self, g_ptr_array_index(sweep->params, a), a, column);
    else if (a == n_params)
      add_result(self, _("trained numbers"), get_size, column);
    else if (a == n_params + 1)
      add_result(self, _("mean ECE"), get_ece, column);
    else
      add_result(self, sweep->judge, get_judged, column);
    for (guint i = 0; i < n; i++)
      values[(gsize)i * n_axes + a] = column[i];
  }
  self->parallel.axes = (const NwPlotParallelAxis *)self->axes->data;
  fill_scatter(self, sweep);
}

NwSweepDrawing *
nw_sweep_drawing_new(const NwSweepRun *run)
{
  NwSweepDrawing *self = g_new0(NwSweepDrawing, 1);

  self->kept = g_ptr_array_new_with_free_func(g_free);
  self->axes = g_array_new(FALSE, FALSE, sizeof(NwPlotParallelAxis));
  self->trials = g_ptr_array_new();
  for (guint i = 0; i < nw_sweep_run_get_n_trials(run); i++) {
    const NwSweepTrial *trial = nw_sweep_run_get_trial(run, i);

    if (isfinite(trial->judged))
      g_ptr_array_add(self->trials, (gpointer)trial);
  }
  fill(self, run);
  g_ptr_array_set_size(self->trials, 0);
  return self;
}

void
nw_sweep_drawing_free(NwSweepDrawing *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref(self->trials);
  g_array_unref(self->axes);
  g_ptr_array_unref(self->kept);
  g_free(self);
}

const NwPlotParallel *
nw_sweep_drawing_get_parallel(const NwSweepDrawing *self)
{
  return &self->parallel;
}

const NwPlotScatter *
nw_sweep_drawing_get_scatter(const NwSweepDrawing *self)
{
  return &self->scatter;
}
