/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The history of a project's runs: what there is, how runs differ, and whether one can be repeated.
 */
#include "nw-cli-project.h"
#include "nw-progress.h"
#include "nw-run-report.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define POLL_USEC 20000
#define MOST_RUNS 64

/* What a verb works on. */
typedef struct {
  const NwArgs *args;
  NwStore *store;
  GPtrArray *runs; /* NwStoredRun: those that were named */
  gboolean json;
} Job;

typedef struct {
  const char *name;
  NwStoreMode mode;
  guint min_runs, max_runs;
  NwExit (*run)(Job *job, GError **error);
} Verb;

/* ── showing ─────────────────────────────────────────────────────────────────────────────────── */

static const char *
get_state(const NwStoredRun *run)
{
  static const char *const ends[] = {
      [NW_END_EPOCHS] = "epochs",         [NW_END_EARLY] = "early",   [NW_END_STOPPED] = "stopped",
      [NW_END_NOT_FINITE] = "not-finite", [NW_END_FAILED] = "failed",
  };

  if (run->state == NW_STORED_RUNNING)
    return "running";
  return run->state == NW_STORED_INTERRUPTED ? "interrupted" : ends[run->end];
}

static char *
dup_date(gint64 time, const char *format)
{
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time / G_USEC_PER_SEC);
  g_autoptr(GDateTime) local = utc ? g_date_time_to_local(utc) : NULL;

  return local ? g_date_time_format(local, format) : g_strdup("");
}

static char *
dup_number(double value)
{
  return isfinite(value) ? g_strdup_printf("%.5g", value) : g_strdup("–");
}

static JsonObject *
run_to_json(const NwStoredRun *run)
{
  g_autofree char *started = dup_date(run->started, "%Y-%m-%dT%H:%M:%S%:z");
  const struct {
    const char *key, *text;
  } texts[] = {
      {"name", run->name},           {"tags", run->tags},           {"note", run->note},
      {"started", started},          {"state", get_state(run)},     {"message", run->message},
      {"folder", run->folder},       {"data_hash", run->data_hash}, {"build", run->build},
      {"kernels", run->kernels},     {"blas", run->blas},           {"best_hash", run->best_hash},
      {"last_hash", run->last_hash},
  };
  JsonObject *object = json_object_new();

  json_object_set_int_member(object, "run", run->id);
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    if (texts[i].text)
      json_object_set_string_member(object, texts[i].key, texts[i].text);
  json_object_set_int_member(object, "seed", run->seed);
  json_object_set_int_member(object, "epochs", (gint64)run->n_epochs);
  json_object_set_int_member(object, "steps", (gint64)run->n_steps);
  json_object_set_double_member(object, "seconds", run->seconds);
  if (run->best_epoch >= 0)
    json_object_set_int_member(object, "best_epoch", run->best_epoch + 1);
  json_object_set_double_member(object, "best_loss", run->best_loss);
  json_object_set_double_member(object, "mean_ece", run->mean_ece);
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
print_row(const NwStoredRun *run)
{
  g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, run->id);
  g_autofree char *started = dup_date(run->started, "%Y-%m-%d %H:%M");
  g_autofree char *epochs = g_strdup_printf("%" G_GUINT64_FORMAT, run->n_epochs);
  g_autofree char *loss = dup_number(run->best_loss), *ece = dup_number(run->mean_ece);
  g_autofree char *time = nw_duration_to_text(isfinite(run->seconds) ? run->seconds : 0);
  g_autofree char *what = g_strdup_printf("%s%s%s%s", run->name, *run->tags ? " [" : "", run->tags,
                                          *run->tags ? "]" : "");

  print_cell(id, 4);
  print_cell(started, 16);
  print_cell(get_state(run), 11);
  print_cell(epochs, 6);
  print_cell(loss, 9);
  print_cell(ece, 9);
  print_cell(time, 8);
  printf("%s\n", what);
}

static NwExit
list_runs(Job *job, GError **error)
{
  g_autoptr(GPtrArray) runs = nw_store_list_runs(job->store, error);
  static const struct {
    const char *title;
    int width;
  } heads[] = {{N_("Run"), 4},       {N_("Started"), 16}, {N_("State"), 11}, {N_("Epochs"), 6},
               {N_("Best loss"), 9}, {N_("Mean ECE"), 9}, {N_("Time"), 8},   {N_("Name"), 0}};
  JsonArray *array;
  JsonObject *root;

  if (!runs)
    return NW_EXIT_INPUT;
  if (job->json) {
    array = json_array_new();
    for (guint i = 0; i < runs->len; i++)
      json_array_add_object_element(array, run_to_json(g_ptr_array_index(runs, i)));
    root = json_object_new();
    json_object_set_array_member(root, "runs", array);
    nw_cli_print_json(root, TRUE);
    return NW_EXIT_DONE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(heads); i++)
    print_cell(_(heads[i].title), heads[i].width);
  putchar('\n');
  for (guint i = 0; i < runs->len; i++)
    print_row(g_ptr_array_index(runs, i));
  return NW_EXIT_DONE;
}

/* The newest value of each epoch series. */
static JsonObject *
newest_to_json(NwHistory *history)
{
  JsonObject *object = json_object_new();
  gsize n = nw_history_get_n_epochs(history);

  for (guint i = 0; n > 0 && i < nw_history_get_n_epoch_series(history); i++) {
    double value = NAN;

    nw_history_read_epochs(history, i, n - 1, 1, &value);
    json_object_set_double_member(object, nw_history_get_epoch_series(history, i)->name, value);
  }
  return object;
}

static void
print_fact(const char *title, const char *text)
{
  if (text && *text)
    printf("%-16s %s\n", title, text);
}

static NwExit
show_run(Job *job, GError **error)
{
  const NwStoredRun *run = g_ptr_array_index(job->runs, 0);
  g_autoptr(NwHistory) history = nw_store_load_history(job->store, run->id, error);
  g_autofree char *started = dup_date(run->started, "%Y-%m-%d %H:%M:%S");
  g_autofree char *loss = dup_number(run->best_loss), *ece = dup_number(run->mean_ece);
  g_autofree char *seed = g_strdup_printf("%" G_GINT64_FORMAT, run->seed);
  g_autofree char *done =
      g_strdup_printf(_("%u epochs, %zu steps"), (guint)run->n_epochs, (gsize)run->n_steps);
  JsonObject *object;

  if (!history)
    return NW_EXIT_INPUT;
  if (job->json) {
    object = run_to_json(run);
    json_object_set_object_member(object, "newest", newest_to_json(history));
    nw_cli_print_json(object, TRUE);
    return NW_EXIT_DONE;
  }
  printf(_("Run %u\n"), (guint)run->id);
  print_fact(_("name"), run->name);
  print_fact(_("tags"), run->tags);
  print_fact(_("note"), run->note);
  print_fact(_("started"), started);
  print_fact(_("state"), get_state(run));
  print_fact(_("ended"), run->message);
  print_fact(_("done"), done);
  print_fact(_("best loss"), loss);
  print_fact(_("mean ECE"), ece);
  print_fact(_("seed"), seed);
  print_fact(_("weights in"), run->folder);
  print_fact(_("data"), run->data_hash);
  print_fact(_("build"), run->build);
  print_fact(_("kernels"), run->kernels);
  print_fact(_("BLAS"), run->blas);
  for (guint i = 0; i < nw_history_get_n_epoch_series(history); i++) {
    const NwSeries *series = nw_history_get_epoch_series(history, i);
    gsize n = nw_history_get_n_epochs(history);
    double value = NAN;
    g_autofree char *text = NULL;

    if (n > 0)
      nw_history_read_epochs(history, i, n - 1, 1, &value);
    text = dup_number(value);
    print_fact(series->name, text);
  }
  return NW_EXIT_DONE;
}

/* ── comparing ───────────────────────────────────────────────────────────────────────────────── */

static GPtrArray *
diff_settings(Job *job, GError **error)
{
  g_autoptr(GPtrArray) projects = g_ptr_array_new_with_free_func((GDestroyNotify)nw_project_unref);

  for (guint i = 0; i < job->runs->len; i++) {
    const NwStoredRun *run = g_ptr_array_index(job->runs, i);
    NwProject *project = nw_store_load_project(job->store, run->id, error);

    if (!project)
      return NULL;
    g_ptr_array_add(projects, project);
  }
  return nw_settings_diff((NwProject *const *)projects->pdata, projects->len);
}

static void
print_comparison_json(Job *job, GPtrArray *diffs)
{
  JsonObject *root = json_object_new(), *settings = json_object_new();
  JsonArray *runs = json_array_new();

  for (guint i = 0; i < job->runs->len; i++)
    json_array_add_object_element(runs, run_to_json(g_ptr_array_index(job->runs, i)));
  for (guint i = 0; i < diffs->len; i++) {
    const NwSettingDiff *diff = g_ptr_array_index(diffs, i);
    JsonArray *values = json_array_new();

    for (guint k = 0; k < diff->n; k++)
      if (diff->values[k])
        json_array_add_string_element(values, diff->values[k]);
      else
        json_array_add_null_element(values);
    json_object_set_array_member(settings, diff->key, values);
  }
  json_object_set_array_member(root, "runs", runs);
  json_object_set_object_member(root, "settings", settings);
  nw_cli_print_json(root, TRUE);
}

/* One line: a title and a text per run. @texts: owned by the caller */
static void
print_line(const char *title, char *const *texts, guint n)
{
  print_cell(title, 28);
  for (guint i = 0; i < n; i++)
    print_cell(texts[i] ? texts[i] : "–", 16);
  putchar('\n');
}

static char *
dup_id(const NwStoredRun *run)
{
  return g_strdup_printf(_("run %u"), (guint)run->id);
}

static char *
dup_name(const NwStoredRun *run)
{
  return g_strdup(run->name);
}

static char *
dup_state(const NwStoredRun *run)
{
  return g_strdup(get_state(run));
}

static char *
dup_epochs(const NwStoredRun *run)
{
  return g_strdup_printf("%u", (guint)run->n_epochs);
}

static char *
dup_best(const NwStoredRun *run)
{
  return dup_number(run->best_loss);
}

static char *
dup_ece(const NwStoredRun *run)
{
  return dup_number(run->mean_ece);
}

static char *
dup_time(const NwStoredRun *run)
{
  return nw_duration_to_text(isfinite(run->seconds) ? run->seconds : 0);
}

static NwExit
compare_runs(Job *job, GError **error)
{
  static const struct {
    const char *title;
    char *(*dup)(const NwStoredRun *run);
  } facts[] = {
      {"", dup_id},
      {N_("name"), dup_name},
      {N_("state"), dup_state},
      {N_("epochs"), dup_epochs},
      {N_("best loss"), dup_best},
      {N_("mean ECE"), dup_ece},
      {N_("time"), dup_time},
  };
  g_autoptr(GPtrArray) diffs = diff_settings(job, error);
  char *texts[MOST_RUNS];

  if (!diffs)
    return NW_EXIT_INPUT;
  if (job->json) {
    print_comparison_json(job, diffs);
    return NW_EXIT_DONE;
  }
  for (gsize f = 0; f < G_N_ELEMENTS(facts); f++) {
    for (guint i = 0; i < job->runs->len; i++)
      texts[i] = facts[f].dup(g_ptr_array_index(job->runs, i));
    print_line(*facts[f].title ? _(facts[f].title) : "", texts, job->runs->len);
    for (guint i = 0; i < job->runs->len; i++)
      g_free(texts[i]);
  }
  putchar('\n');
  for (guint i = 0; i < diffs->len; i++) {
    const NwSettingDiff *diff = g_ptr_array_index(diffs, i);

    print_line(diff->key, diff->values, diff->n);
  }
  if (diffs->len == 0)
    printf("%s\n", _("All settings are the same."));
  return NW_EXIT_DONE;
}

/* ── doing ───────────────────────────────────────────────────────────────────────────────────── */

static NwExit
export_run(Job *job, GError **error)
{
  const NwStoredRun *run = g_ptr_array_index(job->runs, 0);
  const char *path = nw_args_get_text(job->args, "out");
  g_autoptr(NwHistory) history = NULL;
  gboolean written;

  if (!path) {
    g_set_error_literal(error, NW_USAGE, 0, _("Give -o OUT.csv for what is exported."));
    return NW_EXIT_USAGE;
  }
  history = nw_store_load_history(job->store, run->id, error);
  if (!history)
    return NW_EXIT_INPUT;
  written = nw_args_get_flag(job->args, "steps") ? nw_history_save_steps_csv(history, path, error)
                                                 : nw_history_save_csv(history, path, error);
  return written ? NW_EXIT_DONE : NW_EXIT_INPUT;
}

/* As PDF or HTML, by the file's ending. */
static NwExit
report_run(Job *job, GError **error)
{
  const NwStoredRun *run = g_ptr_array_index(job->runs, 0);
  const char *path = nw_args_get_text(job->args, "out");
  gint64 threads = 0;

  if (!path) {
    g_set_error_literal(error, NW_USAGE, 0, _("Give -o REPORT.html or -o REPORT.pdf."));
    return NW_EXIT_USAGE;
  }
  nw_args_get_int(job->args, "threads", &threads);
  return nw_run_report_write_stored(job->store, run->id, NULL, path, (int)threads, error)
             ? NW_EXIT_DONE
             : NW_EXIT_INPUT;
}

static NwExit
set_texts(Job *job, GError **error)
{
  static const char *const keys[NW_N_RUN_TEXTS] = {
      [NW_RUN_NAME] = "name", [NW_RUN_TAGS] = "tags", [NW_RUN_NOTE] = "note"};
  guint given = 0;

  for (guint i = 0; i < NW_N_RUN_TEXTS; i++) {
    const char *text = nw_args_get_text(job->args, keys[i]);

    given += text != NULL;
    for (guint k = 0; text && k < job->runs->len; k++) {
      const NwStoredRun *run = g_ptr_array_index(job->runs, k);

      if (!nw_store_set_text(job->store, run->id, (NwRunText)i, text, error))
        return NW_EXIT_INPUT;
    }
  }
  if (given > 0)
    return NW_EXIT_DONE;
  g_set_error_literal(error, NW_USAGE, 0, _("Give --name, --tags or --note for what is set."));
  return NW_EXIT_USAGE;
}

static NwExit
delete_runs(Job *job, GError **error)
{
  for (guint i = 0; i < job->runs->len; i++) {
    const NwStoredRun *run = g_ptr_array_index(job->runs, i);

    if (!nw_store_delete_run(job->store, run->id, error))
      return NW_EXIT_INPUT;
  }
  return NW_EXIT_DONE;
}

static void
follow(NwTrainer *trainer, gboolean draw)
{
  NwProgress progress;
  NwEvent *event;
  guint epoch, epochs, batch, n_batches;

  nw_progress_start(&progress, draw, 0);
  nw_trainer_start(trainer);
  while (nw_trainer_get_state(trainer) != NW_TRAINER_ENDED) {
    g_autofree char *what = NULL;

    nw_trainer_get_progress(trainer, &epoch, &epochs, &batch, &n_batches);
    what = g_strdup_printf(_("epoch %u/%u"), epoch, epochs);
    nw_progress_draw(&progress, (epoch - 1 + (double)batch / MAX(n_batches, 1)) / epochs, what);
    while ((event = nw_trainer_pop_event(trainer)))
      nw_event_unref(event);
    g_usleep(POLL_USEC);
  }
  nw_progress_clear(&progress);
  nw_trainer_join(trainer);
}

static NwExit
replay_run(Job *job, GError **error)
{
  const NwStoredRun *run = g_ptr_array_index(job->runs, 0);
  gint64 threads = 0;
  g_autoptr(NwReplay) replay = NULL;
  g_autofree char *sentence = NULL;
  gboolean same;

  nw_args_get_int(job->args, "threads", &threads);
  replay = nw_replay_new(job->store, run->id, (int)threads, error);
  if (!replay)
    return NW_EXIT_INPUT;
  follow(nw_replay_get_trainer(replay), !job->json && isatty(STDOUT_FILENO));
  same = nw_replay_judge(replay, &sentence);
  if (job->json) {
    JsonObject *object = json_object_new();

    json_object_set_int_member(object, "run", run->id);
    json_object_set_boolean_member(object, "same", same);
    json_object_set_string_member(object, "message", sentence);
    nw_cli_print_json(object, FALSE);
  } else if (same) {
    printf("%s\n", sentence);
  }
  if (same)
    return NW_EXIT_DONE;
  g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT, sentence);
  return NW_EXIT_INPUT;
}

/* ── which ───────────────────────────────────────────────────────────────────────────────────── */

static const Verb verbs[] = {
    {"list", NW_STORE_READ, 0, 0, list_runs},
    {"show", NW_STORE_READ, 1, 1, show_run},
    {"compare", NW_STORE_READ, 2, MOST_RUNS, compare_runs},
    {"export", NW_STORE_READ, 1, 1, export_run},
    {"report", NW_STORE_READ, 1, 1, report_run},
    {"replay", NW_STORE_READ, 1, 1, replay_run},
    {"set", NW_STORE_WRITE, 1, MOST_RUNS, set_texts},
    {"delete", NW_STORE_WRITE, 1, MOST_RUNS, delete_runs},
};

/* @first: of the operands behind the verb. “list” goes without saying. */
static const Verb *
find_verb(const NwArgs *args, guint *first)
{
  *first = 1;
  for (gsize i = 0; nw_args_get_operand(args, 1) && i < G_N_ELEMENTS(verbs); i++)
    if (g_str_equal(nw_args_get_operand(args, 0), verbs[i].name))
      return &verbs[i];
  *first = 0;
  return nw_args_get_operand(args, 1) ? NULL : &verbs[0];
}

/* Of a project, or of a history itself. (transfer full) */
static char *
dup_store_path(const char *file)
{
  g_autofree char *runs = NULL;

  if (g_str_has_suffix(file, ".db"))
    return g_strdup(file);
  if (g_str_has_suffix(file, ".runs") || g_str_has_suffix(file, ".runs/"))
    return nw_place_dup_history(file);
  runs = nw_place_dup_runs(file, NULL);
  return nw_place_dup_history(runs);
}

/* A run by its number, or by the name that somebody gave it. (transfer full) */
static NwStoredRun *
find_run(NwStore *store, const char *text, GError **error)
{
  g_autoptr(GPtrArray) runs = NULL;
  guint64 id;

  if (g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT, &id, NULL))
    return nw_store_find_run(store, (gint64)id, error);
  runs = nw_store_list_runs(store, error);
  for (guint i = runs ? runs->len : 0; i > 0; i--) {
    const NwStoredRun *run = g_ptr_array_index(runs, i - 1);

    if (g_str_equal(run->name, text))
      return nw_store_find_run(store, run->id, error);
  }
  if (runs)
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("No run has the name “%s”; give a number."),
                text);
  return NULL;
}

static NwExit
fail_usage(const Verb *verb, GError **error)
{
  if (!verb)
    g_set_error_literal(error, NW_USAGE, 0,
                        _("runs: the word before FILE must be list, show, compare, export, report, "
                          "replay, set or delete"));
  else if (verb->max_runs == 0)
    g_set_error(error, NW_USAGE, 0, _("runs %s: no run can be given"), verb->name);
  else if (verb->max_runs == 1)
    g_set_error(error, NW_USAGE, 0, _("runs %s: give one run behind FILE"), verb->name);
  else
    g_set_error(error, NW_USAGE, 0,
                ngettext("runs %s: give %u run or more behind FILE",
                         "runs %s: give %u runs or more behind FILE", verb->min_runs),
                verb->name, verb->min_runs);
  return NW_EXIT_USAGE;
}

static NwExit
run(const NwArgs *args, GError **error)
{
  g_autoptr(NwStore) store = NULL;
  g_autoptr(GPtrArray) runs = g_ptr_array_new_with_free_func((GDestroyNotify)nw_stored_run_free);
  g_autofree char *path = NULL;
  guint first, n = 0;
  const Verb *verb = find_verb(args, &first);
  Job job = {.args = args, .runs = runs, .json = nw_args_get_flag(args, "json")};

  while (nw_args_get_operand(args, first + 1 + n))
    n++;
  if (!verb || n < verb->min_runs || n > verb->max_runs)
    return fail_usage(verb, error);
  path = dup_store_path(nw_args_get_operand(args, first));
  job.store = store = nw_store_open(path, NW_STORE_READ, error); /* a typing error makes no file */
  if (store && verb->mode == NW_STORE_WRITE) {
    nw_store_free(g_steal_pointer(&store));
    job.store = store = nw_store_open(path, NW_STORE_WRITE, error);
  }
  if (!store)
    return NW_EXIT_INPUT;
  for (guint i = 0; i < n; i++) {
    NwStoredRun *found = find_run(store, nw_args_get_operand(args, first + 1 + i), error);

    if (!found)
      return NW_EXIT_INPUT;
    g_ptr_array_add(runs, found);
  }
  return verb->run(&job, error);
}

static const NwOption options[] = {
    {"out", 'o', NW_OPTION_TEXT, "OUT",
     N_("export: where to write CSV; report: where to write PDF or HTML")},
    {"steps", 0, NW_OPTION_FLAG, NULL, N_("export: a row per step instead of a row per epoch")},
    {"name", 0, NW_OPTION_TEXT, "NAME", N_("set: what the run is called")},
    {"tags", 0, NW_OPTION_TEXT, "A,B", N_("set: its tags")},
    {"note", 0, NW_OPTION_TEXT, "TEXT", N_("set: a note on it")},
    NW_OPTION_THREADS,
    NW_OPTION_JSON,
    {NULL},
};

const NwCommand nw_command_runs = {
    .name = "runs",
    .summary = N_("Lists, compares and repeats the runs of a project"),
    .operands = "[list|show|compare|export|report|replay|set|delete] FILE [RUN…]",
    .min_operands = 1,
    .max_operands = 2 + MOST_RUNS,
    .options = options,
    .details =
        N_("A RUN is a number, or a name that was given. replay trains the run once more and "
           "compares every\nnumber and the weights, bit for bit; it answers 1 when something "
           "differs, and says what."),
    .run = run,
};
