/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-constraint-private.h"

/* 0 for what is negative, else 1 */
static double
factor(double norm, const double *arguments)
{
  return norm >= 0;
}

const NwConstraintKind nw_constraint_non_neg = {
    .text.id = "non_neg",
    .text.title = N_("Not negative"),
    .text.summary = N_("non_neg: what is below 0 becomes 0"),
    .each = TRUE,
    .factor = factor,
};
