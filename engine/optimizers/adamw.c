/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimizer-private.h"

/* clang-format off */
static const NwParamSpec params[] = {
  NW_OPTIMIZER_PARAM_LEARNING_RATE("0.001"),
  NW_OPTIMIZER_PARAMS_BETAS,
  NW_OPTIMIZER_PARAM_EPSILON,
  NW_OPTIMIZER_PARAM_AMSGRAD,
  NW_OPTIMIZER_PARAMS_COMMON("0.004"),
  {NULL},
};
/* clang-format on */

/* w −= η λ w, then Adam's step: the decay does not pass through the mean squares
 * (Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019). */
const NwOptimizerKind NW_CPU_SYMBOL(nw_optimizer_adamw) = {
    .id = "adamw",
    .title = N_("AdamW"),
    .summary = N_("Adam, and every step also shrinks the weights a little"),
    .formula = "w −= η·λ·w;  then Adam’s step",
    .params = params,
    .slots = {"momentum", "velocity", "velocity_hat"},
    .prepare = NW_ADAM(prepare),
    .update = NW_ADAM(update),
    .has_slot = NW_ADAM(has_slot),
};
