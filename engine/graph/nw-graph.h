/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the person drew: layers, and nodes that call them, wired together.
 *
 * A *layer* (kind, name, parameters) owns weights; a *node* on the canvas calls it. Two nodes that
 * call one layer share its weights. All three are immutable and reference-counted; an edit returns a
 * new graph that shares everything it did not touch, which makes undo a list of graphs.
 *
 * Wires are stored where they end: each node knows the source of each of its inputs. */
#pragma once

#include "nw-layer.h"
#include "nw-param.h"
#include "nw-refs.h"

typedef struct _NwGraph NwGraph;
typedef struct _NwBlock NwBlock; /* nw-block.h */

/* A layer's definition; immutable. Fields may be read, never written. */
typedef struct {
  guint uid;               /* unique in the project, never used again, ≥ 1; names weights and random streams */
  const NwLayerKind *kind;
  char *name;              /* unique among layers */
  NwParams *params;
  NwBlock *block;          /* (nullable): a graph in the place of the kind's code */
  NwRefs refs;
} NwLayer;

/* Where a wire begins. */
typedef struct {
  guint node; /* uid; 0: nothing connected */
  guint port; /* output port of that node */
} NwSource;

/* A call of a layer; immutable. */
typedef struct {
  guint uid; /* unique in the project (layers and nodes count together) */
  NwLayer *layer;
  double x, y;      /* top left corner on the canvas, in canvas units (pixels at 100 %) */
  guint n_inputs;   /* fixed ports of the kind; for a variadic last port, as many as are wired */
  NwSource *inputs; /* [n_inputs] */
  NwRefs refs;
} NwNode;

NwGraph *nw_graph_new(void);
NwGraph *nw_graph_ref(NwGraph *graph);
void nw_graph_unref(NwGraph *graph);
gboolean nw_graph_equal(const NwGraph *a, const NwGraph *b);

/* In the order in which they were added. (transfer none) */
guint nw_graph_get_n_nodes(const NwGraph *graph);
const NwNode *nw_graph_get_node(const NwGraph *graph, guint index);
const NwNode *nw_graph_find_node(const NwGraph *graph, guint uid);            /* (nullable) */
int nw_graph_find_index(const NwGraph *graph, guint uid);                     /* −1: none */
const NwNode *nw_graph_find_node_by_name(const NwGraph *graph, const char *name); /* first call of it */
guint nw_graph_get_n_calls(const NwGraph *graph, guint layer_uid);

/* What the canvas shows: the layer's name, with “ ·2” behind it for the second call, and so on.
 * (transfer full) */
char *nw_graph_dup_node_title(const NwGraph *graph, const NwNode *node);

/* Edits. All are (transfer full) and never change @graph. Uids that do not exist are ignored. */

/* Adds a layer and its first node. @name NULL: the kind's snake-case id, made unique as Keras does
 * (dense, dense_1). */
NwGraph *nw_graph_add(NwGraph *graph, const NwLayerKind *kind, const char *name, double x, double y,
                      guint *uid_out);
/* Adds one more call of the layer that @node_uid calls. */
NwGraph *nw_graph_add_call(NwGraph *graph, guint node_uid, double x, double y, guint *uid_out);
NwGraph *nw_graph_remove(NwGraph *graph, const guint *uids, gsize n);
NwGraph *nw_graph_move(NwGraph *graph, const guint *uids, gsize n, double dx, double dy);
/* Wires output @port of @from to input @input of @to (replacing what was there). On a variadic port,
 * @input = n_inputs appends. Refuses circles with a sentence. */
NwGraph *nw_graph_connect(NwGraph *graph, guint from, guint port, guint to, guint input,
                          GError **error);
NwGraph *nw_graph_disconnect(NwGraph *graph, guint to, guint input);
/* Refuses empty names and names that another layer has, in a sentence. */
NwGraph *nw_graph_rename(NwGraph *graph, guint node_uid, const char *name, GError **error);
NwGraph *nw_graph_set_param(NwGraph *graph, guint node_uid, const char *key, const char *text,
                            GError **error);
NwGraph *nw_graph_set_params(NwGraph *graph, guint node_uid, NwParams *params);
/* Replaces the layer's kind, keeping wires and the parameters that both kinds have. */
NwGraph *nw_graph_set_kind(NwGraph *graph, guint node_uid, const NwLayerKind *kind);
/* Copies nodes of @from (with the wires among them) into @graph, moved by (dx, dy), under new uids
 * and unique names. @new_uids gets @n entries when not NULL. */
NwGraph *nw_graph_paste(NwGraph *graph, NwGraph *from, const guint *uids, gsize n, double dx,
                        double dy, guint *new_uids);
/* The nodes @uids and the wires among them, as a graph of its own (the clipboard's content). */
NwGraph *nw_graph_extract(NwGraph *graph, const guint *uids, gsize n);
/* Layered positions, left to right, without crossings where that is cheap to have. */
NwGraph *nw_graph_arrange(NwGraph *graph);

/* Nodes so that each comes after its sources: indices into get_node, [n_nodes]. A graph is free of
 * circles by construction. (transfer full) */
guint *nw_graph_dup_order(const NwGraph *graph);

/* For readers of files only: adds a node with everything given. Fails with a sentence on uids or
 * names that are taken, and on circles only in nw_graph_validate. */
NwLayer *nw_layer_new(guint uid, const NwLayerKind *kind, const char *name, NwParams *params);
NwLayer *nw_layer_ref(NwLayer *layer);
void nw_layer_unref(NwLayer *layer);
NwGraph *nw_graph_insert(NwGraph *graph, guint uid, NwLayer *layer, double x, double y,
                         const NwSource *inputs, guint n_inputs, GError **error);
/* Circles, wires from nowhere, ports that do not exist: one sentence. */
gboolean nw_graph_validate(const NwGraph *graph, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwGraph, nw_graph_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwLayer, nw_layer_unref)
