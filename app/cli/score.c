/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-sets.h"

#include "nw-json.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>

static void
print_number(const char *title, double value)
{
  if (!isnan(value))
    printf("  %-28s %.6g\n", title, value);
}

static void
print_bins(const NwScore *score)
{
  printf("\n  %-15s %10s %12s %12s\n", _("bin"), _("count"), _("confidence"), _("frequency"));
  for (guint i = 0; i < score->n_bins; i++)
    if (score->bins[i].count > 0)
      printf("  %.3f … %.3f   %10" G_GSIZE_FORMAT " %12.4f %12.4f\n", score->bins[i].low,
             score->bins[i].high, score->bins[i].count, score->bins[i].predicted,
             score->bins[i].observed);
}

static void
print_text(const NwScore *score)
{
  printf(_("%s: %zu samples, %zu classes\n"), _(nw_task_choices[score->task].title), score->samples,
         score->classes);
  print_number(_("accuracy"), score->accuracy);
  print_number(_("log loss"), score->log_loss);
  print_number(_("Brier score"), score->brier);
  print_number(_("ECE"), score->ece);
  print_number(_("MCE"), score->mce);
  print_number(_("classwise ECE"), score->classwise_ece);
  print_number(_("AUC"), score->auc);
  print_number(_("average precision"), score->average_precision);
  if (score->n_outputs > 0 && score->task == NW_TASK_MULTILABEL)
    printf("  %-28s %s (ECE %.4g)\n", _("worst calibrated"), score->outputs[score->worst].name,
           score->outputs[score->worst].ece);
  print_bins(score);
}

static void
print_json(const NwScore *score, const NwCliSets *sets)
{
  g_autoptr(JsonNode) node = nw_score_to_json(score);
  g_autofree char *text = NULL;

  if (sets != NULL)
    json_object_set_object_member(json_node_get_object(node), "sets", nw_cli_sets_to_json(sets));
  text = nw_json_to_text(node, TRUE);
  fputs(text, stdout);
}

static NwExit
run(const NwArgs *args, GError **error)
{
  g_autofree char *name = g_path_get_basename(nw_args_get_file(args));
  gint64 n_bins = 0;
  double coverage;
  g_autoptr(NwForecast) forecast = NULL;
  g_autoptr(NwScore) score = NULL;
  g_autoptr(NwCoverageField) field = NULL;
  g_autoptr(NwCliSets) sets = NULL;

  if (!nw_cli_read_coverage(args, &coverage, error))
    return NW_EXIT_USAGE;
  nw_args_get_int(args, "bins", &n_bins);
  forecast = nw_forecast_read(nw_args_get_file(args),
                              (NwTask)nw_args_get_choice(args, "task", NW_TASK_AUTO), error);
  if (!forecast)
    return NW_EXIT_INPUT;
  if (nw_args_get_text(args, "coverage") != NULL) {
    field = nw_coverage_field_new_from_forecast(name, forecast);
    sets = nw_cli_sets_new(args, &field->outputs[0], coverage, TRUE, error);
    if (sets == NULL)
      return NW_EXIT_INPUT;
  }
  score = nw_score_new(forecast, (guint)n_bins);
  if (nw_args_get_flag(args, "json")) {
    print_json(score, sets);
    return NW_EXIT_DONE;
  }
  print_text(score);
  if (sets != NULL) {
    printf("\n");
    nw_cli_sets_print(sets);
  }
  return NW_EXIT_DONE;
}

static const NwOption options[] = {
    NW_OPTION_TASK,
    NW_OPTION_BINS,
    NW_OPTION_COVERAGE(N_("Also makes sets of answers from half of the rows, that should hold the "
                          "truth so often, and tries them on the others")),
    {"method", 'm', NW_OPTION_TEXT, "METHOD",
     N_("How sets are made: lac (smallest), aps (larger where the predictions are unsure)")},
    NW_OPTION_JSON,
    {NULL},
};

const NwCommand nw_command_score = {
    .name = "score",
    .summary = N_("Judges predictions made by any program"),
    .operands = "PREDICTIONS.(npz|csv)",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .details =
        N_("NPZ: probs or logits (n,k) or (n,t,k) with mask, and labels (class index, or 0/1 "
           "per class).\nCSV: columns p_NAME, and y_NAME for each or label."),
    .run = run,
};
