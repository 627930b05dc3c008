/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"
#include "nw-rate-test.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>

#define FROM  1e-7
#define TO    10.0
#define STEPS 100

/* A rate that was typed; FALSE when it is none. */
static gboolean
read_rate(const NwArgs *args, const char *key, double *rate, GError **error)
{
  const char *text = nw_args_get_text(args, key);
  char *end;

  if (!text)
    return TRUE;
  *rate = g_ascii_strtod(text, &end);
  if (end != text && *end == '\0' && isfinite(*rate) && *rate > 0 && *rate <= 1000)
    return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("--%s must be a number above 0 and up to 1000, not “%s”"), key, text);
  return FALSE;
}

static gboolean
read_options(const NwArgs *args, NwRateTestOptions *options, GError **error)
{
  gint64 steps = STEPS;

  nw_args_get_int(args, "steps", &steps);
  options->from = FROM;
  options->to = TO;
  options->steps = (guint)steps;
  if (!read_rate(args, "from", &options->from, error) ||
      !read_rate(args, "to", &options->to, error))
    return FALSE;
  if (options->from < options->to)
    return TRUE;
  g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT, _("--from must be smaller than --to"));
  return FALSE;
}

static void
print_json(const NwRateTest *test)
{
  JsonObject *root = json_object_new();
  JsonArray *points = json_array_new();

  for (gsize i = 0; i < test->n; i++) {
    JsonObject *point = json_object_new();
    json_object_set_double_member(point, "learning_rate", test->points[i].rate);
    json_object_set_double_member(point, "loss", test->points[i].loss);
    json_object_set_double_member(point, "smoothed", test->points[i].smoothed);
    json_array_add_object_element(points, point);
  }
  json_object_set_array_member(root, "points", points);
  json_object_set_boolean_member(root, "ran_away", test->ran_away);
  json_object_set_double_member(root, "suggestion", test->suggestion);
  nw_cli_print_json(root, TRUE);
}

static void
print_table(const NwRateTest *test)
{
  printf("%14s  %12s  %12s\n", _("Learning rate"), _("Loss"), _("Smoothed"));
  for (gsize i = 0; i < test->n; i++)
    printf("%14.3g  %12.5g  %12.5g%s\n", test->points[i].rate, test->points[i].loss,
           test->points[i].smoothed,
           test->points[i].rate == test->suggestion ? _("  ← falls fastest") : "");
  if (test->ran_away)
    printf(_("The loss ran away at %.3g.\n"), test->points[test->n - 1].rate);
  if (isfinite(test->suggestion))
    printf(_("Try --set optimizer.learning_rate=%.2g\n"), test->suggestion);
  else
    printf(
        _("The loss fell nowhere: look for larger rates with --to, or for another fault first.\n"));
}

static NwExit
run(const NwArgs *args, GError **error)
{
  g_autoptr(NwProject) project = nw_cli_load_project(args, error);
  g_autoptr(NwDataset) dataset = project ? nw_cli_build_dataset(args, project, error) : NULL;
  g_autoptr(NwRateTest) test = NULL;
  NwRateTestOptions options = {0};

  if (!dataset || !read_options(args, &options, error))
    return NW_EXIT_INPUT;
  options.threads = nw_cli_get_threads(args, project);
  test = nw_rate_test(project, dataset, &options, NULL, error);
  if (!test)
    return NW_EXIT_INPUT;
  if (nw_args_get_flag(args, "json"))
    print_json(test);
  else
    print_table(test);
  return NW_EXIT_DONE;
}

static const NwOption options[] = {
    {"from", 0, NW_OPTION_TEXT, "RATE", N_("The first learning rate (1e-7 otherwise)")},
    {"to", 0, NW_OPTION_TEXT, "RATE", N_("The last one (10 otherwise)")},
    {"steps", 0, NW_OPTION_INT, "N", N_("Batches from the first to the last (100 otherwise)"), 10,
     100000},
    NW_OPTION_THREADS,
    NW_OPTION_SET,
    NW_OPTION_DATA,
    NW_OPTION_JSON,
    {NULL},
};

const NwCommand nw_command_find_rate = {
    .name = "find-rate",
    .summary = N_("Suggests a learning rate"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .details =
        N_("Trains a copy of the network while the learning rate grows from batch to batch, "
           "until the loss runs away.\nThe rate at which the loss falls fastest is a good one "
           "to begin with. Nothing is written."),
    .run = run,
};
