/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The operations of a plan, in the order in which they run. The position of an operation is its
 * time; touching a buffer at a time extends its life. */
#include "nw-plan-private.h"

#include "nw-blas.h"

/* A time after every operation. */
#define END G_MAXINT

static void
touch(NwPlan *plan, int buffer, int time)
{
  if (buffer == NW_NONE)
    return;
  NwPlanBuffer *b = nw_plan_buffer(plan, buffer);
  b->first = MIN(b->first, time);
  b->last = MAX(b->last, time);
}

static gsize
bytes_per_sample(const NwType *type)
{
  return (gsize)nw_shape_elements(&type->shape) *
         (type->dtype == NW_INT32 ? sizeof(gint32) : sizeof(NwReal));
}

static int
now(const NwPlan *plan)
{
  return (int)plan->ops->len;
}

static int
add_op(NwPlan *plan, void (*run)(NwExec *, const NwPlanOp *), guint index)
{
  NwPlanOp op = {run, index};
  g_array_append_val(plan->ops, op);
  return now(plan) - 1;
}

static void
touch_value(NwPlan *plan, int value, int time)
{
  if (value == NW_NONE)
    return;
  touch(plan, nw_plan_group_of(plan, value)->buffer, time);
  touch(plan, nw_plan_value(plan, value)->mask, time);
}

/* ── forward ──────────────────────────────────────────────────────────────────────────────── */

/* Gives the group of value @y a buffer: that of @x when @may_overwrite and nobody else reads it. */
static void
place_result(NwPlan *plan, int y, int x, gboolean may_overwrite)
{
  NwPlanGroup *group = nw_plan_group_of(plan, y);
  const NwPlanValue *value = nw_plan_value(plan, y);

  if (group->buffer != NW_NONE)
    return;
  if (may_overwrite && x != NW_NONE && nw_plan_group_of(plan, x)->readers == 1 &&
      bytes_per_sample(&nw_plan_value(plan, x)->type) == bytes_per_sample(&value->type))
    group->buffer = nw_plan_group_of(plan, x)->buffer;
  else
    group->buffer = nw_plan_add_buffer(plan, bytes_per_sample(&value->type), 0);
}

static int
add_reals(NwPlan *plan, const NwBufferSpec *spec)
{
  return nw_plan_add_buffer(plan, (gsize)spec->per_sample * sizeof(NwReal),
                            (gsize)spec->fixed * sizeof(NwReal));
}

/* Scratch of forward and of backward (@pass) are two pieces of memory, each alive for one
 * operation. */
static void
add_scratch(NwPlan *plan, NwPlanNode *node, int pass, int time)
{
  for (gsize b = 0; b < node->infer->n_scratch; b++) {
    node->scratch[pass][b] = add_reals(plan, &node->infer->scratch[b]);
    touch(plan, node->scratch[pass][b], time);
  }
}

static void
emit_penalty(NwPlan *plan, guint index)
{
  NwPlanNode *node = &plan->nodes[index];
  int time = add_op(plan,
                    node->infer->loss_term != NW_LOSS_TERM_NONE ? nw_exec_op_loss_term
                                                                : nw_exec_op_penalty,
                    index);
  touch_value(plan, nw_plan_node_penalised(node), time);
}

/* What an activation, or its slope, makes of a number, it makes wherever the number is: a layer may
 * do that while the number is in the cache. */
static gboolean
is_local(const NwActivation *activation)
{
  return !activation->row_wise && !activation->halves;
}

/* @forward: when the layer ran; the activation follows, or takes part in that. */
static void
emit_activation(NwPlan *plan, guint index, int forward)
{
  NwPlanNode *node = &plan->nodes[index];
  const NwInfer *infer = node->infer;
  int time = forward;

  place_result(plan, node->outputs[0], node->raw[0], !infer->activation->halves);
  node->activates = infer->activates && is_local(infer->activation) &&
                    nw_plan_group_of(plan, node->outputs[0])->buffer ==
                        nw_plan_group_of(plan, node->raw[0])->buffer;
  if (!node->activates)
    time = add_op(plan, nw_exec_op_activate, index);
  touch_value(plan, node->raw[0], time);
  touch_value(plan, node->outputs[0], time);
}

static void
emit_forward(NwPlan *plan, guint index)
{
  NwPlanNode *node = &plan->nodes[index];
  const NwInfer *infer = node->infer;
  int time = 0;

  if (nw_plan_node_is_fed(node)) {
    place_result(plan, node->raw[0], NW_NONE, FALSE);
    touch_value(plan, node->raw[0], 0);
    touch_value(plan, node->raw[0], END);
    return;
  }
  if (node->node->layer->kind->role == NW_ROLE_TARGET) {
    time = add_op(plan, nw_exec_op_target, index);
    place_result(plan, node->raw[0], NW_NONE, FALSE);
    touch_value(plan, node->raw[0], time);
    return;
  }
  if (!infer->alias && infer->n_outputs > 0) {
    time = add_op(plan, nw_exec_op_forward, index);
    for (gsize i = 0; i < node->n_inputs; i++)
      touch_value(plan, node->inputs[i], time);
    for (gsize port = 0; port < infer->n_outputs; port++) {
      place_result(plan, node->raw[port], node->n_inputs > 0 ? node->inputs[0] : NW_NONE,
                   infer->in_place && port == 0);
      touch_value(plan, node->raw[port], time);
    }
    for (gsize b = 0; b < infer->n_saved; b++) {
      node->saved[b] = add_reals(plan, &infer->saved[b]);
      touch(plan, node->saved[b], time);
    }
    add_scratch(plan, node, 0, time);
  }
  if (node->has_activation)
    emit_activation(plan, index, time);
  if (node->reads_ids)
    touch_value(plan, node->outputs[0], END);
  if (nw_plan_node_has_penalty(node) && !plan->training)
    emit_penalty(plan, index);
}

static void
emit_loss(NwPlan *plan, guint i)
{
  const NwPlanLoss *loss = &g_array_index(plan->losses, NwPlanLoss, i);
  int time = add_op(plan, nw_exec_op_loss, i);

  touch_value(plan, loss->loss_input, time);
  /* Metrics read the prediction, or the logits they are made from, after the run. */
  touch_value(plan, loss->prediction == NW_NONE ? loss->loss_input : loss->prediction, END);
  if (!plan->training)
    touch_value(plan, loss->logits, END); /* so does recalibration */
}

/* ── backward ─────────────────────────────────────────────────────────────────────────────── */

/* Operation @time adds to the gradient of @value. Returns whether something was there before; the
 * first contribution may take over @reuse, a gradient that is not needed any more. */
static gboolean
contribute(NwPlan *plan, int value, int time, int reuse)
{
  NwPlanGroup *group = nw_plan_group_of(plan, value);
  gboolean before = group->gradient != NW_NONE;

  if (!before)
    group->gradient =
        reuse != NW_NONE
            ? reuse
            : nw_plan_add_buffer(plan, bytes_per_sample(&nw_plan_value(plan, value)->type), 0);
  touch(plan, group->gradient, time);
  group->contributions++;
  group->from = group->from_input = NW_NONE;
  return before;
}

static void
emit_loss_backward(NwPlan *plan, guint i)
{
  NwPlanLoss *loss = &g_array_index(plan->losses, NwPlanLoss, i);
  int time = now(plan);

  emit_loss(plan, i);
  loss->backward = nw_plan_group_of(plan, loss->loss_input)->needs;
  if (loss->backward)
    loss->accumulate = contribute(plan, loss->loss_input, time, NW_NONE);
}

/* Asking: the gradient begins at the answer instead of at a loss. */
static void
emit_ask(NwPlan *plan, guint i)
{
  NwPlanLoss *loss = &g_array_index(plan->losses, NwPlanLoss, i);
  int time;

  if (!nw_plan_group_of(plan, loss->asked)->needs)
    return;
  time = add_op(plan, nw_exec_op_ask, i);
  touch_value(plan, loss->asked, time);
  loss->accumulate = contribute(plan, loss->asked, time, NW_NONE);
}

/* The one that alone made the gradient of @group gives what is before the activation, where it can. */
static gboolean
take_slope(NwPlan *plan, const NwPlanGroup *group, const NwActivation *activation)
{
  NwPlanNode *maker = group->from == NW_NONE ? NULL : &plan->nodes[group->from];

  if (maker == NULL || group->contributions != 1 || group->from_input != 0 ||
      !maker->infer->takes_slopes || !is_local(activation) || activation->needs_x)
    return FALSE;
  maker->slopes[0] = activation;
  return TRUE;
}

static void
emit_activation_backward(NwPlan *plan, guint index)
{
  NwPlanNode *node = &plan->nodes[index];
  const NwActivation *activation = node->infer->activation;
  int dy = nw_plan_group_of(plan, node->outputs[0])->gradient;
  int time = now(plan);

  if (nw_plan_group_of(plan, node->raw[0])->gradient == NW_NONE &&
      take_slope(plan, nw_plan_group_of(plan, node->outputs[0]), activation)) {
    contribute(plan, node->raw[0], time - 1, dy);
    return;
  }
  add_op(plan, nw_exec_op_activate_backward, index);
  touch(plan, dy, time);
  if (activation->needs_x)
    touch_value(plan, node->raw[0], time);
  if (activation->needs_y)
    touch_value(plan, node->outputs[0], time);
  node->activation_accumulate =
      contribute(plan, node->raw[0], time, activation->halves ? NW_NONE : dy);
}

/* May the gradient of input 0 take the memory of that of output 0? Not when another input is the
 * same group: its contribution would be made from what was overwritten. */
static gboolean
gradient_in_place(const NwPlan *plan, const NwPlanNode *node)
{
  const NwPlanValue *x = nw_plan_value(plan, node->inputs[0]);

  if (!node->infer->in_place ||
      bytes_per_sample(&x->type) != bytes_per_sample(&nw_plan_value(plan, node->raw[0])->type))
    return FALSE;
  for (gsize i = 1; i < node->n_inputs; i++)
    if (node->inputs[i] != NW_NONE && nw_plan_value(plan, node->inputs[i])->group == x->group)
      return FALSE;
  return TRUE;
}

/* May a gradient that is one product be made after the run, where it is used up (nw_optimize)? When
 * nothing else adds to it, there is enough of it, and few rows go into it. */
static gboolean
may_defer(const NwPlan *plan, const NwPlanNode *node)
{
  const NwLayer *layer = node->node->layer;
  gsize rows;

  if (node->n_inputs != 1 || node->infer->n_outputs != 1 || node->inputs[0] == NW_NONE ||
      nw_graph_get_n_calls(nw_inference_get_flat_graph(plan->inference), layer->uid) > 1)
    return FALSE;
  rows = plan->capacity * (gsize)nw_shape_rows(&nw_plan_value(plan, node->inputs[0])->type.shape);
  for (gsize w = 0; w < node->infer->n_weights; w++) {
    const NwWeightSpec *spec = &node->infer->weights[w];
    if (spec->by_product && nw_weight_may_have_product(&spec->shape) && nw_gemm_has_blocks(rows))
      return TRUE;
  }
  return FALSE;
}

static void
emit_layer_backward(NwPlan *plan, guint index)
{
  NwPlanNode *node = &plan->nodes[index];
  const NwInfer *infer = node->infer;
  int dy = nw_plan_group_of(plan, node->raw[0])->gradient;
  int time = add_op(plan, nw_exec_op_backward, index);

  for (gsize port = 0; port < infer->n_outputs; port++) {
    touch(plan, nw_plan_group_of(plan, node->raw[port])->gradient, time);
    if (infer->keeps_outputs)
      touch_value(plan, node->raw[port], time);
    touch(plan, nw_plan_value(plan, node->raw[port])->mask, time);
  }
  for (gsize i = 0; i < node->n_inputs; i++) {
    if (node->inputs[i] == NW_NONE)
      continue;
    if (infer->keeps_inputs)
      touch_value(plan, node->inputs[i], time);
    touch(plan, nw_plan_value(plan, node->inputs[i])->mask, time);
    node->wanted[i] = nw_plan_group_of(plan, node->inputs[i])->needs;
    if (!node->wanted[i])
      continue;
    node->accumulate[i] = contribute(plan, node->inputs[i], time,
                                     i == 0 && gradient_in_place(plan, node) ? dy : NW_NONE);
    nw_plan_group_of(plan, node->inputs[i])->from = (int)index;
    nw_plan_group_of(plan, node->inputs[i])->from_input = (int)i;
  }
  for (gsize b = 0; b < infer->n_saved; b++)
    touch(plan, node->saved[b], time);
  add_scratch(plan, node, 1, time);
  node->may_defer = plan->training && may_defer(plan, node);
  if (node->may_defer) {
    touch_value(plan, node->inputs[0], END);
    touch(plan, dy, END);
  }
}

static gboolean
has_gradient(const NwPlan *plan, const NwPlanNode *node)
{
  for (gsize port = 0; port < node->infer->n_outputs; port++)
    if (nw_plan_group_of(plan, node->raw[port])->gradient != NW_NONE)
      return TRUE;
  return FALSE;
}

static void
emit_backward(NwPlan *plan, guint index)
{
  NwPlanNode *node = &plan->nodes[index];

  if (nw_plan_node_has_penalty(node) && plan->training) {
    int time = now(plan);
    emit_penalty(plan, index);
    node->penalty_backward = nw_plan_group_of(plan, nw_plan_node_penalised(node))->needs;
    if (node->penalty_backward)
      node->penalty_accumulate = contribute(plan, nw_plan_node_penalised(node), time, NW_NONE);
  }
  if (node->has_activation && node->backward &&
      nw_plan_group_of(plan, node->outputs[0])->gradient != NW_NONE)
    emit_activation_backward(plan, index);
  for (guint i = 0; i < plan->losses->len; i++) {
    const NwPlanLoss *loss = &g_array_index(plan->losses, NwPlanLoss, i);
    if (plan->training && loss->fused_node == (int)index)
      emit_loss_backward(plan, i);
    if (plan->asking && plan->asked == i && loss->asked_node == (int)index)
      emit_ask(plan, i);
  }
  if (node->backward && !node->infer->alias && !nw_plan_node_is_output(node) &&
      has_gradient(plan, node))
    emit_layer_backward(plan, index);
}

/* Asking: gradients that are looked at when the run is over. */
static gboolean
is_read_after(const NwPlan *plan, const NwPlanNode *node)
{
  return node->reads_ids || node->node->layer->kind->role == NW_ROLE_INPUT;
}

void
nw_plan_emit(NwPlan *plan)
{
  for (guint k = 0; k < plan->n_nodes; k++) {
    guint i = plan->order[k];
    if (plan->nodes[i].live && !nw_plan_node_is_output(&plan->nodes[i]))
      emit_forward(plan, i);
  }
  plan->n_forward = plan->ops->len;
  for (guint i = 0; i < plan->losses->len; i++) {
    const NwPlanLoss *loss = &g_array_index(plan->losses, NwPlanLoss, i);
    if (!plan->training)
      emit_loss(plan, i);
    else if (loss->fused_node == NW_NONE)
      emit_loss_backward(plan, i);
    if (plan->asking && plan->asked == i && loss->asked_node == NW_NONE)
      emit_ask(plan, i);
  }
  for (guint k = plan->n_nodes; (plan->training || plan->asking) && k > 0; k--)
    if (plan->nodes[plan->order[k - 1]].live)
      emit_backward(plan, plan->order[k - 1]);
  for (guint i = 0; plan->asking && i < plan->n_nodes; i++)
    if (plan->nodes[i].live && is_read_after(plan, &plan->nodes[i]))
      touch(plan, nw_plan_group_of(plan, plan->nodes[i].outputs[0])->gradient, END);
}
