/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = mean_j p;  ∂/∂p = 1 / cols */
static void
compute(const NwLossCall *call)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *p = call->p + r * call->cols;
    NwReal weight = call->scale[r] / (NwReal)call->cols, sum = 0;

    for (gsize j = 0; j < call->cols; j++) {
      sum += p[j];
      if (call->dp != NULL)
        nw_loss_put(call, r * call->cols + j, weight);
    }
    call->losses[r] = sum / (NwReal)call->cols;
  }
}

const NwLossKind nw_loss_activation_mean = {
    .id = "activation_mean",
    .title = N_("Mean of the activations"),
    .summary = N_("Without a target: pushes the numbers of this output down"),
    .formula = "mean p",
    .target = NW_TARGET_NONE,
    .compute = compute,
};
