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
  nw_fill_scaled_uniform(rng, shape, 1, (fan_in + fan_out) / 2, w);
}

const NwInitializerKind nw_initializer_glorot_uniform = {
    .text.id = "glorot_uniform",
    .text.title = N_("Glorot uniform"),
    .text.summary = N_("Spread by the number of inputs and outputs; made for tanh and sigmoid"),
    .fill = fill,
};
