/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The colours of the canvas, once for light and once for dark. */
#pragma once

#include <gtk/gtk.h>

typedef struct {
  GdkRGBA canvas, dot;            /* ground and its dotted grid */
  GdkRGBA card, border, shade;    /* a node, its outline, its shadow */
  GdkRGBA text, dim;              /* first and second line */
  GdkRGBA port, wire;             /* ring of a port, idle wire */
  GdkRGBA pill, pill_border;      /* behind the shapes on wires */
  GdkRGBA accent, accent_soft;    /* selection */
  GdkRGBA warning, warning_soft;  /* a node with a problem */
  GdkRGBA good, fair, bad, track; /* health bars */
} NwCanvasTheme;

const NwCanvasTheme *nw_canvas_theme_get(gboolean dark);
/* The one that fits the style of the program now. */
const NwCanvasTheme *nw_canvas_theme_get_current(void);
