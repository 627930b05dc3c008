/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What happens to all trainable weights after a batch, in parallel and in Keras' order (facts C.1):
 *
 *   gradients of several batches are averaged (then the other batches only add to the sum)
 *   → clipped → w −= η·λ·w (weight decay) → the kind's update → moving average of w
 *
 * A gradient that is a product (NwWeightProduct) goes this way piece by piece as it is made, unless
 * its norm or sum is needed first; the weights are the same, bit for bit.
 *
 * η is the learning rate times the layer's own factor. A batch that only adds to the sum is none of
 * the steps that the optimiser counts, but the average takes part in it; both as in Keras. */
#pragma once

#include "nw-pool.h"
#include "nw-weights.h"

/* @weights are prepared for @kind and @params; @t counts batches from 1; @learning_rate replaces
 * the optimiser's own. Returns the norm of all gradients together before clipping; NaN after a
 * batch that only adds to the sum, and where nobody measures. */
double nw_optimize(NwWeights *weights, const NwOptimizerKind *kind, const NwParams *params,
                   guint64 t, double learning_rate, NwPool *pool);
/* Holds every trained weight to its constraint; once after each step, last. */
void nw_constrain(NwWeights *weights, NwPool *pool);
