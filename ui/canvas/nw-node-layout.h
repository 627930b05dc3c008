/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Where a node's ports are and how large its card is, in canvas units (pixels at 100 %). */
#pragma once

#include <graphene.h>

#include "nw-graph.h"

#define NW_GRID        8 /* positions snap to multiples of this */
#define NW_NODE_WIDTH  128
#define NW_NODE_HEIGHT 56 /* with up to two ports on a side */
#define NW_NODE_CURVE  48 /* higher while it shows a curve */
#define NW_NODE_MARGIN 8  /* around the card: ports, ring and shadow */
#define NW_PORT_RADIUS 5

typedef enum { NW_SIDE_INPUT, NW_SIDE_OUTPUT } NwSide;

/* Ports as drawn: a variadic kind offers one free port more than it has wires. */
guint nw_node_layout_n_ports(const NwNode *node, NwSide side);
/* The kind's port behind a drawn one: further wires of a variadic port share its row. */
const NwPort *nw_node_layout_get_port(const NwNode *node, NwSide side, guint port);
/* Is the port drawn? Those that the layer's parameters turn off are not, unless a wire ends there. */
gboolean nw_node_layout_shows_port(const NwNode *node, NwSide side, guint port);
double nw_node_layout_height(const NwNode *node);
/* The port's centre, relative to the card's top left corner; of one that is not drawn, the edge's
 * middle. */
graphene_point_t nw_node_layout_port(const NwNode *node, NwSide side, guint port);
