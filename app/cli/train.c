/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"
#include "nw-cli-run.h"
#include "nw-progress.h"
#include "nw-run-report.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define POLL_USEC    20000          /* how often the worker's news are looked at */
#define HISTORY_USEC G_USEC_PER_SEC /* history.csv is not written more often than this */
#define TELL_USEC    (2 * G_USEC_PER_SEC)

/* What the loop knows. */
typedef struct {
  NwTrainer *trainer;
  NwRecorder *recorder; /* (nullable) */
  NwHistory *history;
  const char *folder;
  gboolean json, quiet;
  NwProgress progress;
  gint64 saved; /* when history.csv was written; µs, monotonic */
  NwEvent *end; /* NULL while it runs */
} Run;

static void
run_clear(Run *run)
{
  g_clear_pointer(&run->recorder, nw_recorder_free);
  g_clear_pointer(&run->trainer, nw_trainer_free);
  g_clear_pointer(&run->end, nw_event_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

static gboolean
save_history(Run *run, GError **error)
{
  g_autofree char *path = g_build_filename(run->folder, "history.csv", NULL);

  run->saved = g_get_monotonic_time();
  return nw_history_save_csv(run->history, path, error);
}

/* ── an epoch ────────────────────────────────────────────────────────────────────────────────── */

static void
print_epoch(const Run *run, const NwEvent *event)
{
  enum { MOST = 4 }; /* metrics on one line */
  const NwHistory *history = run->history;
  guint epochs, n_metrics = 0;
  g_autofree char *time = nw_duration_to_text(nw_history_get_epoch_time(history, event->epoch - 1));

  nw_trainer_get_progress(run->trainer, NULL, &epochs, NULL, NULL);
  printf(_("epoch %u/%u"), event->epoch, epochs);
  for (guint i = 0; i < nw_history_get_n_epoch_series(history); i++) {
    const NwSeries *series = nw_history_get_epoch_series(history, i);
    gboolean total = g_str_equal(series->name, "loss") || g_str_equal(series->name, "val_loss");
    double value = NAN;

    if (!total && (!series->is_metric || n_metrics++ >= MOST))
      continue;
    nw_history_read_epochs(run->history, i, event->epoch - 1, 1, &value);
    printf("  %s %.4g", series->name, value);
  }
  printf("  %s%s\n", time, event->is_best ? _("  (best)") : "");
  fflush(stdout);
}

/* Takes @event. */
static gboolean
take_epoch(Run *run, NwEvent *event, GError **error)
{
  nw_progress_clear(&run->progress);
  if (run->json)
    nw_cli_print_json(nw_cli_epoch_to_json(run->history, event), FALSE);
  else if (!run->quiet)
    print_epoch(run, event);

  nw_event_unref(event);
  if (g_get_monotonic_time() - run->saved < HISTORY_USEC)
    return TRUE;
  return save_history(run, error);
}

/* ── the run ─────────────────────────────────────────────────────────────────────────────────── */

static double
fraction_done(const NwTrainer *trainer)
{
  guint epoch, epochs, batch, n_batches;

  nw_trainer_get_progress(trainer, &epoch, &epochs, &batch, &n_batches);
  return (epoch - 1 + (double)batch / MAX(n_batches, 1)) / epochs;
}

static void
draw(Run *run)
{
  guint epoch, epochs;
  g_autofree char *what = NULL;

  nw_trainer_get_progress(run->trainer, &epoch, &epochs, NULL, NULL);
  what = g_strdup_printf(_("epoch %u/%u"), epoch, epochs);
  nw_progress_draw(&run->progress, fraction_done(run->trainer), what);
}

/* What happens to the store of runs stops nothing. A run that fails at once has a sentence of its
 * own. */
static void
tell_of_store(Run *run)
{
  gboolean early = !run->end && g_get_monotonic_time() - run->progress.started < TELL_USEC;
  g_autofree char *sentence =
      run->recorder && !early ? nw_recorder_dup_problem(run->recorder) : NULL;

  if (!sentence)
    return;
  nw_progress_clear(&run->progress);
  g_printerr("netwright: %s\n", sentence);
}

/* Until the worker has ended. A history that cannot be written stops it. */
static void
follow(Run *run, GError **error)
{
  gboolean stopping = FALSE;

  while (!run->end) {
    NwEvent *event;

    if (nw_cli_is_stop_wanted() && !stopping) {
      nw_trainer_stop(run->trainer);
      stopping = TRUE;
    }
    tell_of_store(run);
    while ((event = nw_trainer_pop_event(run->trainer)) != NULL) {
      if (run->recorder)
        nw_recorder_take(run->recorder, run->trainer, event);
      if (event->type == NW_EVENT_END)
        run->end = event;
      else if (event->type != NW_EVENT_EPOCH)
        nw_event_unref(event);
      else if (!take_epoch(run, event, *error ? NULL : error))
        nw_cli_want_stop();
    }
    if (run->end)
      break;
    draw(run);
    g_usleep(POLL_USEC);
  }
  nw_progress_clear(&run->progress);
  nw_trainer_join(run->trainer);
}

/* report.pdf: judges the weights that were kept, on rows that training did not see where there are
 * any. */
static gboolean
write_report(const Run *run, NwProject *project, NwDataset *dataset, const char *file, int threads,
             GError **error)
{
  g_autofree char *path = g_build_filename(run->folder, "report.pdf", NULL);
  g_autofree char *base = g_filename_display_basename(file);
  g_auto(GStrv) title = g_strsplit(base, ".netwright", 2);
  g_autoptr(GDateTime) now = g_date_time_new_now_local();
  g_autofree char *when = g_date_time_format(now, "%e %B %Y, %H:%M");
  gboolean best = nw_params_get_bool(nw_project_get_training(project), "restore_best");
  g_autoptr(NwWeights) weights = nw_trainer_dup_weights(run->trainer, best);
  g_autoptr(NwEvaluation) evaluation = NULL;
  NwRunReport report = {
      .title = title[0],
      .when = when,
      .ended = run->end->message,
      .project = project,
      .history = run->history,
      .dataset = dataset,
  };

  nw_run_report_take_origin(&report);
  evaluation = nw_run_report_evaluate(&report, weights, threads, error);
  report.evaluation = evaluation;
  return evaluation && nw_run_report_write(&report, path, error);
}

static const char *const end_names[] = {
    [NW_END_EPOCHS] = "epochs",  [NW_END_EARLY] = "early",   [NW_END_STOPPED] = "signal",
    [NW_END_NOT_FINITE] = "nan", [NW_END_FAILED] = "failed",
};

static void
print_end(const Run *run)
{
  int best = nw_history_get_best_epoch(run->history);
  JsonObject *object;

  if (!run->json && !run->quiet) {
    if (run->end->end <= NW_END_STOPPED)
      printf("%s\n", run->end->message);
    if (best >= 0)
      printf(_("Best epoch: %d. Weights, history and report are in %s\n"), best + 1, run->folder);
    if (run->end->end == NW_END_STOPPED)
      printf(_("“netwright train FILE --resume %s” continues.\n"), run->folder);
  }
  if (!run->json)
    return;
  object = json_object_new();
  json_object_set_boolean_member(object, "done", TRUE);
  json_object_set_string_member(object, "stopped", end_names[run->end->end]);
  if (best >= 0)
    json_object_set_int_member(object, "best_epoch", best + 1);
  else
    json_object_set_null_member(object, "best_epoch");
  json_object_set_int_member(object, "epochs", (gint64)nw_history_get_n_epochs(run->history));
  json_object_set_string_member(object, "message", run->end->message);
  json_object_set_string_member(object, "out", run->folder);
  if (run->recorder && nw_recorder_get_run(run->recorder) > 0)
    json_object_set_int_member(object, "run", nw_recorder_get_run(run->recorder));
  nw_cli_print_json(object, FALSE);
}

/* What the end means to whoever started this. */
static NwExit
answer(const Run *run, GError **error)
{
  if (*error)
    return NW_EXIT_INPUT;
  switch (run->end->end) {
  case NW_END_EPOCHS:
  case NW_END_EARLY:
    return NW_EXIT_DONE;
  case NW_END_STOPPED:
    return NW_EXIT_STOPPED;
  case NW_END_NOT_FINITE:
    g_set_error_literal(error, NW_ERROR, NW_ERROR_NOT_FINITE, run->end->message);
    return NW_EXIT_INPUT;
  case NW_END_FAILED:
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT, run->end->message);
    return NW_EXIT_INPUT;
  }
  g_assert_not_reached();
}

static NwProject *
load_project(const NwArgs *args, GError **error)
{
  static const char *const shortcuts[] = {"epochs", "seed"}; /* of --set training.… */
  g_autoptr(NwProject) project = nw_cli_load_project(args, error);

  for (gsize i = 0; project && i < G_N_ELEMENTS(shortcuts); i++) {
    const char *text = nw_args_get_text(args, shortcuts[i]);
    g_autofree char *key = g_strdup_printf("training.%s", shortcuts[i]);
    NwProject *changed = text ? nw_project_set(project, key, text, error) : nw_project_ref(project);

    nw_project_unref(project);
    project = changed;
  }
  return g_steal_pointer(&project);
}

/* The run is written beside the project, as the window's are. */
static void
begin_recording(Run *run, const NwArgs *args, NwProject *project, int threads)
{
  g_autofree char *runs = nw_place_dup_runs(nw_args_get_file(args), NULL);
  g_autofree char *path = nw_place_dup_history(runs);
  g_autofree char *base_dir = nw_cli_dup_base_dir(args);
  g_autoptr(NwProject) moved = nw_cli_dup_moved_project(args, project);
  NwRecorderAbout about = {
      .project = moved,
      .base_dir = base_dir,
      .folder = run->folder,
      .resumed = nw_args_get_text(args, "resume"),
      .threads = threads,
  };

  if (nw_args_get_flag(args, "no-record"))
    return;
  run->recorder = nw_recorder_new(path);
  nw_recorder_begin(run->recorder, run->trainer, &about);
}

static NwExit
run(const NwArgs *args, GError **error)
{
  g_autoptr(NwProject) project = load_project(args, error);
  g_autoptr(NwDataset) dataset = project ? nw_cli_build_dataset(args, project, error) : NULL;
  g_autofree char *folder = nw_cli_dup_out_folder(args);
  g_auto(Run) run = {.folder = folder,
                     .json = nw_args_get_flag(args, "json"),
                     .quiet = nw_args_get_flag(args, "quiet")};
  g_autofree char *base_dir = nw_cli_dup_base_dir(args);
  NwTrainOptions options = {.base_dir = base_dir,
                            .out_dir = folder,
                            .resume_dir = nw_args_get_text(args, "resume")};
  g_autoptr(GError) fault = NULL;

  if (!dataset)
    return NW_EXIT_INPUT;
  options.threads = nw_cli_get_threads(args, project);
  run.trainer = nw_trainer_new(project, dataset, &options, error);
  if (!run.trainer || !nw_cli_save_project(args, project, folder, error))
    return NW_EXIT_INPUT;
  run.history = nw_trainer_get_history(run.trainer);
  begin_recording(&run, args, project, options.threads);

  nw_cli_catch_signals();
  nw_progress_start(&run.progress, !run.json && !run.quiet && isatty(STDOUT_FILENO),
                    fraction_done(run.trainer));
  nw_trainer_start(run.trainer);
  follow(&run, &fault);

  if (run.recorder)
    nw_recorder_flush(run.recorder);
  if (!fault && run.end->end != NW_END_FAILED)
    tell_of_store(&run);
  if (!fault)
    save_history(&run, &fault);
  if (!fault && run.end->end != NW_END_FAILED)
    write_report(&run, project, dataset, nw_args_get_file(args), options.threads, &fault);
  print_end(&run);
  if (fault) {
    g_propagate_error(error, g_steal_pointer(&fault));
    return NW_EXIT_INPUT;
  }
  return answer(&run, error);
}

static const NwOption options[] = {
    {"epochs", 0, NW_OPTION_INT, "N", N_("How often training goes through the data"), 1, 1000000},
    {"seed", 0, NW_OPTION_INT, "N", N_("The same seed gives the same weights"), 0,
     G_GINT64_CONSTANT(9007199254740992)},
    NW_OPTION_THREADS,
    NW_OPTION_SET,
    NW_OPTION_DATA,
    {"out", 'o', NW_OPTION_TEXT, "DIR", N_("Where to write (a new folder FILE-run otherwise)")},
    {"resume", 0, NW_OPTION_TEXT, "DIR", N_("Continue the run that was stopped there")},
    {"no-record", 0, NW_OPTION_FLAG, NULL,
     N_("Leave the run out of the project's history of runs")},
    {"quiet", 'q', NW_OPTION_FLAG, NULL, N_("Print nothing")},
    {"json", 0, NW_OPTION_FLAG, NULL, N_("Print one JSON object per epoch, and one at the end")},
    {NULL},
};

const NwCommand nw_command_train = {
    .name = "train",
    .summary = N_("Trains a project"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .details = N_("Writes history.csv, best.safetensors, last.safetensors, report.pdf and "
                  "project.netwright.\nCtrl-C stops after the running batch and saves; --resume "
                  "continues to the same weights, bit for bit.\nEvery run is also recorded "
                  "beside the project, for the window and for “netwright runs”."),
    .run = run,
};
