/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* With q = p / Σp, or softmax(x), and c = clip(q):
 * loss[r] = −α Σ_j y_j (1 − c_j)^γ ln c_j
 * ∂/∂q_j  = d_j = α y_j (1 − c_j)^(γ−1) (γ ln c_j − (1 − c_j) / c_j) · clip'(q_j)
 * ∂/∂p_k  = (d_k − Σ_j d_j q_j) / Σp;  ∂/∂x_k = q_k (d_k − Σ_j d_j q_j) */
typedef struct {
  NwReal keep, shift; /* of the smoothed target */
  NwReal alpha, gamma;
} Focus;

static NwReal
slope_of(const Focus *focus, NwReal y, NwReal q)
{
  NwReal c = nw_loss_clip(q), rest = 1 - c, power = NW_R(pow)(rest, focus->gamma);

  return nw_loss_clip_slope(q) * focus->alpha * y *
         (focus->gamma * power / rest * NW_R(log)(c) - power / c);
}

/* One row; q_j = (exp(p_j − max) or p_j) / total. */
static void
row(const NwLossCall *call, const Focus *focus, gsize r)
{
  const NwReal *p = call->p + r * call->cols, *y = call->y + r * call->cols;
  NwSoftmaxRow softmax = {0};
  NwReal total, loss = 0, dot = 0;

  if (call->from_logits)
    softmax = nw_loss_softmax_row(p, call->cols);
  total = call->from_logits ? softmax.sum : nw_loss_sum(p, call->cols);
  for (gsize j = 0; j < call->cols; j++) {
    NwReal t = y[j] * focus->keep + focus->shift;
    NwReal q = (call->from_logits ? NW_R(exp)(p[j] - softmax.max) : p[j]) / total;
    NwReal c = nw_loss_clip(q);
    loss -= focus->alpha * t * NW_R(pow)(1 - c, focus->gamma) * NW_R(log)(c);
    dot += slope_of(focus, t, q) * q;
  }
  call->losses[r] = loss;
  for (gsize k = 0; call->dp != NULL && k < call->cols; k++) {
    NwReal t = y[k] * focus->keep + focus->shift;
    NwReal q = (call->from_logits ? NW_R(exp)(p[k] - softmax.max) : p[k]) / total;
    NwReal slope = slope_of(focus, t, q) - dot;
    nw_loss_put(call, r * call->cols + k,
                call->scale[r] * (call->from_logits ? q * slope : slope / total));
  }
}

static void
compute(const NwLossCall *call)
{
  NwReal smoothing = (NwReal)nw_params_get_real(call->params, "label_smoothing");
  Focus focus = {1 - smoothing, smoothing / (NwReal)call->cols,
                 (NwReal)nw_params_get_real(call->params, "alpha"),
                 (NwReal)nw_params_get_real(call->params, "gamma")};

  for (gsize r = 0; r < call->rows; r++)
    row(call, &focus, r);
}

static const NwParamSpec params[] = {
    NW_LOSS_PARAM_GAMMA,
    NW_LOSS_PARAM_ALPHA,
    NW_LOSS_PARAM_LABEL_SMOOTHING,
    {NULL},
};

const NwLossKind nw_loss_categorical_focal_crossentropy = {
    .id = "categorical_focal_crossentropy",
    .title = N_("Categorical focal cross-entropy"),
    .summary = N_("For one class out of several: what is already right counts little"),
    .formula = "−α·Σ y·(1−p)^γ·ln p",
    .target = NW_TARGET_ONE_HOT,
    .target_max = 1,
    .logits = NW_LOGITS_SOFTMAX,
    .params = params,
    .compute = compute,
};
