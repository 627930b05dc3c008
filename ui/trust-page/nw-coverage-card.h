/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Sets of answers of one output that hold the truth as often as is chosen with a slider: made from
 * validation rows, in a thread, when asked to, and tried on test rows; of another program's
 * predictions made from one half and tried on the other. */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"
#include "nw-trust-list.h"

#define NW_TYPE_COVERAGE_CARD (nw_coverage_card_get_type())
G_DECLARE_FINAL_TYPE(NwCoverageCard, nw_coverage_card, NW, COVERAGE_CARD, GtkWidget)

/* @run, @entry: (nullable). What was predicted stays while the run and its recalibration are the
 * same. @forecast: (nullable): predictions of another program in place of a run; they are borrowed.
 */
void nw_coverage_card_set(NwCoverageCard *card, NwRun *run, const NwTrustEntry *entry,
                          const NwForecast *forecast);
