/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* All runs of this project, newest first; selecting several draws their curves together.
 *
 * “selection-changed” (); “delete-run” (NwRun *): the person confirmed it */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"

#define NW_TYPE_RUN_TABLE (nw_run_table_get_type())
G_DECLARE_FINAL_TYPE(NwRunTable, nw_run_table, NW, RUN_TABLE, GtkWidget)

/* @runs: NwRun, oldest first */
void nw_run_table_set_runs(NwRunTable *table, GListModel *runs);
/* The selected runs: NwRun. (transfer none) */
GListModel *nw_run_table_get_selected(NwRunTable *table);
/* A selected run began, ended, or has a first epoch: other actions may make sense. */
void nw_run_table_update(NwRunTable *table);
gboolean nw_run_table_has(NwRunTable *table, NwRun *run);
void nw_run_table_select(NwRunTable *table, NwRun *run);
