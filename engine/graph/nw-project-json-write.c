/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-project-json.h"

#include "nw-block.h"
#include "nw-file.h"
#include "nw-json.h"

#include <string.h>

static JsonArray *
list_to_json(const NwParams *params, const NwParamSpec *spec)
{
  JsonArray *array = json_array_new();
  gsize n;

  if (spec->type == NW_PARAM_INTS) {
    const gint64 *ints = nw_params_get_ints(params, spec->key, &n);

    for (gsize i = 0; i < n; i++)
      json_array_add_int_element(array, ints[i]);
  } else if (spec->type == NW_PARAM_REALS) {
    const double *reals = nw_params_get_reals(params, spec->key, &n);

    for (gsize i = 0; i < n; i++)
      json_array_add_double_element(array, reals[i]);
  } else {
    for (const char *const *name = nw_params_get_names(params, spec->key); *name; name++)
      json_array_add_string_element(array, *name);
  }
  return array;
}

static void
add_param(JsonObject *object, const NwParams *params, const NwParamSpec *spec)
{
  const char *key = spec->key;

  switch (spec->type) {
  case NW_PARAM_INT:
    json_object_set_int_member(object, key, nw_params_get_int(params, key));
    break;
  case NW_PARAM_REAL:
    json_object_set_double_member(object, key, nw_params_get_real(params, key));
    break;
  case NW_PARAM_BOOL:
    json_object_set_boolean_member(object, key, nw_params_get_bool(params, key));
    break;
  case NW_PARAM_CHOICE:
    json_object_set_string_member(object, key, nw_params_get_choice(params, key));
    break;
  case NW_PARAM_TEXT:
    json_object_set_string_member(object, key, nw_params_get_text(params, key));
    break;
  case NW_PARAM_INTS:
  case NW_PARAM_REALS:
  case NW_PARAM_NAMES:
    json_object_set_array_member(object, key, list_to_json(params, spec));
    break;
  }
}

/* What differs from the defaults; NULL when nothing does. */
static JsonObject *
params_to_json(const NwParams *params)
{
  g_autoptr(JsonObject) object = json_object_new();

  for (const NwParamSpec *spec = nw_params_get_specs(params); spec->key; spec++)
    if (!nw_params_is_initial(params, spec->key))
      add_param(object, params, spec);
  return json_object_get_size(object) > 0 ? g_steal_pointer(&object) : NULL;
}

static void
add_params(JsonObject *object, const char *key, const NwParams *params)
{
  JsonObject *changed = params_to_json(params);

  if (changed)
    json_object_set_object_member(object, key, changed);
}

static JsonArray *
source_to_json(NwSource source)
{
  JsonArray *pair = json_array_sized_new(2);

  json_array_add_int_element(pair, source.node);
  json_array_add_int_element(pair, source.port);
  return pair;
}

static void add_graph(JsonObject *root, const NwGraph *graph);

static JsonObject *
block_to_json(const NwBlock *block)
{
  JsonObject *object = json_object_new();
  JsonArray *outputs = json_array_new();

  add_graph(object, block->graph);
  for (guint i = 0; i < block->n_outputs; i++)
    json_array_add_array_element(outputs, source_to_json(block->outputs[i]));
  json_object_set_array_member(object, "outputs", outputs);
  return object;
}

static void
add_layer(JsonArray *array, const NwLayer *layer)
{
  JsonObject *object = json_object_new();

  json_object_set_int_member(object, "uid", layer->uid);
  json_object_set_string_member(object, "name", layer->name);
  if (layer->block)
    json_object_set_object_member(object, "block", block_to_json(layer->block));
  else
    json_object_set_string_member(object, "kind", layer->kind->id);
  add_params(object, "params", layer->params);
  json_array_add_object_element(array, object);
}

static void
add_node(JsonArray *array, const NwNode *node)
{
  JsonObject *object = json_object_new();
  JsonArray *inputs = json_array_new();

  for (guint i = 0; i < node->n_inputs; i++) {
    if (node->inputs[i].node == 0)
      json_array_add_null_element(inputs);
    else
      json_array_add_array_element(inputs, source_to_json(node->inputs[i]));
  }
  json_object_set_int_member(object, "uid", node->uid);
  json_object_set_int_member(object, "layer", node->layer->uid);
  json_object_set_double_member(object, "x", node->x);
  json_object_set_double_member(object, "y", node->y);
  json_object_set_array_member(object, "inputs", inputs);
  json_array_add_object_element(array, object);
}

static void
add_graph(JsonObject *root, const NwGraph *graph)
{
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
  JsonArray *layers = json_array_new(), *nodes = json_array_new();

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);

    if (g_hash_table_add(seen, node->layer))
      add_layer(layers, node->layer);
    add_node(nodes, node);
  }
  json_object_set_array_member(root, "layers", layers);
  json_object_set_array_member(root, "nodes", nodes);
}

/* Takes @root. */
static char *
root_to_text(JsonObject *root)
{
  g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);

  json_node_take_object(node, root);
  return nw_json_to_text(node, TRUE);
}

char *
nw_graph_to_json(const NwGraph *graph)
{
  JsonObject *root = json_object_new();

  json_object_set_int_member(root, "netwright", NW_PROJECT_VERSION);
  add_graph(root, graph);
  return root_to_text(root);
}

char *
nw_project_to_json(const NwProject *project)
{
  JsonObject *root = json_object_new(), *optimizer = json_object_new();

  json_object_set_int_member(root, "netwright", NW_PROJECT_VERSION);
  if (*nw_project_get_description(project))
    json_object_set_string_member(root, "description", nw_project_get_description(project));
  add_graph(root, nw_project_get_graph(project));
  json_object_set_member(root, "data", nw_data_settings_to_json(nw_project_get_data(project)));
  add_params(root, "training", nw_project_get_training(project));
  json_object_set_string_member(optimizer, "kind", nw_project_get_optimizer(project)->id);
  add_params(optimizer, "params", nw_project_get_optimizer_params(project));
  json_object_set_object_member(root, "optimizer", optimizer);
  return root_to_text(root);
}

gboolean
nw_project_save(const NwProject *project, const char *path, GError **error)
{
  g_autofree char *text = nw_project_to_json(project);

  return nw_file_write_atomic(path, text, strlen(text), error);
}
