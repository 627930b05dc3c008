/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = mean_j |p − y|;  ∂/∂p = sign(p − y) / cols, 0 where they are equal */
static NwReal
term(NwReal p, NwReal y, NwReal c, NwReal *slope)
{
  *slope = nw_loss_sign(p - y);
  return NW_R(fabs)(p - y);
}

static void
compute(const NwLossCall *call)
{
  nw_loss_mean(call, term, 0);
}

const NwLossKind nw_loss_mean_absolute_error = {
    .id = "mean_absolute_error",
    .title = N_("Mean absolute error"),
    .summary = N_("For numbers; outliers count no more than their distance"),
    .formula = "mean |y−p|",
    .target = NW_TARGET_VALUES,
    .by_number = TRUE,
    .compute = compute,
};
