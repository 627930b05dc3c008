/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One node on the canvas: a real, focusable, accessible widget that draws a card.
 *
 * The canvas owns it, decides where it stands and hands it every value; input is the canvas's. */
#pragma once

#include "nw-infer.h"
#include "nw-node-draw.h"

#define NW_TYPE_NODE_VIEW (nw_node_view_get_type())
G_DECLARE_FINAL_TYPE(NwNodeView, nw_node_view, NW, NODE_VIEW, GtkWidget)

/**
 * NwNodeView:
 * Fields may be read by the canvas's files; they are set through the functions below.
 *
 * @node: borrowed from the graph that the canvas holds
 * @problem: (nullable): sentences, one a line
 * @x, @y: where the card stands now; differs from the node's own position during a drag
 */
struct _NwNodeView {
  GtkWidget parent_instance;
  guint uid;
  const NwNode *node;
  char *title, *line, *problem, *score, *health;
  double x, y;
  gboolean selected, fits_inputs, fits_outputs, dim;
  NwDetail detail;
  double activation, gradient;
  gboolean is_bad; /* its health is */
  GArray *curve; /* float */
  PangoLayout *name_layout, *line_layout, *score_layout;

  /* last allocation; the canvas skips what did not change */
  double placed_x, placed_y, placed_zoom, placed_height;
  gboolean placed;
};

GtkWidget *nw_node_view_new(guint uid);
void
nw_node_view_set_node(NwNodeView *view, const NwNode *node, const char *title, const char *problem);
/* What a screen reader says: the wires in words. */
void nw_node_view_set_description(NwNodeView *view, const char *text);
void nw_node_view_set_position(NwNodeView *view, double x, double y);
void nw_node_view_set_selected(NwNodeView *view, gboolean selected);
void nw_node_view_set_detail(NwNodeView *view, NwDetail detail);
/* While a wire is drawn: which ports light up; @dim: none fits. */
void nw_node_view_set_fits(NwNodeView *view, gboolean inputs, gboolean outputs, gboolean dim);
/* From 0 (dead) to 1 (well); below 0: not known. @text: (nullable): what that means. TRUE when what is
 * said of a bad node has changed. */
gboolean nw_node_view_set_health(NwNodeView *view, double activation, double gradient,
                                 const char *text, gboolean is_bad);
/* @score: (nullable): one line below the curve. */
void nw_node_view_set_curve(NwNodeView *view, const float *values, guint n, const char *score);
double nw_node_view_get_height(const NwNodeView *view);
graphene_point_t nw_node_view_get_port(const NwNodeView *view, NwSide side, guint port); /* world */
graphene_rect_t nw_node_view_get_rect(const NwNodeView *view);                           /* world */
