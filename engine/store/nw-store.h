/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The history of a project's runs: one SQLite file, which survives the death of whoever writes it.
 *
 *   store = nw_store_open(path, NW_STORE_READ, &error);
 *   runs = nw_store_list_runs(store, &error);
 *   history = nw_store_load_history(store, id, &error);    every number of a run
 *   reports = nw_store_load_reports(store, id, epoch, &error);  its diagrams at an epoch
 *
 * Several processes may read and write at once. A store is one connection: use it in one thread at
 * a time. Runs are written by NwRecorder. */
#pragma once

#include "nw-history.h"
#include "nw-project.h"
#include "nw-report.h"
#include "nw-trainer.h"

typedef struct _NwStore NwStore;

typedef enum {
  NW_STORE_READ,  /* the file must exist */
  NW_STORE_WRITE, /* is made where it does not exist, and brought to the newest version */
} NwStoreMode;

/* NW_ERROR_FORMAT: the file is damaged or no history; NW_ERROR_LIMIT: the disk is full;
 * NW_ERROR_INPUT: it is in use, not to be written, or of a newer version. */
NwStore *nw_store_open(const char *path, NwStoreMode mode, GError **error);
void nw_store_free(NwStore *store);
const char *nw_store_get_path(const NwStore *store);

/* After NW_ERROR_FORMAT: renames the file to “…-broken-DATE.db”, so that a new one can be begun.
 * @fault: what is wrong with it. A sentence that says so; NULL: it could not be renamed. (transfer
 * full) */
char *nw_store_put_aside(const char *path, const GError *fault);

typedef enum {
  NW_STORED_RUNNING,
  NW_STORED_ENDED,
  NW_STORED_INTERRUPTED, /* whoever wrote it is gone, and did not say how it ended */
} NwStoredState;

/* What is known about a run, its numbers left out. */
typedef struct {
  gint64 id;                /* counts up from 1 and is never given twice: “run 3” */
  char *name, *tags, *note; /* by the person; "" at first. Tags are separated by ", " */
  NwStoredState state;
  gint64 started, ended; /* µs since 1970, UTC; ended: 0 when not known */
  NwEnd end;             /* of an ended run */
  char *message;         /* (nullable) how it ended, one sentence */
  double seconds;        /* of training */
  char *base_dir;        /* (nullable) relative paths of the project start here */
  char *folder;          /* (nullable) of best.safetensors, last.safetensors, checkpoints */
  char *data_hash;       /* (nullable) nw_dataset_get_hash() */
  gint64 seed;
  int threads;
  char *build, *kernels, *blas; /* what made the bits */
  char *start_hash;             /* (nullable) of the weights it began with, if not fresh */
  char *best_hash, *last_hash;  /* (nullable) nw_weights_checksum() at the end */
  guint64 n_steps, n_epochs;
  guint steps_per_epoch;
  int best_epoch;   /* 0-based, −1: none */
  double best_loss; /* val_loss (loss without validation) of that epoch; NaN */
  double mean_ece;  /* of the newest reports that have one; NaN */
} NwStoredRun;

void nw_stored_run_free(NwStoredRun *run);
/* NwStoredRun, oldest first. (transfer full) */
GPtrArray *nw_store_list_runs(NwStore *store, GError **error);
/* One sentence when there is no such run. (transfer full) */
NwStoredRun *nw_store_find_run(NwStore *store, gint64 id, GError **error);
/* The run whose files are in @folder, the newest if several; 0: none, or an error. */
gint64 nw_store_find_folder(NwStore *store, const char *folder);
/* As it was trained. (transfer full) */
NwProject *nw_store_load_project(NwStore *store, gint64 id, GError **error);

/* All epochs and changes in memory; steps are read when asked for, through a connection of their
 * own. Safe in any thread. (transfer full) */
NwHistory *nw_store_load_history(NwStore *store, gint64 id, GError **error);

/* The reports of the evaluation that ended epoch @epoch (1 …): NwReport, without rows
 * (nw_report_has_rows). Empty when that epoch has none. (transfer full) */
GPtrArray *nw_store_load_reports(NwStore *store, gint64 id, guint epoch, GError **error);
/* The epochs (1 …) that have some, in order: guint. All of them up to 2000; of longer runs every
 * second, fourth, … one, and the best and the newest. (transfer full) */
GArray *nw_store_list_report_epochs(NwStore *store, gint64 id, GError **error);

typedef enum { NW_RUN_NAME, NW_RUN_TAGS, NW_RUN_NOTE, NW_N_RUN_TEXTS } NwRunText;

/* Spaces around the text, and around each tag, are left out. */
gboolean
nw_store_set_text(NwStore *store, gint64 id, NwRunText which, const char *text, GError **error);
/* Forgets the run, and its files where they lie below the store's folder. A run that is being
 * written is refused. */
gboolean nw_store_delete_run(NwStore *store, gint64 id, GError **error);

/* Takes a run that is not being written over from the history at @from; its files stay where they
 * are. Its number here; 0: it could not be, and stays there. */
gint64 nw_store_move_run(NwStore *store, const char *from, gint64 id, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwStore, nw_store_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwStoredRun, nw_stored_run_free)
