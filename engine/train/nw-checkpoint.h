/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Where a run stands between two batches, complete enough that it continues bit for bit as if it had
 * never stopped: one safetensors file with weights, optimiser slots, running sums and the epochs so
 * far. Random numbers need no state (base/nw-rng.h). */
#pragma once

#include "nw-history.h"
#include "nw-project.h"
#include "nw-weights.h"

typedef struct {
  guint epoch;         /* 0-based epoch at hand */
  guint batch;         /* batches of it that are done */
  guint64 step;        /* optimiser steps done */
  guint wait;          /* epochs without improvement */
  double best;         /* of the monitored value; NaN: none yet */
  double learning_rate;
  double seconds;      /* of training so far */
  double *tally;       /* [n_tally] running sums of the epoch; owned by the caller */
  gsize n_tally;
  NwHistory *history;  /* its epochs are saved, and appended to on loading */
} NwCheckpoint;

/* What must not change between stopping and resuming: graph, data, optimiser, batch size, seed (not
 * positions, not the number of epochs or of threads). (transfer full) */
char *nw_checkpoint_fingerprint(NwProject *project);

/* @metadata (nullable): more pairs for the header, NULL-ended. Atomic. */
gboolean nw_checkpoint_save(const NwCheckpoint *checkpoint, const NwWeights *weights,
                            const char *fingerprint, const char *const *metadata, const char *path,
                            GError **error);

/* Fills @checkpoint and @weights (prepared for training). One sentence when the file is no checkpoint
 * or belongs to another project; then nothing was changed. */
gboolean nw_checkpoint_load(NwCheckpoint *checkpoint, NwWeights *weights, const char *fingerprint,
                            const char *path, GError **error);
