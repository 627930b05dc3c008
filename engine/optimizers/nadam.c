/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimizer-private.h"

/* The constants of a step. */
enum { KEEP_1, KEEP_2, OF_MEAN, OF_GRADIENT, CORRECTION, EPSILON };

/* 0.96ⁱ is nothing beside 1 from here on. */
#define SETTLED 1000

/* μᵢ = β₁ (1 − 0.96ⁱ / 2) */
static double
momentum_at(double beta_1, guint64 i)
{
  return beta_1 * (1 - 0.5 * pow(0.96, (double)i));
}

/* U = Π μᵢ for i = 1 … t */
static double
momenta_until(double beta_1, guint64 t)
{
  double product = 1;

  for (guint64 i = 1; i <= MIN(t, SETTLED) && product > 0; i++)
    product *= momentum_at(beta_1, i);
  return t > SETTLED ? product * pow(beta_1, (double)(t - SETTLED)) : product;
}

static void
prepare(const NwParams *params, guint64 t, NwOptimizerStep *step)
{
  double beta_1 = nw_params_get_real(params, "beta_1");
  double beta_2 = nw_params_get_real(params, "beta_2");
  double now = momentum_at(beta_1, t), next = momentum_at(beta_1, t + 1);
  double product = momenta_until(beta_1, t);

  /* Keras subtracts in float32 here, which shows: 1 − 0.999 is 1.00005e-3 there. */
  step->c[KEEP_1] = (NwReal)(1 - (float)beta_1);
  step->c[KEEP_2] = (NwReal)(1 - (float)beta_2);
  step->c[OF_MEAN] = (NwReal)(next / (1 - product * next));
  step->c[OF_GRADIENT] = (NwReal)((1 - now) / (1 - product));
  step->c[CORRECTION] = (NwReal)(1 / (1 - pow(beta_2, (double)t)));
  step->c[EPSILON] = (NwReal)nw_params_get_real(params, "epsilon");
}

/* m and v as Adam;  m̂ = μₜ₊₁ m / (1 − U μₜ₊₁) + (1 − μₜ) g / (1 − U);  v̂ = v / (1 − β₂ᵗ);
 * w −= η m̂ / (√v̂ + ε)
 * (Dozat, "Incorporating Nesterov momentum into Adam", ICLR 2016 workshop). */
static void
update(const NwOptimizerStep *step, NwReal *w, const NwReal *g, NwReal *const *slots, gsize n)
{
  NwReal keep_1 = step->c[KEEP_1], keep_2 = step->c[KEEP_2], rate = step->learning_rate;
  NwReal of_mean = step->c[OF_MEAN], of_gradient = step->c[OF_GRADIENT];
  NwReal correction = step->c[CORRECTION], epsilon = step->c[EPSILON];
  NwReal *restrict m = slots[0], *restrict v = slots[1];

  for (gsize i = 0; i < n; i++) {
    m[i] += (g[i] - m[i]) * keep_1;
    v[i] += (g[i] * g[i] - v[i]) * keep_2;
    w[i] -=
        rate * (of_mean * m[i] + of_gradient * g[i]) / (NW_R(sqrt)(v[i] * correction) + epsilon);
  }
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_OPTIMIZER_PARAM_LEARNING_RATE("0.001"),
  NW_OPTIMIZER_PARAMS_BETAS,
  NW_OPTIMIZER_PARAM_EPSILON,
  NW_OPTIMIZER_PARAMS_COMMON("0"),
  {NULL},
};
/* clang-format on */

const NwOptimizerKind NW_CPU_SYMBOL(nw_optimizer_nadam) = {
    .id = "nadam",
    .title = N_("Nadam"),
    .summary = N_("Adam with Nesterov’s momentum"),
    .formula = "m̂ ← mean g of the next step;  w −= η·m̂ / (√v̂ + ε)",
    .params = params,
    .slots = {"momentum", "velocity"},
    .prepare = prepare,
    .update = update,
};
