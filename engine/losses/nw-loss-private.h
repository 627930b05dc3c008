/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What several loss kinds share; only files in losses/ include it. */
#pragma once

#include "nw-loss.h"

#include <glib/gi18n-lib.h>

/* Probabilities are clipped to [ε, 1 − ε] before their logarithm: keras.config.epsilon(). */
#define NW_LOSS_EPSILON ((NwReal)1e-7)

/* The row of losses that smooth their targets: y(1 − s) + s / classes. */
#define NW_LOSS_PARAM_LABEL_SMOOTHING                                                              \
  {                                                                                                \
    "label_smoothing", N_("Label smoothing"),                                                      \
        N_("Moves every target this far towards an even distribution"), NW_PARAM_REAL, "0", 0, 1,  \
        .when = "loss=binary_crossentropy|categorical_crossentropy"                                \
  }

/* What the pass over a row of logits x needs for ln softmax(x) without overflow:
 * softmax(x)_j = exp(x_j − max) / sum. */
typedef struct {
  NwReal max, sum;
} NwSoftmaxRow;

static inline NwReal
nw_loss_clip(NwReal p)
{
  return CLAMP(p, NW_LOSS_EPSILON, 1 - NW_LOSS_EPSILON);
}

/* The derivative of the clip above: 0 outside, 1 inside and on the edges, as TensorFlow has it. */
static inline NwReal
nw_loss_clip_slope(NwReal p)
{
  return p >= NW_LOSS_EPSILON && p <= 1 - NW_LOSS_EPSILON ? 1 : 0;
}

/* Sets dp[i] or adds to it, as the caller asked. */
static inline void
nw_loss_put(const NwLossCall *call, gsize i, NwReal gradient)
{
  call->dp[i] = call->accumulate ? call->dp[i] + gradient : gradient;
}

static inline NwSoftmaxRow
nw_loss_softmax_row(const NwReal *x, gsize n)
{
  NwSoftmaxRow row = {x[0], 0};

  for (gsize j = 1; j < n; j++)
    row.max = MAX(row.max, x[j]);
  for (gsize j = 0; j < n; j++)
    row.sum += NW_R(exp)(x[j] - row.max);
  return row;
}

/* Σ of a row, where the caller needs no more. */
static inline NwReal
nw_loss_sum(const NwReal *x, gsize n)
{
  NwReal sum = 0;

  for (gsize j = 0; j < n; j++)
    sum += x[j];
  return sum;
}
