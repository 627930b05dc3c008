/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The operations that call layers and activations. */
#include "nw-exec-private.h"

static NwCall *
prepare_call(NwExec *exec, guint index, int pass)
{
  NwExecNode *node = &exec->nodes[index];

  node->call.n = exec->n * (gsize)MAX(exec->plan->nodes[index].infer->steps, 1);
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
  nw_activation_forward(node->infer->activation, exec->pool, nw_exec_value_at(exec, node->raw[0]),
                        nw_exec_value_at(exec, node->outputs[0]), rows, cols);
}

void
nw_exec_op_activate_backward(NwExec *exec, const NwPlanOp *op)
{
  const NwPlanNode *node = &exec->plan->nodes[op->index];
  gsize rows, cols;

  raw_size(exec, node, &rows, &cols);
  nw_activation_backward(
      node->infer->activation, exec->pool, nw_exec_value_at(exec, node->raw[0]),
      nw_exec_value_at(exec, node->outputs[0]), nw_exec_gradient_at(exec, node->outputs[0]),
      nw_exec_gradient_at(exec, node->raw[0]), rows, cols, node->activation_accumulate);
}
