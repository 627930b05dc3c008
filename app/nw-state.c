/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#define G_SETTINGS_ENABLE_BACKEND
#include "nw-state.h"

#include <gio/gsettingsbackend.h>

#include "nw-application.h"

/* GSettings ends a program whose schema is missing, so it is looked up first: in the folder that the
 * program was built in, which knows its keys best, then where it was installed. */
static GSettingsSchema *
find_schema(void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default();
  g_autoptr(GSettingsSchemaSource) built =
      g_settings_schema_source_new_from_directory(NW_SCHEMA_DIR, installed, FALSE, NULL);
  GSettingsSchemaSource *source = built ? built : installed;

  return source ? g_settings_schema_source_lookup(source, NW_APP_ID, TRUE) : NULL;
}

/* Without dconf, settings would be forgotten at the end; then they go to a key file. */
static GSettingsBackend *
create_backend(void)
{
  GSettingsBackend *backend = g_settings_backend_get_default();
  g_autofree char *path = NULL;

  if (g_getenv("GSETTINGS_BACKEND") || g_str_equal(G_OBJECT_TYPE_NAME(backend), "DConfSettingsBackend"))
    return backend;
  g_object_unref(backend);
  path = g_build_filename(g_get_user_config_dir(), "netwright", "settings.ini", NULL);
  return g_keyfile_settings_backend_new(path, "/", NULL);
}

GSettings *
nw_state_get(void)
{
  static GSettings *settings = NULL;
  static gboolean looked = FALSE;
  g_autoptr(GSettingsSchema) schema = NULL;
  g_autoptr(GSettingsBackend) backend = NULL;

  if (looked)
    return settings;
  looked = TRUE;
  schema = find_schema();
  if (!schema)
    return NULL;
  backend = create_backend();
  settings = g_settings_new_full(schema, backend, NULL);
  return settings;
}
