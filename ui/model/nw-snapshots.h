/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a run's probabilities were worth at each of its epochs: the scores of every epoch, and the reports
 * of as many as memory allows, evenly spread, so that the past can be looked at again. */
#pragma once

#include "nw-report.h"

typedef struct _NwSnapshots NwSnapshots;

NwSnapshots *nw_snapshots_new(void);
void nw_snapshots_free(NwSnapshots *snapshots);
/* @epoch (1 …) later than all before; @reports: [n] some may be NULL */
void nw_snapshots_add(NwSnapshots *snapshots, guint epoch, NwReport *const *reports, guint n);

/* Those whose reports are kept, oldest first. */
guint nw_snapshots_get_n(const NwSnapshots *snapshots);
guint nw_snapshots_get_epoch(const NwSnapshots *snapshots, guint i);
NwReport *nw_snapshots_find(const NwSnapshots *snapshots, guint i, const char *output); /* (nullable) */

typedef enum {
  NW_EPOCH_ECE,
  NW_EPOCH_ACCURACY,
  NW_EPOCH_CONFIDENCE, /* mean probability of the top class; softmax heads only */
  NW_EPOCH_BRIER,
  NW_EPOCH_LOG_LOSS,
  NW_EPOCH_SHARPNESS, /* variance of the probabilities: of the bins' means, averaged over labels */
  NW_N_EPOCH_SCORES
} NwEpochScore;

/* For people. */
const char *nw_epoch_score_get_title(NwEpochScore score);
/* Copies a score of epochs from + 1 … from + n; returns how many there were. NaN where unknown. */
gsize nw_snapshots_read_scores(const NwSnapshots *snapshots, const char *output, NwEpochScore score,
                               gsize from, gsize n, double *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwSnapshots, nw_snapshots_free)
