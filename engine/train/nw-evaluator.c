/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-evaluator.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "nw-error.h"

/* A batch is at most this large, in samples and in bytes of arena. */
#define MAX_BATCH 512
#define MAX_ARENA ((gsize)256 << 20)

/* Numbers of one output that a report is made from; rows beyond are judged by losses and metrics
 * only. */
#define MAX_REPORT_NUMBERS ((gsize)20 << 20)

/* One output's predictions and targets, collected over the batches. */
typedef struct {
  gsize capacity, rows;       /* rows of rows_per_sample · samples */
  NwReal *p, *z, *y, *counts; /* z: logits, where the plan knows them */
  gint32 *index;
  NwReport *report;
} Collected;

struct _NwEvaluator {
  NwPlan *plan;
  NwExec *exec;
  NwFeed *feed;
  NwTally *tally;
  gboolean targets;
  guint pass; /* of dropout; 0 without */
  Collected *outputs;
};

NwPlan *
nw_evaluator_compile(NwInference *inference, gsize n_rows, GError **error)
{
  gsize samples = (gsize)nw_inference_get_max_samples(inference);
  gsize capacity = CLAMP(n_rows, 1, MAX_BATCH);

  /* Where sample n of a batch goes on with that of the batch before, batches are as in training. */
  if (samples > 0)
    return nw_plan_new(inference, samples, FALSE, error);
  for (; capacity > 1; capacity /= 2) {
    g_autoptr(NwPlan) plan = nw_plan_new(inference, capacity, FALSE, NULL);
    if (plan != NULL && nw_plan_get_arena_bytes(plan) <= MAX_ARENA)
      return g_steal_pointer(&plan);
  }
  return nw_plan_new(inference, 1, FALSE, error);
}

static void
allocate_output(NwEvaluator *self, guint i, gsize n_rows)
{
  const NwPlanOutput *plan = nw_plan_get_output(self->plan, i);
  Collected *output = &self->outputs[i];

  if (!self->targets || !plan->has_target || plan->loss->target == NW_TARGET_LABELS)
    return;
  output->capacity = MIN(n_rows * plan->rows_per_sample, MAX(MAX_REPORT_NUMBERS / plan->cols, 1));
  output->p = g_new(NwReal, output->capacity * plan->cols);
  if (nw_exec_get_logits(self->exec, i) != NULL)
    output->z = g_new(NwReal, output->capacity * plan->cols);
  if (plan->target.dtype == NW_INT32)
    output->index = g_new(gint32, output->capacity);
  else
    output->y = g_new(NwReal, output->capacity * plan->cols);
  if (plan->has_mask || plan->may_be_unknown)
    output->counts = g_new(NwReal, output->capacity);
}

NwEvaluator *
nw_evaluator_new(NwInference *inference, NwWeights *weights, NwDataset *dataset, gboolean targets,
                 gsize n_rows, NwPool *pool, GError **error)
{
  return nw_evaluator_new_seeded(inference, weights, dataset, targets, n_rows, pool, 0, error);
}

NwEvaluator *
nw_evaluator_new_seeded(NwInference *inference, NwWeights *weights, NwDataset *dataset,
                        gboolean targets, gsize n_rows, NwPool *pool, guint64 seed, GError **error)
{
  g_autoptr(NwEvaluator) self = g_new0(NwEvaluator, 1);

  self->targets = targets;
  self->plan = nw_evaluator_compile(inference, n_rows, error);
  if (self->plan == NULL)
    return NULL;
  self->exec = nw_exec_new(self->plan, weights, pool, seed, error);
  if (self->exec == NULL)
    return NULL;
  nw_exec_set_without_targets(self->exec, !targets);
  self->feed = nw_feed_new(self->exec, dataset, targets, error);
  if (self->feed == NULL)
    return NULL;
  self->tally = nw_tally_new(self->plan, self->feed, TRUE);
  self->outputs = g_new0(Collected, nw_plan_get_n_outputs(self->plan) + 1);
  for (guint i = 0; i < nw_plan_get_n_outputs(self->plan); i++)
    allocate_output(self, i, n_rows);
  return g_steal_pointer(&self);
}

void
nw_evaluator_free(NwEvaluator *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; self->outputs != NULL && i < nw_plan_get_n_outputs(self->plan); i++) {
    g_free(self->outputs[i].p);
    g_free(self->outputs[i].z);
    g_free(self->outputs[i].y);
    g_free(self->outputs[i].counts);
    g_free(self->outputs[i].index);
    g_clear_pointer(&self->outputs[i].report, nw_report_unref);
  }
  g_free(self->outputs);
  nw_tally_free(self->tally);
  nw_feed_free(self->feed);
  nw_exec_free(self->exec);
  nw_plan_unref(self->plan);
  g_free(self);
}

void
nw_evaluator_set_output_weight(NwEvaluator *self, guint output, double weight)
{
  nw_exec_set_output_weight(self->exec, output, weight);
}

void
nw_evaluator_bypass_recalibration(NwEvaluator *self)
{
  nw_exec_bypass_recalibration(self->exec);
}

guint
nw_evaluator_set_dropout(NwEvaluator *self, gboolean on, guint pass)
{
  self->pass = pass;
  return nw_exec_set_dropout(self->exec, on);
}

static void
collect(Collected *output, const NwMetricBatch *batch, const NwReal *logits)
{
  gsize rows = MIN(batch->rows, output->capacity - output->rows), at = output->rows;
  gsize cols = batch->cols;

  if (rows == 0)
    return;
  memcpy(output->p + at * cols, batch->p, rows * cols * sizeof(NwReal));
  if (output->z != NULL)
    memcpy(output->z + at * cols, logits, rows * cols * sizeof(NwReal));
  if (output->y != NULL)
    memcpy(output->y + at * cols, batch->y, rows * cols * sizeof(NwReal));
  if (output->index != NULL)
    memcpy(output->index + at, batch->index, rows * sizeof(gint32));
  if (output->counts != NULL)
    memcpy(output->counts + at, batch->weight, rows * sizeof(NwReal));
  output->rows += rows;
}

/* What the network answers for a batch, and which steps of it count. */
static void
copy_answers(const NwMetricBatch *batch, NwReal *predictions, guint8 *mask)
{
  memcpy(predictions, batch->p, batch->rows * batch->cols * sizeof(NwReal));
  for (gsize i = 0; mask != NULL && i < batch->rows; i++)
    mask[i] = batch->weight == NULL || batch->weight[i] != 0;
}

static void
make_report(NwEvaluator *self, guint i)
{
  Collected *output = &self->outputs[i];

  g_clear_pointer(&output->report, nw_report_unref);
  output->report = nw_evaluator_judge(self, i, output->p);
}

void
nw_evaluator_run(NwEvaluator *self, const guint32 *rows, gsize n, NwReal **predictions,
                 guint8 **masks)
{
  gsize capacity = nw_plan_get_capacity(self->plan);
  guint n_outputs = nw_plan_get_n_outputs(self->plan);

  nw_tally_reset(self->tally);
  for (guint i = 0; i < n_outputs; i++)
    self->outputs[i].rows = 0;
  nw_exec_run_weight_penalties(self->exec);
  for (gsize from = 0; from < n; from += capacity) {
    gsize count = MIN(capacity, n - from);

    nw_feed_rows(self->feed, rows + from, count);
    nw_exec_run(self->exec, count, self->pass, (guint)(from / capacity));
    nw_tally_add(self->tally, self->exec, count);
    for (guint i = 0; i < n_outputs; i++) {
      gsize at = from * nw_plan_get_output(self->plan, i)->rows_per_sample;
      NwMetricBatch batch = nw_exec_get_batch(self->exec, i);
      if (self->outputs[i].p != NULL)
        collect(&self->outputs[i], &batch, nw_exec_get_logits(self->exec, i));
      if (predictions != NULL)
        copy_answers(&batch, predictions[i] + at * batch.cols,
                     masks == NULL || masks[i] == NULL ? NULL : masks[i] + at);
    }
  }
  for (guint i = 0; i < n_outputs; i++) {
    make_report(self, i);
    nw_tally_take_report(self->tally, i, self->outputs[i].report);
  }
}

NwReport *
nw_evaluator_judge(const NwEvaluator *self, guint i, const NwReal *predictions)
{
  const NwPlanOutput *plan = nw_plan_get_output(self->plan, i);
  const Collected *output = &self->outputs[i];
  NwReport *report;

  if (output->p == NULL || output->rows == 0)
    return NULL;
  report =
      nw_report_new(plan->name, plan->head, output->rows, plan->cols, predictions, output->y,
                    output->index, output->counts, nw_feed_get_labels(self->feed, i, plan->cols));
  if (report != NULL)
    nw_report_set_steps(report, plan->rows_per_sample);
  return report;
}

const NwPlan *
nw_evaluator_get_plan(const NwEvaluator *self)
{
  return self->plan;
}

NwTally *
nw_evaluator_get_tally(const NwEvaluator *self)
{
  return self->tally;
}

NwReport *
nw_evaluator_get_report(const NwEvaluator *self, guint output)
{
  return self->outputs[output].report;
}

static double *
dup_double(const NwReal *values, gsize n)
{
  double *copy = g_new(double, MAX(n, 1));

  for (gsize i = 0; i < n; i++)
    copy[i] = (double)values[i];
  return copy;
}

static double *
dup_classes(const gint32 *index, gsize n)
{
  double *copy = g_new(double, MAX(n, 1));

  for (gsize i = 0; i < n; i++)
    copy[i] = index[i];
  return copy;
}

/* 1 for rows that count and are known as a whole. */
static double *
dup_mask(const Collected *output, gsize cols)
{
  double *mask = dup_double(output->counts, output->rows);

  for (gsize i = 0; output->y != NULL && i < output->rows * cols; i++)
    if (isnan(output->y[i]))
      mask[i / cols] = 0;
  return mask;
}

NwForecast *
nw_evaluator_dup_forecast(const NwEvaluator *self, guint i, gboolean from_probabilities,
                          GError **error)
{
  const NwPlanOutput *plan = nw_plan_get_output(self->plan, i);
  const Collected *output = &self->outputs[i];
  gint64 rows = (gint64)output->rows, cols = (gint64)plan->cols;
  gsize cells = output->rows * plan->cols;
  char **labels = nw_feed_get_target(self->feed, i)->labels;
  g_autofree double *p = NULL, *y = NULL, *mask = NULL;
  NwForecastInput input = {.are_logits = output->z != NULL && !from_probabilities};

  if (plan->head == NW_HEAD_VALUES || output->p == NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("Output “%s” gives no probabilities that a target could be compared with"),
                plan->name);
    return NULL;
  }
  p = dup_double(input.are_logits ? output->z : output->p, cells);
  y = output->y != NULL ? dup_double(output->y, cells) : dup_classes(output->index, output->rows);
  input.predictions = (NwForecastArray){plan->name, NW_SHAPE(rows, cols), p};
  input.labels = (NwForecastArray){_("its target"), NW_SHAPE(rows), y};
  if (output->y != NULL)
    input.labels.shape = NW_SHAPE(rows, cols);
  if (output->counts != NULL) {
    mask = dup_mask(output, plan->cols);
    input.mask = (NwForecastArray){_("its mask"), NW_SHAPE(rows), mask};
  }
  if (plan->head == NW_HEAD_SOFTMAX)
    input.task = cols == 2 ? NW_TASK_BINARY : NW_TASK_MULTICLASS;
  else
    input.task = cols == 1 ? NW_TASK_BINARY : NW_TASK_MULTILABEL;
  if (labels != NULL && g_strv_length(labels) == plan->cols)
    input.names = (const char *const *)labels;
  return nw_forecast_new(&input, error);
}

/* The target of row @at of those collected into @y [cols]; FALSE: it does not count. */
static gboolean
read_target(const Collected *output, gsize at, gsize cols, double *y)
{
  if (output->counts != NULL && output->counts[at] == 0)
    return FALSE;
  for (gsize k = 0; k < cols; k++)
    y[k] =
        output->index != NULL ? output->index[at] == (gint32)k : (double)output->y[at * cols + k];
  return output->index == NULL || (output->index[at] >= 0 && output->index[at] < (gint32)cols);
}

gboolean
nw_evaluator_dup_rows(const NwEvaluator *self, guint i, gsize *rows, double **p, double **y,
                      gsize **from)
{
  const Collected *output = &self->outputs[i];
  gsize cols = nw_plan_get_output(self->plan, i)->cols, n = output->rows * cols + 1;

  *rows = 0;
  if (output->p == NULL)
    return FALSE;
  *p = g_new(double, n);
  *y = g_new(double, n);
  *from = g_new(gsize, output->rows + 1);
  for (gsize at = 0; at < output->rows; at++) {
    double *to = *p + *rows * cols;
    gboolean finite = TRUE;
    for (gsize k = 0; k < cols; k++) {
      to[k] = (double)output->p[at * cols + k];
      finite &= isfinite(to[k]) != 0;
    }
    if (!finite || !read_target(output, at, cols, *y + *rows * cols))
      continue;
    (*from)[(*rows)++] = at;
  }
  return TRUE;
}
