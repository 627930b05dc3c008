/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-exec-private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#include "nw-blas.h"
#include "nw-error.h"
#include "nw-memory.h"

/* ── building ────────────────────────────────────────────────────────────────────────────────── */

/* gradient[rows, cols] (+)= xᵀ[rows, n] · dy[n, cols]; the first product of a step replaces. Or it
 * is left for later: only x and dy that the plan keeps are still there then. */
static void
product_cb(const NwCall *call, gsize weight, const NwReal *x, gsize rows, const NwReal *dy,
           gsize cols, gsize n)
{
  const NwExecNode *node = call->product_data;
  gboolean *fresh = node->fresh[weight];

  if (call->gradients[weight] == NULL)
    return;
  if (node->exec->defers && node->deferred[weight] != NULL && x == call->inputs[0].real &&
      dy == call->outputs[0].gradient) {
    *node->deferred[weight] = (NwWeightProduct){x, dy, rows, cols, n};
    return;
  }
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
  tensor.real = nw_exec_value_at(exec, value);
  tensor.type = &nw_plan_value(exec->plan, value)->type;
  tensor.mask = nw_exec_at(exec, nw_plan_value(exec->plan, value)->mask);
  return tensor;
}

/* Per step the layer sees neither the first axis nor a mask. */
static void
hide_steps(NwExecNode *node, gsize n_inputs, gsize n_outputs)
{
  node->step_types = g_new(NwType, n_inputs + n_outputs);
  for (gsize i = 0; i < n_inputs + n_outputs; i++) {
    NwTensor *tensor = i < n_inputs ? &node->inputs[i] : &node->outputs[i - n_inputs];
    NwType *type = &node->step_types[i];
    *type = *tensor->type;
    tensor->mask = NULL;
    tensor->type = type;
    if (type->shape.rank < 0)
      continue;
    type->shape.rank--;
    memmove(type->shape.dim, type->shape.dim + 1,
            (gsize)type->shape.rank * sizeof *type->shape.dim);
  }
}

/* States that restart at every pass are the trainer's: evaluation, which may come between two
 * batches of it, keeps its own. */
static NwReal *
value_of(NwExecNode *node, gsize w, const NwPlan *plan, const NwWeightSpec *spec, NwWeight *weight)
{
  if (!spec->restarts || plan->training)
    return weight->value;
  node->carried[w] = g_new0(NwReal, weight->n);
  return node->carried[w];
}

static void
build_node(NwExec *exec, guint index)
{
  const NwPlanNode *plan = &exec->plan->nodes[index];
  const NwInfer *infer = plan->infer;
  NwExecNode *node = &exec->nodes[index];
  guint n_weights;
  int first = nw_weights_find_layer(exec->weights, plan->node->layer->uid, &n_weights);

  node->exec = exec;
  node->inputs = g_new0(NwTensor, plan->n_inputs + 1);
  for (gsize i = 0; i < plan->n_inputs; i++) {
    node->inputs[i] = tensor_of(exec, plan->inputs[i]);
    node->inputs[i].accumulate = plan->accumulate[i];
    node->inputs[i].slope = plan->slopes[i];
    if (plan->wanted[i])
      node->inputs[i].gradient = nw_exec_gradient_at(exec, plan->inputs[i]);
  }
  for (gsize port = 0; port < infer->n_outputs; port++) {
    node->outputs[port] = tensor_of(exec, plan->raw[port]);
    node->outputs[port].gradient = nw_exec_gradient_at(exec, plan->raw[port]);
  }
  for (gsize w = 0; w < infer->n_weights; w++) {
    NwWeight *weight = nw_weights_get(exec->weights, (guint)first + (guint)w);
    node->weights[w] = value_of(node, w, exec->plan, &infer->weights[w], weight);
    node->gradients[w] = exec->plan->training && weight->trainable ? weight->gradient : NULL;
    node->fresh[w] = &exec->fresh[first + (int)w];
    if (plan->may_defer && infer->weights[w].by_product &&
        !nw_weight_spec_is_penalised(&infer->weights[w]) && weight->constraint.kind == NULL &&
        nw_weight_may_have_product(&weight->shape))
      node->deferred[w] = &weight->product;
  }
  for (gsize b = 0; b < infer->n_saved; b++)
    node->saved[b] = nw_exec_at(exec, plan->saved[b]);
  for (gsize b = 0; b < infer->n_scratch; b++) {
    node->scratch[0][b] = nw_exec_at(exec, plan->scratch[0][b]);
    node->scratch[1][b] = plan->backward ? nw_exec_at(exec, plan->scratch[1][b]) : NULL;
  }
  if (plan->node->layer->kind->prepare != NULL)
    node->prepared = plan->node->layer->kind->prepare(infer);
  if (infer->steps > 0)
    hide_steps(node, plan->n_inputs, infer->n_outputs);
  node->call = (NwCall){
      .kind = plan->node->layer->kind,
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
      .activation = plan->activates ? infer->activation : NULL,
      .prepared = node->prepared,
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
  gsize target = exec->plan->capacity * (gsize)nw_shape_elements(&plan->target.shape);
  NwExecOutput *output = &exec->outputs[i];

  if (plan->has_target)
    output->target = plan->target.dtype == NW_INT32 ? (gpointer)g_new0(gint32, target)
                                                    : (gpointer)g_new0(NwReal, target);
  if (plan->loss->n_scratch != NULL)
    output->scratch =
        g_new(double, MIN(exec->plan->capacity, NW_LABEL_TASKS) *
                          plan->loss->n_scratch(plan->cols, plan->rows_per_sample,
                                                (gsize)nw_shape_last(&plan->target.shape)));
  if (loss->prediction == NW_NONE)
    output->probability = g_new(NwReal, rows * plan->cols);
  if (plan->has_mask || plan->may_be_unknown)
    output->counts = g_new(NwReal, rows);
  if (plan->may_be_unknown && plan->target.dtype == NW_REAL)
    output->known = g_new(NwReal, target);
  if (plan->weight_field != NULL)
    output->weights = g_new0(NwReal, rows);
  output->cols = plan->may_be_unknown && plan->loss->by_number ? 1 : plan->cols;
  rows *= plan->cols / output->cols;
  if (plan->weight_field != NULL)
    output->sample_weight =
        g_new0(NwReal, exec->plan->capacity * (gsize)nw_shape_elements(&plan->sample_weight.shape));
  if (exec->plan->training) /* as Keras, which judges without them */
    output->class_weights = nw_plan_class_weights(plan->params, &output->n_class_weights);
  output->importance = g_new(NwReal, rows);
  output->scale = g_new(NwReal, rows);
  output->losses = g_new(NwReal, rows);
  output->weight = plan->weight;
}

NwExec *
nw_exec_new(NwPlan *plan, NwWeights *weights, NwPool *pool, guint64 seed, GError **error)
{
  g_autoptr(NwExec) exec = g_new0(NwExec, 1);

  nw_blas_init();
  exec->plan = nw_plan_ref(plan);
  exec->weights = nw_weights_ref(weights);
  exec->pool = pool;
  exec->seed = seed;
  exec->nodes = g_new0(NwExecNode, plan->n_nodes + 1);
  exec->outputs = g_new0(NwExecOutput, plan->outputs->len + 1);
  exec->fresh = g_new0(gboolean, nw_weights_get_n(weights) + 1);
  exec->terms = g_new0(double, plan->terms->len + 1);
  nw_exec_build_weight_terms(exec);
  exec->arena = nw_memory_new(plan->arena_bytes);
  if (exec->arena == NULL) {
    g_autofree char *size = g_format_size(plan->arena_bytes);
    g_set_error(error, NW_ERROR, NW_ERROR_LIMIT,
                _("There is no memory for a batch of %zu samples (%s); use a "
                  "smaller batch."),
                plan->capacity, size);
    return NULL;
  }
  memset(exec->arena, 0, plan->arena_bytes);
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
  for (guint i = 0; i < exec->plan->n_nodes; i++) {
    g_free(exec->nodes[i].inputs);
    g_free(exec->nodes[i].prepared);
    g_free(exec->nodes[i].step_types);
    for (gsize w = 0; w < NW_MAX_WEIGHTS; w++)
      g_free(exec->nodes[i].carried[w]);
  }
  for (guint i = 0; i < exec->plan->outputs->len; i++) {
    g_free(exec->outputs[i].target);
    g_free(exec->outputs[i].probability);
    g_free(exec->outputs[i].sample_weight);
    g_free(exec->outputs[i].weights);
    g_free(exec->outputs[i].known);
    g_free(exec->outputs[i].importance);
    g_free(exec->outputs[i].scale);
    g_free(exec->outputs[i].losses);
    g_free(exec->outputs[i].scratch);
    g_free(exec->outputs[i].counts);
  }
  g_free(exec->nodes);
  g_free(exec->outputs);
  g_free(exec->fresh);
  g_free(exec->terms);
  nw_exec_free_weight_terms(exec);
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
      return nw_exec_value_at(exec, exec->plan->nodes[k].raw[0]);
  g_assert_not_reached();
}

gpointer
nw_exec_get_target(const NwExec *exec, guint i)
{
  return exec->outputs[i].target;
}

NwReal *
nw_exec_get_sample_weight(const NwExec *exec, guint i)
{
  return exec->outputs[i].sample_weight;
}

void
nw_exec_set_without_targets(NwExec *exec, gboolean without)
{
  exec->without_targets = without;
}

void
nw_exec_defer_gradients(NwExec *exec)
{
  exec->defers = TRUE;
}

void
nw_exec_set_output_weight(NwExec *exec, guint i, double weight)
{
  exec->outputs[i].weight = weight;
}

void
nw_exec_set_output_frozen(NwExec *exec, guint i, gboolean frozen)
{
  exec->outputs[i].frozen = frozen;
}

static gboolean
drops(const NwLayer *layer)
{
  for (guint i = 0; layer->kind->drops != NULL && layer->kind->drops[i] != NULL; i++)
    if (nw_params_get_real(layer->params, layer->kind->drops[i]) > 0)
      return TRUE;
  return FALSE;
}

guint
nw_exec_set_dropout(NwExec *exec, gboolean on)
{
  guint n = 0;

  for (guint i = 0; i < exec->plan->n_nodes; i++) {
    const NwPlanNode *plan = &exec->plan->nodes[i];
    if (!plan->live || !drops(plan->node->layer))
      continue;
    exec->nodes[i].call.training = on || exec->plan->training;
    n++;
  }
  return n;
}

/* ── running ─────────────────────────────────────────────────────────────────────────────────── */

/* Gradients that come as one product are set by it; all others are added up from zero. */
static void
clear_gradients(NwExec *exec)
{
  for (guint i = 0; i < exec->plan->n_nodes; i++) {
    const NwPlanNode *plan = &exec->plan->nodes[i];
    NwExecNode *node = &exec->nodes[i];
    if (!plan->live || !plan->first_call)
      continue;
    for (gsize w = 0; w < plan->infer->n_weights; w++) {
      if (node->gradients[w] == NULL)
        continue;
      if (node->deferred[w] != NULL)
        node->deferred[w]->x = NULL;
      *node->fresh[w] = plan->infer->weights[w].by_product;
      if (!plan->infer->weights[w].by_product)
        memset(node->gradients[w], 0,
               (gsize)nw_shape_elements(&plan->infer->weights[w].shape) * sizeof(NwReal));
    }
  }
}

static void
restart_states(NwExec *exec)
{
  for (guint i = 0; i < exec->plan->n_nodes; i++) {
    const NwInfer *infer = exec->plan->nodes[i].infer;
    if (!exec->plan->nodes[i].live)
      continue;
    for (gsize w = 0; w < infer->n_weights; w++)
      if (infer->weights[w].restarts)
        memset(exec->nodes[i].weights[w], 0,
               (gsize)nw_shape_elements(&infer->weights[w].shape) * sizeof(NwReal));
  }
}

void
nw_exec_set_probe(NwExec *exec, NwExecProbe *probe, gpointer data)
{
  exec->probe = probe;
  exec->probe_data = data;
}

static void
probe_result(const NwExec *exec, const NwPlanOp *op)
{
  const NwPlanNode *node = &exec->plan->nodes[op->index];
  gboolean activates = op->run == nw_exec_op_activate;
  const NwPlanValue *value;

  if (!activates && (op->run != nw_exec_op_forward || (node->has_activation && !node->activates)))
    return; /* a penalty, or the activation is still to come */
  value = nw_plan_value(exec->plan, node->outputs[0]);
  if (value->type.dtype == NW_REAL)
    exec->probe(exec->probe_data, node->node->uid, nw_exec_value_at(exec, node->outputs[0]),
                exec->n * (gsize)nw_shape_rows(&value->type.shape),
                (gsize)nw_shape_last(&value->type.shape));
}

void
nw_exec_run(NwExec *exec, gsize n, guint epoch, guint batch)
{
  const NwPlanOp *ops = (const NwPlanOp *)exec->plan->ops->data;

  g_return_if_fail(n > 0 && n <= exec->plan->capacity);
  exec->n = n;
  exec->epoch = epoch;
  exec->batch = batch;
  if (batch == 0)
    restart_states(exec);
  if (exec->plan->training)
    clear_gradients(exec);
  for (guint i = 0; i < exec->plan->ops->len; i++) {
    ops[i].run(exec, &ops[i]);
    if (exec->probe != NULL && i < exec->plan->n_forward)
      probe_result(exec, &ops[i]);
  }
  if (exec->plan->training)
    nw_exec_weight_penalties(exec, TRUE);
}

void
nw_exec_bypass_recalibration(NwExec *exec)
{
  for (guint i = 0; i < exec->plan->n_nodes; i++)
    exec->nodes[i].call.bypass = TRUE;
}

void
nw_exec_run_weight_penalties(NwExec *exec)
{
  nw_exec_weight_penalties(exec, FALSE);
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
  for (guint i = 0; i < exec->plan->terms->len; i++) {
    const NwPlanTerm *term = nw_plan_get_term(exec->plan, i);
    double weight = term->output < 0 ? term->weight : exec->outputs[term->output].weight;
    total += weight * exec->terms[i];
  }
  return total;
}

double
nw_exec_get_rows(const NwExec *exec, guint i, double *unknown)
{
  if (unknown != NULL)
    *unknown = exec->outputs[i].unknown;
  return exec->outputs[i].rows;
}

double
nw_exec_get_output_weight(const NwExec *exec, guint i)
{
  return exec->outputs[i].weight;
}

NwMetricBatch
nw_exec_get_batch(const NwExec *exec, guint i)
{
  const NwPlanOutput *plan = nw_plan_get_output(exec->plan, i);
  const NwPlanLoss *loss = &g_array_index(exec->plan->losses, NwPlanLoss, i);
  const NwExecOutput *output = &exec->outputs[i];

  return (NwMetricBatch){
      .head = plan->head,
      .rows = exec->n * plan->rows_per_sample,
      .cols = plan->cols,
      .p = output->probability != NULL ? output->probability
                                       : nw_exec_value_at(exec, loss->prediction),
      .y = plan->target.dtype == NW_REAL ? output->target : NULL,
      .index = plan->target.dtype == NW_INT32 && plan->loss->target != NW_TARGET_LABELS
                   ? output->target
                   : NULL,
      .weight = output->counts,
      .labels = plan->loss->target == NW_TARGET_LABELS ? output->target : NULL,
      .n_labels = (gsize)nw_shape_last(&plan->target.shape),
      .steps = plan->rows_per_sample,
  };
}

NwMetricBatch
nw_exec_get_weighted_batch(const NwExec *exec, guint i)
{
  NwMetricBatch batch = nw_exec_get_batch(exec, i);

  if (exec->outputs[i].weights != NULL)
    batch.weight = exec->outputs[i].weights;
  return batch;
}

const NwReal *
nw_exec_get_logits(const NwExec *exec, guint i)
{
  const NwPlanLoss *loss = &g_array_index(exec->plan->losses, NwPlanLoss, i);

  return loss->logits == NW_NONE || exec->plan->training ? NULL
                                                         : nw_exec_value_at(exec, loss->logits);
}
