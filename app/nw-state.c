/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-state.h"

#define GROUP "window"

static char *
dup_path(void)
{
  return g_build_filename(g_get_user_config_dir(), "netwright", "window.ini", NULL);
}

static GKeyFile *
load(void)
{
  GKeyFile *file = g_key_file_new();
  g_autofree char *path = dup_path();

  g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL);
  return file;
}

static void
save(GKeyFile *file)
{
  g_autofree char *path = dup_path();
  g_autofree char *folder = g_path_get_dirname(path);

  g_mkdir_with_parents(folder, 0700);
  g_key_file_save_to_file(file, path, NULL);
}

int
nw_state_get_int(const char *key, int fallback)
{
  g_autoptr(GKeyFile) file = load();

  return g_key_file_has_key(file, GROUP, key, NULL) ? g_key_file_get_integer(file, GROUP, key, NULL)
                                                    : fallback;
}

char *
nw_state_dup_text(const char *key, const char *fallback)
{
  g_autoptr(GKeyFile) file = load();
  char *text = g_key_file_get_string(file, GROUP, key, NULL);

  return text ? text : g_strdup(fallback);
}

void
nw_state_set_int(const char *key, int value)
{
  g_autoptr(GKeyFile) file = load();

  g_key_file_set_integer(file, GROUP, key, value);
  save(file);
}

void
nw_state_set_text(const char *key, const char *value)
{
  g_autoptr(GKeyFile) file = load();

  g_key_file_set_string(file, GROUP, key, value);
  save(file);
}
