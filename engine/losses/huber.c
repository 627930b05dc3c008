/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* With e = p − y:
 * loss[r] = mean_j { e² / 2 where |e| ≤ δ, else δ |e| − δ² / 2 };  ∂/∂p = clip(e, −δ, δ) / cols
 * (Huber, "Robust estimation of a location parameter", Annals of Mathematical Statistics 35, 1964)
 */
static NwReal
term(NwReal p, NwReal y, NwReal c, NwReal *slope)
{
  NwReal e = p - y, size = NW_R(fabs)(e), delta = c;

  *slope = CLAMP(e, -delta, delta);
  return size <= delta ? e * e / 2 : delta * size - delta * delta / 2;
}

static void
compute(const NwLossCall *call)
{
  nw_loss_mean(call, term, (NwReal)nw_params_get_real(call->params, "delta"));
}

static const NwParamSpec params[] = {
    {"delta", N_("Delta"), N_("Errors larger than this count by their distance"), NW_PARAM_REAL,
     "1", 1e-9, 1e9},
    {NULL},
};

const NwLossKind nw_loss_huber = {
    .id = "huber",
    .title = N_("Huber"),
    .summary = N_("For numbers; squares small errors, and is gentle to outliers"),
    .formula = "mean of e²/2, or δ·|e| − δ²/2 where |e| > δ; e = p−y",
    .target = NW_TARGET_VALUES,
    .by_number = TRUE,
    .params = params,
    .compute = compute,
};
