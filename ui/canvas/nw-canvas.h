/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The canvas on which a network is drawn.
 *
 * Model in, signals out: the canvas shows the graph it was given and never changes it. What a
 * person does comes out as a new graph, one per gesture, through
 *
 *   "edited" (gpointer graph, const char *label, const char *merge_key)
 *     @graph is an NwGraph that lives during the emission; @label names the step for the undo menu;
 *     @merge_key (nullable): steps in a row with the same key may become one step
 *   "selection-changed" ()
 *   "view-changed" ()                     zoom or place
 *   "inspect" ()                          Enter on a node: go to its settings
 *   "message" (const char *sentence)      something could not be done
 *
 * Whoever answers "edited" hands the new value back with nw_canvas_set_graph(). */
#pragma once

#include <gtk/gtk.h>

#include "nw-doctor.h"
#include "nw-infer.h"
#include "nw-layer-preset.h"
#include "nw-node-layout.h"

#define NW_TYPE_CANVAS (nw_canvas_get_type())
G_DECLARE_FINAL_TYPE(NwCanvas, nw_canvas, NW, CANVAS, GtkWidget)

#define NW_CANVAS_MIN_ZOOM 0.02
#define NW_CANVAS_MAX_ZOOM 4.0

/* What is under a point. */
typedef enum { NW_HIT_NOTHING, NW_HIT_WIRE, NW_HIT_NODE, NW_HIT_PORT } NwHitKind;

/**
 * NwHit:
 * @node: uid; for a wire, the node where it ends
 * @side, @port: of a port; for a wire, the input where it ends
 */
typedef struct {
  NwHitKind kind;
  guint node;
  NwSide side;
  guint port;
} NwHit;

/* The type that the palette's drags carry: a pointer to a constant NwLayerPreset. */
#define NW_TYPE_LAYER_PRESET_POINTER (nw_layer_preset_pointer_get_type())
GType nw_layer_preset_pointer_get_type(void);

GtkWidget *nw_canvas_new(void);
/* @findings: (nullable): what is marked; shown at once if they are of the present graph, else with
 * the graph that comes next. */
void nw_canvas_set_findings(NwCanvas *canvas, NwFindings *findings);
/* @inference: (nullable): of @graph; gives the shapes on the wires. */
void nw_canvas_set_graph(NwCanvas *canvas, NwGraph *graph, NwInference *inference);
NwGraph *nw_canvas_get_graph(NwCanvas *canvas);         /* (transfer none) */
NwInference *nw_canvas_get_inference(NwCanvas *canvas); /* (transfer none) (nullable) */

/* Uids in the order in which they were selected; valid until the selection changes. */
const guint *nw_canvas_get_selection(NwCanvas *canvas, gsize *n);
void nw_canvas_select(NwCanvas *canvas, const guint *uids, gsize n);
void nw_canvas_select_wire(NwCanvas *canvas, guint to, guint input);
gboolean nw_canvas_get_selected_wire(NwCanvas *canvas, guint *to, guint *input);

double nw_canvas_get_zoom(NwCanvas *canvas);
/* Around the view's centre. */
void nw_canvas_set_zoom(NwCanvas *canvas, double zoom);
/* Around a point of the widget. */
void nw_canvas_zoom_at(NwCanvas *canvas, double zoom, double x, double y);
void nw_canvas_fit(NwCanvas *canvas);
/* Brings a node into view. */
void nw_canvas_show_node(NwCanvas *canvas, guint uid);
void nw_canvas_center_on(NwCanvas *canvas, double world_x, double world_y);
graphene_rect_t nw_canvas_get_view(NwCanvas *canvas);   /* the visible part of the world */
graphene_rect_t nw_canvas_get_extent(NwCanvas *canvas); /* around all nodes */
graphene_point_t nw_canvas_to_world(NwCanvas *canvas, double x, double y);
graphene_point_t nw_canvas_to_widget(NwCanvas *canvas, double x, double y);
NwHit nw_canvas_hit(NwCanvas *canvas, double x, double y);
/* Where a port is shown, in the widget; FALSE when there is no such port. */
gboolean
nw_canvas_locate_port(NwCanvas *canvas, guint node, NwSide side, guint port, graphene_point_t *at);
guint nw_canvas_get_n_shown(NwCanvas *canvas); /* node widgets that are not culled */

/* Adds at a free place near the view's centre, wired to the selected node where that fits. */
void nw_canvas_add(NwCanvas *canvas, const NwLayerPreset *what);
/* Adds with the card's top left corner there; on a wire, it is inserted there. */
void nw_canvas_add_at(NwCanvas *canvas, const NwLayerPreset *what, double world_x, double world_y);

/* While training: 0 (dead) to 1 (well), below 0 unknown. @text: (nullable): what that means, for the
 * pointer and for screen readers. @is_bad: the node is marked as one with a problem. */
void nw_canvas_set_health(NwCanvas *canvas, guint uid, double activation, double gradient,
                          const char *text, gboolean is_bad);
/* The loss of an output so far, oldest first, at most a few hundred values; @n 0 takes it away. */
void
nw_canvas_set_curve(NwCanvas *canvas, guint uid, const float *values, guint n, const char *score);
void nw_canvas_clear_health(NwCanvas *canvas);
