/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-session.h"

#include "nw-curve-reader.h"
#include "nw-replay.h"
#include "nw-store.h"

#include "test-folder.h"
#include "test-state.h"

/* A session on a short run of the iris example. */
typedef struct {
  NwDocument *document;
  NwSession *session;
  guint epochs, progress, problems;
  char *problem, *page;
} Fixture;

static void
count_cb(GObject *object, guint *n)
{
  (*n)++;
}

static void
problem_cb(NwSession *session, const char *sentence, const char *page, Fixture *fixture)
{
  fixture->problems++;
  g_free(fixture->problem);
  g_free(fixture->page);
  fixture->problem = g_strdup(sentence);
  fixture->page = g_strdup(page);
}

static void
set(Fixture *fixture, const char *key, const char *text)
{
  g_autoptr(NwProject) project =
      nw_project_set(nw_document_get_project(fixture->document), key, text, NULL);

  g_assert_nonnull(project);
  nw_document_edit(fixture->document, project, key, NULL);
}

static void
setup(Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  fixture->document = nw_document_new();
  g_assert_true(nw_document_open(fixture->document, EXAMPLES "/iris.netwright", TRUE, &error));
  g_assert_no_error(error);
  set(fixture, "training.epochs", "4");
  fixture->session = nw_session_new(fixture->document);
  g_signal_connect(fixture->session, "problem", G_CALLBACK(problem_cb), fixture);
}

static void
teardown(Fixture *fixture, gconstpointer data)
{
  g_object_unref(fixture->session);
  g_object_unref(fixture->document);
  g_free(fixture->problem);
  g_free(fixture->page);
}

static NwRun *
start(Fixture *fixture)
{
  NwRun *run;

  nw_session_start(fixture->session);
  run = nw_session_get_run(fixture->session);
  if (run) {
    g_signal_connect(run, "epoch", G_CALLBACK(count_cb), &fixture->epochs);
    g_signal_connect(run, "progress", G_CALLBACK(count_cb), &fixture->progress);
  }
  return run;
}

static void
run_while_active(Fixture *fixture)
{
  while (nw_session_is_active(fixture->session))
    g_main_context_iteration(NULL, TRUE);
}

static void
run_until(NwRun *run, NwRunState state)
{
  while (nw_run_get_progress(run)->state != state)
    g_main_context_iteration(NULL, TRUE);
}

static void
test_run(Fixture *fixture, gconstpointer data)
{
  NwRun *run = start(fixture);

  g_assert_cmpint(nw_run_get_progress(run)->state, ==, NW_RUN_PREPARING);
  run_while_active(fixture);
  g_assert_cmpuint(fixture->problems, ==, 0);
  g_assert_cmpuint(fixture->epochs, >, 0); /* a burst of short ones is told once */
  g_assert_cmpuint(fixture->progress, >, 0);
  g_assert_cmpint(nw_run_get_end(run), ==, NW_END_EPOCHS);
  g_assert_cmpuint(nw_history_get_n_epochs(nw_run_get_history(run)), ==, 4);
  g_assert_nonnull(nw_run_get_weights(run));
  g_assert_nonnull(nw_run_find_report(run, "species"));
  g_assert_cmpuint(nw_run_get_report_epoch(run), ==, 4);
  g_assert_true(isfinite(nw_run_get_latest(run, "val_loss")));
  g_assert_cmpuint(g_list_model_get_n_items(nw_session_get_runs(fixture->session)), ==, 1);
}

static void
test_pause_step_stop(Fixture *fixture, gconstpointer data)
{
  NwRun *run;
  NwRunProgress before, after;

  set(fixture, "training.epochs", "100000");
  run = start(fixture);
  run_until(run, NW_RUN_RUNNING);
  nw_session_pause(fixture->session);
  run_until(run, NW_RUN_PAUSED);
  before = *nw_run_get_progress(run);
  nw_session_step(fixture->session);
  do {
    g_main_context_iteration(NULL, TRUE);
    after = *nw_run_get_progress(run);
  } while (after.epoch == before.epoch && after.batch == before.batch);
  run_until(run, NW_RUN_PAUSED);
  nw_session_resume(fixture->session);
  run_until(run, NW_RUN_RUNNING);
  nw_session_stop(fixture->session);
  run_while_active(fixture);
  g_assert_cmpint(nw_run_get_end(run), ==, NW_END_STOPPED);
  g_assert_nonnull(nw_run_get_weights(run));
}

/* A run that has ended goes on as the same run; what cannot be done says why. */
static void
test_goes_on(Fixture *fixture, gconstpointer data)
{
  NwRun *run;

  g_assert_nonnull(nw_session_get_reason(fixture->session, NW_CONTROL_EXTEND));
  g_assert_nonnull(nw_session_get_reason(fixture->session, NW_CONTROL_STOP));
  g_assert_null(nw_session_get_reason(fixture->session, NW_CONTROL_TRAIN));
  run = start(fixture);
  g_assert_nonnull(nw_session_get_reason(fixture->session, NW_CONTROL_TRAIN));
  run_while_active(fixture);
  g_assert_null(nw_session_get_reason(fixture->session, NW_CONTROL_EXTEND));
  g_assert_null(nw_session_get_reason(fixture->session, NW_CONTROL_REVERT));
  nw_session_revert(fixture->session);
  nw_session_extend(fixture->session, 3);
  g_assert_true(nw_run_is_active(run));
  run_while_active(fixture);
  g_assert_true(nw_session_get_run(fixture->session) == run);
  g_assert_cmpuint(nw_history_get_n_epochs(nw_run_get_history(run)), ==, 7);
  g_assert_cmpuint(nw_run_get_report_epoch(run), ==, 7);
  g_assert_nonnull(nw_run_get_weights(run));
}

/* What the store has of @run is what the run has, and the run can be repeated bit for bit. Ends the
 * session. */
static void
assert_stored_and_replays(Fixture *fixture, NwRun *run)
{
  g_autoptr(NwHistory) history = nw_history_ref(nw_run_get_history(run));
  g_autofree char *path = g_strdup(nw_run_get_store(run, NULL)), *sentence = NULL;
  gint64 id;
  gsize n = nw_history_get_n_steps(history);
  g_autoptr(NwStore) store = NULL;
  g_autoptr(NwStoredRun) stored = NULL;
  g_autoptr(NwHistory) found = NULL;
  g_autoptr(NwReplay) replay = NULL;
  g_autoptr(GArray) epochs = NULL;
  GError *error = NULL;

  nw_run_get_store(run, &id);
  nw_session_clear(fixture->session); /* all is written then */
  store = nw_store_open(path, NW_STORE_READ, &error);
  g_assert_no_error(error);
  stored = nw_store_find_run(store, id, NULL);
  g_assert_cmpint(stored->state, ==, NW_STORED_ENDED);
  g_assert_cmpuint(stored->n_steps, ==, n);
  g_assert_cmpuint(stored->n_epochs, ==, nw_history_get_n_epochs(history));
  g_assert_cmpint(stored->best_epoch, ==, nw_history_get_best_epoch(history));
  epochs = nw_store_list_report_epochs(store, id, NULL);
  g_assert_cmpuint(epochs->len, ==, stored->n_epochs);
  found = nw_store_load_history(store, id, NULL);
  g_assert_cmpuint(nw_history_get_n_changes(found), ==, nw_history_get_n_changes(history));
  for (guint s = 0; s < nw_history_get_n_step_series(history); s++) {
    g_autofree double *one = g_new(double, n), *two = g_new(double, n);
    g_assert_cmpuint(nw_history_read_steps(history, s, 0, n, one), ==, n);
    g_assert_cmpuint(nw_history_read_steps(found, s, 0, n, two), ==, n);
    for (gsize i = 0; i < n; i++)
      g_assert_true(one[i] == two[i] || (isnan(two[i]) && !isfinite(one[i])));
  }
  replay = nw_replay_new(store, id, 1, &error);
  g_assert_no_error(error);
  nw_trainer_start(nw_replay_get_trainer(replay));
  nw_trainer_join(nw_replay_get_trainer(replay));
  if (!nw_replay_judge(replay, &sentence))
    g_error("%s", sentence);
  g_assert_nonnull(strstr(sentence, "bit for bit"));
}

/* However a run ended, and however often it went on, it can be repeated. */
static void
test_extended_runs_replay(Fixture *fixture, gconstpointer data)
{
  NwRun *run = start(fixture);
  G_GNUC_UNUSED g_autoptr(NwRun) kept = g_object_ref(run);

  run_while_active(fixture);
  nw_session_extend(fixture->session, 3);
  run_while_active(fixture);
  nw_session_revert(fixture->session);
  set(fixture, "optimizer.learning_rate", "0.05");
  nw_session_extend(fixture->session, 2);
  run_while_active(fixture);
  g_assert_cmpuint(g_list_model_get_n_items(nw_session_get_runs(fixture->session)), ==, 1);
  g_assert_cmpuint(nw_history_get_n_epochs(nw_run_get_history(run)), ==, 9);
  assert_stored_and_replays(fixture, run);
}

static void
test_stopped_and_extended(Fixture *fixture, gconstpointer data)
{
  NwRun *run;
  g_autoptr(NwRun) kept = NULL;

  set(fixture, "training.epochs", "100000");
  run = start(fixture);
  kept = g_object_ref(run);
  run_until(run, NW_RUN_RUNNING);
  nw_session_pause(fixture->session);
  run_until(run, NW_RUN_PAUSED);
  nw_session_stop(fixture->session);
  run_while_active(fixture);
  nw_session_extend(fixture->session, 4);
  nw_session_extend(fixture->session, 2); /* while it runs, or after */
  run_while_active(fixture);
  assert_stored_and_replays(fixture, run);
}

/* With no patience it stops after the second epoch that is not better, again and again. */
static void
test_stopped_early_and_extended(Fixture *fixture, gconstpointer data)
{
  NwRun *run;
  g_autoptr(NwRun) kept = NULL;

  set(fixture, "training.epochs", "9");
  set(fixture, "training.early_stopping", "true");
  set(fixture, "training.patience", "1");
  set(fixture, "training.min_delta", "1000");
  run = start(fixture);
  kept = g_object_ref(run);
  run_while_active(fixture);
  g_assert_cmpint(nw_run_get_end(run), ==, NW_END_EARLY);
  g_assert_cmpuint(nw_run_get_n_epochs(run), ==, 2);
  nw_session_extend(fixture->session, 7); /* nine, as before */
  run_while_active(fixture);
  g_assert_cmpint(nw_run_get_end(run), ==, NW_END_EARLY);
  g_assert_cmpuint(nw_run_get_n_epochs(run), ==, 3);
  assert_stored_and_replays(fixture, run);
}

/* A loss that ran away is a batch of the history that moved nothing; the run goes on with another
 * rate. */
static void
test_ran_away_and_extended(Fixture *fixture, gconstpointer data)
{
  NwRun *run;
  g_autoptr(NwRun) kept = NULL;

  set(fixture, "optimizer", "sgd");
  set(fixture, "hidden.activation", "exponential");
  set(fixture, "optimizer.learning_rate", "1000");
  run = start(fixture);
  kept = g_object_ref(run);
  run_while_active(fixture);
  g_assert_cmpint(nw_run_get_end(run), ==, NW_END_NOT_FINITE);
  set(fixture, "optimizer.learning_rate", "0.01");
  nw_session_extend(fixture->session, 2);
  run_while_active(fixture);
  assert_stored_and_replays(fixture, run);
}

/* Saved meanwhile, the run has moved into the document's own history, and goes on there. */
static void
test_moved_and_extended(Fixture *fixture, gconstpointer data)
{
  TestFolder *folder = test_folder_new();
  g_autofree char *path = test_folder_path(folder, "flowers.netwright");
  NwRun *run;
  g_autoptr(NwRun) kept = NULL;
  GError *error = NULL;

  run = start(fixture);
  kept = g_object_ref(run);
  run_while_active(fixture);
  while (!nw_run_get_store(run, NULL)) /* the last look */
    g_main_context_iteration(NULL, TRUE);
  g_assert_true(nw_document_save(fixture->document, path, &error));
  g_assert_no_error(error);
  nw_session_gather_runs(fixture->session);
  g_assert_true(g_str_has_prefix(nw_run_get_store(run, NULL), folder->path));
  nw_session_extend(fixture->session, 2);
  run_while_active(fixture);
  g_assert_true(g_str_has_prefix(nw_run_get_store(run, NULL), folder->path));
  assert_stored_and_replays(fixture, run);
  test_folder_free(folder);
}

/* Every epoch's scores and report can be looked at again. */
static void
test_snapshots(Fixture *fixture, gconstpointer data)
{
  NwRun *run = start(fixture);
  const NwSnapshots *snapshots;
  double ece[8], confidence[8];

  run_while_active(fixture);
  snapshots = nw_run_get_snapshots(run);
  g_assert_cmpuint(nw_snapshots_get_n(snapshots), ==, 4);
  g_assert_cmpuint(
      nw_snapshots_read_scores(snapshots, "species", NW_EPOCH_CONFIDENCE, 0, 8, confidence), ==, 4);
  g_assert_cmpuint(nw_snapshots_read_scores(snapshots, "species", NW_EPOCH_ECE, 0, 8, ece), ==, 4);
  for (guint i = 0; i < 4; i++) {
    NwReport *report = nw_snapshots_find(snapshots, i, "species");
    g_assert_cmpuint(nw_snapshots_get_epoch(snapshots, i), ==, i + 1);
    g_assert_cmpfloat(nw_report_get_summary(report)->ece, ==, ece[i]);
    g_assert_cmpfloat(confidence[i], >=, 1.0 / 3);
    g_assert_cmpfloat(confidence[i], <=, 1);
  }
  g_assert_null(nw_snapshots_find(snapshots, 0, "nothing"));
}

/* The ledger's curves, stacked, are the total to the last bit, also when a weight changes on the
 * way. */
static void
test_ledger(Fixture *fixture, gconstpointer data)
{
  NwRun *run;
  NwHistory *history;
  g_autoptr(GPtrArray) choices = NULL;
  g_autoptr(GPtrArray) readers =
      g_ptr_array_new_with_free_func((GDestroyNotify)nw_curve_reader_free);
  NwCurveReader *below = NULL;
  NwPlotCurve curve = {0};
  gsize n;

  set(fixture, "training.epochs", "100000");
  set(fixture, "hidden.kernel_l2", "0.01");
  run = start(fixture);
  run_until(run, NW_RUN_RUNNING);
  history = nw_run_get_history(run);
  set(fixture, "species.weight", "0.25");
  while (nw_history_get_n_changes(history) < 1)
    g_main_context_iteration(NULL, TRUE);
  n = nw_history_get_n_steps(history);
  while (nw_history_get_n_steps(history) < n + 10)
    g_main_context_iteration(NULL, TRUE);
  nw_session_stop(fixture->session);
  run_while_active(fixture);

  choices = nw_curves_choices_list(history, TRUE);
  for (guint i = 0; i < choices->len; i++) {
    const NwCurvesChoice *choice = choices->pdata[i];
    for (guint k = 0; choice->stacked && k < choice->curves->len; k++) {
      below = nw_curve_reader_new(run, &g_array_index(choice->curves, NwCurveSource, k),
                                  NW_CURVE_BY_STEP, 0, below);
      nw_curve_reader_catch_up(below, 0);
      g_ptr_array_add(readers, below);
    }
  }
  nw_curve_reader_fill(below, &curve);
  n = nw_history_get_n_steps(history);
  g_assert_cmpuint(curve.points.n, ==, n);
  for (gsize i = 0; i < n; i++) {
    double total;
    nw_history_read_steps(history, 0, i, 1, &total);
    g_assert_cmpfloat(nw_plot_points_get_y(&curve.points, i), ==, total);
  }
}

/* The learning rate and the weights of losses may be changed while the run goes on. */
static void
test_follows_edits(Fixture *fixture, gconstpointer data)
{
  NwHistory *history;
  NwRun *run;

  set(fixture, "training.epochs", "100000");
  run = start(fixture);
  run_until(run, NW_RUN_RUNNING);
  history = nw_run_get_history(run);
  set(fixture, "optimizer.learning_rate", "0.125");
  set(fixture, "species.weight", "0.25");
  while (nw_history_get_n_changes(history) < 2)
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpfloat(nw_history_get_change(history, 0).value, ==, 0.125);
  g_assert_cmpfloat(nw_history_get_change(history, 1).value, ==, 0.25);
  nw_session_stop(fixture->session);
  run_while_active(fixture);
}

static void
reseed_split(Fixture *fixture)
{
  NwProject *project = nw_document_get_project(fixture->document);
  NwSplitSettings split = *nw_data_settings_get_split(nw_project_get_data(project));
  g_autoptr(NwDataSettings) settings = NULL;
  g_autoptr(NwProject) changed = NULL;

  split.seed++;
  settings = nw_data_settings_with_split(nw_project_get_data(project), &split);
  changed = nw_project_with_data(project, settings);
  nw_document_edit(fixture->document, changed, "Split", NULL);
}

static void
test_data_are_read_once(Fixture *fixture, gconstpointer data)
{
  NwDataset *first;

  start(fixture);
  run_while_active(fixture);
  first = nw_run_get_dataset(nw_session_get_run(fixture->session));
  set(fixture, "optimizer.learning_rate", "0.02");
  start(fixture);
  run_while_active(fixture);
  g_assert_true(nw_run_get_dataset(nw_session_get_run(fixture->session)) == first);

  reseed_split(fixture); /* another split is another dataset */
  start(fixture);
  run_while_active(fixture);
  g_assert_true(nw_run_get_dataset(nw_session_get_run(fixture->session)) != first);
  g_assert_cmpuint(g_list_model_get_n_items(nw_session_get_runs(fixture->session)), ==, 3);
}

static void
test_outdated(Fixture *fixture, gconstpointer data)
{
  g_autoptr(NwGraph) moved = NULL;
  g_autoptr(NwProject) project = NULL;
  NwGraph *graph = nw_project_get_graph(nw_document_get_project(fixture->document));
  guint uid = nw_graph_get_node(graph, 0)->uid;
  NwRun *run = start(fixture);

  moved = nw_graph_move(graph, &uid, 1, 5, 5);
  project = nw_project_with_graph(nw_document_get_project(fixture->document), moved);
  nw_document_edit(fixture->document, project, "Move", NULL);
  g_assert_false(nw_session_is_outdated(fixture->session, run));
  set(fixture, "training.batch_size", "8");
  g_assert_true(nw_session_is_outdated(fixture->session, run));
  nw_document_undo(fixture->document);
  g_assert_false(nw_session_is_outdated(fixture->session, run));
  run_while_active(fixture);
}

static void
test_missing_file(Fixture *fixture, gconstpointer data)
{
  NwDataSettings *settings = nw_project_get_data(nw_document_get_project(fixture->document));
  NwDataSource source = *nw_data_settings_get_source(settings, 0);
  g_autoptr(NwDataSettings) changed = NULL;
  g_autoptr(NwProject) project = NULL;

  source.path = (char *)"/nowhere/iris.csv";
  changed = nw_data_settings_with_source(settings, &source);
  project = nw_project_with_data(nw_document_get_project(fixture->document), changed);
  nw_document_edit(fixture->document, project, "Move the file away", NULL);
  start(fixture);
  run_while_active(fixture);
  g_assert_cmpuint(fixture->problems, ==, 1);
  g_assert_cmpstr(fixture->page, ==, "data");
  g_assert_nonnull(strstr(fixture->problem, "/nowhere/iris.csv"));
  g_assert_null(nw_session_get_run(fixture->session));
}

static void
test_broken_network(Fixture *fixture, gconstpointer data)
{
  NwGraph *graph = nw_project_get_graph(nw_document_get_project(fixture->document));
  const NwNode *output = nw_graph_find_node_by_name(graph, "species");
  g_autoptr(NwGraph) cut = nw_graph_disconnect(graph, output->uid, 0);
  g_autoptr(NwProject) project =
      nw_project_with_graph(nw_document_get_project(fixture->document), cut);

  nw_document_edit(fixture->document, project, "Cut", NULL);
  g_assert_null(start(fixture));
  g_assert_cmpstr(fixture->page, ==, "design");
  g_assert_nonnull(strstr(fixture->problem, "species"));
}

static void
test_clear_while_running(Fixture *fixture, gconstpointer data)
{
  set(fixture, "training.epochs", "100000");
  run_until(start(fixture), NW_RUN_RUNNING);
  nw_session_clear(fixture->session);
  g_assert_null(nw_session_get_run(fixture->session));
  g_assert_cmpuint(g_list_model_get_n_items(nw_session_get_runs(fixture->session)), ==, 0);
}

static void
test_clear_while_preparing(Fixture *fixture, gconstpointer data)
{
  start(fixture);
  nw_session_clear(fixture->session);
  g_assert_false(nw_session_is_active(fixture->session));
  /* The thread's answer comes to nobody. */
  for (guint i = 0; i < 30; i++) {
    g_main_context_iteration(NULL, FALSE);
    g_usleep(10000);
  }
  g_assert_cmpuint(fixture->problems, ==, 0);
  g_assert_null(nw_session_get_run(fixture->session));
}

/* What a session leaves, the next one lists; its numbers and diagrams are read when asked for. */
static void
test_earlier_runs(Fixture *fixture, gconstpointer data)
{
  g_autoptr(NwSession) later = nw_session_new(fixture->document);
  GListModel *runs = nw_session_get_runs(later);
  NwRun *first = start(fixture);
  g_autoptr(NwRun) found = NULL;
  g_autoptr(GArray) epochs = NULL;
  g_autoptr(GPtrArray) reports = NULL;
  guint number, before;

  nw_session_list_earlier(later);
  before = g_list_model_get_n_items(runs);
  run_while_active(fixture);
  g_object_ref(first);
  number = nw_run_get_number(first);
  nw_session_clear(fixture->session); /* all is written then */
  nw_session_clear(later);
  nw_session_list_earlier(later);
  g_assert_cmpuint(g_list_model_get_n_items(runs), >, before > 0 ? before - 1 : 0);
  found = g_list_model_get_item(runs, g_list_model_get_n_items(runs) - 1);
  g_assert_true(nw_run_is_stored(found));
  g_assert_false(nw_run_is_active(found));
  g_assert_cmpuint(nw_run_get_number(found), ==, number);
  g_assert_cmpint(nw_run_get_end(found), ==, NW_END_EPOCHS);
  g_assert_cmpuint(nw_run_get_n_epochs(found), ==, 4);
  g_assert_cmpfloat(nw_run_get_best_loss(found), ==, nw_run_get_best_loss(first));
  g_assert_cmpfloat(nw_run_get_latest(found, "val_loss"), ==, nw_run_get_latest(first, "val_loss"));
  g_assert_true(nw_project_equal(nw_run_get_project(found), nw_run_get_project(first)));
  g_assert_true(nw_run_has_validation(found));
  g_assert_nonnull(nw_run_find_report(found, "species"));
  g_assert_cmpuint(nw_run_get_report_epoch(found), ==, 4);
  epochs = nw_run_list_report_epochs(found);
  g_assert_cmpuint(epochs->len, ==, 4);
  reports = nw_run_read_reports(found, 2);
  g_assert_cmpuint(reports->len, ==, 1);
  for (guint wanted = 0; wanted < 7; wanted++) {
    guint epoch, of;
    NwReport *past = nw_run_find_past_report(found, "species", wanted, &epoch);
    NwReport *then = nw_run_find_past_report(first, "species", wanted, &of);
    g_assert_cmpuint(epoch, ==, CLAMP(wanted, 1, 4));
    g_assert_cmpuint(epoch, ==, of);
    g_assert_cmpfloat(nw_report_get_summary(past)->ece, ==, nw_report_get_summary(then)->ece);
  }
  g_assert_true(nw_run_set_text(found, NW_RUN_NAME, "first try", NULL));
  g_autofree char *title = nw_run_dup_title(found);
  g_assert_cmpstr(title, ==, "first try");
  g_object_unref(first);
}

static void
notice_cb(NwSession *session, const char *sentence, char **notice)
{
  g_free(*notice);
  *notice = g_strdup(sentence);
}

/* A history that is damaged stops nothing: it is kept aside, and that is said. */
static void
test_broken_history(Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = nw_place_dup_runs(NULL, "iris");
  g_autofree char *path = nw_place_dup_history(folder);
  g_autofree char *notice = NULL;

  g_mkdir_with_parents(folder, 0755);
  g_assert_true(g_file_set_contents(path,
                                    "This is no database, but a letter to my aunt. Dear aunt, "
                                    "it has been a long time, and much has happened since.",
                                    -1, NULL));
  g_signal_connect(fixture->session, "notice", G_CALLBACK(notice_cb), &notice);
  start(fixture);
  run_while_active(fixture);
  g_assert_cmpint(nw_run_get_end(nw_session_get_run(fixture->session)), ==, NW_END_EPOCHS);
  g_assert_nonnull(notice);
  g_assert_nonnull(strstr(notice, "no history of runs"));
  g_assert_nonnull(strstr(notice, "history-broken-"));
  g_assert_cmpuint(fixture->problems, ==, 0);
}

/* ── the queue ───────────────────────────────────────────────────────────────────────────────── */

static NwQueuedRun *
dup_queued(Fixture *fixture, guint i)
{
  return g_list_model_get_item(nw_session_get_queue(fixture->session), i);
}

static guint
count_queued(Fixture *fixture)
{
  return g_list_model_get_n_items(nw_session_get_queue(fixture->session));
}

static NwRun *
dup_run(Fixture *fixture, guint i)
{
  return g_list_model_get_item(nw_session_get_runs(fixture->session), i);
}

/* Until nothing is trained and nothing waits. */
static void
run_while_queued(Fixture *fixture)
{
  while (nw_session_is_active(fixture->session) || count_queued(fixture) > 0 ||
         nw_session_is_sweeping(fixture->session))
    g_main_context_iteration(NULL, TRUE);
}

static double
get_rate(NwRun *run)
{
  return nw_params_get_real(nw_project_get_optimizer_params(nw_run_get_project(run)),
                            "learning_rate");
}

/* Each as the project was when it was queued, whatever became of it later. */
static void
test_queue(Fixture *fixture, gconstpointer data)
{
  static const char *const rates[] = {"0.02", "0.03", "0.04"};

  set(fixture, "training.epochs", "100000");
  run_until(start(fixture), NW_RUN_RUNNING);
  set(fixture, "training.epochs", "3");
  for (guint i = 0; i < 3; i++) {
    set(fixture, "optimizer.learning_rate", rates[i]);
    nw_session_queue(fixture->session);
  }
  set(fixture, "optimizer.learning_rate", "0.5");
  g_assert_cmpuint(count_queued(fixture), ==, 3);
  g_assert_cmpuint(g_list_model_get_n_items(nw_session_get_runs(fixture->session)), ==, 1);
  g_assert_nonnull(nw_session_get_reason(fixture->session, NW_CONTROL_TRAIN));
  g_assert_null(nw_session_get_reason(fixture->session, NW_CONTROL_QUEUE));
  nw_session_stop(fixture->session);
  run_while_queued(fixture);
  g_assert_cmpuint(fixture->problems, ==, 0);
  g_assert_cmpuint(g_list_model_get_n_items(nw_session_get_runs(fixture->session)), ==, 4);
  for (guint i = 0; i < 3; i++) {
    g_autoptr(NwRun) run = dup_run(fixture, i + 1);

    g_assert_cmpint(nw_run_get_end(run), ==, NW_END_EPOCHS);
    g_assert_cmpuint(nw_history_get_n_epochs(nw_run_get_history(run)), ==, 3);
    g_assert_cmpuint(nw_history_get_n_changes(nw_run_get_history(run)), ==, 0);
    g_assert_cmpfloat(get_rate(run), ==, g_ascii_strtod(rates[i], NULL));
  }
}

static void
test_queue_begins_at_once(Fixture *fixture, gconstpointer data)
{
  NwRun *run;

  nw_session_queue(fixture->session);
  run = nw_session_get_run(fixture->session);
  g_assert_nonnull(run);
  g_assert_cmpuint(count_queued(fixture), ==, 0);
  run_until(run, NW_RUN_ENDED);
  /* It goes on as it was, too. */
  set(fixture, "optimizer.learning_rate", "0.5");
  nw_session_extend(fixture->session, 2);
  run_while_queued(fixture);
  g_assert_cmpuint(nw_history_get_n_epochs(nw_run_get_history(run)), ==, 6);
  for (gsize i = 0; i < nw_history_get_n_changes(nw_run_get_history(run)); i++)
    g_assert_cmpint(nw_history_get_change(nw_run_get_history(run), i).output, ==, NW_CHANGE_EPOCHS);
}

/* What waits says in what it differs from what comes before it, also when that goes. */
static void
test_unqueue(Fixture *fixture, gconstpointer data)
{
  g_autoptr(NwQueuedRun) first = NULL, second = NULL, again = NULL;

  set(fixture, "training.epochs", "100000");
  run_until(start(fixture), NW_RUN_RUNNING);
  set(fixture, "training.epochs", "3");
  nw_session_queue(fixture->session);
  set(fixture, "hidden.units", "5");
  nw_session_queue(fixture->session);
  first = dup_queued(fixture, 0);
  second = dup_queued(fixture, 1);
  g_assert_cmpstr(nw_queued_run_get_title(first), ==, "training.epochs 3");
  g_assert_cmpstr(nw_queued_run_get_title(second), ==, "hidden.units 5");
  nw_session_unqueue(fixture->session, first);
  nw_session_unqueue(fixture->session, first); /* it is no longer there */
  again = dup_queued(fixture, 0);
  g_assert_cmpuint(count_queued(fixture), ==, 1);
  g_assert_cmpstr(nw_queued_run_get_title(again), ==, "training.epochs 3 · hidden.units 5");
  nw_session_unqueue(fixture->session, again);
  nw_session_stop(fixture->session);
  run_while_queued(fixture);
  g_assert_cmpuint(g_list_model_get_n_items(nw_session_get_runs(fixture->session)), ==, 1);
}

static void notice_cb(NwSession *session, const char *sentence, char **notice);

static void
move_file_away(Fixture *fixture, const char *path)
{
  NwDataSettings *settings = nw_project_get_data(nw_document_get_project(fixture->document));
  NwDataSource source = *nw_data_settings_get_source(settings, 0);
  g_autoptr(NwDataSettings) changed = NULL;
  g_autoptr(NwProject) project = NULL;

  source.path = (char *)path;
  changed = nw_data_settings_with_source(settings, &source);
  project = nw_project_with_data(nw_document_get_project(fixture->document), changed);
  nw_document_edit(fixture->document, project, "Move the file away", NULL);
}

static void
test_queue_after_fault(Fixture *fixture, gconstpointer data)
{
  g_autofree char *notice = NULL;
  g_autoptr(NwRun) last = NULL;

  g_signal_connect(fixture->session, "notice", G_CALLBACK(notice_cb), &notice);
  start(fixture);
  move_file_away(fixture, "/nowhere/iris.csv");
  nw_session_queue(fixture->session);
  nw_document_undo(fixture->document);
  set(fixture, "training.epochs", "2");
  nw_session_queue(fixture->session);
  run_while_queued(fixture);
  g_assert_cmpuint(fixture->problems, ==, 0); /* nobody is sent to another page */
  g_assert_nonnull(notice);
  g_assert_nonnull(strstr(notice, "/nowhere/iris.csv"));
  g_assert_cmpuint(g_list_model_get_n_items(nw_session_get_runs(fixture->session)), ==, 2);
  last = dup_run(fixture, 1);
  g_assert_cmpint(nw_run_get_end(last), ==, NW_END_EPOCHS);
  g_assert_cmpuint(nw_history_get_n_epochs(nw_run_get_history(last)), ==, 2);
}

static void
test_queue_cleared(Fixture *fixture, gconstpointer data)
{
  set(fixture, "training.epochs", "100000");
  run_until(start(fixture), NW_RUN_RUNNING);
  nw_session_queue(fixture->session);
  nw_session_clear(fixture->session);
  g_assert_cmpuint(count_queued(fixture), ==, 0);
  g_assert_false(nw_session_is_active(fixture->session));
  g_assert_null(nw_session_get_run(fixture->session));
}

/* ── sweeps ──────────────────────────────────────────────────────────────────────────────────── */

static NwSweep *
make_sweep(const char *name, const char *values)
{
  g_autoptr(GError) error = NULL;
  NwSweep *sweep = nw_sweep_new(name);

  sweep->strategy = nw_sweep_strategy_find("grid");
  nw_sweep_add(sweep, "hidden.units", values, &error);
  g_assert_no_error(error);
  return sweep;
}

static void
start_sweep(Fixture *fixture, const NwSweep *sweep, guint epochs)
{
  g_autoptr(GError) error = NULL;

  nw_session_start_sweep(fixture->session, sweep, epochs, &error);
  g_assert_no_error(error);
  g_assert_true(nw_session_is_sweeping(fixture->session));
}

static void
run_while_sweeping(Fixture *fixture)
{
  while (nw_session_is_sweeping(fixture->session))
    g_main_context_iteration(NULL, TRUE);
}

static const NwSweepTrial *
get_trial(Fixture *fixture, guint i)
{
  const NwSweepStand *stand = nw_sweep_model_get_stand(nw_session_get_sweep(fixture->session));

  return g_ptr_array_index(stand->trials, i);
}

static void
test_sweep(Fixture *fixture, gconstpointer data)
{
  NwSweepModel *model = nw_session_get_sweep(fixture->session);
  g_autoptr(NwSweep) sweep = make_sweep("sizes", "2,3,4");
  g_auto(GStrv) names = NULL;
  const char *message;
  gboolean failed;
  guint told = 0;

  g_signal_connect(model, "changed", G_CALLBACK(count_cb), &told);
  start_sweep(fixture, sweep, 2);
  g_assert_cmpint(nw_sweep_model_get_state(model), ==, NW_SWEEP_MODEL_RUNNING);
  g_assert_nonnull(nw_session_get_reason(fixture->session, NW_CONTROL_TRAIN));
  g_assert_nonnull(nw_session_get_reason(fixture->session, NW_CONTROL_EXTEND));
  g_assert_null(nw_session_get_reason(fixture->session, NW_CONTROL_STOP));
  run_while_sweeping(fixture);
  g_assert_cmpint(nw_sweep_model_get_state(model), ==, NW_SWEEP_MODEL_ENDED);
  g_assert_cmpuint(told, >, 1);
  message = nw_sweep_model_get_message(model, &failed);
  g_assert_nonnull(strstr(message, "The best of 3 trials is number"));
  g_assert_false(failed);
  g_assert_cmpuint(g_list_model_get_n_items(nw_sweep_model_get_trials(model)), ==, 3);
  for (guint i = 0; i < 3; i++) {
    g_autoptr(NwRun) run = dup_run(fixture, i);
    const NwSweepTrial *trial = get_trial(fixture, i);

    g_assert_cmpint(trial->state, ==, NW_TRIAL_DONE);
    g_assert_cmpuint(trial->epochs, ==, 2);
    g_assert_true(isfinite(trial->judged) && isfinite(trial->ece));
    g_assert_true(nw_run_is_stored(run));
    g_assert_cmpuint(nw_run_get_number(run), ==, (guint)trial->run);
    g_assert_cmpint(nw_run_get_stored_state(run), ==, NW_STORED_ENDED);
    g_assert_cmpuint(nw_run_get_n_epochs(run), ==, 2);
    g_assert_cmpstr(nw_run_get_text(run, NW_RUN_TAGS), ==, "sizes");
  }
  g_assert_cmpuint(g_list_model_get_n_items(nw_session_get_runs(fixture->session)), ==, 3);
  names = nw_session_list_sweeps(fixture->session);
  g_assert_true(g_strv_contains((const char *const *)names, "sizes"));
  g_assert_null(nw_session_get_run(fixture->session));
  g_assert_null(nw_session_get_reason(fixture->session, NW_CONTROL_TRAIN));
}

/* Stopped, it goes on where it was; another session can look at it, and goes on, too. */
static void
test_sweep_goes_on(Fixture *fixture, gconstpointer data)
{
  NwSweepModel *model = nw_session_get_sweep(fixture->session);
  g_autoptr(NwSweep) sweep = make_sweep("stopped", "2,3");
  g_autoptr(GError) error = NULL;
  gint64 first;
  guint epochs;

  start_sweep(fixture, sweep, 100000);
  while (get_trial(fixture, 0)->epochs < 2)
    g_main_context_iteration(NULL, TRUE);
  nw_session_stop(fixture->session); /* as the header bar does */
  g_assert_nonnull(nw_session_get_reason(fixture->session, NW_CONTROL_STOP));
  run_while_sweeping(fixture);
  first = get_trial(fixture, 0)->run;
  epochs = get_trial(fixture, 0)->epochs;
  g_assert_cmpint(nw_sweep_model_get_state(model), ==, NW_SWEEP_MODEL_ENDED);

  nw_session_clear(fixture->session);
  g_assert_cmpint(nw_sweep_model_get_state(model), ==, NW_SWEEP_MODEL_NONE);
  g_assert_false(nw_session_open_sweep(fixture->session, "nothing", &error));
  g_clear_error(&error);
  g_assert_true(nw_session_open_sweep(fixture->session, "stopped", &error));
  g_assert_no_error(error);
  g_assert_cmpuint(nw_sweep_model_get_epochs(model), ==, 100000);
  g_assert_cmpstr(nw_sweep_model_get_sweep(model)->name, ==, "stopped");
  start_sweep(fixture, nw_sweep_model_get_sweep(model), 100000);
  while (get_trial(fixture, 0)->epochs < epochs + 2)
    g_main_context_iteration(NULL, TRUE);
  nw_session_stop_sweep(fixture->session);
  run_while_sweeping(fixture);
  g_assert_cmpint(get_trial(fixture, 0)->run, ==, first);
  g_assert_cmpint(get_trial(fixture, 1)->run, ==, 0);
}

static void
test_sweep_faults(Fixture *fixture, gconstpointer data)
{
  NwSweepModel *model = nw_session_get_sweep(fixture->session);
  g_autoptr(NwSweep) unknown = make_sweep("a", "0"), judged = make_sweep("b", "2,3");
  g_autoptr(GError) error = NULL;
  gboolean failed;

  g_assert_false(nw_session_start_sweep(fixture->session, unknown, 2, &error));
  g_assert_nonnull(error);
  g_assert_false(nw_session_is_sweeping(fixture->session));
  g_free(judged->judge);
  judged->judge = g_strdup("val_los");
  start_sweep(fixture, judged, 2);
  run_while_sweeping(fixture);
  g_assert_nonnull(strstr(nw_sweep_model_get_message(model, &failed), "val_loss"));
  g_assert_true(failed);
}

static void
test_queue_after_sweep(Fixture *fixture, gconstpointer data)
{
  g_autoptr(NwSweep) sweep = make_sweep("before", "2,3");
  NwRun *run;

  start_sweep(fixture, sweep, 2);
  nw_session_queue(fixture->session);
  g_assert_cmpuint(count_queued(fixture), ==, 1);
  g_assert_false(nw_session_is_active(fixture->session));
  run_while_queued(fixture);
  run = nw_session_get_run(fixture->session);
  g_assert_nonnull(run);
  g_assert_cmpint(nw_run_get_end(run), ==, NW_END_EPOCHS);
  g_assert_cmpuint(g_list_model_get_n_items(nw_session_get_runs(fixture->session)), ==, 3);
  g_assert_cmpint(get_trial(fixture, 1)->state, ==, NW_TRIAL_DONE);
}

static void
test_sweep_cleared(Fixture *fixture, gconstpointer data)
{
  g_autoptr(NwSweep) sweep = make_sweep("cleared", "2,3");

  start_sweep(fixture, sweep, 100000);
  while (get_trial(fixture, 0)->epochs < 1)
    g_main_context_iteration(NULL, TRUE);
  nw_session_clear(fixture->session);
  g_assert_false(nw_session_is_sweeping(fixture->session));
  start_sweep(fixture, sweep, 100000); /* and while data are read */
  nw_session_clear(fixture->session);
  g_assert_false(nw_session_is_sweeping(fixture->session));
}

static void
add(const char *name, void (*test)(Fixture *, gconstpointer))
{
  g_test_add(name, Fixture, NULL, setup, test, teardown);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  add("/session/a-run-tells-its-epochs-and-leaves-its-weights", test_run);
  add("/session/a-run-pauses-steps-goes-on-and-stops", test_pause_step_stop);
  add("/session/a-run-that-ended-goes-on", test_goes_on);
  add("/session/an-extended-run-is-stored-and-replays-bit-for-bit", test_extended_runs_replay);
  add("/session/a-stopped-run-that-went-on-replays", test_stopped_and_extended);
  add("/session/a-run-that-stopped-early-twice-replays", test_stopped_early_and_extended);
  add("/session/a-run-that-ran-away-and-went-on-replays", test_ran_away_and_extended);
  add("/session/a-run-goes-on-where-it-was-saved", test_moved_and_extended);
  add("/session/scores-and-reports-of-every-epoch-are-kept", test_snapshots);
  add("/session/the-ledger-adds-up-to-the-total", test_ledger);
  add("/session/the-learning-rate-and-loss-weights-follow-edits", test_follows_edits);
  add("/session/runs-on-the-same-data-share-them", test_data_are_read_once);
  add("/session/moving-a-node-is-no-other-model", test_outdated);
  add("/session/a-missing-file-sends-to-the-data-page", test_missing_file);
  add("/session/a-broken-network-sends-to-the-design-page", test_broken_network);
  add("/session/another-document-ends-the-run", test_clear_while_running);
  add("/session/another-document-while-data-are-read", test_clear_while_preparing);
  add("/session/earlier-runs-are-listed-and-read-when-asked-for", test_earlier_runs);
  add("/session/a-broken-history-is-put-aside-and-told", test_broken_history);
  add("/session/queued-runs-are-trained-as-they-were-one-after-the-other", test_queue);
  add("/session/what-is-queued-when-nothing-is-trained-begins-at-once", test_queue_begins_at_once);
  add("/session/what-waits-can-be-taken-out", test_unqueue);
  add("/session/a-run-that-cannot-begin-does-not-stop-the-queue", test_queue_after_fault);
  add("/session/another-document-empties-the-queue", test_queue_cleared);
  add("/session/a-sweep-tells-its-trials-and-lists-their-runs", test_sweep);
  add("/session/a-sweep-that-was-stopped-goes-on", test_sweep_goes_on);
  add("/session/what-is-wrong-with-a-sweep-is-a-sentence", test_sweep_faults);
  add("/session/a-run-queued-during-a-sweep-follows-it", test_queue_after_sweep);
  add("/session/another-document-ends-the-sweep", test_sweep_cleared);
  return run_with_state();
}
