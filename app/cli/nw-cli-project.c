/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"

#include "nw-json.h"
#include "nw-plan.h"
#include "nw-safetensors.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

G_DEFINE_QUARK(nw - usage - quark, nw_usage)

/* "KEY=VALUE" as given to @option; @key is (transfer full), the value points into @text. */
static const char *
split_pair(const char *option, const char *text, char **key, GError **error)
{
  const char *equals = strchr(text, '=');

  if (!equals || equals == text) {
    g_set_error(error, NW_USAGE, 0, _("--%s “%s”: write it as NAME=VALUE"), option, text);
    return NULL;
  }
  *key = g_strndup(text, (gsize)(equals - text));
  return equals + 1;
}

NwProject *
nw_cli_load_project(const NwArgs *args, GError **error)
{
  g_autoptr(NwProject) project = nw_project_load(nw_args_get_file(args), error);

  if (!project)
    return NULL;
  for (const char *const *set = nw_args_get_texts(args, "set"); *set; set++) {
    g_autofree char *key = NULL;
    const char *value = split_pair("set", *set, &key, error);
    NwProject *changed = value ? nw_project_set(project, key, value, error) : NULL;

    if (!changed)
      return NULL;
    nw_project_unref(project);
    project = changed;
  }
  return g_steal_pointer(&project);
}

char *
nw_cli_dup_base_dir(const NwArgs *args)
{
  g_autofree char *path = g_canonicalize_filename(nw_args_get_file(args), NULL);

  return g_path_get_dirname(path);
}

char **
nw_cli_dup_overrides(const NwArgs *args, GError **error)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

  for (const char *const *data = nw_args_get_texts(args, "data"); *data; data++) {
    g_autofree char *name = NULL;
    const char *path = split_pair("data", *data, &name, error);
    g_autofree char *absolute = path ? g_canonicalize_filename(path, NULL) : NULL;
    g_autofree char *pair = NULL;

    if (!path)
      return NULL;
    pair = g_strdup_printf("%s=%s", name, absolute);
    g_strv_builder_add(builder, pair);
  }
  return g_strv_builder_end(builder);
}

/* What the network asks of its data. The names in it live as long as @plan. (transfer full) */
static NwFieldRequest *
dup_requests(NwProject *project, NwPlan **plan, gsize *n, GError **error)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));

  if (!nw_inference_check(inference, error))
    return NULL;
  *plan = nw_plan_new(inference, 1, FALSE, error);
  return *plan ? nw_plan_dup_requests(*plan, n) : NULL;
}

/* @overrides: (nullable) */
static NwDataset *
build(const NwArgs *args, NwProject *project, char **overrides, GError **error)
{
  g_autofree char *base_dir = nw_cli_dup_base_dir(args);

  return nw_project_build_dataset(project, base_dir, (const char *const *)overrides, error);
}

NwDataset *
nw_cli_build_dataset(const NwArgs *args, NwProject *project, GError **error)
{
  g_auto(GStrv) overrides = nw_cli_dup_overrides(args, error);

  return overrides ? build(args, project, overrides, error) : NULL;
}

/* Scales and vocabularies of the training: they stand beside the weights, or come from the data
 * that the project was trained on. (transfer full) */
static char *
dup_preparation(const NwArgs *args, NwProject *project, GError **error)
{
  g_autoptr(NwSafetensors) file = nw_safetensors_open(nw_args_get_text(args, "weights"), error);
  const char *preparation = file ? nw_safetensors_get_metadata(file, "preparation") : NULL;
  g_autoptr(NwDataset) dataset = NULL;

  if (!file || preparation)
    return g_strdup(preparation);
  dataset = build(args, project, NULL, error);
  return dataset ? g_strdup(nw_dataset_get_preparation(dataset)) : NULL;
}

NwDataset *
nw_cli_build_for_prediction(const NwArgs *args, NwProject *project, GError **error)
{
  g_auto(GStrv) overrides = nw_cli_dup_overrides(args, error);
  g_autofree char *preparation = overrides ? dup_preparation(args, project, error) : NULL;
  g_autofree char *base_dir = nw_cli_dup_base_dir(args);
  g_autoptr(NwPlan) plan = NULL;
  gsize n;
  g_autofree NwFieldRequest *requests =
      preparation ? dup_requests(project, &plan, &n, error) : NULL;

  if (!requests)
    return NULL;
  return nw_dataset_build_for_prediction(nw_project_get_data(project), base_dir,
                                         (const char *const *)overrides, preparation, requests, n,
                                         error);
}

static NwWeights *
load_weights(NwProject *project, const char *path, GError **error)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwWeights) weights = NULL;

  if (!nw_inference_check(inference, error))
    return NULL;
  weights = nw_weights_new(inference, 1, error);
  if (!weights || !nw_weights_load(weights, path, error))
    return NULL;
  return g_steal_pointer(&weights);
}

NwWeights *
nw_cli_load_weights(const NwArgs *args, NwProject *project, GError **error)
{
  return load_weights(project, nw_args_get_text(args, "weights"), error);
}

GPtrArray *
nw_cli_load_members(const NwArgs *args, NwProject *project, GError **error)
{
  g_autoptr(GPtrArray) members = g_ptr_array_new_with_free_func((GDestroyNotify)nw_weights_unref);

  for (const char *const *path = nw_args_get_texts(args, "weights"); *path; path++) {
    NwWeights *weights = load_weights(project, *path, error);

    if (!weights)
      return NULL;
    g_ptr_array_add(members, weights);
  }
  return g_steal_pointer(&members);
}

gboolean
nw_cli_read_members(const NwArgs *args, GPtrArray *weights, NwMembers *members)
{
  gint64 passes = 0, seed = 0;

  nw_args_get_int(args, "mc-dropout", &passes);
  nw_args_get_int(args, "seed", &seed);
  *members = (NwMembers){(NwWeights *const *)weights->pdata, weights->len, (guint)passes,
                         (guint64)seed};
  return weights->len > 1 || passes > 0;
}

int
nw_cli_get_threads(const NwArgs *args, NwProject *project)
{
  gint64 threads = nw_params_get_int(nw_project_get_training(project), "threads");

  nw_args_get_int(args, "threads", &threads);
  return (int)threads;
}

const NwChoice nw_cli_splits[] = {
    [NW_SPLIT_TRAIN] = {"train", N_("training")},
    [NW_SPLIT_VALIDATION] = {"validation", N_("validation")},
    [NW_SPLIT_TEST] = {"test", N_("test")},
    {NULL},
};

NwSplit
nw_cli_get_split(const NwArgs *args)
{
  return (NwSplit)nw_args_get_choice(args, "split", NW_SPLIT_TEST);
}

void
nw_cli_print_json(JsonObject *object, gboolean pretty)
{
  g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
  g_autofree char *text = NULL;

  json_node_take_object(node, object);
  text = nw_json_to_text(node, pretty);
  fputs(text, stdout);
  if (!pretty)
    fputc('\n', stdout);
  fflush(stdout);
}
