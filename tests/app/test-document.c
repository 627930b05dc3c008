/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-document.h"

#include <signal.h>

#include "test-folder.h"
#include "test-state.h"

static void
edit(NwDocument *document, const char *key, const char *text, const char *merge)
{
  g_autoptr(NwProject) project = nw_project_set(nw_document_get_project(document), key, text, NULL);

  g_assert_nonnull(project);
  nw_document_edit(document, project, key, merge);
}

static gint64
epochs(NwDocument *document)
{
  return nw_params_get_int(nw_project_get_training(nw_document_get_project(document)), "epochs");
}

static void
count_cb(GObject *object, guint *n)
{
  (*n)++;
}

static void
test_edits(void)
{
  g_autoptr(NwDocument) document = nw_document_new();
  gint64 before = epochs(document);
  guint changes = 0;

  g_signal_connect(document, "changed", G_CALLBACK(count_cb), &changes);
  g_assert_true(nw_document_is_pristine(document));
  edit(document, "training.epochs", "7", NULL);
  g_assert_cmpuint(changes, ==, 1);
  g_assert_true(nw_document_is_dirty(document));
  g_assert_cmpstr(nw_document_get_undo_label(document), ==, "training.epochs");

  edit(document, "training.epochs", "7", NULL); /* the same again is no edit */
  g_assert_cmpuint(changes, ==, 1);

  nw_document_undo(document);
  g_assert_cmpint(epochs(document), ==, before);
  g_assert_false(nw_document_is_dirty(document));
  nw_document_redo(document);
  g_assert_cmpint(epochs(document), ==, 7);
  nw_document_redo(document); /* nothing left */
  g_assert_cmpuint(changes, ==, 3);
}

static void
test_inference_is_cached(void)
{
  g_autoptr(NwDocument) document = nw_document_new();
  NwInference *inference = nw_document_get_inference(document);

  edit(document, "training.epochs", "7", NULL);
  g_assert_true(nw_document_get_inference(document) == inference);
}

static void
test_save_and_open(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_path(folder, "one.netwright");
  g_autoptr(NwDocument) document = nw_document_new();
  g_autoptr(NwDocument) other = nw_document_new();
  g_autoptr(GError) error = NULL;
  g_autofree char *title = NULL;

  edit(document, "training.epochs", "7", NULL);
  g_assert_true(nw_document_save(document, path, &error));
  g_assert_no_error(error);
  g_assert_false(nw_document_is_dirty(document));
  title = nw_document_dup_title(document);
  g_assert_cmpstr(title, ==, "one");

  g_assert_true(nw_document_open(other, path, FALSE, &error));
  g_assert_cmpint(epochs(other), ==, 7);
  g_assert_cmpstr(nw_document_get_path(other), ==, path);
  g_assert_cmpstr(nw_document_get_base_dir(other), ==, folder->path);

  /* An example: its data are found, but saving asks for a new place. */
  g_assert_true(nw_document_open(other, path, TRUE, &error));
  g_assert_null(nw_document_get_path(other));
  g_free(title);
  title = nw_document_dup_title(other);
  g_assert_cmpstr(title, ==, "one");
  g_assert_cmpstr(nw_document_get_base_dir(other), ==, folder->path);
}

static void
test_save_again(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_path(folder, "again.netwright");
  g_autoptr(NwDocument) document = nw_document_new();
  g_autofree char *title = NULL;
  const char *borrowed;

  g_assert_true(nw_document_save(document, path, NULL));
  edit(document, "training.epochs", "8", NULL);
  borrowed = nw_document_get_path(document);
  g_assert_true(nw_document_save(document, borrowed, NULL));
  g_assert_cmpstr(borrowed, ==, path); /* still there for the caller */
  g_assert_cmpstr(nw_document_get_path(document), ==, path);
  title = nw_document_dup_title(document);
  g_assert_cmpstr(title, ==, "again");
}

static void
test_failed_open_changes_nothing(void)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_file(folder, "bad.netwright", "{\"netwright\": 1,", -1);
  g_autoptr(NwDocument) document = nw_document_new();
  g_autoptr(GError) error = NULL;

  edit(document, "training.epochs", "7", NULL);
  g_assert_false(nw_document_open(document, path, FALSE, &error));
  test_assert_error(error, "bad.netwright");
  g_assert_cmpint(epochs(document), ==, 7);
  g_assert_true(nw_document_is_dirty(document));
  g_assert_cmpstr(nw_document_get_undo_label(document), ==, "training.epochs");
}

static void
test_failed_save_changes_nothing(void)
{
  g_autoptr(NwDocument) document = nw_document_new();
  g_autoptr(GError) error = NULL;

  edit(document, "training.epochs", "7", NULL);
  g_assert_false(nw_document_save(document, "/nowhere/at/all.netwright", &error));
  test_assert_error(error, "all.netwright");
  g_assert_true(nw_document_is_dirty(document));
  g_assert_null(nw_document_get_path(document));
}

static void
add_source(NwDocument *document, const char *path)
{
  g_autoptr(NwDataSettings) data =
      nw_data_settings_with_source(nw_project_get_data(nw_document_get_project(document)),
                                   &(NwDataSource){.name = (char *)"data", .path = (char *)path});
  g_autoptr(NwProject) project = nw_project_with_data(nw_document_get_project(document), data);

  nw_document_edit(document, project, "Add data", NULL);
}

static const char *
source_path(NwDocument *document)
{
  return nw_data_settings_get_source(nw_project_get_data(nw_document_get_project(document)), 0)
      ->path;
}

static void
test_sources_stay_found(void)
{
  g_autoptr(TestFolder) here = test_folder_new();
  g_autoptr(TestFolder) there = test_folder_new();
  g_autofree char *data = test_folder_path(here, "data.csv");
  g_autofree char *path = test_folder_path(here, "one.netwright");
  g_autofree char *copy = test_folder_path(there, "one.netwright");
  g_autoptr(NwDocument) document = nw_document_new();

  add_source(document, data);
  g_assert_true(nw_document_save(document, path, NULL));
  g_assert_cmpstr(source_path(document), ==, "data.csv");
  g_assert_true(nw_document_save(document, copy, NULL));
  g_assert_cmpstr(source_path(document), ==, data);
  g_assert_true(nw_document_save(document, path, NULL));
  g_assert_cmpstr(source_path(document), ==, "data.csv");
}

/* ── recovery ────────────────────────────────────────────────────────────────────────────────── */

static gboolean
stop_cb(gpointer loop)
{
  g_main_loop_quit(loop);
  return G_SOURCE_REMOVE;
}

static void
run_for(guint milliseconds)
{
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);

  g_timeout_add(milliseconds, stop_cb, loop);
  g_main_loop_run(loop);
}

static void
test_killed(void)
{
  g_autoptr(NwDocument) document = nw_document_new();

  edit(document, "training.epochs", "7", NULL);
  run_for(4500);
  raise(SIGKILL);
}

static void
test_work_survives_a_kill(void)
{
  g_autoptr(GPtrArray) list = NULL;
  g_autoptr(NwDocument) document = nw_document_new();
  g_autoptr(GError) error = NULL;

  g_test_trap_subprocess("/document/subprocess/killed", 0, G_TEST_SUBPROCESS_DEFAULT);
  list = nw_recovery_list();
  g_assert_cmpuint(list->len, ==, 1);
  g_assert_true(nw_document_recover(document, g_ptr_array_index(list, 0), &error));
  g_assert_no_error(error);
  g_assert_cmpint(epochs(document), ==, 7);
  g_assert_true(nw_document_is_dirty(document));

  /* The copy is now this document's own, which nobody else may take. */
  g_ptr_array_unref(list);
  list = nw_recovery_list();
  g_assert_cmpuint(list->len, ==, 0);
}

static void
test_nothing_is_left_behind(void)
{
  g_autoptr(GPtrArray) list = NULL;
  NwDocument *document = nw_document_new();

  edit(document, "training.epochs", "7", NULL);
  run_for(3500);
  g_object_unref(document);
  list = nw_recovery_list();
  g_assert_cmpuint(list->len, ==, 0);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/document/edits-are-undone-and-redone", test_edits);
  g_test_add_func("/document/an-edit-of-settings-keeps-the-inference", test_inference_is_cached);
  g_test_add_func("/document/what-was-saved-is-opened", test_save_and_open);
  g_test_add_func("/document/it-is-saved-again-where-it-is", test_save_again);
  g_test_add_func("/document/a-file-that-cannot-be-read-changes-nothing",
                  test_failed_open_changes_nothing);
  g_test_add_func("/document/a-file-that-cannot-be-written-changes-nothing",
                  test_failed_save_changes_nothing);
  g_test_add_func("/document/sources-are-found-from-another-folder", test_sources_stay_found);
  g_test_add_func("/document/subprocess/killed", test_killed);
  g_test_add_func("/document/unsaved-work-survives-a-kill", test_work_survives_a_kill);
  g_test_add_func("/document/closing-leaves-no-copy-behind", test_nothing_is_left_behind);
  return run_with_state();
}
