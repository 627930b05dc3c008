/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-graph-private.h"

#include "nw-block.h"
#include "nw-error.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

/* A row of an index: sorted by key, then by position. */
typedef struct {
  guint key, position;
} Entry;

struct _NwGraph {
  NwRefs refs;
  guint next_uid;
  guint n;
  NwNode **nodes;  /* [n] in the order in which they were added */
  Entry *by_uid;   /* [n] key: uid of the node */
  Entry *by_layer; /* [n] key: uid of the layer; the calls of a layer stand together */
};

/* ── layers and nodes ────────────────────────────────────────────────────────────────────────── */

NwLayer *
nw_layer_new(guint uid, const NwLayerKind *kind, const char *name, NwParams *params)
{
  NwLayer *layer = g_new0(NwLayer, 1);

  nw_refs_init(&layer->refs);
  layer->uid = uid;
  layer->kind = kind;
  layer->name = g_strdup(name);
  layer->params = nw_params_ref(params);
  return layer;
}

NwLayer *
nw_layer_ref(NwLayer *layer)
{
  nw_refs_inc(&layer->refs);
  return layer;
}

void
nw_layer_unref(NwLayer *layer)
{
  if (!nw_refs_dec(&layer->refs))
    return;
  g_free(layer->name);
  nw_params_unref(layer->params);
  g_clear_pointer(&layer->block, nw_block_unref); /* its kind is in it */
  g_free(layer);
}

static gboolean
layer_equal(const NwLayer *a, const NwLayer *b)
{
  if (a == b)
    return TRUE;
  if (a->block == NULL ? a->kind != b->kind : !nw_block_equal(a->block, b->block))
    return FALSE;
  return a->uid == b->uid && g_str_equal(a->name, b->name) && nw_params_equal(a->params, b->params);
}

gboolean
nw_layer_check_name(const char *name, GError **error)
{
  if (*name == '\0') {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT, _("A layer needs a name"));
    return FALSE;
  }
  if (!g_utf8_validate(name, -1, NULL) || strlen(name) > 200) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("A layer's name must be text of at most 200 bytes"));
    return FALSE;
  }
  for (const char *p = name; *p; p = g_utf8_next_char(p))
    if (*p == '/' || g_unichar_iscntrl(g_utf8_get_char(p))) {
      g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                  _("A layer's name cannot contain “/” or control characters"));
      return FALSE;
    }
  return TRUE;
}

NwNode *
nw_node_new(guint uid, NwLayer *layer, double x, double y, const NwSource *inputs, guint n_inputs)
{
  NwNode *node = g_new0(NwNode, 1);
  guint ports = (guint)nw_layer_kind_n_inputs(layer->kind);
  guint fixed = nw_layer_kind_is_variadic(layer->kind) ? ports - 1 : ports;
  guint room = ports > fixed ? MAX(n_inputs, fixed) : fixed;

  nw_refs_init(&node->refs);
  node->uid = uid;
  node->layer = nw_layer_ref(layer);
  node->x = x;
  node->y = y;
  node->inputs = g_new0(NwSource, room);
  node->n_inputs = fixed;
  for (guint i = 0; i < n_inputs; i++) {
    if (i < fixed)
      node->inputs[i] = inputs[i].node ? inputs[i] : (NwSource){0, 0};
    else if (ports > fixed && inputs[i].node)
      node->inputs[node->n_inputs++] = inputs[i];
  }
  return node;
}

NwNode *
nw_node_ref(NwNode *node)
{
  nw_refs_inc(&node->refs);
  return node;
}

void
nw_node_unref(NwNode *node)
{
  if (!nw_refs_dec(&node->refs))
    return;
  nw_layer_unref(node->layer);
  g_free(node->inputs);
  g_free(node);
}

static gboolean
node_equal(const NwNode *a, const NwNode *b)
{
  if (a == b)
    return TRUE;
  if (a->uid != b->uid || a->x != b->x || a->y != b->y || a->n_inputs != b->n_inputs)
    return FALSE;
  for (guint i = 0; i < a->n_inputs; i++)
    if (a->inputs[i].node != b->inputs[i].node || a->inputs[i].port != b->inputs[i].port)
      return FALSE;
  return layer_equal(a->layer, b->layer);
}

/* ── graphs ──────────────────────────────────────────────────────────────────────────────────── */

static int
compare_entries(const void *a, const void *b)
{
  const Entry *x = a, *y = b;

  if (x->key != y->key)
    return x->key < y->key ? -1 : 1;
  return x->position < y->position ? -1 : x->position > y->position;
}

/* Keys mostly ascend already, since uids are given in order. */
static void
sort_entries(Entry *entries, guint n)
{
  for (guint i = 1; i < n; i++)
    if (compare_entries(&entries[i - 1], &entries[i]) > 0) {
      qsort(entries, n, sizeof *entries, compare_entries);
      return;
    }
}

NwGraph *
nw_graph_take(NwNode **nodes, guint n, guint next_uid)
{
  NwGraph *graph = g_new0(NwGraph, 1);

  nw_refs_init(&graph->refs);
  graph->next_uid = next_uid;
  graph->n = n;
  graph->nodes = nodes;
  graph->by_uid = g_new(Entry, n);
  graph->by_layer = g_new(Entry, n);
  for (guint i = 0; i < n; i++) {
    graph->by_uid[i] = (Entry){nodes[i]->uid, i};
    graph->by_layer[i] = (Entry){nodes[i]->layer->uid, i};
  }
  sort_entries(graph->by_uid, n);
  sort_entries(graph->by_layer, n);
  return graph;
}

NwGraph *
nw_graph_new(void)
{
  return nw_graph_take(NULL, 0, 1);
}

NwGraph *
nw_graph_ref(NwGraph *graph)
{
  nw_refs_inc(&graph->refs);
  return graph;
}

void
nw_graph_unref(NwGraph *graph)
{
  if (!nw_refs_dec(&graph->refs))
    return;
  for (guint i = 0; i < graph->n; i++)
    nw_node_unref(graph->nodes[i]);
  g_free(graph->nodes);
  g_free(graph->by_uid);
  g_free(graph->by_layer);
  g_free(graph);
}

gboolean
nw_graph_equal(const NwGraph *a, const NwGraph *b)
{
  if (a == b)
    return TRUE;
  if (a->n != b->n)
    return FALSE;
  for (guint i = 0; i < a->n; i++)
    if (!node_equal(a->nodes[i], b->nodes[i]))
      return FALSE;
  return TRUE;
}

guint
nw_graph_get_n_nodes(const NwGraph *graph)
{
  return graph->n;
}

guint
nw_graph_get_next_uid(const NwGraph *graph)
{
  return graph->next_uid;
}

const NwNode *
nw_graph_get_node(const NwGraph *graph, guint index)
{
  g_return_val_if_fail(index < graph->n, NULL);
  return graph->nodes[index];
}

/* The first entry whose key is not below @key; n when there is none. */
static guint
lower_bound(const Entry *entries, guint n, guint key)
{
  guint low = 0, high = n;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (entries[middle].key < key)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

int
nw_graph_find_index(const NwGraph *graph, guint uid)
{
  guint i = lower_bound(graph->by_uid, graph->n, uid);

  if (i == graph->n || graph->by_uid[i].key != uid)
    return -1;
  return (int)graph->by_uid[i].position;
}

const NwNode *
nw_graph_find_node(const NwGraph *graph, guint uid)
{
  int i = nw_graph_find_index(graph, uid);

  return i < 0 ? NULL : graph->nodes[i];
}

const NwNode *
nw_graph_find_node_by_name(const NwGraph *graph, const char *name)
{
  for (guint i = 0; i < graph->n; i++)
    if (g_str_equal(graph->nodes[i]->layer->name, name))
      return graph->nodes[i];
  return NULL;
}

guint
nw_graph_get_n_calls(const NwGraph *graph, guint layer_uid)
{
  guint first = lower_bound(graph->by_layer, graph->n, layer_uid);
  guint n = 0;

  while (first + n < graph->n && graph->by_layer[first + n].key == layer_uid)
    n++;
  return n;
}

char *
nw_graph_dup_node_title(const NwGraph *graph, const NwNode *node)
{
  guint first = lower_bound(graph->by_layer, graph->n, node->layer->uid);

  for (guint i = first; i < graph->n && graph->by_layer[i].key == node->layer->uid; i++)
    if (i > first && graph->nodes[graph->by_layer[i].position]->uid == node->uid)
      return g_strdup_printf("%s ·%u", node->layer->name, i - first + 1);
  return g_strdup(node->layer->name);
}

GHashTable *
nw_graph_dup_names(const NwGraph *graph)
{
  GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

  for (guint i = 0; i < graph->n; i++)
    g_hash_table_add(names, graph->nodes[i]->layer->name);
  return names;
}

/* ── order and circles ───────────────────────────────────────────────────────────────────────── */

/* Depth first towards the sources; a node is put down after all it needs. A wire back to a node
 * that is still open closes a circle: it is stepped over, and its end reported. */
static guint *
walk(const NwGraph *graph, const NwNode **circle)
{
  enum { NEW, OPEN, DONE };
  typedef struct {
    guint index, input;
  } Step;
  guint *order = g_new(guint, graph->n);
  g_autofree guint8 *state = g_new0(guint8, graph->n);
  g_autofree Step *stack = g_new(Step, graph->n);
  guint n = 0;

  for (guint start = 0; start < graph->n; start++) {
    guint depth = 0;

    if (state[start] != NEW)
      continue;
    state[start] = OPEN;
    stack[depth++] = (Step){start, 0};
    while (depth > 0) {
      Step *step = &stack[depth - 1];
      const NwNode *node = graph->nodes[step->index];
      int source;

      if (step->input == node->n_inputs) {
        state[step->index] = DONE;
        order[n++] = step->index;
        depth--;
        continue;
      }
      source = nw_graph_find_index(graph, node->inputs[step->input++].node);
      if (source < 0 || state[source] == DONE)
        continue;
      if (state[source] == OPEN) {
        if (circle)
          *circle = graph->nodes[source];
        continue;
      }
      state[source] = OPEN;
      stack[depth++] = (Step){(guint)source, 0};
    }
  }
  return order;
}

guint *
nw_graph_dup_order(const NwGraph *graph)
{
  return walk(graph, NULL);
}

/* Names on the way, the middle of a long one left out. */
static char *
describe_path(const NwGraph *graph, const int *next, guint start, guint end)
{
  enum { LONGEST = 8 };
  GString *text = g_string_new(NULL);
  guint length = 1, i = start;

  for (guint j = start; j != end || length == 1; length++)
    j = (guint)next[j];
  for (guint step = 0; step < length; step++) {
    if (length > LONGEST && step == LONGEST / 2)
      g_string_append(text, " → …");
    else if (length <= LONGEST || step < LONGEST / 2 || step >= length - LONGEST / 2)
      g_string_append_printf(text, "%s%s", step ? " → " : "", graph->nodes[i]->layer->name);
    i = (guint)next[i];
  }
  return g_string_free(text, FALSE);
}

char *
nw_graph_dup_path(const NwGraph *graph, guint start_uid, guint end_uid)
{
  int start = nw_graph_find_index(graph, start_uid), end = nw_graph_find_index(graph, end_uid);
  g_autofree int *next = g_new(int, graph->n); /* the node after this one; −1: not seen */
  g_autofree guint *queue = g_new(guint, graph->n + 1);
  guint head = 0, tail = 0;

  g_return_val_if_fail(start >= 0 && end >= 0, NULL);

  /* Breadth first from the end towards its sources, so that the shortest way is found. The end
   * itself counts as unseen at first: start may be the same node. */
  memset(next, 0xff, graph->n * sizeof *next);
  queue[tail++] = (guint)end;
  while (head < tail) {
    guint i = queue[head++];
    const NwNode *node = graph->nodes[i];

    for (guint k = 0; k < node->n_inputs; k++) {
      int source = nw_graph_find_index(graph, node->inputs[k].node);

      if (source < 0 || next[source] >= 0)
        continue;
      next[source] = (int)i;
      if (source == start)
        return describe_path(graph, next, (guint)start, (guint)end);
      if (source != end)
        queue[tail++] = (guint)source;
    }
  }
  return NULL;
}

static gboolean
validate_input(const NwGraph *graph, const NwNode *node, guint input, GError **error)
{
  const NwSource *source = &node->inputs[input];
  const NwNode *from = nw_graph_find_node(graph, source->node);
  guint n_outputs;

  if (source->node == 0)
    return TRUE;
  if (!from) {
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH,
                _("“%s”: input %u is wired to node %u, which does not exist"), node->layer->name,
                input + 1, source->node);
    return FALSE;
  }
  n_outputs = (guint)nw_layer_kind_n_outputs(from->layer->kind);
  if (source->port < n_outputs)
    return TRUE;
  if (n_outputs == 0)
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH, _("“%s” has no outputs, so it cannot feed “%s”"),
                from->layer->name, node->layer->name);
  else
    g_set_error(error, NW_ERROR, NW_ERROR_GRAPH,
                _("“%s”: input %u is wired to output %u of “%s”, which has only %u"),
                node->layer->name, input + 1, source->port + 1, from->layer->name, n_outputs);
  return FALSE;
}

gboolean
nw_graph_validate(const NwGraph *graph, GError **error)
{
  const NwNode *circle = NULL;
  g_autofree guint *order = NULL;
  g_autofree char *path = NULL;

  for (guint i = 0; i < graph->n; i++)
    for (guint k = 0; k < graph->nodes[i]->n_inputs; k++)
      if (!validate_input(graph, graph->nodes[i], k, error))
        return FALSE;

  order = walk(graph, &circle);
  if (!circle)
    return TRUE;
  path = nw_graph_dup_path(graph, circle->uid, circle->uid);
  g_set_error(error, NW_ERROR, NW_ERROR_GRAPH, _("The wires make a circle: %s"), path);
  return FALSE;
}
