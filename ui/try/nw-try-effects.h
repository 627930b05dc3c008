/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What mattered for the chosen answer: a picture of signed points for each input that is a picture,
 * a signed bar for each of the other entries, the largest first. */
#pragma once

#include <gtk/gtk.h>

#include "nw-trier.h"

#define NW_TYPE_TRY_EFFECTS (nw_try_effects_get_type())
G_DECLARE_FINAL_TYPE(NwTryEffects, nw_try_effects, NW, TRY_EFFECTS, GtkWidget)

/* @trier: ready */
GtkWidget *nw_try_effects_new(NwTrier *trier);
/* The trier has new effects, or none any more. */
void nw_try_effects_refresh(NwTryEffects *effects);
