/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer-private.h"

static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  nw_fill_constant(shape, arguments[0], w);
}

static const double defaults[] = {0};

const NwInitializerKind nw_initializer_constant = {
    .text.id = "constant",
    .text.title = N_("Constant"),
    .text.summary = N_("constant(value)"),
    .text.defaults = defaults,
    .text.n_arguments = G_N_ELEMENTS(defaults),
    .fill = fill,
};
