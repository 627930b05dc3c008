/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-place.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "nw-version.h"

#define SUFFIX ".netwright"

char *
nw_place_dup_examples(void)
{
  const char *data = g_getenv("NETWRIGHT_DATA");

  if (data != NULL)
    return g_build_filename(data, "examples", NULL);
  if (g_file_test(NW_INSTALLED_EXAMPLES, G_FILE_TEST_IS_DIR))
    return g_strdup(NW_INSTALLED_EXAMPLES);
  return g_strdup(NW_SOURCE_EXAMPLES);
}

gboolean
nw_place_is_examples(const char *folder)
{
  g_autofree char *examples = nw_place_dup_examples();
  g_autoptr(GFile) one = g_file_new_for_path(folder), two = g_file_new_for_path(examples);

  return g_file_equal(one, two);
}

static char *
dup_below_state(const char *name, const char *suffix)
{
  g_autofree char *folder = g_strdup_printf("%s%s.runs", name, suffix);

  return g_build_filename(g_get_user_state_dir(), "netwright", "runs", folder, NULL);
}

static gboolean
may_hold(const char *folder, const char *parent)
{
  return g_access(g_file_test(folder, G_FILE_TEST_IS_DIR) ? folder : parent, W_OK) == 0;
}

char *
nw_place_dup_runs(const char *path, const char *title)
{
  g_autofree char *full = path != NULL ? g_canonicalize_filename(path, NULL) : NULL;
  g_autofree char *parent = full != NULL ? g_path_get_dirname(full) : NULL;
  g_autofree char *stem = full != NULL ? g_path_get_basename(full) : NULL;
  g_autofree char *name = NULL, *beside = NULL, *sum = NULL, *apart = NULL;

  if (full == NULL)
    return dup_below_state(title, "");
  if (g_str_has_suffix(stem, SUFFIX) && strlen(stem) > strlen(SUFFIX))
    stem[strlen(stem) - strlen(SUFFIX)] = '\0';
  if (nw_place_is_examples(parent))
    return dup_below_state(stem, "");
  name = g_strdup_printf("%s.runs", stem);
  beside = g_build_filename(parent, name, NULL);
  if (may_hold(beside, parent))
    return g_steal_pointer(&beside);
  /* Projects of one name in different folders stay apart. */
  sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, full, -1);
  apart = g_strdup_printf("-%.8s", sum);
  return dup_below_state(stem, apart);
}

char *
nw_place_dup_history(const char *runs)
{
  return g_build_filename(runs, "history.db", NULL);
}

char *
nw_place_make_run_folder(const char *runs, gint64 id)
{
  for (gint64 n = MAX(id, 1); n < 1000000; n++) {
    g_autofree char *folder = g_strdup_printf("%s/%" G_GINT64_FORMAT, runs, n);

    if (g_mkdir(folder, 0755) == 0)
      return g_steal_pointer(&folder);
    if (errno != EEXIST)
      break;
  }
  return NULL;
}
