/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimizer-private.h"

/* The constants of a step, and the slots. */
enum { RHO, KEEP, MOMENTUM, EPSILON, CENTERED };
enum { VELOCITY, STEPS, MEAN };

static void
prepare(const NwParams *params, guint64 t, NwOptimizerStep *step)
{
  double rho = nw_params_get_real(params, "rho");

  step->c[RHO] = (NwReal)rho;
  step->c[KEEP] = (NwReal)(1 - rho);
  step->c[MOMENTUM] = (NwReal)nw_params_get_real(params, "momentum");
  step->c[EPSILON] = (NwReal)nw_params_get_real(params, "epsilon");
  step->c[CENTERED] = nw_params_get_bool(params, "centered");
}

static gboolean
has_slot(const NwParams *params, gsize slot)
{
  return slot == VELOCITY || (slot == STEPS && nw_params_get_real(params, "momentum") > 0) ||
         (slot == MEAN && nw_params_get_bool(params, "centered"));
}

/* s = ρ s + (1 − ρ) g²;  v = s + ε, centred v = s − a² + ε with a = ρ a + (1 − ρ) g;
 * w −= η g / √v, or with momentum m = μ m + η g / √v;  w −= m
 * (Tieleman & Hinton, lecture 6.5 of "Neural networks for machine learning", 2012; centred: Graves,
 * "Generating sequences with recurrent neural networks", arXiv:1308.0850, equations 38 to 45). */
static void
update(const NwOptimizerStep *step, NwReal *w, const NwReal *g, NwReal *const *slots, gsize n)
{
  NwReal rate = step->learning_rate, epsilon = step->c[EPSILON], momentum = step->c[MOMENTUM];
  NwReal rho = step->c[RHO], keep = step->c[KEEP];
  NwReal *restrict s = slots[VELOCITY], *restrict m = slots[STEPS], *restrict a = slots[MEAN];
  gboolean centered = step->c[CENTERED] != 0;

  if (!centered && momentum == 0) {
    for (gsize i = 0; i < n; i++) {
      s[i] = rho * s[i] + keep * g[i] * g[i];
      w[i] -= rate * g[i] / NW_R(sqrt)(s[i] + epsilon);
    }
    return;
  }
  for (gsize i = 0; i < n; i++) {
    NwReal variance = s[i] = rho * s[i] + keep * g[i] * g[i];
    if (centered) {
      a[i] = rho * a[i] + keep * g[i];
      variance -= a[i] * a[i];
    }
    NwReal move = rate * g[i] / NW_R(sqrt)(variance + epsilon);
    if (momentum > 0)
      move = m[i] = momentum * m[i] + move;
    w[i] -= move;
  }
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_OPTIMIZER_PARAM_LEARNING_RATE("0.001"),
  {"momentum", N_("Momentum"), N_("How much of the last step the next one keeps"), NW_PARAM_REAL,
   "0", 0, 1},
  {"rho", N_("Rho"), N_("How much of the mean square a step keeps"), NW_PARAM_REAL, "0.9", 0, 1,
   .group = NW_OPTIMIZER_DETAILS},
  {"centered", N_("Centred"), N_("Divides by the spread of the gradient rather than by its size"),
   NW_PARAM_BOOL, "false", .group = NW_OPTIMIZER_DETAILS},
  NW_OPTIMIZER_PARAM_EPSILON,
  NW_OPTIMIZER_PARAMS_COMMON("0"),
  {NULL},
};
/* clang-format on */

const NwOptimizerKind NW_CPU_SYMBOL(nw_optimizer_rmsprop) = {
    .id = "rmsprop",
    .title = N_("RMSprop"),
    .summary = N_("Divides each gradient by its recent size; often used for recurrent networks"),
    .formula = "s = ρ·s + (1 − ρ)·g²;  w −= η·g / √(s + ε)",
    .params = params,
    .slots = {"velocity", "momentum", "average_gradient"},
    .prepare = prepare,
    .update = update,
    .has_slot = has_slot,
};
