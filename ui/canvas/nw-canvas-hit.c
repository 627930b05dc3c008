/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What is under a point, and what its tooltip says. */
#include "nw-canvas-private.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nw-formula.h"

#define PORT_REACH 9.0 /* pixels around a port's centre, at least */
#define WIRE_REACH 7.0

static gboolean
nearest_port(NwCanvas *canvas, NwNodeView *view, double x, double y, double *reach, NwHit *hit)
{
  gboolean found = FALSE;

  for (int side = NW_SIDE_INPUT; side <= NW_SIDE_OUTPUT; side++) {
    guint n = nw_node_layout_n_ports(view->node, side);
    for (guint i = 0; i < n; i++) {
      graphene_point_t world = nw_node_view_get_port(view, side, i);
      graphene_point_t at = nw_canvas_to_widget(canvas, world.x, world.y);
      double distance = hypot(at.x - x, at.y - y);
      if (distance > *reach || !nw_node_layout_shows_port(view->node, side, i))
        continue;
      *reach = distance;
      *hit = (NwHit){NW_HIT_PORT, view->uid, side, i};
      found = TRUE;
    }
  }
  return found;
}

NwHit
nw_canvas_hit(NwCanvas *canvas, double x, double y)
{
  graphene_point_t at = nw_canvas_to_world(canvas, x, y);
  double reach = CLAMP(11 * canvas->zoom, PORT_REACH, 18);
  double margin = reach / canvas->zoom;
  NwHit hit = {NW_HIT_NOTHING, 0, 0, 0}, port = hit;
  NwWire *wire;

  /* Selected nodes are drawn on top, later ones above earlier ones. */
  for (int selected = 1; selected >= 0 && hit.kind == NW_HIT_NOTHING; selected--) {
    for (guint i = canvas->views->len; i-- > 0;) {
      NwNodeView *view = canvas->views->pdata[i];
      graphene_rect_t rect = nw_node_view_get_rect(view), around = rect;

      if (view->selected != selected)
        continue;
      graphene_rect_inset(&around, -margin, -margin);
      if (!graphene_rect_contains_point(&around, &at))
        continue;
      if (canvas->zoom >= 0.3 && nearest_port(canvas, view, x, y, &reach, &port))
        continue;
      if (hit.kind == NW_HIT_NOTHING && graphene_rect_contains_point(&rect, &at))
        hit = (NwHit){NW_HIT_NODE, view->uid, 0, 0};
    }
  }
  if (port.kind == NW_HIT_PORT)
    return port;
  if (hit.kind == NW_HIT_NODE)
    return hit;
  wire = canvas_wire_at(canvas, x, y, WIRE_REACH);
  if (wire)
    hit = (NwHit){NW_HIT_WIRE, wire->target->uid, NW_SIDE_INPUT, wire->input};
  return hit;
}

gboolean
nw_canvas_locate_port(NwCanvas *canvas, guint node, NwSide side, guint port, graphene_point_t *at)
{
  NwNodeView *view = canvas_find(canvas, node);
  graphene_point_t world;

  if (!view || port >= nw_node_layout_n_ports(view->node, side))
    return FALSE;
  world = nw_node_view_get_port(view, side, port);
  *at = nw_canvas_to_widget(canvas, world.x, world.y);
  return TRUE;
}

static char *
port_tooltip(NwCanvas *canvas, const NwHit *hit)
{
  NwNodeView *view = canvas_find(canvas, hit->node);
  const NwPort *port = nw_node_layout_get_port(view->node, hit->side, hit->port);
  NwSource source = {hit->node, hit->port};
  const NwType *type = NULL;
  const NwLayer *layer = view->node->layer;
  g_autofree char *shape = NULL, *wire = NULL;
  const char *title;

  if (hit->side == NW_SIDE_INPUT)
    wire = nw_formula_dup_wire(layer->kind, layer->params, hit->port);
  title = wire ? wire : port->title;
  if (hit->side == NW_SIDE_INPUT)
    source = hit->port < view->node->n_inputs ? view->node->inputs[hit->port] : (NwSource){0};
  if (source.node && canvas->inference)
    type = nw_inference_get_type(canvas->inference, source.node, source.port);
  if (!type)
    return g_strdup_printf(port->optional ? _("%s (optional)") : "%s", title);
  shape = nw_shape_to_text(&type->shape);
  return g_strdup_printf(type->dtype == NW_INT32 ? _("%s: %s whole numbers per sample")
                                                 : _("%s: %s numbers per sample"),
                         title, shape);
}

static char *
node_tooltip(NwNodeView *view)
{
  if (view->problem)
    return g_strdup(view->problem);
  if (view->health)
    return g_strdup_printf("%s · %s\n%s", view->title, view->line, view->health);
  return g_strdup_printf("%s · %s", view->title, view->line);
}

gboolean
canvas_query_tooltip_cb(GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip,
                        NwCanvas *canvas)
{
  NwHit hit = nw_canvas_hit(canvas, x, y);
  g_autofree char *text = NULL;

  if (keyboard || canvas->drag.moving)
    return FALSE;
  if (hit.kind == NW_HIT_PORT)
    text = port_tooltip(canvas, &hit);
  else if (hit.kind == NW_HIT_NODE)
    text = node_tooltip(canvas_find(canvas, hit.node));
  if (!text)
    return FALSE;
  gtk_tooltip_set_text(tooltip, text);
  return TRUE;
}
