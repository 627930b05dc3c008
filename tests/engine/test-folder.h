/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What tests of files need: a folder that goes away, and a look into an error's sentence. */
#pragma once

#include "nw-error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  char *path;
} TestFolder;

static inline TestFolder *
test_folder_new(void)
{
  TestFolder *folder = g_new0(TestFolder, 1);
  folder->path = g_dir_make_tmp("nw-test-XXXXXX", NULL);
  g_assert_nonnull(folder->path);
  return folder;
}

static inline char *
test_folder_path(const TestFolder *folder, const char *name)
{
  return g_build_filename(folder->path, name, NULL);
}

/* Writes @text there and gives the path. (transfer full) */
static inline char *
test_folder_file(const TestFolder *folder, const char *name, const char *text, gssize length)
{
  char *path = test_folder_path(folder, name);
  g_assert_true(g_file_set_contents(path, text, length, NULL));
  return path;
}

static inline guint
test_folder_count(const TestFolder *folder)
{
  g_autoptr(GDir) dir = g_dir_open(folder->path, 0, NULL);
  guint n = 0;
  while (g_dir_read_name(dir) != NULL)
    n++;
  return n;
}

/* @path with all that is in it. */
static inline void
test_remove(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *inside = g_build_filename(path, name, NULL);
    test_remove(inside);
  }
  g_assert_cmpint(dir != NULL ? g_rmdir(path) : g_unlink(path), ==, 0);
}

static inline void
test_folder_free(TestFolder *folder)
{
  test_remove(folder->path);
  g_free(folder->path);
  g_free(folder);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestFolder, test_folder_free)

/* The error is one of ours and its sentence has this piece. */
static inline void
test_assert_error(const GError *error, const char *piece)
{
  g_assert_nonnull(error);
  g_assert_cmpstr(g_quark_to_string(error->domain), ==, g_quark_to_string(NW_ERROR));
  if (strstr(error->message, piece) == NULL)
    g_error("“%s” does not say “%s”", error->message, piece);
}
