/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimizer-private.h"

/* The constants of a step. */
enum { KEEP_1, BETA_2, CORRECTION, EPSILON };

static void
prepare(const NwParams *params, guint64 t, NwOptimizerStep *step)
{
  double beta_1 = nw_params_get_real(params, "beta_1");

  step->c[KEEP_1] = (NwReal)(1 - beta_1);
  step->c[BETA_2] = (NwReal)nw_params_get_real(params, "beta_2");
  step->c[CORRECTION] = (NwReal)(1 / (1 - pow(beta_1, (double)t)));
  step->c[EPSILON] = (NwReal)nw_params_get_real(params, "epsilon");
}

/* m += (g − m)(1 − β₁);  u = max(β₂ u, |g|);  w −= η m / ((1 − β₁ᵗ)(u + ε))
 * (Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 2). */
static void
update(const NwOptimizerStep *step, NwReal *w, const NwReal *g, NwReal *const *slots, gsize n)
{
  NwReal keep_1 = step->c[KEEP_1], beta_2 = step->c[BETA_2], epsilon = step->c[EPSILON];
  NwReal alpha = step->learning_rate * step->c[CORRECTION];
  NwReal *restrict m = slots[0], *restrict u = slots[1];

  for (gsize i = 0; i < n; i++) {
    m[i] += (g[i] - m[i]) * keep_1;
    u[i] = MAX(beta_2 * u[i], NW_R(fabs)(g[i]));
    w[i] -= alpha * m[i] / (u[i] + epsilon);
  }
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_OPTIMIZER_PARAM_LEARNING_RATE("0.001"),
  {"beta_1", N_("Beta 1"), N_("How much of the mean gradient a step keeps"), NW_PARAM_REAL, "0.9",
   0, 0.999999, .group = NW_OPTIMIZER_DETAILS},
  {"beta_2", N_("Beta 2"), N_("How much of the largest gradient a step keeps"), NW_PARAM_REAL,
   "0.999", 0, 0.999999, .group = NW_OPTIMIZER_DETAILS},
  NW_OPTIMIZER_PARAM_EPSILON,
  NW_OPTIMIZER_PARAMS_COMMON("0"),
  {NULL},
};
/* clang-format on */

const NwOptimizerKind NW_CPU_SYMBOL(nw_optimizer_adamax) = {
    .id = "adamax",
    .title = N_("Adamax"),
    .summary = N_("Adam, dividing by the largest recent gradient"),
    .formula = "m ← mean g, u = max(β₂·u, |g|);  w −= α·m / (u + ε)",
    .params = params,
    .slots = {"momentum", "norm"},
    .prepare = prepare,
    .update = update,
};
