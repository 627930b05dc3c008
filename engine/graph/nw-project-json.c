/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-project-json.h"

#include "nw-block.h"
#include "nw-error.h"
#include "nw-file.h"
#include "nw-graph-private.h"
#include "nw-json.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#define MAX_BYTES  ((gsize)64 << 20)
#define MAX_VALUES ((gsize)4 << 20)
#define MAX_NODES  100000
#define MAX_PLACE  1e7 /* of x and y: beyond it, cairo's fixed-point coordinates end */

static gboolean
fail(const char *where, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* “WHERE: …” */
static gboolean
fail(const char *where, GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start(args, format);
  what = g_strdup_vprintf(format, args);
  va_end(args);
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, "%s: %s", where, what);
  return FALSE;
}

/* A key that means nothing here is a slip of the pen, or from a program that knows more: reading on
 * would lose it when the project is saved. */
static gboolean
check_keys(JsonObject *object, const char *where, const char *const *known, GError **error)
{
  JsonObjectIter iter;
  const char *key;

  json_object_iter_init(&iter, object);
  while (json_object_iter_next(&iter, &key, NULL)) {
    g_autofree char *shown = nw_text_for_message(key);
    const char *nearest;

    if (g_strv_contains(known, key))
      continue;
    nearest = nw_nearest_word(key, known);
    return nearest
               ? fail(where, error, _("“%s” is unknown here; did you mean “%s”?"), shown, nearest)
               : fail(where, error, _("“%s” is unknown here"), shown);
  }
  return TRUE;
}

/* A plain value as a person would type it; NULL when it is none. (transfer full) */
static char *
value_to_text(JsonNode *node)
{
  GType type;

  if (!JSON_NODE_HOLDS_VALUE(node))
    return NULL;
  type = json_node_get_value_type(node);
  if (type == G_TYPE_STRING)
    return json_node_dup_string(node);
  if (type == G_TYPE_BOOLEAN)
    return g_strdup(json_node_get_boolean(node) ? "true" : "false");
  if (type == G_TYPE_INT64)
    return g_strdup_printf("%" G_GINT64_FORMAT, json_node_get_int(node));
  return nw_number_to_text(json_node_get_double(node));
}

/* A value, or a list of values, as a person would type it. */
static char *
param_to_text(JsonNode *node, const NwParamSpec *spec, const char *where, GError **error)
{
  gboolean list =
      spec->type == NW_PARAM_INTS || spec->type == NW_PARAM_REALS || spec->type == NW_PARAM_NAMES;
  g_autoptr(GString) text = g_string_new(NULL);
  JsonArray *array;

  if (!list || !JSON_NODE_HOLDS_ARRAY(node)) {
    char *value = value_to_text(node);

    if (!value)
      fail(where, error, _("“%s” must be %s"), spec->key, list ? _("a list") : _("a single value"));
    return value;
  }
  array = json_node_get_array(node);
  for (guint i = 0; i < json_array_get_length(array); i++) {
    g_autofree char *value = value_to_text(json_array_get_element(array, i));

    if (!value) {
      fail(where, error, _("“%s” must be a list of single values"), spec->key);
      return NULL;
    }
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", value);
  }
  return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
check_param_keys(JsonObject *object, const char *where, const NwParamSpec *specs, GError **error)
{
  g_autoptr(GPtrArray) known = g_ptr_array_new();

  for (; specs->key; specs++)
    g_ptr_array_add(known, (gpointer)specs->key);
  g_ptr_array_add(known, NULL);
  return check_keys(object, where, (const char *const *)known->pdata, error);
}

/* @object is NULL when all is at its default. (transfer full) */
static NwParams *
params_from_json(const NwParamSpec *specs, JsonObject *object, const char *where, GError **error)
{
  g_autoptr(NwParams) params = nw_params_new(specs);
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;

  if (!object)
    return g_steal_pointer(&params);
  if (!check_param_keys(object, where, specs, error))
    return NULL;
  json_object_iter_init_ordered(&iter, object);
  while (json_object_iter_next_ordered(&iter, &key, &node)) {
    g_autofree char *text = param_to_text(node, nw_params_find_spec(params, key), where, error);
    NwParams *changed;

    if (!text)
      return NULL;
    changed = nw_params_with(params, key, text, error);
    if (!changed) {
      g_prefix_error(error, "%s: ", where);
      return NULL;
    }
    nw_params_unref(params);
    params = changed;
  }
  return g_steal_pointer(&params);
}

static gboolean
read_uid(JsonObject *object, const char *key, const char *where, guint *out, GError **error)
{
  gint64 uid = 0;

  if (!nw_json_get_integer(object, key, where, &uid, error))
    return FALSE;
  if (uid < 1 || uid >= G_MAXINT32)
    return fail(where, error, _("“%s” must be a whole number from 1 to %d"), key, G_MAXINT32 - 1);
  *out = (guint)uid;
  return TRUE;
}

static const NwLayerKind *
find_kind(const char *id, const char *where, GError **error)
{
  const NwLayerKind *kind = id ? nw_layer_kind_find(id) : NULL;
  g_autoptr(GPtrArray) ids = g_ptr_array_new();
  g_autofree char *shown = NULL;
  const char *nearest;

  if (kind)
    return kind;
  if (!id) {
    fail(where, error, _("it has no “kind”"));
    return NULL;
  }
  for (gsize i = 0; nw_layer_kinds[i]; i++)
    g_ptr_array_add(ids, (gpointer)nw_layer_kinds[i]->id);
  g_ptr_array_add(ids, NULL);
  shown = nw_text_for_message(id);
  nearest = nw_nearest_word(id, (const char *const *)ids->pdata);
  if (nearest)
    fail(where, error, _("its kind “%s” is unknown; did you mean “%s”?"), shown, nearest);
  else
    fail(where, error, _("its kind “%s” is unknown to this version of Netwright"), shown);
  return NULL;
}

static gboolean read_source(JsonNode *element, const char *where, NwSource *out, GError **error);
static NwGraph *read_graph(JsonObject *root, const char *where, GHashTable *uids, GError **error);

/* A layer that is a graph of its own; its uids are among @uids, those of the whole project. */
static NwBlock *
read_block(JsonObject *object, const char *where, GHashTable *uids, GError **error)
{
  static const char *const known[] = {"layers", "nodes", "outputs", NULL};
  JsonArray *array = NULL;
  g_autoptr(NwGraph) graph = NULL;
  NwSource outputs[NW_MAX_PORTS];
  guint n;
  NwBlock *block;

  if (!check_keys(object, where, known, error) ||
      !nw_json_get_array(object, "outputs", where, &array, error))
    return NULL;
  n = array ? json_array_get_length(array) : 0;
  if (n > NW_MAX_PORTS) {
    fail(where, error, _("it has %u outputs; %d are possible"), n, NW_MAX_PORTS);
    return NULL;
  }
  for (guint i = 0; i < n; i++)
    if (!read_source(json_array_get_element(array, i), where, &outputs[i], error))
      return NULL;
  graph = read_graph(object, where, uids, error);
  if (!graph)
    return NULL;
  block = nw_block_new(graph, outputs, n, error);
  if (!block)
    g_prefix_error(error, "%s: ", where);
  return block;
}

static NwLayer *
read_layer(JsonNode *element, guint index, GHashTable *uids, GError **error)
{
  static const char *const known[] = {"uid", "name", "kind", "block", "params", NULL};
  g_autofree char *where = g_strdup_printf(_("layer %u"), index + 1);
  JsonObject *object = nw_json_as_object(element, where, error), *settings = NULL, *body = NULL;
  const char *name = NULL, *kind_id = NULL;
  g_autofree char *shown = NULL;
  const NwLayerKind *kind;
  g_autoptr(NwParams) params = NULL;
  guint uid = 0;

  if (!object || !nw_json_get_text(object, "name", where, &name, error))
    return NULL;
  if (!name) {
    fail(where, error, _("it has no “name”"));
    return NULL;
  }
  if (!nw_layer_check_name(name, error)) {
    g_prefix_error(error, "%s: ", where);
    return NULL;
  }
  shown = nw_text_for_message(name);
  g_free(where);
  where = g_strdup_printf(_("layer “%s”"), shown);

  if (!check_keys(object, where, known, error) || !read_uid(object, "uid", where, &uid, error) ||
      !nw_json_get_text(object, "kind", where, &kind_id, error) ||
      !nw_json_get_object(object, "block", where, &body, error) ||
      !nw_json_get_object(object, "params", where, &settings, error))
    return NULL;
  if (body) {
    g_autoptr(NwBlock) block = kind_id ? NULL : read_block(body, where, uids, error);

    if (kind_id)
      fail(where, error, _("it has a “kind” and a “block”; it can be one of them"));
    params = block ? params_from_json(nw_block_params, settings, where, error) : NULL;
    return params ? nw_layer_new_block(uid, name, block, params) : NULL;
  }
  kind = find_kind(kind_id, where, error);
  if (!kind)
    return NULL;
  params = params_from_json(nw_layer_kind_get_params(kind), settings, where, error);
  return params ? nw_layer_new(uid, kind, name, params) : NULL;
}

static gboolean
read_source(JsonNode *element, const char *where, NwSource *out, GError **error)
{
  gint64 numbers[2] = {-1, -1};
  JsonArray *pair;

  *out = (NwSource){0, 0};
  if (JSON_NODE_HOLDS_NULL(element))
    return TRUE;
  pair = JSON_NODE_HOLDS_ARRAY(element) ? json_node_get_array(element) : NULL;
  for (guint i = 0; pair && json_array_get_length(pair) == 2 && i < 2; i++) {
    JsonNode *number = json_array_get_element(pair, i);

    if (JSON_NODE_HOLDS_VALUE(number) && json_node_get_value_type(number) == G_TYPE_INT64)
      numbers[i] = json_node_get_int(number);
  }
  if (numbers[0] < 1 || numbers[0] >= G_MAXINT32 || numbers[1] < 0 || numbers[1] >= G_MAXINT32)
    return fail(where, error, _("each input must be [node, port] or null"));
  *out = (NwSource){(guint)numbers[0], (guint)numbers[1]};
  return TRUE;
}

/* The wires that end at a node of @layer. (transfer full), of g_free */
static NwSource *
read_sources(JsonArray *array, const NwLayer *layer, const char *where, guint *n, GError **error)
{
  guint ports = (guint)nw_layer_kind_n_inputs(layer->kind);
  g_autofree NwSource *sources = NULL;

  *n = array ? json_array_get_length(array) : 0;
  if (*n > ports && !nw_layer_kind_is_variadic(layer->kind)) {
    fail(where, error, _("it has %u inputs, but its kind has only %u"), *n, ports);
    return NULL;
  }
  sources = g_new(NwSource, *n + 1);
  for (guint i = 0; i < *n; i++)
    if (!read_source(json_array_get_element(array, i), where, &sources[i], error))
      return NULL;
  return g_steal_pointer(&sources);
}

static NwNode *
read_node(JsonNode *element, guint index, GHashTable *layers, GError **error)
{
  static const char *const known[] = {"uid", "layer", "x", "y", "inputs", NULL};
  g_autofree char *where = g_strdup_printf(_("node %u"), index + 1);
  JsonObject *object = nw_json_as_object(element, where, error);
  JsonArray *inputs = NULL;
  g_autofree NwSource *sources = NULL;
  double x = 0, y = 0;
  guint uid = 0, layer_uid = 0, n = 0;
  NwLayer *layer;

  if (!object || !check_keys(object, where, known, error) ||
      !read_uid(object, "uid", where, &uid, error) ||
      !read_uid(object, "layer", where, &layer_uid, error))
    return NULL;
  layer = g_hash_table_lookup(layers, GUINT_TO_POINTER(layer_uid));
  if (!layer) {
    fail(where, error, _("it calls layer %u, which does not exist"), layer_uid);
    return NULL;
  }
  g_free(where);
  where = g_strdup_printf(_("node %u (“%s”)"), uid, layer->name);

  if (!nw_json_get_number(object, "x", where, &x, error) ||
      !nw_json_get_number(object, "y", where, &y, error) ||
      !nw_json_get_array(object, "inputs", where, &inputs, error))
    return NULL;
  if (!(fabs(x) <= MAX_PLACE && fabs(y) <= MAX_PLACE)) {
    fail(where, error, _("its place on the canvas is beyond ±%.0f"), MAX_PLACE);
    return NULL;
  }
  sources = read_sources(inputs, layer, where, &n, error);
  return sources ? nw_node_new(uid, layer, x, y, sources, n) : NULL;
}

/* Uids count layers and nodes together. */
static gboolean
claim_uid(GHashTable *uids, guint uid, const char *name, GError **error)
{
  if (g_hash_table_add(uids, GUINT_TO_POINTER(uid)))
    return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("layer “%s”: its uid %u is used twice"), name,
              uid);
  return FALSE;
}

static gboolean
read_layers(JsonArray *array, GHashTable *layers, GHashTable *uids, GError **error)
{
  g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

  for (guint i = 0; array && i < json_array_get_length(array); i++) {
    NwLayer *layer = read_layer(json_array_get_element(array, i), i, uids, error);

    if (!layer)
      return FALSE;
    if (!claim_uid(uids, layer->uid, layer->name, error)) {
      nw_layer_unref(layer);
      return FALSE;
    }
    g_hash_table_insert(layers, GUINT_TO_POINTER(layer->uid), layer);
    if (!g_hash_table_add(names, layer->name)) {
      g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("two layers are called “%s”"), layer->name);
      return FALSE;
    }
  }
  return TRUE;
}

/* Empties @nodes. */
static NwGraph *
graph_of_nodes(GPtrArray *nodes, GHashTable *layers, GHashTable *uids, GError **error)
{
  g_autoptr(GHashTable) idle = g_hash_table_new(NULL, NULL);
  g_autoptr(NwGraph) graph = NULL;
  guint next_uid = 1;
  GHashTableIter iter;
  gpointer layer, uid;
  gsize n;

  g_hash_table_iter_init(&iter, uids); /* those inside of blocks count, too */
  while (g_hash_table_iter_next(&iter, &uid, NULL))
    next_uid = MAX(next_uid, GPOINTER_TO_UINT(uid) + 1);
  g_hash_table_iter_init(&iter, layers);
  while (g_hash_table_iter_next(&iter, NULL, &layer))
    g_hash_table_add(idle, layer);
  for (guint i = 0; i < nodes->len; i++) {
    const NwNode *node = g_ptr_array_index(nodes, i);

    g_hash_table_remove(idle, node->layer);
  }
  g_hash_table_iter_init(&iter, idle);
  if (g_hash_table_iter_next(&iter, &layer, NULL)) {
    g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("layer “%s”: no node calls it"),
                ((NwLayer *)layer)->name);
    return NULL;
  }
  n = nodes->len;
  graph = nw_graph_take((NwNode **)g_ptr_array_steal(nodes, NULL), (guint)n, next_uid);
  return nw_graph_validate(graph, error) ? g_steal_pointer(&graph) : NULL;
}

static NwGraph *
read_graph(JsonObject *root, const char *where, GHashTable *uids, GError **error)
{
  g_autoptr(GHashTable) layers =
      g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)nw_layer_unref);
  g_autoptr(GPtrArray) nodes = g_ptr_array_new_with_free_func((GDestroyNotify)nw_node_unref);
  JsonArray *layer_array = NULL, *node_array = NULL;

  if (!nw_json_get_array(root, "layers", where, &layer_array, error) ||
      !nw_json_get_array(root, "nodes", where, &node_array, error))
    return NULL;
  if ((layer_array && json_array_get_length(layer_array) > MAX_NODES) ||
      (node_array && json_array_get_length(node_array) > MAX_NODES)) {
    fail(where, error, _("it has more than %d layers"), MAX_NODES);
    return NULL;
  }
  if (!read_layers(layer_array, layers, uids, error))
    return NULL;
  for (guint i = 0; node_array && i < json_array_get_length(node_array); i++) {
    NwNode *node = read_node(json_array_get_element(node_array, i), i, layers, error);

    if (!node)
      return NULL;
    g_ptr_array_add(nodes, node);
    if (!claim_uid(uids, node->uid, node->layer->name, error))
      return NULL;
  }
  return graph_of_nodes(nodes, layers, uids, error);
}

/* The graph of a whole project, blocks included. */
static NwGraph *
read_whole_graph(JsonObject *root, GError **error)
{
  g_autoptr(GHashTable) uids = g_hash_table_new(NULL, NULL);

  return read_graph(root, _("project"), uids, error);
}

static gboolean
check_version(JsonObject *root, GError **error)
{
  gint64 version = 0;

  if (!nw_json_get_integer(root, "netwright", _("project"), &version, error))
    return FALSE;
  if (version < 1) {
    g_set_error(error, NW_ERROR, NW_ERROR_FORMAT,
                _("this is no Netwright project: it does not say “netwright”: %d"),
                NW_PROJECT_VERSION);
    return FALSE;
  }
  if (version > NW_PROJECT_VERSION) {
    g_set_error(error, NW_ERROR, NW_ERROR_FORMAT,
                _("a newer Netwright made it (version %" PRId64
                  " of the format, this program reads up to %d); update Netwright to open it"),
                version, NW_PROJECT_VERSION);
    return FALSE;
  }
  return TRUE;
}

static NwProject *
read_optimizer(NwProject *project, JsonObject *root, GError **error)
{
  static const char *const known[] = {"kind", "params", NULL};
  const char *where = _("optimizer"), *id = nw_project_get_optimizer(project)->id;
  JsonObject *object = NULL, *settings = NULL;
  const NwOptimizerKind *kind;
  g_autoptr(NwParams) params = NULL;
  g_autoptr(NwProject) changed = NULL;

  if (!nw_json_get_object(root, "optimizer", _("project"), &object, error))
    return NULL;
  if (!object)
    return nw_project_ref(project);
  if (!check_keys(object, where, known, error) ||
      !nw_json_get_text(object, "kind", where, &id, error) ||
      !nw_json_get_object(object, "params", where, &settings, error))
    return NULL;
  kind = nw_optimizer_kind_find(id);
  if (!kind) {
    g_autofree char *shown = nw_text_for_message(id);

    fail(where, error, _("its kind “%s” is unknown to this version of Netwright"), shown);
    return NULL;
  }
  params = params_from_json(kind->params, settings, where, error);
  if (!params)
    return NULL;
  changed = nw_project_with_optimizer(project, kind);
  return nw_project_with_optimizer_params(changed, params);
}

static NwProject *
read_training(NwProject *project, JsonObject *root, GError **error)
{
  JsonObject *settings = NULL;
  g_autoptr(NwParams) params = NULL;

  if (!nw_json_get_object(root, "training", _("project"), &settings, error))
    return NULL;
  params = params_from_json(nw_training_params(), settings, _("training"), error);
  return params ? nw_project_with_training(project, params) : NULL;
}

static NwProject *
read_data(NwProject *project, JsonObject *root, GError **error)
{
  JsonNode *node = json_object_get_member(root, "data");
  g_autoptr(NwDataSettings) data = NULL;

  if (!node || JSON_NODE_HOLDS_NULL(node))
    return nw_project_ref(project);
  data = nw_data_settings_from_json(node, error);
  return data ? nw_project_with_data(project, data) : NULL;
}

static NwProject *
read_description(NwProject *project, JsonObject *root, GError **error)
{
  const char *text = "";

  if (!nw_json_get_text(root, "description", _("project"), &text, error))
    return NULL;
  return nw_project_with_description(project, text);
}

static NwProject *
read_project_graph(NwProject *project, JsonObject *root, GError **error)
{
  g_autoptr(NwGraph) graph = read_whole_graph(root, error);

  return graph ? nw_project_with_graph(project, graph) : NULL;
}

/* Each reads one part into the project. */
static NwProject *(*const parts[])(NwProject *, JsonObject *, GError **) = {
    read_description, read_project_graph, read_data, read_training, read_optimizer,
};

static NwProject *
read_root(JsonObject *root, GError **error)
{
  g_autoptr(NwProject) project = nw_project_new();

  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    NwProject *read = parts[i](project, root, error);

    if (!read)
      return NULL;
    nw_project_unref(project);
    project = read;
  }
  return g_steal_pointer(&project);
}

/* The checked root of a project's text. (transfer full); errors name @name. */
static JsonNode *
parse_root(const char *text, gssize length, const char *name, GError **error)
{
  static const char *const known[] = {"netwright", "description", "layers",    "nodes",
                                      "data",      "training",    "optimizer", NULL};
  gsize size = length < 0 ? strlen(text) : (gsize)length;
  g_autoptr(JsonNode) root = NULL;
  JsonObject *object;

  if (size > MAX_BYTES) {
    g_set_error(error, NW_ERROR, NW_ERROR_LIMIT, _("%s is too large to be a project"), name);
    return NULL;
  }
  root = nw_json_parse(text, size, name, MAX_VALUES, error);
  if (!root)
    return NULL;
  object = nw_json_as_object(root, _("project"), error);
  if (!object || !check_version(object, error) || !check_keys(object, _("project"), known, error)) {
    g_prefix_error(error, "%s: ", name);
    return NULL;
  }
  return g_steal_pointer(&root);
}

NwProject *
nw_project_from_json(const char *text, gssize length, const char *name, GError **error)
{
  g_autoptr(JsonNode) root = parse_root(text, length, name, error);
  NwProject *project;

  if (!root)
    return NULL;
  project = read_root(json_node_get_object(root), error);
  if (!project)
    g_prefix_error(error, "%s: ", name);
  return project;
}

NwGraph *
nw_graph_from_json(const char *text, gssize length, GError **error)
{
  const char *name = _("clipboard");
  g_autoptr(JsonNode) root = parse_root(text, length, name, error);
  NwGraph *graph;

  if (!root)
    return NULL;
  graph = read_whole_graph(json_node_get_object(root), error);
  if (!graph)
    g_prefix_error(error, "%s: ", name);
  return graph;
}

NwProject *
nw_project_load(const char *path, GError **error)
{
  g_autofree char *name = g_filename_display_basename(path);
  gsize length;
  g_autofree char *text = nw_file_read(path, MAX_BYTES, &length, error);

  return text ? nw_project_from_json(text, (gssize)length, name, error) : NULL;
}
