/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the files of the store share: statements, and how a run is written. */
#pragma once

#include <sqlite3.h>

#include "nw-store.h"

struct _NwStore {
  sqlite3 *db;
  char *path;
  gboolean may_write;
  sqlite3_stmt *chunks; /* (nullable) asks for chunks; kept, because that is done often */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3_stmt, sqlite3_finalize)

/* One sentence for what the database just said. Always FALSE. */
gboolean nw_store_fail(NwStore *store, GError **error);

/**
 * nw_store_query:
 * @types: a letter for each “?”: i gint64, d double, t text (nullable), b blob (pointer, gsize;
 * kept by the caller until the statement is done)
 *
 * NaN is stored as NULL. (transfer full)
 */
sqlite3_stmt *
nw_store_query(NwStore *store, GError **error, const char *sql, const char *types, ...);
/* 1: a row is there; 0: no more; −1: an error. */
int nw_store_step(NwStore *store, sqlite3_stmt *statement, GError **error);
/* A statement that answers nothing. */
gboolean nw_store_do(NwStore *store, GError **error, const char *sql, const char *types, ...);
char *nw_store_dup_column(sqlite3_stmt *statement, int column);  /* (nullable) */
double nw_store_get_number(sqlite3_stmt *statement, int column); /* NULL is NaN */

/* A transaction: all or nothing, and readers see one state. */
gboolean nw_store_begin(NwStore *store, gboolean to_write, GError **error);
gboolean nw_store_commit(NwStore *store, GError **error);
void nw_store_rollback(NwStore *store);

/* ── values: rows of numbers over steps or epochs ────────────────────────────────────────────── */

typedef enum { NW_AXIS_STEPS, NW_AXIS_EPOCHS } NwAxis;

#define NW_CHUNK 4096             /* values of one series that are kept together */
#define NW_RANGE NW_HISTORY_RANGE /* values that one pair of smallest and largest stands for */

/* Row i of @rows [n, n_series] is number @first + i. What ends a chunk is kept by series from then
 * on, with the pyramid's pairs. Within a transaction. */
gboolean nw_store_append_values(NwStore *store, gint64 run, NwAxis axis, guint n_series,
                                guint64 first, gsize n, const double *rows, GError **error);
/* Forgets all rows from @first on. Within a transaction. */
gboolean nw_store_cut_values(NwStore *store, gint64 run, NwAxis axis, guint n_series, guint64 first,
                             GError **error);
/* Values [@from, @from + @n) of a series; @got: how many there were. */
gboolean nw_store_read_values(NwStore *store, gint64 run, NwAxis axis, guint series, guint64 from,
                              gsize n, double *out, gsize *got, GError **error);
/* Smallest and largest of each NW_RANGE values, of the ranges [@from, @from + @n); NaN where there
 * are none. */
gboolean nw_store_read_ranges(NwStore *store, gint64 run, NwAxis axis, guint series, guint64 from,
                              gsize n, double *low, double *high, gsize *got, GError **error);

/* ── runs ────────────────────────────────────────────────────────────────────────────────────── */

/* What a run is, when it begins. */
typedef struct {
  const char *project;                                    /* JSON */
  const char *base_dir, *folder, *data_hash, *start_hash; /* (nullable) */
  gint64 seed;
  int threads;
  const char *build, *kernels, *blas;
  const char *series; /* nw_stored_series_to_json() */
  guint steps_per_epoch;
} NwRunFacts;

/* As NwRunFacts has them. (transfer full) (nullable) */
char *nw_store_dup_series(NwStore *store, gint64 run);

/* How far it is. */
typedef struct {
  guint64 n_steps, n_epochs;
  double seconds, best_loss, mean_ece;
  int best_epoch;
} NwRunStand;

/* A number for a run that may begin; 0 on failure. */
gint64 nw_store_reserve_run(NwStore *store, GError **error);
gboolean nw_store_begin_run(NwStore *store, gint64 run, const NwRunFacts *facts, GError **error);
/* This process goes on with a run that has ended. */
gboolean nw_store_continue_run(NwStore *store, gint64 run, const NwRunFacts *facts, GError **error);
gboolean nw_store_update_run(NwStore *store, gint64 run, const NwRunStand *stand, GError **error);
gboolean nw_store_end_run(NwStore *store, gint64 run, NwEnd end, const char *message,
                          const char *best_hash, const char *last_hash, GError **error);
gboolean nw_store_add_change(NwStore *store, gint64 run, const NwChange *change, GError **error);
gboolean nw_store_add_reports(NwStore *store, gint64 run, guint epoch, NwReport *const *reports,
                              guint n, GError **error);
/* Forgets all reports but those of epochs 1, 1 + @stride, 1 + 2·@stride, …, @best and @newest. */
gboolean nw_store_thin_reports(NwStore *store, gint64 run, guint stride, guint best, guint newest,
                               GError **error);
/* For the process that reserved it: it never trained. */
void nw_store_drop_run(NwStore *store, gint64 run);

/* ── histories ───────────────────────────────────────────────────────────────────────────────── */

/* {"outputs": […], "steps": [{name, title, …}], "epochs": […]} (transfer full) */
char *nw_stored_series_to_json(const NwHistory *history);
