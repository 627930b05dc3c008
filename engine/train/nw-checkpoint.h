/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Where a run stands between two batches, complete enough that it continues bit for bit as if it had
 * never stopped: one safetensors file with weights, optimiser slots, running sums and the epochs so
 * far. Random numbers need no state (base/nw-rng.h). */
#pragma once

#include "nw-history.h"
#include "nw-project.h"
#include "nw-weights.h"

/* Numbers that one of the run's parts keeps from batch to batch or from epoch to epoch. */
typedef struct {
  const char *name; /* of the tensor: "run/tally" */
  double *values;   /* [n]; owned by the caller */
  gsize n;
} NwCheckpointState;

#define NW_CHECKPOINT_STATES 4

typedef struct {
  guint epoch;          /* 0-based epoch at hand */
  guint batch;          /* batches of it that are done */
  guint64 step;         /* batches of the whole run that are done */
  double learning_rate; /* before the schedule */
  double scheduled;     /* after it, of the last batch */
  double seconds;       /* of training so far */
  NwCheckpointState states[NW_CHECKPOINT_STATES];
  NwHistory *history;   /* its epochs and changes are saved, and appended to on loading */
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
