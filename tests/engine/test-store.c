/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The history of runs: what goes in comes out, whatever happens to the file or to the process. */
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "net.h"
#include "nw-build.h"
#include "nw-recorder.h"
#include "nw-report-snapshot.h"
#include "nw-store-private.h"
#include "test-folder.h"

#define ROWS 96

static NwDataset *
dataset_new(void)
{
  static float x[ROWS][4];
  static gint32 kind[ROWS];
  guint32 rows[ROWS];
  NwRng rng = nw_rng(5, NW_RNG_TEST, 0, 0, 0);
  NwField fields[] = {
      {"x", FALSE, {NW_SHAPE(4), NW_REAL}, ROWS, {.real = &x[0][0]}, NULL},
      {"kind", TRUE, {{0, {0}}, NW_INT32}, ROWS, {.int32 = kind}, NULL},
  };

  for (guint32 r = 0; r < ROWS; r++) {
    rows[r] = r;
    kind[r] = (gint32)(r % 3);
    for (guint32 k = 0; k < 4; k++)
      x[r][k] = (float)(nw_rng_normal(&rng, r * 4 + k) + (k == r % 3 ? 2 : 0));
  }
  return nw_dataset_new_from_fields(fields, G_N_ELEMENTS(fields), ROWS,
                                    (const guint32 *[]){rows, rows + 64, rows + 96},
                                    (gsize[]){64, 32, 0});
}

static NwProject *
set(NwProject *project, const char *key, const char *text)
{
  NwProject *changed = nw_project_set(project, key, text, NULL);

  g_assert_nonnull(changed);
  nw_project_unref(project);
  return changed;
}

static NwProject *
project_new(const char *epochs)
{
  g_autoptr(NwProject) empty = nw_project_new();
  g_autoptr(NwGraph) graph = net("x input shape=4\n"
                                 "hidden dense units=5 activation=tanh kernel_l2=0.001 <- x\n"
                                 "answer dense units=3 activation=softmax <- hidden\n"
                                 "kind output loss=sparse_categorical_crossentropy "
                                 "metrics=accuracy <- answer\n");
  NwProject *project = nw_project_with_graph(empty, graph);

  project = set(project, "training.epochs", epochs);
  return set(project, "training.batch_size", "4");
}

typedef struct {
  TestFolder *folder;
  char *path;
  NwDataset *dataset;
} Fixture;

static void
setup(Fixture *fixture, gconstpointer data)
{
  fixture->folder = test_folder_new();
  fixture->path = test_folder_path(fixture->folder, "history.db");
  fixture->dataset = dataset_new();
}

static void
teardown(Fixture *fixture, gconstpointer data)
{
  test_folder_free(fixture->folder);
  g_free(fixture->path);
  nw_dataset_unref(fixture->dataset);
}

static NwStore *
open_store(Fixture *fixture, NwStoreMode mode)
{
  GError *error = NULL;
  NwStore *store = nw_store_open(fixture->path, mode, &error);

  g_assert_no_error(error);
  return store;
}

static NwTrainer *
trainer_new(Fixture *fixture, const char *epochs, const NwTrainOptions *options)
{
  g_autoptr(NwProject) project = project_new(epochs);
  GError *error = NULL;
  NwTrainer *trainer = nw_trainer_new(project, fixture->dataset, options, &error);

  g_assert_no_error(error);
  return trainer;
}

static void
take_events(NwRecorder *recorder, NwTrainer *trainer)
{
  for (NwEvent *event; (event = nw_trainer_pop_event(trainer)) != NULL;) {
    nw_recorder_take(recorder, trainer, event);
    nw_event_unref(event);
  }
}

/* Trains to the end and writes it down; the trainer is (transfer full). */
static NwTrainer *
record(Fixture *fixture, const char *epochs, gint64 *run)
{
  NwTrainer *trainer = trainer_new(fixture, epochs, NULL);
  NwRecorder *recorder = nw_recorder_new(fixture->path);

  nw_recorder_begin(recorder, trainer, &(NwRecorderAbout){.threads = 1});
  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  take_events(recorder, trainer);
  nw_recorder_flush(recorder);
  *run = nw_recorder_get_run(recorder);
  g_assert_null(nw_recorder_dup_problem(recorder));
  nw_recorder_free(recorder);
  return trainer;
}

/* @again: what was measured of the computer may differ. */
static void
assert_same_steps(const NwHistory *a, const NwHistory *b, gsize n, gboolean again)
{
  g_autofree double *one = g_new(double, n), *two = g_new(double, n);

  for (guint s = 0; s < nw_history_get_n_step_series(a); s++) {
    if (again && nw_history_get_step_series(a, s)->is_measured)
      continue;
    g_assert_cmpuint(nw_history_read_steps(a, s, 0, n, one), ==, n);
    g_assert_cmpuint(nw_history_read_steps(b, s, 0, n, two), ==, n);
    g_assert_cmpmem(one, n * sizeof *one, two, n * sizeof *two);
  }
}

static void
assert_same_history(const NwHistory *a, const NwHistory *b)
{
  gsize n = nw_history_get_n_epochs(a);

  g_assert_cmpuint(nw_history_get_n_steps(a), ==, nw_history_get_n_steps(b));
  g_assert_cmpuint(n, ==, nw_history_get_n_epochs(b));
  g_assert_cmpint(nw_history_get_best_epoch(a), ==, nw_history_get_best_epoch(b));
  g_assert_cmpuint(nw_history_get_steps_per_epoch(a), ==, nw_history_get_steps_per_epoch(b));
  assert_same_steps(a, b, nw_history_get_n_steps(a), FALSE);
  for (guint s = 0; s < nw_history_get_n_epoch_series(a); s++) {
    const NwSeries *one = nw_history_get_epoch_series(a, s);
    const NwSeries *two = nw_history_get_epoch_series(b, s);
    g_assert_cmpstr(one->name, ==, two->name);
    g_assert_cmpstr(one->title, ==, two->title);
    g_assert_cmpint(one->validation, ==, two->validation);
    for (gsize e = 0; e < n; e++) {
      double x = 0, y = 1;
      nw_history_read_epochs(a, s, e, 1, &x);
      nw_history_read_epochs(b, s, e, 1, &y);
      g_assert_true(x == y || (isnan(x) && isnan(y)));
      g_assert_cmpfloat(nw_history_get_epoch_time(a, e), ==, nw_history_get_epoch_time(b, e));
    }
  }
}

/* 340 epochs of 16 steps: more than one chunk, and a part of one. */
static void
test_round_trip(Fixture *fixture, gconstpointer data)
{
  gint64 run;
  g_autoptr(NwTrainer) trainer = record(fixture, "340", &run);
  g_autoptr(NwStore) store = open_store(fixture, NW_STORE_READ);
  g_autoptr(NwHistory) history = nw_store_load_history(store, run, NULL);
  g_autoptr(NwStoredRun) row = nw_store_find_run(store, run, NULL);
  g_autoptr(NwProject) project = nw_store_load_project(store, run, NULL);
  g_autoptr(NwWeights) best = nw_trainer_dup_weights(trainer, TRUE);
  g_autofree char *hash = nw_weights_checksum(best);

  g_assert_nonnull(history);
  assert_same_history(nw_trainer_get_history(trainer), history);
  g_assert_true(nw_project_equal(project, nw_trainer_get_project(trainer)));
  g_assert_cmpint(row->state, ==, NW_STORED_ENDED);
  g_assert_cmpint(row->end, ==, NW_END_EPOCHS);
  g_assert_cmpstr(row->message, ==, "Trained for 340 epochs.");
  g_assert_cmpuint(row->n_steps, ==, 340 * 16);
  g_assert_cmpuint(row->n_epochs, ==, 340);
  g_assert_cmpint(row->best_epoch, ==, nw_history_get_best_epoch(nw_trainer_get_history(trainer)));
  g_assert_true(isfinite(row->best_loss) && isfinite(row->mean_ece));
  g_assert_cmpstr(row->best_hash, ==, hash);
  g_assert_nonnull(row->last_hash);
  g_assert_cmpstr(row->build, ==, nw_build_describe());
}

/* The pyramid says of every 256 values what the values say. */
static void
test_ranges(Fixture *fixture, gconstpointer data)
{
  gint64 run;
  g_autoptr(NwTrainer) trainer = record(fixture, "340", &run);
  g_autoptr(NwStore) store = open_store(fixture, NW_STORE_READ);
  g_autoptr(NwHistory) history = nw_store_load_history(store, run, NULL);
  double low[100], high[100], live_low[100], live_high[100], values[NW_HISTORY_RANGE];
  gsize n = nw_history_read_step_ranges(history, 0, 0, 100, low, high);

  g_assert_cmpuint(n, ==, (340 * 16 + 255) / 256);
  g_assert_cmpuint(
      nw_history_read_step_ranges(nw_trainer_get_history(trainer), 0, 0, 100, live_low, live_high),
      ==, n);
  for (gsize i = 0; i < n; i++) {
    gsize there = nw_history_read_steps(history, 0, i * NW_HISTORY_RANGE, NW_HISTORY_RANGE, values);
    double smallest = values[0], largest = values[0];

    for (gsize k = 0; k < there; k++) {
      smallest = MIN(smallest, values[k]);
      largest = MAX(largest, values[k]);
    }
    g_assert_cmpfloat(low[i], ==, smallest);
    g_assert_cmpfloat(high[i], ==, largest);
    g_assert_cmpfloat(live_low[i], ==, smallest);
    g_assert_cmpfloat(live_high[i], ==, largest);
  }
  g_assert_cmpuint(nw_history_read_step_ranges(history, 0, 7, 3, low, high), ==, 3);
  g_assert_cmpfloat(low[0], ==, live_low[7]);
}

static void
assert_same_bins(const NwBin *a, const NwBin *b, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_assert_cmpfloat(a[i].low, ==, b[i].low);
    g_assert_cmpfloat(a[i].high, ==, b[i].high);
    g_assert_cmpuint(a[i].count, ==, b[i].count);
    if (a[i].count == 0)
      continue;
    g_assert_cmpfloat(a[i].predicted, ==, b[i].predicted);
    g_assert_cmpfloat(a[i].observed, ==, b[i].observed);
    g_assert_cmpfloat(fabs(a[i].observed_low - b[i].observed_low), <, 1e-12);
    g_assert_cmpfloat(fabs(a[i].observed_high - b[i].observed_high), <, 1e-12);
  }
}

static void
assert_same_report(const NwReport *a, const NwReport *b)
{
  const NwReportSummary *one = nw_report_get_summary(a), *two = nw_report_get_summary(b);

  g_assert_cmpstr(nw_report_get_output(a), ==, nw_report_get_output(b));
  g_assert_cmpint(one->head, ==, two->head);
  g_assert_cmpuint(one->rows, ==, two->rows);
  g_assert_cmpuint(one->n_labels, ==, two->n_labels);
  g_assert_cmpuint(one->worst, ==, two->worst);
  g_assert_cmpfloat(one->ece, ==, two->ece);
  g_assert_cmpfloat(one->log_loss, ==, two->log_loss);
  g_assert_cmpfloat(one->accuracy, ==, two->accuracy);
  for (guint i = 0; i < one->n_labels; i++) {
    const NwReportLabel *x = nw_report_get_label(a, i), *y = nw_report_get_label(b, i);
    g_assert_cmpstr(x->name, ==, y->name);
    g_assert_cmpuint(x->positives, ==, y->positives);
    g_assert_cmpint(x->verdict, ==, y->verdict);
    g_assert_cmpfloat(x->brier, ==, y->brier);
    g_assert_cmpmem(x->histogram, sizeof x->histogram, y->histogram, sizeof y->histogram);
    assert_same_bins(x->bins, y->bins, NW_LABEL_BINS);
    g_assert_cmpuint(nw_report_get_order(a)[i], ==, nw_report_get_order(b)[i]);
  }
  if (nw_report_get_confidence(a, NULL) != NULL)
    assert_same_bins(nw_report_get_confidence(a, NULL), nw_report_get_confidence(b, NULL),
                     NW_CONFIDENCE_BINS);
}

/* Every epoch's diagrams can be drawn again. */
static void
test_reports(Fixture *fixture, gconstpointer data)
{
  g_autoptr(NwTrainer) trainer = trainer_new(fixture, "12", NULL);
  g_autoptr(NwRecorder) recorder = nw_recorder_new(fixture->path);
  g_autoptr(GPtrArray) events = g_ptr_array_new_with_free_func((GDestroyNotify)nw_event_unref);
  g_autoptr(NwStore) store = NULL;
  g_autoptr(GArray) epochs = NULL;
  gint64 run = nw_recorder_get_run(recorder);

  nw_recorder_begin(recorder, trainer, &(NwRecorderAbout){.threads = 1});
  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  for (NwEvent *event; (event = nw_trainer_pop_event(trainer)) != NULL;) {
    nw_recorder_take(recorder, trainer, event);
    g_ptr_array_add(events, event);
  }
  nw_recorder_flush(recorder);
  store = open_store(fixture, NW_STORE_READ);
  epochs = nw_store_list_report_epochs(store, run, NULL);
  g_assert_cmpuint(epochs->len, ==, 12);
  for (guint i = 0; i < epochs->len; i++) {
    const NwEvent *event = g_ptr_array_index(events, i);
    g_autoptr(GPtrArray) reports = nw_store_load_reports(store, run, i + 1, NULL);
    NwReport *report;

    g_assert_cmpuint(g_array_index(epochs, guint, i), ==, i + 1);
    g_assert_cmpuint(reports->len, ==, 1);
    report = g_ptr_array_index(reports, 0);
    g_assert_false(nw_report_has_rows(report));
    g_assert_true(isnan(nw_report_get_auc(report, 0)));
    assert_same_report(event->reports[0], report);
  }
  g_autoptr(GPtrArray) none = nw_store_load_reports(store, run, 99, NULL);
  g_assert_cmpuint(none->len, ==, 0);
}

static void
test_damaged_snapshots(void)
{
  g_autofree guint8 *noise = g_malloc(4096);
  const NwReal p[] = {0.2, 0.8, 0.6}, y[] = {0, 1, 1};
  g_autoptr(NwReport) report = nw_report_new("a", NW_HEAD_SIGMOID, 3, 1, p, y, NULL, NULL, NULL);
  gsize length;
  g_autofree char *data = nw_report_snapshot_write(&report, 1, &length);

  for (guint i = 0; i < 400; i++) {
    g_autofree char *copy = g_memdup2(data, length);
    g_autoptr(GPtrArray) reports = NULL;

    copy[g_test_rand_int_range(0, (gint32)length)] = (char)g_test_rand_int_range(0, 256);
    reports = nw_report_snapshot_read(copy, (gsize)g_test_rand_int_range(1, (gint32)length + 1));
    for (guint k = 0; k < 4096; k++)
      noise[k] = (guint8)g_test_rand_int_range(0, 256);
    g_clear_pointer(&reports, g_ptr_array_unref);
    reports = nw_report_snapshot_read(noise, 4096);
  }
}

/* ── what people do with runs ────────────────────────────────────────────────────────────────── */

static void
test_names(Fixture *fixture, gconstpointer data)
{
  gint64 first, second;
  G_GNUC_UNUSED g_autoptr(NwTrainer) one = record(fixture, "1", &first);
  G_GNUC_UNUSED g_autoptr(NwTrainer) two = record(fixture, "1", &second);
  g_autoptr(NwStore) store = open_store(fixture, NW_STORE_WRITE);
  g_autoptr(NwStoredRun) run = NULL;
  g_autoptr(GPtrArray) runs = NULL;
  g_autoptr(GError) error = NULL;

  g_assert_cmpint(first, ==, 1);
  g_assert_cmpint(second, ==, 2);
  g_assert_true(nw_store_set_text(store, 2, NW_RUN_NAME, "  wide ", NULL));
  g_assert_true(nw_store_set_text(store, 2, NW_RUN_TAGS, " a,, b ,", NULL));
  g_assert_true(nw_store_set_text(store, 2, NW_RUN_NOTE, "Two\nlines", NULL));
  run = nw_store_find_run(store, 2, NULL);
  g_assert_cmpstr(run->name, ==, "wide");
  g_assert_cmpstr(run->tags, ==, "a, b");
  g_assert_cmpstr(run->note, ==, "Two\nlines");
  g_assert_false(nw_store_set_text(store, 7, NW_RUN_NAME, "x", &error));
  test_assert_error(error, "no run 7");
  g_clear_error(&error);
  g_assert_true(nw_store_delete_run(store, 2, NULL));
  g_assert_null(nw_store_find_run(store, 2, &error));
  test_assert_error(error, "no run 2");
  runs = nw_store_list_runs(store, NULL);
  g_assert_cmpuint(runs->len, ==, 1);
  /* Numbers are not given twice. */
  g_assert_cmpint(nw_store_reserve_run(store, NULL), ==, 3);
}

/* Deleting takes the run's weights along, and nothing that people put beside them. */
static void
test_delete_files(Fixture *fixture, gconstpointer data)
{
  g_autofree char *own = test_folder_path(fixture->folder, "1");
  g_autofree char *letter = g_build_filename(own, "letter.txt", NULL);
  g_autofree char *best = g_build_filename(own, "best.safetensors", NULL);
  g_autoptr(NwTrainer) trainer = trainer_new(fixture, "2", &(NwTrainOptions){.out_dir = own});
  g_autoptr(NwRecorder) recorder = nw_recorder_new(fixture->path);
  g_autoptr(NwStore) store = open_store(fixture, NW_STORE_WRITE);
  g_autoptr(GError) error = NULL;

  nw_recorder_begin(recorder, trainer, &(NwRecorderAbout){.folder = own});
  g_assert_false(nw_store_delete_run(store, 1, &error));
  test_assert_error(error, "still training");
  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  take_events(recorder, trainer);
  nw_recorder_flush(recorder);
  g_assert_cmpint(nw_store_find_folder(store, own), ==, 1);
  g_assert_true(g_file_test(best, G_FILE_TEST_EXISTS));
  g_assert_true(g_file_set_contents(letter, "Dear all", -1, NULL));
  g_assert_true(nw_store_delete_run(store, 1, NULL));
  g_assert_false(g_file_test(best, G_FILE_TEST_EXISTS));
  g_assert_true(g_file_test(letter, G_FILE_TEST_EXISTS));
}

/* ── files that are not as they should be ────────────────────────────────────────────────────── */

static char *
find_aside(Fixture *fixture)
{
  g_autoptr(GDir) dir = g_dir_open(fixture->folder->path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(dir)) != NULL)
    if (g_str_has_prefix(name, "history-broken-") && g_str_has_suffix(name, ".db"))
      return test_folder_path(fixture->folder, name);
  return NULL;
}

/* The run is recorded in a new file; the old one is kept as it was. */
static void
assert_put_aside(Fixture *fixture, const char *content, gsize length, const char *sentence)
{
  g_autoptr(NwTrainer) trainer = trainer_new(fixture, "3", NULL);
  g_autoptr(NwRecorder) recorder = nw_recorder_new(fixture->path);
  g_autofree char *problem = nw_recorder_dup_problem(recorder);
  g_autofree char *aside = find_aside(fixture);
  g_autofree char *kept = NULL;
  g_autoptr(NwStore) store = NULL;
  g_autoptr(NwStoredRun) run = NULL;
  gsize kept_length;

  g_assert_nonnull(problem);
  g_assert_nonnull(strstr(problem, sentence));
  g_assert_nonnull(aside);
  g_assert_nonnull(strstr(problem, aside));
  g_assert_true(g_file_get_contents(aside, &kept, &kept_length, NULL));
  g_assert_cmpmem(kept, kept_length, content, length);
  nw_recorder_begin(recorder, trainer, &(NwRecorderAbout){0});
  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  take_events(recorder, trainer);
  nw_recorder_flush(recorder);
  store = open_store(fixture, NW_STORE_READ);
  run = nw_store_find_run(store, nw_recorder_get_run(recorder), NULL);
  g_assert_nonnull(run);
  g_assert_cmpuint(run->n_epochs, ==, 3);
}

static void
test_text_file(Fixture *fixture, gconstpointer data)
{
  g_autoptr(GString) text = g_string_new(NULL);

  for (guint i = 0; i < 1000; i++)
    g_string_append(text, "This is no database. ");
  g_assert_true(g_file_set_contents(fixture->path, text->str, (gssize)text->len, NULL));
  assert_put_aside(fixture, text->str, text->len, "no history");
}

/* A database of another program. */
static void
test_foreign_file(Fixture *fixture, gconstpointer data)
{
  g_autofree char *content = NULL;
  gsize length;
  sqlite3 *db;

  g_assert_cmpint(sqlite3_open(fixture->path, &db), ==, SQLITE_OK);
  sqlite3_exec(db, "CREATE TABLE recipes (cake TEXT)", NULL, NULL, NULL);
  sqlite3_close(db);
  g_assert_true(g_file_get_contents(fixture->path, &content, &length, NULL));
  assert_put_aside(fixture, content, length, "no history");
}

/* Everything behind the first page is noise. */
static void
test_damaged_file(Fixture *fixture, gconstpointer data)
{
  gint64 run;
  G_GNUC_UNUSED g_autoptr(NwTrainer) trainer = record(fixture, "340", &run);
  g_autofree char *content = NULL;
  gsize length;
  g_autoptr(GError) error = NULL;

  g_assert_true(g_file_get_contents(fixture->path, &content, &length, NULL));
  for (gsize i = 8192; i < length; i++)
    content[i] = (char)g_test_rand_int_range(0, 256);
  g_assert_true(g_file_set_contents(fixture->path, content, (gssize)length, NULL));
  g_autoptr(NwStore) store = nw_store_open(fixture->path, NW_STORE_READ, &error);
  g_autoptr(GPtrArray) runs = store != NULL ? nw_store_list_runs(store, &error) : NULL;
  g_assert_null(runs);
  test_assert_error(error, "damaged");
  g_clear_pointer(&store, nw_store_free);
  assert_put_aside(fixture, content, length, "damaged");
}

/* Bytes changed at random: sentences, never a crash. */
static void
test_random_damage(Fixture *fixture, gconstpointer data)
{
  gint64 run;
  G_GNUC_UNUSED g_autoptr(NwTrainer) trainer = record(fixture, "300", &run);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true(g_file_get_contents(fixture->path, &content, &length, NULL));
  for (guint i = 0; i < 60; i++) {
    g_autofree char *copy = g_memdup2(content, length);
    g_autoptr(NwStore) store = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    g_autoptr(NwHistory) history = NULL;
    g_autoptr(NwProject) project = NULL;
    g_autoptr(GPtrArray) reports = NULL;
    double values[1000];

    for (guint k = 0; k < 1 + i * 4; k++)
      copy[g_test_rand_int_range(0, (gint32)length)] = (char)g_test_rand_int_range(0, 256);
    g_assert_true(g_file_set_contents(fixture->path, copy, (gssize)length, NULL));
    store = nw_store_open(fixture->path, NW_STORE_READ, NULL);
    if (store == NULL)
      continue;
    runs = nw_store_list_runs(store, NULL);
    project = nw_store_load_project(store, run, NULL);
    reports = nw_store_load_reports(store, run, 5, NULL);
    history = nw_store_load_history(store, run, NULL);
    if (history != NULL && nw_history_get_n_step_series(history) > 0)
      nw_history_read_steps(history, 0, 3900, 1000, values);
  }
}

static void
test_newer_file(Fixture *fixture, gconstpointer data)
{
  gint64 run;
  G_GNUC_UNUSED g_autoptr(NwTrainer) trainer = record(fixture, "1", &run);
  g_autoptr(NwRecorder) recorder = NULL;
  g_autofree char *problem = NULL;
  g_autofree char *aside = NULL;
  sqlite3 *db;

  g_assert_cmpint(sqlite3_open(fixture->path, &db), ==, SQLITE_OK);
  sqlite3_exec(db, "PRAGMA user_version = 99", NULL, NULL, NULL);
  sqlite3_close(db);
  recorder = nw_recorder_new(fixture->path);
  problem = nw_recorder_dup_problem(recorder);
  g_assert_nonnull(strstr(problem, "newer Netwright"));
  g_assert_cmpint(nw_recorder_get_run(recorder), ==, 0);
  aside = find_aside(fixture);
  g_assert_null(aside); /* it is not broken */
}

/* Another program holds the file: nothing is lost, the run is written when it lets go. */
static void
test_locked_file(Fixture *fixture, gconstpointer data)
{
  g_autoptr(NwTrainer) trainer = trainer_new(fixture, "20", NULL);
  g_autoptr(NwRecorder) recorder = nw_recorder_new(fixture->path);
  g_autofree char *problem = NULL;
  g_autoptr(NwStore) store = NULL;
  g_autoptr(NwHistory) history = NULL;
  sqlite3 *db;

  nw_recorder_begin(recorder, trainer, &(NwRecorderAbout){0});
  g_assert_cmpint(sqlite3_open(fixture->path, &db), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  take_events(recorder, trainer);
  nw_recorder_flush(recorder);
  problem = nw_recorder_dup_problem(recorder);
  g_assert_nonnull(problem);
  g_assert_nonnull(strstr(problem, "locked"));
  sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
  sqlite3_close(db);
  nw_recorder_flush(recorder);
  g_assert_null(nw_recorder_dup_problem(recorder));
  store = open_store(fixture, NW_STORE_READ);
  history = nw_store_load_history(store, 1, NULL);
  assert_same_history(nw_trainer_get_history(trainer), history);
}

/* In a child whose files may not grow: as on a full disk. */
static void
test_full_disk(Fixture *fixture, gconstpointer data)
{
  if (g_test_subprocess()) {
    g_autoptr(NwTrainer) trainer = trainer_new(fixture, "400", NULL);
    g_autoptr(NwRecorder) recorder = nw_recorder_new(fixture->path);
    struct rlimit limit = {200000, 200000};
    g_autofree char *problem = NULL;

    signal(SIGXFSZ, SIG_IGN);
    nw_recorder_begin(recorder, trainer, &(NwRecorderAbout){0});
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
    nw_trainer_start(trainer);
    nw_trainer_join(trainer);
    take_events(recorder, trainer);
    nw_recorder_flush(recorder);
    g_assert_cmpuint(nw_history_get_n_epochs(nw_trainer_get_history(trainer)), ==, 400);
    problem = nw_recorder_dup_problem(recorder);
    g_assert_nonnull(problem);
    g_assert_nonnull(strstr(problem, "Training goes on"));
    return;
  }
  g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed();
}

/* Two processes' worth of runs at once, and a reader between them. */
static void
test_two_writers(Fixture *fixture, gconstpointer data)
{
  g_autoptr(NwTrainer) a = trainer_new(fixture, "60", NULL), b = trainer_new(fixture, "60", NULL);
  NwRecorder *one = nw_recorder_new(fixture->path), *two = nw_recorder_new(fixture->path);
  gint64 first = nw_recorder_get_run(one), second = nw_recorder_get_run(two);
  g_autoptr(NwStore) store = open_store(fixture, NW_STORE_READ);
  g_autoptr(NwHistory) x = NULL, y = NULL;

  nw_recorder_begin(one, a, &(NwRecorderAbout){0});
  nw_recorder_begin(two, b, &(NwRecorderAbout){0});
  nw_trainer_start(a);
  nw_trainer_start(b);
  for (guint i = 0; i < 20; i++) {
    g_autoptr(GPtrArray) runs = nw_store_list_runs(store, NULL);
    g_autoptr(NwHistory) history = nw_store_load_history(store, first, NULL);
    g_assert_cmpuint(runs->len, ==, 2);
    g_assert_nonnull(history);
    take_events(one, a);
    take_events(two, b);
    g_usleep(10000);
  }
  nw_trainer_join(a);
  nw_trainer_join(b);
  take_events(one, a);
  take_events(two, b);
  nw_recorder_free(one);
  nw_recorder_free(two);
  x = nw_store_load_history(store, first, NULL);
  y = nw_store_load_history(store, second, NULL);
  assert_same_history(nw_trainer_get_history(a), x);
  assert_same_history(nw_trainer_get_history(b), y);
}

/* A history in a folder that may not be written can be read. */
static void
test_read_only(Fixture *fixture, gconstpointer data)
{
  gint64 run;
  G_GNUC_UNUSED g_autoptr(NwTrainer) trainer = record(fixture, "2", &run);
  g_autoptr(NwStore) store = NULL;
  g_autoptr(GPtrArray) runs = NULL;
  g_autoptr(GError) error = NULL;

  if (getuid() == 0) {
    g_test_skip("everything may be written by the administrator");
    return;
  }
  g_chmod(fixture->path, 0444);
  g_chmod(fixture->folder->path, 0555);
  store = nw_store_open(fixture->path, NW_STORE_READ, &error);
  g_assert_no_error(error);
  runs = nw_store_list_runs(store, NULL);
  g_assert_cmpuint(runs->len, ==, 1);
  g_chmod(fixture->folder->path, 0755);
}

static void
test_missing(Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_store_open(fixture->path, NW_STORE_READ, &error));
  test_assert_error(error, "no history of runs yet");
  g_assert_cmpuint(test_folder_count(fixture->folder), ==, 0);
}

/* ── resuming ────────────────────────────────────────────────────────────────────────────────── */

static NwRecorder *
run_in(Fixture *fixture, const char *folder, gboolean resume, guint stop_epoch, NwTrainer **out)
{
  NwTrainOptions options = {.out_dir = folder, .resume_dir = resume ? folder : NULL};
  NwTrainer *trainer = trainer_new(fixture, "400", &options);
  NwRecorder *recorder = nw_recorder_new(fixture->path);
  NwRecorderAbout about = {.folder = folder, .resumed = resume ? folder : NULL};

  nw_recorder_begin(recorder, trainer, &about);
  nw_trainer_start(trainer);
  while (nw_history_get_n_epochs(nw_trainer_get_history(trainer)) < stop_epoch)
    g_usleep(100);
  if (stop_epoch < 400)
    nw_trainer_stop(trainer);
  nw_trainer_join(trainer);
  take_events(recorder, trainer);
  nw_recorder_flush(recorder);
  *out = trainer;
  return recorder;
}

/* A run that was stopped and goes on is one run, as if it had never stopped. */
static void
test_resume(Fixture *fixture, gconstpointer data)
{
  gint64 whole;
  g_autoptr(NwTrainer) straight = record(fixture, "400", &whole);
  g_autofree char *folder = test_folder_path(fixture->folder, "out");
  g_autoptr(NwTrainer) first = NULL, second = NULL;
  g_autoptr(NwStore) store = NULL;
  g_autoptr(NwHistory) history = NULL;
  g_autoptr(NwStoredRun) one = NULL, other = NULL;
  NwRecorder *recorder = run_in(fixture, folder, FALSE, 270, &first);
  gint64 run = nw_recorder_get_run(recorder);

  nw_recorder_free(recorder);
  recorder = run_in(fixture, folder, TRUE, 400, &second);
  g_assert_cmpint(nw_recorder_get_run(recorder), ==, run);
  nw_recorder_free(recorder);
  store = open_store(fixture, NW_STORE_READ);
  history = nw_store_load_history(store, run, NULL);
  g_assert_cmpuint(nw_history_get_n_steps(history), ==, 400 * 16);
  assert_same_steps(nw_trainer_get_history(straight), history, 400 * 16, TRUE);
  one = nw_store_find_run(store, whole, NULL);
  other = nw_store_find_run(store, run, NULL);
  g_assert_cmpuint(other->n_epochs, ==, 400);
  g_assert_cmpstr(one->last_hash, ==, other->last_hash);
  g_assert_cmpstr(one->best_hash, ==, other->best_hash);
}

/* A run of an unsaved project goes into the history of the file that it is saved as. */
static void
test_move(Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = test_folder_path(fixture->folder, "other.db");
  g_autofree char *here = g_strdup(fixture->path);
  gint64 first, second;
  G_GNUC_UNUSED g_autoptr(NwTrainer) stays = record(fixture, "1", &first);
  g_autoptr(NwTrainer) moves = NULL;
  g_autoptr(NwStore) from = NULL, to = NULL;
  g_autoptr(NwHistory) history = NULL;
  g_autoptr(GArray) epochs = NULL;
  g_autoptr(GPtrArray) left = NULL;
  g_autoptr(GError) error = NULL;

  g_free(fixture->path);
  fixture->path = g_strdup(other);
  moves = record(fixture, "300", &second);
  to = nw_store_open(here, NW_STORE_WRITE, NULL);
  g_assert_cmpint(nw_store_move_run(to, other, second, &error), ==, 2);
  g_assert_no_error(error);
  history = nw_store_load_history(to, 2, NULL);
  assert_same_history(nw_trainer_get_history(moves), history);
  epochs = nw_store_list_report_epochs(to, 2, NULL);
  g_assert_cmpuint(epochs->len, ==, 300);
  from = nw_store_open(other, NW_STORE_READ, NULL);
  left = nw_store_list_runs(from, NULL);
  g_assert_cmpuint(left->len, ==, 0);
  g_assert_cmpint(nw_store_move_run(to, other, 9, &error), ==, 0);
  test_assert_error(error, "no run 9");
}

#define LONG_STEPS  ((gsize)10000000)
#define LONG_SERIES 5

/* Ten million steps, as a day of training leaves them; with -m perf. */
static void
test_long(Fixture *fixture, gconstpointer data)
{
  g_autofree double *rows = g_new(double, (gsize)NW_CHUNK *LONG_SERIES);
  g_autofree double *values = g_new(double, NW_CHUNK), *low = g_new(double, LONG_STEPS / 256 + 1),
                    *high = g_new(double, LONG_STEPS / 256 + 1);
  g_autoptr(NwStore) store = NULL;
  gsize got, n = 0, ranges;
  gint64 run;

  if (!g_test_perf()) {
    g_test_skip("takes a while and half a gigabyte");
    return;
  }
  store = open_store(fixture, NW_STORE_WRITE);
  run = nw_store_reserve_run(store, NULL);
  g_test_timer_start();
  for (gsize step = 0; step < LONG_STEPS; step += NW_CHUNK) {
    for (gsize i = 0; i < (gsize)NW_CHUNK * LONG_SERIES; i++)
      rows[i] = sin((double)(step * LONG_SERIES + i));
    g_assert_true(nw_store_begin(store, TRUE, NULL));
    g_assert_true(nw_store_append_values(store, run, NW_AXIS_STEPS, LONG_SERIES, step,
                                         MIN(NW_CHUNK, LONG_STEPS - step), rows, NULL));
    g_assert_true(nw_store_commit(store, NULL));
  }
  g_test_minimized_result(g_test_timer_elapsed(), "s to write %zu steps", LONG_STEPS);
  g_test_timer_start();
  while (nw_store_read_values(store, run, NW_AXIS_STEPS, 2, n, NW_CHUNK, values, &got, NULL) &&
         got > 0)
    n += got;
  g_assert_cmpuint(n, ==, LONG_STEPS);
  g_test_minimized_result(g_test_timer_elapsed(), "s to read all values of a series");
  g_test_timer_start();
  g_assert_true(nw_store_read_ranges(store, run, NW_AXIS_STEPS, 2, 0, LONG_STEPS / 256 + 1, low,
                                     high, &ranges, NULL));
  g_assert_cmpuint(ranges, ==, (LONG_STEPS + 255) / 256);
  g_test_minimized_result(g_test_timer_elapsed(), "s to read its pyramid");
}

/* ── killed ──────────────────────────────────────────────────────────────────────────────────── */

static void
train_until_killed(Fixture *fixture, const char *told_path)
{
  g_autoptr(NwTrainer) trainer = trainer_new(fixture, "1000000", NULL);
  NwRecorder *recorder = nw_recorder_new(fixture->path);
  NwHistory *history = nw_trainer_get_history(trainer);
  int file = open(told_path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

  nw_recorder_begin(recorder, trainer, &(NwRecorderAbout){0});
  nw_trainer_start(trainer);
  for (;;) {
    double line[2] = {(double)g_get_monotonic_time(), (double)nw_history_get_n_steps(history)};

    take_events(recorder, trainer);
    g_assert_cmpint(write(file, line, sizeof line), ==, sizeof line);
    g_usleep(5000);
  }
}

static double
number_of(const char *variable, double otherwise)
{
  const char *text = g_getenv(variable);
  return text != NULL ? g_ascii_strtod(text, NULL) : otherwise;
}

/* Steps that had been done a second before the last word. */
static double
steps_a_second_ago(const char *told_path, double *last)
{
  g_autofree char *content = NULL;
  /* The promise is the release's on a computer that does nothing else; sanitizers are slow. */
  double slowness = number_of("NETWRIGHT_TEST_SLOWNESS", 1);
  gsize length, n;
  const double *lines;
  double steps = 0;

  if (!g_file_get_contents(told_path, &content, &length, NULL))
    return *last = 0;
  lines = (const double *)content;
  n = length / sizeof *lines / 2;
  *last = n > 0 ? lines[2 * n - 1] : 0;
  for (gsize i = 0; i < n; i++)
    if (lines[2 * i] <= lines[2 * n - 2] - G_USEC_PER_SEC * slowness)
      steps = lines[2 * i + 1];
  return steps;
}

static void
assert_intact(const char *path)
{
  sqlite3_stmt *statement;
  sqlite3 *db;

  g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_prepare_v2(db, "PRAGMA integrity_check", -1, &statement, NULL), ==,
                  SQLITE_OK);
  g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_ROW);
  g_assert_cmpstr((const char *)sqlite3_column_text(statement, 0), ==, "ok");
  sqlite3_finalize(statement);
  g_assert_cmpint(sqlite3_prepare_v2(db, "PRAGMA foreign_key_check", -1, &statement, NULL), ==,
                  SQLITE_OK);
  g_assert_cmpint(sqlite3_step(statement), ==, SQLITE_DONE);
  sqlite3_finalize(statement);
  sqlite3_close(db);
}

/* The numbers are those of the run, without a hole: the same run, not killed, has the same. */
static void
assert_prefix(const NwHistory *history, const NwHistory *whole)
{
  gsize n = MIN(nw_history_get_n_steps(history), nw_history_get_n_steps(whole));

  assert_same_steps(history, whole, n, TRUE);
}

static void
test_killed(Fixture *fixture, gconstpointer data)
{
  g_autofree char *told = test_folder_path(fixture->folder, "told");
  g_autoptr(NwTrainer) whole = NULL;
  g_autoptr(NwStore) store = NULL;
  gint64 reference;

  if (g_test_subprocess()) {
    const char *path = g_getenv("TEST_STORE");
    g_free(fixture->path);
    fixture->path = g_strdup(path);
    train_until_killed(fixture, g_getenv("TEST_TOLD"));
  }
  whole = record(fixture, "2000", &reference);
  for (guint i = 0; i < (guint)number_of("NETWRIGHT_TEST_KILLS", 40); i++) {
    g_autofree char *binary = g_file_read_link("/proc/self/exe", NULL);
    char *argv[] = {binary, (char *)"--GTestSubprocess", (char *)"-p",
                    (char *)"/store/survives-kill-9-at-any-moment", NULL};
    g_auto(GStrv) env = g_get_environ();
    g_autoptr(NwHistory) history = NULL;
    g_autoptr(NwStoredRun) run = NULL;
    g_autoptr(GPtrArray) runs = NULL;
    double before, last;
    GPid child;
    int status;

    env = g_environ_setenv(env, "TEST_STORE", fixture->path, TRUE);
    env = g_environ_setenv(env, "TEST_TOLD", told, TRUE);
    g_assert_true(g_spawn_async(NULL, argv, env,
                                G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
                                &child, NULL));
    g_usleep((gulong)g_test_rand_int_range(20000, 2200000 / (1 + (gint32)(i % 3))));
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);

    assert_intact(fixture->path);
    g_clear_pointer(&store, nw_store_free);
    store = open_store(fixture, NW_STORE_WRITE);
    runs = nw_store_list_runs(store, NULL);
    before = steps_a_second_ago(told, &last);
    g_remove(told);
    run = runs->len > 1
              ? nw_store_find_run(store, ((NwStoredRun *)runs->pdata[runs->len - 1])->id, NULL)
              : NULL;
    if (run == NULL) { /* it died before it began */
      g_assert_cmpfloat(before, ==, 0);
      continue;
    }
    g_assert_cmpint(run->state, ==, NW_STORED_INTERRUPTED);
    history = nw_store_load_history(store, run->id, NULL);
    g_assert_nonnull(history);
    g_assert_cmpuint(nw_history_get_n_steps(history), ==, run->n_steps);
    g_assert_cmpfloat((double)run->n_steps, >=, before);
    g_test_message("killed at step %.0f: %.0f steps lost, %.0f were done in the last second", last,
                   last - (double)run->n_steps, last - before);
    assert_prefix(history, nw_trainer_get_history(whole));
    g_assert_true(nw_store_delete_run(store, run->id, NULL));
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/store/" name, Fixture, NULL, setup, test, teardown)
  ADD("what-was-recorded-comes-back-bit-by-bit", test_round_trip);
  ADD("the-pyramid-holds-smallest-and-largest", test_ranges);
  ADD("the-diagrams-of-every-epoch-come-back", test_reports);
  g_test_add_func("/store/damaged-snapshots-are-refused", test_damaged_snapshots);
  ADD("runs-have-names-tags-and-notes", test_names);
  ADD("deleting-a-run-takes-its-weights-and-nothing-else", test_delete_files);
  ADD("a-text-file-is-put-aside", test_text_file);
  ADD("a-database-of-another-program-is-put-aside", test_foreign_file);
  ADD("a-damaged-history-is-put-aside", test_damaged_file);
  ADD("random-damage-gives-sentences", test_random_damage);
  ADD("a-newer-history-is-left-alone", test_newer_file);
  ADD("a-locked-history-is-written-later", test_locked_file);
  ADD("a-full-disk-does-not-stop-training", test_full_disk);
  ADD("two-may-write-while-a-third-reads", test_two_writers);
  ADD("a-read-only-history-can-be-read", test_read_only);
  ADD("a-missing-history-is-not-made-by-readers", test_missing);
  ADD("a-run-that-is-resumed-stays-one-run", test_resume);
  ADD("a-run-moves-to-the-history-of-a-file", test_move);
  ADD("ten-million-steps", test_long);
  ADD("survives-kill-9-at-any-moment", test_killed);
  return g_test_run();
}
