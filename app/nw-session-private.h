/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Shared by the files that make up the session:
 *   nw-session.c          begins, controls and ends runs
 *   nw-session-prepare.c  what happens before the first batch, in a thread
 *   nw-session-follow.c   carries what the trainer tells to the run, and edits to the trainer
 *   nw-session-runs.c     the list of runs, and the history on the disk
 *   nw-session-queue.c    what is trained next
 *   nw-session-sweep.c    several trainings one after the other, to compare settings */
#pragma once

#include "nw-session.h"

/* What the thread that prepares a run needs, and what it gives back. */
typedef struct {
  NwProject *project;
  NwInference *inference;
  char *base_dir; /* (nullable) */
  char *runs;     /* the folder of the project's runs */
  int threads;
  NwDataset *dataset; /* in: that of the run before (nullable); out: this run's */
  char *key;          /* names it; see nw-data-key.h */
  char *folder;       /* out: (nullable) of the run's weights */
  NwTrainer *trainer;
  NwRecorder *recorder;
  gboolean data_is_at_fault;
  gboolean is_queued; /* it follows no edits, and what is wrong with it sends nobody to another page */
} NwRunPreparation;

typedef struct _NwSweepJob NwSweepJob;

struct _NwSession {
  GObject parent;

  NwDocument *document;
  GListStore *runs;
  NwRun *run;              /* (nullable) the newest */
  NwRunPreparation *prepared; /* (nullable) of the newest run, its dataset for the next one */
  NwTrainer *trainer;      /* while it runs */
  NwTrainer *ended;        /* (nullable) the same afterwards: it can go on */
  NwProject *followed;     /* whose learning rate and loss weights the trainer has; NULL: it follows none */
  GCancellable *preparing; /* while the data is read */
  guint drain;             /* source */
  gint64 tick;             /* µs, when drain last looked */
  double busy;             /* s spent running, pauses left out */
  guint batch_size;
  NwRecorder *recorder; /* (nullable) writes the newest run down, and goes on after its end */
  guint last_look;      /* source */
  GListStore *queue;    /* NwQueuedRun */
  NwSweepModel *sweep;
  NwSweepJob *sweep_job; /* (nullable) while a sweep goes on */
  guint sweep_look;      /* source */
};

void nw_session_tell_changed(NwSession *session);
void nw_session_tell_notice(NwSession *session, const char *sentence);
void nw_session_tell_problem(NwSession *session, const char *sentence, const char *page);

/* Nothing may be going on. @is_queued: it comes from the queue. */
void nw_session_begin(NwSession *session, NwProject *project, NwInference *inference,
                      gboolean is_queued);
/* The first of the queue, if there is one and nothing is going on. */
void nw_session_begin_next(NwSession *session);
void nw_session_clear_sweep(NwSession *session);

void nw_run_preparation_free(NwRunPreparation *preparation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwRunPreparation, nw_run_preparation_free)
/* A GTaskThreadFunc; its data is an NwRunPreparation. */
void nw_run_preparation_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable);

/* From now on ten times a second, until the trainer has ended. */
void nw_session_follow(NwSession *session);
/* An edit of the learning rate or of a loss's weight reaches the trainer, from the next batch on. */
void nw_session_follow_edits(NwSession *session);

/* Where the document's runs lie. (transfer full) */
char *nw_session_dup_runs_folder(NwSession *session);
/* 0: there are none. */
guint nw_session_get_newest_number(NwSession *session);
/* Waits until the newest run is written down. */
void nw_session_finish_recording(NwSession *session);
/* The newest run, which has ended, is going on: so does what is written of it. */
void nw_session_record_again(NwSession *session, NwTrainer *trainer);
