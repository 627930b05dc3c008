/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Writes a run down while it goes on: a thread that puts what is new into the store, twice a second
 * and each time as one transaction. Whatever ends the process takes at most a second with it.
 *
 *   recorder = nw_recorder_new(path);                 before the trainer: it gives the run its number
 *   nw_recorder_begin(recorder, trainer, &about);     before nw_trainer_start
 *   nw_recorder_take(recorder, event);                for every event of the trainer
 *   nw_recorder_free(recorder);                       waits until all is written
 *
 * A run that has ended and goes on has a second recorder, made by nw_recorder_new_again().
 *
 * Nothing that happens to the store stops a run: what could not be written is tried again, a
 * damaged file is put aside and the run written down anew, and nw_recorder_dup_problem() has a
 * sentence. */
#pragma once

#include "nw-trainer.h"

typedef struct _NwRecorder NwRecorder;

/* @path: of the history (nw_place_dup_history); its folder is made. Never fails. */
NwRecorder *nw_recorder_new(const char *path);
/* For run @run there, which has ended and goes on with the same trainer: only what is new is written.
 * Where it is no longer in the store, it is written down anew. */
NwRecorder *nw_recorder_new_again(const char *path, gint64 run);
void nw_recorder_free(NwRecorder *recorder); /* NULL is nothing */

/* The number of the run; 0 when there is no store to be had. Known after nw_recorder_new, and
 * another one after a damaged store was replaced. */
gint64 nw_recorder_get_run(NwRecorder *recorder);

const char *nw_recorder_get_path(const NwRecorder *recorder);

/* What the trainer does not know about its run. */
typedef struct {
  NwProject *project;   /* (nullable) written instead of the trainer's: the same, found elsewhere */
  const char *base_dir; /* (nullable) relative paths of the project start here */
  const char *folder;   /* (nullable) of its weights */
  const char *resumed;  /* (nullable) the folder it continues: the run stored for that goes on */
  const char *start_hash; /* (nullable) of the weights it starts from, when they are not fresh */
  int threads;
} NwRecorderAbout;

/* The trainer must not have started. */
void nw_recorder_begin(NwRecorder *recorder, NwTrainer *trainer, const NwRecorderAbout *about);
/* The last event is the end of the run. @trainer: for its weights, then joined. */
void nw_recorder_take(NwRecorder *recorder, NwTrainer *trainer, const NwEvent *event);
/* Until all so far is written, or was tried. */
void nw_recorder_flush(NwRecorder *recorder);

/* What went wrong since the last call; NULL: nothing. (transfer full) */
char *nw_recorder_dup_problem(NwRecorder *recorder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwRecorder, nw_recorder_free)
