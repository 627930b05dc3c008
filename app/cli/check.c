/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"

#include <glib/gi18n.h>
#include <stdio.h>

static const char *const severities[] = {
    [NW_SEVERITY_HINT] = "hint",
    [NW_SEVERITY_WARNING] = "warning",
    [NW_SEVERITY_ERROR] = "error",
};

/* One thing that was found; @node is "" for the whole. */
static void
add_finding(JsonArray *findings, const char *rule, NwSeverity severity, const char *node,
            const char *message)
{
  JsonObject *finding = json_object_new();

  json_object_set_string_member(finding, "rule", rule);
  json_object_set_string_member(finding, "severity", severities[severity]);
  json_object_set_string_member(finding, "node", node);
  json_object_set_string_member(finding, "message", message);
  json_object_set_array_member(finding, "remedies", json_array_new());
  json_array_add_object_element(findings, finding);
}

static void
add_graph_findings(JsonArray *findings, const NwInference *inference)
{
  const NwGraph *graph = nw_inference_get_graph(inference);

  for (guint i = 0; i < nw_inference_get_n_problems(inference); i++) {
    const NwProblem *problem = nw_inference_get_problem(inference, i);
    const NwNode *node = nw_graph_find_node(graph, problem->node);

    add_finding(findings, "graph", problem->severity, node ? node->layer->name : "",
                problem->message);
  }
}

static void
print_findings(JsonArray *findings)
{
  guint n = json_array_get_length(findings);

  for (guint i = 0; i < n; i++) {
    JsonObject *finding = json_array_get_object_element(findings, i);

    printf("%s: %s\n", json_object_get_string_member(finding, "severity"),
           json_object_get_string_member(finding, "message"));
  }
  if (n == 0)
    printf("%s\n", _("Nothing was found: the network and its data fit."));
}

static NwExit
run(const NwArgs *args, GError **error)
{
  g_autoptr(NwProject) project = nw_cli_load_project(args, error);
  g_autoptr(NwInference) inference = NULL;
  g_autoptr(JsonArray) findings = json_array_new();
  gboolean ok;

  if (!project)
    return NW_EXIT_INPUT;
  inference = nw_inference_new(nw_project_get_graph(project));
  ok = nw_inference_is_ok(inference);
  add_graph_findings(findings, inference);
  if (ok) { /* only then it is known what the network wants of the data */
    g_autoptr(GError) fault = NULL;
    g_autoptr(NwDataset) dataset = nw_cli_build_dataset(args, project, &fault);

    ok = dataset != NULL;
    if (fault && fault->domain == NW_USAGE) {
      g_propagate_error(error, g_steal_pointer(&fault));
      return NW_EXIT_USAGE;
    }
    if (fault)
      add_finding(findings, "data", NW_SEVERITY_ERROR, "", fault->message);
  }

  if (nw_args_get_flag(args, "json")) {
    JsonObject *root = json_object_new();

    json_object_set_array_member(root, "findings", json_array_ref(findings));
    nw_cli_print_json(root, TRUE);
  } else {
    print_findings(findings);
  }
  return ok ? NW_EXIT_DONE : NW_EXIT_INPUT;
}

static const NwOption options[] = {NW_OPTION_JSON, NW_OPTION_SET, NW_OPTION_DATA, {NULL}};

const NwCommand nw_command_check = {
    .name = "check",
    .summary = N_("Says what is wrong with a project and its data"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .details = N_("Answers 1 if anything found is an error."),
    .run = run,
};
