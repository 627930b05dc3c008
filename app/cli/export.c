/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"

#include "nw-format.h"

#include <glib/gi18n.h>
#include <stdio.h>

/* The rows of the table of formats as choices. */
static const NwFormat *
find_format(const NwArgs *args, GError **error)
{
  const char *id = nw_args_get_text(args, "to");
  const NwFormat *format = nw_format_find(id);
  g_autoptr(GString) all = g_string_new(NULL);

  if (format)
    return format;
  for (format = nw_formats; format->id; format++)
    g_string_append_printf(all, "%s%s", all->len ? ", " : "", format->id);
  g_set_error(error, NW_USAGE, 0, _("--to must be one of %s, not “%s”"), all->str, id);
  return NULL;
}

static NwExit
run(const NwArgs *args, GError **error)
{
  const NwFormat *format = find_format(args, error);
  const char *path = nw_args_get_text(args, "output");
  g_autoptr(NwProject) project = NULL;
  g_autoptr(NwWeights) weights = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  NwExport what;

  if (!format)
    return NW_EXIT_USAGE;
  project = nw_cli_load_project(args, error);
  weights = project ? nw_cli_load_weights(args, project, error) : NULL;
  if (!weights)
    return NW_EXIT_INPUT;
  if (format->needs_data) {
    dataset = nw_cli_build_dataset(args, project, error);
    if (!dataset)
      return NW_EXIT_INPUT;
  }
  what = (NwExport){project, weights, dataset, nw_cli_get_split(args),
                    nw_cli_get_threads(args, project)};
  if (!format->write(&what, path, error))
    return NW_EXIT_INPUT;
  if (!nw_args_get_flag(args, "quiet"))
    printf("%s: %s\n", path, _(format->carries));
  return NW_EXIT_DONE;
}

static const NwOption options[] = {
    NW_OPTION_WEIGHTS,
    {"to", 0, NW_OPTION_TEXT, "FORMAT", N_("safetensors, npz, csv (predictions), predictions-npz"),
     .required = TRUE},
    {"output", 'o', NW_OPTION_TEXT, "OUT", N_("Where to write"), .required = TRUE},
    NW_OPTION_SPLIT,
    NW_OPTION_DATA,
    NW_OPTION_SET,
    NW_OPTION_THREADS,
    {"quiet", 'q', NW_OPTION_FLAG, NULL, N_("Print nothing")},
    {NULL},
};

const NwCommand nw_command_export = {
    .name = "export",
    .summary = N_("Writes weights or predictions for other programs"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .run = run,
};
