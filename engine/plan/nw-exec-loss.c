/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The operations that make terms of the loss: outputs, Loss terms, activity penalties. */
#include "nw-exec-private.h"

#include <string.h>

/* ── penalties ───────────────────────────────────────────────────────────────────────────────── */

/* Sums are made of parts, whatever the number of threads: so many at most, so long at least. */
#define PARTS     64
#define PART      16384
#define SUM_LANES 8

typedef struct {
  const NwReal *y;
  NwReal *dy; /* (nullable) */
  gsize count, part;
  NwReal l1, l2;
  gboolean accumulate;
  double absolute[PARTS], squares[PARTS];
} Penalty;

static void
penalty_cb(gpointer data, gsize task)
{
  Penalty *job = data;
  gsize begin = task * job->part, end = MIN(begin + job->part, job->count), i = begin;
  double absolute[SUM_LANES] = {0}, squares[SUM_LANES] = {0};
  const NwReal *y = job->y;
  NwReal *dy = job->dy;

  for (; i + SUM_LANES <= end; i += SUM_LANES)
    for (gsize lane = 0; lane < SUM_LANES; lane++) {
      double value = (double)y[i + lane];
      absolute[lane] += fabs(value);
      squares[lane] += value * value;
    }
  for (; i < end; i++) {
    absolute[0] += fabs((double)y[i]);
    squares[0] += (double)y[i] * (double)y[i];
  }
  for (gsize lane = 0; lane < SUM_LANES; lane++) {
    job->absolute[task] += absolute[lane];
    job->squares[task] += squares[lane];
  }
  for (i = begin; dy != NULL && i < end; i++)
    dy[i] = (job->accumulate ? dy[i] : 0) + job->l1 * (NwReal)((y[i] > 0) - (y[i] < 0)) +
            2 * job->l2 * y[i];
}

/* l1·Σ|y| + l2·Σy², over the elements of a sample, averaged over the batch (numerics.md);
 * dy += (l1·sign y + 2·l2·y) / n. */
void
nw_exec_op_penalty(NwExec *exec, const NwPlanOp *op)
{
  const NwPlanNode *node = &exec->plan->nodes[op->index];
  const NwType *type = &nw_plan_value(exec->plan, node->outputs[0])->type;
  gsize count = exec->n * (gsize)nw_shape_elements(&type->shape);
  double divisor = node->infer->per_batch ? 1 : (double)exec->n, absolute = 0, squares = 0;
  Penalty job = {.y = nw_exec_value_at(exec, node->outputs[0]),
                 .dy = node->penalty_backward ? nw_exec_gradient_at(exec, node->outputs[0]) : NULL,
                 .count = count,
                 .part = MAX(PART, (count + PARTS - 1) / PARTS),
                 .l1 = (NwReal)(node->infer->activity_l1 / divisor),
                 .l2 = (NwReal)(node->infer->activity_l2 / divisor),
                 .accumulate = node->penalty_accumulate};

  nw_pool_run(exec->pool, (count + job.part - 1) / job.part, penalty_cb, &job);
  for (gsize i = 0; i < PARTS; i++) {
    absolute += job.absolute[i];
    squares += job.squares[i];
  }
  exec->terms[node->term] =
      (node->infer->activity_l1 * absolute + node->infer->activity_l2 * squares) / divisor;
}

/* weight · mean x, or weight · Σ x, of the steps that count, averaged over the batch;
 * dx += weight / what x is divided by. */
void
nw_exec_op_loss_term(NwExec *exec, const NwPlanOp *op)
{
  const NwPlanNode *node = &exec->plan->nodes[op->index];
  const NwPlanValue *value = nw_plan_value(exec->plan, node->inputs[0]);
  gsize elements = (gsize)nw_shape_elements(&value->type.shape);
  const NwReal *x = nw_exec_value_at(exec, node->inputs[0]);
  NwReal *dx = node->penalty_backward ? nw_exec_gradient_at(exec, node->inputs[0]) : NULL;
  const guint8 *mask = nw_exec_at(exec, value->mask);
  gsize run = mask == NULL ? elements : elements / (gsize)value->type.shape.dim[0];
  gsize runs = exec->n * elements / run;
  double sum = 0, counted = 0, divisor = (double)exec->n;

  exec->terms[node->term] = 0;
  if (exec->without_targets && nw_exec_reads_target(exec, op->index))
    return;
  for (gsize r = 0; r < runs; r++) {
    if (mask != NULL && mask[r] == 0)
      continue;
    for (gsize i = r * run; i < (r + 1) * run; i++)
      sum += (double)x[i];
    counted += (double)run;
  }
  if (node->infer->loss_term == NW_LOSS_TERM_MEAN)
    divisor = counted;
  exec->terms[node->term] = divisor > 0 ? sum / divisor : 0;
  if (dx == NULL)
    return;
  if (!node->penalty_accumulate)
    memset(dx, 0, exec->n * elements * sizeof *dx);
  NwReal each = (NwReal)(divisor > 0 ? node->infer->loss_weight / divisor : 0);
  for (gsize r = 0; r < runs; r++)
    for (gsize i = r * run; (mask == NULL || mask[r] != 0) && i < (r + 1) * run; i++)
      dx[i] += each;
}

/* y = the target of the output; a class k becomes 1 at k and 0 elsewhere. */
void
nw_exec_op_target(NwExec *exec, const NwPlanOp *op)
{
  const NwPlanNode *node = &exec->plan->nodes[op->index];
  const NwPlanOutput *plan = nw_plan_get_output(exec->plan, (guint)node->target_of);
  gconstpointer target = exec->outputs[node->target_of].target;
  NwReal *y = nw_exec_value_at(exec, node->raw[0]);
  gsize rows = exec->n * plan->rows_per_sample;

  if (plan->target.dtype == NW_REAL) {
    memcpy(y, target, rows * plan->cols * sizeof *y);
    return;
  }
  memset(y, 0, rows * plan->cols * sizeof *y);
  for (gsize r = 0; r < rows; r++) {
    gint32 class = ((const gint32 *)target)[r];
    if (class >= 0 && (gsize) class < plan->cols)
      y[r * plan->cols + (gsize) class] = 1;
  }
}

/* Class weight of a row: by index, or by the largest entry of its target (one column: by y > 0.5).
 */
static NwReal
class_weight(const double *weights, gsize n_weights, const NwPlanOutput *plan,
             const NwExecOutput *output, gsize row)
{
  gsize class = 0;

  if (plan->target.dtype == NW_INT32) {
    gint32 index = ((const gint32 *)output->target)[row];
    return index >= 0 && (gsize)index < n_weights ? (NwReal)weights[index] : 1;
  }
  const NwReal *y = (const NwReal *)output->target + row * plan->cols;
  if (plan->cols == 1)
    return (NwReal)weights[y[0] > (NwReal)0.5];
  for (gsize k = 1; k < plan->cols; k++)
    if (y[k] > y[class])
      class = k;
  return (NwReal)weights[class];
}

/* The mask of an output's prediction, and how many steps of it a sample has. */
typedef struct {
  const guint8 *mask; /* (nullable) [n, steps] */
  gsize steps;
} Mask;

/* Does any step count that rows @row … of @per_sample in a sample stand for? */
static gboolean
is_masked(const Mask *mask, gsize row, gsize per_sample)
{
  gsize first, n;

  if (mask->mask == NULL)
    return FALSE;
  first = row * mask->steps / per_sample;
  n = MAX(mask->steps / per_sample, 1);
  for (gsize step = first; step < first + n; step++)
    if (mask->mask[step] != 0)
      return FALSE;
  return TRUE;
}

/* Is the target of row @row of @cols numbers, or of its class, known? */
static gboolean
is_known(const NwPlanOutput *plan, const NwExecOutput *output, gsize row, gsize cols)
{
  const NwReal *y = (const NwReal *)output->target + row * cols;

  if (!plan->may_be_unknown)
    return TRUE;
  if (plan->target.dtype == NW_INT32)
    return ((const gint32 *)output->target)[row] != NW_UNKNOWN_CLASS;
  for (gsize i = 0; i < cols; i++)
    if (isnan(y[i]))
      return FALSE;
  return TRUE;
}

/* Is enough of row @row known for metrics and reports? Of labels and numbers, any; of classes, all.
 */
static gboolean
is_known_in_part(const NwPlanOutput *plan, const NwExecOutput *output, gsize row)
{
  if (plan->target.dtype == NW_INT32 || plan->head == NW_HEAD_SOFTMAX)
    return is_known(plan, output, row, plan->cols);
  for (gsize i = 0; i < plan->cols; i++)
    if (is_known(plan, output, row * plan->cols + i, 1))
      return TRUE;
  return FALSE;
}

/* What metrics and reports leave out: rows of masked steps and of targets that are not known.
 * Weighted metrics count the others by the weights of samples. */
static void
count_rows(NwExec *exec, guint i, const Mask *mask)
{
  const NwPlanOutput *plan = nw_plan_get_output(exec->plan, i);
  NwExecOutput *output = &exec->outputs[i];
  gsize rows = exec->n * plan->rows_per_sample, rows_per_weight = 1;

  for (gsize r = 0; output->counts != NULL && r < rows; r++)
    output->counts[r] = !is_masked(mask, r, plan->rows_per_sample) &&
                        (exec->without_targets || is_known_in_part(plan, output, r));
  if (output->weights == NULL)
    return;
  rows_per_weight = plan->rows_per_sample / (gsize)nw_shape_elements(&plan->sample_weight.shape);
  for (gsize r = 0; r < rows; r++)
    output->weights[r] = (output->counts == NULL ? 1 : output->counts[r]) *
                         output->sample_weight[r / rows_per_weight];
}

/* How much each row of the loss counts, by mask, class weights and sample weights. Returns how many
 * count, which weights do not change: losses are divided by it as by Keras' sum_over_batch_size. */
static double
weigh_rows(NwExec *exec, guint i, const Mask *mask, gsize per_sample)
{
  const NwPlanOutput *plan = nw_plan_get_output(exec->plan, i);
  NwExecOutput *output = &exec->outputs[i];
  gsize n_weights = output->n_class_weights, rows_per_weight = 1;
  double total = 0;

  if (output->sample_weight != NULL)
    rows_per_weight = per_sample / (gsize)nw_shape_elements(&plan->sample_weight.shape);
  output->unknown = 0;
  for (gsize r = 0; r < exec->n * per_sample; r++) {
    gboolean asked = !is_masked(mask, r, per_sample);
    output->importance[r] = asked && is_known(plan, output, r, output->cols);
    total += (double)output->importance[r];
    output->unknown += asked && output->importance[r] == 0;
    if (n_weights > 0 && output->importance[r] != 0)
      output->importance[r] *= class_weight(output->class_weights, n_weights, plan, output, r);
    if (output->sample_weight != NULL)
      output->importance[r] *= output->sample_weight[r / rows_per_weight];
  }
  return total;
}

/* Numbers of a task: about 30 µs of exponentials and logarithms. */
#define LOSS_NUMBERS 2048

typedef struct {
  const NwLossKind *kind;
  const NwLossCall *call;
  gsize rows;      /* of a task */
  gsize numbers;   /* of a row of the prediction: of all steps where a row is a sample */
  gsize n_scratch; /* of a task */
} Loss;

static void
loss_cb(gpointer data, gsize task)
{
  const Loss *job = data;
  NwLossCall part = *job->call;
  gsize row = task * job->rows, first = row * job->numbers;

  part.rows = MIN(job->rows, part.rows - row);
  part.p += first;
  part.y = part.y == NULL ? NULL : part.y + first;
  part.index = part.index == NULL ? NULL : part.index + row * MAX(part.labels, 1);
  part.mask = part.mask == NULL ? NULL : part.mask + row * part.steps;
  part.scratch = part.scratch == NULL ? NULL : part.scratch + task * job->n_scratch;
  part.scale += row;
  part.losses += row;
  part.dp = part.dp == NULL ? NULL : part.dp + first;
  job->kind->compute(&part);
}

/* Numbers that are not known have no weight; a 0 in their place leaves the loss finite. */
static const NwReal *
fill_known(const NwExecOutput *output, gsize n)
{
  const NwReal *y = output->target;

  for (gsize i = 0; i < n; i++)
    output->known[i] = isnan(y[i]) ? 0 : y[i];
  return output->known;
}

void
nw_exec_op_loss(NwExec *exec, const NwPlanOp *op)
{
  const NwPlanOutput *plan = nw_plan_get_output(exec->plan, op->index);
  const NwPlanLoss *loss = &g_array_index(exec->plan->losses, NwPlanLoss, op->index);
  const NwPlanValue *value = nw_plan_value(exec->plan, loss->loss_input);
  NwExecOutput *output = &exec->outputs[op->index];
  gboolean labels = plan->loss->target == NW_TARGET_LABELS;
  gsize rows = exec->n * plan->rows_per_sample;
  gsize per_sample = labels ? 1 : plan->rows_per_sample * plan->cols / output->cols;
  const NwReal *p = nw_exec_value_at(exec, loss->loss_input);
  Mask mask = {nw_exec_at(exec, value->mask),
               value->type.shape.rank > 0 ? (gsize)value->type.shape.dim[0] : 1};
  double sum = 0;

  if (output->probability != NULL)
    nw_activation_forward(nw_activation_find(plan->head == NW_HEAD_SIGMOID ? "sigmoid" : "softmax"),
                          exec->pool, p, output->probability, rows, plan->cols);
  count_rows(exec, op->index, &mask);
  exec->terms[op->index] = 0;
  if (exec->without_targets && plan->has_target)
    return;

  output->rows = weigh_rows(exec, op->index, &mask, per_sample);
  NwReal each = (NwReal)(output->rows > 0 && !output->frozen ? output->weight / output->rows : 0);
  NwLossCall call = {
      .params = plan->params,
      .rows = exec->n * per_sample,
      .cols = output->cols,
      .p = p,
      .y = plan->target.dtype == NW_REAL ? output->target : NULL,
      .index = plan->target.dtype == NW_INT32 ? output->target : NULL,
      .scale = output->scale,
      .losses = output->losses,
      .dp = loss->backward ? nw_exec_gradient_at(exec, loss->loss_input) : NULL,
      .from_logits = plan->from_logits,
      .accumulate = loss->accumulate,
  };
  if (output->known != NULL)
    call.y = fill_known(output, rows * plan->cols);
  if (labels) {
    call.steps = plan->rows_per_sample;
    call.labels = (gsize)nw_shape_last(&plan->target.shape);
    call.mask = mask.mask;
    call.scratch = output->scratch;
  }
  for (gsize r = 0; r < call.rows; r++)
    output->scale[r] = output->importance[r] * each;
  Loss job = {plan->loss, &call, MAX(LOSS_NUMBERS / call.cols, 1), call.cols};
  if (labels) {
    job.rows = (call.rows + NW_LABEL_TASKS - 1) / NW_LABEL_TASKS;
    job.numbers = call.steps * call.cols;
    job.n_scratch = plan->loss->n_scratch(call.cols, call.steps, call.labels);
  }
  nw_pool_run(exec->pool, (call.rows + job.rows - 1) / job.rows, loss_cb, &job);
  for (gsize r = 0; r < call.rows; r++)
    if (output->importance[r] != 0)
      sum += (double)output->importance[r] * (double)output->losses[r];
  exec->terms[op->index] = output->rows > 0 ? sum / output->rows : 0;
}
