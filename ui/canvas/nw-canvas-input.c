/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Pointer and keys held: clicks, scrolling, pinching, drops from the palette. */
#include "nw-canvas-private.h"

#include <math.h>

static void
pressed_cb(GtkGestureClick *gesture, int n_press, double x, double y, NwCanvas *canvas)
{
  guint button = gtk_gesture_single_get_current_button(GTK_GESTURE_SINGLE(gesture));
  NwHit hit;

  if (!canvas_owns_event(canvas, GTK_EVENT_CONTROLLER(gesture)) ||
      canvas_is_in_rename(canvas, x, y))
    return;
  hit = nw_canvas_hit(canvas, x, y);
  if (button == GDK_BUTTON_SECONDARY) {
    if (hit.kind >= NW_HIT_NODE && !canvas_is_selected(canvas, hit.node))
      canvas_select_one(canvas, hit.node);
    else if (hit.kind == NW_HIT_WIRE)
      nw_canvas_select_wire(canvas, hit.node, hit.port);
    canvas_open_menu(canvas, x, y);
    return;
  }
  if (button != GDK_BUTTON_PRIMARY || n_press != 2)
    return;
  gtk_gesture_set_state(GTK_GESTURE(gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  if (hit.kind >= NW_HIT_NODE)
    canvas_rename(canvas, hit.node);
  else if (hit.kind == NW_HIT_NOTHING)
    canvas_search_kinds(canvas, x, y, NULL);
}

/* ── motion, scrolling, keys held ────────────────────────────────────────────────────────────── */

static void
motion_cb(GtkEventControllerMotion *motion, double x, double y, NwCanvas *canvas)
{
  NwHit hit;

  canvas->pointer_x = x;
  canvas->pointer_y = y;
  if (canvas->drag.moving)
    return;
  hit = nw_canvas_hit(canvas, x, y);
  if (canvas->space_held)
    gtk_widget_set_cursor_from_name(GTK_WIDGET(canvas), "grab");
  else if (hit.kind == canvas->hover.kind)
    return;
  else
    gtk_widget_set_cursor_from_name(GTK_WIDGET(canvas), hit.kind == NW_HIT_PORT   ? "crosshair"
                                                        : hit.kind == NW_HIT_WIRE ? "pointer"
                                                                                  : NULL);
  canvas->hover = hit;
}

static void
leave_cb(GtkEventControllerMotion *motion, NwCanvas *canvas)
{
  canvas->pointer_x = canvas->pointer_y = NAN;
  canvas->hover.kind = NW_HIT_NOTHING;
}

/* A wheel zooms, two fingers on a touchpad move; Ctrl zooms and Shift moves with both. */
static gboolean
scroll_cb(GtkEventControllerScroll *scroll, double dx, double dy, NwCanvas *canvas)
{
  GtkEventController *controller = GTK_EVENT_CONTROLLER(scroll);
  GdkModifierType state = gtk_event_controller_get_current_event_state(controller);
  GdkDevice *device = gtk_event_controller_get_current_event_device(controller);
  gboolean pad = gtk_event_controller_scroll_get_unit(scroll) == GDK_SCROLL_UNIT_SURFACE ||
                 (device && gdk_device_get_source(device) == GDK_SOURCE_TOUCHPAD);
  double step = gtk_event_controller_scroll_get_unit(scroll) == GDK_SCROLL_UNIT_SURFACE ? 1 : 48;

  if (!canvas_owns_event(canvas, controller))
    return FALSE;
  if ((state & GDK_SHIFT_MASK) && dx == 0) {
    dx = dy;
    dy = 0;
  }
  if ((state & GDK_SHIFT_MASK) || (pad && !(state & GDK_CONTROL_MASK))) {
    canvas_pan(canvas, dx * step, dy * step);
    return TRUE;
  }
  if (isnan(canvas->pointer_x) || dy == 0)
    return TRUE;
  nw_canvas_zoom_at(canvas, canvas->zoom * pow(1.15, -dy * step / 48), canvas->pointer_x,
                    canvas->pointer_y);
  return TRUE;
}

static void
pinch_begin_cb(GtkGesture *gesture, GdkEventSequence *sequence, NwCanvas *canvas)
{
  canvas->pinch_zoom = canvas->zoom;
}

static void
pinch_cb(GtkGestureZoom *gesture, double scale, NwCanvas *canvas)
{
  double x, y;

  if (gtk_gesture_get_bounding_box_center(GTK_GESTURE(gesture), &x, &y))
    nw_canvas_zoom_at(canvas, canvas->pinch_zoom * scale, x, y);
}

static gboolean
key_pressed_cb(GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state,
               NwCanvas *canvas)
{
  if (canvas->rename_uid || !canvas_owns_event(canvas, GTK_EVENT_CONTROLLER(keys)))
    return FALSE;
  if (keyval == GDK_KEY_Escape && canvas->drag.mode != DRAG_NONE) {
    gtk_gesture_set_state(canvas->drag_gesture, GTK_EVENT_SEQUENCE_DENIED);
    canvas_cancel_drag(canvas);
    return TRUE;
  }
  if (keyval != GDK_KEY_space || (state & (GDK_CONTROL_MASK | GDK_ALT_MASK)))
    return FALSE;
  if (!canvas->space_held)
    gtk_widget_set_cursor_from_name(GTK_WIDGET(canvas), "grab");
  canvas->space_held = TRUE;
  return TRUE;
}

static void
release_space(NwCanvas *canvas)
{
  if (canvas->space_held && canvas->drag.mode != DRAG_PAN)
    gtk_widget_set_cursor(GTK_WIDGET(canvas), NULL);
  canvas->space_held = FALSE;
}

static void
key_released_cb(GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state,
                NwCanvas *canvas)
{
  if (keyval == GDK_KEY_space)
    release_space(canvas);
}

static void
focus_left_cb(GtkEventControllerFocus *focus, NwCanvas *canvas)
{
  release_space(canvas);
}

/* ── drops from the palette ──────────────────────────────────────────────────────────────────── */

/* The card's corner when it is held in the middle. */
static graphene_point_t
drop_place(NwCanvas *canvas, double x, double y)
{
  graphene_point_t at = nw_canvas_to_world(canvas, x, y);

  return GRAPHENE_POINT_INIT(round((at.x - NW_NODE_WIDTH / 2) / NW_GRID) * NW_GRID,
                             round((at.y - NW_NODE_HEIGHT / 2) / NW_GRID) * NW_GRID);
}

static const NwLayerPreset *
dropped(GtkDropTarget *target)
{
  const GValue *value = gtk_drop_target_get_value(target);

  return value ? g_value_get_pointer(value) : NULL;
}

static GdkDragAction
drop_motion_cb(GtkDropTarget *target, double x, double y, NwCanvas *canvas)
{
  const NwLayerPreset *what = dropped(target);
  graphene_point_t at = drop_place(canvas, x, y);

  if (what)
    canvas_set_onto(canvas, canvas_wire_below(
                                canvas, what->kind,
                                GRAPHENE_RECT_INIT(at.x, at.y, NW_NODE_WIDTH, NW_NODE_HEIGHT), 0));
  gtk_widget_queue_draw(GTK_WIDGET(canvas));
  return GDK_ACTION_COPY;
}

static void
drop_leave_cb(GtkDropTarget *target, NwCanvas *canvas)
{
  canvas_set_onto(canvas, NULL);
  gtk_widget_queue_draw(GTK_WIDGET(canvas));
}

static gboolean
drop_cb(GtkDropTarget *target, const GValue *value, double x, double y, NwCanvas *canvas)
{
  graphene_point_t at = drop_place(canvas, x, y);

  nw_canvas_add_at(canvas, g_value_get_pointer(value), at.x, at.y);
  return TRUE;
}

void
canvas_init_input(NwCanvas *canvas)
{
  GtkWidget *widget = GTK_WIDGET(canvas);
  GtkGesture *gesture;
  GtkEventController *controller;
  GtkDropTarget *target;

  gesture = gtk_gesture_click_new();
  gtk_gesture_single_set_button(GTK_GESTURE_SINGLE(gesture), 0);
  g_signal_connect(gesture, "pressed", G_CALLBACK(pressed_cb), canvas);
  gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(gesture));

  canvas_init_drag(canvas);

  gesture = gtk_gesture_zoom_new();
  g_signal_connect(gesture, "begin", G_CALLBACK(pinch_begin_cb), canvas);
  g_signal_connect(gesture, "scale-changed", G_CALLBACK(pinch_cb), canvas);
  gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(gesture));

  controller = gtk_event_controller_motion_new();
  g_signal_connect(controller, "enter", G_CALLBACK(motion_cb), canvas);
  g_signal_connect(controller, "motion", G_CALLBACK(motion_cb), canvas);
  g_signal_connect(controller, "leave", G_CALLBACK(leave_cb), canvas);
  gtk_widget_add_controller(widget, controller);

  controller = gtk_event_controller_scroll_new(GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  g_signal_connect(controller, "scroll", G_CALLBACK(scroll_cb), canvas);
  gtk_widget_add_controller(widget, controller);

  controller = gtk_event_controller_key_new();
  g_signal_connect(controller, "key-pressed", G_CALLBACK(key_pressed_cb), canvas);
  g_signal_connect(controller, "key-released", G_CALLBACK(key_released_cb), canvas);
  gtk_widget_add_controller(widget, controller);

  controller = gtk_event_controller_focus_new();
  g_signal_connect(controller, "leave", G_CALLBACK(focus_left_cb), canvas);
  gtk_widget_add_controller(widget, controller);

  target = gtk_drop_target_new(NW_TYPE_LAYER_PRESET_POINTER, GDK_ACTION_COPY);
  gtk_drop_target_set_preload(target, TRUE);
  g_signal_connect(target, "motion", G_CALLBACK(drop_motion_cb), canvas);
  g_signal_connect(target, "leave", G_CALLBACK(drop_leave_cb), canvas);
  g_signal_connect(target, "drop", G_CALLBACK(drop_cb), canvas);
  gtk_widget_add_controller(widget, GTK_EVENT_CONTROLLER(target));

  g_signal_connect(widget, "query-tooltip", G_CALLBACK(canvas_query_tooltip_cb), canvas);
}
