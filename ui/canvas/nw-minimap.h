/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The whole network, small, with the part that the canvas shows; press or drag to go there. */
#pragma once

#include "nw-canvas.h"

#define NW_TYPE_MINIMAP (nw_minimap_get_type())
G_DECLARE_FINAL_TYPE(NwMinimap, nw_minimap, NW, MINIMAP, GtkWidget)

GtkWidget *nw_minimap_new(NwCanvas *canvas);
