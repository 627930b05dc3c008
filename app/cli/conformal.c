/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-project.h"

#include "nw-coverage.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>

/* Where the sets of one question come from and how they did. */
typedef struct {
  const NwCoverageOutput *output;
  const NwConformal *conformal;
  double coverage;
} Sets;

static char *
dup_question(const Sets *sets, gsize question)
{
  if (sets->output->known.head == NW_HEAD_SOFTMAX || sets->output->known.cols == 1)
    return NULL;
  return sets->output->names != NULL ? g_strdup(sets->output->names[question])
                                     : g_strdup_printf("%zu", question);
}

static JsonNode *
question_to_json(const Sets *sets, gsize question)
{
  gsize n_answers = nw_conformal_get_n_answers(sets->conformal);
  g_autofree gsize *sizes = g_new0(gsize, n_answers + 1);
  NwCoverage judged =
      nw_conformal_judge(sets->conformal, question, sets->coverage, &sets->output->judge, sizes);
  g_autofree char *name = dup_question(sets, question);
  JsonObject *object = json_object_new();
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);
  JsonArray *array = json_array_new();

  if (name != NULL)
    json_object_set_string_member(object, "name", name);
  json_object_set_int_member(object, "fitted",
                             (gint64)nw_conformal_get_count(sets->conformal, question));
  json_object_set_double_member(
      object, "threshold", nw_conformal_get_threshold(sets->conformal, question, sets->coverage));
  json_object_set_int_member(object, "judged", (gint64)judged.rows);
  json_object_set_double_member(object, "coverage", judged.coverage);
  json_object_set_double_member(object, "coverage_low", judged.low);
  json_object_set_double_member(object, "coverage_high", judged.high);
  json_object_set_double_member(object, n_answers > 0 ? "mean_size" : "mean_width", judged.size);
  for (gsize k = 0; k <= n_answers; k++)
    json_array_add_int_element(array, (gint64)sizes[k]);
  if (n_answers > 0)
    json_object_set_array_member(object, "sizes", array);
  else
    json_array_unref(array);
  json_node_take_object(node, object);
  return node;
}

static JsonObject *
to_json(const Sets *sets)
{
  JsonObject *object = json_object_new();
  JsonArray *array = json_array_new();

  json_object_set_string_member(object, "method", nw_conformal_get_kind(sets->conformal)->id);
  for (gsize i = 0; i < nw_conformal_get_n_questions(sets->conformal); i++)
    json_array_add_element(array, question_to_json(sets, i));
  json_object_set_array_member(object, "questions", array);
  return object;
}

static void
print_question(const Sets *sets, gsize question)
{
  NwCoverage judged =
      nw_conformal_judge(sets->conformal, question, sets->coverage, &sets->output->judge, NULL);
  g_autofree char *name = dup_question(sets, question);
  double threshold = nw_conformal_get_threshold(sets->conformal, question, sets->coverage);

  printf("  %s%s", name != NULL ? name : "", name != NULL ? ": " : "");
  if (judged.rows == 0)
    printf(_("there are no test rows to try them on"));
  else
    printf(_("they hold the truth in %.1f %% of %zu test rows (95 %%: %.1f to %.1f)"),
           100 * judged.coverage, judged.rows, 100 * judged.low, 100 * judged.high);
  if (sets->output->known.head == NW_HEAD_VALUES)
    printf(_(", give or take %.4g of what is predicted, as the network sees it\n"), threshold);
  else if (judged.rows > 0)
    printf(_(", with %.2f answers on average\n"), judged.size);
  else
    printf("\n");
}

static void
print_text(const Sets *sets)
{
  enum { MOST = 40 };
  gsize n = nw_conformal_get_n_questions(sets->conformal);

  printf(_("%s: %s that should hold the truth in %.4g %%, made from %zu validation rows\n"),
         sets->output->output, _(nw_conformal_get_kind(sets->conformal)->title),
         100 * sets->coverage, nw_conformal_get_count(sets->conformal, 0));
  for (gsize i = 0; i < MIN(n, MOST); i++)
    print_question(sets, i);
  if (n > MOST)
    printf(_("  … (all with --json)\n"));
}

/* @outputs: (nullable): gets JSON in place of text. */
static gboolean
make_sets(const NwArgs *args, const NwCoverageOutput *output, double coverage, JsonObject *outputs,
          GError **error)
{
  g_autoptr(NwConformal) conformal =
      nw_coverage_output_fit(output, nw_args_get_text(args, "method"), error);
  Sets sets = {output, conformal, coverage};

  if (conformal == NULL)
    return FALSE;
  for (gsize i = 0; i < nw_conformal_get_n_questions(conformal); i++) {
    g_autofree char *name = dup_question(&sets, i);
    if (!nw_conformal_check(conformal, i, coverage, error)) {
      g_prefix_error(error, name != NULL ? "%s, %s: " : "%s: ", output->output, name);
      return FALSE;
    }
  }
  if (outputs != NULL)
    json_object_set_object_member(outputs, output->output, to_json(&sets));
  else
    print_text(&sets);
  return TRUE;
}

static gboolean
read_coverage(const NwArgs *args, double *coverage, GError **error)
{
  const char *text = nw_args_get_text(args, "coverage");
  char *end = NULL;

  *coverage = text != NULL ? g_ascii_strtod(text, &end) : 0.9;
  if (text == NULL || (end != text && *end == '\0' && *coverage > 0 && *coverage < 1))
    return TRUE;
  g_set_error(error, NW_USAGE, 0, _("--coverage %s: give a share between 0 and 1, such as 0.9"),
              text);
  return FALSE;
}

static NwExit
run(const NwArgs *args, GError **error)
{
  const char *only = nw_args_get_text(args, "output");
  g_autoptr(JsonObject) outputs = nw_args_get_flag(args, "json") ? json_object_new() : NULL;
  g_autoptr(NwProject) project = NULL;
  g_autoptr(NwWeights) weights = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwCoverageField) field = NULL;
  gsize n_made = 0;
  double coverage;

  if (!read_coverage(args, &coverage, error))
    return NW_EXIT_USAGE;
  project = nw_cli_load_project(args, error);
  weights = project != NULL ? nw_cli_load_weights(args, project, error) : NULL;
  dataset = weights != NULL ? nw_cli_build_dataset(args, project, error) : NULL;
  field = dataset != NULL ? nw_coverage_field_new(project, weights, dataset, TRUE,
                                                  nw_cli_get_threads(args, project), error)
                          : NULL;
  if (field == NULL)
    return NW_EXIT_INPUT;
  if (only != NULL && nw_coverage_field_find(field, only) == NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("The project has no output “%s”"), only);
    return NW_EXIT_INPUT;
  }
  for (guint i = 0; i < field->n; i++) {
    const NwCoverageOutput *output = &field->outputs[i];
    if (only != NULL ? !g_str_equal(output->output, only) : output->problem != NULL)
      continue;
    if (!make_sets(args, output, coverage, outputs, error))
      return NW_EXIT_INPUT;
    n_made++;
  }
  if (n_made == 0) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("No output of this project has a target to make sets by"));
    return NW_EXIT_INPUT;
  }
  if (outputs != NULL) {
    JsonObject *root = json_object_new();
    json_object_set_double_member(root, "coverage", coverage);
    json_object_set_object_member(root, "outputs", g_steal_pointer(&outputs));
    nw_cli_print_json(root, TRUE);
  }
  return NW_EXIT_DONE;
}

static const NwOption options[] = {
    NW_OPTION_WEIGHTS,
    {"coverage", 0, NW_OPTION_TEXT, "SHARE", N_("How often sets should hold the truth (0.9)")},
    {"method", 'm', NW_OPTION_TEXT, "METHOD",
     N_("How: lac (smallest sets), aps (larger where the network is unsure), residual (values)")},
    {"output", 0, NW_OPTION_TEXT, "NAME", N_("Of this output alone")},
    NW_OPTION_DATA,
    NW_OPTION_SET,
    NW_OPTION_THREADS,
    NW_OPTION_JSON,
    {NULL},
};

const NwCommand nw_command_conformal = {
    .name = "conformal",
    .summary = N_("Sets of answers that hold the truth as often as chosen, tried on test data"),
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .details = N_(
        "Split conformal prediction: thresholds come from validation rows, so that a set holds the "
        "truth with the chosen probability whatever the network is worth, as long as new rows are "
        "like those. Classes get a set, each label of several its own, values an interval."),
    .run = run,
};
