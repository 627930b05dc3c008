/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer-private.h"

/* Variance 2 / fan_in
 * (He, Zhang, Ren & Sun, "Delving deep into rectifiers", ICCV 2015). */
static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  double fan_in, fan_out;

  nw_initializer_fans(shape, &fan_in, &fan_out);
  nw_fill_scaled_uniform(rng, shape, 2, fan_in, w);
}

const NwInitializerKind nw_initializer_he_uniform = {
    .text.id = "he_uniform",
    .text.title = N_("He uniform"),
    .text.summary = N_("Spread by the number of inputs; made for relu"),
    .fill = fill,
};
