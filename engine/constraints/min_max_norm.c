/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-constraint-private.h"

enum { LEAST, MOST, RATE };

static const char *
check(const double *arguments)
{
  if (arguments[LEAST] < 0 || arguments[LEAST] > arguments[MOST])
    return N_("the least length is from 0 to the largest");
  return arguments[RATE] < 0 || arguments[RATE] > 1 ? N_("the rate is from 0 to 1") : NULL;
}

/* (r clip(n, min, max) + (1 − r) n) / (ε + n): a share r of the way into the interval */
static double
factor(double norm, const double *arguments)
{
  double rate = arguments[RATE];

  return (rate * CLAMP(norm, arguments[LEAST], arguments[MOST]) + (1 - rate) * norm) /
         (NW_CONSTRAINT_EPSILON + norm);
}

static const double defaults[] = {0, 1, 1};

const NwConstraintKind nw_constraint_min_max_norm = {
    .text.id = "min_max_norm",
    .text.title = N_("Norm in an interval"),
    .text.summary =
        N_("min_max_norm(least, most, rate, axes): vectors are moved there, by a share of the way"),
    .text.defaults = defaults,
    .text.n_arguments = G_N_ELEMENTS(defaults),
    .text.more = TRUE,
    .check = check,
    .factor = factor,
};
