/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How to train: epochs, batch size, seed, stopping, and the optimiser with its parameters.
 *
 * “edited” (NwProject *project, const char *label, const char *merge) */
#pragma once

#include <gtk/gtk.h>

#include "nw-project.h"

#define NW_TYPE_SETTINGS_CARD (nw_settings_card_get_type())
G_DECLARE_FINAL_TYPE(NwSettingsCard, nw_settings_card, NW, SETTINGS_CARD, GtkWidget)

void nw_settings_card_set_project(NwSettingsCard *card, NwProject *project);
