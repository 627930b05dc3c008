/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimizer-private.h"

/* The constants of a step. */
enum { POWER, L1, L2, SHRINKAGE, BETA };

static void
prepare(const NwParams *params, guint64 t, NwOptimizerStep *step)
{
  step->c[POWER] = (NwReal)-nw_params_get_real(params, "learning_rate_power");
  step->c[L1] = (NwReal)nw_params_get_real(params, "l1_regularization_strength");
  step->c[L2] = (NwReal)nw_params_get_real(params, "l2_regularization_strength");
  step->c[SHRINKAGE] = (NwReal)nw_params_get_real(params, "l2_shrinkage_regularization_strength");
  step->c[BETA] = (NwReal)nw_params_get_real(params, "beta");
}

static double
slot_initial(const NwParams *params, gsize slot)
{
  return slot == 0 ? nw_params_get_real(params, "initial_accumulator_value") : 0;
}

static inline NwReal
power_of(NwReal x, NwReal power)
{
  return power == (NwReal)0.5 ? NW_R(sqrt)(x) : NW_R(pow)(x, power);
}

/* n' = n + g²;  z += g + 2 λₛ w − (n'^p − n^p) w / η;  w = (clip(z, ±λ₁) − z) / (n'^p / η + 2 λ₂ +
 * β / η) (McMahan et al., "Ad click prediction: a view from the trenches", KDD 2013, algorithm 1).
 * A learning rate of 0 leaves all as it is. */
static void
update(const NwOptimizerStep *step, NwReal *w, const NwReal *g, NwReal *const *slots, gsize n)
{
  NwReal rate = step->learning_rate, power = step->c[POWER], l1 = step->c[L1];
  NwReal shrinkage = 2 * step->c[SHRINKAGE], more = 2 * step->c[L2] + step->c[BETA] / rate;
  NwReal *restrict sums = slots[0], *restrict z = slots[1];

  if (rate == 0)
    return;
  for (gsize i = 0; i < n; i++) {
    NwReal sum = sums[i] + g[i] * g[i], grown = power_of(sum, power);
    z[i] += g[i] + shrinkage * w[i] - (grown - power_of(sums[i], power)) / rate * w[i];
    w[i] = (CLAMP(z[i], -l1, l1) - z[i]) / (grown / rate + more);
    sums[i] = sum;
  }
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_OPTIMIZER_PARAM_LEARNING_RATE("0.001"),
  {"learning_rate_power", N_("Power"), N_("How the steps shrink with the sum of squared gradients"),
   NW_PARAM_REAL, "-0.5", -4, 0, .group = NW_OPTIMIZER_DETAILS},
  {"initial_accumulator_value", N_("Initial accumulator"),
   N_("What the sum of squared gradients starts from"), NW_PARAM_REAL, "0.1", 0, 1e6,
   .group = NW_OPTIMIZER_DETAILS},
  {"l1_regularization_strength", N_("L1"), N_("Weights that are worth less than this become 0"),
   NW_PARAM_REAL, "0", 0, 1e6, .group = NW_OPTIMIZER_DETAILS},
  {"l2_regularization_strength", N_("L2"), N_("Pulls every weight towards 0"), NW_PARAM_REAL, "0",
   0, 1e6, .group = NW_OPTIMIZER_DETAILS},
  {"l2_shrinkage_regularization_strength", N_("L2 shrinkage"),
   N_("Adds to the gradient as a penalty on squared weights would"), NW_PARAM_REAL, "0", 0, 1e6,
   .group = NW_OPTIMIZER_DETAILS},
  {"beta", N_("Beta"), N_("Makes the first steps smaller"), NW_PARAM_REAL, "0", 0, 1e6,
   .group = NW_OPTIMIZER_DETAILS},
  NW_OPTIMIZER_PARAMS_COMMON("0"),
  {NULL},
};
/* clang-format on */

const NwOptimizerKind NW_CPU_SYMBOL(nw_optimizer_ftrl) = {
    .id = "ftrl",
    .title = N_("FTRL"),
    .summary = N_("For wide, sparse inputs: weights that do not help become exactly 0"),
    .formula = "z += g − (n'^p − n^p)·w / η;  w = (clip(z, ±λ₁) − z) / (n'^p / η + 2·λ₂)",
    .params = params,
    .slots = {"accumulator", "linear"},
    .prepare = prepare,
    .slot_initial = slot_initial,
    .update = update,
};
