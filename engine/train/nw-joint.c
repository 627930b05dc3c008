/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-joint.h"

#include "nw-error.h"
#include "nw-evaluator.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Sums over the members, in double, in the order of members: the same bits whatever the threads. */
typedef struct {
  gsize n, cols;     /* numbers; of a row */
  gsize n_questions; /* of a row */
  NwHead head;
  double *sum, *squares,
      *entropy;   /* [n], [n] of values, [n / cols · n_questions] of probabilities */
  NwReal *answer; /* [n] of one member */
  guint8 *mask;   /* (nullable) */
} Sums;

/* −Σ p·ln p of one question. */
static double
entropy_of(const double *p, gsize n)
{
  double sum = 0;

  for (gsize k = 0; k < n; k++)
    sum -= p[k] > 0 ? p[k] * log(p[k]) : 0;
  return sum;
}

/* Question @q of row @row, of the numbers divided by @by. */
static double
entropy_at(const Sums *sums, gsize row, gsize q, const double *values, double by, double *work)
{
  const double *p = values + row * sums->cols;

  if (sums->head == NW_HEAD_SOFTMAX) {
    for (gsize k = 0; k < sums->cols; k++)
      work[k] = p[k] / by;
    return entropy_of(work, sums->cols);
  }
  work[0] = p[q] / by;
  work[1] = 1 - work[0];
  return entropy_of(work, 2);
}

static void
add_member(Sums *sums, double *values, double *work)
{
  for (gsize i = 0; i < sums->n; i++) {
    values[i] = (double)sums->answer[i];
    sums->sum[i] += values[i];
    if (sums->head == NW_HEAD_VALUES)
      sums->squares[i] += values[i] * values[i];
  }
  for (gsize row = 0; sums->head != NW_HEAD_VALUES && row < sums->n / sums->cols; row++)
    for (gsize q = 0; q < sums->n_questions; q++)
      sums->entropy[row * sums->n_questions + q] += entropy_at(sums, row, q, values, 1, work);
}

typedef struct {
  NwEvaluator *evaluator; /* of the first weights, for their plan */
  guint n_outputs, n_members;
  Sums *outputs;
} Field;

static void
field_clear(Field *field)
{
  for (guint i = 0; field->outputs != NULL && i < field->n_outputs; i++) {
    g_free(field->outputs[i].sum);
    g_free(field->outputs[i].squares);
    g_free(field->outputs[i].entropy);
    g_free(field->outputs[i].answer);
    g_free(field->outputs[i].mask);
  }
  g_free(field->outputs);
  g_clear_pointer(&field->evaluator, nw_evaluator_free);
}

static void
allocate(Field *field, gsize n_rows)
{
  const NwPlan *plan = nw_evaluator_get_plan(field->evaluator);

  field->n_outputs = nw_plan_get_n_outputs(plan);
  field->outputs = g_new0(Sums, field->n_outputs + 1);
  for (guint i = 0; i < field->n_outputs; i++) {
    const NwPlanOutput *output = nw_plan_get_output(plan, i);
    gsize rows = n_rows * output->rows_per_sample;
    Sums *sums = &field->outputs[i];
    sums->head = output->head;
    sums->cols = output->cols;
    sums->n = rows * output->cols;
    sums->n_questions = output->head == NW_HEAD_SOFTMAX ? 1 : output->cols;
    sums->sum = g_new0(double, sums->n + 1);
    sums->squares = output->head == NW_HEAD_VALUES ? g_new0(double, sums->n + 1) : NULL;
    sums->entropy = g_new0(double, rows * sums->n_questions + 1);
    sums->answer = g_new0(NwReal, sums->n + 1);
    sums->mask = output->has_mask ? g_new0(guint8, rows + 1) : NULL;
  }
}

static void
run_once(Field *field, NwEvaluator *evaluator, const guint32 *rows, gsize n_rows)
{
  g_autofree NwReal **answers = g_new0(NwReal *, field->n_outputs + 1);
  g_autofree guint8 **masks = g_new0(guint8 *, field->n_outputs + 1);

  for (guint i = 0; i < field->n_outputs; i++) {
    answers[i] = field->outputs[i].answer;
    masks[i] = field->outputs[i].mask;
  }
  nw_evaluator_run(evaluator, rows, n_rows, answers, masks);
  for (guint i = 0; i < field->n_outputs; i++) {
    g_autofree double *values = g_new(double, field->outputs[i].n + 1);
    g_autofree double *work = g_new(double, field->outputs[i].cols + 2);
    add_member(&field->outputs[i], values, work);
  }
  field->n_members++;
}

/* Do its outputs stand for the same numbers as those of the first? */
static gboolean
check_outputs(const Field *field, const NwEvaluator *evaluator, GError **error)
{
  const NwPlan *first = nw_evaluator_get_plan(field->evaluator);
  const NwPlan *plan = nw_evaluator_get_plan(evaluator);
  gboolean same = nw_plan_get_n_outputs(plan) == field->n_outputs;

  for (guint i = 0; same && i < field->n_outputs; i++) {
    const NwPlanOutput *a = nw_plan_get_output(first, i), *b = nw_plan_get_output(plan, i);
    same = g_str_equal(a->name, b->name) && a->head == b->head && a->cols == b->cols &&
           a->rows_per_sample == b->rows_per_sample;
  }
  if (!same)
    g_set_error_literal(
        error, NW_ERROR, NW_ERROR_INPUT,
        _("The networks have other outputs, or outputs of another kind; only those that answer the "
          "same questions can answer together."));
  return same;
}

static NwEvaluator *
create_evaluator(NwProject *project, const NwMembers *members, guint w, NwDataset *dataset,
                 gboolean targets, gsize n_rows, NwPool *pool, GError **error)
{
  NwProject *own = members->projects != NULL ? members->projects[w] : project;
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(own));

  return nw_inference_check(inference, error)
             ? nw_evaluator_new_seeded(inference, members->weights[w], dataset, targets, n_rows,
                                       pool, members->seed, error)
             : NULL;
}

static gboolean
run_members(Field *field, NwProject *project, const NwMembers *members, NwDataset *dataset,
            gboolean targets, const guint32 *rows, gsize n_rows, NwPool *pool, GError **error)
{
  for (guint w = 0; w < members->n_weights; w++) {
    g_autoptr(NwEvaluator) evaluator =
        create_evaluator(project, members, w, dataset, targets, n_rows, pool, error);
    if (evaluator == NULL || (w > 0 && !check_outputs(field, evaluator, error)))
      return FALSE;
    if (members->passes > 0 && nw_evaluator_set_dropout(evaluator, TRUE, 0) == 0) {
      g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                          _("The network has no Dropout layer with a rate above 0, nor another layer with "
            "dropout, so that every pass would answer the same; add one and train again, or "
            "ask several trained networks together"));
      return FALSE;
    }
    if (field->evaluator == NULL) {
      field->evaluator = g_steal_pointer(&evaluator);
      allocate(field, n_rows);
    }
    for (guint pass = 0; pass < MAX(members->passes, 1); pass++) {
      NwEvaluator *now = evaluator != NULL ? evaluator : field->evaluator;
      nw_evaluator_set_dropout(now, members->passes > 0, pass);
      run_once(field, now, rows, n_rows);
    }
  }
  return TRUE;
}

/* ── predictions ─────────────────────────────────────────────────────────────────────────────── */

static void
take_output(NwPredictions *self, const Field *field, guint i)
{
  const Sums *sums = &field->outputs[i];
  gsize rows = sums->n / sums->cols, n = rows * sums->n_questions;
  double members = field->n_members;
  g_autofree double *work = g_new(double, sums->cols + 2);

  self->n_questions[i] = sums->n_questions;
  for (gsize k = 0; k < sums->n; k++)
    self->values[i][k] = (float)(sums->sum[k] / members);
  if (sums->head == NW_HEAD_VALUES) {
    self->spread[i] = g_new(double, sums->n + 1);
    for (gsize k = 0; k < sums->n; k++) {
      double mean = sums->sum[k] / members;
      self->spread[i][k] = sqrt(MAX(sums->squares[k] / members - mean * mean, 0));
    }
    return;
  }
  self->entropy[i] = g_new(double, n + 1);
  self->information[i] = g_new(double, n + 1);
  for (gsize row = 0; row < rows; row++)
    for (gsize q = 0; q < sums->n_questions; q++) {
      gsize at = row * sums->n_questions + q;
      double whole = entropy_at(sums, row, q, sums->sum, members, work);
      self->entropy[i][at] = whole;
      self->information[i][at] = MAX(whole - sums->entropy[at] / members, 0);
    }
}

NwPredictions *
nw_joint_predict(NwProject *project, const NwMembers *members, NwDataset *dataset,
                 const guint32 *rows, gsize n_rows, int threads, GError **error)
{
  g_autoptr(NwPool) pool = nw_pool_new(threads);
  Field field = {0};
  NwPredictions *self = NULL;

  if (run_members(&field, project, members, dataset, FALSE, rows, n_rows, pool, error)) {
    self = nw_predictions_new(nw_evaluator_get_plan(field.evaluator), n_rows);
    self->n_questions = g_new0(gsize, field.n_outputs + 1);
    self->entropy = g_new0(double *, field.n_outputs + 1);
    self->information = g_new0(double *, field.n_outputs + 1);
    self->spread = g_new0(double *, field.n_outputs + 1);
    for (guint i = 0; i < field.n_outputs; i++) {
      take_output(self, &field, i);
      self->masks[i] = g_steal_pointer(&field.outputs[i].mask);
    }
  }
  field_clear(&field);
  return self;
}

/* ── reports ─────────────────────────────────────────────────────────────────────────────────── */

GPtrArray *
nw_joint_evaluate(NwProject *project, const NwMembers *members, NwDataset *dataset, NwSplit split,
                  int threads, GError **error)
{
  g_autoptr(NwPool) pool = nw_pool_new(threads);
  GPtrArray *reports = NULL;
  Field field = {0};
  gsize n;
  const guint32 *rows = nw_dataset_get_split(dataset, split, &n);

  if (n == 0) {
    g_set_error_literal(
        error, NW_ERROR, NW_ERROR_INPUT,
        _("The split has no rows to judge on; give it a part of the data on the Data "
          "page."));
    return NULL;
  }
  if (run_members(&field, project, members, dataset, TRUE, rows, n, pool, error)) {
    reports = g_ptr_array_new_with_free_func((GDestroyNotify)nw_report_unref);
    for (guint i = 0; i < field.n_outputs; i++) {
      Sums *sums = &field.outputs[i];
      for (gsize k = 0; k < sums->n; k++)
        sums->answer[k] = (NwReal)(sums->sum[k] / field.n_members);
      g_ptr_array_add(reports, nw_evaluator_judge(field.evaluator, i, sums->answer));
    }
  }
  field_clear(&field);
  return reports;
}
