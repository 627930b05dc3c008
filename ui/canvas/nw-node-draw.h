/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Draws a node's card. Needs a GtkSnapshot only: the canvas, the drag icon of the palette and
 * pictures made without a display share it. */
#pragma once

#include "nw-canvas-theme.h"
#include "nw-node-layout.h"

/* How much of a node is drawn at a zoom. */
typedef enum {
  NW_DETAIL_FULL,     /* from 45 % */
  NW_DETAIL_BOX,      /* from 15 %: a box in the category's colour */
  NW_DETAIL_OVERVIEW, /* below: no widgets, one picture of all */
} NwDetail;

NwDetail nw_detail_at(double zoom);

/**
 * NwNodeFace:
 * What a card shows.
 *
 * @name, @line, @score: laid out by nw_node_layout_text; @line and @score may be NULL
 * @node: (nullable): gives the ports; NULL draws none
 * @fits_inputs, @fits_outputs: ports that light up while a wire is drawn
 * @activation, @gradient: health from 0 to 1; below 0 is not known
 * @curve: (nullable): [n_curve] values, oldest first; the card is NW_NODE_CURVE higher then
 */
typedef struct {
  PangoLayout *name, *line, *score;
  const NwNode *node;
  NwCategory category;
  double width, height;
  gboolean selected, problem, focused, fits_inputs, fits_outputs, dim;
  double activation, gradient;
  const float *curve;
  guint n_curve;
} NwNodeFace;

typedef enum { NW_TEXT_NAME, NW_TEXT_LINE, NW_TEXT_SCORE } NwNodeText;
/* One ellipsised line as wide as the card allows. (transfer full) */
PangoLayout *
nw_node_layout_text(GtkWidget *widget, NwNodeText role, const char *text, gboolean beside_icon);

/* The card's top left corner is at 0, 0. @warning: (nullable): symbol of a problem. */
void nw_node_draw(GtkSnapshot *snapshot, const NwNodeFace *face, const NwCanvasTheme *theme,
                  NwDetail detail, GtkSymbolicPaintable *warning);

/* The category's colour, parsed. */
const GdkRGBA *nw_category_rgba(NwCategory category);
