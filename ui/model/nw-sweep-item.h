/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A trial of a sweep in a list. “changed” when it has new numbers. */
#pragma once

#include <glib-object.h>

#include "nw.h"

#define NW_TYPE_SWEEP_ITEM (nw_sweep_item_get_type())
G_DECLARE_FINAL_TYPE(NwSweepItem, nw_sweep_item, NW, SWEEP_ITEM, GObject)

/* Takes @trial. */
NwSweepItem *nw_sweep_item_new(NwSweepTrial *trial);
/* Takes @trial; FALSE: it says what was known. */
gboolean nw_sweep_item_update(NwSweepItem *item, NwSweepTrial *trial);
const NwSweepTrial *nw_sweep_item_get(NwSweepItem *item);
