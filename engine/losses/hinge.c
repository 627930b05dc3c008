/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = mean_j max(1 − y p, 0),  0 counts as −1;  ∂/∂p = −y / cols where y p ≤ 1 */
static NwReal
term(NwReal p, NwReal y, NwReal c, NwReal *slope)
{
  NwReal side = y == 0 ? -1 : y, margin = 1 - side * p;

  *slope = margin >= 0 ? -side : 0;
  return MAX(margin, 0);
}

static void
compute(const NwLossCall *call)
{
  nw_loss_mean(call, term, 0);
}

const NwLossKind nw_loss_hinge = {
    .id = "hinge",
    .title = N_("Hinge"),
    .summary = N_(
        "For yes-or-no answers by the sign of the result; right with a margin of 1 costs nothing"),
    .formula = "mean max(1 − y·p, 0)",
    .target = NW_TARGET_VALUES,
    .by_number = TRUE,
    .target_min = -1,
    .target_max = 1,
    .target_whole = TRUE,
    .compute = compute,
};
