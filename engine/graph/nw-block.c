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
  block->kind = (NwLayerKind){
      .id = "block",
      .title = N_("Block"),
      .summary = N_("A part of a network that is called like a layer"),
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

/* ── collapsing ──────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  NwGraph *graph;
  GHashTable *inside; /* uids of nodes */
  GHashTable *names;  /* in the block, borrowed from layers */
  guint next_uid;
  GPtrArray *nodes; /* of the block */
  GArray *sources;  /* NwSource: what feeds the block; input port i is the i-th */
  GArray *ports;    /* NwSource: the Input inside for each */
  GArray *outputs;  /* NwSource inside */
} Collapse;

static gboolean
is_inside(const Collapse *self, guint uid)
{
  return g_hash_table_contains(self->inside, GUINT_TO_POINTER(uid));
}

/* The index of a source in a list, which grows by it when it is new. */
static guint
index_in(GArray *list, NwSource source)
{
  for (guint i = 0; i < list->len; i++) {
    const NwSource *other = &g_array_index(list, NwSource, i);
    if (other->node == source.node && other->port == source.port)
      return i;
  }
  g_array_append_val(list, source);
  return list->len - 1;
}

/* The Input of the block that stands for a source outside. */
static NwSource
input_for(Collapse *self, NwSource source)
{
  guint n = self->sources->len, port = index_in(self->sources, source);
  if (port < n)
    return g_array_index(self->ports, NwSource, port);

  const NwNode *from = nw_graph_find_node(self->graph, source.node);
  const NwLayerKind *kind = nw_layer_kind_find("input");
  g_autoptr(NwParams) params = nw_params_new(nw_layer_kind_get_params(kind));
  g_autofree char *name = g_strdup(from->layer->name);
  for (guint k = 1; g_hash_table_contains(self->names, name); k++) {
    g_free(name);
    name = g_strdup_printf("%s_%u", from->layer->name, k);
  }
  g_autoptr(NwLayer) layer = nw_layer_new(self->next_uid++, kind, name, params);
  NwNode *node = nw_node_new(self->next_uid++, layer, from->x, from->y, NULL, 0);
  NwSource inside = {node->uid, 0};
  g_hash_table_add(self->names, layer->name);
  g_ptr_array_add(self->nodes, node);
  g_array_append_val(self->ports, inside);
  return inside;
}

static gboolean
check_selected(const Collapse *self, GError **error)
{
  for (guint i = 0; i < nw_graph_get_n_nodes(self->graph); i++) {
    const NwNode *node = nw_graph_get_node(self->graph, i);
    gboolean inside = is_inside(self, node->uid);
    if (inside && node->layer->kind->role == NW_ROLE_INPUT)
      return fail(error, _("an Input stays outside of a block: leave it out of the selection"));
    for (guint k = 0; inside && k < nw_graph_get_n_nodes(self->graph); k++) {
      const NwNode *other = nw_graph_get_node(self->graph, k);
      if (other->layer->uid != node->layer->uid || is_inside(self, other->uid))
        continue;
      g_set_error(error, NW_ERROR, NW_ERROR_GRAPH,
                  _("“%s” is also called outside of the selection; select all its calls"),
                  node->layer->name);
      return FALSE;
    }
  }
  return TRUE;
}

/* The nodes of the block, their wires from outside led to its Inputs. */
static void
move_inside(Collapse *self)
{
  g_autoptr(GPtrArray) moved = g_ptr_array_new();
  for (guint i = 0; i < nw_graph_get_n_nodes(self->graph); i++) {
    const NwNode *node = nw_graph_get_node(self->graph, i);
    if (!is_inside(self, node->uid))
      continue;
    g_autofree NwSource *inputs = g_new0(NwSource, node->n_inputs + 1);
    for (guint k = 0; k < node->n_inputs; k++) {
      inputs[k] = node->inputs[k];
      if (inputs[k].node != 0 && !is_inside(self, inputs[k].node))
        inputs[k] = input_for(self, inputs[k]);
    }
    g_ptr_array_add(moved,
                    nw_node_new(node->uid, node->layer, node->x, node->y, inputs, node->n_inputs));
  }
  for (guint i = 0; i < moved->len; i++)
    g_ptr_array_add(self->nodes, g_ptr_array_index(moved, i));
}

/* Wires that leave the selection; when none does, all that nobody reads. */
static void
find_outputs(Collapse *self)
{
  g_autoptr(GHashTable) read = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < nw_graph_get_n_nodes(self->graph); i++) {
    const NwNode *node = nw_graph_get_node(self->graph, i);
    for (guint k = 0; k < node->n_inputs; k++) {
      g_hash_table_add(read, GUINT_TO_POINTER(node->inputs[k].node));
      if (!is_inside(self, node->uid) && is_inside(self, node->inputs[k].node))
        index_in(self->outputs, node->inputs[k]);
    }
  }
  for (guint i = 0; self->outputs->len == 0 && i < nw_graph_get_n_nodes(self->graph); i++) {
    guint uid = nw_graph_get_node(self->graph, i)->uid;
    if (is_inside(self, uid) && !g_hash_table_contains(read, GUINT_TO_POINTER(uid)))
      g_array_append_val(self->outputs, ((NwSource){uid, 0}));
  }
}

/* The graph outside, with the call where the first node of the selection stood. */
static NwGraph *
replace_by_call(Collapse *self, NwNode *call)
{
  GPtrArray *nodes = g_ptr_array_new();
  gboolean placed = FALSE;
  for (guint i = 0; i < nw_graph_get_n_nodes(self->graph); i++) {
    const NwNode *node = nw_graph_get_node(self->graph, i);
    if (is_inside(self, node->uid)) {
      if (!placed)
        g_ptr_array_add(nodes, nw_node_ref(call));
      placed = TRUE;
      continue;
    }
    g_autofree NwSource *inputs = g_new0(NwSource, node->n_inputs + 1);
    for (guint k = 0; k < node->n_inputs; k++) {
      inputs[k] = node->inputs[k];
      if (is_inside(self, inputs[k].node))
        inputs[k] = (NwSource){call->uid, index_in(self->outputs, node->inputs[k])};
    }
    g_ptr_array_add(nodes,
                    nw_node_new(node->uid, node->layer, node->x, node->y, inputs, node->n_inputs));
  }
  guint n = nodes->len;
  return nw_graph_take((NwNode **)g_ptr_array_free(nodes, FALSE), n, self->next_uid);
}

static void
collapse_clear(Collapse *self)
{
  g_hash_table_unref(self->inside);
  g_hash_table_unref(self->names);
  g_ptr_array_unref(self->nodes);
  g_array_unref(self->sources);
  g_array_unref(self->ports);
  g_array_unref(self->outputs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Collapse, collapse_clear)

NwGraph *
nw_graph_collapse(NwGraph *graph, const guint *uids, gsize n, const char *name, guint *uid_out,
                  GError **error)
{
  g_auto(Collapse) self = {
      .graph = graph,
      .inside = g_hash_table_new(NULL, NULL),
      .names = g_hash_table_new(g_str_hash, g_str_equal),
      .next_uid = nw_graph_get_next_uid(graph),
      .nodes = g_ptr_array_new_with_free_func((GDestroyNotify)nw_node_unref),
      .sources = g_array_new(FALSE, FALSE, sizeof(NwSource)),
      .ports = g_array_new(FALSE, FALSE, sizeof(NwSource)),
      .outputs = g_array_new(FALSE, FALSE, sizeof(NwSource)),
  };
  const NwNode *first = NULL;

  for (gsize i = 0; i < n; i++) {
    const NwNode *node = nw_graph_find_node(graph, uids[i]);
    if (node == NULL)
      continue;
    first = first == NULL ? node : first;
    g_hash_table_add(self.inside, GUINT_TO_POINTER(uids[i]));
    g_hash_table_add(self.names, node->layer->name);
  }
  if (first == NULL) {
    fail(error, _("a block needs at least one node"));
    return NULL;
  }
  if (!nw_layer_check_name(name, error) || !check_selected(&self, error))
    return NULL;
  const NwNode *other = nw_graph_find_node_by_name(graph, name);
  if (other != NULL && !is_inside(&self, other->uid)) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("Another layer is called “%s”; choose a name of its own"), name);
    return NULL;
  }
  move_inside(&self);
  find_outputs(&self);

  guint n_nodes = self.nodes->len;
  g_autoptr(NwGraph) inner =
      nw_graph_take((NwNode **)g_ptr_array_steal(self.nodes, NULL), n_nodes, self.next_uid);
  g_autoptr(NwBlock) block =
      nw_block_new(inner, (const NwSource *)self.outputs->data, self.outputs->len, error);
  if (block == NULL)
    return NULL;
  g_autoptr(NwParams) params = nw_params_new(nw_block_params);
  g_autoptr(NwLayer) layer = nw_layer_new_block(self.next_uid++, name, block, params);
  g_autoptr(NwNode) call = nw_node_new(self.next_uid++, layer, first->x, first->y,
                                       (const NwSource *)self.sources->data, self.sources->len);
  g_autoptr(NwGraph) result = replace_by_call(&self, call);
  g_autoptr(GError) circle = NULL;
  if (!nw_graph_validate(result, &circle)) {
    fail(error, _("a wire leaves the selection and comes back: select what lies between as well"));
    return NULL;
  }
  if (uid_out != NULL)
    *uid_out = call->uid;
  return g_steal_pointer(&result);
}
