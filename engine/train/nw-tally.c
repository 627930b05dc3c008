/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-tally.h"

#include <math.h>
#include <string.h>

/* A metric of one output. */
typedef struct {
  const NwMetricKind *kind;
  const NwMetricUse *use;
  const NwMetricFold *fold; /* NULL: of a report, whose numbers are the state */
  guint output;
  gsize first_state, first_number, n_numbers;
} Metric;

/* A fold over an output's batches; metrics share it. */
typedef struct {
  const NwMetricFold *fold;
  const NwMetricUse *use;
  guint output;
  gsize first_state;
} Fold;

/* Of an output whose target may be unknown. */
typedef struct {
  double known, unknown; /* rows of its loss */
  double loss, weighted; /* Σ known·loss, Σ known·weight·loss, over the batches */
} Known;

struct _NwTally {
  const NwPlan *plan;
  gboolean reports;
  gsize n_terms;
  NwMetricUse *uses; /* [n_outputs], then [n_outputs] of weighted metrics */
  GArray *metrics;   /* Metric */
  GArray *folds;     /* Fold */
  GArray *numbers;   /* NwTallyNumber */
  GArray *refusals;  /* NwTallyRefusal */
  gsize n_state;
  double *state; /* samples, Σ n·total, Σ n·term …, Known of each output, the folds' and reports'
                  * own; total without the outputs that may be unknown */
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
find_fold(NwTally *self, const NwMetricFold *fold, const NwMetricUse *use, guint output)
{
  Fold added = {fold, use, output, self->n_state};

  for (guint i = 0; i < self->folds->len; i++) {
    const Fold *old = &g_array_index(self->folds, Fold, i);
    if (old->fold == fold && old->use == use)
      return old->first_state;
  }
  g_array_append_val(self->folds, added);
  self->n_state += fold->n_state(use);
  return added.first_state;
}

static void
add_numbers(NwTally *self, Metric *metric, const char *title, char **labels)
{
  const NwPlanOutput *output = nw_plan_get_output(self->plan, metric->output);
  g_autoptr(GArray) values = nw_metric_list(metric->kind, metric->use, title, labels);
  gboolean alone = nw_plan_get_n_outputs(self->plan) == 1;

  metric->first_number = self->numbers->len;
  metric->n_numbers = values->len;
  for (guint i = 0; i < values->len; i++) {
    const NwMetricValue *value = &g_array_index(values, NwMetricValue, i);
    NwTallyNumber number = {metric->kind, metric->output,
                            g_strconcat(alone ? "" : output->name, alone ? "" : "_",
                                        metric->use->weighted ? "weighted_" : "", metric->kind->id,
                                        value->suffix, NULL),
                            g_strdup(value->title)};
    g_array_append_val(self->numbers, number);
  }
}

static void
add_metric(NwTally *self, guint output, const NwMetricUse *use, const NwMetricKind *kind,
           char **labels)
{
  NwTallyRefusal refusal = {kind, output, NULL};
  g_autofree char *title = nw_metric_resolve(kind, use, &refusal.reason);
  Metric metric = {kind, use, NULL, output};

  if (title == NULL) {
    g_array_append_val(self->refusals, refusal);
    return;
  }
  if (kind->of_report != NULL && !self->reports)
    return;
  add_numbers(self, &metric, title, labels);
  if (kind->of_report == NULL) {
    metric.fold = nw_metric_get_fold(kind, use);
    metric.first_state = find_fold(self, metric.fold, use, output);
  } else {
    metric.first_state = self->n_state;
    self->n_state += metric.n_numbers;
  }
  g_array_append_val(self->metrics, metric);
}

/* The metrics that the parameter @key of the output names. */
static void
add_metrics(NwTally *self, const NwFeed *feed, guint output, const char *key,
            const NwMetricUse *use)
{
  const char *const *names = nw_params_get_names(use->params, key);
  char **labels = nw_feed_get_labels(feed, output, use->cols);

  for (gsize i = 0; names[i] != NULL; i++) {
    const NwMetricKind *kind = nw_metric_kind_find(names[i]);
    if (use->target == NW_TARGET_LABELS &&
        kind->needs != NW_METRIC_NEEDS_LABELS) /* no answer of a step is right or wrong */
      continue;
    add_metric(self, output, use, kind, labels);
  }
}

NwTally *
nw_tally_new(const NwPlan *plan, const NwFeed *feed, gboolean reports)
{
  NwTally *self = g_new0(NwTally, 1);
  guint n_outputs = nw_plan_get_n_outputs(plan);

  self->plan = plan;
  self->reports = reports;
  self->n_terms = nw_plan_get_n_terms(plan);
  self->n_state = 2 + self->n_terms + n_outputs * sizeof(Known) / sizeof(double);
  self->uses = g_new0(NwMetricUse, 2 * n_outputs + 1);
  self->metrics = g_array_new(FALSE, FALSE, sizeof(Metric));
  self->folds = g_array_new(FALSE, FALSE, sizeof(Fold));
  self->numbers = g_array_new(FALSE, FALSE, sizeof(NwTallyNumber));
  self->refusals = g_array_new(FALSE, FALSE, sizeof(NwTallyRefusal));
  g_array_set_clear_func(self->numbers, number_clear_cb);
  for (guint i = 0; i < n_outputs; i++) {
    const NwPlanOutput *output = nw_plan_get_output(plan, i);
    const NwField *field = nw_feed_get_target(feed, i);
    NwMetricUse *use = &self->uses[i], *weighted = &self->uses[n_outputs + i];

    *use = (NwMetricUse){output->head, output->loss->target, output->cols, is_soft(field),
                         output->params};
    *weighted = *use;
    weighted->weighted = TRUE;
    if (field == NULL)
      continue;
    add_metrics(self, feed, i, "metrics", use);
    if (nw_params_applies(output->params, "weighted_metrics"))
      add_metrics(self, feed, i, "weighted_metrics", weighted);
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

static Known *
get_known(const NwTally *self, guint output)
{
  return (Known *)(self->state + 2 + self->n_terms) + output;
}

static gboolean
may_be_unknown(const NwTally *self, gsize term)
{
  return term < nw_plan_get_n_outputs(self->plan) &&
         nw_plan_get_output(self->plan, (guint)term)->may_be_unknown;
}

/* Returns what the output adds to the total of the batch. */
static double
add_known(NwTally *self, const NwExec *exec, guint output)
{
  double loss = nw_exec_get_term(exec, output), unknown;
  double weighted = nw_exec_get_output_weight(exec, output) * loss;
  double rows = nw_exec_get_rows(exec, output, &unknown);
  Known *known = get_known(self, output);

  known->known += rows;
  known->unknown += unknown;
  known->loss += rows * loss;
  known->weighted += rows * weighted;
  return weighted;
}

void
nw_tally_add(NwTally *self, const NwExec *exec, gsize n)
{
  double total = nw_exec_get_total(exec);

  for (guint i = 0; i < nw_plan_get_n_outputs(self->plan); i++)
    if (may_be_unknown(self, i))
      total -= add_known(self, exec, i);
  self->state[0] += (double)n;
  self->state[1] += (double)n * total;
  for (gsize i = 0; i < self->n_terms; i++)
    self->state[2 + i] += (double)n * nw_exec_get_term(exec, (guint)i);
  for (guint i = 0; i < self->folds->len; i++) {
    const Fold *fold = &g_array_index(self->folds, Fold, i);
    NwMetricBatch batch = fold->use->weighted ? nw_exec_get_weighted_batch(exec, fold->output)
                                              : nw_exec_get_batch(exec, fold->output);
    fold->fold->update(fold->fold, fold->use, &batch, self->state + fold->first_state);
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
      metric->kind->of_report(metric->kind, metric->use, report, values);
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
      metric->kind->result(metric->kind, metric->use, state, values + metric->first_number);
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

gboolean
nw_tally_get_known(const NwTally *self, guint output, gsize *known, gsize *unknown)
{
  *known = (gsize)get_known(self, output)->known;
  *unknown = (gsize)get_known(self, output)->unknown;
  return may_be_unknown(self, output);
}

double
nw_tally_get_term(const NwTally *self, guint term)
{
  const Known *known = may_be_unknown(self, term) ? get_known(self, term) : NULL;

  if (known != NULL)
    return known->known > 0 ? known->loss / known->known : 0;
  return self->state[2 + term] / self->state[0];
}

double
nw_tally_get_total(const NwTally *self)
{
  double total = self->state[1] / self->state[0];

  for (guint i = 0; i < nw_plan_get_n_outputs(self->plan); i++)
    if (may_be_unknown(self, i) && get_known(self, i)->known > 0)
      total += get_known(self, i)->weighted / get_known(self, i)->known;
  return total;
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
