/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Dragging: one gesture of the canvas for everything that is dragged, so that a moving node does
 * not measure itself against itself. One gesture ends in one edit. */
#include "nw-canvas-private.h"

#include <math.h>

#define SNAP_REACH   28.0 /* pixels: a wire in hand jumps to a port this near */
#define INSERT_REACH 18.0
#define EDGE         28.0 /* dragging this near to an edge moves the view */

/* ── moving nodes ────────────────────────────────────────────────────────────────────────────── */

void
canvas_apply_drag_offset(NwCanvas *canvas)
{
  NwDrag *drag = &canvas->drag;

  if (drag->mode != DRAG_MOVE || !drag->moving)
    return;
  for (guint i = 0; i < canvas->selection->len; i++) {
    NwNodeView *view = canvas_find(canvas, g_array_index(canvas->selection, guint, i));
    nw_node_view_set_position(view, view->node->x + drag->dx, view->node->y + drag->dy);
  }
}

void
canvas_set_onto(NwCanvas *canvas, NwWire *wire)
{
  if (canvas->drag.onto == wire)
    return;
  canvas->drag.onto = wire;
  canvas_update_wire_looks(canvas);
}

/* A wire under the middle of @rect (world) that could take in a node of @kind. */
NwWire *
canvas_wire_below(NwCanvas *canvas, const NwLayerKind *kind, graphene_rect_t rect, guint except)
{
  graphene_point_t middle = middle_of(&rect);
  graphene_point_t at = nw_canvas_to_widget(canvas, middle.x, middle.y);
  NwWire *wire;

  if (nw_layer_kind_n_inputs(kind) == 0 || nw_layer_kind_n_outputs(kind) == 0)
    return NULL;
  wire = canvas_wire_at(canvas, at.x, at.y, INSERT_REACH);
  if (wire && except && (wire->source->uid == except || wire->target->uid == except))
    return NULL;
  return wire;
}

static gboolean
is_unwired(NwCanvas *canvas, NwNodeView *view)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    NwWire *wire = value;
    if (wire->source == view || wire->target == view)
      return FALSE;
  }
  return TRUE;
}

static void
update_move(NwCanvas *canvas, GdkModifierType state)
{
  NwDrag *drag = &canvas->drag;
  graphene_point_t now = nw_canvas_to_world(canvas, drag->x, drag->y);
  NwNodeView *view = canvas_find(canvas, drag->hit.node);
  double x, y;

  if (!view)
    return;
  x = view->node->x + now.x - drag->start.x;
  y = view->node->y + now.y - drag->start.y;
  drag->dx = round(x / NW_GRID) * NW_GRID - view->node->x;
  drag->dy = round(y / NW_GRID) * NW_GRID - view->node->y;
  canvas_apply_drag_offset(canvas);
  canvas_refresh_wires(canvas);
  if (canvas->selection->len == 1 && !(state & GDK_ALT_MASK) && is_unwired(canvas, view))
    canvas_set_onto(canvas, canvas_wire_below(canvas, view->node->layer->kind,
                                              nw_node_view_get_rect(view), view->uid));
  else
    canvas_set_onto(canvas, NULL);
  gtk_widget_queue_allocate(GTK_WIDGET(canvas));
  gtk_widget_queue_draw(GTK_WIDGET(canvas));
}

/* ── rubber band and cutting stroke ──────────────────────────────────────────────────────────── */

static void
update_band(NwCanvas *canvas)
{
  NwDrag *drag = &canvas->drag;
  graphene_point_t now = nw_canvas_to_world(canvas, drag->x, drag->y);
  graphene_rect_t band = GRAPHENE_RECT_INIT(drag->start.x, drag->start.y, now.x - drag->start.x,
                                            now.y - drag->start.y);
  g_autoptr(GArray) chosen = g_array_new(FALSE, FALSE, sizeof(guint));
  g_autoptr(GHashTable) before = g_hash_table_new(NULL, NULL);

  graphene_rect_normalize(&band);
  g_array_append_vals(chosen, drag->before->data, drag->before->len);
  for (guint i = 0; i < drag->before->len; i++)
    g_hash_table_add(before, GUINT_TO_POINTER(g_array_index(drag->before, guint, i)));
  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *view = canvas->views->pdata[i];
    graphene_rect_t rect = nw_node_view_get_rect(view);
    if (!g_hash_table_contains(before, GUINT_TO_POINTER(view->uid)) &&
        graphene_rect_intersection(&band, &rect, NULL))
      g_array_append_val(chosen, view->uid);
  }
  nw_canvas_select(canvas, (const guint *)chosen->data, chosen->len);
  gtk_widget_queue_draw(GTK_WIDGET(canvas));
}

static void
update_cut(NwCanvas *canvas)
{
  GArray *stroke = canvas->drag.stroke;
  graphene_point_t now = nw_canvas_to_world(canvas, canvas->drag.x, canvas->drag.y);
  graphene_point_t last = g_array_index(stroke, graphene_point_t, stroke->len - 1);
  GHashTableIter iter;
  gpointer value;

  g_array_append_val(stroke, now);
  g_hash_table_iter_init(&iter, canvas->wires);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    NwWire *wire = value;
    if (nw_curve_crosses(&wire->curve, last, now))
      wire->look = WIRE_CUT;
  }
  gtk_widget_queue_draw(GTK_WIDGET(canvas));
}

/* ── drawing a wire ──────────────────────────────────────────────────────────────────────────── */

/* Uids that a wire may not reach: the node itself and all that comes before it (when the wire
 * leaves an output) or after it (when it ends at an input). */
static GHashTable *
find_forbidden(NwCanvas *canvas, guint from, NwSide side)
{
  GHashTable *seen = g_hash_table_new(NULL, NULL);
  g_autofree guint *order = nw_graph_dup_order(canvas->graph);
  guint n = nw_graph_get_n_nodes(canvas->graph);

  g_hash_table_add(seen, GUINT_TO_POINTER(from));
  for (guint i = 0; i < n; i++) {
    guint at = side == NW_SIDE_OUTPUT ? n - 1 - i : i;
    const NwNode *node = nw_graph_get_node(canvas->graph, order[at]);
    gboolean reached = g_hash_table_contains(seen, GUINT_TO_POINTER(node->uid));

    for (guint input = 0; input < node->n_inputs; input++) {
      gpointer source = GUINT_TO_POINTER(node->inputs[input].node);
      if (side == NW_SIDE_OUTPUT && reached && source)
        g_hash_table_add(seen, source);
      if (side == NW_SIDE_INPUT && g_hash_table_contains(seen, source))
        g_hash_table_add(seen, GUINT_TO_POINTER(node->uid));
    }
  }
  return seen;
}

static gboolean
fits(NwCanvas *canvas, NwNodeView *view)
{
  NwDrag *drag = &canvas->drag;
  NwSide wanted = drag->side == NW_SIDE_OUTPUT ? NW_SIDE_INPUT : NW_SIDE_OUTPUT;

  return !g_hash_table_contains(drag->forbidden, GUINT_TO_POINTER(view->uid)) &&
         nw_node_layout_n_ports(view->node, wanted) > 0;
}

static void
show_fits(NwCanvas *canvas)
{
  gboolean to_inputs = canvas->drag.side == NW_SIDE_OUTPUT;

  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *view = canvas->views->pdata[i];
    gboolean fit = fits(canvas, view);
    nw_node_view_set_fits(view, fit && to_inputs, fit && !to_inputs,
                          !fit && view->uid != canvas->drag.from);
  }
}

static void
hide_fits(NwCanvas *canvas)
{
  for (guint i = 0; i < canvas->views->len; i++)
    nw_node_view_set_fits(canvas->views->pdata[i], FALSE, FALSE, FALSE);
}

/* Takes a port into the hand. A wired input gives its wire's end instead, held fast at the source.
 */
static void
start_wire(NwCanvas *canvas)
{
  NwDrag *drag = &canvas->drag;
  NwNodeView *view = canvas_find(canvas, drag->hit.node);

  drag->from = drag->hit.node;
  drag->side = drag->hit.side;
  drag->port = drag->hit.port;
  if (drag->side == NW_SIDE_INPUT && drag->port < view->node->n_inputs &&
      view->node->inputs[drag->port].node) {
    drag->lifted_to = drag->from;
    drag->lifted_input = drag->port;
    drag->from = view->node->inputs[drag->lifted_input].node;
    drag->port = view->node->inputs[drag->lifted_input].port;
    drag->side = NW_SIDE_OUTPUT;
  }
  drag->forbidden = find_forbidden(canvas, drag->from, drag->side);
  show_fits(canvas);
}

static void
update_wire(NwCanvas *canvas)
{
  NwDrag *drag = &canvas->drag;
  NwSide wanted = drag->side == NW_SIDE_OUTPUT ? NW_SIDE_INPUT : NW_SIDE_OUTPUT;
  double best = SNAP_REACH;
  graphene_point_t at = nw_canvas_to_world(canvas, drag->x, drag->y);

  drag->snap = (NwHit){NW_HIT_NOTHING, 0, 0, 0};
  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *view = canvas->views->pdata[i];
    graphene_rect_t rect = nw_node_view_get_rect(view);
    guint n;

    graphene_rect_inset(&rect, -SNAP_REACH / canvas->zoom, -SNAP_REACH / canvas->zoom);
    if (!graphene_rect_contains_point(&rect, &at) || !fits(canvas, view))
      continue;
    n = nw_node_layout_n_ports(view->node, wanted);
    for (guint port = 0; port < n; port++) {
      graphene_point_t world = nw_node_view_get_port(view, wanted, port);
      graphene_point_t there = nw_canvas_to_widget(canvas, world.x, world.y);
      double distance = hypot(there.x - drag->x, there.y - drag->y);
      if (distance >= best || !nw_node_layout_shows_port(view->node, wanted, port))
        continue;
      best = distance;
      drag->snap = (NwHit){NW_HIT_PORT, view->uid, wanted, port};
    }
    rect = nw_node_view_get_rect(view);
    /* Over the card but not near a port: the first free one. */
    if (drag->snap.kind == NW_HIT_NOTHING && graphene_rect_contains_point(&rect, &at)) {
      guint port = wanted == NW_SIDE_INPUT ? canvas_free_input(view) : 0;
      drag->snap = (NwHit){NW_HIT_PORT, view->uid, wanted, port == G_MAXUINT ? 0 : port};
    }
  }
  gtk_widget_queue_draw(GTK_WIDGET(canvas));
}

static void
finish_wire(NwCanvas *canvas, const NwDrag *drag)
{
  NwHit from = {NW_HIT_PORT, drag->from, drag->side, drag->port};

  if (drag->snap.kind != NW_HIT_PORT && !drag->lifted_to) {
    if (nw_canvas_hit(canvas, drag->x, drag->y).kind == NW_HIT_NOTHING)
      canvas_search_kinds(canvas, drag->x, drag->y, &from);
    return;
  }
  if (drag->snap.kind != NW_HIT_PORT)
    canvas_finish_wire(canvas, 0, 0, 0, 0, drag->lifted_to, drag->lifted_input);
  else if (drag->side == NW_SIDE_OUTPUT)
    canvas_finish_wire(canvas, drag->from, drag->port, drag->snap.node, drag->snap.port,
                       drag->lifted_to, drag->lifted_input);
  else
    canvas_finish_wire(canvas, drag->snap.node, drag->snap.port, drag->from, drag->port, 0, 0);
}

/* ── press, drag, release ────────────────────────────────────────────────────────────────────── */

static void
update_drag(NwCanvas *canvas, GdkModifierType state)
{
  NwDrag *drag = &canvas->drag;

  switch (drag->mode) {
  case DRAG_PAN:
    canvas_pan(canvas, (drag->view_x - canvas->x) * canvas->zoom - (drag->x - drag->x0),
               (drag->view_y - canvas->y) * canvas->zoom - (drag->y - drag->y0));
    break;
  case DRAG_MOVE:
    update_move(canvas, state);
    break;
  case DRAG_BAND:
    update_band(canvas);
    break;
  case DRAG_WIRE:
    update_wire(canvas);
    break;
  case DRAG_CUT:
    update_cut(canvas);
    break;
  case DRAG_NONE:
    break;
  }
}

static double
edge_push(double at, double length)
{
  if (at < EDGE)
    return MAX(at - EDGE, -EDGE) * 0.5;
  if (at > length - EDGE)
    return MIN(at - length + EDGE, EDGE) * 0.5;
  return 0;
}

static gboolean
autopan_cb(GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  NwCanvas *canvas = NW_CANVAS(widget);
  double dx = edge_push(canvas->drag.x, gtk_widget_get_width(widget));
  double dy = edge_push(canvas->drag.y, gtk_widget_get_height(widget));

  if (dx == 0 && dy == 0)
    return G_SOURCE_CONTINUE;
  canvas_pan(canvas, dx, dy);
  update_drag(canvas, 0);
  return G_SOURCE_CONTINUE;
}

static NwDragMode
mode_for(NwCanvas *canvas, guint button, GdkModifierType state)
{
  static const NwDragMode modes[] = {
      [NW_HIT_NOTHING] = DRAG_BAND,
      [NW_HIT_WIRE] = DRAG_BAND,
      [NW_HIT_NODE] = DRAG_MOVE,
      [NW_HIT_PORT] = DRAG_WIRE,
  };

  if (button == GDK_BUTTON_MIDDLE || (button == GDK_BUTTON_PRIMARY && canvas->space_held))
    return DRAG_PAN;
  if (button != GDK_BUTTON_PRIMARY)
    return DRAG_NONE;
  if ((state & GDK_ALT_MASK) && canvas->drag.hit.kind <= NW_HIT_WIRE)
    return DRAG_CUT;
  return modes[canvas->drag.hit.kind];
}

static void
begin_moving(NwCanvas *canvas)
{
  NwDrag *drag = &canvas->drag;

  drag->moving = TRUE;
  switch (drag->mode) {
  case DRAG_MOVE:
    if (!canvas_is_selected(canvas, drag->hit.node))
      canvas_select_one(canvas, drag->hit.node);
    break;
  case DRAG_BAND:
    drag->before = g_array_new(FALSE, FALSE, sizeof(guint));
    if (drag->add)
      g_array_append_vals(drag->before, canvas->selection->data, canvas->selection->len);
    break;
  case DRAG_WIRE:
    start_wire(canvas);
    break;
  case DRAG_CUT:
    drag->stroke = g_array_new(FALSE, FALSE, sizeof(graphene_point_t));
    g_array_append_val(drag->stroke, drag->start);
    break;
  case DRAG_PAN:
    gtk_widget_set_cursor_from_name(GTK_WIDGET(canvas), "grabbing");
    break;
  case DRAG_NONE:
    break;
  }
  if (drag->mode != DRAG_PAN && drag->mode != DRAG_CUT && !canvas->autopan_tick)
    canvas->autopan_tick = gtk_widget_add_tick_callback(GTK_WIDGET(canvas), autopan_cb, NULL, NULL);
}

/* Forgets the drag and everything it showed. */
static void
clear_drag(NwCanvas *canvas)
{
  NwDrag *drag = &canvas->drag;

  if (canvas->autopan_tick)
    gtk_widget_remove_tick_callback(GTK_WIDGET(canvas), canvas->autopan_tick);
  canvas->autopan_tick = 0;
  if (drag->mode == DRAG_PAN)
    gtk_widget_set_cursor(GTK_WIDGET(canvas), NULL);
  if (drag->mode == DRAG_WIRE)
    hide_fits(canvas);
  g_clear_pointer(&drag->before, g_array_unref);
  g_clear_pointer(&drag->stroke, g_array_unref);
  g_clear_pointer(&drag->forbidden, g_hash_table_unref);
  *drag = (NwDrag){0};
  canvas_update_wire_looks(canvas);
  gtk_widget_queue_draw(GTK_WIDGET(canvas));
}

/* Popovers are children too: what happens in them is none of the canvas's. */
gboolean
canvas_owns_event(NwCanvas *canvas, GtkEventController *controller)
{
  GdkEvent *event = gtk_event_controller_get_current_event(controller);
  GtkNative *native = gtk_widget_get_native(GTK_WIDGET(canvas));

  return !event || gdk_event_get_surface(event) == gtk_native_get_surface(native);
}

gboolean
canvas_is_in_rename(NwCanvas *canvas, double x, double y)
{
  GtkWidget *picked;

  if (!canvas->rename_uid)
    return FALSE;
  picked = gtk_widget_pick(GTK_WIDGET(canvas), x, y, GTK_PICK_DEFAULT);
  return picked &&
         (picked == canvas->rename_box || gtk_widget_is_ancestor(picked, canvas->rename_box));
}

void
canvas_press(NwCanvas *canvas, guint button, GdkModifierType state, double x, double y)
{
  NwDrag *drag = &canvas->drag;
  gboolean add = (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) != 0;

  canvas_rename_end(canvas, TRUE);
  canvas_cancel_drag(canvas);
  drag->hit = nw_canvas_hit(canvas, x, y);
  drag->mode = mode_for(canvas, button, state);
  drag->add = add;
  drag->x = drag->x0 = x;
  drag->y = drag->y0 = y;
  drag->start = nw_canvas_to_world(canvas, x, y);
  drag->view_x = canvas->x;
  drag->view_y = canvas->y;
  if (drag->mode == DRAG_PAN)
    return;
  if (drag->hit.kind == NW_HIT_NODE && !canvas_is_selected(canvas, drag->hit.node) && !add)
    canvas_select_one(canvas, drag->hit.node);
  if (drag->hit.kind >= NW_HIT_NODE)
    canvas_focus_node(canvas, drag->hit.node);
  else
    gtk_widget_grab_focus(GTK_WIDGET(canvas));
}

gboolean
canvas_drag_to(NwCanvas *canvas, GdkModifierType state, double x, double y)
{
  NwDrag *drag = &canvas->drag;

  if (drag->mode == DRAG_NONE)
    return FALSE;
  if (!drag->moving && !gtk_drag_check_threshold(GTK_WIDGET(canvas), drag->x0, drag->y0, x, y))
    return FALSE;
  drag->x = x;
  drag->y = y;
  if (!drag->moving)
    begin_moving(canvas);
  update_drag(canvas, state);
  return TRUE;
}

/* Released without having moved. */
static void
click(NwCanvas *canvas, NwHit hit, gboolean add)
{
  if (hit.kind == NW_HIT_WIRE)
    nw_canvas_select_wire(canvas, hit.node, hit.port);
  else if (hit.kind == NW_HIT_NOTHING && !add)
    nw_canvas_select(canvas, NULL, 0);
  else if (hit.kind >= NW_HIT_NODE && add)
    canvas_toggle(canvas, hit.node);
  else if (hit.kind >= NW_HIT_NODE)
    canvas_select_one(canvas, hit.node);
}

static void
restore_positions(NwCanvas *canvas)
{
  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *view = canvas->views->pdata[i];
    nw_node_view_set_position(view, view->node->x, view->node->y);
  }
  canvas_refresh_wires(canvas);
  gtk_widget_queue_allocate(GTK_WIDGET(canvas));
}

void
canvas_release(NwCanvas *canvas)
{
  NwDrag drag = canvas->drag;

  if (drag.mode == DRAG_NONE)
    return;
  if (drag.mode == DRAG_CUT && drag.moving)
    canvas_cut_wires(canvas);
  clear_drag(canvas);
  if (!drag.moving && drag.mode != DRAG_PAN)
    click(canvas, drag.hit, drag.add);
  if (!drag.moving)
    return;
  if (drag.mode == DRAG_WIRE)
    finish_wire(canvas, &drag);
  if (drag.mode == DRAG_MOVE) {
    canvas_finish_move(canvas, drag.dx, drag.dy, drag.onto);
    restore_positions(canvas); /* where whoever holds the model did not take the edit */
  }
}

void
canvas_cancel_drag(NwCanvas *canvas)
{
  gboolean moved = canvas->drag.mode == DRAG_MOVE && canvas->drag.moving;

  if (canvas->drag.mode == DRAG_NONE)
    return;
  clear_drag(canvas);
  if (moved)
    restore_positions(canvas);
}

/* ── the gesture ─────────────────────────────────────────────────────────────────────────────── */

static GdkModifierType
state_of(GtkGestureDrag *gesture)
{
  return gtk_event_controller_get_current_event_state(GTK_EVENT_CONTROLLER(gesture));
}

static void
drag_begin_cb(GtkGestureDrag *gesture, double x, double y, NwCanvas *canvas)
{
  guint button = gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(gesture));

  if (!canvas_owns_event(canvas, GTK_EVENT_CONTROLLER(gesture)) ||
      canvas_is_in_rename(canvas, x, y))
    gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_DENIED);
  else
    canvas_press(canvas, button, state_of(gesture), x, y);
}

static void
drag_update_cb(GtkGestureDrag *gesture, double dx, double dy, NwCanvas *canvas)
{
  double x, y;

  /* Claimed only now, or what is inside a node would lose its clicks. */
  if (gtk_gesture_drag_get_start_point(gesture, &x, &y) &&
      canvas_drag_to(canvas, state_of(gesture), x + dx, y + dy))
    gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
drag_end_cb(GtkGestureDrag *gesture, double dx, double dy, NwCanvas *canvas)
{
  canvas_release(canvas);
}

static void
drag_cancel_cb(GtkGesture *gesture, GdkEventSequence *sequence, NwCanvas *canvas)
{
  canvas_cancel_drag(canvas);
}

void
canvas_init_drag(NwCanvas *canvas)
{
  GtkGesture *gesture = canvas->drag_gesture = gtk_gesture_drag_new();

  gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(gesture), 0);
  g_signal_connect(gesture, "drag-begin", G_CALLBACK(drag_begin_cb), canvas);
  g_signal_connect(gesture, "drag-update", G_CALLBACK(drag_update_cb), canvas);
  g_signal_connect(gesture, "drag-end", G_CALLBACK(drag_end_cb), canvas);
  g_signal_connect(gesture, "cancel", G_CALLBACK(drag_cancel_cb), canvas);
  gtk_widget_add_controller(GTK_WIDGET(canvas), GTK_EVENT_CONTROLLER(gesture));
}
