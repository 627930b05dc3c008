/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer-private.h"

static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  nw_fill_constant(shape, 1, w);
}

const NwInitializerKind nw_initializer_ones = {
    .text.id = "ones",
    .text.title = N_("Ones"),
    .text.summary = N_("All 1"),
    .fill = fill,
};
