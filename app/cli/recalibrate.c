/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"
#include "nw-cli-recalibrator.h"

#include <glib/gi18n.h>
#include <gio/gio.h>
#include <stdio.h>

/* What the numbers mean must not depend on where they came from. */
static gboolean
is_same_file(const char *a, const char *b)
{
  g_autoptr(GFile) one = g_file_new_for_path(a), other = g_file_new_for_path(b);

  return g_file_equal(one, other);
}

static void
print_json(const NwRecalibration *map, const char *method, const NwScore *before,
           const NwScore *after)
{
  JsonObject *root = json_object_new();
  JsonArray *problems = json_array_new();

  json_object_set_string_member(root, "method", method);
  json_object_set_member(root, "parameters", nw_recalibration_to_json(map));
  json_object_set_member(root, "before", nw_score_to_json(before));
  json_object_set_member(root, "after", nw_score_to_json(after));
  for (gsize i = 0; i < nw_recalibration_get_n_maps(map); i++)
    if (nw_recalibration_get_problem(map, i) != NULL)
      json_array_add_string_element(problems, nw_recalibration_get_problem(map, i));
  json_object_set_array_member(root, "problems", problems);
  nw_cli_print_json(root, TRUE);
}

static void
print_text(const NwRecalibration *map, const NwRecalibratorKind *kind, const NwScore *before,
           const NwScore *after)
{
  const struct {
    const char *title;
    double before, after;
  } rows[] = {
      {_("log loss"), before->log_loss, after->log_loss},
      {_("Brier score"), before->brier, after->brier},
      {_("ECE"), before->ece, after->ece},
      {_("accuracy"), before->accuracy, after->accuracy},
  };

  printf(_("%s, judged on %zu samples\n"), _(kind->title), before->samples);
  printf("  %-14s %10s %10s\n", "", _("before"), _("after"));
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    printf("  %-14s %10.5g %10.5g\n", rows[i].title, rows[i].before, rows[i].after);
  for (gsize i = 0; i < nw_recalibration_get_n_maps(map); i++)
    if (nw_recalibration_get_problem(map, i) != NULL)
      printf(_("not recalibrated: %s\n"), nw_recalibration_get_problem(map, i));
  if (!(after->log_loss < before->log_loss))
    printf(_("The log loss is not smaller: better leave these probabilities as they are.\n"));
}

static NwExit
run(const NwArgs *args, GError **error)
{
  const char *fit = nw_args_get_text(args, "fit"), *apply = nw_args_get_text(args, "apply");
  NwTask task = (NwTask)nw_args_get_choice(args, "task", NW_TASK_AUTO);
  const NwRecalibratorKind *kind = nw_cli_find_recalibrator(args, error);
  g_autoptr(NwForecast) known = NULL, before = NULL, after = NULL;
  g_autoptr(NwRecalibration) map = NULL;
  g_autoptr(NwScore) score_before = NULL, score_after = NULL;
  gint64 n_bins = 0;

  if (kind == NULL)
    return NW_EXIT_USAGE;
  nw_args_get_int(args, "bins", &n_bins);
  known = nw_forecast_read(fit, task, error);
  /* The same columns mean the same, whatever the labels of the other file suggest. */
  before = known != NULL ? nw_forecast_read(apply, known->task, error) : NULL;
  map = before != NULL
            ? nw_recalibration_fit(kind, known, nw_args_get_flag(args, "per-output"), error)
            : NULL;
  after = map != NULL ? nw_recalibration_apply(map, before, error) : NULL;
  if (after == NULL || !nw_forecast_write(after, apply, nw_args_get_text(args, "output"), error))
    return NW_EXIT_INPUT;
  if (is_same_file(fit, apply))
    g_printerr(_("netwright: %s served to fit and to judge: the scores after it are too good; "
                 "judge on other data\n"),
               fit);
  score_before = nw_score_new(before, (guint)n_bins);
  score_after = nw_score_new(after, (guint)n_bins);
  if (nw_args_get_flag(args, "json"))
    print_json(map, kind->id, score_before, score_after);
  else
    print_text(map, kind, score_before, score_after);
  return NW_EXIT_DONE;
}

static const NwOption options[] = {
    {"fit", 0, NW_OPTION_TEXT, "VALIDATION",
     N_("Predictions that the network was not trained on; the map is fitted to them"),
     .required = TRUE},
    {"apply", 0, NW_OPTION_TEXT, "TEST", N_("Predictions that it is applied to and judged on"),
     .required = TRUE},
    {"method", 'm', NW_OPTION_TEXT, "METHOD", N_("How: temperature, platt, isotonic, …"),
     .required = TRUE},
    {"per-output", 0, NW_OPTION_FLAG, NULL, N_("Several labels: a map for each, not one for all")},
    {"output", 'o', NW_OPTION_TEXT, "OUT",
     N_("Where to write TEST with the new probabilities: .npz or .csv, as TEST is"),
     .required = TRUE},
    NW_OPTION_TASK,
    NW_OPTION_BINS,
    NW_OPTION_JSON,
    {NULL},
};

const NwCommand nw_command_recalibrate = {
    .name = "recalibrate",
    .summary = N_("Makes predictions of any program honest, by others of it that are known"),
    .operands = "--fit VAL --apply TEST",
    .min_operands = 0,
    .max_operands = 0,
    .options = options,
    .details = N_("Both files are as “score” reads them. Fit on validation data, judge on test "
                  "data: a method that lowers the log loss there is worth having."),
    .run = run,
};
