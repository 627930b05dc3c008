/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-sets.h"

#include <glib/gi18n.h>

static NwExit
run(const NwArgs *args, GError **error)
{
  const char *only = nw_args_get_text(args, "output");
  g_autoptr(JsonObject) outputs = nw_args_get_flag(args, "json") ? json_object_new() : NULL;
  g_autoptr(NwProject) project = NULL;
  g_autoptr(NwWeights) weights = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwCoverageField) field = NULL;
  gsize n_made = 0;
  double coverage;

  if (!nw_cli_read_coverage(args, &coverage, error))
    return NW_EXIT_USAGE;
  project = nw_cli_load_project(args, error);
  weights = project != NULL ? nw_cli_load_weights(args, project, error) : NULL;
  dataset = weights != NULL ? nw_cli_build_dataset(args, project, error) : NULL;
  field = dataset != NULL ? nw_coverage_field_new(project, weights, dataset, TRUE,
                                                  nw_cli_get_threads(args, project), error)
                          : NULL;
  if (field == NULL)
    return NW_EXIT_INPUT;
  if (only != NULL && nw_coverage_field_find(field, only) == NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("The project has no output “%s”"), only);
    return NW_EXIT_INPUT;
  }
  for (guint i = 0; i < field->n; i++) {
    const NwCoverageOutput *output = &field->outputs[i];
    g_autoptr(NwCliSets) sets = NULL;

    if (only != NULL ? !g_str_equal(output->output, only) : output->problem != NULL)
      continue;
    sets = nw_cli_sets_new(args, output, coverage, FALSE, error);
    if (sets == NULL)
      return NW_EXIT_INPUT;
    if (outputs != NULL)
      json_object_set_object_member(outputs, output->output, nw_cli_sets_to_json(sets));
    else
      nw_cli_sets_print(sets);
    n_made++;
  }
  if (n_made == 0) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("No output of this project has a target to make sets by"));
    return NW_EXIT_INPUT;
  }
  if (outputs != NULL) {
    JsonObject *root = json_object_new();
    json_object_set_double_member(root, "coverage", coverage);
    json_object_set_object_member(root, "outputs", g_steal_pointer(&outputs));
    nw_cli_print_json(root, TRUE);
  }
  return NW_EXIT_DONE;
}

static const NwOption options[] = {
    NW_OPTION_WEIGHTS,
    NW_OPTION_COVERAGE(N_("How often sets should hold the truth (0.9)")),
    {"method", 'm', NW_OPTION_TEXT, "METHOD",
     N_("How: lac (smallest sets), aps (larger where the network is unsure), residual (values)")},
    {"output", 0, NW_OPTION_TEXT, "NAME", N_("Of this output alone")},
    NW_OPTION_DATA,
    NW_OPTION_SET,
    NW_OPTION_THREADS,
    NW_OPTION_JSON,
    {NULL},
};

const NwCommand nw_command_conformal = {
    .name = "conformal",
    .summary = N_("Sets of answers that hold the truth as often as chosen, tried on test data"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .details = N_(
        "Split conformal prediction: thresholds come from validation rows, so that a set holds the "
        "truth with the chosen probability whatever the network is worth, as long as new rows are "
        "like those. Classes get a set, each label of several its own, values an interval."),
    .run = run,
};
