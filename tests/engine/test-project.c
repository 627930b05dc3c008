/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-error.h"
#include "nw-json.h"
#include "nw-project-json.h"
#include "nw-rng.h"

#include <glib/gstdio.h>
#include <string.h>

/* ── set ─────────────────────────────────────────────────────────────────────────────────────── */

/* input → dense → output, input → dense_1 → output_1 */
static NwProject *
small_project(void)
{
  g_autoptr(NwProject) empty = nw_project_new();
  g_autoptr(NwGraph) graph = nw_graph_new();
  const char *const kinds[] = {"input", "dense", "output", "dense", "output"};
  const guint source[] = {0, 0, 1, 0, 3};
  guint uids[5];

  for (guint i = 0; i < 5; i++) {
    NwGraph *added =
        nw_graph_add(graph, nw_layer_kind_find(kinds[i]), NULL, 210.0 * i, 0.5, &uids[i]);

    nw_graph_unref(graph);
    graph = added;
    if (i > 0) {
      NwGraph *wired = nw_graph_connect(graph, uids[source[i]], 0, uids[i], 0, NULL);

      nw_graph_unref(graph);
      graph = wired;
    }
  }
  return nw_project_with_graph(empty, graph);
}

static NwParams *
params_of(const NwProject *project, const char *layer)
{
  return nw_graph_find_node_by_name(nw_project_get_graph(project), layer)->layer->params;
}

static void
set(NwProject **project, const char *key, const char *text)
{
  g_autoptr(GError) error = NULL;
  NwProject *changed = nw_project_set(*project, key, text, &error);

  g_assert_no_error(error);
  nw_project_unref(*project);
  *project = changed;
}

static void
refuse_set(const char *key, const char *text, const char *sentence)
{
  g_autoptr(NwProject) project = small_project();
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_project_set(project, key, text, &error));
  g_assert_error(error, NW_ERROR, NW_ERROR_INPUT);
  g_assert_cmpstr(error->message, ==, sentence);
}

static void
test_set(void)
{
  g_autoptr(NwProject) project = small_project();

  set(&project, "training.epochs", "3");
  set(&project, "dense_1.units", "7");
  set(&project, "*.loss", "mean_absolute_error");
  set(&project, "optimizer", "sgd");
  set(&project, "optimizer.learning_rate", "0.5");
  g_assert_cmpint(nw_params_get_int(nw_project_get_training(project), "epochs"), ==, 3);
  g_assert_cmpint(nw_params_get_int(params_of(project, "dense"), "units"), !=, 7);
  g_assert_cmpint(nw_params_get_int(params_of(project, "dense_1"), "units"), ==, 7);
  g_assert_cmpstr(nw_params_get_choice(params_of(project, "output"), "loss"), ==,
                  "mean_absolute_error");
  g_assert_cmpstr(nw_params_get_choice(params_of(project, "output_1"), "loss"), ==,
                  "mean_absolute_error");
  g_assert_cmpstr(nw_project_get_optimizer(project)->id, ==, "sgd");
  g_assert_cmpfloat(nw_params_get_real(nw_project_get_optimizer_params(project), "learning_rate"),
                    ==, 0.5);
}

static void
test_set_refuses(void)
{
  refuse_set("training.epohcs", "3",
             "There is no setting “training.epohcs”; did you mean “training.epochs”?");
  refuse_set("dense_1.unit", "3",
             "There is no setting “dense_1.unit”; did you mean “dense_1.units”?");
  refuse_set("zebra", "3",
             "There is no setting “zebra”; settings are called training.epochs, "
             "optimizer.learning_rate, or LAYER.PARAMETER such as dense.units");
  refuse_set("training.epochs", "0",
             "training.epochs: Epochs must be a whole number from 1 to 1000000, not “0”");
  refuse_set("optimizer", "adma", "Optimizer: “adma” is unknown; did you mean “adam”?");
}

static void
test_optimizer_change(void)
{
  g_autoptr(NwProject) project = nw_project_new();
  double adam_rate = nw_params_get_real(nw_project_get_optimizer_params(project), "learning_rate");

  set(&project, "optimizer.learning_rate", "0.9");
  set(&project, "optimizer.epsilon", "0.001");
  set(&project, "optimizer", "adagrad");
  g_assert_cmpfloat(nw_params_get_real(nw_project_get_optimizer_params(project), "learning_rate"),
                    !=, 0.9);
  g_assert_cmpfloat(nw_params_get_real(nw_project_get_optimizer_params(project), "epsilon"), ==,
                    0.001);
  set(&project, "optimizer", "adam");
  g_assert_cmpfloat(nw_params_get_real(nw_project_get_optimizer_params(project), "learning_rate"),
                    ==, adam_rate);
}

static void
test_rename_follows(void)
{
  g_autoptr(NwProject) project = small_project();
  const char *const columns[] = {"a", "b", NULL};
  g_autoptr(NwDataSettings) data =
      nw_data_settings_with_binding(nw_project_get_data(project), "output_1", "s", columns);
  g_autoptr(NwProject) bound = nw_project_with_data(project, data);
  guint uid = nw_graph_find_node_by_name(nw_project_get_graph(bound), "output_1")->uid;
  g_autoptr(NwProject) renamed = nw_project_with_node_renamed(bound, uid, "digit", NULL);

  g_assert_nonnull(nw_data_settings_find_binding(nw_project_get_data(renamed), "digit"));
  g_assert_null(nw_data_settings_find_binding(nw_project_get_data(renamed), "output_1"));
}

/* ── the file ────────────────────────────────────────────────────────────────────────────────── */

static NwProject *
read_back(const NwProject *project)
{
  g_autofree char *text = nw_project_to_json(project);
  g_autofree char *again = NULL;
  g_autoptr(GError) error = NULL;
  NwProject *read = nw_project_from_json(text, -1, "x.netwright", &error);

  g_assert_no_error(error);
  again = nw_project_to_json(read);
  g_assert_cmpstr(text, ==, again);
  return read;
}

/* Sets a parameter to something else than its default, when its type has something else to offer.
 */
static NwGraph *
change_randomly(NwGraph *graph, guint uid, const NwRng *rng, guint64 *draw)
{
  const NwLayerKind *kind = nw_graph_find_node(graph, uid)->layer->kind;

  for (const NwParamSpec *spec = nw_layer_kind_get_params(kind); spec->key; spec++) {
    const char *text = NULL;
    NwGraph *changed;

    if (nw_rng_below(rng, (*draw)++, 2))
      continue;
    if (spec->type == NW_PARAM_INT)
      text = "3";
    else if (spec->type == NW_PARAM_REAL)
      text = "0.30000000000000004";
    else if (spec->type == NW_PARAM_BOOL)
      text = nw_rng_below(rng, (*draw)++, 2) ? "true" : "false";
    else if (spec->type == NW_PARAM_INTS)
      text = "2, 3";
    else if (spec->type == NW_PARAM_REALS)
      text = "0.1, 1e-20";
    else if (spec->type == NW_PARAM_CHOICE)
      text = spec->choices()[0].id;
    else if (spec->type == NW_PARAM_NAMES)
      text = "";
    changed = text ? nw_graph_set_param(graph, uid, spec->key, text, NULL) : NULL;
    if (!changed)
      continue;
    nw_graph_unref(graph);
    graph = changed;
  }
  return graph;
}

static NwProject *
random_project(guint seed)
{
  enum { N = 40 };
  NwRng rng = nw_rng(seed, NW_RNG_TEST, 0, 0, 0);
  g_autoptr(NwProject) empty = nw_project_new();
  g_autoptr(NwProject) described = nw_project_with_description(empty, "Zeile 1\n“two”\t\\ \x01 \"");
  g_autoptr(NwGraph) graph = nw_graph_new();
  guint64 draw = 0;
  guint n_kinds = 0, uids[N];

  while (nw_layer_kinds[n_kinds])
    n_kinds++;
  for (guint i = 0; i < N; i++) {
    double x = nw_rng_uniform(&rng, draw++) * 1000, y = -x / 3;
    NwGraph *next;

    if (i > 0 && nw_rng_below(&rng, draw++, 5) == 0)
      next = nw_graph_add_call(graph, uids[nw_rng_below(&rng, draw++, i)], x, y, &uids[i]);
    else
      next = nw_graph_add(graph, nw_layer_kinds[nw_rng_below(&rng, draw++, n_kinds)], NULL, x, y,
                          &uids[i]);
    nw_graph_unref(graph);
    graph = change_randomly(next, uids[i], &rng, &draw);
    for (guint k = 0; i > 0 && k < 3; k++) {
      next = nw_graph_connect(graph, uids[nw_rng_below(&rng, draw++, i)], 0, uids[i], k, NULL);
      if (!next)
        continue;
      nw_graph_unref(graph);
      graph = next;
    }
  }
  return nw_project_with_graph(described, graph);
}

static void
test_round_trip(void)
{
  for (guint seed = 1; seed <= 50; seed++) {
    g_autoptr(NwProject) project = random_project(seed);
    g_autoptr(NwProject) back = read_back(project);

    g_assert_true(nw_project_equal(project, back));
  }
}

static void
test_round_trip_settings(void)
{
  g_autoptr(NwProject) project = small_project();
  g_autoptr(NwProject) back = NULL;
  const char *const columns[] = {"a", "b", NULL};
  g_autoptr(NwDataSettings) data =
      nw_data_settings_with_binding(nw_project_get_data(project), "input", "s", columns);
  g_autoptr(NwProject) bound = nw_project_with_data(project, data);

  set(&bound, "training.epochs", "77");
  set(&bound, "optimizer", "sgd");
  set(&bound, "optimizer.momentum", "0.9");
  back = read_back(bound);
  g_assert_true(nw_project_equal(bound, back));
  g_assert_false(nw_project_equal(project, back));
}

static void
test_text_form(void)
{
  g_autoptr(NwProject) project = small_project();
  g_autofree char *text = NULL;

  set(&project, "dense.units", "7");
  text = nw_project_to_json(project);
  g_assert_true(g_str_has_prefix(text, "{\n  \"netwright\": 1,\n  \"layers\": [\n    {"));
  g_assert_nonnull(strstr(text, "{\"uid\": 1, \"name\": \"input\", \"kind\": \"input\"}"));
  g_assert_nonnull(strstr(text, "      \"params\": {\n        \"units\": 7\n      }\n"));
  g_assert_nonnull(
      strstr(text, "{\"uid\": 4, \"layer\": 3, \"x\": 210, \"y\": 0.5, \"inputs\": [[2, 0]]}"));
  g_assert_true(g_str_has_suffix(text, "}\n"));
}

/* The definition that a schema means, its $ref followed. */
static JsonObject *
resolve(JsonObject *root, JsonObject *schema)
{
  const char *ref = json_object_get_string_member_with_default(schema, "$ref", NULL);
  const char *name = ref ? strrchr(ref, '/') + 1 : NULL;

  return ref ? json_object_get_object_member(json_object_get_object_member(root, "$defs"), name)
             : schema;
}

/* Every member that was written has its place in the schema. */
static void
check_known(JsonObject *root, JsonObject *schema, JsonNode *value)
{
  schema = resolve(root, schema);
  if (JSON_NODE_HOLDS_ARRAY(value)) {
    JsonArray *array = json_node_get_array(value);

    for (guint i = 0; i < json_array_get_length(array); i++)
      check_known(root, json_object_get_object_member(schema, "items"),
                  json_array_get_element(array, i));
  } else if (JSON_NODE_HOLDS_OBJECT(value)) {
    JsonObject *known = json_object_has_member(schema, "properties")
                            ? json_object_get_object_member(schema, "properties")
                            : NULL;
    JsonObjectIter iter;
    const char *key;
    JsonNode *member;

    json_object_iter_init(&iter, json_node_get_object(value));
    while (json_object_iter_next(&iter, &key, &member)) {
      if (known && !json_object_has_member(known, key))
        g_error("the schema does not know “%s”", key);
      check_known(root,
                  json_object_get_object_member(known ? known : schema,
                                                known ? key : "additionalProperties"),
                  member);
    }
  }
}

/* A value that the parameter may have, and that is not its default. (transfer full) */
static char *
dup_other_value(const NwParamSpec *spec)
{
  gsize n = 0;

  if (spec->type == NW_PARAM_BOOL)
    return g_strdup(g_str_equal(spec->initial, "true") ? "false" : "true");
  while (spec->choices && spec->choices()[n + 1].id)
    n++;
  if (spec->choices)
    return g_strdup(spec->choices()[n].id);
  return g_strdup(spec->max > 0 && spec->max <= 1 ? "0.75" : "7");
}

static void
test_schema(void)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *written = NULL;
  g_autoptr(JsonNode) schema = NULL;
  g_autoptr(JsonNode) value = NULL;
  g_autoptr(NwProject) project = random_project(3);
  const char *const columns[] = {"a", "b", NULL};
  NwDataSource source = {.name = (char *)"s",
                         .path = (char *)"s.csv",
                         .hash = (char *)"00",
                         .options = {NULL, NW_DELIMITER_TAB, NW_HEADER_NO},
                         .use = NW_SOURCE_TEST,
                         .of = (char *)"r"};
  NwColumnSetting column = {(char *)"s", (char *)"a", TRUE, NW_COLUMN_NUMBER, NW_SCALING_MINMAX};
  NwSplitSettings split = {0.1, 0.2, 3, TRUE, (char *)"a"};
  g_autoptr(NwDataSettings) empty = nw_data_settings_new();
  g_autoptr(NwDataSettings) sourced = nw_data_settings_with_source(empty, &source);
  g_autoptr(NwDataSettings) typed = nw_data_settings_with_column(sourced, &column);
  g_autoptr(NwDataSettings) bound = nw_data_settings_with_binding(typed, "input", "s", columns);
  g_autoptr(NwDataSettings) data = nw_data_settings_with_split(bound, &split);
  NwProject *changed = nw_project_with_data(project, data);

  nw_project_unref(project);
  project = changed;
  for (const NwParamSpec *spec = nw_training_params(); spec->key; spec++) {
    g_autofree char *key = g_strdup_printf("training.%s", spec->key);
    g_autofree char *other = dup_other_value(spec);

    set(&project, key, other);
  }
  set(&project, "optimizer.learning_rate", "0.25");

  g_assert_true(g_file_get_contents(PROJECT_SCHEMA, &text, NULL, &error));
  schema = nw_json_parse(text, strlen(text), "schema", 100000, &error);
  g_assert_no_error(error);
  written = nw_project_to_json(project);
  value = nw_json_parse(written, strlen(written), "project", 100000, &error);
  g_assert_no_error(error);
  check_known(json_node_get_object(schema), json_node_get_object(schema), value);
}

/* ── what files get wrong ────────────────────────────────────────────────────────────────────── */

#define LAYER(uid, name, kind) "{\"uid\": " #uid ", \"name\": \"" name "\", \"kind\": \"" kind "\"}"
#define PROJECT(rest)          "{\"netwright\": 1, " rest "}"
#define GRAPH(layers, nodes)   PROJECT("\"layers\": [" layers "], \"nodes\": [" nodes "]")
#define TWO                    LAYER(1, "a", "dense") ", " LAYER(2, "b", "dense")

static const struct {
  const char *text, *sentence; /* of the sentence, the beginning */
} faults[] = {
    {"", "x.netwright is not valid JSON (line 1): it is empty"},
    {"{\"netwright\": 1, \"layers\": [",
     "x.netwright is not valid JSON (line 1): the text ends too early"},
    {"[]", "x.netwright: project must be an object"},
    {"{}", "x.netwright: this is no Netwright project: it does not say “netwright”: 1"},
    {"{\"netwright\": \"1\"}", "x.netwright: project: “netwright” must be a whole number"},
    {"{\"netwright\": 2}", "x.netwright: a newer Netwright made it (version 2 of the format, this "
                           "program reads up to 1); update Netwright to open it"},
    {PROJECT("\"layer\": []"),
     "x.netwright: project: “layer” is unknown here; did you mean “layers”?"},
    {PROJECT("\"layers\": 5"), "x.netwright: project: “layers” must be a list"},
    {PROJECT("\"nodes\": {}"), "x.netwright: project: “nodes” must be a list"},
    {PROJECT("\"description\": []"), "x.netwright: project: “description” must be text"},
    {PROJECT("\"training\": []"), "x.netwright: project: “training” must be an object"},
    {PROJECT("\"training\": {\"epochs\": \"many\"}"),
     "x.netwright: training: Epochs must be a whole number from 1 to 1000000, not “many”"},
    {PROJECT("\"training\": {\"epochs\": [1]}"),
     "x.netwright: training: “epochs” must be a single value"},
    {PROJECT("\"training\": {\"epochs\": null}"),
     "x.netwright: training: “epochs” must be a single value"},
    {PROJECT("\"training\": {\"epoch\": 3}"),
     "x.netwright: training: “epoch” is unknown here; did you mean “epochs”?"},
    {PROJECT("\"optimizer\": {\"kind\": \"magic\"}"),
     "x.netwright: optimizer: its kind “magic” is unknown to this version of Netwright"},
    {PROJECT("\"optimizer\": {\"params\": {\"learning_rate\": -1}}"),
     "x.netwright: optimizer: Learning rate must be"},
    {PROJECT("\"data\": 7"), "x.netwright: data"},
    {GRAPH("7", ""), "x.netwright: layer 1 must be an object"},
    {GRAPH("{}", ""), "x.netwright: layer 1: it has no “name”"},
    {GRAPH("{\"name\": \"\"}", ""), "x.netwright: layer 1: A layer needs a name"},
    {GRAPH("{\"name\": \"a\"}", ""),
     "x.netwright: layer “a”: “uid” must be a whole number from 1 to 2147483646"},
    {GRAPH("{\"name\": \"a\", \"uid\": 1}", ""), "x.netwright: layer “a”: it has no “kind”"},
    {GRAPH(LAYER(0, "a", "dense"), ""),
     "x.netwright: layer “a”: “uid” must be a whole number from 1 to 2147483646"},
    {GRAPH(LAYER(4294967297, "a", "dense"), ""),
     "x.netwright: layer “a”: “uid” must be a whole number from 1 to 2147483646"},
    {GRAPH(LAYER(1.5, "a", "dense"), ""), "x.netwright: layer “a”: “uid” must be a whole number"},
    {GRAPH(LAYER(1, "a", "denze"), ""),
     "x.netwright: layer “a”: its kind “denze” is unknown; did you mean “dense”?"},
    {GRAPH(LAYER(1, "a", "quantum"), ""),
     "x.netwright: layer “a”: its kind “quantum” is unknown to this version of Netwright"},
    {GRAPH(
         "{\"uid\": 1, \"name\": \"a\", \"kind\": \"dense\", \"params\": {\"units\": 2147483648}}",
         ""),
     "x.netwright: layer “a”: Units must be a whole number from 1 to"},
    {GRAPH("{\"uid\": 1, \"name\": \"a\", \"kind\": \"dense\", \"params\": {\"units\": {}}}", ""),
     "x.netwright: layer “a”: “units” must be a single value"},
    {GRAPH("{\"uid\": 1, \"name\": \"a\", \"kind\": \"input\", \"params\": {\"shape\": [[1]]}}",
           ""),
     "x.netwright: layer “a”: “shape” must be a list of single values"},
    {GRAPH(LAYER(1, "a", "dense"), ""), "x.netwright: layer “a”: no node calls it"},
    {GRAPH(LAYER(1, "a", "dense") "," LAYER(1, "b", "dense"), ""),
     "x.netwright: layer “b”: its uid 1 is used twice"},
    {GRAPH(LAYER(1, "a", "dense") "," LAYER(2, "a", "dense"), ""),
     "x.netwright: two layers are called “a”"},
    {GRAPH(TWO, "{\"uid\": 1, \"layer\": 1}"), "x.netwright: layer “a”: its uid 1 is used twice"},
    {GRAPH(TWO, "{\"uid\": 3, \"layer\": 9}"),
     "x.netwright: node 1: it calls layer 9, which does not exist"},
    {GRAPH(TWO, "{\"uid\": 3, \"layer\": 1, \"x\": 1e300}"),
     "x.netwright: node 3 (“a”): its place on the canvas is beyond ±10000000"},
    {GRAPH(TWO, "{\"uid\": 3, \"layer\": 1, \"x\": \"left\"}"),
     "x.netwright: node 3 (“a”): “x” must be a number"},
    {GRAPH(TWO, "{\"uid\": 3, \"layer\": 1, \"inputs\": [[]]}"),
     "x.netwright: node 3 (“a”): each input must be [node, port] or null"},
    {GRAPH(TWO, "{\"uid\": 3, \"layer\": 1, \"inputs\": [7]}"),
     "x.netwright: node 3 (“a”): each input must be [node, port] or null"},
    {GRAPH(TWO, "{\"uid\": 3, \"layer\": 1, \"inputs\": [[4, \"x\"]]}"),
     "x.netwright: node 3 (“a”): each input must be [node, port] or null"},
    {GRAPH(TWO, "{\"uid\": 3, \"layer\": 1, \"inputs\": [[4, -1]]}"),
     "x.netwright: node 3 (“a”): each input must be [node, port] or null"},
    {GRAPH(TWO, "{\"uid\": 3, \"layer\": 1, \"inputs\": [null, null]}"),
     "x.netwright: node 3 (“a”): it has 2 inputs, but its kind has only 1"},
    {GRAPH(TWO, "{\"uid\": 3, \"layer\": 1, \"inputs\": [[99, 0]]}, {\"uid\": 4, \"layer\": 2}"),
     "x.netwright: “a”: input 1 is wired to node 99, which does not exist"},
    {GRAPH(TWO, "{\"uid\": 3, \"layer\": 1, \"inputs\": [[4, 1]]}, {\"uid\": 4, \"layer\": 2}"),
     "x.netwright: “a”: input 1 is wired to output 2 of “b”, which has only 1"},
    {GRAPH(TWO, "{\"uid\": 3, \"layer\": 1, \"inputs\": [[4, 0]]}, {\"uid\": 4, \"layer\": 2, "
                "\"inputs\": [[3, 0]]}"),
     "x.netwright: The wires make a circle: a → b → a"},
};

static void
test_faults(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
    g_autoptr(GError) error = NULL;

    g_assert_null(nw_project_from_json(faults[i].text, -1, "x.netwright", &error));
    g_assert_nonnull(error);
    if (!g_str_has_prefix(error->message, faults[i].sentence))
      g_error("%s\n  gives   %s\n  wanted  %s", faults[i].text, error->message, faults[i].sentence);
    g_assert_null(strchr(error->message, '\n'));
  }
}

/* Every beginning of a good file, and every byte of it changed, is read or refused, never worse. */
static void
test_damage(void)
{
  g_autoptr(NwProject) project = small_project();
  g_autofree char *text = nw_project_to_json(project);
  gsize length = strlen(text);

  for (gsize i = 0; i < length; i++) {
    g_autofree char *copy = g_strdup(text);
    g_autoptr(GError) error = NULL;
    g_autoptr(NwProject) cut = nw_project_from_json(text, (gssize)i, "x", &error);
    g_autoptr(NwProject) bent = NULL;

    g_assert_true((cut == NULL) == (error != NULL));
    g_assert_true(i == length - 1 || !cut);
    copy[i] = "0\"[{-9"[i % 6];
    bent = nw_project_from_json(copy, -1, "x", NULL);
  }
}

static void
test_depth(void)
{
  g_autofree char *deep = g_strnfill(100000, '[');
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_project_from_json(deep, -1, "x", &error));
  g_assert_error(error, NW_ERROR, NW_ERROR_LIMIT);
}

static void
test_files(void)
{
  g_autofree char *folder = g_dir_make_tmp("nw-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(folder, "a.netwright", NULL);
  g_autofree char *missing = g_build_filename(folder, "no", "b.netwright", NULL);
  g_autoptr(NwProject) project = small_project();
  g_autoptr(NwProject) back = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_true(nw_project_save(project, path, &error));
  back = nw_project_load(path, &error);
  g_assert_no_error(error);
  g_assert_true(nw_project_equal(project, back));

  g_assert_null(nw_project_load(folder, &error));
  g_assert_nonnull(error);
  g_clear_error(&error);
  g_assert_null(nw_project_load(missing, &error));
  g_assert_nonnull(error);
  g_clear_error(&error);
  g_assert_false(nw_project_save(project, missing, &error));
  g_assert_nonnull(error);

  g_remove(path);
  g_rmdir(folder);
}

static void
test_clipboard(void)
{
  g_autoptr(NwProject) project = random_project(5);
  g_autofree char *text = nw_graph_to_json(nw_project_get_graph(project));
  g_autoptr(GError) error = NULL;
  g_autoptr(NwGraph) back = nw_graph_from_json(text, -1, &error);

  g_assert_no_error(error);
  g_assert_true(nw_graph_equal(nw_project_get_graph(project), back));
  g_assert_null(nw_graph_from_json("hello", -1, &error));
  g_assert_nonnull(error);
}

static void
test_large(void)
{
  enum { N = 10000 };
  g_autoptr(NwGraph) graph = nw_graph_new();
  g_autofree guint *uids = g_new(guint, N);
  g_autofree char *text = NULL;
  g_autoptr(NwGraph) back = NULL;
  g_autoptr(GError) error = NULL;
  NwGraph *first = nw_graph_add(graph, nw_layer_kind_find("dense"), NULL, 0, 0, &uids[0]);
  gint64 start;

  nw_graph_unref(graph);
  graph = first;
  for (guint n = 1; n < N; n *= 2) {
    NwGraph *more = nw_graph_paste(graph, graph, uids, MIN(n, N - n), 1, 1, uids + n);

    nw_graph_unref(graph);
    graph = more;
  }
  start = g_get_monotonic_time();
  text = nw_graph_to_json(graph);
  g_test_message("writing %d nodes takes %.0f ms", N,
                 (double)(g_get_monotonic_time() - start) / 1000);
  start = g_get_monotonic_time();
  back = nw_graph_from_json(text, -1, &error);
  g_test_message("reading them takes %.0f ms", (double)(g_get_monotonic_time() - start) / 1000);
  g_assert_no_error(error);
  g_assert_true(nw_graph_equal(graph, back));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/project/set-reaches-training-optimizer-and-layers", test_set);
  g_test_add_func("/project/set-refuses-and-names-what-was-meant", test_set_refuses);
  g_test_add_func("/project/another-optimizer-keeps-all-but-the-learning-rate",
                  test_optimizer_change);
  g_test_add_func("/project/bindings-follow-a-renamed-output", test_rename_follows);
  g_test_add_func("/project/random-graphs-survive-the-file", test_round_trip);
  g_test_add_func("/project/settings-survive-the-file", test_round_trip_settings);
  g_test_add_func("/project/the-file-diffs-well", test_text_form);
  g_test_add_func("/project/the-schema-knows-all-that-is-written", test_schema);
  g_test_add_func("/project/every-fault-in-a-file-is-one-sentence", test_faults);
  g_test_add_func("/project/damaged-files-do-no-harm", test_damage);
  g_test_add_func("/project/deep-nesting-is-refused-before-parsing", test_depth);
  g_test_add_func("/project/files-are-saved-and-loaded", test_files);
  g_test_add_func("/project/the-clipboard-carries-nodes", test_clipboard);
  g_test_add_func("/project/ten-thousand-nodes-fit-a-file", test_large);
  return g_test_run();
}
