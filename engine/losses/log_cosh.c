/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* With e = p − y:
 * loss[r] = mean_j ln cosh e = |e| + ln((1 + exp(−2|e|)) / 2);  ∂/∂p = tanh(e) / cols */
static NwReal
term(NwReal p, NwReal y, NwReal c, NwReal *slope)
{
  NwReal e = p - y, size = NW_R(fabs)(e);

  *slope = NW_R(tanh)(e);
  return size + NW_R(log1p)(NW_R(expm1)(-2 * size) / 2);
}

static void
compute(const NwLossCall *call)
{
  nw_loss_mean(call, term, 0);
}

const NwLossKind nw_loss_log_cosh = {
    .id = "log_cosh",
    .title = N_("Log-cosh"),
    .summary =
        N_("For numbers; like half the square for small errors, like the distance for large ones"),
    .formula = "mean ln cosh(p−y)",
    .target = NW_TARGET_VALUES,
    .by_number = TRUE,
    .compute = compute,
};
