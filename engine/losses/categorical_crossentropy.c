/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* With q = p / Σp and c = clip(q):
 * loss[r] = −Σ_j y_j ln c_j
 * ∂/∂p_k  = (d_k − Σ_j d_j q_j) / Σp,  d_j = −y_j / c_j · clip'(q_j) */
static void
from_probabilities(const NwLossCall *call, NwReal keep, NwReal shift)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *p = call->p + r * call->cols, *y = call->y + r * call->cols;
    NwReal total = nw_loss_sum(p, call->cols), loss = 0, dot = 0;

    for (gsize j = 0; j < call->cols; j++) {
      NwReal t = y[j] * keep + shift, q = p[j] / total, c = nw_loss_clip(q);
      loss -= t * NW_R(log)(c);
      dot -= t / c * nw_loss_clip_slope(q) * q;
    }
    call->losses[r] = loss;
    for (gsize k = 0; call->dp != NULL && k < call->cols; k++) {
      NwReal t = y[k] * keep + shift, q = p[k] / total;
      NwReal d = -t / nw_loss_clip(q) * nw_loss_clip_slope(q);
      nw_loss_put(call, r * call->cols + k, call->scale[r] * (d - dot) / total);
    }
  }
}

/* loss[r] = Σ_j y_j (ln Σ_k exp(x_k − max) + max − x_j)
 * ∂/∂x_k  = softmax(x)_k Σ_j y_j − y_k; the sum is 1 for a distribution */
static void
from_logits(const NwLossCall *call, NwReal keep, NwReal shift)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *x = call->p + r * call->cols, *y = call->y + r * call->cols;
    NwSoftmaxRow row = nw_loss_softmax_row(x, call->cols);
    NwReal log_sum = NW_R(log)(row.sum), loss = 0, total = 0;

    for (gsize j = 0; j < call->cols; j++) {
      NwReal t = y[j] * keep + shift;
      loss += t * (log_sum + (row.max - x[j]));
      total += t;
    }
    call->losses[r] = loss;
    for (gsize k = 0; call->dp != NULL && k < call->cols; k++) {
      NwReal t = y[k] * keep + shift, softmax = NW_R(exp)(x[k] - row.max) / row.sum;
      nw_loss_put(call, r * call->cols + k, call->scale[r] * (softmax * total - t));
    }
  }
}

static void
compute(const NwLossCall *call)
{
  NwReal smoothing = (NwReal)nw_params_get_real(call->params, "label_smoothing");

  if (call->from_logits)
    from_logits(call, 1 - smoothing, smoothing / (NwReal)call->cols);
  else
    from_probabilities(call, 1 - smoothing, smoothing / (NwReal)call->cols);
}

static const NwParamSpec params[] = {NW_LOSS_PARAM_LABEL_SMOOTHING, {NULL}};

const NwLossKind nw_loss_categorical_crossentropy = {
    .id = "categorical_crossentropy",
    .title = N_("Categorical cross-entropy"),
    .summary = N_("For one class out of several; the target is one-hot or a distribution"),
    .formula = "−Σ y·ln p",
    .target = NW_TARGET_ONE_HOT,
    .target_max = 1,
    .logits = NW_LOGITS_SOFTMAX,
    .params = params,
    .compute = compute,
};
