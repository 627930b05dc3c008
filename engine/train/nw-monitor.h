/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What an epoch's numbers mean for the run: is it the best one, is an output done, is it time to
 * stop?
 *
 * The setting “Best by” names series of the history, each perhaps with a factor: “val_loss”,
 * “val_*_loss” (one for each output), “val_a_loss, 0.5*val_b_auc”. Their weighted sum, in which
 * what should grow counts negative, is one number; an epoch is the best when it beats that number's
 * best. Early stopping looks at the same number, or at each of the series by itself (all, any). The
 * rules are those of Keras' EarlyStopping (facts C.4). */
#pragma once

#include "nw-history.h"
#include "nw-param.h"

typedef struct _NwMonitor NwMonitor;

/* @training: the settings. One sentence when they name a series that the history lacks; val_loss
 * stands for loss when there is no validation. */
NwMonitor *nw_monitor_new(const NwParams *training, const NwHistory *history, GError **error);
void nw_monitor_free(NwMonitor *monitor);

/* Takes the epoch series' values of epoch @epoch (0-based); TRUE: it is the best one so far. */
gboolean nw_monitor_judge(NwMonitor *monitor, guint epoch, const double *values);

/* The monitored number, the smaller the better, of those values. */
double nw_monitor_get_value(const NwMonitor *monitor, const double *values);
gboolean nw_monitor_has_best(const NwMonitor *monitor);
/* After the last epoch judged: is it time to stop? A sentence, or NULL. (transfer full) */
char *nw_monitor_dup_stop_message(const NwMonitor *monitor);
/* Patience begins anew, and finished outputs train again; the best stays the best. */
void nw_monitor_renew(NwMonitor *monitor);
/* Has everything that is monitored of the history's output @output stopped improving, and shall it
 * then train no more? Once it has, it stays so, until nw_monitor_renew(). */
gboolean nw_monitor_is_finished(const NwMonitor *monitor, guint output);

/* All that one epoch leaves to the next, as numbers, for checkpoints. */
gsize nw_monitor_get_n_state(const NwMonitor *monitor);
double *nw_monitor_get_state(NwMonitor *monitor);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwMonitor, nw_monitor_free)
