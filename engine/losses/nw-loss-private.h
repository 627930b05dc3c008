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
        N_("Moves every target this far towards an even distribution"), NW_PARAM_REAL, "0", 0, 1   \
  }

/* Rows of the focal losses. */
#define NW_LOSS_PARAM_ALPHA                                                                        \
  {                                                                                                \
    "alpha", N_("Alpha"), N_("How much the positive class counts, or each class of a softmax"),    \
        NW_PARAM_REAL, "0.25", 0, 1                                                                \
  }
#define NW_LOSS_PARAM_GAMMA                                                                        \
  {                                                                                                \
    "gamma", N_("Gamma"), N_("How strongly what is already right is played down; 0: not at all"),  \
        NW_PARAM_REAL, "2", 0, 100                                                                 \
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

/* How far one prediction is from its target, and the slope of that by the prediction; @c is a
 * constant of the loss. */
typedef NwReal (*NwLossTerm)(NwReal p, NwReal y, NwReal c, NwReal *slope);

/* loss[r] = mean_j f(p, y);  ∂/∂p = f'(p, y) / cols. The compiler puts @term into the loop. */
static inline __attribute__((always_inline)) void
nw_loss_mean(const NwLossCall *call, NwLossTerm term, NwReal c)
{
  for (gsize r = 0; r < call->rows; r++) {
    const NwReal *p = call->p + r * call->cols, *y = call->y + r * call->cols;
    NwReal weight = call->scale[r] / (NwReal)call->cols, sum = 0;

    for (gsize j = 0; j < call->cols; j++) {
      NwReal slope;
      sum += term(p[j], y[j], c, &slope);
      if (call->dp != NULL)
        nw_loss_put(call, r * call->cols + j, weight * slope);
    }
    call->losses[r] = sum / (NwReal)call->cols;
  }
}

static inline NwReal
nw_loss_sign(NwReal x)
{
  return (NwReal)((x > 0) - (x < 0));
}
