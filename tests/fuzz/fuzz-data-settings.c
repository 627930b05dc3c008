/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Data settings of a project file: read or refused in a sentence; what is read survives writing. */
#include "fuzz.h"

#include "nw-data-settings.h"
#include "nw-json.h"

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) node = nw_json_parse((const char *)data, size, "fuzz", 100000, &error);
  g_autoptr(JsonNode) written = NULL;
  g_autoptr(NwDataSettings) settings = NULL, again = NULL;

  g_assert_true((node == NULL) == (error != NULL));
  if (node == NULL)
    return 0;
  settings = nw_data_settings_from_json(node, &error);
  g_assert_true((settings == NULL) == (error != NULL));
  if (settings == NULL)
    return 0;
  written = nw_data_settings_to_json(settings);
  again = nw_data_settings_from_json(written, &error);
  g_assert_no_error(error);
  g_assert_true(nw_data_settings_equal(settings, again));
  return 0;
}
