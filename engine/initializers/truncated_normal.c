/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer-private.h"

static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  nw_fill_truncated_normal(rng, shape, arguments[0], arguments[1], w);
}

static const double defaults[] = {0, 0.05};

const NwInitializerKind nw_initializer_truncated_normal = {
    .text.id = "truncated_normal",
    .text.title = N_("Truncated normal"),
    .text.summary = N_("truncated_normal(mean, standard deviation): cut at two standard deviations"),
    .text.defaults = defaults,
    .text.n_arguments = G_N_ELEMENTS(defaults),
    .fill = fill,
};
