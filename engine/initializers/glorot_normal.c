/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer-private.h"

/* Variance 2 / (fan_in + fan_out)
 * (Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks",
 * AISTATS 2010). */
static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  double fan_in, fan_out;

  nw_initializer_fans(shape, &fan_in, &fan_out);
  nw_fill_scaled_normal(rng, shape, 1, (fan_in + fan_out) / 2, w);
}

const NwInitializerKind nw_initializer_glorot_normal = {
    .text.id = "glorot_normal",
    .text.title = N_("Glorot normal"),
    .text.summary = N_("Spread by the number of inputs and outputs; made for tanh and sigmoid"),
    .fill = fill,
};
