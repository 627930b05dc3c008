/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One thing that can be taken away: who reads it, what it carries and lacks, a button, and what
 * came of it.
 *
 * “export” (): the button was pressed */
#pragma once

#include <adwaita.h>

#define NW_TYPE_EXPORT_ROW (nw_export_row_get_type())
G_DECLARE_FINAL_TYPE(NwExportRow, nw_export_row, NW, EXPORT_ROW, GtkListBoxRow)

/* @lacks: (nullable) */
GtkWidget *
nw_export_row_new(const char *title, const char *readers, const char *carries, const char *lacks);
/* While it is being written. */
void nw_export_row_set_busy(NwExportRow *row, gboolean busy);
/* @style: "success", "error" or "dim-label" */
void nw_export_row_set_result(NwExportRow *row, const char *sentence, const char *style);
