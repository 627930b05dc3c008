/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = mean_j (p − y)²;  ∂/∂p = 2 (p − y) / cols */
static void
compute(const NwLossCall *call)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *p = call->p + r * call->cols, *y = call->y + r * call->cols;
    NwReal weight = call->scale[r] / (NwReal)call->cols, sum = 0;

    for (gsize j = 0; j < call->cols; j++) {
      NwReal e = p[j] - y[j];
      sum += e * e;
      if (call->dp != NULL)
        nw_loss_put(call, r * call->cols + j, weight * 2 * e);
    }
    call->losses[r] = sum / (NwReal)call->cols;
  }
}

const NwLossKind nw_loss_mean_squared_error = {
    .id = "mean_squared_error",
    .title = N_("Mean squared error"),
    .summary = N_("For numbers; large errors count more"),
    .formula = "mean (y−p)²",
    .target = NW_TARGET_VALUES,
    .compute = compute,
};
