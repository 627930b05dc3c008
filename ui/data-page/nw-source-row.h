/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One data source in the list: name, file, what was found in it, which rows it holds.
 *
 * “use-chosen” (guint use), “remove” (), “reload” () */
#pragma once

#include <gtk/gtk.h>

#include "nw-data-settings.h"
#include "nw-table.h"

#define NW_TYPE_SOURCE_ROW (nw_source_row_get_type())
G_DECLARE_FINAL_TYPE(NwSourceRow, nw_source_row, NW, SOURCE_ROW, GtkListBoxRow)

GtkWidget *nw_source_row_new(const NwDataSource *source);
const char *nw_source_row_get_name(NwSourceRow *row);
/* Both NULL: it is being read. */
void nw_source_row_set_table(NwSourceRow *row, NwTable *table, const GError *error);
