/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The predictions of one label, rows grouped by something else that is known of them: is the answer
 * as right for the old as for the young? Pure functions, always in double. */
#pragma once

#include <glib.h>

/**
 * NwSubgroup:
 * @low, @high: the smallest and the largest value in it
 * @count: rows; those with a prediction and a target
 * @predicted, @observed: means of predictions and targets
 * @observed_low, @observed_high: Wilson 95 % interval of @observed
 */
typedef struct {
  double low, high;
  gsize count;
  double predicted, observed;
  double observed_low, observed_high;
} NwSubgroup;

/**
 * nw_subgroups_new:
 * @values: [n] what rows are grouped by: the index of a category, or any number
 * @p, @y: [n] predictions and targets in 0 … 1; rows where either is NaN are left out
 * @max_groups: ≥ 1
 *
 * One group for each value when there are at most @max_groups of them; else so many parts of nearly
 * equal count, between which equal values never part. In the order of values. (transfer full): an
 * array of NwSubgroup.
 */
GArray *
nw_subgroups_new(const double *values, const double *p, const double *y, gsize n, guint max_groups);
