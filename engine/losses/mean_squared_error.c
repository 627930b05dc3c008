/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = mean_j (p − y)²;  ∂/∂p = 2 (p − y) / cols */
static NwReal
term(NwReal p, NwReal y, NwReal c, NwReal *slope)
{
  NwReal e = p - y;

  *slope = 2 * e;
  return e * e;
}

static void
compute(const NwLossCall *call)
{
  nw_loss_mean(call, term, 0);
}

const NwLossKind nw_loss_mean_squared_error = {
    .id = "mean_squared_error",
    .title = N_("Mean squared error"),
    .summary = N_("For numbers; large errors count more"),
    .formula = "mean (y−p)²",
    .target = NW_TARGET_VALUES,
    .by_number = TRUE,
    .compute = compute,
};
