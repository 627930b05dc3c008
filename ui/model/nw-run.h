/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One training run as the window sees it: the project it is pinned to, its data, how far it is,
 * every number it produced, what its probabilities are worth, and at the end its weights.
 *
 * The session fills it; pages look at it and listen:
 *   “progress”: about ten times a second while it runs
 *   “epoch”: new epoch numbers and reports
 *   “health”: layers were looked at
 *   “state”: it began, paused, went on, or ended
 *   “recalibrated”: its outputs are recalibrated otherwise */
#pragma once

#include <glib-object.h>

#include "nw.h"
#include "nw-snapshots.h"

typedef enum {
  NW_RUN_PREPARING, /* reading the data */
  NW_RUN_RUNNING,
  NW_RUN_PAUSED,
  NW_RUN_STOPPING, /* asked to stop; finishes its batch and writes its weights */
  NW_RUN_ENDED,
} NwRunState;

typedef struct {
  NwRunState state;
  guint epoch, epochs;    /* 1 … epochs */
  guint batch, n_batches; /* 0 … n_batches */
  double elapsed;         /* s, pauses left out */
  double left;            /* s; NaN while unknown */
  double samples_per_second;
  int threads;
  gsize bytes; /* arena, weights and slots */
} NwRunProgress;

#define NW_TYPE_RUN (nw_run_get_type())
G_DECLARE_FINAL_TYPE(NwRun, nw_run, NW, RUN, GObject)

NwRun *nw_run_new(guint number, NwProject *project);
/* A run of an earlier session, as the store at @path knows it. Its project, history and newest reports
 * are read when they are first asked for; it has neither data nor weights. */
NwRun *nw_run_new_stored(const char *path, const NwStoredRun *stored);

guint nw_run_get_number(NwRun *run);
GDateTime *nw_run_get_started(NwRun *run);
NwProject *nw_run_get_project(NwRun *run);
/* The same with what outputs were recalibrated with since: what its weights are used with. Equals the
 * former until nw_run_recalibrate(). */
NwProject *nw_run_get_used_project(NwRun *run);
/* How often sets of answers should hold the truth, and whether those of classes are adaptive: what was
 * chosen last for this run. */
double nw_run_get_coverage(NwRun *run);
gboolean nw_run_get_adaptive_sets(NwRun *run);
void nw_run_set_sets(NwRun *run, double coverage, gboolean adaptive);
const NwRunProgress *nw_run_get_progress(NwRun *run);
gboolean nw_run_is_active(NwRun *run);      /* not ended */
NwDataset *nw_run_get_dataset(NwRun *run);  /* (nullable) until it was read */
NwHistory *nw_run_get_history(NwRun *run);  /* (nullable) until training began */
NwWeights *nw_run_get_weights(NwRun *run);  /* (nullable) the best, after the end */
const char *nw_run_get_message(NwRun *run); /* (nullable) how it ended, one sentence */
NwEnd nw_run_get_end(NwRun *run);
/* Of an earlier session; TRUE also while another program trains it. */
gboolean nw_run_is_stored(NwRun *run);
/* Of a stored run: is another program at it now, or did it end without a word? */
NwStoredState nw_run_get_stored_state(NwRun *run);

/* What people write beside a run, "" at first. Fails with a sentence when there is no store. */
const char *nw_run_get_text(NwRun *run, NwRunText which);
gboolean nw_run_set_text(NwRun *run, NwRunText which, const char *text, GError **error);
/* “wide”, or “run 3” without a name. (transfer full) */
char *nw_run_dup_title(NwRun *run);
/* Where it is written down: the path of the store (nullable) and its number there. */
const char *nw_run_get_store(NwRun *run, gint64 *id);

/* The newest reports, one per output that can be judged, on the validation split (the training
 * split when there is none), and the epoch (1 …) they belong to; 0: none yet. */
guint nw_run_get_n_reports(NwRun *run);
NwReport *nw_run_get_report(NwRun *run, guint i);
NwReport *nw_run_find_report(NwRun *run, const char *output); /* (nullable) */
guint nw_run_get_report_epoch(NwRun *run);
/* As it ended epoch @wanted, or the last epoch before whose reports are kept, or else the first; @epoch is
 * set to that one. Until another epoch of a stored run is asked for. (transfer none) (nullable) */
NwReport *nw_run_find_past_report(NwRun *run, const char *output, guint wanted, guint *epoch);
gboolean nw_run_has_validation(NwRun *run);
/* The same of all epochs so far; empty for stored runs. (transfer none) */
const NwSnapshots *nw_run_get_snapshots(NwRun *run);

/* How the layers were, oldest first: at most about a thousand times, evenly spread over the run; and
 * as they are now. (transfer none) */
guint nw_run_get_n_healths(NwRun *run);
NwHealth *nw_run_get_health(NwRun *run, guint i);
NwHealth *nw_run_get_newest_health(NwRun *run); /* (nullable) */

/* The reports that ended epoch @epoch (1 …), from the store: NwReport, perhaps without rows, one per
 * output that can be judged. Empty when that epoch's are not kept, or not yet written (they are a
 * second later). (transfer full) */
GPtrArray *nw_run_read_reports(NwRun *run, guint epoch);
/* The epochs (1 …) that have some, in order: guint. (transfer full) */
GArray *nw_run_list_report_epochs(NwRun *run);

/* The latest value of an epoch series, NaN when there is none; and of the best epoch. */
double nw_run_get_latest(NwRun *run, const char *series);
double nw_run_get_best(NwRun *run, const char *series);
/* What a list of runs shows, without reading all numbers of stored ones: epochs that ended, validation
 * loss (training loss without validation) of the best, mean ECE of the newest reports; NaN: none. */
gsize nw_run_get_n_epochs(NwRun *run);
double nw_run_get_best_loss(NwRun *run);
double nw_run_get_mean_ece(NwRun *run);

/* Takes over how the outputs of @project are recalibrated. */
void nw_run_recalibrate(NwRun *run, NwProject *project);

/* For the session. */
void nw_run_set_number(NwRun *run, guint number);
/* It is written down there. */
void nw_run_set_store(NwRun *run, const char *path, gint64 id);
void nw_run_begin(NwRun *run, NwDataset *dataset, NwHistory *history);
void nw_run_set_progress(NwRun *run, const NwRunProgress *progress);
/* Every epoch is kept; the newest of those that came together is told of. */
void nw_run_keep_epoch(NwRun *run, const NwEvent *event);
void nw_run_add_epoch(NwRun *run, const NwEvent *event);
void nw_run_add_health(NwRun *run, NwHealth *health);
/* Ended, it goes on. */
void nw_run_resume(NwRun *run);
/* @weights: (nullable) */
void nw_run_finish(NwRun *run, NwEnd end, const char *message, NwWeights *weights);
