/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-recalibrator.h"

#include "nw-cli-project.h"

#include <glib/gi18n.h>

const NwRecalibratorKind *
nw_cli_find_recalibrator(const NwArgs *args, GError **error)
{
  const char *id = nw_args_get_text(args, "method");
  const NwRecalibratorKind *kind = nw_recalibrator_kind_find(id);
  g_autoptr(GString) known = g_string_new(NULL);

  for (const NwChoice *choice = nw_recalibrator_choices(); choice->id != NULL; choice++)
    g_string_append_printf(known, "%s%s", known->len > 0 ? ", " : "", choice->id);
  if (kind == NULL)
    g_set_error(error, NW_USAGE, 0, _("--method %s: the methods are %s"), id, known->str);
  return kind;
}
