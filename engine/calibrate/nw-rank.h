/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One label's predictions in descending order, ties together: what AUC, average precision, curves
 * and thresholds are folds over. */
#pragma once

#include <glib.h>

/* Everything that is predicted at least @p. */
typedef struct {
  double p;
  gsize positives, negatives; /* cumulative, this step included */
} NwRankStep;

typedef struct {
  gsize n_steps; /* distinct predictions */
  NwRankStep *steps;
  gsize positives, negatives; /* totals */
} NwRank;

/* @p: [n], finite; @y: [n], positive above ½. Radix sort, O(n). (transfer full) */
NwRank *nw_rank_new(const double *p, const double *y, gsize n);
void nw_rank_free(NwRank *rank);

/* The order that sorts @p [n] (finite) upwards; stable. @order: (out) [n]; n < 2³². */
void nw_sort_order(const double *p, gsize n, guint32 *order);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwRank, nw_rank_free)
