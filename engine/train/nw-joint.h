/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What several networks answer together, and how far they disagree. Members are weights, of one
 * project or of several that answer the same (a deep ensemble: Lakshminarayanan, Pritzel & Blundell 2017), and each of them as often
 * as is asked with other numbers dropped (MC dropout: Gal & Ghahramani 2016). */
#pragma once

#include "nw-evaluate.h"

/**
 * NwMembers:
 * @weights: [n_weights ≥ 1], borrowed
 * @projects: (nullable): [n_weights] of each, with the same outputs; NULL: all are of the project that
 * is asked
 * @passes: 0: each answers once, as it was trained to; else so many times with dropout
 * @seed: chooses what is dropped: the same seed gives the same bits, at any number of threads
 */
typedef struct {
  NwWeights *const *weights;
  guint n_weights, passes;
  guint64 seed;
  NwProject *const *projects;
} NwMembers;

/* The mean over all members, with entropy, mutual information (H of the mean less the mean H of the
 * members, 0 … H: what they disagree about) and spread. (transfer full). With passes, a network
 * without dropout is one sentence. */
NwPredictions *nw_joint_predict(NwProject *project, const NwMembers *members, NwDataset *dataset,
                                const guint32 *rows, gsize n_rows, int threads, GError **error);

/* Reports of the mean of the members' probabilities on a split: [n_outputs] of the project, NULL
 * where an output is not judged; freed with nw_report_unref. Names of the outputs by
 * nw_report_get_output(). (transfer full) */
GPtrArray *nw_joint_evaluate(NwProject *project, const NwMembers *members, NwDataset *dataset,
                             NwSplit split, int threads, GError **error);
