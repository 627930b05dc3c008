/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The learning-rate range test: which rate should training start with?
 *
 * A copy of the network is trained for some batches while the rate grows by the same factor from
 * each to the next, until the loss runs away (Smith, "Cyclical learning rates for training neural
 * networks", WACV 2017, section 3.3). Nothing of the project, the data or given weights changes. */
#pragma once

#include "nw-dataset.h"
#include "nw-project.h"
#include "nw-weights.h"

typedef struct {
  double rate;
  double loss;     /* total of the batch, before the step at this rate */
  double smoothed; /* moving average, 0.9 of which comes from the batches before */
} NwRatePoint;

typedef struct {
  double from, to; /* rates; 0 < from < to */
  guint steps;     /* batches, ≥ 2 */
  int threads;     /* 0: all cores */
  /* (nullable) called after each batch, in the thread of the test; FALSE ends it there. */
  gboolean (*told)(gpointer data, const NwRatePoint *point);
  gpointer told_data;
} NwRateTestOptions;

typedef struct {
  NwRatePoint *points;
  gsize n;
  gboolean ran_away; /* ended early: the smoothed loss was four times its smallest, or not finite */
  double suggestion; /* where the smoothed loss fell fastest per factor of the rate; NaN: nowhere */
} NwRateTest;

/**
 * nw_rate_test:
 * @weights: (nullable): start from a copy of these rather than from fresh ones
 *
 * Returns: (transfer full), the same for the same project, data and options, or NULL with one
 * sentence.
 */
NwRateTest *nw_rate_test(NwProject *project, NwDataset *dataset, const NwRateTestOptions *options,
                         const NwWeights *weights, GError **error);
void nw_rate_test_free(NwRateTest *test);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwRateTest, nw_rate_test_free)
