/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every layer over time: norms of gradients and weights, how far steps move them, what they answer, how
 * many units are dead; and in a sentence what is wrong with the worst. */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"

#define NW_TYPE_LAYERS_CARD (nw_layers_card_get_type())
G_DECLARE_FINAL_TYPE(NwLayersCard, nw_layers_card, NW, LAYERS_CARD, GtkWidget)

/* @run: (nullable) */
void nw_layers_card_set_run(NwLayersCard *card, NwRun *run);
