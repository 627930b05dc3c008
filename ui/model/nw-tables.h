/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The files of a project's data sources, read in threads and kept.
 *
 * “loaded” (source name) is emitted when a table or its error has arrived. */
#pragma once

#include <glib-object.h>

#include "nw-data-settings.h"
#include "nw-table.h"

#define NW_TYPE_TABLES (nw_tables_get_type())
G_DECLARE_FINAL_TYPE(NwTables, nw_tables, NW, TABLES, GObject)

NwTables *nw_tables_new(void);
/* Begins to read what is new or has another path or other options, forgets what is gone. */
void nw_tables_set_sources(NwTables *tables, NwDataSettings *settings, const char *base_dir);
/* NULL while it is being read (then @error stays NULL) or when that failed. (transfer none) */
NwTable *nw_tables_get(NwTables *tables, const char *source, const GError **error);
/* Reads the file again. */
void nw_tables_reload(NwTables *tables, const char *source);
