/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = mean_j |p − y|;  ∂/∂p = sign(p − y) / cols, 0 where they are equal */
static void
compute(const NwLossCall *call)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *p = call->p + r * call->cols, *y = call->y + r * call->cols;
    NwReal weight = call->scale[r] / (NwReal)call->cols, sum = 0;

    for (gsize j = 0; j < call->cols; j++) {
      NwReal e = p[j] - y[j];
      sum += NW_R(fabs)(e);
      if (call->dp != NULL)
        nw_loss_put(call, r * call->cols + j, weight * (NwReal)((e > 0) - (e < 0)));
    }
    call->losses[r] = sum / (NwReal)call->cols;
  }
}

const NwLossKind nw_loss_mean_absolute_error = {
    .id = "mean_absolute_error",
    .title = N_("Mean absolute error"),
    .summary = N_("For numbers; outliers count no more than their distance"),
    .formula = "mean |y−p|",
    .target = NW_TARGET_VALUES,
    .compute = compute,
};
