/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-coverage.h"

#include "nw-error.h"
#include "nw-evaluator.h"
#include "nw-rng.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The rows of a split as the evaluator has them now; sample numbers in place of rows. */
static void
take_rows(const NwEvaluator *evaluator, guint i, NwConformalRows *rows)
{
  const NwPlanOutput *plan = nw_plan_get_output(nw_evaluator_get_plan(evaluator), i);
  double *p, *y;
  gsize *from;

  *rows = (NwConformalRows){.head = plan->head, .cols = plan->cols};
  if (!nw_evaluator_dup_rows(evaluator, i, &rows->rows, &p, &y, &from))
    return;
  for (gsize row = 0; row < rows->rows; row++)
    from[row] /= plan->rows_per_sample;
  rows->p = p;
  rows->y = y;
  rows->sample = from;
}

static char **
dup_names(NwDataset *dataset, const NwPlanOutput *plan)
{
  const char *const *labels = nw_dataset_get_labels(dataset, plan->name);

  return labels != NULL && g_strv_length((char **)labels) == plan->cols ? g_strdupv((char **)labels)
                                                                        : NULL;
}

static void
run_split(NwCoverageField *self, NwEvaluator *evaluator, NwDataset *dataset, NwSplit split)
{
  gsize n;
  const guint32 *rows = nw_dataset_get_split(dataset, split, &n);

  nw_evaluator_run(evaluator, rows, n, NULL, NULL);
  for (guint i = 0; i < self->n; i++)
    take_rows(evaluator, i,
              split == NW_SPLIT_TEST ? &self->outputs[i].judge : &self->outputs[i].known);
}

NwCoverageField *
nw_coverage_field_new(NwProject *project, NwWeights *weights, NwDataset *dataset, gboolean judge,
                      int threads, GError **error)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwPool) pool = nw_pool_new(threads);
  g_autoptr(NwEvaluator) evaluator = NULL;
  NwCoverageField *self;
  gsize n_fit, n_test;

  nw_dataset_get_split(dataset, NW_SPLIT_VALIDATION, &n_fit);
  nw_dataset_get_split(dataset, NW_SPLIT_TEST, &n_test);
  if (!nw_inference_check(inference, error))
    return NULL;
  if (n_fit == 0) {
    g_set_error_literal(
        error, NW_ERROR, NW_ERROR_INPUT,
        _("The validation split has no rows to make sets by; give it a part of the data "
          "on the Data page."));
    return NULL;
  }
  evaluator = nw_evaluator_new(inference, weights, dataset, TRUE, MAX(n_fit, n_test), pool, error);
  if (evaluator == NULL)
    return NULL;
  self = g_new0(NwCoverageField, 1);
  self->n = nw_plan_get_n_outputs(nw_evaluator_get_plan(evaluator));
  self->outputs = g_new0(NwCoverageOutput, self->n + 1);
  run_split(self, evaluator, dataset, NW_SPLIT_VALIDATION);
  if (judge)
    run_split(self, evaluator, dataset, NW_SPLIT_TEST);
  for (guint i = 0; i < self->n; i++) {
    const NwPlanOutput *plan = nw_plan_get_output(nw_evaluator_get_plan(evaluator), i);
    NwCoverageOutput *output = &self->outputs[i];
    output->output = g_strdup(plan->name);
    output->names = dup_names(dataset, plan);
    output->steps = plan->rows_per_sample;
    if (output->known.rows == 0)
      output->problem = g_strdup(_("it has no target that its answers could be compared with"));
  }
  return self;
}

/* ── predictions of any program ──────────────────────────────────────────────────────────────── */

static NwConformalRows
copy_rows(const NwForecast *forecast, const guint32 *order, gsize n)
{
  gsize cols = forecast->cols;
  double *p = g_new(double, n *cols + 1), *y = g_new(double, n *cols + 1);

  for (gsize i = 0; i < n; i++) {
    memcpy(p + i * cols, forecast->p + order[i] * cols, cols * sizeof(double));
    memcpy(y + i * cols, forecast->y + order[i] * cols, cols * sizeof(double));
  }
  return (NwConformalRows){
      .head = forecast->task == NW_TASK_MULTICLASS ? NW_HEAD_SOFTMAX : NW_HEAD_SIGMOID,
      .rows = n,
      .cols = cols,
      .p = p,
      .y = y,
  };
}

NwCoverageField *
nw_coverage_field_new_from_forecast(const char *name, const NwForecast *forecast)
{
  NwRng rng = nw_rng(1, NW_RNG_SAMPLE, 0, 0, 0);
  gsize half = (forecast->rows + 1) / 2;
  g_autofree guint32 *order = g_new(guint32, forecast->rows + 1);
  NwCoverageField *self = g_new0(NwCoverageField, 1);

  nw_rng_permutation(&rng, forecast->rows, order);
  self->n = 1;
  self->outputs = g_new0(NwCoverageOutput, 2);
  self->outputs[0] = (NwCoverageOutput){
      .output = g_strdup(name),
      .names = g_strdupv(forecast->names),
      .steps = 1,
      .known = copy_rows(forecast, order, half),
      .judge = copy_rows(forecast, order + half, forecast->rows - half),
  };
  if (forecast->rows == 0)
    self->outputs[0].problem = g_strdup(_("no row counts"));
  return self;
}

static void
clear_rows(NwConformalRows *rows)
{
  g_free((gpointer)rows->p);
  g_free((gpointer)rows->y);
  g_free((gpointer)rows->sample);
}

void
nw_coverage_field_free(NwCoverageField *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n; i++) {
    g_free(self->outputs[i].output);
    g_strfreev(self->outputs[i].names);
    g_free(self->outputs[i].problem);
    clear_rows(&self->outputs[i].known);
    clear_rows(&self->outputs[i].judge);
  }
  g_free(self->outputs);
  g_free(self);
}

const NwCoverageOutput *
nw_coverage_field_find(const NwCoverageField *self, const char *output)
{
  for (guint i = 0; i < self->n; i++)
    if (g_str_equal(self->outputs[i].output, output))
      return &self->outputs[i];
  return NULL;
}

NwConformal *
nw_coverage_output_fit(const NwCoverageOutput *self, const char *method, GError **error)
{
  const NwConformalKind *kind;
  NwConformal *conformal;

  if (self->problem != NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, "%s: %s", self->output, self->problem);
    return NULL;
  }
  kind = nw_conformal_kind_find(method, self->known.head, error);
  conformal = kind != NULL ? nw_conformal_new(kind, &self->known, error) : NULL;
  if (conformal == NULL)
    g_prefix_error(error, "%s: ", self->output);
  return conformal;
}
