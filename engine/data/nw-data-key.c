/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-data-key.h"

#include <glib/gstdio.h>

/* Size and time of change, to the nanosecond. */
static void
append_file(GString *key, const char *path)
{
  GStatBuf status;

  if (g_stat(path, &status) == 0)
    g_string_append_printf(key, "%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT ".%09ld\n", path,
                           (gint64)status.st_size, (gint64)status.st_mtim.tv_sec,
                           (long)status.st_mtim.tv_nsec);
  else
    g_string_append_printf(key, "%s missing\n", path);
}

static void
append_request(GString *key, const NwFieldRequest *request)
{
  g_autofree char *shape = nw_shape_to_text(&request->type.shape);

  g_string_append_printf(key, "%s %d %s %d %d %d %g %g %d %d\n", request->name, (int)request->role,
                         shape, request->type.dtype, request->category_as, request->optional,
                         request->allowed.min, request->allowed.max, request->allowed.whole,
                         (int)request->n_steps);
  g_string_append(key, request->unknown.empty ? " empty" : "");
  for (gsize i = 0; i < request->unknown.n; i++)
    g_string_append_printf(key, " %.17g", request->unknown.numbers[i]);
}

char *
nw_data_key_new(NwDataSettings *settings, const char *base_dir, const NwFieldRequest *requests,
                gsize n_requests)
{
  GString *key = g_string_new(NULL);
  g_autoptr(JsonNode) json = nw_data_settings_to_json(settings);
  g_autofree char *text = json_to_string(json, FALSE);

  g_string_append_printf(key, "%s\n", text);
  for (gsize i = 0; i < nw_data_settings_get_n_sources(settings); i++) {
    g_autofree char *path =
        nw_data_source_dup_path(nw_data_settings_get_source(settings, i), base_dir);

    append_file(key, path);
  }
  for (gsize i = 0; i < n_requests; i++)
    append_request(key, &requests[i]);
  return g_string_free(key, FALSE);
}
