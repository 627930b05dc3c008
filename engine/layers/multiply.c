/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = x₁ · x₂ · …, where axes of length 1 are repeated; masked steps of an input are 1. */
#include "nw-merge.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-vec.h"

static gboolean
infer(NwInfer *infer, GError **error)
{
  if (!nw_merge_infer(infer, error))
    return FALSE;
  /* For backward: dy times the inputs behind one, then the product of those before each. */
  nw_infer_scratch(infer, (gint64)infer->n_inputs * nw_shape_elements(&infer->outputs[0].shape), 0);
  infer->keeps_inputs = TRUE;
  return TRUE;
}

/* y *= x, or y = x when @fresh; an input that does not count is 1 */
static void
multiply(const NwCall *call, gsize input, gsize first, gsize n, gboolean fresh, const NwReal *from,
         NwReal *y)
{
  NwMergeRows rows = nw_merge_rows(call, input, first, n, nw_merge_is_masked(call));
  while (nw_merge_next(&rows)) {
    const NwReal *x = rows.x->real + rows.at;
    NwReal *to = y + rows.row, one = rows.counts ? x[0] : 1;
    if (fresh && (rows.one || !rows.counts))
      nw_vec()->fill(one, to, rows.cols);
    else if (fresh)
      memcpy(to, x, rows.cols * sizeof *to);
    else if (rows.one || !rows.counts)
      nw_vec()->scale(one, from + rows.row, to, rows.cols);
    else
      nw_vec()->mul(x, from + rows.row, to, rows.cols);
  }
}

static void
forward_part(gconstpointer data, gsize first, gsize n)
{
  const NwCall *call = data;
  NwReal *y = call->outputs[0].real;
  for (gsize i = 0; i < call->n_inputs; i++)
    multiply(call, i, first, n, i == 0, y, y);
}

static void
forward(const NwCall *call)
{
  nw_merge_run(call, forward_part, call);
}

/* dxᵢ += behind · before, summed over the axes along which xᵢ was repeated */
static void
add_gradient(const NwCall *call, gsize input, gsize first, gsize n, const NwReal *before,
             const NwReal *behind)
{
  NwMergeRows rows = nw_merge_rows(call, input, first, n, nw_merge_is_masked(call));
  while (nw_merge_next(&rows)) {
    NwReal *dx = rows.x->gradient + rows.at;
    if (!rows.counts)
      continue;
    if (rows.one && before != NULL)
      dx[0] += nw_vec()->dot(before + rows.row, behind + rows.row, rows.cols);
    else if (rows.one)
      dx[0] += nw_vec()->sum(behind + rows.row, rows.cols);
    else if (before == NULL)
      nw_vec()->add(behind + rows.row, dx, rows.cols);
    else
      for (gsize i = 0; i < rows.cols; i++)
        dx[i] += before[rows.row + i] * behind[rows.row + i];
  }
}

/* dxᵢ = dy · Π over k ≠ i of xₖ: from the last input to the first, with the products before it
 * kept.
 */
static void
backward_part(gconstpointer data, gsize first, gsize n)
{
  const NwCall *call = data;
  gsize all = call->n * (gsize)nw_shape_elements(&call->outputs[0].type->shape);
  NwReal *behind = call->scratch[0];
  const NwReal *dy = call->outputs[0].gradient;

  nw_merge_clear(call, first, n);
  for (gsize i = 1; i < call->n_inputs; i++)
    multiply(call, i - 1, first, n, i == 1, behind + (i - 1) * all, behind + i * all);
  for (gsize i = call->n_inputs; i-- > 0; dy = behind) {
    if (call->inputs[i].gradient != NULL)
      add_gradient(call, i, first, n, i == 0 ? NULL : behind + i * all, dy);
    if (i > 0)
      multiply(call, i, first, n, FALSE, dy, behind);
  }
}

static void
backward(const NwCall *call)
{
  nw_merge_run(call, backward_part, call);
}

static char *
describe(const NwParams *params)
{
  return g_strdup(_("product"));
}

const NwLayerKind nw_layer_multiply = {
    .id = "multiply",
    .title = N_("Multiply"),
    .summary = N_("Multiplies its inputs, number by number; axes of length 1 are repeated"),
    .category = NW_CATEGORY_MERGE,
    .inputs = NW_MERGE_INPUTS,
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = (const NwParamSpec[]){{NULL}},
    .examples = nw_merge_examples,
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .make_mask = nw_merge_make_mask,
    .describe = describe,
};
