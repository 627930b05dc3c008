/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a graph means: the type of every wire, the weights of every layer, and what is wrong, in
 * sentences. Pure: a graph in, an immutable value out; cheap enough to run at every edit. */
#pragma once

#include "nw-graph.h"
#include "nw-layer.h"

/* Advice is no problem: it says what would be right, also where it is. */
typedef enum {
  NW_SEVERITY_ADVICE,
  NW_SEVERITY_HINT,
  NW_SEVERITY_WARNING,
  NW_SEVERITY_ERROR,
} NwSeverity;

/* A problem of one node (0: of the whole). */
typedef struct {
  NwSeverity severity;
  guint node;
  char *message;
} NwProblem;

/* What one node makes of its inputs. */
typedef struct {
  gboolean known;      /* FALSE: it or something before it is incomplete; `infer` is then unset */
  NwInfer infer;       /* pointers inside (params, name, inputs, masks) stay valid */
  gboolean has_mask[NW_MAX_PORTS];
  gboolean reads_target; /* it or something before it is a Target */
  gint64 n_parameters; /* weights of the layer, state included; shared layers count at every call */
} NwNodeInfo;

typedef struct _NwInference NwInference;

/* Never fails: what is wrong is in the problems. (transfer full) */
NwInference *nw_inference_new(NwGraph *graph);
NwInference *nw_inference_ref(NwInference *inference);
void nw_inference_unref(NwInference *inference);

/* The graph that was given, and the one with its blocks opened, which is what runs. Nodes of both can
 * be asked for; problems name nodes of the former. */
NwGraph *nw_inference_get_graph(const NwInference *inference);
NwGraph *nw_inference_get_flat_graph(const NwInference *inference);
const NwNodeInfo *nw_inference_get_node(const NwInference *inference, guint node_uid);
guint nw_inference_get_n_problems(const NwInference *inference);
const NwProblem *nw_inference_get_problem(const NwInference *inference, guint i); /* worst first */
gboolean nw_inference_is_ok(const NwInference *inference); /* no errors */
/* Sets the first error as a GError (NW_ERROR_GRAPH); TRUE when there is none. */
gboolean nw_inference_check(const NwInference *inference, GError **error);

/* The node whose name the data of a Target have: the Output that it names, or the only one; itself when
 * its data are its own. NULL: there is no such Output. */
const NwNode *nw_inference_find_fed(const NwInference *inference, const NwNode *target);

/* The largest batch that layers with a state of their own for each sample allow; 0: any. */
gint64 nw_inference_get_max_samples(const NwInference *inference);

/* Totals; shared layers count once. */
gint64 nw_inference_get_n_parameters(const NwInference *inference);
gint64 nw_inference_get_n_trainable(const NwInference *inference);
gint64 nw_inference_get_flops(const NwInference *inference);

/* The type on output @port of a node, NULL while unknown. */
const NwType *nw_inference_get_type(const NwInference *inference, guint node_uid, guint port);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwInference, nw_inference_unref)
