/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-evaluate.h"

#include <glib/gi18n-lib.h>

#include "nw-error.h"
#include "nw-evaluator.h"

static const char *
split_title(NwSplit split)
{
  static const char *const titles[NW_N_SPLITS] = {N_("training"), N_("validation"), N_("test")};
  return _(titles[split]);
}

static NwEvaluation *
take_results(NwEvaluator *evaluator, gsize samples)
{
  NwEvaluation *self = g_new0(NwEvaluation, 1);
  const NwPlan *plan = nw_evaluator_get_plan(evaluator);
  NwTally *tally = nw_evaluator_get_tally(evaluator);

  self->samples = samples;
  self->loss = nw_tally_get_total(tally);
  self->n_outputs = nw_plan_get_n_outputs(plan);
  self->outputs = g_new0(char *, self->n_outputs + 1);
  self->losses = g_new0(double, self->n_outputs + 1);
  self->known = g_new0(gsize, self->n_outputs + 1);
  self->unknown = g_new0(gsize, self->n_outputs + 1);
  self->reports = g_new0(NwReport *, self->n_outputs + 1);
  for (guint i = 0; i < self->n_outputs; i++) {
    NwReport *report = nw_evaluator_get_report(evaluator, i);
    self->outputs[i] = g_strdup(nw_plan_get_output(plan, i)->name);
    self->losses[i] = nw_tally_get_term(tally, i);
    if (!nw_tally_get_known(tally, i, &self->known[i], &self->unknown[i]))
      self->known[i] = self->unknown[i] = 0;
    self->reports[i] = report == NULL ? NULL : nw_report_ref(report);
  }
  self->n_metrics = nw_tally_get_n_numbers(tally);
  self->metric_names = g_new0(char *, self->n_metrics + 1);
  self->metric_titles = g_new0(char *, self->n_metrics + 1);
  self->metric_outputs = g_new0(guint, self->n_metrics + 1);
  self->metrics = g_new0(double, self->n_metrics + 1);
  nw_tally_read_numbers(tally, self->metrics);
  for (guint i = 0; i < self->n_metrics; i++) {
    const NwTallyNumber *number = nw_tally_get_number(tally, i);
    self->metric_names[i] = g_strdup(number->name);
    self->metric_titles[i] = g_strdup(number->title);
    self->metric_outputs[i] = number->output;
  }
  self->n_refusals = nw_tally_get_n_refusals(tally);
  self->refusals = g_new0(NwTallyRefusal, self->n_refusals + 1);
  for (guint i = 0; i < self->n_refusals; i++)
    self->refusals[i] = *nw_tally_get_refusal(tally, i);
  return self;
}

NwEvaluation *
nw_evaluate(NwProject *project, NwWeights *weights, NwDataset *dataset, NwSplit split, int threads,
            GError **error)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwPool) pool = nw_pool_new(threads);
  g_autoptr(NwEvaluator) evaluator = NULL;
  gsize n;
  const guint32 *rows = nw_dataset_get_split(dataset, split, &n);

  if (n == 0) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("The %s split has no rows; give it a part of the data on the Data page."),
                split_title(split));
    return NULL;
  }
  evaluator = nw_evaluator_new(inference, weights, dataset, TRUE, n, pool, error);
  if (evaluator == NULL)
    return NULL;
  nw_evaluator_run(evaluator, rows, n, NULL, NULL);
  return take_results(evaluator, n);
}

void
nw_evaluation_free(NwEvaluation *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_outputs; i++)
    g_clear_pointer(&self->reports[i], nw_report_unref);
  g_strfreev(self->outputs);
  g_strfreev(self->metric_names);
  g_strfreev(self->metric_titles);
  g_free(self->reports);
  g_free(self->losses);
  g_free(self->known);
  g_free(self->unknown);
  g_free(self->metric_outputs);
  g_free(self->metrics);
  g_free(self->refusals);
  g_free(self);
}

NwPredictions *
nw_predictions_new(const NwPlan *plan, gsize n_rows)
{
  NwPredictions *self = g_new0(NwPredictions, 1);

  self->rows = n_rows;
  self->n_outputs = nw_plan_get_n_outputs(plan);
  self->outputs = g_new0(char *, self->n_outputs + 1);
  self->shapes = g_new0(NwShape, self->n_outputs + 1);
  self->values = g_new0(float *, self->n_outputs + 1);
  self->masks = g_new0(guint8 *, self->n_outputs + 1);
  for (guint i = 0; i < self->n_outputs; i++) {
    const NwPlanOutput *output = nw_plan_get_output(plan, i);
    self->outputs[i] = g_strdup(output->name);
    self->shapes[i] = output->type.shape;
    self->values[i] = g_new0(float, n_rows *(gsize)nw_shape_elements(&output->type.shape) + 1);
  }
  return self;
}

NwPredictions *
nw_predict(NwProject *project, NwWeights *weights, NwDataset *dataset, const guint32 *rows,
           gsize n_rows, int threads, GError **error)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwPool) pool = nw_pool_new(threads);
  g_autoptr(NwEvaluator) evaluator =
      nw_evaluator_new(inference, weights, dataset, FALSE, n_rows, pool, error);
  g_autofree NwReal **values = NULL;
  NwPredictions *self;
  const NwPlan *plan;

  if (evaluator == NULL)
    return NULL;
  plan = nw_evaluator_get_plan(evaluator);
  self = nw_predictions_new(plan, n_rows);
  values = g_new0(NwReal *, self->n_outputs + 1);
  for (guint i = 0; i < self->n_outputs; i++) {
    const NwPlanOutput *output = nw_plan_get_output(plan, i);
    values[i] = g_new(NwReal, n_rows * output->rows_per_sample * output->cols + 1);
    if (output->has_mask)
      self->masks[i] = g_new(guint8, n_rows * output->rows_per_sample + 1);
  }
  nw_evaluator_run(evaluator, rows, n_rows, values, self->masks);
  for (guint i = 0; i < self->n_outputs; i++) {
    gsize n = n_rows * (gsize)nw_shape_elements(&self->shapes[i]);
    for (gsize k = 0; k < n; k++)
      self->values[i][k] = (float)values[i][k];
    g_free(values[i]);
  }
  return self;
}

void
nw_predictions_free(NwPredictions *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_outputs; i++) {
    g_free(self->values[i]);
    g_free(self->masks[i]);
    if (self->n_questions != NULL) {
      g_free(self->entropy[i]);
      g_free(self->information[i]);
      g_free(self->spread[i]);
    }
  }
  g_free(self->n_questions);
  g_free(self->entropy);
  g_free(self->information);
  g_free(self->spread);
  g_free(self->values);
  g_free(self->masks);
  g_free(self->shapes);
  g_strfreev(self->outputs);
  g_free(self);
}
