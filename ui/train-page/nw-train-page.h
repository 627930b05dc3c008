/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The Train page: how far it is, curves, outputs, belief, settings, runs. All live.
 *
 * “edited” (NwProject *project, const char *label, const char *merge); “delete-run” (NwRun *run);
 * “unqueue” (NwQueuedRun *queued) */
#pragma once

#include <gtk/gtk.h>

#include "nw-queued-run.h"
#include "nw-run.h"
#include "nw-sweep-model.h"

#define NW_TYPE_TRAIN_PAGE (nw_train_page_get_type())
G_DECLARE_FINAL_TYPE(NwTrainPage, nw_train_page, NW, TRAIN_PAGE, GtkWidget)

void nw_train_page_set_project(NwTrainPage *page, NwProject *project);
/* All runs: NwRun, oldest first. */
void nw_train_page_set_runs(NwTrainPage *page, GListModel *runs);
/* What waits: NwQueuedRun, the next one first. */
void nw_train_page_set_queue(NwTrainPage *page, GListModel *queue);
/* How far it is, is shown while it goes on. */
void nw_train_page_set_sweep(NwTrainPage *page, NwSweepModel *sweep);
/* @run: (nullable): the newest; shown until the person picks another */
void nw_train_page_set_run(NwTrainPage *page, NwRun *run);
/* @reason: (nullable): why the window's @action on a run, as "win.step", cannot be done now */
void nw_train_page_set_reason(NwTrainPage *page, const char *action, const char *reason);
/* How many epochs “win.extend” shall add. */
guint nw_train_page_get_more_epochs(NwTrainPage *page);
/* The project is not what the newest run trains. */
void nw_train_page_set_outdated(NwTrainPage *page, gboolean outdated);
