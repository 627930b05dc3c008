/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimizer-private.h"

/* The constants of a step. */
enum { MOMENTUM, NESTEROV };

static void
prepare(const NwParams *params, guint64 t, NwOptimizerStep *step)
{
  step->c[MOMENTUM] = (NwReal)nw_params_get_real(params, "momentum");
  step->c[NESTEROV] = nw_params_get_bool(params, "nesterov");
}

static gboolean
has_slot(const NwParams *params, gsize slot)
{
  return nw_params_get_real(params, "momentum") > 0;
}

/* Without momentum: w −= η g. Else v = μ v − η g;  w += v, or Nesterov's w += μ v − η g with the
 * new v (Sutskever, Martens, Dahl & Hinton, "On the importance of initialization and momentum in
 * deep learning", ICML 2013). */
static void
update(const NwOptimizerStep *step, NwReal *w, const NwReal *g, NwReal *const *slots, gsize n)
{
  NwReal rate = step->learning_rate, momentum = step->c[MOMENTUM];

  if (momentum == 0) {
    for (gsize i = 0; i < n; i++)
      w[i] -= rate * g[i];
    return;
  }

  NwReal *restrict v = slots[0];
  if (step->c[NESTEROV] == 0) {
    for (gsize i = 0; i < n; i++) {
      v[i] = momentum * v[i] - rate * g[i];
      w[i] += v[i];
    }
    return;
  }
  for (gsize i = 0; i < n; i++) {
    v[i] = momentum * v[i] - rate * g[i];
    w[i] += momentum * v[i] - rate * g[i];
  }
}

/* clang-format off */
static const NwParamSpec params[] = {
  NW_OPTIMIZER_PARAM_LEARNING_RATE("0.01"),
  {"momentum", N_("Momentum"), N_("How much of the last step the next one keeps"), NW_PARAM_REAL,
   "0", 0, 1},
  {"nesterov", N_("Nesterov"), N_("Takes the gradient’s step from where the momentum leads"),
   NW_PARAM_BOOL, "false"},
  NW_OPTIMIZER_PARAMS_COMMON("0"),
  {NULL},
};
/* clang-format on */

const NwOptimizerKind NW_CPU_SYMBOL(nw_optimizer_sgd) = {
    .id = "sgd",
    .title = N_("SGD"),
    .summary = N_("Plain steps against the gradient, with momentum where wanted"),
    .formula = "v = μ·v − η·g;  w += v",
    .params = params,
    .slots = {"momentum"},
    .prepare = prepare,
    .update = update,
    .has_slot = has_slot,
};
