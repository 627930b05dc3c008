/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimizer-private.h"

/* The constants of a step. */
enum { EPSILON };

static void
prepare(const NwParams *params, guint64 t, NwOptimizerStep *step)
{
  step->c[EPSILON] = (NwReal)nw_params_get_real(params, "epsilon");
}

static double
slot_initial(const NwParams *params, gsize slot)
{
  return nw_params_get_real(params, "initial_accumulator_value");
}

/* a += g²;  w −= η g / √(a + ε)
 * (Duchi, Hazan & Singer, "Adaptive subgradient methods", JMLR 12, 2011). */
static void
update(const NwOptimizerStep *step, NwReal *w, const NwReal *g, NwReal *const *slots, gsize n)
{
  NwReal rate = step->learning_rate, epsilon = step->c[EPSILON];
  NwReal *restrict a = slots[0];

  for (gsize i = 0; i < n; i++) {
    a[i] += g[i] * g[i];
    w[i] -= rate * g[i] / NW_R(sqrt)(a[i] + epsilon);
  }
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_OPTIMIZER_PARAM_LEARNING_RATE("0.001"),
  {"initial_accumulator_value", N_("Initial accumulator"),
   N_("What the sum of squared gradients starts from"), NW_PARAM_REAL, "0.1", 0, 1e6,
   .group = NW_OPTIMIZER_DETAILS},
  NW_OPTIMIZER_PARAM_EPSILON,
  NW_OPTIMIZER_PARAMS_COMMON("0"),
  {NULL},
};
/* clang-format on */

const NwOptimizerKind NW_CPU_SYMBOL(nw_optimizer_adagrad) = {
    .id = "adagrad",
    .title = N_("Adagrad"),
    .summary = N_("Steps shrink for weights that have moved much"),
    .formula = "a += g²;  w −= η·g / √(a + ε)",
    .params = params,
    .slots = {"accumulator"},
    .prepare = prepare,
    .slot_initial = slot_initial,
    .update = update,
};
