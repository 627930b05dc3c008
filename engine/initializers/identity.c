/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer-private.h"

/* w[i, j] = gain where i = j, else 0 */
static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  gsize rows = (gsize)nw_shape_rows(shape), cols = (gsize)nw_shape_last(shape);

  nw_fill_constant(shape, 0, w);
  for (gsize i = 0; i < MIN(rows, cols); i++)
    w[i * cols + i] = (NwReal)arguments[0];
}

static const double defaults[] = {1};

const NwInitializerKind nw_initializer_identity = {
    .text.id = "identity",
    .text.title = N_("Identity"),
    .text.summary = N_("identity(gain): a matrix that passes its input on"),
    .text.defaults = defaults,
    .text.n_arguments = G_N_ELEMENTS(defaults),
    .matrix = TRUE,
    .fill = fill,
};
