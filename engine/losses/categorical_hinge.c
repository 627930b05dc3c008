/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* With pos = Σ_j y p and neg = max_j (1 − y) p:
 * loss[r] = max(neg − pos + 1, 0)
 * ∂/∂p_k  = [(1 − y_k) p_k = neg] (1 − y_k) / ties − y_k where the loss is not cut off */
static void
compute(const NwLossCall *call)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *p = call->p + r * call->cols, *y = call->y + r * call->cols;
    NwReal pos = 0, neg = (1 - y[0]) * p[0], ties = 0;

    for (gsize j = 0; j < call->cols; j++) {
      pos += y[j] * p[j];
      neg = MAX(neg, (1 - y[j]) * p[j]);
    }
    for (gsize j = 0; j < call->cols; j++)
      ties += (1 - y[j]) * p[j] == neg;
    NwReal loss = neg - pos + 1, scale = loss >= 0 ? call->scale[r] : 0;
    call->losses[r] = MAX(loss, 0);
    for (gsize k = 0; call->dp != NULL && k < call->cols; k++) {
      NwReal up = (1 - y[k]) * p[k] == neg ? (1 - y[k]) / ties : 0;
      nw_loss_put(call, r * call->cols + k, scale * (up - y[k]));
    }
  }
}

const NwLossKind nw_loss_categorical_hinge = {
    .id = "categorical_hinge",
    .title = N_("Categorical hinge"),
    .summary = N_("For one class out of several: its score must beat every other one by 1"),
    .formula = "max(max (1−y)·p − Σ y·p + 1, 0)",
    .target = NW_TARGET_ONE_HOT,
    .target_min = -1,
    .target_max = 1,
    .compute = compute,
};
