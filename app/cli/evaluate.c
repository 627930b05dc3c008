/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"
#include "nw-cli-run.h"

#include <glib/gi18n.h>
#include <stdio.h>

static void
print_json(const NwEvaluation *evaluation, NwSplit split)
{
  JsonObject *root = json_object_new(), *outputs = json_object_new();

  json_object_set_string_member(root, "split", nw_cli_splits[split].id);
  json_object_set_int_member(root, "samples", (gint64)evaluation->samples);
  json_object_set_double_member(root, "loss", evaluation->loss);
  for (guint i = 0; i < evaluation->n_outputs; i++)
    json_object_set_object_member(outputs, evaluation->outputs[i],
                                  nw_cli_output_to_json(evaluation, i));
  json_object_set_object_member(root, "outputs", outputs);
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

static NwExit
run(const NwArgs *args, GError **error)
{
  g_autoptr(NwProject) project = nw_cli_load_project(args, error);
  NwSplit split = nw_cli_get_split(args);
  g_autoptr(NwWeights) weights = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwEvaluation) evaluation = NULL;

  if (!project)
    return NW_EXIT_INPUT;
  weights = nw_cli_load_weights(args, project, error);
  dataset = weights ? nw_cli_build_dataset(args, project, error) : NULL;
  evaluation = dataset ? nw_evaluate(project, weights, dataset, split,
                                     nw_cli_get_threads(args, project), error)
                       : NULL;
  if (!evaluation)
    return NW_EXIT_INPUT;
  if (nw_args_get_flag(args, "json"))
    print_json(evaluation, split);
  else
    print_text(evaluation, split);
  return NW_EXIT_DONE;
}

static const NwOption options[] = {
    NW_OPTION_WEIGHTS, NW_OPTION_SPLIT, NW_OPTION_DATA, NW_OPTION_SET,
    NW_OPTION_THREADS, NW_OPTION_JSON,  {NULL},
};

const NwCommand nw_command_evaluate = {
    .name = "evaluate",
    .summary = N_("Measures trained weights: losses, metrics, calibration"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .run = run,
};
