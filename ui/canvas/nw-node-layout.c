/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-node-layout.h"

#include <math.h>

#define PORT_SPACING 20.0
#define PORTS_HEIGHT 240.0 /* more ports than fit in this move closer together */

guint
nw_node_layout_n_ports(const NwNode *node, NwSide side)
{
  const NwLayerKind *kind = node->layer->kind;

  if (side == NW_SIDE_OUTPUT)
    return nw_layer_kind_n_outputs(kind);
  return node->n_inputs + (nw_layer_kind_is_variadic(kind) ? 1 : 0);
}

const NwPort *
nw_node_layout_get_port(const NwNode *node, NwSide side, guint port)
{
  const NwLayerKind *kind = node->layer->kind;
  gsize n;

  if (side == NW_SIDE_OUTPUT)
    return &kind->outputs[port];
  n = nw_layer_kind_n_inputs(kind);
  return &kind->inputs[MIN(port, n - 1)];
}

gboolean
nw_node_layout_shows_port(const NwNode *node, NwSide side, guint port)
{
  if (side == NW_SIDE_INPUT && port < node->n_inputs && node->inputs[port].node)
    return TRUE;
  return nw_params_match(node->layer->params, nw_node_layout_get_port(node, side, port)->when);
}

/* Ports before @end that are shown. */
static guint
n_shown(const NwNode *node, NwSide side, guint end)
{
  guint n = 0;

  for (guint port = 0; port < end; port++)
    n += nw_node_layout_shows_port(node, side, port);
  return n;
}

static guint
n_all_shown(const NwNode *node, NwSide side)
{
  return n_shown(node, side, nw_node_layout_n_ports(node, side));
}

static double
spacing_of(guint n)
{
  return n < 2 ? 0 : MIN(PORT_SPACING, PORTS_HEIGHT / (n - 1));
}

double
nw_node_layout_height(const NwNode *node)
{
  guint n = MAX(n_all_shown(node, NW_SIDE_INPUT), n_all_shown(node, NW_SIDE_OUTPUT));
  double needed = n < 2 ? 0 : (n - 1) * spacing_of(n) + 16;

  /* In steps of 16, so that the middles of all nodes lie on one grid and wires run straight. */
  return NW_NODE_HEIGHT + 16 * ceil(MAX(0, needed - NW_NODE_HEIGHT) / 16);
}

graphene_point_t
nw_node_layout_port(const NwNode *node, NwSide side, guint port)
{
  guint n = n_all_shown(node, side);
  double y = nw_node_layout_height(node) / 2;

  if (nw_node_layout_shows_port(node, side, port))
    y += (n_shown(node, side, port) - (n - 1) / 2.0) * spacing_of(n);

  return GRAPHENE_POINT_INIT(side == NW_SIDE_INPUT ? 0 : NW_NODE_WIDTH, y);
}
