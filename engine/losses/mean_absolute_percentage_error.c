/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = 100 mean_j |p − y| / d,  d = max(|y|, ε);  ∂/∂p = 100 sign(p − y) / d / cols */
static NwReal
term(NwReal p, NwReal y, NwReal c, NwReal *slope)
{
  NwReal d = MAX(NW_R(fabs)(y), NW_LOSS_EPSILON);

  *slope = 100 * nw_loss_sign(p - y) / d;
  return 100 * NW_R(fabs)(p - y) / d;
}

static void
compute(const NwLossCall *call)
{
  nw_loss_mean(call, term, 0);
}

const NwLossKind nw_loss_mean_absolute_percentage_error = {
    .id = "mean_absolute_percentage_error",
    .title = N_("Mean absolute percentage error"),
    .summary = N_("For numbers far from 0; an error counts by its share of the target"),
    .formula = "100·mean |y−p| / |y|",
    .target = NW_TARGET_VALUES,
    .by_number = TRUE,
    .compute = compute,
};
