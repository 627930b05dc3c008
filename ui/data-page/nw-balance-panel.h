/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How often each class occurs, for every target that is made of classes or of yes/no columns. */
#pragma once

#include <gtk/gtk.h>

#include "nw-fields.h"
#include "nw-tables.h"

#define NW_TYPE_BALANCE_PANEL (nw_balance_panel_get_type())
G_DECLARE_FINAL_TYPE(NwBalancePanel, nw_balance_panel, NW, BALANCE_PANEL, GtkWidget)

/* @fields: of NwFieldInfo. Returns FALSE when there is nothing to show. */
gboolean nw_balance_panel_set(NwBalancePanel *panel, const GArray *fields, NwDataSettings *settings,
                              NwTables *tables);
