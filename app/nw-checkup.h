/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The doctor's findings about the document, always of its present project. What must be counted in
 * the data is counted in a thread, when the data or what is asked of them have changed.
 *
 * Signal: “changed” when the data have been counted and the findings are others. */
#pragma once

#include "nw-document.h"
#include "nw-tables.h"

#define NW_TYPE_CHECKUP (nw_checkup_get_type())
G_DECLARE_FINAL_TYPE(NwCheckup, nw_checkup, NW, CHECKUP, GObject)

NwCheckup *nw_checkup_new(NwDocument *document, NwTables *tables);
/* Examines the project if it is another one than before. (transfer none) */
NwFindings *nw_checkup_get_findings(NwCheckup *checkup);
