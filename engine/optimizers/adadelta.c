/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimizer-private.h"

/* The constants of a step. */
enum { RHO, KEEP, EPSILON };

static void
prepare(const NwParams *params, guint64 t, NwOptimizerStep *step)
{
  double rho = nw_params_get_real(params, "rho");

  step->c[RHO] = (NwReal)rho;
  step->c[KEEP] = (NwReal)(1 - rho);
  step->c[EPSILON] = (NwReal)nw_params_get_real(params, "epsilon");
}

/* a = ρ a + (1 − ρ) g²;  d = −g √(x + ε) / √(a + ε);  x = ρ x + (1 − ρ) d²;  w += η d
 * (Zeiler, "ADADELTA: an adaptive learning rate method", arXiv:1212.5701, algorithm 1). */
static void
update(const NwOptimizerStep *step, NwReal *w, const NwReal *g, NwReal *const *slots, gsize n)
{
  NwReal rate = step->learning_rate, epsilon = step->c[EPSILON];
  NwReal rho = step->c[RHO], keep = step->c[KEEP];
  NwReal *restrict a = slots[0], *restrict x = slots[1];

  for (gsize i = 0; i < n; i++) {
    a[i] = rho * a[i] + keep * g[i] * g[i];
    NwReal d = -g[i] * NW_R(sqrt)(x[i] + epsilon) / NW_R(sqrt)(a[i] + epsilon);
    x[i] = rho * x[i] + keep * d * d;
    w[i] += rate * d;
  }
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_OPTIMIZER_PARAM_LEARNING_RATE("0.001"),
  {"rho", N_("Rho"), N_("How much of the mean squares a step keeps"), NW_PARAM_REAL, "0.95", 0, 1},
  NW_OPTIMIZER_PARAM_EPSILON,
  NW_OPTIMIZER_PARAMS_COMMON("0"),
  {NULL},
};
/* clang-format on */

const NwOptimizerKind NW_CPU_SYMBOL(nw_optimizer_adadelta) = {
    .id = "adadelta",
    .title = N_("Adadelta"),
    .summary = N_("Finds its own step sizes; the original paper uses a learning rate of 1"),
    .formula = "d = −g·√(x + ε) / √(a + ε);  w += η·d",
    .params = params,
    .slots = {"accumulated_grad", "accumulated_delta_var"},
    .prepare = prepare,
    .update = update,
};
