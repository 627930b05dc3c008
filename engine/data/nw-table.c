/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-table.h"

#include <glib/gi18n-lib.h>

const NwChoice nw_column_kind_choices[NW_N_COLUMN_KINDS + 1] = {
    [NW_COLUMN_NUMBER] = {"number", N_("Number")},
    [NW_COLUMN_CATEGORY] = {"category", N_("Category")},
    [NW_COLUMN_BINARY] = {"binary", N_("0 or 1")},
    [NW_COLUMN_IGNORE] = {"ignore", N_("Ignore")},
};
