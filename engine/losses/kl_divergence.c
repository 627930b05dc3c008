/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* With both clipped to [ε, 1]:  loss[r] = Σ_j y ln(y / p);  ∂/∂p = −y / p, 0 outside */
static void
compute(const NwLossCall *call)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *p = call->p + r * call->cols, *y = call->y + r * call->cols;
    NwReal sum = 0;

    for (gsize j = 0; j < call->cols; j++) {
      NwReal q = CLAMP(p[j], NW_LOSS_EPSILON, 1), t = CLAMP(y[j], NW_LOSS_EPSILON, 1);
      sum += t * NW_R(log)(t / q);
      if (call->dp != NULL)
        nw_loss_put(call, r * call->cols + j, q == p[j] ? -call->scale[r] * t / q : 0);
    }
    call->losses[r] = sum;
  }
}

const NwLossKind nw_loss_kl_divergence = {
    .id = "kl_divergence",
    .title = N_("Kullback–Leibler divergence"),
    .summary = N_("For a distribution as target: what is lost by believing the prediction instead"),
    .formula = "Σ y·ln(y / p)",
    .target = NW_TARGET_ONE_HOT,
    .target_max = 1,
    .compute = compute,
};
