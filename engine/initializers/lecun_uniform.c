/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer-private.h"

/* Variance 1 / fan_in
 * (LeCun, Bottou, Orr & Müller, "Efficient BackProp", 1998). */
static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  double fan_in, fan_out;

  nw_initializer_fans(shape, &fan_in, &fan_out);
  nw_fill_scaled_uniform(rng, shape, 1, fan_in, w);
}

const NwInitializerKind nw_initializer_lecun_uniform = {
    .text.id = "lecun_uniform",
    .text.title = N_("LeCun uniform"),
    .text.summary = N_("Spread by the number of inputs; made for selu"),
    .fill = fill,
};
