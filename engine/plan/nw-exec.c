/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plan-private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "nw-blas.h"
#include "nw-error.h"

/* Sums over weights are made of parts of this many numbers, whatever the number of threads. */
#define PART 16384

/* The running form of a node: every pointer that its layer will ask for. */
typedef struct {
  NwCall call;
  NwTensor *inputs;               /* [n_inputs] */
  NwTensor outputs[NW_MAX_PORTS]; /* before the activation */
  NwReal *weights[NW_MAX_WEIGHTS], *gradients[NW_MAX_WEIGHTS];
  NwReal *saved[NW_MAX_BUFFERS], *scratch[2][NW_MAX_BUFFERS];
  gboolean *fresh[NW_MAX_WEIGHTS]; /* of the weight: nothing was added to its gradient yet */
} Node;

typedef struct {
  gpointer target;     /* [capacity, shape…] NwReal or gint32, NULL without */
  NwReal *probability; /* [capacity · rows, cols] when the wire carries logits */
  NwReal *counts;      /* [capacity · rows] 1 for rows that count, else 0; NULL: all do */
  NwReal *importance;  /* [capacity · rows] count · class weight */
  NwReal *scale;       /* [capacity · rows] importance · output weight ÷ rows that count */
  NwReal *losses;      /* [capacity · rows] */
  double rows;         /* that counted in the last run */
} Output;

struct _NwExec {
  NwPlan *plan;
  NwWeights *weights;
  NwPool *pool; /* (nullable) not owned */
  guint64 seed;
  guint8 *arena;
  Node *nodes; /* [n_nodes] */
  Output *outputs;
  gboolean *fresh; /* one per weight */
  double *terms;
  double *parts; /* partial sums of weight penalties */
  gboolean without_targets;

  gsize n; /* samples of the run at hand */
  guint epoch, batch;
};

static gpointer
at(const NwExec *exec, int buffer)
{
  return buffer == NW_NONE ? NULL : exec->arena + nw_plan_buffer(exec->plan, buffer)->offset;
}

static NwReal *
value_at(const NwExec *exec, int value)
{
  return at(exec, nw_plan_group(exec->plan, nw_plan_value(exec->plan, value)->group)->buffer);
}

static NwReal *
gradient_at(const NwExec *exec, int value)
{
  return at(exec, nw_plan_group(exec->plan, nw_plan_value(exec->plan, value)->group)->gradient);
}

/* ── building ────────────────────────────────────────────────────────────────────────────────── */

/* gradient[rows, cols] (+)= xᵀ[rows, n] · dy[n, cols]; the first product of a step replaces. */
static void
product_cb(const NwCall *call, gsize weight, const NwReal *x, gsize rows, const NwReal *dy,
           gsize cols, gsize n)
{
  const Node *node = call->product_data;
  gboolean *fresh = node->fresh[weight];

  if (call->gradients[weight] == NULL)
    return;
  nw_gemm(call->pool, NW_TRANS, NW_NO_TRANS, rows, cols, n, 1, x, rows, dy, cols, *fresh ? 0 : 1,
          call->gradients[weight], cols);
  *fresh = FALSE;
}

static NwTensor
tensor_of(const NwExec *exec, int value)
{
  static const NwType unconnected = {{-1, {0}}, NW_REAL};
  NwTensor tensor = {.type = &unconnected};

  if (value == NW_NONE)
    return tensor;
  tensor.real = value_at(exec, value);
  tensor.type = &nw_plan_value(exec->plan, value)->type;
  tensor.mask = at(exec, nw_plan_value(exec->plan, value)->mask);
  return tensor;
}

static void
build_node(NwExec *exec, guint index)
{
  const NwPlanNode *plan = &exec->plan->nodes[index];
  const NwInfer *infer = plan->infer;
  Node *node = &exec->nodes[index];
  guint n_weights;
  int first = nw_weights_find_layer(exec->weights, plan->node->layer->uid, &n_weights);

  node->inputs = g_new0(NwTensor, plan->n_inputs + 1);
  for (gsize i = 0; i < plan->n_inputs; i++) {
    node->inputs[i] = tensor_of(exec, plan->inputs[i]);
    node->inputs[i].accumulate = plan->accumulate[i];
    if (plan->wanted[i])
      node->inputs[i].gradient = gradient_at(exec, plan->inputs[i]);
  }
  for (gsize port = 0; port < infer->n_outputs; port++) {
    node->outputs[port] = tensor_of(exec, plan->raw[port]);
    node->outputs[port].gradient = gradient_at(exec, plan->raw[port]);
  }
  for (gsize w = 0; w < infer->n_weights; w++) {
    NwWeight *weight = nw_weights_get(exec->weights, (guint)first + (guint)w);
    node->weights[w] = weight->value;
    node->gradients[w] = exec->plan->training && weight->trainable ? weight->gradient : NULL;
    node->fresh[w] = &exec->fresh[first + (int)w];
  }
  for (gsize b = 0; b < infer->n_saved; b++)
    node->saved[b] = at(exec, plan->saved[b]);
  for (gsize b = 0; b < infer->n_scratch; b++) {
    node->scratch[0][b] = at(exec, plan->scratch[0][b]);
    node->scratch[1][b] = plan->backward ? at(exec, plan->scratch[1][b]) : NULL;
  }
  node->call = (NwCall){
      .params = plan->node->layer->params,
      .training = exec->plan->training,
      .pool = exec->pool,
      .n_inputs = plan->n_inputs,
      .inputs = node->inputs,
      .n_outputs = infer->n_outputs,
      .outputs = node->outputs,
      .weights = node->weights,
      .gradients = node->gradients,
      .saved = node->saved,
      .product = product_cb,
      .product_data = node,
  };
}

static void
build_output(NwExec *exec, guint i)
{
  const NwPlanOutput *plan = nw_plan_get_output(exec->plan, i);
  const NwPlanLoss *loss = &g_array_index(exec->plan->losses, NwPlanLoss, i);
  gsize rows = exec->plan->capacity * plan->rows_per_sample;
  Output *output = &exec->outputs[i];

  if (plan->has_target)
    output->target = plan->target.dtype == NW_INT32 ? (gpointer)g_new0(gint32, rows)
                                                    : (gpointer)g_new0(NwReal, rows * plan->cols);
  if (loss->prediction == NW_NONE)
    output->probability = g_new(NwReal, rows * plan->cols);
  if (plan->has_mask)
    output->counts = g_new(NwReal, rows);
  output->importance = g_new(NwReal, rows);
  output->scale = g_new(NwReal, rows);
  output->losses = g_new(NwReal, rows);
}

NwExec *
nw_exec_new(NwPlan *plan, NwWeights *weights, NwPool *pool, guint64 seed, GError **error)
{
  g_autoptr(NwExec) exec = g_new0(NwExec, 1);
  gsize largest = 0;

  nw_blas_init();
  exec->plan = nw_plan_ref(plan);
  exec->weights = nw_weights_ref(weights);
  exec->pool = pool;
  exec->seed = seed;
  exec->nodes = g_new0(Node, plan->n_nodes + 1);
  exec->outputs = g_new0(Output, plan->outputs->len + 1);
  exec->fresh = g_new0(gboolean, nw_weights_get_n(weights) + 1);
  exec->terms = g_new0(double, plan->terms->len + 1);
  for (guint w = 0; w < nw_weights_get_n(weights); w++)
    largest = MAX(largest, nw_weights_get(weights, w)->n);
  exec->parts = g_new(double, largest / PART + 1);
  exec->arena = aligned_alloc(64, MAX(plan->arena_bytes, 64));
  if (exec->arena == NULL) {
    g_autofree char *size = g_format_size(plan->arena_bytes);
    g_set_error(error, NW_ERROR, NW_ERROR_LIMIT,
                _("There is no memory for a batch of %" G_GSIZE_FORMAT " samples (%s); use a "
                  "smaller batch."),
                plan->capacity, size);
    return NULL;
  }
  memset(exec->arena, 0, MAX(plan->arena_bytes, 64));
  for (guint i = 0; i < plan->n_nodes; i++)
    if (plan->nodes[i].live)
      build_node(exec, i);
  for (guint i = 0; i < plan->outputs->len; i++)
    build_output(exec, i);
  return g_steal_pointer(&exec);
}

void
nw_exec_free(NwExec *exec)
{
  if (exec == NULL)
    return;
  for (guint i = 0; i < exec->plan->n_nodes; i++)
    g_free(exec->nodes[i].inputs);
  for (guint i = 0; i < exec->plan->outputs->len; i++) {
    g_free(exec->outputs[i].target);
    g_free(exec->outputs[i].probability);
    g_free(exec->outputs[i].importance);
    g_free(exec->outputs[i].scale);
    g_free(exec->outputs[i].losses);
    g_free(exec->outputs[i].counts);
  }
  g_free(exec->nodes);
  g_free(exec->outputs);
  g_free(exec->fresh);
  g_free(exec->terms);
  g_free(exec->parts);
  free(exec->arena);
  nw_weights_unref(exec->weights);
  nw_plan_unref(exec->plan);
  g_free(exec);
}

NwPlan *
nw_exec_get_plan(const NwExec *exec)
{
  return exec->plan;
}

gpointer
nw_exec_get_input(const NwExec *exec, guint i)
{
  const NwPlanInput *input = nw_plan_get_input(exec->plan, i);
  for (guint k = 0; k < exec->plan->n_nodes; k++)
    if (exec->plan->nodes[k].node->uid == input->node)
      return value_at(exec, exec->plan->nodes[k].raw[0]);
  g_assert_not_reached();
}

gpointer
nw_exec_get_target(const NwExec *exec, guint i)
{
  return exec->outputs[i].target;
}

void
nw_exec_set_without_targets(NwExec *exec, gboolean without)
{
  exec->without_targets = without;
}

/* ── operations ──────────────────────────────────────────────────────────────────────────────── */

static NwCall *
prepare_call(NwExec *exec, guint index, int pass)
{
  Node *node = &exec->nodes[index];

  node->call.n = exec->n;
  node->call.scratch = node->scratch[pass];
  node->call.rng = nw_rng(exec->seed, NW_RNG_DROPOUT, exec->plan->nodes[index].node->uid,
                          exec->epoch, exec->batch);
  return &node->call;
}

void
nw_exec_op_forward(NwExec *exec, const NwPlanOp *op)
{
  const NwLayerKind *kind = exec->plan->nodes[op->index].node->layer->kind;
  const NwCall *call = prepare_call(exec, op->index, 0);

  if (kind->make_mask != NULL && call->outputs[0].mask != NULL)
    kind->make_mask(call);
  kind->forward(call);
}

void
nw_exec_op_backward(NwExec *exec, const NwPlanOp *op)
{
  exec->plan->nodes[op->index].node->layer->kind->backward(prepare_call(exec, op->index, 1));
}

/* Rows and columns of a node's result before its activation. */
static void
raw_size(const NwExec *exec, const NwPlanNode *node, gsize *rows, gsize *cols)
{
  const NwShape *shape = &nw_plan_value(exec->plan, node->raw[0])->type.shape;
  *rows = exec->n * (gsize)nw_shape_rows(shape);
  *cols = (gsize)nw_shape_last(shape);
}

void
nw_exec_op_activate(NwExec *exec, const NwPlanOp *op)
{
  const NwPlanNode *node = &exec->plan->nodes[op->index];
  gsize rows, cols;

  raw_size(exec, node, &rows, &cols);
  nw_activation_forward(node->infer->activation, exec->pool, value_at(exec, node->raw[0]),
                        value_at(exec, node->outputs[0]), rows, cols);
}

void
nw_exec_op_activate_backward(NwExec *exec, const NwPlanOp *op)
{
  const NwPlanNode *node = &exec->plan->nodes[op->index];
  gsize rows, cols;

  raw_size(exec, node, &rows, &cols);
  nw_activation_backward(node->infer->activation, exec->pool, value_at(exec, node->raw[0]),
                         value_at(exec, node->outputs[0]), gradient_at(exec, node->outputs[0]),
                         gradient_at(exec, node->raw[0]), rows, cols, node->activation_accumulate);
}

/* l1·Σ|y| + l2·Σy², over the elements of a sample, averaged over the batch (numerics.md);
 * dy += (l1·sign y + 2·l2·y) / n. */
void
nw_exec_op_penalty(NwExec *exec, const NwPlanOp *op)
{
  const NwPlanNode *node = &exec->plan->nodes[op->index];
  const NwType *type = &nw_plan_value(exec->plan, node->outputs[0])->type;
  gsize count = exec->n * (gsize)nw_shape_elements(&type->shape);
  const NwReal *y = value_at(exec, node->outputs[0]);
  NwReal *dy = node->penalty_backward ? gradient_at(exec, node->outputs[0]) : NULL;
  double divisor = node->infer->per_batch ? 1 : (double)exec->n, absolute = 0, squares = 0;
  NwReal l1 = (NwReal)(node->infer->activity_l1 / divisor);
  NwReal l2 = (NwReal)(node->infer->activity_l2 / divisor);

  for (gsize i = 0; i < count; i++) {
    absolute += fabs((double)y[i]);
    squares += (double)y[i] * (double)y[i];
  }
  exec->terms[node->term] =
      (node->infer->activity_l1 * absolute + node->infer->activity_l2 * squares) / divisor;
  if (dy == NULL)
    return;
  if (!node->penalty_accumulate)
    memset(dy, 0, count * sizeof *dy);
  for (gsize i = 0; i < count; i++)
    dy[i] += l1 * (NwReal)((y[i] > 0) - (y[i] < 0)) + 2 * l2 * y[i];
}

/* Class weight of a row: by index, or by the largest entry of its target (one column: by y > 0.5).
 */
static NwReal
class_weight(const double *weights, gsize n_weights, const NwPlanOutput *plan, const Output *output,
             gsize row)
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

/* Fills counts and importance from mask and class weights. Returns how many rows count. */
static double
weigh_rows(NwExec *exec, guint i, const guint8 *mask, gsize mask_steps, gsize rows)
{
  const NwPlanOutput *plan = nw_plan_get_output(exec->plan, i);
  Output *output = &exec->outputs[i];
  gsize n_weights, repeat = plan->rows_per_sample / MAX(mask_steps, 1);
  const double *weights = nw_params_get_reals(plan->params, "class_weights", &n_weights);
  double total = 0;

  for (gsize r = 0; r < rows; r++) {
    NwReal count = mask == NULL || mask[r / MAX(repeat, 1)] != 0;
    if (output->counts != NULL)
      output->counts[r] = count;
    output->importance[r] = count;
    if (n_weights > 0 && output->target != NULL)
      output->importance[r] *= class_weight(weights, n_weights, plan, output, r);
    total += (double)count;
  }
  return total;
}

void
nw_exec_op_loss(NwExec *exec, const NwPlanOp *op)
{
  const NwPlanOutput *plan = nw_plan_get_output(exec->plan, op->index);
  const NwPlanLoss *loss = &g_array_index(exec->plan->losses, NwPlanLoss, op->index);
  const NwPlanValue *value = nw_plan_value(exec->plan, loss->loss_input);
  Output *output = &exec->outputs[op->index];
  gsize rows = exec->n * plan->rows_per_sample;
  const NwReal *p = value_at(exec, loss->loss_input);
  const guint8 *mask = at(exec, value->mask);
  gsize steps = value->type.shape.rank > 0 ? (gsize)value->type.shape.dim[0] : 1;
  double sum = 0;

  if (output->probability != NULL)
    nw_activation_forward(nw_activation_find(plan->head == NW_HEAD_SIGMOID ? "sigmoid" : "softmax"),
                          exec->pool, p, output->probability, rows, plan->cols);
  output->rows = weigh_rows(exec, op->index, mask, steps, rows);
  exec->terms[op->index] = 0;
  if (exec->without_targets && plan->has_target)
    return;

  NwReal each = (NwReal)(output->rows > 0 ? plan->weight / output->rows : 0);
  NwLossCall call = {
      .params = plan->params,
      .rows = rows,
      .cols = plan->cols,
      .p = p,
      .y = plan->target.dtype == NW_REAL ? output->target : NULL,
      .index = plan->target.dtype == NW_INT32 ? output->target : NULL,
      .scale = output->scale,
      .losses = output->losses,
      .dp = loss->backward ? gradient_at(exec, loss->loss_input) : NULL,
      .from_logits = plan->from_logits,
      .accumulate = loss->accumulate,
  };
  for (gsize r = 0; r < rows; r++)
    output->scale[r] = output->importance[r] * each;
  plan->loss->compute(&call);
  for (gsize r = 0; r < rows; r++)
    if (output->importance[r] != 0)
      sum += (double)output->importance[r] * (double)output->losses[r];
  exec->terms[op->index] = output->rows > 0 ? sum / output->rows : 0;
}

/* ── penalties on weights ────────────────────────────────────────────────────────────────────── */

typedef struct {
  NwWeight *weight;
  gboolean backward;
  double *parts;
} WeightPenalty;

/* One part of l1·Σ|w| + l2·Σw²; g += l1·sign w + 2·l2·w. */
static void
weight_penalty_cb(gpointer data, gsize task)
{
  const WeightPenalty *job = data;
  NwWeight *weight = job->weight;
  NwReal l1 = (NwReal)weight->l1, l2 = (NwReal)weight->l2;
  gsize begin = task * PART, end = MIN(begin + PART, weight->n);
  double absolute = 0, squares = 0;

  for (gsize i = begin; i < end; i++) {
    double w = (double)weight->value[i];
    absolute += fabs(w);
    squares += w * w;
  }
  job->parts[task] = weight->l1 * absolute + weight->l2 * squares;
  for (gsize i = begin; job->backward && i < end; i++) {
    NwReal w = weight->value[i];
    weight->gradient[i] += l1 * (NwReal)((w > 0) - (w < 0)) + 2 * l2 * w;
  }
}

static void
run_weight_penalties(NwExec *exec, gboolean backward)
{
  guint term = exec->plan->first_weight_term;

  /* In the order of the terms: layers as the plan runs them, weights as the layer lists them. */
  for (guint k = 0; k < exec->plan->n_nodes && term < exec->plan->terms->len; k++) {
    const NwPlanNode *node = &exec->plan->nodes[exec->plan->order[k]];
    guint n_weights;
    int first = nw_weights_find_layer(exec->weights, node->node->layer->uid, &n_weights);

    for (guint w = 0; node->first_call && w < n_weights; w++) {
      NwWeight *weight = nw_weights_get(exec->weights, (guint)first + w);
      WeightPenalty job = {weight, backward, exec->parts};
      gsize parts = (weight->n + PART - 1) / PART;
      double sum = 0;

      if (!weight->trainable || (weight->l1 <= 0 && weight->l2 <= 0))
        continue;
      nw_pool_run(exec->pool, parts, weight_penalty_cb, &job);
      for (gsize i = 0; i < parts; i++)
        sum += exec->parts[i];
      exec->terms[term++] = sum;
    }
  }
}

void
nw_exec_run_weight_penalties(NwExec *exec)
{
  run_weight_penalties(exec, FALSE);
}

/* ── running ─────────────────────────────────────────────────────────────────────────────────── */

/* Gradients that come as one product are set by it; all others are added up from zero. */
static void
clear_gradients(NwExec *exec)
{
  for (guint i = 0; i < exec->plan->n_nodes; i++) {
    const NwPlanNode *plan = &exec->plan->nodes[i];
    Node *node = &exec->nodes[i];
    if (!plan->live || !plan->first_call)
      continue;
    for (gsize w = 0; w < plan->infer->n_weights; w++) {
      if (node->gradients[w] == NULL)
        continue;
      *node->fresh[w] = plan->infer->weights[w].by_product;
      if (!plan->infer->weights[w].by_product)
        memset(node->gradients[w], 0,
               (gsize)nw_shape_elements(&plan->infer->weights[w].shape) * sizeof(NwReal));
    }
  }
}

void
nw_exec_run(NwExec *exec, gsize n, guint epoch, guint batch)
{
  const NwPlanOp *ops = (const NwPlanOp *)exec->plan->ops->data;

  g_return_if_fail(n > 0 && n <= exec->plan->capacity);
  exec->n = n;
  exec->epoch = epoch;
  exec->batch = batch;
  if (exec->plan->training)
    clear_gradients(exec);
  for (guint i = 0; i < exec->plan->ops->len; i++)
    ops[i].run(exec, &ops[i]);
  if (exec->plan->training)
    run_weight_penalties(exec, TRUE);
}

double
nw_exec_get_term(const NwExec *exec, guint i)
{
  return exec->terms[i];
}

double
nw_exec_get_total(const NwExec *exec)
{
  double total = 0;
  for (guint i = 0; i < exec->plan->terms->len; i++)
    total += nw_plan_get_term(exec->plan, i)->weight * exec->terms[i];
  return total;
}

double
nw_exec_get_rows(const NwExec *exec, guint i)
{
  return exec->outputs[i].rows;
}

NwMetricBatch
nw_exec_get_batch(const NwExec *exec, guint i)
{
  const NwPlanOutput *plan = nw_plan_get_output(exec->plan, i);
  const NwPlanLoss *loss = &g_array_index(exec->plan->losses, NwPlanLoss, i);
  const Output *output = &exec->outputs[i];

  return (NwMetricBatch){
      .head = plan->head,
      .rows = exec->n * plan->rows_per_sample,
      .cols = plan->cols,
      .p = output->probability != NULL ? output->probability : value_at(exec, loss->prediction),
      .y = plan->target.dtype == NW_REAL ? output->target : NULL,
      .index = plan->target.dtype == NW_INT32 ? output->target : NULL,
      .weight = output->counts,
  };
}

/* ── finding what went bad ───────────────────────────────────────────────────────────────────── */

static gboolean
is_finite(const NwReal *values, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite(values[i]))
      return FALSE;
  return TRUE;
}

static gboolean
value_is_finite(const NwExec *exec, int value)
{
  const NwPlanValue *v = nw_plan_value(exec->plan, value);
  return v->type.dtype != NW_REAL ||
         is_finite(value_at(exec, value), exec->n * (gsize)nw_shape_elements(&v->type.shape));
}

char *
nw_exec_find_not_finite(NwExec *exec)
{
  const NwPlanOp *ops = (const NwPlanOp *)exec->plan->ops->data;

  for (guint i = 0; i < exec->plan->n_forward; i++) {
    const NwPlanNode *node;
    if (ops[i].run == nw_exec_op_penalty)
      continue;
    node = &exec->plan->nodes[ops[i].index];
    for (gsize w = 0; w < node->infer->n_weights; w++)
      if (!is_finite(exec->nodes[ops[i].index].weights[w],
                     (gsize)nw_shape_elements(&node->infer->weights[w].shape)))
        return g_strdup_printf(_("in the %s of %s “%s”"), node->infer->weights[w].name,
                               _(node->node->layer->kind->title), node->node->layer->name);
    ops[i].run(exec, &ops[i]);
    for (gsize port = 0; port < node->infer->n_outputs; port++)
      if (!value_is_finite(exec, ops[i].run == nw_exec_op_activate ? node->outputs[port]
                                                                   : node->raw[port]))
        return g_strdup_printf(_("in the result of %s “%s”"), _(node->node->layer->kind->title),
                               node->node->layer->name);
  }
  for (guint i = 0; i < exec->plan->outputs->len; i++)
    if (!isfinite(exec->terms[i]))
      return g_strdup_printf(_("in the loss of Output “%s”"),
                             nw_plan_get_output(exec->plan, i)->name);
  return NULL;
}
