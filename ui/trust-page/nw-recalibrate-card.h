/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Recalibration of one output: all methods fitted to validation rows and judged on test rows, in a
 * thread, when asked to; the recommended one with its reason, the diagram before and after.
 *
 * “recalibrate” (output, const NwMaps *: NULL for as it is, title): the chosen one is wanted in the
 * network. */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"
#include "nw-trust-list.h"

#define NW_TYPE_RECALIBRATE_CARD (nw_recalibrate_card_get_type())
G_DECLARE_FINAL_TYPE(NwRecalibrateCard, nw_recalibrate_card, NW, RECALIBRATE_CARD, GtkWidget)

/* @run, @entry: (nullable). What was compared stays while both are of the same output. @forecast:
 * (nullable): predictions of another program in place of a run; they are borrowed, and nothing can go
 * into a network. */
void nw_recalibrate_card_set(NwRecalibrateCard *card, NwRun *run, const NwTrustEntry *entry,
                             const NwForecast *forecast);
