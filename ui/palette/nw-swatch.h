/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A small square of one colour: the category of a layer. */
#pragma once

#include <gtk/gtk.h>

#define NW_TYPE_SWATCH (nw_swatch_get_type())
G_DECLARE_FINAL_TYPE(NwSwatch, nw_swatch, NW, SWATCH, GtkWidget)

GtkWidget *nw_swatch_new(const GdkRGBA *color);
void nw_swatch_set_color(NwSwatch *swatch, const GdkRGBA *color);
