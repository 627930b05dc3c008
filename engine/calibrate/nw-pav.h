/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Isotonic regression by pooling adjacent violators: the non-decreasing function of p that is
 * nearest to y in squares (Ayer et al. 1955). */
#pragma once

#include <glib.h>

/* A run of predictions that share one fitted value. */
typedef struct {
  double low, high; /* smallest and largest p in it */
  double value;     /* mean target; strictly increasing over the blocks */
  gsize count;
} NwPavBlock;

/* @p, @y: [n]; equal predictions are one point. Returns: (transfer full): blocks by ascending p */
NwPavBlock *nw_pav_fit(const double *p, const double *y, gsize n, gsize *n_blocks);
