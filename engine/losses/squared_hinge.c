/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = mean_j max(1 − y p, 0)²,  0 counts as −1;  ∂/∂p = −2 y max(1 − y p, 0) / cols */
static NwReal
term(NwReal p, NwReal y, NwReal c, NwReal *slope)
{
  NwReal side = y == 0 ? -1 : y, margin = MAX(1 - side * p, 0);

  *slope = -2 * side * margin;
  return margin * margin;
}

static void
compute(const NwLossCall *call)
{
  nw_loss_mean(call, term, 0);
}

const NwLossKind nw_loss_squared_hinge = {
    .id = "squared_hinge",
    .title = N_("Squared hinge"),
    .summary = N_("The hinge, squared: answers on the wrong side count more"),
    .formula = "mean max(1 − y·p, 0)²",
    .target = NW_TARGET_VALUES,
    .by_number = TRUE,
    .target_min = -1,
    .target_max = 1,
    .target_whole = TRUE,
    .compute = compute,
};
