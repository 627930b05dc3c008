/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Live: does one output deserve belief? Reliability diagram, numbers, and how often each
 * probability is predicted, after every validation. */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"

#define NW_TYPE_BELIEF_CARD (nw_belief_card_get_type())
G_DECLARE_FINAL_TYPE(NwBeliefCard, nw_belief_card, NW, BELIEF_CARD, GtkWidget)

/* @output: (nullable). Keeps the chosen label while the output stays the same. */
void nw_belief_card_set(NwBeliefCard *card, NwRun *run, const char *output);
