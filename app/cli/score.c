/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"

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
  printf(_("%s: %zu samples, %zu classes\n"),
         _(nw_task_choices[score->task].title), score->samples, score->classes);
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

static NwExit
run(const NwArgs *args, GError **error)
{
  gint64 n_bins = 0;
  g_autoptr(NwForecast) forecast = NULL;
  g_autoptr(NwScore) score = NULL;

  nw_args_get_int(args, "bins", &n_bins);
  forecast = nw_forecast_read(nw_args_get_file(args),
                              (NwTask)nw_args_get_choice(args, "task", NW_TASK_AUTO), error);
  if (!forecast)
    return NW_EXIT_INPUT;
  score = nw_score_new(forecast, (guint)n_bins);
  if (nw_args_get_flag(args, "json")) {
    g_autoptr(JsonNode) node = nw_score_to_json(score);
    g_autofree char *text = nw_json_to_text(node, TRUE);

    fputs(text, stdout);
  } else {
    print_text(score);
  }
  return NW_EXIT_DONE;
}

static const NwOption options[] = {
    NW_OPTION_TASK,
    NW_OPTION_BINS,
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
