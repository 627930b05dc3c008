/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = Σ_j p;  ∂/∂p = 1 */
static void
compute(const NwLossCall *call)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *p = call->p + r * call->cols;
    NwReal sum = 0;

    for (gsize j = 0; j < call->cols; j++) {
      sum += p[j];
      if (call->dp != NULL)
        nw_loss_put(call, r * call->cols + j, call->scale[r]);
    }
    call->losses[r] = sum;
  }
}

const NwLossKind nw_loss_activation_sum = {
    .id = "activation_sum",
    .title = N_("Sum of the activations"),
    .summary = N_("Without a target: pushes the numbers of this output down; each counts in full"),
    .formula = "Σ p",
    .target = NW_TARGET_NONE,
    .compute = compute,
};
