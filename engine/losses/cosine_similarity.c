/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* 1 / |x|, at most 1 / ε */
static NwReal
inverse_length(const NwReal *x, gsize n)
{
  NwReal square = 0;

  for (gsize j = 0; j < n; j++)
    square += x[j] * x[j];
  return MIN(1 / NW_R(sqrt)(square), 1 / NW_LOSS_EPSILON);
}

/* With a = 1/|p|, b = 1/|y|, cos = a b Σ_j p y:
 * loss[r] = −cos;  ∂/∂p_k = −(b y_k − cos a p_k) a;  a vector of 0 is shortened no further */
static void
compute(const NwLossCall *call)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *p = call->p + r * call->cols, *y = call->y + r * call->cols;
    NwReal a = inverse_length(p, call->cols), b = inverse_length(y, call->cols), cosine = 0;
    gboolean turns = a < 1 / NW_LOSS_EPSILON;

    for (gsize j = 0; j < call->cols; j++)
      cosine += (a * p[j]) * (b * y[j]);
    call->losses[r] = -cosine;
    for (gsize k = 0; call->dp != NULL && k < call->cols; k++)
      nw_loss_put(call, r * call->cols + k,
                  -call->scale[r] * (b * y[k] - (turns ? cosine * a * p[k] : 0)) * a);
  }
}

const NwLossKind nw_loss_cosine_similarity = {
    .id = "cosine_similarity",
    .title = N_("Cosine similarity"),
    .summary = N_("For directions: −1 where both point the same way, 1 where they are opposite"),
    .formula = "−Σ y·p / (|y|·|p|)",
    .target = NW_TARGET_VALUES,
    .compute = compute,
};
