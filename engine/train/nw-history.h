/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every number a run produced: each step's losses, each epoch's losses and metrics.
 *
 * The worker appends, anyone reads: readers copy ranges under a lock that is held for as long as a
 * memcpy takes. Nothing is ever thrown away or sampled. */
#pragma once

#include <glib.h>

typedef struct _NwHistory NwHistory;

/* Names a series. Step series: "loss" (total) first, then one per term of the ledger (“digit”,
 * “dense · kernel L2”, …): total = Σ weight·term exactly as added, until a change of weights; then
 * "seconds", "memory" (bytes), "learning_rate" and "gradient_norm". Epoch series: "loss", "val_loss",
 * "digit_loss", "val_digit_loss", "digit_accuracy", … (Keras' names, facts B.4), "learning_rate". */
typedef struct {
  char *name;
  char *title;   /* for people: “digit · binary accuracy, per label (validation)” */
  char *output;  /* (nullable) the output it belongs to */
  double weight; /* step series: factor in the total */
  gboolean validation;
  gboolean higher_is_better;
  gboolean in_total;  /* step series: a term of the total */
  gboolean is_metric; /* epoch series: a number of a metric of @output */
  gboolean is_measured; /* of the computer, not of the network: another one each time */
} NwSeries;

/* What a person changed while the run went on, in place of an output's loss weight. */
#define NW_CHANGE_RATE   (-1)
#define NW_CHANGE_REVERT (-2)
#define NW_CHANGE_EPOCHS (-3)

typedef struct {
  guint64 step; /* batches before it, also those whose loss was not finite */
  int output;   /* whose loss weight it is, or one of the above */
  double value; /* the weight, the learning rate, the epoch (1 …) whose weights came back, or how many
                   epochs the run has from now on */
} NwChange;

NwHistory *nw_history_ref(NwHistory *history);
void nw_history_unref(NwHistory *history);

/* Series are fixed before the worker starts. */
guint nw_history_get_n_step_series(const NwHistory *history);
const NwSeries *nw_history_get_step_series(const NwHistory *history, guint i);
guint nw_history_get_n_epoch_series(const NwHistory *history);
const NwSeries *nw_history_get_epoch_series(const NwHistory *history, guint i);
int nw_history_find_epoch_series(const NwHistory *history, const char *name); /* −1: none */

guint nw_history_get_n_outputs(const NwHistory *history);
const char *nw_history_get_output(const NwHistory *history, guint i);

/* Copies steps [from, from + n) of series @i; returns how many there were. */
gsize nw_history_get_n_steps(const NwHistory *history);
gsize nw_history_read_steps(const NwHistory *history, guint i, gsize from, gsize n, double *out);
guint nw_history_get_steps_per_epoch(const NwHistory *history);
/* The smallest and largest of each NW_HISTORY_RANGE steps, of the ranges [from, from + n) of series
 * @i; NaN where there are none. Of a stored run they come from its pyramid, without its steps. */
#define NW_HISTORY_RANGE 256
gsize nw_history_read_step_ranges(const NwHistory *history, guint i, gsize from, gsize n,
                                  double *low, double *high);
/* The same for epochs; a value that was not computed is NaN. */
gsize nw_history_get_n_epochs(const NwHistory *history);
gsize nw_history_read_epochs(const NwHistory *history, guint i, gsize from, gsize n, double *out);
/* Seconds from the start of training to the end of epoch @epoch (0-based). */
double nw_history_get_epoch_time(const NwHistory *history, gsize epoch);
/* Epoch (0-based) that was best by the monitor; −1 before the first. */
int nw_history_get_best_epoch(const NwHistory *history);

gsize nw_history_get_n_changes(const NwHistory *history);
NwChange nw_history_get_change(const NwHistory *history, gsize i);

/* One row per epoch, columns as the epoch series plus `epoch` and `seconds`. */
gboolean nw_history_save_csv(const NwHistory *history, const char *path, GError **error);

/* One row per step, columns as the step series plus `step` (1 …). */
gboolean nw_history_save_steps_csv(const NwHistory *history, const char *path, GError **error);

/* For the worker. */
NwHistory *nw_history_new(const NwSeries *steps, guint n_steps, const NwSeries *epochs, guint n_epochs,
                          const char *const *outputs, guint steps_per_epoch);
void nw_history_append_step(NwHistory *history, const double *values);
void nw_history_append_change(NwHistory *history, const NwChange *change);
void nw_history_append_epoch(NwHistory *history, const double *values, double seconds,
                             gboolean is_best);

/* Where steps are read that are not in memory; called under the history's lock, one at a time. */
typedef struct {
  gsize (*read)(gpointer data, guint series, gsize from, gsize n, double *out);
  gsize (*read_ranges)(gpointer data, guint series, gsize from, gsize n, double *low, double *high);
  void (*free)(gpointer data);
} NwHistorySource;

/* For a history without steps of its own, before others see it. Takes @data. */
void nw_history_set_source(NwHistory *history, const NwHistorySource *source, gpointer data,
                           gsize n_steps);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwHistory, nw_history_unref)
