/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Layers that are called more than once, and blocks: several layers under one name. */
#include "nw-canvas-private.h"

#include <glib/gi18n.h>

#include "nw-block.h"

/* “block”, “block_1”, … whichever no layer has. */
static char *
free_name(NwGraph *graph)
{
  char *name = g_strdup("block");

  for (guint k = 1; nw_graph_find_node_by_name(graph, name); k++) {
    g_free(name);
    name = g_strdup_printf("block_%u", k);
  }
  return name;
}

void
canvas_group(NwCanvas *canvas)
{
  gsize n;
  const guint *uids = nw_canvas_get_selection(canvas, &n);
  g_autoptr(GError) error = NULL;
  g_autofree char *name = free_name(canvas->graph);
  guint block = 0;
  g_autoptr(NwGraph) graph = NULL;

  if (n == 0)
    return;
  graph = nw_graph_collapse(canvas->graph, uids, n, name, &block, &error);
  if (!graph) {
    g_autofree char *text = g_strdup_printf(_("No block was made: %s."), error->message);
    canvas_emit_message(canvas, text);
    return;
  }
  canvas_commit(canvas, graph, _("Group into a block"), NULL, &block, 1);
}

/* What stands to the right of the opened call makes room for the nodes that came out of it. */
static NwGraph *
make_room(NwGraph *graph, const NwNode *call, GHashTable *new_uids)
{
  g_autoptr(GArray) right = g_array_new(FALSE, FALSE, sizeof(guint));
  double width = 0;

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    if (g_hash_table_contains(new_uids, GUINT_TO_POINTER(node->uid)))
      width = MAX(width, node->x - call->x);
    else if (node->x > call->x)
      g_array_append_val(right, node->uid);
  }
  return nw_graph_move(graph, (const guint *)right->data, right->len, width, 0);
}

void
canvas_ungroup(NwCanvas *canvas)
{
  const NwNode *call = nw_graph_find_node(canvas->graph, canvas_primary(canvas));
  g_autoptr(GError) error = NULL;
  g_autoptr(NwGraph) opened = NULL, graph = NULL;
  g_autoptr(GHashTable) new_uids = g_hash_table_new(NULL, NULL);
  g_autoptr(GArray) uids = g_array_new(FALSE, FALSE, sizeof(guint));

  opened = nw_graph_expand(canvas->graph, call ? call->uid : 0, &error);
  if (!opened) {
    g_autofree char *text = g_strdup_printf(_("Nothing was ungrouped: %s."), error->message);
    canvas_emit_message(canvas, text);
    return;
  }
  for (guint i = 0; i < nw_graph_get_n_nodes(opened); i++) {
    guint uid = nw_graph_get_node(opened, i)->uid;
    if (nw_graph_find_node(canvas->graph, uid))
      continue;
    g_hash_table_add(new_uids, GUINT_TO_POINTER(uid));
    g_array_append_val(uids, uid);
  }
  graph = make_room(opened, call, new_uids);
  canvas_commit(canvas, graph, _("Ungroup"), NULL, (const guint *)uids->data, uids->len);
}

void
canvas_call_again(NwCanvas *canvas)
{
  const NwNode *node = nw_graph_find_node(canvas->graph, canvas_primary(canvas));
  g_autoptr(NwGraph) graph = NULL;
  guint uid = 0;

  if (!node)
    return;
  if (node->layer->kind->role != NW_ROLE_LAYER) {
    canvas_emit_message(canvas, _("Only a layer can be called again: an input, target or output "
                                  "has no weights to share."));
    return;
  }
  graph = nw_graph_add_call(canvas->graph, node->uid, node->x, node->y + NW_NODE_HEIGHT + 24, &uid);
  canvas_commit(canvas, graph, _("Call again"), NULL, &uid, 1);
}
