/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"

#include "nw-prediction-file.h"

#include <glib/gi18n.h>
#include <stdio.h>

static NwExit
run(const NwArgs *args, GError **error)
{
  const char *path = nw_args_get_text(args, "output");
  gboolean csv = g_str_has_suffix(path, ".csv"), ok;
  g_autoptr(NwProject) project = NULL;
  g_autoptr(GPtrArray) weights = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwPredictions) predictions = NULL;
  const guint32 *rows;
  NwMembers members;
  int threads;
  gsize n;

  if (!csv && !g_str_has_suffix(path, ".npz")) {
    g_set_error(error, NW_USAGE, 0, _("--output %s: the name must end in .csv or .npz"), path);
    return NW_EXIT_USAGE;
  }
  project = nw_cli_load_project(args, error);
  weights = project ? nw_cli_load_members(args, project, error) : NULL;
  dataset = weights ? nw_cli_build_for_prediction(args, project, error) : NULL;
  if (!dataset)
    return NW_EXIT_INPUT;
  rows = nw_dataset_get_split(dataset, NW_SPLIT_TEST, &n);
  threads = nw_cli_get_threads(args, project);
  predictions = nw_cli_read_members(args, weights, &members)
                    ? nw_joint_predict(project, &members, dataset, rows, n, threads, error)
                    : nw_predict(project, members.weights[0], dataset, rows, n, threads, error);
  if (!predictions)
    return NW_EXIT_INPUT;
  ok = csv ? nw_predictions_write_csv(project, predictions, dataset, rows, FALSE, path, error)
           : nw_predictions_write_npz(project, predictions, dataset, rows, FALSE, path, error);
  if (!ok)
    return NW_EXIT_INPUT;
  if (!nw_args_get_flag(args, "quiet"))
    printf(ngettext("%zu prediction is in %s\n", "%zu predictions are in %s\n", n), n, path);
  return NW_EXIT_DONE;
}

static const NwOption options[] = {
    NW_OPTION_MANY_WEIGHTS,
    NW_OPTION_MC_DROPOUT,
    NW_OPTION_SEED,
    NW_OPTION_DATA,
    {"output", 'o', NW_OPTION_TEXT, "OUT", N_("Where to write: a .csv or .npz file"),
     .required = TRUE},
    NW_OPTION_SET,
    NW_OPTION_THREADS,
    {"quiet", 'q', NW_OPTION_FLAG, NULL, N_("Print nothing")},
    {NULL},
};

const NwCommand nw_command_predict = {
    .name = "predict",
    .summary = N_("Predicts for rows of data, new ones with --data"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .details =
        N_("CSV columns: p_OUTPUT_CLASS for each class, class_OUTPUT for the answer. Numbers "
           "and categories are prepared as they were for training. Of several networks, or with "
           "--mc-dropout, also entropy_OUTPUT (in nats), information_OUTPUT (of that what they "
           "disagree about), and spread_OUTPUT of values."),
    .run = run,
};
