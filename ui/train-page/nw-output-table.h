/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every output of a run with its latest numbers; sortable, searchable, fine with hundreds.
 *
 * “selected” (const char *output) */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"

#define NW_TYPE_OUTPUT_TABLE (nw_output_table_get_type())
G_DECLARE_FINAL_TYPE(NwOutputTable, nw_output_table, NW, OUTPUT_TABLE, GtkWidget)

/* @run: (nullable) */
void nw_output_table_set_run(NwOutputTable *table, NwRun *run);
/* After an epoch. */
void nw_output_table_update(NwOutputTable *table);
const char *nw_output_table_get_selected(NwOutputTable *table); /* (nullable) */
