/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What feeds one Input or Output: a searchable list of columns with check marks.
 *
 * “edited” (NwDataSettings *settings, const char *label, const char *merge)
 * “fit”: the network should take or give as many numbers as the columns make */
#pragma once

#include <adwaita.h>

#include "nw-fields.h"
#include "nw-tables.h"

#define NW_TYPE_BINDING_ROW (nw_binding_row_get_type())
G_DECLARE_FINAL_TYPE(NwBindingRow, nw_binding_row, NW, BINDING_ROW, AdwActionRow)

GtkWidget *nw_binding_row_new(const char *field);
const char *nw_binding_row_get_field(NwBindingRow *row);
void nw_binding_row_set(NwBindingRow *row, const NwFieldInfo *info, NwDataSettings *settings,
                        NwTables *tables);
/* @finding: (nullable): its columns are too many or too few; its last remedy becomes a button. */
void nw_binding_row_set_misfit(NwBindingRow *row, const NwFinding *finding);
