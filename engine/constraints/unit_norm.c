/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-constraint-private.h"

/* 1 / (ε + n) */
static double
factor(double norm, const double *arguments)
{
  return 1 / (NW_CONSTRAINT_EPSILON + norm);
}

const NwConstraintKind nw_constraint_unit_norm = {
    .text.id = "unit_norm",
    .text.title = N_("Norm of 1"),
    .text.summary = N_("unit_norm(axes): every vector has the length 1"),
    .text.more = TRUE,
    .factor = factor,
};
