/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-fields.h"

static void
append_input(GArray *fields, NwInference *inference, const NwNode *node)
{
  const NwType *type = nw_inference_get_type(inference, node->uid, 0);
  NwFieldInfo field = {.request = {.name = node->layer->name}, .known = type != NULL};

  if (type)
    field.request.type = *type;
  field.request.any_shape = nw_params_is_initial(node->layer->params, "shape");
  g_array_append_val(fields, field);
}

/* The known ones alone. (transfer full): g_free */
static NwFieldRequest *
dup_requests(const GArray *fields, gsize *n)
{
  NwFieldRequest *requests = g_new0(NwFieldRequest, fields->len + 1);

  *n = 0;
  for (guint i = 0; i < fields->len; i++) {
    const NwFieldInfo *field = &g_array_index(fields, NwFieldInfo, i);

    if (field->known)
      requests[(*n)++] = field->request;
  }
  return requests;
}

/* Inputs about whose shape nobody has decided take that of their columns. (transfer full) */
static NwGraph *
fit_inputs(NwGraph *graph, NwDataSettings *settings, const char *source, const NwTable *table,
           const NwFieldRequest *requests, gsize n)
{
  NwGraph *fitted = nw_graph_ref(graph);

  for (gsize i = 0; i < n; i++) {
    const NwNode *node = nw_graph_find_node_by_name(graph, requests[i].name);
    g_autoptr(GString) text = g_string_new(NULL);
    NwGraph *next;
    NwShape shape;

    if (!node || !requests[i].any_shape ||
        !nw_data_settings_get_shape(settings, source, table, &requests[i], &shape))
      continue;
    for (int axis = 0; axis < shape.rank; axis++)
      g_string_append_printf(text, "%s%" G_GINT64_FORMAT, axis > 0 ? ", " : "", shape.dim[axis]);
    next = nw_graph_set_param(fitted, node->uid, "shape", text->str, NULL);
    if (next) {
      nw_graph_unref(fitted);
      fitted = next;
    }
  }
  return fitted;
}

NwProject *
nw_fields_guess(NwProject *project, const GArray *fields, const char *source, const NwTable *table)
{
  gsize n;
  g_autofree NwFieldRequest *requests = dup_requests(fields, &n);
  g_autoptr(NwDataSettings) data =
      nw_data_settings_guess(nw_project_get_data(project), source, table, requests, n);
  g_autoptr(NwGraph) graph =
      fit_inputs(nw_project_get_graph(project), data, source, table, requests, n);
  g_autoptr(NwProject) bound = nw_project_with_data(project, data);

  return nw_project_with_graph(bound, graph);
}

/* Its target and its sample weights. */
static void
append_output(GArray *fields, NwInference *inference, const NwNode *node)
{
  const NwType *type = NULL;
  NwFieldInfo field = {0};

  if (node->n_inputs > 0 && node->inputs[0].node)
    type = nw_inference_get_type(inference, node->inputs[0].node, node->inputs[0].port);
  field.known = type != NULL;
  if (nw_output_request_target(node->layer, type, &field.request))
    g_array_append_val(fields, field);
  if (nw_output_request_weight(node->layer, type, &field.request))
    g_array_append_val(fields, field);
}

/* A Target asks for data that no Output asks for: its own, or those of an Output without a target.
 */
static void
append_own_target(GArray *fields, NwInference *inference, const NwNode *node)
{
  const NwType *type = nw_inference_get_type(inference, node->uid, 0);
  const NwNode *from = nw_inference_find_fed(inference, node);
  NwFieldInfo field = {.request = {.role = NW_FIELD_TARGET}, .known = type != NULL};

  if (!from)
    return;
  field.request.name = from->layer->name;
  for (guint i = 0; i < fields->len; i++)
    if (g_str_equal(g_array_index(fields, NwFieldInfo, i).request.name, field.request.name))
      return;
  if (type)
    field.request.type = *type;
  g_array_append_val(fields, field);
}

GArray *
nw_fields_list(NwInference *inference)
{
  NwGraph *graph = nw_inference_get_graph(inference);
  GArray *fields = g_array_new(FALSE, TRUE, sizeof(NwFieldInfo));
  guint n = nw_graph_get_n_nodes(graph);

  for (guint i = 0; i < n; i++)
    if (nw_graph_get_node(graph, i)->layer->kind->role == NW_ROLE_INPUT)
      append_input(fields, inference, nw_graph_get_node(graph, i));
  for (guint i = 0; i < n; i++)
    if (nw_graph_get_node(graph, i)->layer->kind->role == NW_ROLE_OUTPUT)
      append_output(fields, inference, nw_graph_get_node(graph, i));
  for (guint i = 0; i < n; i++)
    if (nw_graph_get_node(graph, i)->layer->kind->role == NW_ROLE_TARGET)
      append_own_target(fields, inference, nw_graph_get_node(graph, i));
  return fields;
}
