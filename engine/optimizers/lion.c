/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimizer-private.h"

/* The constants of a step. */
enum { BETA_1, KEEP_1, BETA_2, KEEP_2 };

static void
prepare(const NwParams *params, guint64 t, NwOptimizerStep *step)
{
  double beta_1 = nw_params_get_real(params, "beta_1");
  double beta_2 = nw_params_get_real(params, "beta_2");

  step->c[BETA_1] = (NwReal)beta_1;
  step->c[KEEP_1] = (NwReal)(1 - (float)beta_1);
  step->c[BETA_2] = (NwReal)beta_2;
  step->c[KEEP_2] = (NwReal)(1 - (float)beta_2);
}

/* w −= η sign(β₁ m + (1 − β₁) g);  m = β₂ m + (1 − β₂) g
 * (Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, program 1). */
static void
update(const NwOptimizerStep *step, NwReal *w, const NwReal *g, NwReal *const *slots, gsize n)
{
  NwReal rate = step->learning_rate;
  NwReal beta_1 = step->c[BETA_1], keep_1 = step->c[KEEP_1];
  NwReal beta_2 = step->c[BETA_2], keep_2 = step->c[KEEP_2];
  NwReal *restrict m = slots[0];

  for (gsize i = 0; i < n; i++) {
    NwReal way = beta_1 * m[i] + keep_1 * g[i];
    w[i] -= rate * (NwReal)((way > 0) - (way < 0));
    m[i] = beta_2 * m[i] + keep_2 * g[i];
  }
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_OPTIMIZER_PARAM_LEARNING_RATE("0.001"),
  {"beta_1", N_("Beta 1"), N_("How much of the mean gradient decides on the way"), NW_PARAM_REAL,
   "0.9", 0.000001, 1, .group = NW_OPTIMIZER_DETAILS},
  {"beta_2", N_("Beta 2"), N_("How much of the mean gradient a step keeps"), NW_PARAM_REAL,
   "0.99", 0, 1, .group = NW_OPTIMIZER_DETAILS},
  NW_OPTIMIZER_PARAMS_COMMON("0"),
  {NULL},
};
/* clang-format on */

const NwOptimizerKind NW_CPU_SYMBOL(nw_optimizer_lion) = {
    .id = "lion",
    .title = N_("Lion"),
    .summary = N_("Every weight moves by the learning rate, up or down; take a tenth of Adam’s"),
    .formula = "w −= η·sign(β₁·m + (1 − β₁)·g);  m = β₂·m + (1 − β₂)·g",
    .params = params,
    .slots = {"momentum"},
    .prepare = prepare,
    .update = update,
};
