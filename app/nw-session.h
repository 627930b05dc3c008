/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Trains the document's project: reads the data in a thread, runs the trainer, and carries what it
 * tells to the NwRun that the pages look at. One run at a time; finished ones stay in the list.
 *
 * Signals: “changed” when a run began, paused, went on or ended; “problem” (sentence, page) when it
 * could not begin, with the page where that is put right; “notice” (sentence) when something
 * is wrong with the history of runs, which stops nothing. */
#pragma once

#include <gio/gio.h>

#include "nw-document.h"
#include "nw-queued-run.h"
#include "nw-run.h"
#include "nw-sweep-model.h"

#define NW_TYPE_SESSION (nw_session_get_type())
G_DECLARE_FINAL_TYPE(NwSession, nw_session, NW, SESSION, GObject)

NwSession *nw_session_new(NwDocument *document);

/* NwRun, oldest first. (transfer none) */
GListModel *nw_session_get_runs(NwSession *session);
NwRun *nw_session_get_run(NwSession *session); /* (nullable) the newest */
gboolean nw_session_is_active(NwSession *session);
/* Would training the document now be another model than that of @run? Positions do not count. */
gboolean nw_session_is_outdated(NwSession *session, NwRun *run);

void nw_session_start(NwSession *session);
void nw_session_pause(NwSession *session);
void nw_session_resume(NwSession *session);
void nw_session_step(NwSession *session);
void nw_session_step_epoch(NwSession *session);
void nw_session_stop(NwSession *session);
/* Puts the runs of earlier sessions into the list: for a document that was just opened. */
void nw_session_list_earlier(NwSession *session);
/* The document has been saved: what was trained before it had a file goes into its history. */
void nw_session_gather_runs(NwSession *session);
/* Forgets a run that is not training, in the history and on the disk. */
gboolean nw_session_delete_run(NwSession *session, NwRun *run, GError **error);
/* @n more epochs; the newest run goes on if it has ended. */
void nw_session_extend(NwSession *session, guint n);
/* The newest run goes on from its best weights, now or when it goes on. */
void nw_session_revert(NwSession *session);

/* Puts the document's project, as it is now, behind what is trained; begins when that has ended, however
 * it ended. When nothing is trained, that is at once. */
void nw_session_queue(NwSession *session);
/* NwQueuedRun: those that have not begun. (transfer none) */
GListModel *nw_session_get_queue(NwSession *session);
void nw_session_unqueue(NwSession *session, NwQueuedRun *queued);

/* The sweep that goes on or was looked at last; what there is to see of it. (transfer none) */
NwSweepModel *nw_session_get_sweep(NwSession *session);
gboolean nw_session_is_sweeping(NwSession *session);
/* Trains the document's project, as it is now, with the settings of @sweep, each trial for at most
 * @epochs; goes on with what there is of it. Its runs come into the list as they end. One sentence
 * when that cannot begin. Nothing else may be going on. */
gboolean nw_session_start_sweep(NwSession *session, const NwSweep *sweep, guint epochs,
                                GError **error);
void nw_session_stop_sweep(NwSession *session);
/* Names of the sweeps of the document's project, NULL-ended. (transfer full) */
char **nw_session_list_sweeps(NwSession *session);
/* Shows one of them. None may be going on. */
gboolean nw_session_open_sweep(NwSession *session, const char *name, GError **error);

/* What can be done with the newest run, or instead of it. */
typedef enum {
  NW_CONTROL_TRAIN,
  NW_CONTROL_QUEUE,
  NW_CONTROL_SWEEP,
  NW_CONTROL_FIND_RATE,
  NW_CONTROL_PAUSE,
  NW_CONTROL_STEP,
  NW_CONTROL_STEP_EPOCH,
  NW_CONTROL_STOP,
  NW_CONTROL_EXTEND,
  NW_CONTROL_REVERT,
  NW_N_CONTROLS
} NwControl;

/* Why not now, in a sentence; NULL: it can be done. */
const char *nw_session_get_reason(NwSession *session, NwControl control);
/* For another document: stops and forgets all runs. */
void nw_session_clear(NwSession *session);
