/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* TensorFlow takes the softmax of ln clip(p), which divides by the sum after the clip:
 * loss[r] = ln Σ_j c_j − ln c_i,  c = clip(p), i = index[r]
 * ∂/∂p_k  = (1 / Σ_j c_j − [k = i] / c_i) · clip'(p_k) */
static void
from_probabilities(const NwLossCall *call, gsize r, gsize i)
{
  const NwReal *p = call->p + r * call->cols;
  NwReal total = 0;

  for (gsize j = 0; j < call->cols; j++)
    total += nw_loss_clip(p[j]);
  call->losses[r] = NW_R(log)(total) - NW_R(log)(nw_loss_clip(p[i]));
  for (gsize k = 0; call->dp != NULL && k < call->cols; k++) {
    NwReal d = 1 / total - (k == i ? 1 / nw_loss_clip(p[k]) : 0);
    nw_loss_put(call, r * call->cols + k, call->scale[r] * d * nw_loss_clip_slope(p[k]));
  }
}

/* loss[r] = ln Σ_k exp(x_k − max) + max − x_i
 * ∂/∂x_k  = softmax(x)_k − [k = i] */
static void
from_logits(const NwLossCall *call, gsize r, gsize i)
{
  const NwReal *x = call->p + r * call->cols;
  NwSoftmaxRow row = nw_loss_softmax_row(x, call->cols);

  call->losses[r] = NW_R(log)(row.sum) + (row.max - x[i]);
  for (gsize k = 0; call->dp != NULL && k < call->cols; k++) {
    NwReal softmax = NW_R(exp)(x[k] - row.max) / row.sum;
    nw_loss_put(call, r * call->cols + k, call->scale[r] * (softmax - (k == i ? 1 : 0)));
  }
}

/* Preparation refuses classes that do not exist; a row that has one all the same adds nothing. */
static void
skip(const NwLossCall *call, gsize r)
{
  call->losses[r] = 0;
  for (gsize k = 0; call->dp != NULL && k < call->cols; k++)
    nw_loss_put(call, r * call->cols + k, 0);
}

static void
compute(const NwLossCall *call)
{
  for (gsize r = 0; r < call->rows; r++) {
    gint32 i = call->index[r];
    if (i < 0 || (gsize)i >= call->cols)
      skip(call, r);
    else if (call->from_logits)
      from_logits(call, r, (gsize)i);
    else
      from_probabilities(call, r, (gsize)i);
  }
}

const NwLossKind nw_loss_sparse_categorical_crossentropy = {
    .id = "sparse_categorical_crossentropy",
    .title = N_("Sparse categorical cross-entropy"),
    .summary = N_("For one class out of several; the target is the number of the class"),
    .formula = "−ln p[y]",
    .target = NW_TARGET_INDEX,
    .logits = NW_LOGITS_SOFTMAX,
    .compute = compute,
};
