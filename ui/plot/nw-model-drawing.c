/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-model-drawing.h"
#include "nw-infer.h"

#include <glib/gi18n-lib.h>

#define BOX_WIDTH  150 /* as the canvas draws them */
#define BOX_HEIGHT 58
#define LEAST_GAP  24.0

struct _NwModelDrawing {
  GArray *boxes, *wires;
  GPtrArray *texts; /* what boxes and wires borrow */
  NwPlotGraph plot;
};

static const char *
keep(NwModelDrawing *drawing, char *text)
{
  if (text != NULL)
    g_ptr_array_add(drawing->texts, text);
  return text;
}

static void
add_box(NwModelDrawing *drawing, const NwGraph *graph, const NwNode *node)
{
  const NwLayerKind *kind = node->layer->kind;
  NwPlotBox box = {
      .x = node->x,
      .y = node->y,
      .width = BOX_WIDTH,
      .height = BOX_HEIGHT,
      .name = keep(drawing, nw_graph_dup_node_title(graph, node)),
      .description = keep(drawing, nw_layer_kind_describe(kind, node->layer->params)),
      .color = nw_plot_color_parse(nw_category_color(kind->category)),
  };

  g_array_append_val(drawing->boxes, box);
}

static void
add_wires(NwModelDrawing *drawing, const NwInference *inference, guint index)
{
  const NwGraph *graph = nw_inference_get_graph(inference);
  const NwNode *node = nw_graph_get_node(graph, index);

  for (guint i = 0; i < node->n_inputs; i++) {
    const NwSource *source = &node->inputs[i];
    int from = nw_graph_find_index(graph, source->node);
    const NwType *type;
    NwPlotWire wire;

    if (from < 0)
      continue;
    type = nw_inference_get_type(inference, source->node, source->port);
    wire = (NwPlotWire){
        .from = (guint)from,
        .from_port = source->port,
        .n_from_ports =
            (guint)nw_layer_kind_n_outputs(nw_graph_get_node(graph, (guint)from)->layer->kind),
        .to = index,
        .to_port = i,
        .n_to_ports = node->n_inputs,
        .label = type != NULL ? keep(drawing, nw_shape_to_text(&type->shape)) : NULL,
    };
    g_array_append_val(drawing->wires, wire);
  }
}

NwModelDrawing *
nw_model_drawing_new(NwGraph *graph)
{
  NwModelDrawing *drawing = g_new0(NwModelDrawing, 1);
  g_autoptr(NwInference) inference = nw_inference_new(graph);

  drawing->boxes = g_array_new(FALSE, FALSE, sizeof(NwPlotBox));
  drawing->wires = g_array_new(FALSE, FALSE, sizeof(NwPlotWire));
  drawing->texts = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    add_box(drawing, graph, nw_graph_get_node(graph, i));
    add_wires(drawing, inference, i);
  }
  drawing->plot = (NwPlotGraph){
      .empty = _("The network is empty"),
      .boxes = (const NwPlotBox *)drawing->boxes->data,
      .n_boxes = drawing->boxes->len,
      .wires = (const NwPlotWire *)drawing->wires->data,
      .n_wires = drawing->wires->len,
  };
  return drawing;
}

/* Gaps that are at least LEAST_GAP stay so. */
void
nw_model_drawing_turn_upright(NwModelDrawing *drawing)
{
  double stretch = (BOX_WIDTH + LEAST_GAP) / (BOX_HEIGHT + LEAST_GAP);

  for (guint i = 0; i < drawing->boxes->len; i++) {
    NwPlotBox *box = &g_array_index(drawing->boxes, NwPlotBox, i);
    double x = box->x;

    box->x = box->y * stretch;
    box->y = x / stretch;
  }
  drawing->plot.is_upright = !drawing->plot.is_upright;
}

void
nw_model_drawing_free(NwModelDrawing *drawing)
{
  if (drawing == NULL)
    return;
  g_array_unref(drawing->boxes);
  g_array_unref(drawing->wires);
  g_ptr_array_unref(drawing->texts);
  g_free(drawing);
}

const NwPlotGraph *
nw_model_drawing_get_plot(const NwModelDrawing *drawing)
{
  return &drawing->plot;
}
