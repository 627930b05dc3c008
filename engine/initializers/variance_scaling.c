/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-initializer-private.h"

enum { SCALE, MODE, DISTRIBUTION };
enum { FAN_IN, FAN_OUT, FAN_AVERAGE };
enum { TRUNCATED_NORMAL, UNTRUNCATED_NORMAL, UNIFORM };

/* Variance scale / fan; Glorot, He and LeCun are cases of it. */
static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  double fan_in, fan_out, scale = arguments[SCALE];

  nw_initializer_fans(shape, &fan_in, &fan_out);
  double fan = arguments[MODE] == FAN_IN    ? fan_in
               : arguments[MODE] == FAN_OUT ? fan_out
                                            : (fan_in + fan_out) / 2;
  if (arguments[DISTRIBUTION] == UNIFORM)
    nw_fill_scaled_uniform(rng, shape, scale, fan, w);
  else if (arguments[DISTRIBUTION] == TRUNCATED_NORMAL)
    nw_fill_scaled_normal(rng, shape, scale, fan, w);
  else
    nw_fill_normal(rng, shape, 0, sqrt(scale / MAX(1, fan)), w);
}

static const double defaults[] = {1, FAN_IN, TRUNCATED_NORMAL};
static const NwTextWord words[] = {{"fan_in", MODE, FAN_IN},
                                   {"fan_out", MODE, FAN_OUT},
                                   {"fan_avg", MODE, FAN_AVERAGE},
                                   {"truncated_normal", DISTRIBUTION, TRUNCATED_NORMAL},
                                   {"untruncated_normal", DISTRIBUTION, UNTRUNCATED_NORMAL},
                                   {"uniform", DISTRIBUTION, UNIFORM},
                                   {NULL}};

const NwInitializerKind nw_initializer_variance_scaling = {
    .text.id = "variance_scaling",
    .text.title = N_("Variance scaling"),
    .text.summary = N_("variance_scaling(scale, fan_in|fan_out|fan_avg, "
                       "truncated_normal|untruncated_normal|uniform)"),
    .text.defaults = defaults,
    .text.n_arguments = G_N_ELEMENTS(defaults),
    .text.words = words,
    .fill = fill,
};
