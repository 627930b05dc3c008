/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-sets.h"

#include <glib/gi18n.h>
#include <math.h>
#include <stdio.h>

struct _NwCliSets {
  const NwCoverageOutput *output;
  NwConformal *conformal;
  double coverage;
  gboolean halves; /* made from one half of a file, tried on the other */
};

static char *
dup_question(const NwCliSets *sets, gsize question)
{
  if (sets->output->known.head == NW_HEAD_SOFTMAX || sets->output->known.cols == 1)
    return NULL;
  return sets->output->names != NULL ? g_strdup(sets->output->names[question])
                                     : g_strdup_printf("%zu", question);
}

static JsonNode *
question_to_json(const NwCliSets *sets, gsize question)
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

JsonObject *
nw_cli_sets_to_json(const NwCliSets *sets)
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
print_question(const NwCliSets *sets, gsize question)
{
  NwCoverage judged =
      nw_conformal_judge(sets->conformal, question, sets->coverage, &sets->output->judge, NULL);
  g_autofree char *name = dup_question(sets, question);
  double threshold = nw_conformal_get_threshold(sets->conformal, question, sets->coverage);

  printf("  %s%s", name != NULL ? name : "", name != NULL ? ": " : "");
  if (judged.rows == 0)
    printf(sets->halves ? _("there are no other rows to try them on")
                        : _("there are no test rows to try them on"));
  else
    printf(sets->halves
               ? _("they hold the truth in %.1f %% of the %zu other rows (95 %%: %.1f to %.1f)")
               : _("they hold the truth in %.1f %% of %zu test rows (95 %%: %.1f to %.1f)"),
           100 * judged.coverage, judged.rows, 100 * judged.low, 100 * judged.high);
  if (sets->output->known.head == NW_HEAD_VALUES)
    printf(_(", give or take %.4g of what is predicted, as the network sees it\n"), threshold);
  else if (judged.rows > 0)
    printf(_(", with %.2f answers on average\n"), judged.size);
  else
    printf("\n");
}

void
nw_cli_sets_print(const NwCliSets *sets)
{
  enum { MOST = 40 };
  gsize n = nw_conformal_get_n_questions(sets->conformal);

  printf(sets->halves
             ? _("%s: %s that should hold the truth in %.4g %%, made from %zu of the rows\n")
             : _("%s: %s that should hold the truth in %.4g %%, made from %zu validation rows\n"),
         sets->output->output, _(nw_conformal_get_kind(sets->conformal)->title),
         100 * sets->coverage, nw_conformal_get_count(sets->conformal, 0));
  for (gsize i = 0; i < MIN(n, MOST); i++)
    print_question(sets, i);
  if (n > MOST)
    printf(_("  … (all with --json)\n"));
}

NwCliSets *
nw_cli_sets_new(const NwArgs *args, const NwCoverageOutput *output, double coverage,
                gboolean halves, GError **error)
{
  NwConformal *conformal = nw_coverage_output_fit(output, nw_args_get_text(args, "method"), error);
  g_autoptr(NwCliSets) sets = NULL;

  if (conformal == NULL)
    return NULL;
  sets = g_new0(NwCliSets, 1);
  *sets = (NwCliSets){output, conformal, coverage, halves};
  for (gsize i = 0; i < nw_conformal_get_n_questions(conformal); i++) {
    g_autofree char *name = dup_question(sets, i);
    if (!nw_conformal_check(conformal, i, coverage, error)) {
      g_prefix_error(error, name != NULL ? "%s, %s: " : "%s: ", output->output, name);
      return NULL;
    }
  }
  return g_steal_pointer(&sets);
}

void
nw_cli_sets_free(NwCliSets *sets)
{
  if (sets == NULL)
    return;
  nw_conformal_free(sets->conformal);
  g_free(sets);
}

gboolean
nw_cli_read_coverage(const NwArgs *args, double *coverage, GError **error)
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
