/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A state folder of the test's own, which goes when the test ends. */
#pragma once

#include <glib/gstdio.h>

static inline void
remove_tree(const char *path)
{
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *child = g_build_filename(path, name, NULL);

    remove_tree(child);
  }
  g_remove(path);
}

/* After g_test_init(): a subprocess keeps its parent's folder. */
static inline int
run_with_state(void)
{
  g_autofree char *state = g_test_subprocess() ? NULL : g_dir_make_tmp("nw-state-XXXXXX", NULL);
  int answer;

  if (state)
    g_setenv("XDG_STATE_HOME", state, TRUE);
  answer = g_test_run();
  if (state)
    remove_tree(state);
  return answer;
}
