/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Which rows train, validate and test.
 *
 * “edited” (NwDataSettings *settings, const char *label, const char *merge) */
#pragma once

#include <gtk/gtk.h>

#include "nw-data-settings.h"
#include "nw-table.h"

#define NW_TYPE_SPLIT_PANEL (nw_split_panel_get_type())
G_DECLARE_FINAL_TYPE(NwSplitPanel, nw_split_panel, NW, SPLIT_PANEL, GtkWidget)

/* @table: (nullable): of the source that is split; gives the columns to stratify by and the counts
 */
void nw_split_panel_set(NwSplitPanel *panel, NwDataSettings *settings, NwTable *table);
