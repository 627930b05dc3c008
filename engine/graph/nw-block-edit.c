/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Edits that make a block of nodes, and nodes of a block. */
#include <glib/gi18n-lib.h>

#include "nw-block.h"
#include "nw-error.h"
#include "nw-graph-private.h"

static gboolean
fail(GError **error, const char *message)
{
  g_set_error_literal(error, NW_ERROR, NW_ERROR_GRAPH, message);
  return FALSE;
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

/* The graph outside, with the call in the place of the first node of the selection. */
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
  double left = G_MAXDOUBLE, top = G_MAXDOUBLE;

  for (gsize i = 0; i < n; i++) {
    const NwNode *node = nw_graph_find_node(graph, uids[i]);
    if (node == NULL)
      continue;
    left = MIN(left, node->x);
    top = MIN(top, node->y);
    g_hash_table_add(self.inside, GUINT_TO_POINTER(uids[i]));
    g_hash_table_add(self.names, node->layer->name);
  }
  if (g_hash_table_size(self.inside) == 0) {
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
  g_autoptr(NwNode) call = nw_node_new(self.next_uid++, layer, left, top,
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

/* ── expanding ───────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  NwGraph *graph;
  NwLayer *layer;     /* the block's */
  const NwBlock *block;
  guint n_inside;     /* nodes of the block */
  GHashTable *uids;   /* call's uid → [n_inside] uids of what it becomes */
  NwLayer **layers;   /* [n_inside], owned: what they call outside */
  double left, top;   /* of the nodes inside, without Inputs */
  guint next_uid;
} Expand;

static gboolean
is_call(const Expand *self, const NwNode *node)
{
  return node->layer->uid == self->layer->uid;
}

/* Where a wire of the drawn graph begins after all: inside of a call, where it was one. */
static NwSource
outside_source(const Expand *self, NwSource source)
{
  const NwNode *node = source.node == 0 ? NULL : nw_graph_find_node(self->graph, source.node);
  if (node == NULL || !is_call(self, node))
    return source;
  const guint *uids = g_hash_table_lookup(self->uids, GUINT_TO_POINTER(node->uid));
  NwSource inside = self->block->outputs[source.port];
  return (NwSource){uids[nw_graph_find_index(self->block->graph, inside.node)], inside.port};
}

static NwSource
inside_source(const Expand *self, const NwNode *call, NwSource source)
{
  const guint *uids = g_hash_table_lookup(self->uids, GUINT_TO_POINTER(call->uid));
  if (source.node == 0)
    return source;
  for (guint i = 0; i < self->block->n_inputs; i++)
    if (nw_block_get_input(self->block, i)->uid == source.node)
      return outside_source(self, call->inputs[i]);
  return (NwSource){uids[nw_graph_find_index(self->block->graph, source.node)], source.port};
}

/* The same weights (the uid stays) under a name that nobody has; what was frozen by its block stays
 * frozen. */
static NwLayer *
move_outside(const Expand *self, GHashTable *names, NwLayer *inside)
{
  g_autoptr(NwParams) params = nw_params_ref(inside->params);
  g_autofree char *name = g_strdup(inside->name);

  for (guint k = 1; g_hash_table_contains(names, name); k++) {
    g_free(name);
    name = g_strdup_printf("%s_%u", inside->name, k);
  }
  if (!nw_params_get_bool(self->layer->params, "trainable") &&
      nw_params_find_spec(params, "trainable") != NULL) {
    NwParams *frozen = nw_params_with(params, "trainable", "false", NULL);
    nw_params_unref(params);
    params = frozen;
  }
  NwLayer *layer = inside->block != NULL
                       ? nw_layer_new_block(inside->uid, name, inside->block, params)
                       : nw_layer_new(inside->uid, inside->kind, name, params);
  g_hash_table_add(names, layer->name);
  return layer;
}

static gboolean
stays(const Expand *self, guint i)
{
  return nw_graph_get_node(self->block->graph, i)->layer->kind->role != NW_ROLE_INPUT;
}

static void
plan_expansion(Expand *self)
{
  g_autoptr(GHashTable) names = nw_graph_dup_names(self->graph);
  gboolean first = TRUE;

  g_hash_table_remove(names, self->layer->name);
  self->left = self->top = G_MAXDOUBLE;
  for (guint i = 0; i < self->n_inside; i++) {
    const NwNode *node = nw_graph_get_node(self->block->graph, i);
    if (!stays(self, i))
      continue;
    self->left = MIN(self->left, node->x);
    self->top = MIN(self->top, node->y);
    for (guint k = 0; k < i && self->layers[i] == NULL; k++)
      if (nw_graph_get_node(self->block->graph, k)->layer->uid == node->layer->uid)
        self->layers[i] = nw_layer_ref(self->layers[k]);
    if (self->layers[i] == NULL)
      self->layers[i] = move_outside(self, names, node->layer);
  }
  for (guint i = 0; i < nw_graph_get_n_nodes(self->graph); i++) {
    const NwNode *call = nw_graph_get_node(self->graph, i);
    if (!is_call(self, call))
      continue;
    guint *uids = g_new0(guint, self->n_inside);
    for (guint k = 0; k < self->n_inside; k++)
      uids[k] = first ? nw_graph_get_node(self->block->graph, k)->uid : self->next_uid++;
    first = FALSE;
    g_hash_table_insert(self->uids, GUINT_TO_POINTER(call->uid), uids);
  }
}

static void
expand_call(const Expand *self, const NwNode *call, GPtrArray *nodes)
{
  const guint *uids = g_hash_table_lookup(self->uids, GUINT_TO_POINTER(call->uid));

  for (guint i = 0; i < self->n_inside; i++) {
    const NwNode *node = nw_graph_get_node(self->block->graph, i);
    if (!stays(self, i))
      continue;
    g_autofree NwSource *inputs = g_new0(NwSource, node->n_inputs + 1);
    for (guint k = 0; k < node->n_inputs; k++)
      inputs[k] = inside_source(self, call, node->inputs[k]);
    g_ptr_array_add(nodes, nw_node_new(uids[i], self->layers[i], call->x + node->x - self->left,
                                       call->y + node->y - self->top, inputs, node->n_inputs));
  }
}

NwGraph *
nw_graph_expand(NwGraph *graph, guint uid, GError **error)
{
  const NwNode *asked = nw_graph_find_node(graph, uid);
  if (asked == NULL || asked->layer->block == NULL) {
    fail(error, _("only a block can be opened; select one"));
    return NULL;
  }

  Expand self = {
      .graph = graph,
      .layer = asked->layer,
      .block = asked->layer->block,
      .n_inside = nw_graph_get_n_nodes(asked->layer->block->graph),
      .uids = g_hash_table_new_full(NULL, NULL, NULL, g_free),
      .next_uid = nw_graph_get_next_uid(graph),
  };
  GPtrArray *nodes = g_ptr_array_new();
  self.layers = g_new0(NwLayer *, self.n_inside);
  plan_expansion(&self);
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    if (is_call(&self, node)) {
      expand_call(&self, node, nodes);
      continue;
    }
    g_autofree NwSource *inputs = g_new0(NwSource, node->n_inputs + 1);
    for (guint k = 0; k < node->n_inputs; k++)
      inputs[k] = outside_source(&self, node->inputs[k]);
    g_ptr_array_add(nodes,
                    nw_node_new(node->uid, node->layer, node->x, node->y, inputs, node->n_inputs));
  }
  for (guint i = 0; i < self.n_inside; i++)
    g_clear_pointer(&self.layers[i], nw_layer_unref);
  g_free(self.layers);
  g_hash_table_unref(self.uids);
  guint n = nodes->len;
  return nw_graph_take((NwNode **)g_ptr_array_free(nodes, FALSE), n, self.next_uid);
}
