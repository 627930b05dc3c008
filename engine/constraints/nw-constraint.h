/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A constraint kind: what a weight is held to after each step of the optimiser (facts B.3). Chosen by
 * text: "max_norm(3)", "unit_norm(1)", "non_neg".
 *
 * Most hold the length of vectors: those along axis 0 unless the text ends with others, which stand
 * side by side. In a Dense kernel that is all that one unit weighs; in a convolution's,
 * "max_norm(3, 0, 1, 2)" is one filter. */
#pragma once

#include "nw-pool.h"
#include "nw-real.h"
#include "nw-shape.h"
#include "nw-text-kind.h"

typedef struct {
  NwTextKind text;       /* arguments from n_arguments on are axes */
  gboolean each;         /* single numbers rather than vectors */
  /* (nullable): why the arguments make no sense, marked for translation; NULL: they do */
  const char *(*check)(const double *arguments);
  /* What a vector of this length (or, with @each, this number) is multiplied with. */
  double (*factor)(double norm, const double *arguments);
} NwConstraintKind;

extern const NwConstraintKind *const nw_constraint_kinds[];
const NwChoice *nw_constraint_choices(void);

/* A constraint on one weight, seen as [outer, along, inner]: a vector for each outer and inner. */
typedef struct {
  const NwConstraintKind *kind; /* NULL: none */
  double arguments[NW_TEXT_KIND_MAX_ARGUMENTS];
  gsize outer, along, inner;
} NwConstraint;

/* @text may be empty: no constraint. FALSE with one sentence. */
gboolean nw_constraint_init(NwConstraint *constraint, const char *text, const NwShape *shape,
                            GError **error);
/* Changes w[outer, along, inner]; the same bits at any number of threads, and nothing is allocated. */
void nw_constraint_apply(const NwConstraint *constraint, NwPool *pool, NwReal *w);
