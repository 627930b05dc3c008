/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The worker: one thread that trains one project on one dataset and tells what happens.
 *
 *   trainer = nw_trainer_new(project, dataset, &options, &error);
 *   nw_trainer_start(trainer);
 *   … from the main thread, ten times a second: nw_history_…(nw_trainer_get_history(trainer)) and
 *   nw_trainer_pop_event(trainer) until it gives NULL …
 *   nw_trainer_stop(trainer); nw_trainer_join(trainer);
 *
 * The trainer pins the project it was given; edits made meanwhile do not reach it. Callers never
 * see a weight buffer, only copies (nw_trainer_dup_weights after the end, or at an event). */
#pragma once

#include <stdatomic.h>

#include "nw-dataset.h"
#include "nw-history.h"
#include "nw-project.h"
#include "nw-report.h"
#include "nw-watch.h"
#include "nw-weights.h"

typedef enum {
  NW_TRAINER_READY,
  NW_TRAINER_RUNNING,
  NW_TRAINER_PAUSED,
  NW_TRAINER_ENDED,
} NwTrainerState;

typedef enum {
  NW_END_EPOCHS,     /* all epochs done */
  NW_END_EARLY,      /* early stopping */
  NW_END_STOPPED,    /* by the person */
  NW_END_NOT_FINITE, /* NaN or infinity; the message names epoch, batch and layer */
  NW_END_FAILED,     /* could not write a checkpoint, and similar; see message */
} NwEnd;

typedef enum {
  NW_EVENT_EPOCH, /* an epoch ended; its numbers are in the history, reports in the event */
  NW_EVENT_HEALTH, /* layers were looked at; only with options.watching */
  NW_EVENT_END,
} NwEventType;

/* Immutable, reference-counted. */
typedef struct {
  NwEventType type;
  guint epoch;     /* 1 … */
  guint n_reports; /* one per output that has a target, in the history's order of outputs */
  NwReport *
      *reports; /* on the validation split (training split when there is none); some may be NULL */
  gboolean is_best;
  NwHealth *health; /* of HEALTH */
  NwEnd end;
  char *message; /* one sentence for END */
  atomic_int refs;
} NwEvent;

void nw_event_unref(NwEvent *event);

typedef struct {
  int threads;              /* 0: all cores */
  const char *base_dir;     /* (nullable) files of weights that layers name are relative to it */
  const char *out_dir;      /* (nullable) checkpoints best/last.safetensors go here, atomically */
  const char *resume_dir;   /* (nullable) continue from its last checkpoint, bit-exactly */
  NwWeights *weights;       /* (nullable) start from these instead of fresh ones */
  guint checkpoint_seconds; /* how often `last` is written between epochs; 0: 30 */
  NwWatching watching;      /* of layers: gives HEALTH events */
  /* To repeat a run: what the person changed then, in order, and after how many batches of the whole
   * run it was stopped (0: it was not). */
  const NwChange *changes;
  gsize n_changes;
  guint64 stop_after;
} NwTrainOptions;

typedef struct _NwTrainer NwTrainer;

/* Compiles, allocates, checks that data and graph fit. One sentence on failure. @options nullable.
 */
NwTrainer *nw_trainer_new(NwProject *project, NwDataset *dataset, const NwTrainOptions *options,
                          GError **error);
/* Stops and joins first if needed. */
void nw_trainer_free(NwTrainer *trainer);

void nw_trainer_start(NwTrainer *trainer);
void nw_trainer_pause(NwTrainer *trainer);
void nw_trainer_resume(NwTrainer *trainer);
void nw_trainer_step(NwTrainer *trainer);       /* one batch, then paused */
void nw_trainer_step_epoch(NwTrainer *trainer); /* to the end of the epoch, then paused */
void nw_trainer_stop(NwTrainer *trainer);       /* after the running batch; writes checkpoints */
void nw_trainer_join(NwTrainer *trainer);
/* FALSE with a sentence when the schedule reaches to the end of the run. */
gboolean nw_trainer_may_extend(const NwTrainer *trainer, GError **error);
/**
 * nw_trainer_extend:
 *
 * @n more epochs than were to be trained; after an early stop or one by the person, @n from there. A run
 * that has ended goes on where it ended, and starts again by itself; its END event must have been taken.
 * All is as if it had not ended, but that the patience of early stopping begins anew. Written down as a
 * change in the history.
 *
 * Returns: FALSE with a sentence when it may not be.
 */
gboolean nw_trainer_extend(NwTrainer *trainer, guint n, GError **error);
/* Before the next batch the weights become those of the best epoch; the optimiser's slots stay. FALSE:
 * no epoch was best yet. */
gboolean nw_trainer_revert(NwTrainer *trainer);
/* From the next batch on; written down as a change in the history. The learning rate is the one that
 * the schedule starts from; @output counts as in the history. */
void nw_trainer_set_learning_rate(NwTrainer *trainer, double rate);
double nw_trainer_get_learning_rate(const NwTrainer *trainer);
void nw_trainer_set_loss_weight(NwTrainer *trainer, guint output, double weight);
double nw_trainer_get_loss_weight(const NwTrainer *trainer, guint output);

NwTrainerState nw_trainer_get_state(const NwTrainer *trainer);
/* Where it is: epoch 1 …, batch 0 … of n_batches. Any pointer may be NULL. */
void nw_trainer_get_progress(const NwTrainer *trainer, guint *epoch, guint *epochs, guint *batch,
                             guint *n_batches);
NwHistory *nw_trainer_get_history(const NwTrainer *trainer); /* (transfer none) */
NwProject *nw_trainer_get_project(const NwTrainer *trainer); /* (transfer none) */
NwDataset *nw_trainer_get_dataset(const NwTrainer *trainer); /* (transfer none) */
/* Batches that were done before, in the session that a checkpoint continues; those of the history come
 * after them. */
guint64 nw_trainer_get_first_step(const NwTrainer *trainer);
NwEvent *nw_trainer_pop_event(NwTrainer *trainer);           /* (transfer full) (nullable) */
gsize nw_trainer_get_bytes(const NwTrainer *trainer);        /* arena + weights + slots */

/* After the end: the best (by the monitor) or the last weights; the averages of the last where the
 * optimiser keeps them, as after Keras' fit. (transfer full) */
NwWeights *nw_trainer_dup_weights(NwTrainer *trainer, gboolean best);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwTrainer, nw_trainer_free)
