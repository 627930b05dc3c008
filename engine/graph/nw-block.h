/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Blocks: a named sub-graph that is called like a layer.
 *
 * A layer whose `block` is set has a graph in the place of a kind's code; its Inputs, in their order,
 * are the ports where wires arrive, and some of its wires are the outputs. Calls of one block share
 * the weights of the layers in it. Blocks may hold blocks. The kind of such a layer is made for it:
 * ports as the graph has them, so that everyone who asks a kind for its ports is answered.
 *
 * Nothing runs a block. Inference, plan and weights see the graph with all blocks opened (NwFlat). */
#pragma once

#include "nw-graph.h"

/* More nodes than this do not come out of blocks; as many as a project file may have. */
#define NW_MAX_FLAT_NODES 100000

struct _NwBlock {
  NwGraph *graph; /* uids are unique in the whole project */
  guint n_inputs, n_outputs;
  NwSource outputs[NW_MAX_PORTS];
  char *summary; /* of the kind */
  NwLayerKind kind;
  NwPort input_ports[NW_MAX_PORTS + 1], output_ports[NW_MAX_PORTS + 1];
  NwRefs refs;
};

/* Fails with a sentence when the graph has no output, too many ports, or an Output in it.
 * @outputs: [n] wires of @graph. (transfer full) */
NwBlock *nw_block_new(NwGraph *graph, const NwSource *outputs, guint n, GError **error);
NwBlock *nw_block_ref(NwBlock *block);
void nw_block_unref(NwBlock *block);
gboolean nw_block_equal(const NwBlock *a, const NwBlock *b);
/* The node inside that is input port @i. */
const NwNode *nw_block_get_input(const NwBlock *block, guint i);
/* The same block with uids of its own, from *@next_uid on: other weights. (transfer full) */
NwBlock *nw_block_copy(const NwBlock *block, guint *next_uid);

/* A layer that is a block; its one parameter is `trainable`. (transfer full) */
NwLayer *nw_layer_new_block(guint uid, const char *name, NwBlock *block, NwParams *params);
extern const NwParamSpec nw_block_params[];

/**
 * nw_graph_collapse:
 * @uids: nodes, no Inputs or Outputs among them
 * @uid_out: (out) (nullable): the node that calls the block
 *
 * Puts nodes into a block of their own and calls it in their place; weights stay what they are.
 * (transfer full), or NULL with a sentence.
 */
NwGraph *nw_graph_collapse(NwGraph *graph, const guint *uids, gsize n, const char *name,
                           guint *uid_out, GError **error);

/**
 * nw_graph_expand:
 * @uid: a node that calls a block
 *
 * The contrary: every call of that block becomes the nodes inside, which go on sharing weights. The
 * first call's nodes get the uids they have inside, so that weights stay what they are; names that
 * are taken get a number. The nodes lie as inside, from the call's corner on.
 * (transfer full), or NULL with a sentence.
 */
NwGraph *nw_graph_expand(NwGraph *graph, guint uid, GError **error);

/* ── opened ──────────────────────────────────────────────────────────────────────────────────── */

typedef struct _NwFlat NwFlat;

/* A graph with all blocks opened. Layers inside have names like “block/dense” and their own uids;
 * nodes get uids that follow from where they are, the same each time. (transfer full), never NULL */
NwFlat *nw_flat_new(NwGraph *graph);
void nw_flat_free(NwFlat *flat);
NwGraph *nw_flat_get_graph(const NwFlat *flat); /* @graph itself when it has no blocks */
/* The node of the graph that was drawn to which a node of the opened one belongs. */
guint nw_flat_get_owner(const NwFlat *flat, guint uid);
/* Where a wire of the graph that was drawn begins in the opened one. */
NwSource nw_flat_find(const NwFlat *flat, NwSource source);
/* Sentences about blocks, and the nodes of the drawn graph they are about; FALSE behind the last. */
gboolean nw_flat_get_problem(const NwFlat *flat, guint i, guint *node, const char **message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwBlock, nw_block_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwFlat, nw_flat_free)
