/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How the files of graph/ make graphs. Nobody else includes this. */
#pragma once

#include "nw-graph.h"

/* @inputs is brought into the form that the kind's ports ask for: missing fixed ports are filled
 * with “nothing”, gaps on a variadic port are closed, what is too much is dropped. Takes its own
 * reference of @layer. */
NwNode *
nw_node_new(guint uid, NwLayer *layer, double x, double y, const NwSource *inputs, guint n_inputs);
NwNode *nw_node_ref(NwNode *node);
void nw_node_unref(NwNode *node);

/* Takes the nodes and the array. Uids are unique and below @next_uid; nothing is checked. */
NwGraph *nw_graph_take(NwNode **nodes, guint n, guint next_uid);
guint nw_graph_get_next_uid(const NwGraph *graph);

/* A layered drawing: top left corners of all nodes, by index. */
typedef struct {
  const guint *column;
  guint n_columns;
  double pitch;         /* from column to column */
  const double *height; /* of the nodes */
  double *x, *y;        /* changed by nw_graph_fold */
} NwFold;

/* Puts parts of a drawing that is far too high side by side. */
void nw_graph_fold(const NwGraph *graph, const NwFold *fold);

/* May a layer have this name? Refuses "", "/", control characters, and more than 200 bytes. */
gboolean nw_layer_check_name(const char *name, GError **error);

/* All names of layers, as a set: keys are borrowed from @graph. (transfer full) */
GHashTable *nw_graph_dup_names(const NwGraph *graph);

/* "dense → relu → dense": a way from the output of @start to an input of @end, both named; NULL
 * when there is none. (transfer full) */
char *nw_graph_dup_path(const NwGraph *graph, guint start, guint end);

/* The defaults @to with what @from has set under the same key and type, where it is allowed.
 * (transfer full) */
NwParams *nw_params_carry_over(NwParams *from, NwParams *to);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwNode, nw_node_unref)
