/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Adding, replacing and connecting by search. Kinds that cannot take what a wire carries stand
 * below the others, with the reason instead of their summary. */
#include "nw-canvas-private.h"

#include <glib/gi18n.h>
#include <math.h>

/* What @preset, as it comes from the palette, says of an input of @type; NULL: it takes it, or
 * cannot tell before more is connected. (transfer full) */
static char *
objection(const NwLayerPreset *preset, const NwType *type)
{
  const NwLayerKind *kind = preset->kind;
  g_autoptr(NwParams) params = nw_layer_preset_apply(preset, NULL);
  g_autoptr(GError) error = NULL;
  gsize n = nw_layer_kind_n_inputs(kind);
  NwType types[NW_MAX_PORTS] = {0};
  gboolean masks[NW_MAX_PORTS] = {0};
  NwInfer infer = {.params = params, .name = kind->id, .inputs = types, .masks = masks};

  if (!type || n == 0 || n >= NW_MAX_PORTS)
    return NULL;
  for (gsize i = 1; i < n; i++) {
    if (!kind->inputs[i].optional)
      return NULL;
    types[i].shape.rank = -1;
  }
  types[0] = *type;
  infer.n_inputs = n;
  if (nw_layer_kind_is_variadic(kind)) /* such kinds want two of a sort */
    types[infer.n_inputs++] = *type;
  if (nw_layer_kind_infer(kind, &infer, &error))
    return NULL;
  return g_strdup(error->message);
}

static gboolean
has_port(const NwLayerKind *kind, NwSide side)
{
  return side == NW_SIDE_INPUT ? nw_layer_kind_n_inputs(kind) > 0
                               : nw_layer_kind_n_outputs(kind) > 0;
}

static void
clear_item(gpointer data)
{
  NwSearchItem *item = data;

  g_free(item->title);
  g_free(item->subtitle);
  g_free(item->words);
}

static GArray *
new_items(void)
{
  GArray *items = g_array_new(FALSE, TRUE, sizeof(NwSearchItem));

  g_array_set_clear_func(items, clear_item);
  return items;
}

static void
append_preset(GArray *items, guint id, const char *reason)
{
  const NwLayerPreset *preset = &nw_layer_presets()[id];
  NwSearchItem item = {
      .title = g_strdup(_(preset->title)),
      .subtitle = g_strdup(reason ? reason : _(preset->summary)),
      .words = g_strdup(preset->kind->id),
      .color = *nw_category_rgba(preset->kind->category),
      .faint = reason != NULL,
      .id = id,
  };

  g_array_append_val(items, item);
}

static void
open_search(NwCanvas *canvas, GArray *items, const char *placeholder, double x, double y,
            NwSearchFunc chosen)
{
  nw_search_popover_open(canvas->search, (NwSearchItem *)items->data, items->len, placeholder, x, y,
                         chosen, canvas);
}

static void
preset_chosen_cb(guint id, gpointer data)
{
  NwCanvas *canvas = data;
  const NwLayerPreset *preset = &nw_layer_presets()[id];
  gboolean linked = canvas->search_from.kind == NW_HIT_PORT;

  /* Who adds by keys goes on from what is selected. */
  if (!linked && canvas->selection->len == 1) {
    nw_canvas_add(canvas, preset);
    canvas_focus_node(canvas, canvas_primary(canvas));
    return;
  }
  canvas_add_linked(canvas, preset, canvas->search_place.x, canvas->search_place.y,
                    linked ? &canvas->search_from : NULL);
}

void
canvas_search_kinds(NwCanvas *canvas, double x, double y, const NwHit *from)
{
  const NwLayerPreset *presets = nw_layer_presets();
  g_autoptr(GArray) items = new_items();
  const NwType *type = NULL;

  canvas->search_from = from ? *from : (NwHit){0};
  canvas->search_place = nw_canvas_to_world(canvas, x, y);
  if (from && from->side == NW_SIDE_OUTPUT && canvas->inference)
    type = nw_inference_get_type(canvas->inference, from->node, from->port);
  for (guint i = 0; presets[i].title; i++) {
    g_autofree char *reason = NULL;
    if (from &&
        !has_port(presets[i].kind, from->side == NW_SIDE_OUTPUT ? NW_SIDE_INPUT : NW_SIDE_OUTPUT))
      continue;
    reason = objection(&presets[i], type);
    append_preset(items, i, reason);
  }
  open_search(canvas, items, from ? _("Connect to a new layer") : _("Add a layer"), x, y,
              preset_chosen_cb);
}

/* What both kinds share is kept, but for what the preset sets. (transfer full) */
static NwGraph *
replaced(NwCanvas *canvas, guint uid, const NwLayerPreset *preset)
{
  g_autoptr(NwGraph) graph = nw_graph_set_kind(canvas->graph, uid, preset->kind);
  g_autoptr(NwParams) params =
      nw_layer_preset_apply(preset, nw_graph_find_node(graph, uid)->layer->params);

  return nw_graph_set_params(graph, uid, params);
}

static void
replacement_chosen_cb(guint id, gpointer data)
{
  NwCanvas *canvas = data;
  const NwLayerPreset *preset = &nw_layer_presets()[id];
  g_autoptr(NwGraph) graph = replaced(canvas, canvas_primary(canvas), preset);
  g_autofree char *label = g_strdup_printf(_("Replace with %s"), _(preset->title));

  canvas_commit(canvas, graph, label, NULL, NULL, 0);
}

void
canvas_search_replacement(NwCanvas *canvas)
{
  NwNodeView *view = canvas_find(canvas, canvas_primary(canvas));
  const NwLayerPreset *presets = nw_layer_presets();
  g_autoptr(GArray) items = new_items();
  graphene_point_t at;

  if (!view)
    return;
  for (guint i = 0; presets[i].title; i++) {
    if (presets[i].kind != view->node->layer->kind || *presets[i].params)
      append_preset(items, i, NULL);
  }
  at = nw_canvas_to_widget(canvas, view->x + NW_NODE_WIDTH / 2.0,
                           view->y + nw_node_view_get_height(view));
  open_search(canvas, items, _("Replace with"), at.x, at.y, replacement_chosen_cb);
}

static void
target_chosen_cb(guint id, gpointer data)
{
  NwCanvas *canvas = data;

  canvas_connect_from(canvas, canvas_primary(canvas), id);
}

/* Lists what the selected node can feed without closing a circle, the nearest first. */
void
canvas_search_connection(NwCanvas *canvas)
{
  NwNodeView *view = canvas_find(canvas, canvas_primary(canvas));
  g_autoptr(GArray) items = new_items();
  graphene_point_t at;

  if (!view)
    return;
  for (guint i = 0; i < canvas->views->len; i++) {
    NwNodeView *other = canvas->views->pdata[i];
    g_autoptr(NwGraph) probe = NULL;
    guint input = canvas_free_input(other);
    NwSearchItem item = {.color = *nw_category_rgba(other->node->layer->kind->category),
                         .id = other->uid};

    if (other == view || input == G_MAXUINT)
      continue;
    probe = nw_graph_connect(canvas->graph, view->uid, 0, other->uid, input, NULL);
    if (!probe)
      continue;
    item.title = g_strdup(other->title);
    item.subtitle = g_strdup(other->line);
    g_array_append_val(items, item);
  }
  if (items->len == 0) {
    canvas_emit_message(canvas, _("No other node has a free input that this one could feed."));
    return;
  }
  at = nw_canvas_to_widget(canvas, view->x + NW_NODE_WIDTH, view->y + NW_NODE_HEIGHT / 2.0);
  open_search(canvas, items, _("Connect to"), at.x, at.y, target_chosen_cb);
}
