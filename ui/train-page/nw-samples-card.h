/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Pinned samples: how probable the network finds what is true of them, from epoch to epoch. */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"

#define NW_TYPE_SAMPLES_CARD (nw_samples_card_get_type())
G_DECLARE_FINAL_TYPE(NwSamplesCard, nw_samples_card, NW, SAMPLES_CARD, GtkWidget)

/* Either may be NULL. Pins stay when they change. */
void nw_samples_card_set(NwSamplesCard *card, NwRun *run, const char *output);
/* The run has come to another epoch. */
void nw_samples_card_update(NwSamplesCard *card);
