/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = mean_j −[y ln q + (1 − y) ln(1 − q)],  q = clip(p)
 * ∂/∂p    = (q − y) / (q (1 − q)) · clip'(p) / cols */
static void
from_probabilities(const NwLossCall *call, NwReal keep, NwReal shift)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *p = call->p + r * call->cols, *y = call->y + r * call->cols;
    NwReal weight = call->scale[r] / (NwReal)call->cols, sum = 0;

    for (gsize j = 0; j < call->cols; j++) {
      NwReal t = y[j] * keep + shift, q = nw_loss_clip(p[j]);
      sum -= t * NW_R(log)(q) + (1 - t) * NW_R(log)(1 - q);
    }
    call->losses[r] = sum / (NwReal)call->cols;
    for (gsize j = 0; call->dp != NULL && j < call->cols; j++) {
      NwReal t = y[j] * keep + shift, q = nw_loss_clip(p[j]);
      nw_loss_put(call, r * call->cols + j,
                  weight * nw_loss_clip_slope(p[j]) * ((1 - t) / (1 - q) - t / q));
    }
  }
}

/* loss[r] = mean_j max(x, 0) − x y + ln(1 + exp(−|x|)),  finite for every finite x
 * ∂/∂x    = (sigmoid(x) − y) / cols */
static void
from_logits(const NwLossCall *call, NwReal keep, NwReal shift)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *x = call->p + r * call->cols, *y = call->y + r * call->cols;
    NwReal weight = call->scale[r] / (NwReal)call->cols, sum = 0;

    for (gsize j = 0; j < call->cols; j++) {
      NwReal t = y[j] * keep + shift, e = NW_R(exp)(-NW_R(fabs)(x[j]));
      sum += MAX(x[j], 0) - x[j] * t + NW_R(log1p)(e);
      if (call->dp != NULL)
        nw_loss_put(call, r * call->cols + j, weight * ((x[j] >= 0 ? 1 : e) / (1 + e) - t));
    }
    call->losses[r] = sum / (NwReal)call->cols;
  }
}

static void
compute(const NwLossCall *call)
{
  NwReal smoothing = (NwReal)nw_params_get_real(call->params, "label_smoothing");

  if (call->from_logits)
    from_logits(call, 1 - smoothing, smoothing / 2);
  else
    from_probabilities(call, 1 - smoothing, smoothing / 2);
}

static const NwParamSpec params[] = {NW_LOSS_PARAM_LABEL_SMOOTHING, {NULL}};

const NwLossKind nw_loss_binary_crossentropy = {
    .id = "binary_crossentropy",
    .title = N_("Binary cross-entropy"),
    .summary = N_("For independent yes-or-no answers; a target may be any value from 0 to 1"),
    .formula = "mean −[y·ln p + (1−y)·ln(1−p)]",
    .target = NW_TARGET_VALUES,
    .by_number = TRUE,
    .target_max = 1,
    .logits = NW_LOGITS_SIGMOID,
    .params = params,
    .compute = compute,
};
