/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Finding what went bad in the last run: operations run again, one by one. */
#include "nw-exec-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "nw-range.h"

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
  return v->type.dtype != NW_REAL || is_finite(nw_exec_value_at(exec, value),
                                               exec->n * (gsize)nw_shape_elements(&v->type.shape));
}

char *
nw_exec_find_not_finite(NwExec *exec)
{
  const NwPlanOp *ops = (const NwPlanOp *)exec->plan->ops->data;

  for (guint i = 0; i < exec->plan->n_forward; i++) {
    const NwPlanNode *node;
    if (ops[i].run == nw_exec_op_penalty || ops[i].run == nw_exec_op_loss_term)
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

/* “row 57 of the data”, or “sample 3 of the batch” where nobody knows. (transfer full) */
static char *
describe_sample(gsize sample, const guint32 *rows)
{
  return rows != NULL ? g_strdup_printf(_("row %u of the data"), rows[sample] + 1)
                      : g_strdup_printf(_("sample %zu of the batch"), sample + 1);
}

/* An id that the layer does not have; NULL: it has all. (transfer full) */
static char *
find_bad_id(const NwExec *exec, const NwPlanNode *node, const guint32 *rows)
{
  const NwPlanValue *value = nw_plan_value(exec->plan, node->inputs[0]);
  gsize each = (gsize)nw_shape_elements(&value->type.shape);
  const gint32 *ids = nw_exec_at(exec, nw_plan_group(exec->plan, value->group)->buffer);

  for (gsize i = 0; i < exec->n * each; i++) {
    g_autofree char *sample = NULL;
    if (ids[i] >= 0 && ids[i] < node->infer->n_ids)
      continue;
    sample = describe_sample(i / each, rows);
    return g_strdup_printf(_("%s “%s” looks up ids from 0 to %d, but %s brings it %d; give it more "
                             "ids, or correct the data"),
                           _(node->node->layer->kind->title), node->node->layer->name,
                           (int)node->infer->n_ids - 1, sample, ids[i]);
  }
  return NULL;
}

/* Labels that do not fit into the steps that a mask leaves. (transfer full) */
static char *
find_long_labels(const NwExec *exec, guint i, const guint32 *rows)
{
  const NwPlanOutput *plan = nw_plan_get_output(exec->plan, i);
  const NwPlanLoss *loss = &g_array_index(exec->plan->losses, NwPlanLoss, i);
  const guint8 *mask = nw_exec_at(exec, nw_plan_value(exec->plan, loss->loss_input)->mask);
  gsize steps = plan->rows_per_sample, n = (gsize)nw_shape_last(&plan->target.shape);

  for (gsize sample = 0; mask != NULL && sample < exec->n; sample++) {
    const gint32 *labels = (const gint32 *)exec->outputs[i].target + sample * n;
    gsize needed = nw_labels_count_steps(labels, n), there = 0;
    g_autofree char *which = NULL;
    for (gsize t = 0; t < steps; t++)
      there += mask[sample * steps + t] != 0;
    if (needed <= there)
      continue;
    which = describe_sample(sample, rows);
    return g_strdup_printf(
        _("the labels of “%s” in %s need %zu steps (one each, and one between equal "
          "neighbours), but only %zu of its steps count; shorten them, or give it "
          "more"),
        plan->name, which, needed, there);
  }
  return NULL;
}

char *
nw_exec_find_bad_data(NwExec *exec, const guint32 *rows)
{
  const NwPlanOp *ops = (const NwPlanOp *)exec->plan->ops->data;
  char *fault = NULL;

  for (guint i = 0; i < exec->plan->n_forward && fault == NULL; i++) {
    const NwPlanNode *node = &exec->plan->nodes[ops[i].index];
    if (ops[i].run == nw_exec_op_penalty || ops[i].run == nw_exec_op_loss_term)
      continue;
    if (ops[i].run == nw_exec_op_forward && node->infer->n_ids > 0)
      fault = find_bad_id(exec, node, rows);
    ops[i].run(exec, &ops[i]);
  }
  for (guint i = 0; i < exec->plan->outputs->len && fault == NULL; i++)
    if (nw_plan_get_output(exec->plan, i)->loss->target == NW_TARGET_LABELS)
      fault = find_long_labels(exec, i, rows);
  return fault;
}
