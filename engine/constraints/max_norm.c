/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-constraint-private.h"

static const char *
check(const double *arguments)
{
  return arguments[0] < 0 ? N_("no length is less than 0") : NULL;
}

/* min(n, max) / (ε + n): vectors that are too long are shortened */
static double
factor(double norm, const double *arguments)
{
  return MIN(norm, arguments[0]) / (NW_CONSTRAINT_EPSILON + norm);
}

static const double defaults[] = {2};

const NwConstraintKind nw_constraint_max_norm = {
    .text.id = "max_norm",
    .text.title = N_("Largest norm"),
    .text.summary = N_("max_norm(value, axes): no vector is longer than that"),
    .text.defaults = defaults,
    .text.n_arguments = G_N_ELEMENTS(defaults),
    .text.more = TRUE,
    .check = check,
    .factor = factor,
};
