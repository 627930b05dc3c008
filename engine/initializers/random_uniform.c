/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer-private.h"

static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  nw_fill_uniform(rng, shape, arguments[0], arguments[1], w);
}

static const double defaults[] = {-0.05, 0.05};

const NwInitializerKind nw_initializer_random_uniform = {
    .text.id = "random_uniform",
    .text.title = N_("Uniform"),
    .text.summary = N_("random_uniform(from, to): all values between are as likely"),
    .text.defaults = defaults,
    .text.n_arguments = G_N_ELEMENTS(defaults),
    .fill = fill,
};
