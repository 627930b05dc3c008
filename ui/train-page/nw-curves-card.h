/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The curves of a run: losses and metrics over the epochs, every step of them, log scale and
 * smoothing on request. */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"

#define NW_TYPE_CURVES_CARD (nw_curves_card_get_type())
G_DECLARE_FINAL_TYPE(NwCurvesCard, nw_curves_card, NW, CURVES_CARD, GtkWidget)

/* @run: (nullable) */
void nw_curves_card_set_run(NwCurvesCard *card, NwRun *run);
/* Runs whose validation loss is drawn beside the run's own: NwRun. */
void nw_curves_card_set_compared(NwCurvesCard *card, GListModel *runs);
/* Shows the curves of one output. */
void nw_curves_card_show_output(NwCurvesCard *card, const char *output);
/* Takes in what the run's history has got since. */
void nw_curves_card_update(NwCurvesCard *card);
