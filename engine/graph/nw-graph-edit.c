/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-graph-private.h"

#include "nw-block.h"
#include "nw-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* ── the three ways to make a graph of another ───────────────────────────────────────────────── */

/* What becomes of a node: (transfer full), or NULL when it stays as it is. */
typedef NwNode *(*NodeFunc)(const NwNode *node, gconstpointer data);

static NwGraph *
map_nodes(const NwGraph *graph, guint next_uid, NodeFunc func, gconstpointer data)
{
  guint n = nw_graph_get_n_nodes(graph);
  NwNode **nodes = g_new(NwNode *, n);

  for (guint i = 0; i < n; i++) {
    const NwNode *node = nw_graph_get_node(graph, i);

    nodes[i] = func(node, data);
    if (!nodes[i])
      nodes[i] = nw_node_ref((NwNode *)node);
  }
  return nw_graph_take(nodes, n, next_uid);
}

typedef struct {
  guint uid;
  NwNode *node;
} Replacement;

static NwNode *
replace_node(const NwNode *node, gconstpointer data)
{
  const Replacement *replacement = data;

  return node->uid == replacement->uid ? nw_node_ref(replacement->node) : NULL;
}

/* @graph with another node in the place of the one that has its uid. */
static NwGraph *
with_node(NwGraph *graph, NwNode *node)
{
  Replacement replacement = {node->uid, node};

  return map_nodes(graph, nw_graph_get_next_uid(graph), replace_node, &replacement);
}

/* @graph with more nodes at its end. */
static NwGraph *
append_nodes(const NwGraph *graph, NwNode *const *more, guint n_more, guint next_uid)
{
  guint n = nw_graph_get_n_nodes(graph);
  NwNode **nodes = g_new(NwNode *, n + n_more);

  for (guint i = 0; i < n; i++)
    nodes[i] = nw_node_ref((NwNode *)nw_graph_get_node(graph, i));
  for (guint i = 0; i < n_more; i++)
    nodes[n + i] = nw_node_ref(more[i]);
  return nw_graph_take(nodes, n + n_more, next_uid);
}

/* ── names ───────────────────────────────────────────────────────────────────────────────────── */

/* The part of "dense_12" before the number. */
static char *
dup_stem(const char *name)
{
  const char *end = name + strlen(name);

  while (end > name && g_ascii_isdigit(end[-1]))
    end--;
  if (*end && end - name >= 2 && end[-1] == '_')
    return g_strndup(name, (gsize)(end - 1 - name));
  return g_strdup(name);
}

/* The names that are taken, and for each stem that was looked up the highest number behind it. */
typedef struct {
  GHashTable *taken;   /* borrowed */
  GHashTable *highest; /* stem → number */
} Names;

static Names
names_of(const NwGraph *graph)
{
  return (Names){nw_graph_dup_names(graph),
                 g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
}

static void
names_clear(Names *names)
{
  g_hash_table_unref(names->taken);
  g_hash_table_unref(names->highest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Names, names_clear)

static guint
find_highest(const Names *names, const char *stem)
{
  gsize length = strlen(stem);
  guint highest = 0;
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init(&iter, names->taken);
  while (g_hash_table_iter_next(&iter, &key, NULL)) {
    const char *rest = (const char *)key + length;

    if (g_str_has_prefix(key, stem) && *rest == '_' && g_ascii_isdigit(rest[1]) &&
        strlen(rest) < 10)
      highest = MAX(highest, (guint)g_ascii_strtoull(rest + 1, NULL, 10));
  }
  return highest;
}

/* @name when it is free, else its stem with the next number, as Keras does: dense, dense_1. */
static char *
dup_free_name(Names *names, const char *name)
{
  g_autofree char *stem = dup_stem(name);
  g_autofree char *candidate = g_strdup(name);
  gpointer known;
  guint number;

  if (!g_hash_table_contains(names->taken, name))
    return g_steal_pointer(&candidate);

  number = g_hash_table_lookup_extended(names->highest, stem, NULL, &known)
               ? GPOINTER_TO_UINT(known)
               : find_highest(names, stem);
  while (g_hash_table_contains(names->taken, candidate)) {
    g_free(candidate);
    candidate = g_strdup_printf("%s_%u", stem, ++number);
  }
  g_hash_table_insert(names->highest, g_steal_pointer(&stem), GUINT_TO_POINTER(number));
  return g_steal_pointer(&candidate);
}

/* ── adding ──────────────────────────────────────────────────────────────────────────────────── */

NwGraph *
nw_graph_add(NwGraph *graph, const NwLayerKind *kind, const char *name, double x, double y,
             guint *uid_out)
{
  g_auto(Names) names = names_of(graph);
  g_autofree char *free_name = dup_free_name(&names, name ? name : kind->id);
  g_autoptr(NwParams) params = nw_params_new(nw_layer_kind_get_params(kind));
  guint uid = nw_graph_get_next_uid(graph);
  g_autoptr(NwLayer) layer = nw_layer_new(uid, kind, free_name, params);
  g_autoptr(NwNode) node = nw_node_new(uid + 1, layer, x, y, NULL, 0);

  if (uid_out)
    *uid_out = node->uid;
  return append_nodes(graph, &node, 1, uid + 2);
}

NwGraph *
nw_graph_add_call(NwGraph *graph, guint node_uid, double x, double y, guint *uid_out)
{
  const NwNode *first = nw_graph_find_node(graph, node_uid);
  guint uid = nw_graph_get_next_uid(graph);
  g_autoptr(NwNode) node = NULL;

  if (uid_out)
    *uid_out = first ? uid : 0;
  if (!first)
    return nw_graph_ref(graph);
  node = nw_node_new(uid, first->layer, x, y, NULL, 0);
  return append_nodes(graph, &node, 1, uid + 1);
}

NwGraph *
nw_graph_insert(NwGraph *graph, guint uid, NwLayer *layer, double x, double y,
                const NwSource *inputs, guint n_inputs, GError **error)
{
  guint next_uid = MAX(nw_graph_get_next_uid(graph), MAX(uid, layer->uid) + 1);
  g_autoptr(NwNode) node = NULL;

  if (!nw_layer_check_name(layer->name, error))
    return NULL;
  if (MIN(uid, layer->uid) == 0 || MAX(uid, layer->uid) > G_MAXINT32 || uid == layer->uid) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("“%s” cannot have the numbers %u and %u"),
                layer->name, layer->uid, uid);
    return NULL;
  }
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *other = nw_graph_get_node(graph, i);

    if (other->uid == uid || other->layer->uid == uid || other->uid == layer->uid ||
        (other->layer != layer && other->layer->uid == layer->uid)) {
      g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("“%s” and “%s” have the same number"),
                  layer->name, other->layer->name);
      return NULL;
    }
    if (other->layer != layer && g_str_equal(other->layer->name, layer->name)) {
      g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("Two layers are called “%s”"), layer->name);
      return NULL;
    }
  }
  node = nw_node_new(uid, layer, x, y, inputs, n_inputs);
  return append_nodes(graph, &node, 1, next_uid);
}

/* ── removing and moving ─────────────────────────────────────────────────────────────────────── */

static GHashTable *
uid_set(const guint *uids, gsize n)
{
  GHashTable *set = g_hash_table_new(NULL, NULL);

  for (gsize i = 0; i < n; i++)
    g_hash_table_add(set, GUINT_TO_POINTER(uids[i]));
  return set;
}

static gboolean
contains(GHashTable *set, guint uid)
{
  return g_hash_table_contains(set, GUINT_TO_POINTER(uid));
}

/* @node without the wires that come from nodes in @set (or, with @keep, from nodes outside it). */
static NwNode *
without_wires(const NwNode *node, GHashTable *set, gboolean keep)
{
  g_autofree NwSource *inputs = NULL;

  for (guint i = 0; i < node->n_inputs; i++) {
    if (node->inputs[i].node == 0 || contains(set, node->inputs[i].node) == keep)
      continue;
    if (!inputs)
      inputs = g_memdup2(node->inputs, node->n_inputs * sizeof *inputs);
    inputs[i] = (NwSource){0, 0};
  }
  if (!inputs)
    return nw_node_ref((NwNode *)node);
  return nw_node_new(node->uid, node->layer, node->x, node->y, inputs, node->n_inputs);
}

/* The nodes in @set (@keep) or those outside it, and the wires among them. */
static NwGraph *
select_nodes(const NwGraph *graph, GHashTable *set, gboolean keep)
{
  guint n = nw_graph_get_n_nodes(graph), n_left = 0;
  NwNode **nodes = g_new(NwNode *, n);

  for (guint i = 0; i < n; i++) {
    const NwNode *node = nw_graph_get_node(graph, i);

    if (contains(set, node->uid) == keep)
      nodes[n_left++] = without_wires(node, set, keep);
  }
  return nw_graph_take(nodes, n_left, nw_graph_get_next_uid(graph));
}

NwGraph *
nw_graph_remove(NwGraph *graph, const guint *uids, gsize n)
{
  g_autoptr(GHashTable) set = uid_set(uids, n);

  return select_nodes(graph, set, FALSE);
}

NwGraph *
nw_graph_extract(NwGraph *graph, const guint *uids, gsize n)
{
  g_autoptr(GHashTable) set = uid_set(uids, n);

  return select_nodes(graph, set, TRUE);
}

typedef struct {
  GHashTable *set;
  double dx, dy;
} Move;

static NwNode *
move_node(const NwNode *node, gconstpointer data)
{
  const Move *move = data;

  if (!contains(move->set, node->uid))
    return NULL;
  return nw_node_new(node->uid, node->layer, node->x + move->dx, node->y + move->dy, node->inputs,
                     node->n_inputs);
}

NwGraph *
nw_graph_move(NwGraph *graph, const guint *uids, gsize n, double dx, double dy)
{
  g_autoptr(GHashTable) set = uid_set(uids, n);
  Move move = {set, dx, dy};

  return map_nodes(graph, nw_graph_get_next_uid(graph), move_node, &move);
}

/* ── wires ───────────────────────────────────────────────────────────────────────────────────── */

/* Does the kind have this port? Appending to a variadic port counts. */
static gboolean
has_input(const NwNode *node, guint input)
{
  return input < node->n_inputs ||
         (nw_layer_kind_is_variadic(node->layer->kind) && input == node->n_inputs);
}

NwGraph *
nw_graph_connect(NwGraph *graph, guint from_uid, guint port, guint to_uid, guint input,
                 GError **error)
{
  const NwNode *from = nw_graph_find_node(graph, from_uid);
  const NwNode *to = nw_graph_find_node(graph, to_uid);
  g_autofree char *path = NULL;
  g_autofree NwSource *inputs = NULL;
  g_autoptr(NwNode) node = NULL;

  if (!from || !to)
    return nw_graph_ref(graph);
  if (port >= nw_layer_kind_n_outputs(from->layer->kind)) {
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH, _("“%s” has no output %u"), from->layer->name,
                port + 1);
    return NULL;
  }
  if (!has_input(to, input)) {
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH, _("“%s” has no input %u"), to->layer->name,
                input + 1);
    return NULL;
  }
  if (from == to) {
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH, _("“%s” cannot feed itself"), to->layer->name);
    return NULL;
  }
  path = nw_graph_dup_path(graph, to_uid, from_uid);
  if (path) {
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH,
                _("“%s” cannot feed “%s”: the wires would make a circle (%s → %s)"),
                from->layer->name, to->layer->name, path, to->layer->name);
    return NULL;
  }

  inputs = g_new0(NwSource, to->n_inputs + 1);
  for (guint i = 0; i < to->n_inputs; i++)
    inputs[i] = to->inputs[i];
  inputs[input] = (NwSource){from_uid, port};
  node = nw_node_new(to->uid, to->layer, to->x, to->y, inputs, MAX(to->n_inputs, input + 1));
  return with_node(graph, node);
}

NwGraph *
nw_graph_disconnect(NwGraph *graph, guint to_uid, guint input)
{
  const NwNode *to = nw_graph_find_node(graph, to_uid);
  g_autofree NwSource *inputs = NULL;
  g_autoptr(NwNode) node = NULL;

  if (!to || input >= to->n_inputs)
    return nw_graph_ref(graph);
  inputs = g_memdup2(to->inputs, to->n_inputs * sizeof *inputs);
  inputs[input] = (NwSource){0, 0};
  node = nw_node_new(to->uid, to->layer, to->x, to->y, inputs, to->n_inputs);
  return with_node(graph, node);
}

/* ── layers ──────────────────────────────────────────────────────────────────────────────────── */

/* What sets a call of the replaced layer apart from a node that merely listens to one. */
typedef struct {
  const NwGraph *graph;
  NwLayer *layer; /* replaces the one with its uid */
} LayerChange;

static NwNode *
replace_layer(const NwNode *node, gconstpointer data)
{
  const LayerChange *change = data;

  if (node->layer->uid != change->layer->uid)
    return NULL;
  return nw_node_new(node->uid, change->layer, node->x, node->y, node->inputs, node->n_inputs);
}

/* The same layer under another name or with other parameters. */
static NwLayer *
layer_with(const NwLayer *layer, const char *name, NwParams *params)
{
  return layer->block ? nw_layer_new_block(layer->uid, name, layer->block, params)
                      : nw_layer_new(layer->uid, layer->kind, name, params);
}

/* @graph with another layer in the place of the one that has its uid, in all its calls. */
static NwGraph *
with_layer(NwGraph *graph, NwLayer *layer)
{
  LayerChange change = {graph, layer};

  return map_nodes(graph, nw_graph_get_next_uid(graph), replace_layer, &change);
}

/* @graph where parameters that name the layer @old name it @name. (transfer full) */
static NwGraph *
with_name_followed(NwGraph *graph, const char *old, const char *name)
{
  NwGraph *result = nw_graph_ref(graph);

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    const NwParamSpec *spec = nw_params_get_specs(node->layer->params);
    for (; spec->key != NULL; spec++) {
      NwGraph *next;
      if (!spec->names_layer ||
          !g_str_equal(nw_params_get_text(node->layer->params, spec->key), old))
        continue;
      next = nw_graph_set_param(result, node->uid, spec->key, name, NULL);
      nw_graph_unref(result);
      result = next;
    }
  }
  return result;
}

NwGraph *
nw_graph_rename(NwGraph *graph, guint node_uid, const char *name, GError **error)
{
  const NwNode *node = nw_graph_find_node(graph, node_uid);
  g_autofree char *stripped = g_strstrip(g_strdup(name));
  const NwNode *other;
  g_autoptr(NwLayer) layer = NULL;
  g_autoptr(NwGraph) renamed = NULL;

  if (!node)
    return nw_graph_ref(graph);
  if (!nw_layer_check_name(stripped, error))
    return NULL;
  other = nw_graph_find_node_by_name(graph, stripped);
  if (other && other->layer->uid != node->layer->uid) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("Another layer is called “%s”; choose a name of its own"), stripped);
    return NULL;
  }
  layer = layer_with(node->layer, stripped, node->layer->params);
  renamed = with_layer(graph, layer);
  return with_name_followed(renamed, node->layer->name, stripped);
}

NwGraph *
nw_graph_set_params(NwGraph *graph, guint node_uid, NwParams *params)
{
  const NwNode *node = nw_graph_find_node(graph, node_uid);
  g_autoptr(NwLayer) layer = NULL;

  if (!node)
    return nw_graph_ref(graph);
  layer = layer_with(node->layer, node->layer->name, params);
  return with_layer(graph, layer);
}

NwGraph *
nw_graph_set_param(NwGraph *graph, guint node_uid, const char *key, const char *text,
                   GError **error)
{
  const NwNode *node = nw_graph_find_node(graph, node_uid);
  g_autoptr(NwParams) params = NULL;

  if (!node)
    return nw_graph_ref(graph);
  params = nw_params_with(node->layer->params, key, text, error);
  return params ? nw_graph_set_params(graph, node_uid, params) : NULL;
}

/* A wire from an output port that a node no longer has is taken away. */
static NwNode *
drop_lost_outputs(const NwNode *node, gconstpointer data)
{
  const LayerChange *change = data;
  gsize n_outputs = nw_layer_kind_n_outputs(change->layer->kind);
  g_autofree NwSource *inputs = NULL;

  for (guint i = 0; i < node->n_inputs; i++) {
    const NwNode *from = nw_graph_find_node(change->graph, node->inputs[i].node);

    if (!from || from->layer->uid != change->layer->uid || node->inputs[i].port < n_outputs)
      continue;
    if (!inputs)
      inputs = g_memdup2(node->inputs, node->n_inputs * sizeof *inputs);
    inputs[i] = (NwSource){0, 0};
  }
  if (!inputs)
    return NULL;
  return nw_node_new(node->uid, node->layer, node->x, node->y, inputs, node->n_inputs);
}

NwParams *
nw_params_carry_over(NwParams *from, NwParams *to)
{
  NwParams *result = nw_params_ref(to);

  for (const NwParamSpec *spec = nw_params_get_specs(to); spec->key; spec++) {
    const NwParamSpec *old = nw_params_find_spec(from, spec->key);
    g_autofree char *text = NULL;
    NwParams *changed;

    if (!old || old->type != spec->type || nw_params_is_initial(from, spec->key))
      continue;
    text = nw_params_to_text(from, spec->key);
    changed = nw_params_with(result, spec->key, text, NULL);
    if (!changed)
      continue;
    nw_params_unref(result);
    result = changed;
  }
  return result;
}

NwGraph *
nw_graph_set_kind(NwGraph *graph, guint node_uid, const NwLayerKind *kind)
{
  const NwNode *node = nw_graph_find_node(graph, node_uid);
  g_autoptr(NwParams) initial = NULL;
  g_autoptr(NwParams) params = NULL;
  g_auto(Names) names = names_of(graph);
  g_autofree char *stem = NULL;
  g_autofree char *name = NULL;
  g_autoptr(NwLayer) layer = NULL;
  g_autoptr(NwGraph) changed = NULL;
  LayerChange change;

  if (!node || node->layer->kind == kind)
    return nw_graph_ref(graph);

  initial = nw_params_new(nw_layer_kind_get_params(kind));
  params = nw_params_carry_over(node->layer->params, initial);
  /* A name that came from the old kind follows to the new one; a name that a person gave stays. */
  stem = dup_stem(node->layer->name);
  name = g_str_equal(stem, node->layer->kind->id) ? dup_free_name(&names, kind->id)
                                                  : g_strdup(node->layer->name);
  layer = nw_layer_new(node->layer->uid, kind, name, params);
  changed = with_layer(graph, layer);
  change = (LayerChange){changed, layer};
  return map_nodes(changed, nw_graph_get_next_uid(changed), drop_lost_outputs, &change);
}

/* ── clipboard ───────────────────────────────────────────────────────────────────────────────── */

/* The copy of a layer: made at its first call, found again at the others. */
static NwLayer *
copy_layer(GHashTable *copies, Names *names, const NwLayer *layer, guint *next_uid)
{
  NwLayer *copy = g_hash_table_lookup(copies, layer);
  g_autoptr(NwBlock) block = NULL;
  g_autofree char *name = NULL;

  if (copy)
    return copy;
  name = dup_free_name(names, layer->name);
  block = layer->block ? nw_block_copy(layer->block, next_uid) : NULL;
  copy = block ? nw_layer_new_block((*next_uid)++, name, block, layer->params)
               : nw_layer_new((*next_uid)++, layer->kind, name, layer->params);
  g_hash_table_insert(copies, (gpointer)layer, copy);
  g_hash_table_add(names->taken, copy->name);
  return copy;
}

NwGraph *
nw_graph_paste(NwGraph *graph, NwGraph *from, const guint *uids, gsize n, double dx, double dy,
               guint *new_uids)
{
  g_auto(Names) names = names_of(graph);
  g_autoptr(GHashTable) layers =
      g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)nw_layer_unref);
  g_autoptr(GHashTable) new_uid =
      g_hash_table_new(NULL, NULL); /* of each copied node, by its old uid */
  g_autoptr(GPtrArray) copies = g_ptr_array_new_with_free_func((GDestroyNotify)nw_node_unref);
  guint next_uid = nw_graph_get_next_uid(graph);

  for (gsize i = 0; i < n; i++)
    if (nw_graph_find_node(from, uids[i]) && !contains(new_uid, uids[i]))
      g_hash_table_insert(new_uid, GUINT_TO_POINTER(uids[i]), GUINT_TO_POINTER(next_uid++));

  for (guint i = 0; i < nw_graph_get_n_nodes(from); i++) {
    const NwNode *node = nw_graph_get_node(from, i);
    g_autofree NwSource *inputs = NULL;
    guint uid = GPOINTER_TO_UINT(g_hash_table_lookup(new_uid, GUINT_TO_POINTER(node->uid)));

    if (uid == 0)
      continue;
    inputs = g_new0(NwSource, node->n_inputs);
    for (guint k = 0; k < node->n_inputs; k++)
      inputs[k] = (NwSource){
          GPOINTER_TO_UINT(g_hash_table_lookup(new_uid, GUINT_TO_POINTER(node->inputs[k].node))),
          node->inputs[k].port};
    g_ptr_array_add(copies, nw_node_new(uid, copy_layer(layers, &names, node->layer, &next_uid),
                                        node->x + dx, node->y + dy, inputs, node->n_inputs));
  }
  for (gsize i = 0; new_uids && i < n; i++)
    new_uids[i] = GPOINTER_TO_UINT(g_hash_table_lookup(new_uid, GUINT_TO_POINTER(uids[i])));
  return append_nodes(graph, (NwNode *const *)copies->pdata, copies->len, next_uid);
}
