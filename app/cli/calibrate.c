/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"
#include "nw-cli-recalibrator.h"
#include "nw-cli-run.h"

#include "nw-calibrate.h"
#include "nw-format.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

/* What --method asks for. */
typedef struct {
  gboolean best, none;
  const NwRecalibratorKind *kind; /* NULL with the above */
  gboolean per_output;
} Wish;

static gboolean
read_wish(const NwArgs *args, Wish *wish, GError **error)
{
  const char *method = nw_args_get_text(args, "method");

  wish->best = g_str_equal(method, "best");
  wish->none = g_str_equal(method, "none");
  wish->per_output = nw_args_get_flag(args, "per-output");
  wish->kind = wish->best || wish->none ? NULL : nw_cli_find_recalibrator(args, error);
  return wish->best || wish->none || wish->kind != NULL;
}

static const NwContender *
choose(const NwContest *contest, const Wish *wish)
{
  if (wish->best)
    return &contest->contenders[contest->best];
  return nw_contest_find(contest, wish->kind, wish->per_output);
}

static JsonNode *
score_to_json(const NwForecast *forecast)
{
  g_autoptr(NwScore) score = nw_score_new(forecast, 0);

  return nw_score_to_json(score);
}

/* What `recalibrate` says, and all that was compared. */
static JsonNode *
to_json(const NwContest *contest, const NwContender *chosen)
{
  JsonNode *node = nw_contest_to_json(contest);
  JsonObject *object = json_node_get_object(node);

  json_object_set_string_member(object, "method", chosen->kind != NULL ? chosen->kind->id : "none");
  json_object_set_member(object, "before", score_to_json(contest->contenders[0].after));
  json_object_set_member(object, "after", score_to_json(chosen->after));
  if (chosen->map != NULL)
    json_object_set_member(object, "parameters", nw_recalibration_to_json(chosen->map));
  return node;
}

/* A title and blanks behind it: printf counts bytes. */
static char *
pad(const char *title)
{
  enum { WIDTH = 30 };
  glong blanks = WIDTH - g_utf8_strlen(title, -1);

  return g_strdup_printf("%s%*s", title, (int)MAX(blanks, 0), "");
}

static void
print_text(const char *output, const NwContest *contest, const NwContender *chosen)
{
  printf(_("%s, on %zu rows (%s; fitted to %zu)\n"), output, contest->judged,
         contest->apart ? _("test") : _("each by a map fitted without it"), contest->fitted);
  printf("  %-30s %10s %10s %9s  %s\n", "", _("log loss"), _("Brier"), _("ECE"), "95 %");
  for (guint i = 0; i < contest->n; i++) {
    const NwContender *each = &contest->contenders[i];
    g_autofree char *title = pad(each->title);
    if (each->problem != NULL)
      printf("  %s %s\n", title, each->problem);
    else
      printf("%s %s %10.5f %10.5f %7.2f %%  %.2f … %.2f\n", each == chosen ? "→" : " ", title,
             each->log_loss, each->brier, 100 * each->ece, 100 * each->ece_low,
             100 * each->ece_high);
  }
  printf("  %s.\n", contest->reason);
}

/* One output: compares, and puts the chosen map into *@project. */
static gboolean
calibrate(const NwArgs *args, const Wish *wish, NwProject **project, NwWeights *weights,
          NwDataset *dataset, const char *output, JsonObject *outputs, GError **error)
{
  NwSplit split = (NwSplit)nw_args_get_choice(args, "split", NW_SPLIT_VALIDATION);
  g_autoptr(NwContest) contest = nw_calibrate(*project, weights, dataset, output, split, wish->kind,
                                              nw_cli_get_threads(args, *project), error);
  const NwContender *chosen = contest != NULL ? choose(contest, wish) : NULL;
  NwProject *changed;

  if (chosen == NULL)
    return FALSE;
  if (chosen->problem != NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, "%s: %s", output, chosen->problem);
    return FALSE;
  }
  changed = nw_calibrate_apply(
      *project, output, chosen->map != NULL ? nw_recalibration_get_maps(chosen->map) : NULL, error);
  if (changed == NULL)
    return FALSE;
  nw_project_unref(*project);
  *project = changed;
  if (outputs != NULL)
    json_object_set_member(outputs, output, to_json(contest, chosen));
  else
    print_text(output, contest, chosen);
  return TRUE;
}

/* OUT.netwright, with its data where they are, and OUT.safetensors. */
static gboolean
save(const NwArgs *args, NwProject *project, NwWeights *weights, NwDataset *dataset, GError **error)
{
  const char *path = nw_args_get_text(args, "out");
  g_autofree char *base = g_strndup(path, strlen(path) - strlen(".netwright"));
  g_autofree char *weights_path = g_strconcat(base, ".safetensors", NULL);
  NwExport what = {project, weights, dataset, NW_SPLIT_TEST, 0};

  return nw_format_find("safetensors")->write(&what, weights_path, error) &&
         nw_cli_save_project_as(args, project, path, error);
}

static NwExit
run(const NwArgs *args, GError **error)
{
  const char *only = nw_args_get_text(args, "output"), *path = nw_args_get_text(args, "out");
  gboolean json = nw_args_get_flag(args, "json");
  g_autoptr(JsonObject) outputs = json ? json_object_new() : NULL;
  g_autoptr(NwProject) project = NULL;
  g_autoptr(NwWeights) weights = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  g_auto(GStrv) names = NULL;
  Wish wish;

  if (!read_wish(args, &wish, error))
    return NW_EXIT_USAGE;
  if (!g_str_has_suffix(path, ".netwright")) {
    g_set_error(error, NW_USAGE, 0, _("--out %s: the name must end in .netwright"), path);
    return NW_EXIT_USAGE;
  }
  project = nw_cli_load_project(args, error);
  weights = project != NULL ? nw_cli_load_weights(args, project, error) : NULL;
  dataset = weights != NULL ? nw_cli_build_dataset(args, project, error) : NULL;
  if (dataset == NULL)
    return NW_EXIT_INPUT;
  names =
      only != NULL ? g_strdupv((char *[]){(char *)only, NULL}) : nw_calibrate_list_outputs(project);
  if (names[0] == NULL) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("No output of this project predicts probabilities"));
    return NW_EXIT_INPUT;
  }
  for (char **name = names; *name != NULL; name++)
    if (!calibrate(args, &wish, &project, weights, dataset, *name, outputs, error))
      return NW_EXIT_INPUT;
  if (!save(args, project, weights, dataset, error))
    return NW_EXIT_INPUT;
  if (json) {
    JsonObject *root = json_object_new();
    json_object_set_object_member(root, "outputs", g_steal_pointer(&outputs));
    nw_cli_print_json(root, TRUE);
  }
  return NW_EXIT_DONE;
}

static const NwOption options[] = {
    NW_OPTION_WEIGHTS,
    {"method", 'm', NW_OPTION_TEXT, "METHOD",
     N_("How: temperature, platt, isotonic, …; “best” compares all and takes the recommended one, "
        "“none” takes a recalibration away"),
     .required = TRUE},
    {"out", 'o', NW_OPTION_TEXT, "NEW",
     N_("Where to write the project: NEW.netwright; its weights go to NEW.safetensors"),
     .required = TRUE},
    {"output", 0, NW_OPTION_TEXT, "NAME", N_("Recalibrate this output alone")},
    {"per-output", 0, NW_OPTION_FLAG, NULL, N_("Several labels: a map for each, not one for all")},
    {"split", 0, NW_OPTION_CHOICE, "SPLIT", N_("Which rows to fit to (validation)"),
     .choices = nw_cli_splits},
    NW_OPTION_DATA,
    NW_OPTION_SET,
    NW_OPTION_THREADS,
    NW_OPTION_JSON,
    {NULL},
};

const NwCommand nw_command_calibrate = {
    .name = "calibrate",
    .summary = N_("Makes a trained network honest: fits on validation data, judges on test data"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .details = N_("The recalibration becomes a layer of the network, which does nothing while "
                  "training; evaluate, predict and export then have it."),
    .run = run,
};
