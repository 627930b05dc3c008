/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the canvas's files share. nw-canvas.c: the widget, its model, layout and drawing; -wires:
 * wires; -view: zoom and place; -hit: what is under a point; -drag and -input: pointer; -actions:
 * keyboard, menu, clipboard; -edit: edits; -rename: the name field. Pixels of the widget are x, y;
 * the graph's units are called world. */
#pragma once

#include <adwaita.h>

#include "nw-canvas.h"
#include "nw-curve.h"
#include "nw-node-view.h"
#include "nw-search-popover.h"

typedef enum {
  WIRE_IDLE,
  WIRE_FAINT,    /* one of very many from one port */
  WIRE_NEAR,     /* begins or ends at a selected node */
  WIRE_SELECTED, /* or about to take in the node that is dragged over it */
  WIRE_CUT,      /* crossed by the cutting stroke */
} NwWireLook;

typedef struct {
  NwNodeView *source, *target; /* borrowed from the canvas */
  guint port, input;
  NwCurve curve;
  graphene_rect_t bounds;
  char *text;         /* (nullable): the shape it carries */
  gboolean crowded;   /* very many begin at the same port */
  gboolean at_source; /* the text stands at the source: one for all wires that begin there */
  NwWireLook look, drawn_look;
  GskRenderNode *stroke, *label; /* kept, in world coordinates */
  gboolean seen;
} NwWire;

typedef enum { DRAG_NONE, DRAG_PAN, DRAG_MOVE, DRAG_BAND, DRAG_WIRE, DRAG_CUT } NwDragMode;

typedef struct {
  NwDragMode mode;
  gboolean moving;        /* beyond the threshold */
  gboolean add;           /* pressed with Ctrl or Shift: adds to the selection */
  NwHit hit;              /* what was pressed */
  double x0, y0, x, y;    /* widget: pressed and now */
  graphene_point_t start; /* world: pressed */
  double view_x, view_y;  /* PAN: place of the view when pressed */
  double dx, dy;          /* MOVE: world, snapped */
  NwWire *onto;           /* MOVE, drop: wire that would take the node in (borrowed) */
  GArray *before;         /* BAND: selection when pressed (guint) */
  GArray *stroke;         /* CUT: graphene_point_t, world */
  guint from;             /* WIRE: node and port where it is held fast */
  NwSide side;
  guint port;
  guint lifted_to, lifted_input; /* WIRE: the wire that was taken off its end; 0: a new one */
  GHashTable *forbidden;         /* WIRE: uids that would close a circle */
  NwHit snap;                    /* WIRE: port under the pointer that fits */
} NwDrag;

struct _NwCanvas {
  GtkWidget parent_instance;

  NwGraph *graph;
  NwInference *inference;
  NwFindings *findings;
  GPtrArray *views;   /* NwNodeView, in the graph's order; children of the widget */
  GHashTable *by_uid; /* uid → NwNodeView */
  GHashTable *wires;  /* wire_key → NwWire */

  GArray *selection; /* guint */
  gint64 wire_selected;
  GArray *pending; /* guint: select these once they arrive; NULL: nothing pending */
  gboolean committing;

  double zoom, x, y; /* world point at the widget's top left corner */
  gboolean fit_pending;
  gboolean fitted; /* nobody has moved the view since all was shown: a new size shows all again */
  int fitted_width, fitted_height;
  AdwAnimation *glide;
  double glide_from[3], glide_to[3]; /* zoom, centre x, centre y */

  double pointer_x, pointer_y; /* NaN when outside */
  gboolean space_held;
  NwDrag drag;
  GtkGesture *drag_gesture;
  guint autopan_tick;
  double pinch_zoom;
  NwHit hover;

  NwSearchPopover *search;
  graphene_point_t search_place; /* world: where the chosen kind goes */
  NwHit search_from;             /* wire dropped into the empty: the port it comes from */
  GtkWidget *menu;
  GtkWidget *rename_box, *rename_entry, *rename_error;
  guint rename_uid;

  GskRenderNode *grid; /* kept while the view stands still */
  GskRenderNode *long_wires;
  guint64 long_key;
  double grid_key[5];
  guint describe_idle, announce_idle;
};

static inline graphene_point_t
middle_of(const graphene_rect_t *rect)
{
  graphene_point_t middle;

  graphene_rect_get_center(rect, &middle);
  return middle;
}

/* nw-canvas.c */
NwNodeView *canvas_find(NwCanvas *canvas, guint uid); /* (nullable) */
void canvas_changed_view(NwCanvas *canvas);           /* zoom or place are new */
void canvas_emit_message(NwCanvas *canvas, const char *text);
void canvas_emit_inspect(NwCanvas *canvas);
void canvas_emit_selection(NwCanvas *canvas);
void canvas_focus_node(NwCanvas *canvas, guint uid);

/* nw-canvas-select.c */
gboolean canvas_is_selected(NwCanvas *canvas, guint uid);
void canvas_select_one(NwCanvas *canvas, guint uid);
void canvas_toggle(NwCanvas *canvas, guint uid);
void canvas_apply_selection(NwCanvas *canvas); /* after the graph changed */
guint canvas_primary(NwCanvas *canvas);        /* last selected node; 0: none */

/* nw-canvas-wires.c */
gint64 wire_key(guint to, guint input);
void wire_free(gpointer wire);
void canvas_update_wires(NwCanvas *canvas);  /* after the graph changed */
void canvas_refresh_wires(NwCanvas *canvas); /* after nodes moved */
void canvas_update_wire_looks(NwCanvas *canvas);
void canvas_forget_drawings(NwCanvas *canvas); /* after the colours changed */
void canvas_snapshot_wires(NwCanvas *canvas, GtkSnapshot *snapshot);
NwWire *canvas_wire_at(NwCanvas *canvas, double x, double y, double reach); /* (nullable) */
void canvas_stroke_curve(cairo_t *cr, const NwCurve *curve);

/* nw-canvas-draw.c */
void canvas_snapshot_ground(NwCanvas *canvas, GtkSnapshot *snapshot);
void canvas_snapshot_overview(NwCanvas *canvas, GtkSnapshot *snapshot);
void canvas_snapshot_drag(NwCanvas *canvas, GtkSnapshot *snapshot);

/* nw-canvas-view.c */
void canvas_glide_to(NwCanvas *canvas, double zoom, double center_x, double center_y);
void canvas_pan(NwCanvas *canvas, double dx, double dy); /* pixels */
void canvas_fit_now(NwCanvas *canvas);

/* nw-canvas-hit.c */
gboolean canvas_query_tooltip_cb(GtkWidget *widget, int x, int y, gboolean keyboard,
                                 GtkTooltip *tooltip, NwCanvas *canvas);

/* nw-canvas-drag.c */
void canvas_init_drag(NwCanvas *canvas);
/* What the gesture does; tests call these. @canvas_drag_to is TRUE once the threshold was passed.
 */
void canvas_press(NwCanvas *canvas, guint button, GdkModifierType state, double x, double y);
gboolean canvas_drag_to(NwCanvas *canvas, GdkModifierType state, double x, double y);
void canvas_release(NwCanvas *canvas);
void canvas_cancel_drag(NwCanvas *canvas);
void canvas_apply_drag_offset(NwCanvas *canvas);
void canvas_set_onto(NwCanvas *canvas, NwWire *wire); /* (nullable) lights the wire up */
/* A wire under the middle of @rect (world) that could take in a node of @kind. @except: uid whose
 * own wires do not count. */
NwWire *
canvas_wire_below(NwCanvas *canvas, const NwLayerKind *kind, graphene_rect_t rect, guint except);
gboolean canvas_owns_event(NwCanvas *canvas, GtkEventController *controller);
gboolean canvas_is_in_rename(NwCanvas *canvas, double x, double y);

/* nw-canvas-input.c */
void canvas_init_input(NwCanvas *canvas);

/* nw-canvas-edit.c; each emits one edit or a message */
void canvas_commit(NwCanvas *canvas, NwGraph *graph, const char *label, const char *merge_key,
                   const guint *select, gsize n);
void canvas_delete(NwCanvas *canvas, gboolean reconnect);
void canvas_duplicate(NwCanvas *canvas, gboolean with_wires);
void canvas_group(NwCanvas *canvas);
void canvas_ungroup(NwCanvas *canvas);
void canvas_call_again(NwCanvas *canvas);
void canvas_paste(NwCanvas *canvas, NwGraph *from, double x, double y);
void canvas_arrange(NwCanvas *canvas);
void canvas_move_selection(NwCanvas *canvas, double dx, double dy, const char *merge_key);
void canvas_finish_move(NwCanvas *canvas, double dx, double dy, NwWire *onto);
void canvas_finish_wire(NwCanvas *canvas, guint from, guint port, guint to, guint input,
                        guint lifted_to, guint lifted_input);
void canvas_cut_wires(NwCanvas *canvas);
void canvas_connect_selection(NwCanvas *canvas);
void canvas_connect_from(NwCanvas *canvas, guint uid, guint to); /* first fitting free input */
/* A free input of @view (creating a variadic one when needed); G_MAXUINT: none. */
guint canvas_free_input(NwNodeView *view);
void
canvas_add_linked(NwCanvas *canvas, const NwLayerPreset *what, double x, double y, const NwHit *from);

/* nw-canvas-search.c */
void canvas_search_kinds(NwCanvas *canvas, double x, double y, const NwHit *from);
void canvas_search_replacement(NwCanvas *canvas);
void canvas_search_connection(NwCanvas *canvas);

/* nw-canvas-rename.c */
void canvas_rename(NwCanvas *canvas, guint uid);
void canvas_rename_end(NwCanvas *canvas, gboolean accept);
void canvas_rename_allocate(NwCanvas *canvas);

/* nw-canvas-actions.c */
void canvas_install_actions(GtkWidgetClass *class);
void canvas_open_menu(NwCanvas *canvas, double x, double y);
