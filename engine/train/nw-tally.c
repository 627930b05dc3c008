/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-tally.h"

#include <math.h>
#include <string.h>

/* A metric of one output. */
typedef struct {
  const NwMetricKind *kind;
  const NwMetricFold *fold; /* NULL: of a report, whose numbers are the state */
  guint output;
  gsize first_state, first_number, n_numbers;
} Metric;

/* A fold over an output's batches; metrics share it. */
typedef struct {
  const NwMetricFold *fold;
  guint output;
  gsize first_state;
} Fold;

struct _NwTally {
  const NwPlan *plan;
  gboolean reports;
  gsize n_terms;
  NwMetricUse *uses; /* [n_outputs] */
  GArray *metrics;   /* Metric */
  GArray *folds;     /* Fold */
  GArray *numbers;   /* NwTallyNumber */
  GArray *refusals;  /* NwTallyRefusal */
  gsize n_state;
  double *state; /* samples, Σ n·total, Σ n·term …, then the folds' and reports' own */
};

static void
number_clear_cb(gpointer data)
{
  g_free(((NwTallyNumber *)data)->name);
  g_free(((NwTallyNumber *)data)->title);
}

/* Are there targets between (or beyond) 0 and 1? */
static gboolean
is_soft(const NwField *field)
{
  gsize n;

  if (field == NULL || field->type.dtype != NW_REAL)
    return FALSE;
  n = field->rows * (gsize)nw_shape_elements(&field->type.shape);
  for (gsize i = 0; i < n; i++)
    if (field->real[i] != 0 && field->real[i] != 1 && !isnan(field->real[i])) /* NaN: not known */
      return TRUE;
  return FALSE;
}

static gsize
find_fold(NwTally *self, const NwMetricFold *fold, guint output)
{
  Fold added = {fold, output, self->n_state};

  for (guint i = 0; i < self->folds->len; i++) {
    const Fold *old = &g_array_index(self->folds, Fold, i);
    if (old->fold == fold && old->output == output)
      return old->first_state;
  }
  g_array_append_val(self->folds, added);
  self->n_state += fold->n_state(&self->uses[output]);
  return added.first_state;
}

static void
add_numbers(NwTally *self, Metric *metric, const char *title, char **labels)
{
  const NwPlanOutput *output = nw_plan_get_output(self->plan, metric->output);
  g_autoptr(GArray) values =
      nw_metric_list(metric->kind, &self->uses[metric->output], title, labels);
  gboolean alone = nw_plan_get_n_outputs(self->plan) == 1;

  metric->first_number = self->numbers->len;
  metric->n_numbers = values->len;
  for (guint i = 0; i < values->len; i++) {
    const NwMetricValue *value = &g_array_index(values, NwMetricValue, i);
    NwTallyNumber number = {metric->kind, metric->output,
                            g_strconcat(alone ? "" : output->name, alone ? "" : "_",
                                        metric->kind->id, value->suffix, NULL),
                            g_strdup(value->title)};
    g_array_append_val(self->numbers, number);
  }
}

static void
add_metric(NwTally *self, guint output, const NwMetricKind *kind, char **labels)
{
  const NwMetricUse *use = &self->uses[output];
  NwTallyRefusal refusal = {kind, output, NULL};
  g_autofree char *title = nw_metric_resolve(kind, use, &refusal.reason);
  Metric metric = {kind, NULL, output};

  if (title == NULL) {
    g_array_append_val(self->refusals, refusal);
    return;
  }
  if (kind->of_report != NULL && !self->reports)
    return;
  add_numbers(self, &metric, title, labels);
  if (kind->of_report == NULL) {
    metric.fold = nw_metric_get_fold(kind, use);
    metric.first_state = find_fold(self, metric.fold, output);
  } else {
    metric.first_state = self->n_state;
    self->n_state += metric.n_numbers;
  }
  g_array_append_val(self->metrics, metric);
}

NwTally *
nw_tally_new(const NwPlan *plan, const NwFeed *feed, gboolean reports)
{
  NwTally *self = g_new0(NwTally, 1);
  guint n_outputs = nw_plan_get_n_outputs(plan);

  self->plan = plan;
  self->reports = reports;
  self->n_terms = nw_plan_get_n_terms(plan);
  self->n_state = 2 + self->n_terms;
  self->uses = g_new0(NwMetricUse, n_outputs + 1);
  self->metrics = g_array_new(FALSE, FALSE, sizeof(Metric));
  self->folds = g_array_new(FALSE, FALSE, sizeof(Fold));
  self->numbers = g_array_new(FALSE, FALSE, sizeof(NwTallyNumber));
  self->refusals = g_array_new(FALSE, FALSE, sizeof(NwTallyRefusal));
  g_array_set_clear_func(self->numbers, number_clear_cb);
  for (guint i = 0; i < n_outputs; i++) {
    const NwPlanOutput *output = nw_plan_get_output(plan, i);
    const char *const *names = nw_params_get_names(output->params, "metrics");
    const NwField *field = nw_feed_get_target(feed, i);

    gboolean labels = output->loss->target == NW_TARGET_LABELS;

    self->uses[i] = (NwMetricUse){output->head, output->loss->target, output->cols, is_soft(field),
                                  output->params};
    for (gsize k = 0; field != NULL && names[k] != NULL; k++) {
      const NwMetricKind *kind = nw_metric_kind_find(names[k]);
      if (labels &&
          kind->needs != NW_METRIC_NEEDS_LABELS) /* no answer of a step is right or wrong */
        continue;
      add_metric(self, i, kind, nw_feed_get_labels(feed, i, output->cols));
    }
  }
  self->state = g_new0(double, self->n_state);
  return self;
}

void
nw_tally_free(NwTally *self)
{
  if (self == NULL)
    return;
  g_array_unref(self->metrics);
  g_array_unref(self->folds);
  g_array_unref(self->numbers);
  g_array_unref(self->refusals);
  g_free(self->uses);
  g_free(self->state);
  g_free(self);
}

void
nw_tally_reset(NwTally *self)
{
  memset(self->state, 0, self->n_state * sizeof *self->state);
}

void
nw_tally_add(NwTally *self, const NwExec *exec, gsize n)
{
  self->state[0] += (double)n;
  self->state[1] += (double)n * nw_exec_get_total(exec);
  for (gsize i = 0; i < self->n_terms; i++)
    self->state[2 + i] += (double)n * nw_exec_get_term(exec, (guint)i);
  for (guint i = 0; i < self->folds->len; i++) {
    const Fold *fold = &g_array_index(self->folds, Fold, i);
    NwMetricBatch batch = nw_exec_get_batch(exec, fold->output);
    fold->fold->update(fold->fold, &self->uses[fold->output], &batch,
                       self->state + fold->first_state);
  }
}

void
nw_tally_take_report(NwTally *self, guint output, NwReport *report)
{
  for (guint i = 0; i < self->metrics->len; i++) {
    const Metric *metric = &g_array_index(self->metrics, Metric, i);
    double *values = self->state + metric->first_state;

    if (metric->fold != NULL || metric->output != output)
      continue;
    for (gsize k = 0; k < metric->n_numbers; k++)
      values[k] = NAN;
    if (report != NULL)
      metric->kind->of_report(metric->kind, &self->uses[output], report, values);
  }
}

guint
nw_tally_get_n_numbers(const NwTally *self)
{
  return self->numbers->len;
}

const NwTallyNumber *
nw_tally_get_number(const NwTally *self, guint i)
{
  return &g_array_index(self->numbers, NwTallyNumber, i);
}

void
nw_tally_read_numbers(const NwTally *self, double *values)
{
  for (guint i = 0; i < self->metrics->len; i++) {
    const Metric *metric = &g_array_index(self->metrics, Metric, i);
    const double *state = self->state + metric->first_state;

    if (metric->fold == NULL)
      memcpy(values + metric->first_number, state, metric->n_numbers * sizeof *state);
    else
      metric->kind->result(metric->kind, &self->uses[metric->output], state,
                           values + metric->first_number);
  }
}

guint
nw_tally_get_n_refusals(const NwTally *self)
{
  return self->refusals->len;
}

const NwTallyRefusal *
nw_tally_get_refusal(const NwTally *self, guint i)
{
  return &g_array_index(self->refusals, NwTallyRefusal, i);
}

double
nw_tally_get_term(const NwTally *self, guint term)
{
  return self->state[2 + term] / self->state[0];
}

double
nw_tally_get_total(const NwTally *self)
{
  return self->state[1] / self->state[0];
}

gsize
nw_tally_get_n_state(const NwTally *self)
{
  return self->n_state;
}

double *
nw_tally_get_state(NwTally *self)
{
  return self->state;
}
