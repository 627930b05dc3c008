/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One kind of layer, or a preset of one, in the palette: dragged to the canvas, or added with
 * Enter, a double-click, or the action "chip.add". */
#pragma once

#include <gtk/gtk.h>

#include "nw-layer-preset.h"

#define NW_TYPE_PALETTE_CHIP (nw_palette_chip_get_type())
G_DECLARE_FINAL_TYPE(NwPaletteChip, nw_palette_chip, NW, PALETTE_CHIP, GtkFlowBoxChild)

GtkWidget *nw_palette_chip_new(const NwLayerPreset *preset);
const NwLayerPreset *nw_palette_chip_get_preset(NwPaletteChip *chip);
