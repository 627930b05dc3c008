/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* The cross-entropy b of a label, and its slope, times how wrong the label is, u = 1 − p_t
 * (Lin, Goyal, Girshick, He & Dollár, "Focal loss for dense object detection", ICCV 2017):
 *
 * loss[r] = mean_j w u^γ b,  u = y (1 − p) + (1 − y) p,  w = y α + (1 − y)(1 − α) if balanced, else
 * 1 ∂       = w (γ u^(γ−1) ∂u b + u^γ ∂b) / cols,  ∂u/∂p = 1 − 2 y */
typedef struct {
  NwReal keep, shift; /* of the smoothed target */
  NwReal gamma, positive, negative;
} Focus;

/* @du: ∂u by what the gradient is taken of; @rest: 1 − p */
static NwReal
focal(const Focus *focus, NwReal y, NwReal p, NwReal rest, NwReal b, NwReal du, NwReal db,
      NwReal *slope)
{
  NwReal u = y * rest + (1 - y) * p, w = y * focus->positive + (1 - y) * focus->negative;
  NwReal power = NW_R(pow)(u, focus->gamma);
  NwReal steep = u > 0 ? focus->gamma * power / u : 0;

  *slope = w * (steep * du * b + power * db);
  return w * power * b;
}

/* b = −[y ln q + (1 − y) ln(1 − q)],  q = clip(p) */
static NwReal
from_probability(const Focus *focus, NwReal p, NwReal y, NwReal *slope)
{
  NwReal q = nw_loss_clip(p);
  NwReal b = -(y * NW_R(log)(q) + (1 - y) * NW_R(log)(1 - q));
  NwReal db = nw_loss_clip_slope(p) * ((1 - y) / (1 - q) - y / q);

  return focal(focus, y, p, 1 - p, b, 1 - 2 * y, db, slope);
}

/* b = max(x, 0) − x y + ln(1 + exp(−|x|)),  p = sigmoid(x),  ∂p/∂x = p (1 − p) */
static NwReal
from_logit(const Focus *focus, NwReal x, NwReal y, NwReal *slope)
{
  NwReal e = NW_R(exp)(-NW_R(fabs)(x)), large = 1 / (1 + e), small = e / (1 + e);
  NwReal p = x >= 0 ? large : small, rest = x >= 0 ? small : large;
  NwReal b = MAX(x, 0) - x * y + NW_R(log1p)(e);

  return focal(focus, y, p, rest, b, (1 - 2 * y) * p * rest, p - y, slope);
}

static void
compute(const NwLossCall *call)
{
  gboolean balanced = nw_params_get_bool(call->params, "apply_class_balancing");
  NwReal smoothing = (NwReal)nw_params_get_real(call->params, "label_smoothing");
  NwReal alpha = (NwReal)nw_params_get_real(call->params, "alpha");
  Focus focus = {1 - smoothing, smoothing / 2, (NwReal)nw_params_get_real(call->params, "gamma"),
                 balanced ? alpha : 1, balanced ? 1 - alpha : 1};

  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *p = call->p + r * call->cols, *y = call->y + r * call->cols;
    NwReal weight = call->scale[r] / (NwReal)call->cols, sum = 0;

    for (gsize j = 0; j < call->cols; j++) {
      NwReal t = y[j] * focus.keep + focus.shift, slope;
      sum += call->from_logits ? from_logit(&focus, p[j], t, &slope)
                               : from_probability(&focus, p[j], t, &slope);
      if (call->dp != NULL)
        nw_loss_put(call, r * call->cols + j, weight * slope);
    }
    call->losses[r] = sum / (NwReal)call->cols;
  }
}

static const NwParamSpec params[] = {
    NW_LOSS_PARAM_GAMMA,
    {"apply_class_balancing", N_("Balance classes"),
     N_("Positives count by alpha, negatives by 1 − alpha"), NW_PARAM_BOOL, "false"},
    NW_LOSS_PARAM_ALPHA,
    NW_LOSS_PARAM_LABEL_SMOOTHING,
    {NULL},
};

const NwLossKind nw_loss_binary_focal_crossentropy = {
    .id = "binary_focal_crossentropy",
    .title = N_("Binary focal cross-entropy"),
    .summary = N_("For rare yes answers: what is already right counts little"),
    .formula = "mean (1−p_t)^γ · −ln p_t;  p_t = p where y = 1, else 1−p",
    .target = NW_TARGET_VALUES,
    .by_number = TRUE,
    .target_max = 1,
    .logits = NW_LOGITS_SIGMOID,
    .params = params,
    .compute = compute,
};
