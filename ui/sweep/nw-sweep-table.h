/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The trials of a sweep, the best first.
 *
 * “chosen”: another trial is selected, or none */
#pragma once

#include <gtk/gtk.h>

#include "nw-sweep-item.h"
#include "nw-sweep-model.h"

#define NW_TYPE_SWEEP_TABLE (nw_sweep_table_get_type())
G_DECLARE_FINAL_TYPE(NwSweepTable, nw_sweep_table, NW, SWEEP_TABLE, GtkWidget)

typedef gboolean (*NwSweepTableFilter)(guint trial, gpointer data);

void nw_sweep_table_set_model(NwSweepTable *table, NwSweepModel *model);
/* The sweep is another one: so are the columns. */
void nw_sweep_table_update_columns(NwSweepTable *table);
/* There are new numbers: the order may be another. */
void nw_sweep_table_update(NwSweepTable *table);
/* @filter: (nullable): which trials are shown; asked at every update */
void nw_sweep_table_set_filter(NwSweepTable *table, NwSweepTableFilter filter, gpointer data);
guint nw_sweep_table_get_n_shown(NwSweepTable *table);
NwSweepItem *nw_sweep_table_get_chosen(NwSweepTable *table); /* (nullable) */
/* @trial: index */
void nw_sweep_table_choose(NwSweepTable *table, guint trial);
