/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-tally.h"

#include <string.h>

struct _NwTally {
  const NwPlan *plan;
  gsize n_terms;
  GArray *metrics; /* NwTallyMetric */
  gsize n_state;
  double *state; /* samples, Σ n·total, Σ n·term …, then the metrics' own */
};

static void
metric_clear_cb(gpointer data)
{
  g_free(((NwTallyMetric *)data)->name);
}

/* Are the targets percentages rather than 0 and 1? */
static gboolean
is_soft(const NwPlanOutput *output, const NwField *field)
{
  gsize n;

  if (output->head == NW_HEAD_VALUES || field == NULL || field->type.dtype != NW_REAL)
    return FALSE;
  n = field->rows * (gsize)nw_shape_elements(&field->type.shape);
  for (gsize i = 0; i < n; i++)
    if (field->real[i] != 0 && field->real[i] != 1)
      return TRUE;
  return FALSE;
}

NwTally *
nw_tally_new(const NwPlan *plan, const NwFeed *feed)
{
  NwTally *self = g_new0(NwTally, 1);

  self->plan = plan;
  self->n_terms = nw_plan_get_n_terms(plan);
  self->n_state = 2 + self->n_terms;
  self->metrics = g_array_new(FALSE, FALSE, sizeof(NwTallyMetric));
  g_array_set_clear_func(self->metrics, metric_clear_cb);
  for (guint i = 0; i < nw_plan_get_n_outputs(plan); i++) {
    const NwPlanOutput *output = nw_plan_get_output(plan, i);
    const char *const *names = nw_params_get_names(output->params, "metrics");
    const NwField *field = nw_feed_get_target(feed, i);
    gboolean soft = is_soft(output, field);

    for (gsize k = 0; field != NULL && names[k] != NULL; k++) {
      NwTallyMetric metric = {nw_metric_kind_find(names[k]), i, NULL, NULL, self->n_state};
      if (!metric.kind->resolve(output->head, output->loss->target, output->cols, soft,
                                &metric.title))
        continue;
      metric.name = nw_plan_get_n_outputs(plan) == 1
                        ? g_strdup(names[k])
                        : g_strdup_printf("%s_%s", output->name, names[k]);
      g_array_append_val(self->metrics, metric);
      self->n_state += metric.kind->n_state(output->cols);
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
  for (guint i = 0; i < self->metrics->len; i++) {
    const NwTallyMetric *metric = nw_tally_get_metric(self, i);
    NwMetricBatch batch = nw_exec_get_batch(exec, metric->output);
    metric->kind->update(self->state + metric->first_state, &batch);
  }
}

guint
nw_tally_get_n_metrics(const NwTally *self)
{
  return self->metrics->len;
}

const NwTallyMetric *
nw_tally_get_metric(const NwTally *self, guint i)
{
  return &g_array_index(self->metrics, NwTallyMetric, i);
}

double
nw_tally_get_metric_value(const NwTally *self, guint i)
{
  const NwTallyMetric *metric = nw_tally_get_metric(self, i);
  return metric->kind->result(self->state + metric->first_state,
                              nw_plan_get_output(self->plan, metric->output)->cols);
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
