/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Opens blocks: every call of one becomes the nodes inside, wired to what the call is wired to. */
#include "nw-block.h"

#include <glib/gi18n-lib.h>

#include "nw-graph-private.h"

typedef struct {
  guint node; /* of the drawn graph */
  char *message;
} Problem;

struct _NwFlat {
  NwGraph *drawn, *graph;
  GHashTable *uids;   /* place (gint64: where a node is) → its uid in the opened graph */
  GHashTable *taken;  /* uids */
  GHashTable *owners; /* uid → node of the drawn graph */
  GHashTable *layers; /* NwLayer inside a block → its opened form */
  GArray *problems;   /* Problem */
  GPtrArray *nodes;   /* while opening */
};

/* Where we are: in the drawn graph (parent NULL), or in the block that @call calls in @parent. */
typedef struct _Place Place;
struct _Place {
  const Place *parent;
  const NwNode *call;
  const NwGraph *graph;
  guint64 key; /* of the way here */
  guint owner;
};

/* ── places ──────────────────────────────────────────────────────────────────────────────────── */

/* Mixes the way here and the next step (the finaliser of MurmurHash3). */
static guint64
mix(guint64 key, guint uid)
{
  key = (key ^ uid) * G_GUINT64_CONSTANT(0xff51afd7ed558ccd);
  key = (key ^ (key >> 33)) * G_GUINT64_CONSTANT(0xc4ceb9fe1a85ec53);
  return key ^ (key >> 33);
}

static Place
enter(const Place *parent, const NwNode *call)
{
  guint owner = parent->parent == NULL ? call->uid : parent->owner;
  return (Place){parent, call, call->layer->block->graph, mix(parent->key, call->uid), owner};
}

/* The uid of a node in the opened graph; in the drawn graph, its own. */
static guint
uid_of(NwFlat *self, const Place *place, const NwNode *node)
{
  if (place->parent == NULL)
    return node->uid;
  gint64 key = (gint64)mix(place->key, node->uid);
  gpointer known = g_hash_table_lookup(self->uids, &key);
  if (known != NULL)
    return GPOINTER_TO_UINT(known);
  guint uid = 0x40000000u | (guint)(key & 0x3fffffff);
  while (g_hash_table_contains(self->taken, GUINT_TO_POINTER(uid)))
    uid = 0x40000000u | ((uid + 1) & 0x3fffffff);
  g_hash_table_insert(self->uids, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(uid));
  g_hash_table_add(self->taken, GUINT_TO_POINTER(uid));
  return uid;
}

/* The input port of the block that an Input inside is. */
static guint
port_of(const NwBlock *block, const NwNode *input)
{
  for (guint i = 0; i < block->n_inputs; i++)
    if (nw_block_get_input(block, i)->uid == input->uid)
      return i;
  g_return_val_if_reached(0);
}

/* Where a wire really begins: behind Inputs of blocks, and inside of blocks that are called. A wire
 * from a block's open port begins at the call, which the opened graph does not have. */
static NwSource
find_source(NwFlat *self, const Place *place, NwSource source)
{
  const NwNode *node = source.node == 0 ? NULL : nw_graph_find_node(place->graph, source.node);
  if (node == NULL)
    return (NwSource){0, 0};
  if (node->layer->block != NULL) {
    Place inside = enter(place, node);
    return find_source(self, &inside, node->layer->block->outputs[source.port]);
  }
  if (place->parent == NULL || node->layer->kind->role != NW_ROLE_INPUT)
    return (NwSource){uid_of(self, place, node), source.port};
  NwSource outside = place->call->inputs[port_of(place->call->layer->block, node)];
  return outside.node == 0 ? (NwSource){place->owner, 0}
                           : find_source(self, place->parent, outside);
}

/* ── opening ─────────────────────────────────────────────────────────────────────────────────── */

G_GNUC_PRINTF(3, 4)
static void
add_problem(NwFlat *self, guint node, const char *format, ...)
{
  Problem problem = {node, NULL};
  va_list args;
  va_start(args, format);
  problem.message = g_strdup_vprintf(format, args);
  va_end(args);
  g_array_append_val(self->problems, problem);
}

/* “encoder/dense”, with the uid of “dense” inside, so that all calls share its weights. */
static NwLayer *
open_layer(NwFlat *self, const Place *place, NwLayer *layer)
{
  NwLayer *opened = place->parent == NULL ? layer : g_hash_table_lookup(self->layers, layer);
  if (opened != NULL)
    return opened;

  g_autoptr(NwParams) params = nw_params_ref(layer->params);
  g_autofree char *name = g_strdup(layer->name);
  for (const Place *p = place; p->parent != NULL; p = p->parent) {
    const NwLayer *block = p->call->layer;
    char *longer = g_strdup_printf("%s/%s", block->name, name);
    g_free(name);
    name = longer;
    if (!nw_params_get_bool(block->params, "trainable") &&
        nw_params_find_spec(params, "trainable") != NULL) {
      NwParams *frozen = nw_params_with(params, "trainable", "false", NULL);
      nw_params_unref(params);
      params = frozen;
    }
  }
  opened = nw_layer_new(layer->uid, layer->kind, name, params);
  g_hash_table_insert(self->layers, layer, opened);
  return opened;
}

static void
check_ports(NwFlat *self, const Place *place, const NwNode *call)
{
  const NwBlock *block = call->layer->block;
  for (guint i = 0; i < block->n_inputs; i++)
    if (call->inputs[i].node == 0)
      add_problem(self, place->parent == NULL ? call->uid : place->owner,
                  _("Block “%s”: connect its input “%s”"), call->layer->name,
                  block->input_ports[i].title);
}

/* FALSE when there are too many nodes. */
static gboolean
open_place(NwFlat *self, const Place *place)
{
  for (guint i = 0; i < nw_graph_get_n_nodes(place->graph); i++) {
    const NwNode *node = nw_graph_get_node(place->graph, i);
    if (node->layer->block != NULL) {
      Place inside = enter(place, node);
      check_ports(self, place, node);
      if (!open_place(self, &inside))
        return FALSE;
      continue;
    }
    if (place->parent != NULL && node->layer->kind->role == NW_ROLE_INPUT)
      continue;
    if (self->nodes->len == NW_MAX_FLAT_NODES) {
      add_problem(self, place->owner, _("its blocks hold more than %d layers together"),
                  NW_MAX_FLAT_NODES);
      return FALSE;
    }
    g_autofree NwSource *inputs = g_new0(NwSource, node->n_inputs + 1);
    for (guint k = 0; k < node->n_inputs; k++)
      inputs[k] = find_source(self, place, node->inputs[k]);
    guint uid = uid_of(self, place, node);
    g_hash_table_insert(self->owners, GUINT_TO_POINTER(uid),
                        GUINT_TO_POINTER(place->parent == NULL ? uid : place->owner));
    g_ptr_array_add(self->nodes, nw_node_new(uid, open_layer(self, place, node->layer), node->x,
                                             node->y, inputs, node->n_inputs));
  }
  return TRUE;
}

static gboolean
has_blocks(const NwGraph *graph)
{
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++)
    if (nw_graph_get_node(graph, i)->layer->block != NULL)
      return TRUE;
  return FALSE;
}

static void
problem_clear_cb(gpointer data)
{
  g_free(((Problem *)data)->message);
}

NwFlat *
nw_flat_new(NwGraph *graph)
{
  NwFlat *self = g_new0(NwFlat, 1);
  Place top = {.graph = graph};

  self->drawn = nw_graph_ref(graph);
  self->problems = g_array_new(FALSE, FALSE, sizeof(Problem));
  g_array_set_clear_func(self->problems, problem_clear_cb);
  if (!has_blocks(graph)) {
    self->graph = nw_graph_ref(graph);
    return self;
  }
  self->uids = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
  self->taken = g_hash_table_new(NULL, NULL);
  self->owners = g_hash_table_new(NULL, NULL);
  self->layers = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)nw_layer_unref);
  self->nodes = g_ptr_array_new_with_free_func((GDestroyNotify)nw_node_unref);
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++)
    g_hash_table_add(self->taken, GUINT_TO_POINTER(nw_graph_get_node(graph, i)->uid));
  if (!open_place(self, &top))
    g_ptr_array_set_size(self->nodes, 0);
  guint n = self->nodes->len;
  self->graph = nw_graph_take((NwNode **)g_ptr_array_steal(self->nodes, NULL), n, G_MAXINT32);
  return self;
}

void
nw_flat_free(NwFlat *self)
{
  if (self == NULL)
    return;
  g_clear_pointer(&self->uids, g_hash_table_unref);
  g_clear_pointer(&self->taken, g_hash_table_unref);
  g_clear_pointer(&self->owners, g_hash_table_unref);
  g_clear_pointer(&self->layers, g_hash_table_unref);
  g_clear_pointer(&self->nodes, g_ptr_array_unref);
  g_array_unref(self->problems);
  nw_graph_unref(self->graph);
  nw_graph_unref(self->drawn);
  g_free(self);
}

NwGraph *
nw_flat_get_graph(const NwFlat *self)
{
  return self->graph;
}

guint
nw_flat_get_owner(const NwFlat *self, guint uid)
{
  gpointer owner = NULL;
  if (self->owners == NULL ||
      !g_hash_table_lookup_extended(self->owners, GUINT_TO_POINTER(uid), NULL, &owner))
    return uid;
  return GPOINTER_TO_UINT(owner);
}

NwSource
nw_flat_find(const NwFlat *self, NwSource source)
{
  Place top = {.graph = self->drawn};
  /* All uids were given when the graph was opened; asking changes nothing. */
  return self->uids == NULL ? source : find_source((NwFlat *)self, &top, source);
}

gboolean
nw_flat_get_problem(const NwFlat *self, guint i, guint *node, const char **message)
{
  if (i >= self->problems->len)
    return FALSE;
  *node = g_array_index(self->problems, Problem, i).node;
  *message = g_array_index(self->problems, Problem, i).message;
  return TRUE;
}
