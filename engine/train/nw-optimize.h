/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One step of the optimiser over all trainable weights, in parallel. */
#pragma once

#include "nw-pool.h"
#include "nw-weights.h"

/* @t counts steps from 1; @learning_rate replaces the optimiser's own. */
void nw_optimize(NwWeights *weights, const NwOptimizerKind *kind, const NwParams *params, guint64 t,
                 double learning_rate, NwPool *pool);
