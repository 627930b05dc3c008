/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer-private.h"

static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  nw_fill_constant(shape, 0, w);
}

const NwInitializerKind nw_initializer_zeros = {
    .text.id = "zeros",
    .text.title = N_("Zeros"),
    .text.summary = N_("All 0"),
    .fill = fill,
};
