/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer-private.h"

static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  nw_fill_normal(rng, shape, arguments[0], arguments[1], w);
}

static const double defaults[] = {0, 0.05};

const NwInitializerKind nw_initializer_random_normal = {
    .text.id = "random_normal",
    .text.title = N_("Normal"),
    .text.summary = N_("random_normal(mean, standard deviation)"),
    .text.defaults = defaults,
    .text.n_arguments = G_N_ELEMENTS(defaults),
    .fill = fill,
};
