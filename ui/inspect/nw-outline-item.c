/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-outline-item.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE(NwOutlineItem, nw_outline_item, G_TYPE_OBJECT)

static void
nw_outline_item_finalize(GObject *object)
{
  NwOutlineItem *item = NW_OUTLINE_ITEM(object);

  g_free(item->title);
  g_free(item->line);
  g_free(item->shape);
  g_free(item->problem);
  G_OBJECT_CLASS(nw_outline_item_parent_class)->finalize(object);
}

static void
nw_outline_item_class_init(NwOutlineItemClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_outline_item_finalize;
}

static void
nw_outline_item_init(NwOutlineItem *item)
{
}

NwOutlineItem *
nw_outline_item_new(NwGraph *graph, const NwNode *node, NwInference *inference, const char *problem)
{
  NwOutlineItem *item = g_object_new(NW_TYPE_OUTLINE_ITEM, NULL);
  const NwLayerKind *kind = node->layer->kind;
  gboolean out = nw_layer_kind_n_outputs(kind) > 0;
  const NwType *type = NULL;

  /* An output has nothing to give: it shows what it receives. */
  if (inference && out)
    type = nw_inference_get_type(inference, node->uid, 0);
  else if (inference && node->n_inputs && node->inputs[0].node)
    type = nw_inference_get_type(inference, node->inputs[0].node, node->inputs[0].port);
  item->uid = node->uid;
  item->category = kind->category;
  item->kind = _(kind->title);
  item->title = nw_graph_get_n_calls(graph, node->layer->uid) > 1
                    ? nw_graph_dup_node_title(graph, node)
                    : g_strdup(node->layer->name);
  item->line = nw_layer_kind_describe(kind, node->layer->params);
  item->shape = type ? nw_shape_to_text(&type->shape) : NULL;
  item->problem = g_strdup(problem);
  return item;
}

gboolean
nw_outline_item_equal(NwOutlineItem *a, NwOutlineItem *b)
{
  return a->uid == b->uid && a->kind == b->kind && g_str_equal(a->title, b->title) &&
         g_str_equal(a->line, b->line) && g_strcmp0(a->shape, b->shape) == 0 &&
         g_strcmp0(a->problem, b->problem) == 0;
}
