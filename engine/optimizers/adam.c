/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimizer-private.h"

/* The constants of a step. */
enum { KEEP_1, KEEP_2, CORRECTION, EPSILON, AMSGRAD };

void
NW_ADAM(prepare)(const NwParams *params, guint64 t, NwOptimizerStep *step)
{
  double beta_1 = nw_params_get_real(params, "beta_1");
  double beta_2 = nw_params_get_real(params, "beta_2");

  step->c[KEEP_1] = (NwReal)(1 - beta_1);
  step->c[KEEP_2] = (NwReal)(1 - beta_2);
  step->c[CORRECTION] = (NwReal)(sqrt(1 - pow(beta_2, (double)t)) / (1 - pow(beta_1, (double)t)));
  step->c[EPSILON] = (NwReal)nw_params_get_real(params, "epsilon");
  step->c[AMSGRAD] = nw_params_get_bool(params, "amsgrad");
}

gboolean
NW_ADAM(has_slot)(const NwParams *params, gsize slot)
{
  return slot < 2 || nw_params_get_bool(params, "amsgrad");
}

/* m += (g − m)(1 − β₁);  v += (g² − v)(1 − β₂);  w −= α m / (√v + ε),
 * α = η √(1 − β₂ᵗ) / (1 − β₁ᵗ): ε is not bias-corrected, as in Keras and unlike PyTorch
 * (Kingma & Ba, "Adam: a method for stochastic optimization", ICLR 2015, end of section 2).
 * AMSGrad divides by the largest v so far (Reddi, Kale & Kumar, ICLR 2018). */
void
NW_ADAM(update)(const NwOptimizerStep *step, NwReal *w, const NwReal *g, NwReal *const *slots,
                gsize n)
{
  NwReal keep_1 = step->c[KEEP_1], keep_2 = step->c[KEEP_2];
  NwReal alpha = step->learning_rate * step->c[CORRECTION], epsilon = step->c[EPSILON];
  NwReal *restrict m = slots[0], *restrict v = slots[1];

  if (step->c[AMSGRAD] == 0) {
    for (gsize i = 0; i < n; i++) {
      m[i] += (g[i] - m[i]) * keep_1;
      v[i] += (g[i] * g[i] - v[i]) * keep_2;
      w[i] -= alpha * m[i] / (NW_R(sqrt)(v[i]) + epsilon);
    }
    return;
  }

  NwReal *restrict largest = slots[2];
  for (gsize i = 0; i < n; i++) {
    m[i] += (g[i] - m[i]) * keep_1;
    v[i] += (g[i] * g[i] - v[i]) * keep_2;
    largest[i] = MAX(largest[i], v[i]);
    w[i] -= alpha * m[i] / (NW_R(sqrt)(largest[i]) + epsilon);
  }
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_OPTIMIZER_PARAM_LEARNING_RATE("0.001"),
  NW_OPTIMIZER_PARAMS_BETAS,
  NW_OPTIMIZER_PARAM_EPSILON,
  NW_OPTIMIZER_PARAM_AMSGRAD,
  NW_OPTIMIZER_PARAMS_COMMON("0"),
  {NULL},
};
/* clang-format on */

const NwOptimizerKind NW_CPU_SYMBOL(nw_optimizer_adam) = {
    .id = "adam",
    .title = N_("Adam"),
    .summary = N_("Steps of similar size for every weight; a good first choice"),
    .formula = "m ← mean g, v ← mean g²;  w −= α·m / (√v + ε)",
    .params = params,
    .slots = {"momentum", "velocity", "velocity_hat"},
    .prepare = NW_ADAM(prepare),
    .update = NW_ADAM(update),
    .has_slot = NW_ADAM(has_slot),
};
