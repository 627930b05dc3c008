/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* More than this many remedies in a row would be a circle. */
#define MAX_FIXES 1000

/* One thing that was found; @node is "" for the whole. */
static void
add_finding(JsonArray *findings, const NwGraph *graph, const NwFinding *found)
{
  const NwNode *node = nw_graph_find_node(graph, found->node);
  JsonObject *finding = json_object_new();
  JsonArray *remedies = json_array_new();

  json_object_set_string_member(finding, "rule", found->rule);
  json_object_set_string_member(finding, "severity", nw_severity_get_id(found->severity));
  json_object_set_string_member(finding, "node", node ? node->layer->name : "");
  json_object_set_string_member(finding, "message", found->message);
  for (gsize i = 0; i < found->n_remedies; i++)
    json_array_add_string_element(remedies, found->remedies[i].title);
  json_object_set_array_member(finding, "remedies", remedies);
  json_array_add_object_element(findings, finding);
}

static void
print_findings(JsonArray *findings)
{
  guint n = json_array_get_length(findings);

  for (guint i = 0; i < n; i++) {
    JsonObject *finding = json_array_get_object_element(findings, i);
    JsonArray *remedies = json_object_get_array_member(finding, "remedies");

    printf("%s: %s [%s]\n", json_object_get_string_member(finding, "severity"),
           json_object_get_string_member(finding, "message"),
           json_object_get_string_member(finding, "rule"));
    for (guint k = 0; k < json_array_get_length(remedies); k++)
      printf("  → %s\n", json_array_get_string_element(remedies, k));
  }
  if (n == 0)
    printf("%s\n", _("Nothing was found: the network and its data fit."));
}

static NwFindings *
examine(NwProject *project, const char *base_dir, const char *const *overrides)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwSurvey) survey = nw_survey_new(project, base_dir, overrides, NULL);

  return nw_doctor_examine(project, inference, survey);
}

/* What only shows when tensors are built of the data: cells that are empty, sizes that are too
 * large. */
static void
add_data_fault(const NwArgs *args, NwProject *project, JsonArray *findings)
{
  g_autoptr(GError) fault = NULL;
  g_autoptr(NwDataset) dataset = nw_cli_build_dataset(args, project, &fault);
  NwFinding finding = {"data", NW_SEVERITY_ERROR};

  if (dataset)
    return;
  finding.message = fault->message;
  add_finding(findings, nw_project_get_graph(project), &finding);
}

/* The first finding of the rule that has a remedy. */
static const NwFinding *
find_curable(const NwFindings *findings, const char *rule)
{
  for (guint i = 0; i < nw_findings_get_n(findings); i++)
    if (g_str_equal(nw_findings_get(findings, i)->rule, rule) &&
        nw_findings_get(findings, i)->n_remedies > 0)
      return nw_findings_get(findings, i);
  return NULL;
}

static guint
count_findings(const NwFindings *findings, const char *rule)
{
  guint n = 0;

  for (guint i = 0; i < nw_findings_get_n(findings); i++)
    n += g_str_equal(nw_findings_get(findings, i)->rule, rule);
  return n;
}

/* Says what was applied, and what of the rule is left. */
static void
print_fixes(JsonArray *done, guint left, const char *rule)
{
  guint n = json_array_get_length(done);

  for (guint i = 0; i < n; i++)
    printf(_("done: %s\n"), json_array_get_string_element(done, i));
  if (n == 0 && left == 0)
    printf(_("Nothing to apply: “%s” finds nothing here.\n"), rule);
  if (left > 0)
    printf(ngettext("%u finding of “%s” is left: it has no remedy that could be applied.\n",
                    "%u findings of “%s” are left: they have no remedy that could be applied.\n",
                    left),
           left, rule);
}

/* Applies the first remedy of every finding of the rule that has one, one after the other, because
 * a remedy may bring or end other findings, and saves. Advice is no finding. @done gets their
 * titles. */
static gboolean
fix(const NwArgs *args, const char *rule, const char *base_dir, const char *const *overrides,
    NwProject **project, JsonArray *done, GError **error)
{
  guint left = 0;

  if (!nw_doctor_check_rule(rule, error))
    return FALSE;
  while (json_array_get_length(done) < MAX_FIXES) {
    g_autoptr(NwFindings) findings = examine(*project, base_dir, overrides);
    const NwFinding *found = find_curable(findings, rule);

    left = count_findings(findings, rule);
    if (!found)
      break;
    json_array_add_string_element(done, found->remedies[0].title);
    nw_project_unref(*project);
    *project = nw_project_ref(found->remedies[0].project);
  }
  if (!nw_args_get_flag(args, "json"))
    print_fixes(done, left, rule);
  return json_array_get_length(done) == 0 ||
         nw_project_save(*project, nw_args_get_file(args), error);
}

static NwExit
run(const NwArgs *args, GError **error)
{
  g_autoptr(NwProject) project = nw_cli_load_project(args, error);
  g_auto(GStrv) overrides = project ? nw_cli_dup_overrides(args, error) : NULL;
  g_autofree char *base_dir = nw_cli_dup_base_dir(args);
  const char *rule = nw_args_get_text(args, "fix");
  g_autoptr(NwFindings) found = NULL;
  g_autoptr(JsonArray) findings = json_array_new(), done = json_array_new();
  gboolean ok;

  if (!overrides)
    return NW_EXIT_INPUT;
  if (rule && !fix(args, rule, base_dir, (const char *const *)overrides, &project, done, error))
    return NW_EXIT_INPUT;
  found = examine(project, base_dir, (const char *const *)overrides);
  for (guint i = 0; i < nw_findings_get_n(found); i++)
    add_finding(findings, nw_project_get_graph(project), nw_findings_get(found, i));
  ok = !nw_findings_get_error(found);
  if (ok) { /* only then it is known what the network wants of the data */
    guint before = json_array_get_length(findings);
    add_data_fault(args, project, findings);
    ok = json_array_get_length(findings) == before;
  }

  if (nw_args_get_flag(args, "json")) {
    JsonObject *root = json_object_new();

    if (rule)
      json_object_set_array_member(root, "done", json_array_ref(done));
    json_object_set_array_member(root, "findings", json_array_ref(findings));
    nw_cli_print_json(root, TRUE);
  } else {
    print_findings(findings);
  }
  return ok ? NW_EXIT_DONE : NW_EXIT_INPUT;
}

static const NwOption options[] = {
    NW_OPTION_JSON,
    NW_OPTION_SET,
    NW_OPTION_DATA,
    {"fix", 0, NW_OPTION_TEXT, "RULE",
     N_("Apply the first remedy of every finding of this rule that has one, and save the project")},
    {NULL},
};

const NwCommand nw_command_check = {
    .name = "check",
    .summary = N_("Says what is wrong with a project and its data, and what can be done"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .details = N_("Answers 1 if anything found is an error. What stands in brackets behind a "
                  "finding is its rule."),
    .run = run,
};
