/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"
#include "nw-cli-run.h"
#include "nw-file.h"
#include "nw-json.h"
#include "nw-progress.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  GCancellable *cancellable;
  NwProgress progress;
  gboolean json, quiet;
} Job;

/* ── telling ─────────────────────────────────────────────────────────────────────────────────── */

static JsonObject *
trial_to_json(const NwSweep *sweep, const NwSweepTrial *trial)
{
  JsonObject *object = json_object_new(), *values = json_object_new();

  json_object_set_int_member(object, "trial", trial->number);
  for (guint i = 0; i < sweep->params->len; i++)
    json_object_set_string_member(
        values, ((const NwSweepParam *)g_ptr_array_index(sweep->params, i))->key, trial->values[i]);
  json_object_set_object_member(object, "values", values);
  json_object_set_string_member(object, "state", nw_sweep_trial_states[trial->state].id);
  if (trial->run > 0)
    json_object_set_int_member(object, "run", trial->run);
  json_object_set_int_member(object, "epochs", trial->epochs);
  json_object_set_double_member(object, sweep->judge, trial->judged);
  json_object_set_int_member(object, "best_epoch", trial->judged_epoch);
  json_object_set_double_member(object, "mean_ece", trial->ece);
  json_object_set_int_member(object, "parameters", (gint64)trial->n_weights);
  json_object_set_double_member(object, "seconds", trial->seconds);
  if (trial->message)
    json_object_set_string_member(object, "message", trial->message);
  return object;
}

/* Pads to @width characters, not bytes. */
static void
print_cell(const char *text, int width)
{
  glong length = g_utf8_strlen(text, -1);

  printf("%s%*s  ", text, (int)MAX(0, width - length), "");
}

static void
print_number(double value, int width)
{
  g_autofree char *text = isfinite(value) ? g_strdup_printf("%.5g", value) : g_strdup("–");

  print_cell(text, width);
}

static void
print_trial(const NwSweep *sweep, const NwSweepTrial *trial)
{
  g_autofree char *number = g_strdup_printf("%u", trial->number);
  g_autofree char *run = g_strdup_printf("%" G_GINT64_FORMAT, trial->run);
  g_autofree char *epochs = g_strdup_printf("%u", trial->epochs);
  g_autofree char *size = g_strdup_printf("%zu", trial->n_weights);

  print_cell(number, 5);
  print_cell(trial->run > 0 ? run : "–", 5);
  print_cell(_(nw_sweep_trial_states[trial->state].title), 11);
  print_cell(epochs, 6);
  print_number(trial->judged, 10);
  print_number(trial->ece, 9);
  print_cell(size, 9);
  for (guint i = 0; i < sweep->params->len; i++)
    printf("%s=%s ", ((const NwSweepParam *)g_ptr_array_index(sweep->params, i))->key,
           trial->values[i]);
  printf("%s\n", trial->message ? trial->message : "");
  fflush(stdout);
}

static void
print_head(const NwSweep *sweep)
{
  print_cell(_("Trial"), 5);
  print_cell(_("Run"), 5);
  print_cell(_("State"), 11);
  print_cell(_("Epochs"), 6);
  print_cell(sweep->judge, 10);
  print_cell(_("Mean ECE"), 9);
  print_cell(_("Weights"), 9);
  printf("%s\n", _("Settings"));
}

static void
progress_cb(NwSweepRun *run, NwSweepNews news, guint trial, double share, gpointer data)
{
  Job *job = data;
  const NwSweep *sweep = nw_sweep_run_get_sweep(run);
  g_autofree char *what =
      g_strdup_printf(_("trial %u/%u"), trial + 1, nw_sweep_run_get_n_trials(run));

  if (nw_cli_is_stop_wanted())
    g_cancellable_cancel(job->cancellable);
  if (news != NW_SWEEP_TRIAL) {
    nw_progress_draw(&job->progress, share, what);
    return;
  }
  nw_progress_clear(&job->progress);
  if (job->json)
    nw_cli_print_json(trial_to_json(sweep, nw_sweep_run_get_trial(run, trial)), FALSE);
  else if (!job->quiet)
    print_trial(sweep, nw_sweep_run_get_trial(run, trial));
}

static void
print_end(const Job *job, const NwSweepRun *run, gboolean is_stopped)
{
  const NwSweep *sweep = nw_sweep_run_get_sweep(run);
  int best = nw_sweep_run_get_best(run);
  const NwSweepTrial *trial = best >= 0 ? nw_sweep_run_get_trial(run, (guint)best) : NULL;

  if (job->json) {
    JsonObject *object = json_object_new();
    JsonArray *trials = json_array_new();

    json_object_set_boolean_member(object, "done", TRUE);
    json_object_set_string_member(object, "stopped", is_stopped ? "signal" : "trials");
    if (trial)
      json_object_set_object_member(object, "best", trial_to_json(sweep, trial));
    else
      json_object_set_null_member(object, "best");
    for (guint i = 0; i < nw_sweep_run_get_n_trials(run); i++)
      json_array_add_object_element(trials, trial_to_json(sweep, nw_sweep_run_get_trial(run, i)));
    json_object_set_array_member(object, "trials", trials);
    nw_cli_print_json(object, FALSE);
    return;
  }
  if (job->quiet)
    return;
  if (trial) {
    printf(_("\nThe best of %u trials is number %u, by %s:\n"), nw_sweep_run_get_n_trials(run),
           trial->number, sweep->judge);
    print_head(sweep);
    print_trial(sweep, trial);
  }
  if (is_stopped)
    printf("%s\n", _("The same command goes on from here."));
}

/* ── asking ──────────────────────────────────────────────────────────────────────────────────── */

static NwSweep *
read_file(const char *path, GError **error)
{
  gsize length;
  g_autofree char *text = nw_file_read(path, 1 << 20, &length, error);
  g_autoptr(JsonNode) node = text ? nw_json_parse(text, length, path, 10000, error) : NULL;

  return node ? nw_sweep_from_json(node, error) : NULL;
}

/* What the options say goes over what the file says. */
static NwSweep *
read_sweep(const NwArgs *args, GError **error)
{
  const char *file = nw_args_get_text(args, "from"), *name = nw_args_get_text(args, "name");
  const char *judge = nw_args_get_text(args, "judge");
  const char *strategy = nw_args_get_text(args, "strategy");
  g_autoptr(NwSweep) sweep = file ? read_file(file, error) : nw_sweep_new("sweep");
  gint64 number;

  if (!sweep)
    return NULL;
  for (const char *const *set = nw_args_get_texts(args, "set"); *set; set++) {
    const char *equals = strchr(*set, '=');
    g_autofree char *key = equals ? g_strndup(*set, (gsize)(equals - *set)) : NULL;

    if (!key || !*key) {
      g_set_error(error, NW_USAGE, 0, _("--set “%s”: write it as NAME=VALUES"), *set);
      return NULL;
    }
    if (!nw_sweep_add(sweep, key, equals + 1, error))
      return NULL;
  }
  if (strategy && !(sweep->strategy = nw_sweep_strategy_find(strategy))) {
    g_set_error(error, NW_USAGE, 0, _("--strategy must be grid, random or halving, not “%s”"),
                strategy);
    return NULL;
  }
  if (nw_args_get_int(args, "trials", &number))
    sweep->n_trials = (guint)number;
  if (nw_args_get_int(args, "eta", &number))
    sweep->eta = (guint)number;
  if (nw_args_get_int(args, "min-epochs", &number))
    sweep->min_epochs = (guint)number;
  if (nw_args_get_int(args, "seed", &number))
    sweep->seed = (guint64)number;
  if (nw_args_get_text(args, "mode"))
    sweep->mode = (NwSweepMode)nw_args_get_choice(args, "mode", NW_SWEEP_AUTO);
  if (judge) {
    g_free(sweep->judge);
    sweep->judge = g_strdup(judge);
  }
  if (name) {
    g_free(sweep->name);
    sweep->name = g_strdup(name);
  }
  return g_steal_pointer(&sweep);
}

/* Every trial trains so long. (transfer full) */
static NwProject *
load_project(const NwArgs *args, GError **error)
{
  g_autoptr(NwProject) plain = nw_project_load(nw_args_get_file(args), error);
  const char *epochs = nw_args_get_text(args, "epochs");
  g_autoptr(NwProject) project = NULL;

  if (!plain)
    return NULL;
  project =
      epochs ? nw_project_set(plain, "training.epochs", epochs, error) : nw_project_ref(plain);
  return project ? nw_cli_dup_moved_project(args, project) : NULL;
}

static NwExit
run(const NwArgs *args, GError **error)
{
  g_autoptr(NwSweep) sweep = read_sweep(args, error);
  g_autoptr(NwProject) project = sweep ? load_project(args, error) : NULL;
  g_autofree char *base_dir = nw_cli_dup_base_dir(args);
  g_autofree char *runs = nw_place_dup_runs(nw_args_get_file(args), NULL);
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autoptr(NwSweepRun) sweep_run = NULL;
  g_autoptr(GError) fault = NULL;
  NwSweepPlace place = {.base_dir = base_dir, .runs = runs};
  Job job = {.cancellable = cancellable,
             .json = nw_args_get_flag(args, "json"),
             .quiet = nw_args_get_flag(args, "quiet")};
  gboolean is_stopped;

  if (!project)
    return sweep || (*error)->domain != NW_USAGE ? NW_EXIT_INPUT : NW_EXIT_USAGE;
  place.threads = nw_cli_get_threads(args, project);
  sweep_run = nw_sweep_run_new(sweep, project, &place, error);
  if (!sweep_run)
    return NW_EXIT_INPUT;
  nw_cli_catch_signals();
  if (!job.json && !job.quiet)
    print_head(sweep);
  nw_progress_start(&job.progress, !job.json && !job.quiet && isatty(STDOUT_FILENO), 0);
  nw_sweep_run_go(sweep_run, cancellable, progress_cb, &job, &fault);
  nw_progress_clear(&job.progress);
  is_stopped = g_error_matches(fault, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (!fault || is_stopped)
    print_end(&job, sweep_run, is_stopped);
  if (is_stopped)
    return NW_EXIT_STOPPED;
  if (!fault)
    return NW_EXIT_DONE;
  g_propagate_error(error, g_steal_pointer(&fault));
  return NW_EXIT_INPUT;
}

static const NwOption options[] = {
    {"set", 0, NW_OPTION_TEXTS, "KEY=VALUES",
     N_("A setting and its values: dense.units=16,32 or optimizer.learning_rate=log:1e-4..1e-1")},
    {"strategy", 0, NW_OPTION_TEXT, "NAME",
     N_("grid: all combinations; random; halving: random, and only the best go on")},
    {"trials", 0, NW_OPTION_INT, "N", N_("How many are drawn (20 otherwise)"), 1,
     NW_SWEEP_MAX_TRIALS},
    {"seed", 0, NW_OPTION_INT, "N", N_("The same seed draws the same trials"), 0,
     G_GINT64_CONSTANT(9007199254740992)},
    {"epochs", 0, NW_OPTION_INT, "N", N_("How long a trial trains (as the project says otherwise)"),
     1, 1000000},
    {"eta", 0, NW_OPTION_INT, "N", N_("halving: one of so many goes on (3 otherwise)"), 2, 1000},
    {"min-epochs", 0, NW_OPTION_INT, "N",
     N_("halving: epochs before the first comparison (1 otherwise)"), 1, 1000000},
    {"judge", 0, NW_OPTION_TEXT, "NUMBER",
     N_("What judges: a number of each epoch (val_loss otherwise)")},
    {"mode", 0, NW_OPTION_CHOICE, NULL, N_("Whether small or large is good"),
     .choices = nw_sweep_mode_choices},
    {"name", 0, NW_OPTION_TEXT, "NAME", N_("Of the sweep, and the tag of its runs")},
    {"from", 0, NW_OPTION_TEXT, "FILE.json", N_("A sweep as a file; options go over it")},
    NW_OPTION_THREADS,
    NW_OPTION_DATA,
    {"quiet", 'q', NW_OPTION_FLAG, NULL, N_("Print nothing")},
    {"json", 0, NW_OPTION_FLAG, NULL, N_("Print one JSON object per trial, and one at the end")},
    {NULL},
};

const NwCommand nw_command_sweep = {
    .name = "sweep",
    .summary = N_("Trains a project with several settings"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .details = N_("Every trial is a run of the project, with the sweep's name as tag. Ctrl-C stops "
                  "after the running\nbatch; the same command goes on where it was, also after the "
                  "program was killed."),
    .run = run,
};
