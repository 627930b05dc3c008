/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = mean_j d²,  d = ln(1 + max(p, ε)) − ln(1 + max(y, ε));
 * ∂/∂p    = 2 d / (1 + p) / cols, 0 below ε */
static NwReal
term(NwReal p, NwReal y, NwReal c, NwReal *slope)
{
  NwReal q = MAX(p, NW_LOSS_EPSILON) + 1;
  NwReal d = NW_R(log)(q) - NW_R(log)(MAX(y, NW_LOSS_EPSILON) + 1);

  *slope = p >= NW_LOSS_EPSILON ? 2 * d / q : 0;
  return d * d;
}

static void
compute(const NwLossCall *call)
{
  nw_loss_mean(call, term, 0);
}

const NwLossKind nw_loss_mean_squared_logarithmic_error = {
    .id = "mean_squared_logarithmic_error",
    .title = N_("Mean squared logarithmic error"),
    .summary = N_("For amounts of 0 and more; counts how many times too large or small"),
    .formula = "mean (ln(1+y) − ln(1+p))²",
    .target = NW_TARGET_VALUES,
    .by_number = TRUE,
    .target_max = G_MAXDOUBLE,
    .compute = compute,
};
