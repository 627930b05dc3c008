/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the main thread's half (nw-trainer.c) and the worker's half (nw-trainer-run.c) share. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "nw-checkpoint.h"
#include "nw-evaluator.h"
#include "nw-monitor.h"
#include "nw-schedule.h"
#include "nw-trainer.h"

/* What the person asked for; the worker looks between batches. */
typedef enum { NW_GO, NW_PAUSE, NW_STEP, NW_STEP_EPOCH, NW_STOP } NwCommand;

struct _NwTrainer {
  /* immutable after nw_trainer_new */
  NwProject *project;
  NwDataset *dataset;
  NwInference *inference;
  NwPlan *plan;
  NwPool *pool;
  const NwOptimizerKind *optimizer;
  const NwParams *optimizer_params;
  const NwParams *training; /* settings */
  const NwScheduleKind *schedule;
  guint batch_size, n_batches, checkpoint_seconds;
  guint64 seed;
  gboolean shuffle;
  char *folder, *last_path, *best_path; /* NULL without out_dir */
  char *fingerprint;
  const char *metadata[7]; /* of both files: what made the bits, and how to prepare new data */
  NwHistory *history;
  NwChange *changes; /* that are repeated */
  gsize n_changes;
  guint64 stop_after; /* 0: nowhere */
  guint64 earlier_steps; /* of the session that a checkpoint continues */

  /* worker only, once started */
  NwExec *exec;
  NwFeed *feed;
  NwTally *tally;
  NwEvaluator *evaluator; /* NULL: no validation rows */
  NwWeights *weights;
  NwWeights *judged; /* what validation and the best epoch look at: @weights, or their averages */
  guint32 *order; /* [n rows of the training split] this epoch's */
  guint64 step;
  NwWatch *watch;
  gboolean alone; /* the batch at hand was asked for by nw_trainer_step */
  NwMonitor *monitor;
  double schedule_state[NW_SCHEDULE_MAX_STATE];
  double rate;          /* before the schedule, as the last batch had it */
  double scheduled;     /* after it */
  double *loss_weights; /* [n_outputs] as the last batch had them */
  double seconds;       /* of earlier sessions of this run */
  gint64 started, saved; /* µs, monotonic */
  double memory;         /* bytes of the process; NaN: unknown */
  double measured;       /* when, in seconds of training */
  gboolean last_written; /* in this session */
  guint restored_batch;  /* batches of the first epoch that were done before this session began */
  guint first_epoch;
  guint64 n_failed;    /* batches whose loss was not finite: they moved nothing, and are no step */
  gsize next_repeated; /* of changes */
  guint known_epochs;  /* to be trained, as the last batch knew */

  /* between the threads */
  pthread_t thread;
  gboolean has_thread; /* main only */
  pthread_mutex_t lock;
  pthread_cond_t wake;
  NwCommand command;       /* guarded by lock */
  GQueue events;           /* guarded by lock; NwEvent */
  NwWeights *best_weights; /* guarded by lock; NULL until an epoch was best */
  atomic_int state;        /* NwTrainerState */
  atomic_uint epoch, batch;
  atomic_uint epochs;       /* to be trained; written under lock */
  gboolean is_extended;     /* guarded by lock; since the worker looked */
  atomic_bool wants_revert; /* to the best weights */
  _Atomic double learning_rate;  /* before the schedule */
  _Atomic double *wanted_weights; /* [n_outputs] of losses */
};

/* Plan and sums of the validation pass; NULL without validation rows. */
static inline const NwPlan *
nw_trainer_validation_plan(const NwTrainer *self)
{
  return self->evaluator == NULL ? NULL : nw_evaluator_get_plan(self->evaluator);
}

static inline const NwTally *
nw_trainer_validation_tally(const NwTrainer *self)
{
  return self->evaluator == NULL ? NULL : nw_evaluator_get_tally(self->evaluator);
}

/* loss_weights[@output] holds from the next batch on. */
void nw_trainer_apply_loss_weight(NwTrainer *self, guint output);
/* Frozen outputs of the monitor (or of a checkpoint) train no more from here on. */
void nw_trainer_freeze_finished(NwTrainer *self);

/* Where the run stands; points into the trainer. */
NwCheckpoint nw_trainer_checkpoint(NwTrainer *self, guint epoch, guint batch);

/* The worker thread, and how an end is told. */
void *nw_trainer_run(void *trainer);
void nw_trainer_push_end(NwTrainer *self, guint epoch, NwEnd end, char *message);
