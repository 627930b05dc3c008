/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"
#include "nw-cli-run.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* {"samples":n,"loss":x,"outputs":{…}} into @root. */
static void
add_evaluation(JsonObject *root, const NwEvaluation *evaluation)
{
  JsonObject *outputs = json_object_new();

  json_object_set_int_member(root, "samples", (gint64)evaluation->samples);
  json_object_set_double_member(root, "loss", evaluation->loss);
  for (guint i = 0; i < evaluation->n_outputs; i++)
    json_object_set_object_member(outputs, evaluation->outputs[i],
                                  nw_cli_output_to_json(evaluation, i));
  json_object_set_object_member(root, "outputs", outputs);
}

static void
print_json(const NwEvaluation *evaluation, NwSplit split)
{
  JsonObject *root = json_object_new();

  json_object_set_string_member(root, "split", nw_cli_splits[split].id);
  add_evaluation(root, evaluation);
  nw_cli_print_json(root, TRUE);
}

/* “accuracy 0.9764”, or for a metric that does not fit why. */
static void
print_member(const char *key, JsonNode *node, guint nth)
{
  enum { MOST = 40 }; /* numbers of one output */

  if (JSON_NODE_HOLDS_OBJECT(node)) {
    JsonObjectIter iter;
    const char *metric;
    JsonNode *reason;

    json_object_iter_init_ordered(&iter, json_node_get_object(node));
    while (json_object_iter_next_ordered(&iter, &metric, &reason))
      printf(_("\n    %s is not measured: %s"), metric, json_node_get_string(reason));
    return;
  }
  if (nth < MOST)
    printf("  %s %.4g", key, json_node_get_double(node));
  else if (nth == MOST)
    printf(_("  … (all with --json)"));
}

static void
print_text(const NwEvaluation *evaluation, NwSplit split)
{
  printf(_("%s split, %zu samples: loss %.6g\n"), _(nw_cli_splits[split].title),
         evaluation->samples, evaluation->loss);
  for (guint i = 0; i < evaluation->n_outputs; i++) {
    g_autoptr(JsonObject) object = nw_cli_output_to_json(evaluation, i);
    JsonObjectIter iter;
    const char *key;
    JsonNode *node;
    guint nth = 0;

    printf("  %s:", evaluation->outputs[i]);
    json_object_iter_init_ordered(&iter, object);
    while (json_object_iter_next_ordered(&iter, &key, &node))
      print_member(key, node, nth++);
    printf("\n");
  }
}

/* ── several networks together ───────────────────────────────────────────────────────────────── */

static JsonObject *
together_to_json(GPtrArray *reports)
{
  JsonObject *outputs = json_object_new();

  for (guint i = 0; i < reports->len; i++) {
    NwReport *report = g_ptr_array_index(reports, i);
    JsonObject *object;

    if (!report)
      continue;
    object = json_object_new();
    nw_cli_add_report(object, report);
    json_object_set_object_member(outputs, nw_report_get_output(report), object);
  }
  return outputs;
}

static void
print_object(const char *name, JsonObject *object)
{
  JsonObjectIter iter;
  const char *key;
  JsonNode *node;
  guint nth = 0;

  printf("  %s:", name);
  json_object_iter_init_ordered(&iter, object);
  while (json_object_iter_next_ordered(&iter, &key, &node))
    print_member(key, node, nth++);
  printf("\n");
}

static void
print_together(const NwMembers *members, JsonObject *outputs)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  if (members->passes > 0)
    printf(_("the mean of %u passes with dropout:\n"), members->passes * members->n_weights);
  else
    printf(_("the mean of all %u:\n"), members->n_weights);
  json_object_iter_init_ordered(&iter, outputs);
  while (json_object_iter_next_ordered(&iter, &name, &node))
    print_object(name, json_node_get_object(node));
}

/* Each of the networks by itself, and what they say together. */
static gboolean
evaluate_together(const NwArgs *args, NwProject *project, const NwMembers *members,
                  NwDataset *dataset, NwSplit split, GError **error)
{
  int threads = nw_cli_get_threads(args, project);
  gboolean json = nw_args_get_flag(args, "json");
  g_autoptr(JsonArray) singles = json_array_new();
  g_autoptr(GPtrArray) reports =
      nw_joint_evaluate(project, members, dataset, split, threads, error);
  g_autoptr(JsonObject) together = reports ? together_to_json(reports) : NULL;
  JsonObject *root;

  if (!together)
    return FALSE;
  for (guint i = 0; i < members->n_weights; i++) {
    const char *path = nw_args_get_texts(args, "weights")[i];
    g_autoptr(NwEvaluation) evaluation =
        nw_evaluate(project, members->weights[i], dataset, split, threads, error);
    JsonObject *object;

    if (!evaluation)
      return FALSE;
    if (!json) {
      printf("%s: ", path);
      print_text(evaluation, split);
      continue;
    }
    object = json_object_new();
    json_object_set_string_member(object, "weights", path);
    add_evaluation(object, evaluation);
    json_array_add_object_element(singles, object);
  }
  if (!json) {
    print_together(members, together);
    return TRUE;
  }
  root = json_object_new();
  json_object_set_string_member(root, "split", nw_cli_splits[split].id);
  json_object_set_int_member(root, "passes", members->passes);
  json_object_set_object_member(root, "outputs", g_steal_pointer(&together));
  json_object_set_array_member(root, "members", g_steal_pointer(&singles));
  nw_cli_print_json(root, TRUE);
  return TRUE;
}

static NwExit
run(const NwArgs *args, GError **error)
{
  g_autoptr(NwProject) project = nw_cli_load_project(args, error);
  NwSplit split = nw_cli_get_split(args);
  g_autoptr(GPtrArray) weights = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwEvaluation) evaluation = NULL;
  NwMembers members;

  if (!project)
    return NW_EXIT_INPUT;
  weights = nw_cli_load_members(args, project, error);
  dataset = weights ? nw_cli_build_dataset(args, project, error) : NULL;
  if (!dataset)
    return NW_EXIT_INPUT;
  if (nw_cli_read_members(args, weights, &members))
    return evaluate_together(args, project, &members, dataset, split, error) ? NW_EXIT_DONE
                                                                             : NW_EXIT_INPUT;
  evaluation = nw_evaluate(project, members.weights[0], dataset, split,
                           nw_cli_get_threads(args, project), error);
  if (!evaluation)
    return NW_EXIT_INPUT;
  if (nw_args_get_flag(args, "json"))
    print_json(evaluation, split);
  else
    print_text(evaluation, split);
  return NW_EXIT_DONE;
}

static const NwOption options[] = {
    NW_OPTION_MANY_WEIGHTS, NW_OPTION_SPLIT,   NW_OPTION_MC_DROPOUT, NW_OPTION_SEED, NW_OPTION_DATA,
    NW_OPTION_SET,          NW_OPTION_THREADS, NW_OPTION_JSON,       {NULL},
};

const NwCommand nw_command_evaluate = {
    .name = "evaluate",
    .summary = N_("Measures trained weights: losses, metrics, calibration"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .details = N_(
        "Several networks, or --mc-dropout, are judged by the mean of their probabilities, beside "
        "each by itself."),
    .run = run,
};
