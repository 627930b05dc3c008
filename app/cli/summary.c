/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"

#include "nw-plan.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <stdio.h>

/* What leaves the node; what enters it, when nothing leaves; NULL while unknown. */
static const NwType *
type_of(const NwInference *inference, const NwNode *node)
{
  if (nw_layer_kind_n_outputs(node->layer->kind) > 0)
    return nw_inference_get_type(inference, node->uid, 0);
  if (node->n_inputs > 0)
    return nw_inference_get_type(inference, node->inputs[0].node, node->inputs[0].port);
  return NULL;
}

/* Weights of a layer that is called twice belong to its first call. */
static gint64
count_parameters(const NwInference *inference, const NwNode *node)
{
  const NwGraph *graph = nw_inference_get_graph(inference);
  const NwNodeInfo *info = nw_inference_get_node(inference, node->uid);

  if (nw_graph_find_node_by_name(graph, node->layer->name) != node || !info->known)
    return 0;
  return info->n_parameters;
}

/* Titles of the nodes that it listens to. (transfer full) */
static char **
dup_inputs(const NwGraph *graph, const NwNode *node)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

  for (guint i = 0; i < node->n_inputs; i++) {
    const NwNode *source = nw_graph_find_node(graph, node->inputs[i].node);
    g_autofree char *title = source ? nw_graph_dup_node_title(graph, source) : NULL;

    if (title)
      g_strv_builder_add(builder, title);
  }
  return g_strv_builder_end(builder);
}

static JsonObject *
layer_to_json(const NwInference *inference, const NwNode *node)
{
  const NwGraph *graph = nw_inference_get_graph(inference);
  const NwType *type = type_of(inference, node);
  g_autofree char *title = nw_graph_dup_node_title(graph, node);
  g_auto(GStrv) inputs = dup_inputs(graph, node);
  JsonObject *object = json_object_new();
  JsonArray *names = json_array_new(), *shape = NULL;

  for (gsize i = 0; inputs[i]; i++)
    json_array_add_string_element(names, inputs[i]);
  json_object_set_string_member(object, "name", title);
  json_object_set_string_member(object, "kind", node->layer->kind->id);
  if (type)
    shape = json_array_new();
  for (int i = 0; type && i < type->shape.rank; i++)
    json_array_add_int_element(shape, type->shape.dim[i]);
  if (shape)
    json_object_set_array_member(object, "output_shape", shape);
  else
    json_object_set_null_member(object, "output_shape");
  json_object_set_int_member(object, "parameters", count_parameters(inference, node));
  json_object_set_array_member(object, "inputs", names);
  return object;
}

static void
print_json(const NwInference *inference, const guint *order, gsize bytes)
{
  const NwGraph *graph = nw_inference_get_graph(inference);
  JsonObject *root = json_object_new();
  JsonArray *layers = json_array_new();

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++)
    json_array_add_object_element(layers,
                                  layer_to_json(inference, nw_graph_get_node(graph, order[i])));
  json_object_set_array_member(root, "layers", layers);
  json_object_set_int_member(root, "parameters", nw_inference_get_n_parameters(inference));
  json_object_set_int_member(root, "trainable", nw_inference_get_n_trainable(inference));
  json_object_set_int_member(root, "bytes_per_batch", (gint64)bytes);
  json_object_set_int_member(root, "flops_per_sample", nw_inference_get_flops(inference));
  nw_cli_print_json(root, TRUE);
}

/* Text in @width columns; printf would count bytes. */
static void
print_cell(const char *text, glong width)
{
  glong length = g_utf8_strlen(text, -1);

  printf("%s%*s  ", text, (int)MAX(width - length, 0), "");
}

static void
print_row(const char *name, const char *kind, const char *shape, const char *parameters,
          const char *inputs)
{
  print_cell(name, 20);
  print_cell(kind, 14);
  print_cell(shape, 14);
  print_cell(parameters, 12);
  printf("%s\n", inputs);
}

static void
print_table(const NwInference *inference, const guint *order, gsize bytes)
{
  const NwGraph *graph = nw_inference_get_graph(inference);
  g_autofree char *memory = g_format_size(bytes);

  print_row(_("Layer"), _("Kind"), _("Output"), _("Parameters"), _("Inputs"));
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, order[i]);
    const NwType *type = type_of(inference, node);
    g_autofree char *title = nw_graph_dup_node_title(graph, node);
    g_autofree char *shape = type ? nw_shape_to_text(&type->shape) : g_strdup("?");
    g_autofree char *parameters =
        g_strdup_printf("%" G_GINT64_FORMAT, count_parameters(inference, node));
    g_auto(GStrv) inputs = dup_inputs(graph, node);
    g_autofree char *sources = g_strjoinv(", ", inputs);

    print_row(title, _(node->layer->kind->title), shape, parameters, sources);
  }
  printf(_("\nParameters: %" PRId64 ", of which training changes %" PRId64 "\n"),
         nw_inference_get_n_parameters(inference), nw_inference_get_n_trainable(inference));
  printf(_("Memory for one training batch: %s\n"), memory);
  printf(_("Operations per sample, forward: %" PRId64 "\n"),
         nw_inference_get_flops(inference));
}

static NwExit
run(const NwArgs *args, GError **error)
{
  g_autoptr(NwProject) project = nw_cli_load_project(args, error);
  g_autoptr(NwInference) inference = NULL;
  g_autoptr(NwPlan) plan = NULL;
  g_autofree guint *order = NULL;
  gsize batch;

  if (!project)
    return NW_EXIT_INPUT;
  inference = nw_inference_new(nw_project_get_graph(project));
  if (!nw_inference_check(inference, error))
    return NW_EXIT_INPUT;
  batch = (gsize)nw_params_get_int(nw_project_get_training(project), "batch_size");
  plan = nw_plan_new(inference, batch, TRUE, error);
  if (!plan)
    return NW_EXIT_INPUT;

  order = nw_graph_dup_order(nw_project_get_graph(project));
  if (nw_args_get_flag(args, "json"))
    print_json(inference, order, nw_plan_get_arena_bytes(plan));
  else
    print_table(inference, order, nw_plan_get_arena_bytes(plan));
  return NW_EXIT_DONE;
}

static const NwOption options[] = {NW_OPTION_JSON, NW_OPTION_SET, {NULL}};

const NwCommand nw_command_summary = {
    .name = "summary",
    .summary = N_("Lists layers, shapes, parameters, memory and operations"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .details = N_("Shapes are those of one sample, without the batch."),
    .run = run,
};
