/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer-private.h"

static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  gsize n = (gsize)nw_shape_elements(shape);

  for (gsize i = 0; i < n; i++)
    w[i] = (NwReal)(arguments[0] + arguments[1] * nw_rng_normal(rng, i));
}

static const double defaults[] = {0, 0.05};

const NwInitializerKind nw_initializer_random_normal = {
    .id = "random_normal",
    .title = N_("Normal"),
    .summary = N_("random_normal(mean, standard deviation)"),
    .defaults = defaults,
    .n_arguments = G_N_ELEMENTS(defaults),
    .fill = fill,
};
