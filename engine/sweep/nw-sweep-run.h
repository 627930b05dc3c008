/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Runs the trials of a sweep, one after the other, each as a recorded run of the project with the
 * sweep's name as tag.
 *
 *   run = nw_sweep_run_new(sweep, project, &place, &error);
 *   nw_sweep_run_go(run, cancellable, progress, data, &error);     blocks; in any one thread
 *
 * What is known about the trials stands in “RUNS/sweeps/NAME.json” at every moment. The same sweep
 * begun again, after it was stopped or killed, goes on where it was: trials that are done are not
 * repeated, and the one that was interrupted continues from its checkpoint. So does a trial that
 * successive halving lets live. */
#pragma once

#include <gio/gio.h>

#include "nw-sweep.h"

typedef enum {
  NW_TRIAL_WAITING, /* not begun, or to go on */
  NW_TRIAL_DONE,    /* as long as it may */
  NW_TRIAL_LEFT,    /* others were better when they were compared */
  NW_TRIAL_FAILED,  /* these settings cannot be trained; see message */
  NW_N_TRIAL_STATES,
} NwSweepTrialState;

/**
 * NwSweepTrial:
 * @number: 1 …
 * @values: NULL-ended, one for each parameter of the sweep
 * @run: its number in the history of runs; 0: none yet
 * @folder: (nullable): of its weights and checkpoints
 * @epochs: done
 * @judged: the best value of the judging series; NaN: none yet
 * @judged_epoch: 1 …, where that was
 * @ece: mean calibration error of the outputs at that epoch; NaN
 * @n_weights: numbers that are trained
 * @message: (nullable): why it failed
 */
typedef struct {
  guint number;
  char **values;
  gint64 run;
  char *folder;
  guint epochs;
  double judged;
  guint judged_epoch;
  double ece, seconds;
  gsize n_weights;
  NwSweepTrialState state;
  gboolean ended_early; /* it does not go on, and stays in the comparison */
  char *message;
} NwSweepTrial;

extern const NwChoice nw_sweep_trial_states[NW_N_TRIAL_STATES + 1];

NwSweepTrial *nw_sweep_trial_copy(const NwSweepTrial *trial);
void nw_sweep_trial_free(NwSweepTrial *trial);

/* Where the runs go. */
typedef struct {
  const char *base_dir; /* (nullable) relative paths of the project start here */
  const char *runs;     /* the folder of the project's runs */
  int threads;          /* 0: all cores */
} NwSweepPlace;

typedef struct _NwSweepRun NwSweepRun;

/* Takes up what there is of a sweep of that name. One sentence when its settings, or the project,
 * were others then; when settings do not fit the project. @sweep is copied. (transfer full) */
NwSweepRun *nw_sweep_run_new(const NwSweep *sweep, NwProject *project, const NwSweepPlace *place,
                             GError **error);
void nw_sweep_run_free(NwSweepRun *run);

const NwSweep *nw_sweep_run_get_sweep(const NwSweepRun *run);
guint nw_sweep_run_get_n_trials(const NwSweepRun *run);
/* Changes while the sweep goes on; of the thread that it goes on in. */
const NwSweepTrial *nw_sweep_run_get_trial(const NwSweepRun *run, guint i);
/* How long every trial may train. */
guint nw_sweep_run_get_epochs(const NwSweepRun *run);
/* Is a large number good? Known once a trial has begun. */
gboolean nw_sweep_run_is_higher_better(const NwSweepRun *run);
/* Index of the best of all trials that were judged; −1: none was. */
int nw_sweep_run_get_best(const NwSweepRun *run);

typedef enum {
  NW_SWEEP_PROGRESS, /* about ten times a second */
  NW_SWEEP_EPOCH,    /* the trial at hand has new numbers */
  NW_SWEEP_TRIAL,    /* it ends, or pauses until it is compared */
  NW_SWEEP_COMPARED, /* trials were compared: states have changed */
} NwSweepNews;

/* @trial: index of the one at hand; @share: of the whole sweep, 0 … 1 */
typedef void (*NwSweepFunc)(NwSweepRun *run, NwSweepNews news, guint trial, double share,
                            gpointer data);

/**
 * nw_sweep_run_go:
 * @cancellable: (nullable): stops after the running batch
 *
 * Returns: TRUE when every trial is done, left or failed; FALSE with G_IO_ERROR_CANCELLED, or one
 * sentence: no trial can be trained, nothing can be written, or there is no such number to judge
 * by.
 */
gboolean nw_sweep_run_go(NwSweepRun *run, GCancellable *cancellable, NwSweepFunc progress,
                         gpointer data, GError **error);

/* The sweeps of a project's runs: their names. NULL-ended. (transfer full) */
char **nw_sweep_list(const char *runs);
/* One of them, to be looked at: without a project it cannot go on. (transfer full) */
NwSweepRun *nw_sweep_run_load(const char *runs, const char *name, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwSweepRun, nw_sweep_run_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwSweepTrial, nw_sweep_trial_free)
