/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-edit.h"

static NwProject *
project_of(int epochs)
{
  g_autoptr(NwProject) empty = nw_project_new();
  g_autofree char *text = g_strdup_printf("%d", epochs);

  return nw_project_set(empty, "training.epochs", text, NULL);
}

static gboolean
push(NwUndo *undo, int epochs, const char *label, const char *merge)
{
  g_autoptr(NwProject) project = project_of(epochs);

  return nw_undo_push(undo, project, label, merge);
}

static int
epochs_of(const NwUndo *undo)
{
  return (int)nw_params_get_int(nw_project_get_training(nw_undo_get_project(undo)), "epochs");
}

static NwUndo *
undo_at(int epochs)
{
  g_autoptr(NwProject) project = project_of(epochs);

  return nw_undo_new(project);
}

static void
test_there_and_back(void)
{
  g_autoptr(NwUndo) undo = undo_at(1);

  g_assert_null(nw_undo_get_undo_label(undo));
  g_assert_false(nw_undo_undo(undo));
  g_assert_true(push(undo, 2, "two", NULL));
  g_assert_true(push(undo, 3, "three", NULL));
  g_assert_cmpstr(nw_undo_get_undo_label(undo), ==, "three");
  g_assert_null(nw_undo_get_redo_label(undo));
  g_assert_true(nw_undo_undo(undo));
  g_assert_cmpint(epochs_of(undo), ==, 2);
  g_assert_cmpstr(nw_undo_get_undo_label(undo), ==, "two");
  g_assert_cmpstr(nw_undo_get_redo_label(undo), ==, "three");
  g_assert_true(nw_undo_redo(undo));
  g_assert_cmpint(epochs_of(undo), ==, 3);
  g_assert_false(nw_undo_redo(undo));
}

static void
test_new_edit_forgets_redo(void)
{
  g_autoptr(NwUndo) undo = undo_at(1);

  push(undo, 2, "two", NULL);
  nw_undo_undo(undo);
  push(undo, 5, "five", NULL);
  g_assert_null(nw_undo_get_redo_label(undo));
  nw_undo_undo(undo);
  g_assert_cmpint(epochs_of(undo), ==, 1);
}

static void
test_nothing_is_no_step(void)
{
  g_autoptr(NwUndo) undo = undo_at(1);

  g_assert_false(push(undo, 1, "nothing", NULL));
  g_assert_null(nw_undo_get_undo_label(undo));
}

static void
test_gesture(void)
{
  g_autoptr(NwUndo) undo = undo_at(1);

  for (int i = 2; i < 10; i++)
    push(undo, i, "drag", "drag 7");
  push(undo, 20, "drag", "drag 8");
  nw_undo_undo(undo);
  g_assert_cmpint(epochs_of(undo), ==, 9);
  nw_undo_undo(undo);
  g_assert_cmpint(epochs_of(undo), ==, 1);

  push(undo, 2, "drag", "drag 7");
  nw_undo_end_gesture(undo);
  push(undo, 3, "drag", "drag 7");
  nw_undo_undo(undo);
  g_assert_cmpint(epochs_of(undo), ==, 2);
  /* After an undo, a gesture of the same name is another one. */
  push(undo, 4, "drag", "drag 7");
  nw_undo_undo(undo);
  g_assert_cmpint(epochs_of(undo), ==, 2);
}

static void
test_gesture_back(void)
{
  g_autoptr(NwUndo) undo = undo_at(1);

  push(undo, 2, "drag", "drag 7");
  push(undo, 1, "drag", "drag 7");
  g_assert_null(nw_undo_get_undo_label(undo));
  g_assert_cmpint(epochs_of(undo), ==, 1);
}

static void
test_dirty(void)
{
  g_autoptr(NwUndo) undo = undo_at(1);

  g_assert_false(nw_undo_is_dirty(undo));
  push(undo, 2, "two", NULL);
  g_assert_true(nw_undo_is_dirty(undo));
  nw_undo_mark_saved(undo);
  g_assert_false(nw_undo_is_dirty(undo));
  nw_undo_undo(undo);
  g_assert_true(nw_undo_is_dirty(undo));
  push(undo, 2, "two again", NULL);
  g_assert_false(nw_undo_is_dirty(undo));
}

static void
test_bounded(void)
{
  g_autoptr(NwUndo) undo = undo_at(1);
  int n = 0;

  for (int i = 2; i < NW_UNDO_MAX + 100; i++)
    push(undo, i, "next", NULL);
  while (nw_undo_undo(undo))
    n++;
  g_assert_cmpint(n, ==, NW_UNDO_MAX);
  g_assert_cmpint(epochs_of(undo), ==, 99);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/undo/steps-are-undone-and-redone-by-name", test_there_and_back);
  g_test_add_func("/undo/a-new-edit-forgets-what-was-undone", test_new_edit_forgets_redo);
  g_test_add_func("/undo/a-change-of-nothing-is-no-step", test_nothing_is_no_step);
  g_test_add_func("/undo/one-gesture-is-one-step", test_gesture);
  g_test_add_func("/undo/a-gesture-that-leads-back-leaves-no-step", test_gesture_back);
  g_test_add_func("/undo/back-at-what-was-saved-is-clean", test_dirty);
  g_test_add_func("/undo/the-oldest-steps-are-forgotten", test_bounded);
  return g_test_run();
}
