/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-settings-diff.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "nw-block.h"
#include "nw-json.h"
#include "nw-layer.h"

/* One project's settings: texts by key, keys in order. */
typedef struct {
  GPtrArray *keys;
  GHashTable *texts;
} Settings;

static void
settings_free(gpointer data)
{
  Settings *settings = data;

  g_ptr_array_unref(settings->keys);
  g_hash_table_unref(settings->texts);
  g_free(settings);
}

/* Takes @key and @text. */
static void
add(Settings *settings, char *key, char *text)
{
  if (g_hash_table_contains(settings->texts, key)) {
    g_free(key);
    g_free(text);
    return;
  }
  g_ptr_array_add(settings->keys, key);
  g_hash_table_insert(settings->texts, key, text);
}

static void
add_params(Settings *settings, const char *prefix, const NwParams *params)
{
  for (const NwParamSpec *spec = nw_params_get_specs(params); spec->key != NULL; spec++)
    if (nw_params_applies(params, spec->key))
      add(settings, g_strdup_printf("%s.%s", prefix, spec->key),
          nw_params_to_text(params, spec->key));
}

/* “dense <- flatten, pool”: what it is, and what it is made from. */
static char *
describe_node(NwGraph *graph, const NwNode *node)
{
  GString *text = g_string_new(node->layer->kind->id);

  for (guint i = 0; i < node->n_inputs; i++) {
    const NwNode *from = nw_graph_find_node(graph, node->inputs[i].node);

    g_string_append_printf(text, "%s%s", i == 0 ? " <- " : ", ",
                           from != NULL ? from->layer->name : "–");
    if (from != NULL && node->inputs[i].port > 0)
      g_string_append_printf(text, ":%u", (guint)node->inputs[i].port);
  }
  return g_string_free(text, FALSE);
}

/* The layers of a block go by “block.layer”. */
static void
add_graph(Settings *settings, const char *prefix, NwGraph *graph)
{
  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    g_autofree char *name = g_strconcat(prefix, node->layer->name, NULL);
    g_autofree char *inner = g_strconcat(name, ".", NULL);

    add(settings, g_strdup(name), describe_node(graph, node));
    add_params(settings, name, node->layer->params);
    if (node->layer->block != NULL)
      add_graph(settings, inner, node->layer->block->graph);
  }
}

/* Every value of the JSON with the way to it: "data.split.seed". A list's items go by their name
 * where they have one. */
static void
add_json(Settings *settings, const char *path, JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT(node)) {
    g_autoptr(GList) members = json_object_get_members(json_node_get_object(node));

    for (GList *l = members; l != NULL; l = l->next) {
      g_autofree char *inner = g_strdup_printf("%s.%s", path, (const char *)l->data);
      add_json(settings, inner, json_object_get_member(json_node_get_object(node), l->data));
    }
  } else if (JSON_NODE_HOLDS_ARRAY(node)) {
    JsonArray *array = json_node_get_array(node);

    for (guint i = 0; i < json_array_get_length(array); i++) {
      JsonNode *item = json_array_get_element(array, i);
      const char *name = NULL;
      g_autofree char *inner = NULL;

      if (JSON_NODE_HOLDS_OBJECT(item))
        nw_json_get_text(json_node_get_object(item), "name", "", &name, NULL);
      inner =
          name != NULL ? g_strdup_printf("%s.%s", path, name) : g_strdup_printf("%s[%u]", path, i);
      add_json(settings, inner, item);
    }
  } else {
    g_autofree char *text = nw_json_to_text(node, FALSE);
    gsize length = strlen(text);

    if (length >= 2 && text[0] == '"')
      add(settings, g_strdup(path), g_strndup(text + 1, length - 2));
    else
      add(settings, g_strdup(path), g_strdup(text));
  }
}

static Settings *
settings_of(NwProject *project)
{
  Settings *settings = g_new0(Settings, 1);
  g_autoptr(JsonNode) data = nw_data_settings_to_json(nw_project_get_data(project));

  settings->keys = g_ptr_array_new();
  settings->texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  add(settings, g_strdup("optimizer"), g_strdup(nw_project_get_optimizer(project)->id));
  add_params(settings, "optimizer", nw_project_get_optimizer_params(project));
  add_params(settings, "training", nw_project_get_training(project));
  add_graph(settings, "", nw_project_get_graph(project));
  add_json(settings, "data", data);
  return settings;
}

static void
diff_free(gpointer data)
{
  NwSettingDiff *diff = data;

  for (guint i = 0; i < diff->n; i++)
    g_free(diff->values[i]);
  g_free(diff->values);
  g_free(diff->key);
  g_free(diff);
}

/* Where not all have the same. */
static void
add_difference(GPtrArray *diffs, GPtrArray *all, const char *key)
{
  NwSettingDiff *diff = g_new0(NwSettingDiff, 1);
  gboolean differ = FALSE;

  diff->key = g_strdup(key);
  diff->n = all->len;
  diff->values = g_new0(char *, diff->n);
  for (guint i = 0; i < all->len; i++) {
    const Settings *settings = g_ptr_array_index(all, i);

    diff->values[i] = g_strdup(g_hash_table_lookup(settings->texts, key));
    differ |= g_strcmp0(diff->values[0], diff->values[i]) != 0;
  }
  if (differ)
    g_ptr_array_add(diffs, diff);
  else
    diff_free(diff);
}

GPtrArray *
nw_settings_diff(NwProject *const *projects, guint n)
{
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(settings_free);
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  GPtrArray *diffs = g_ptr_array_new_with_free_func(diff_free);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add(all, settings_of(projects[i]));
  for (guint i = 0; i < all->len; i++) {
    const Settings *settings = g_ptr_array_index(all, i);

    for (guint k = 0; k < settings->keys->len; k++)
      if (g_hash_table_add(seen, g_ptr_array_index(settings->keys, k)))
        add_difference(diffs, all, g_ptr_array_index(settings->keys, k));
  }
  return diffs;
}
