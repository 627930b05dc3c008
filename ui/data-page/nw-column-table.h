/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The columns of one source: kind, scaling, what they feed, and what is in them. A choice made in
 * one of several selected rows counts for all of them.
 *
 * “edited” (NwDataSettings *settings, const char *label, const char *merge) */
#pragma once

#include <gtk/gtk.h>

#include "nw-data-settings.h"
#include "nw-table.h"

#define NW_TYPE_COLUMN_TABLE (nw_column_table_get_type())
G_DECLARE_FINAL_TYPE(NwColumnTable, nw_column_table, NW, COLUMN_TABLE, GtkWidget)

GtkWidget *nw_column_table_new(void);
/* @table: (nullable): nothing to show */
void nw_column_table_set(NwColumnTable *columns, NwTable *table, NwDataSettings *settings,
                         const char *source);
/* Shows the columns whose name contains @text. */
void nw_column_table_search(NwColumnTable *columns, const char *text);
