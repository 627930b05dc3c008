/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A small picture, point by point: to draw on (left button or Space draws, right button or Delete
 * erases, arrows move), or to look at, with what each point does to an answer.
 *
 * “painted” (guint point, double level): the person put level 0 … 1 there */
#pragma once

#include <gtk/gtk.h>

#define NW_TYPE_PIXEL_GRID (nw_pixel_grid_get_type())
G_DECLARE_FINAL_TYPE(NwPixelGrid, nw_pixel_grid, NW, PIXEL_GRID, GtkWidget)

/* @depth: 1, or 3 for red, green and blue; @title: for screen readers */
GtkWidget *
nw_pixel_grid_new(guint height, guint width, guint depth, gboolean editable, const char *title);
/* [height · width · depth] 0 … 1; copied */
void nw_pixel_grid_set_levels(NwPixelGrid *grid, const float *levels);
/* [depth] of one point */
void nw_pixel_grid_set_point(NwPixelGrid *grid, guint point, const float *levels);
/* @effects: (nullable): [height · width] signed, drawn in colour over the picture; copied. @words:
 * what they say, for screen readers */
void nw_pixel_grid_set_effects(NwPixelGrid *grid, const float *effects, const char *words);
