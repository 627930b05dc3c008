/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-loss-private.h"

/* loss[r] = mean_j p − y ln(p + ε);  ∂/∂p = (1 − y / (p + ε)) / cols */
static NwReal
term(NwReal p, NwReal y, NwReal c, NwReal *slope)
{
  NwReal q = p + NW_LOSS_EPSILON;

  *slope = 1 - y / q;
  return p - y * NW_R(log)(q);
}

static void
compute(const NwLossCall *call)
{
  nw_loss_mean(call, term, 0);
}

const NwLossKind nw_loss_poisson = {
    .id = "poisson",
    .title = N_("Poisson"),
    .summary = N_("For counts; the prediction is the expected number and must be positive"),
    .formula = "mean p − y·ln p",
    .target = NW_TARGET_VALUES,
    .by_number = TRUE,
    .target_max = G_MAXDOUBLE,
    .compute = compute,
};
