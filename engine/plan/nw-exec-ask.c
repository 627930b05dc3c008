/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Backward from an answer to what came in. */
#include "nw-exec-private.h"

#include <string.h>

void
nw_exec_ask(NwExec *exec, gsize row, gsize col)
{
  const NwPlanOutput *output = nw_plan_get_output(exec->plan, exec->plan->asked);

  g_return_if_fail(exec->plan->asking && row < output->rows_per_sample && col < output->cols);
  exec->asked_row = row;
  exec->asked_col = col;
}

/* ln p/(1 − p) of class k of a softmax is z_k − ln Σ_{j≠k} e^{z_j}: its slope is 1 at k and
 * −e^{z_j} / Σ_{i≠k} e^{z_i} at j. A class alone is certain whatever it gets. */
static void
ask_class(const NwReal *z, gsize cols, gsize k, NwReal *slopes)
{
  NwReal largest = -INFINITY;
  double sum = 0;

  for (gsize j = 0; j < cols; j++)
    if (j != k)
      largest = MAX(largest, z[j]);
  for (gsize j = 0; j < cols; j++)
    if (j != k)
      sum += exp((double)(z[j] - largest));
  for (gsize j = 0; cols > 1 && j < cols; j++)
    slopes[j] += j == k ? 1 : (NwReal)(-exp((double)(z[j] - largest)) / sum);
}

void
nw_exec_op_ask(NwExec *exec, const NwPlanOp *op)
{
  const NwPlanOutput *output = nw_plan_get_output(exec->plan, op->index);
  const NwPlanLoss *loss = &g_array_index(exec->plan->losses, NwPlanLoss, op->index);
  gsize rows = output->rows_per_sample, cols = output->cols;
  const NwReal *z = nw_exec_value_at(exec, loss->asked);
  NwReal *slopes = nw_exec_gradient_at(exec, loss->asked);

  if (!loss->accumulate)
    memset(slopes, 0, exec->n * rows * cols * sizeof *slopes);
  for (gsize sample = 0; sample < exec->n; sample++) {
    gsize first = (sample * rows + exec->asked_row) * cols;
    if (nw_plan_asks_odds(exec->plan, op->index) && loss->made == NW_LOGITS_SOFTMAX)
      ask_class(z + first, cols, exec->asked_col, slopes + first);
    else
      slopes[first + exec->asked_col] += 1;
  }
}

/* ── what came in ────────────────────────────────────────────────────────────────────────────── */

static const NwPlanNode *
find_input(const NwExec *exec, guint i)
{
  guint uid = nw_plan_get_input(exec->plan, i)->node;

  for (guint k = 0; k < exec->plan->n_nodes; k++)
    if (exec->plan->nodes[k].node->uid == uid)
      return &exec->plan->nodes[k];
  g_assert_not_reached();
}

const NwReal *
nw_exec_get_slopes(const NwExec *exec, guint i)
{
  const NwPlanNode *node = find_input(exec, i);

  g_return_val_if_fail(exec->plan->asking, NULL);
  return nw_plan_get_input(exec->plan, i)->type.dtype == NW_REAL
             ? nw_exec_gradient_at(exec, node->outputs[0])
             : NULL;
}

/* effects[i] += Σ over what element i became, of slope · number */
static void
add_products(const NwReal *slopes, const NwReal *numbers, gsize n, gsize width, double *effects)
{
  for (gsize i = 0; i < n * width; i++)
    effects[i / width] += (double)slopes[i] * (double)numbers[i];
}

static gboolean
reads(const NwExec *exec, const NwPlanNode *node, int group)
{
  for (gsize i = 0; node->live && i < node->n_inputs; i++)
    if (node->inputs[i] != NW_NONE && nw_plan_value(exec->plan, node->inputs[i])->group == group)
      return TRUE;
  return FALSE;
}

/* Of what the node made of the elements, @each numbers of a sample. */
static void
add_node(const NwExec *exec, const NwPlanNode *node, gsize n, gsize sample, double *effects)
{
  const NwType *type = &nw_plan_value(exec->plan, node->outputs[0])->type;
  gsize each = (gsize)nw_shape_elements(&type->shape);
  const NwReal *slopes = nw_exec_gradient_at(exec, node->outputs[0]);

  if (slopes != NULL)
    add_products(slopes + sample * each, nw_exec_value_at(exec, node->outputs[0]) + sample * each,
                 n, each / n, effects);
}

gboolean
nw_exec_add_effects(const NwExec *exec, guint i, gsize sample, double *effects)
{
  const NwPlanNode *input = find_input(exec, i);
  const NwPlanValue *value = nw_plan_value(exec->plan, input->outputs[0]);
  gsize n = (gsize)nw_shape_elements(&value->type.shape);

  g_return_val_if_fail(exec->plan->asking && sample < exec->n, FALSE);
  if (value->type.dtype == NW_REAL) {
    add_node(exec, input, n, sample, effects);
    return TRUE;
  }
  for (guint k = 0; k < exec->plan->n_nodes; k++) {
    const NwPlanNode *node = &exec->plan->nodes[k];
    if (!reads(exec, node, value->group) || node->infer->alias)
      continue;
    if (!node->reads_ids)
      return FALSE;
    add_node(exec, node, n, sample, effects);
  }
  return TRUE;
}
