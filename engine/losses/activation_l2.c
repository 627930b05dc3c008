/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = Σ_j p²;  ∂/∂p = 2 p */
static void
compute(const NwLossCall *call)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *p = call->p + r * call->cols;
    NwReal sum = 0;

    for (gsize j = 0; j < call->cols; j++) {
      sum += p[j] * p[j];
      if (call->dp != NULL)
        nw_loss_put(call, r * call->cols + j, call->scale[r] * 2 * p[j]);
    }
    call->losses[r] = sum;
  }
}

const NwLossKind nw_loss_activation_l2 = {
    .id = "activation_l2",
    .title = N_("L2 of the activations"),
    .summary = N_("Without a target: keeps the numbers of this output small"),
    .formula = "Σ p²",
    .target = NW_TARGET_NONE,
    .compute = compute,
};
