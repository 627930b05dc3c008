/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-block.h"

#include <glib/gi18n-lib.h>

#include "nw-error.h"
#include "nw-graph-private.h"

/* ── the kind of a block ─────────────────────────────────────────────────────────────────────── */

const NwParamSpec nw_block_params[] = {NW_PARAM_TRAINABLE, {NULL}};

static char *
describe(const NwParams *params)
{
  return g_strdup(nw_params_get_bool(params, "trainable") ? _("block") : _("block · frozen"));
}

/* “Layers that are called as one: dense, dropout, …” */
static char *
dup_summary(const NwBlock *block)
{
  g_autoptr(GString) names = g_string_new(NULL);

  for (guint i = 0; i < nw_graph_get_n_nodes(block->graph); i++) {
    const NwLayer *layer = nw_graph_get_node(block->graph, i)->layer;
    if (layer->kind->role == NW_ROLE_INPUT)
      continue;
    if (names->len > 200) {
      g_string_append(names, ", …");
      break;
    }
    g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", layer->name);
  }
  return g_strdup_printf(_("Layers that are called as one: %s"), names->str);
}

/* Ports of a block are those of its graph. */
static void
make_kind(NwBlock *block)
{
  static const NwLayerExample no_examples[] = {{NULL}};

  for (guint i = 0; i < block->n_inputs; i++) {
    const char *name = nw_block_get_input(block, i)->layer->name;
    block->input_ports[i] = (NwPort){.name = name, .title = name};
  }
  for (guint i = 0; i < block->n_outputs; i++) {
    const char *name = nw_graph_find_node(block->graph, block->outputs[i].node)->layer->name;
    block->output_ports[i] = (NwPort){.name = name, .title = name};
  }
  block->summary = dup_summary(block);
  block->kind = (NwLayerKind){
      .id = "block",
      .title = N_("Block"),
      .summary = block->summary,
      .category = NW_CATEGORY_CORE,
      .role = NW_ROLE_LAYER,
      .inputs = block->input_ports,
      .outputs = block->output_ports,
      .params = nw_block_params,
      .examples = no_examples,
      .describe = describe,
  };
}

/* ── blocks ──────────────────────────────────────────────────────────────────────────────────── */

static gboolean
fail(GError **error, const char *message)
{
  g_set_error_literal(error, NW_ERROR, NW_ERROR_GRAPH, message);
  return FALSE;
}

static gboolean
check(const NwGraph *graph, const NwSource *outputs, guint n, guint *n_inputs, GError **error)
{
  *n_inputs = 0;
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwLayer *layer = nw_graph_get_node(graph, i)->layer;
    if (layer->kind->role == NW_ROLE_INPUT) {
      (*n_inputs)++;
    } else if (layer->kind->role != NW_ROLE_LAYER) {
      g_set_error(error, NW_ERROR, NW_ERROR_GRAPH,
                  _("a block cannot hold the %s “%s”; leave it outside"), _(layer->kind->title),
                  layer->name);
      return FALSE;
    }
  }
  if (*n_inputs > NW_MAX_PORTS || n > NW_MAX_PORTS) {
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH,
                _("a block would have %u inputs and %u outputs; %d of each are possible"),
                *n_inputs, n, NW_MAX_PORTS);
    return FALSE;
  }
  if (*n_inputs == 0 || n == 0)
    return fail(error, _("a block needs an input and an output"));
  for (guint i = 0; i < n; i++) {
    const NwNode *node = nw_graph_find_node(graph, outputs[i].node);
    if (node == NULL || outputs[i].port >= nw_layer_kind_n_outputs(node->layer->kind))
      return fail(error, _("an output of a block begins at a node or port that does not exist"));
    if (node->layer->kind->role == NW_ROLE_INPUT)
      return fail(error, _("an output of a block is one of its inputs; lead that wire past it"));
  }
  return nw_graph_validate(graph, error);
}

NwBlock *
nw_block_new(NwGraph *graph, const NwSource *outputs, guint n, GError **error)
{
  guint n_inputs;
  if (!check(graph, outputs, n, &n_inputs, error))
    return NULL;

  NwBlock *block = g_new0(NwBlock, 1);
  nw_refs_init(&block->refs);
  block->graph = nw_graph_ref(graph);
  block->n_inputs = n_inputs;
  block->n_outputs = n;
  for (guint i = 0; i < n; i++)
    block->outputs[i] = outputs[i];
  make_kind(block);
  return block;
}

NwBlock *
nw_block_ref(NwBlock *block)
{
  nw_refs_inc(&block->refs);
  return block;
}

void
nw_block_unref(NwBlock *block)
{
  if (!nw_refs_dec(&block->refs))
    return;
  nw_graph_unref(block->graph);
  g_free(block->summary);
  g_free(block);
}

gboolean
nw_block_equal(const NwBlock *a, const NwBlock *b)
{
  if (a == b)
    return TRUE;
  if (a == NULL || b == NULL || a->n_outputs != b->n_outputs)
    return FALSE;
  for (guint i = 0; i < a->n_outputs; i++)
    if (a->outputs[i].node != b->outputs[i].node || a->outputs[i].port != b->outputs[i].port)
      return FALSE;
  return nw_graph_equal(a->graph, b->graph);
}

const NwNode *
nw_block_get_input(const NwBlock *block, guint i)
{
  for (guint k = 0; k < nw_graph_get_n_nodes(block->graph); k++) {
    const NwNode *node = nw_graph_get_node(block->graph, k);
    if (node->layer->kind->role == NW_ROLE_INPUT && i-- == 0)
      return node;
  }
  g_return_val_if_reached(NULL);
}

NwBlock *
nw_block_copy(const NwBlock *block, guint *next_uid)
{
  guint n = nw_graph_get_n_nodes(block->graph);
  g_autofree guint *uids = g_new(guint, n), *new_uids = g_new(guint, n);
  NwSource outputs[NW_MAX_PORTS];

  /* Pasting into an empty graph gives new uids and leaves the names; blocks inside are copied too.
   */
  for (guint i = 0; i < n; i++)
    uids[i] = nw_graph_get_node(block->graph, i)->uid;
  g_autoptr(NwGraph) empty = nw_graph_take(NULL, 0, *next_uid);
  g_autoptr(NwGraph) graph = nw_graph_paste(empty, block->graph, uids, n, 0, 0, new_uids);
  *next_uid = nw_graph_get_next_uid(graph);
  for (guint i = 0; i < block->n_outputs; i++) {
    int at = nw_graph_find_index(block->graph, block->outputs[i].node);
    outputs[i] = (NwSource){new_uids[at], block->outputs[i].port};
  }
  return nw_block_new(graph, outputs, block->n_outputs, NULL);
}

NwLayer *
nw_layer_new_block(guint uid, const char *name, NwBlock *block, NwParams *params)
{
  NwLayer *layer = nw_layer_new(uid, &block->kind, name, params);
  layer->block = nw_block_ref(block);
  return layer;
}
