/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* All kinds of layers and their presets, by category, from the registry: search, drag to the
 * canvas, or double-click or Enter, which gives
 *
 *   "add" (gpointer preset)   a constant NwLayerPreset */
#pragma once

#include <gtk/gtk.h>

#include "nw-layer-preset.h"

#define NW_TYPE_PALETTE (nw_palette_get_type())
G_DECLARE_FINAL_TYPE(NwPalette, nw_palette, NW, PALETTE, GtkWidget)

GtkWidget *nw_palette_new(void);
void nw_palette_focus_search(NwPalette *palette);
