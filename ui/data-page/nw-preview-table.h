/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The rows of a file as they are. */
#pragma once

#include <gtk/gtk.h>

#include "nw-table.h"

/* So many columns are shown at once; a search brings others. */
#define NW_PREVIEW_COLUMNS 24

#define NW_TYPE_PREVIEW_TABLE (nw_preview_table_get_type())
G_DECLARE_FINAL_TYPE(NwPreviewTable, nw_preview_table, NW, PREVIEW_TABLE, GtkWidget)

GtkWidget *nw_preview_table_new(void);
/* @table: (nullable); @search: (nullable): columns whose name contains it */
void nw_preview_table_set(NwPreviewTable *preview, NwTable *table, const char *search);
