/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Ids (words, categories) and the layers that look them up. */
#include "nw-remedy.h"

#include <glib/gi18n-lib.h>

static const char *
name_of(const NwNode *node)
{
  return node->layer->name;
}

/* The Input that a wrong type comes from. (nullable) */
static const NwNode *
find_input(const NwExam *exam, const NwNode *node, guint input)
{
  node = nw_exam_source(exam, node, input);
  while (node != NULL && node->layer->kind->role != NW_ROLE_INPUT)
    node = nw_exam_source(exam, node, 0);
  return node;
}

/* The largest id that the field gives; FALSE while it is not known. */
static gboolean
get_largest(const NwExam *exam, const NwFieldSurvey *field, double *largest)
{
  if (field->n_columns == 1 && nw_exam_kind(exam, field, 0) == NW_COLUMN_CATEGORY) {
    *largest = (double)nw_column_count_classes(&field->columns[0]) - 1;
    return !field->columns[0].info->many_values;
  }
  *largest = field->max;
  return !field->is_text && field->n_numbers > 0;
}

static void
id_out_of_range(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  const NwNode *input = nw_node_is(node, "embedding") ? nw_exam_source(exam, node, 0) : NULL;
  const NwFieldSurvey *field = input == NULL || input->layer->kind->role != NW_ROLE_INPUT
                                   ? NULL
                                   : nw_exam_field(exam, name_of(input));
  double ids = nw_node_number(node, "input_dim"), largest;
  g_autofree char *place = NULL, *more = NULL;
  NwFinding *finding;

  if (field == NULL || infer->inputs[0].dtype != NW_INT32 || !get_largest(exam, field, &largest))
    return;
  if (!field->is_text && field->min < 0) {
    place = nw_place_describe(&field->at_min);
    nw_exam_report(exam, node->uid,
                   _("“%s” looks up ids from 0 to %.0f, but %s has %g; ids begin at 0."),
                   name_of(node), ids - 1, place, field->min);
    return;
  }
  if (largest < ids)
    return;
  more = g_strdup_printf("%.0f", largest + 1);
  if (field->is_text || nw_exam_kind(exam, field, 0) == NW_COLUMN_CATEGORY) {
    finding =
        nw_exam_report(exam, node->uid,
                       _("“%s” looks up ids from 0 to %.0f, but “%s” has %s different values; "
                         "give it %s ids."),
                       name_of(node), ids - 1, field->names[0], more, more);
  } else {
    place = nw_place_describe(&field->at_max);
    finding = nw_exam_report(exam, node->uid,
                             _("“%s” looks up ids from 0 to %.0f, but %s has %g; give it %s ids."),
                             name_of(node), ids - 1, place, field->max, more);
  }
  nw_finding_offer(exam, finding, nw_remedy_param(nw_remedy_begin(exam), node, "input_dim", more),
                   _("Give it %s ids"), more);
}

/* Inference says it; here is what can be done. */
static void
ids_as_numbers(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  NwFinding *finding;

  if (node->layer->kind->role != NW_ROLE_LAYER || infer->n_outputs > 0 ||
      nw_node_is(node, "embedding"))
    return;
  for (guint i = 0; i < infer->n_inputs && i < node->n_inputs; i++) {
    const NwNode *input = find_input(exam, node, i);
    const NwFieldSurvey *field;
    guint uid = 0;
    NwProject *project;
    if (input == NULL || infer->inputs[i].shape.rank < 0 || infer->inputs[i].dtype != NW_INT32)
      continue;
    finding = nw_exam_take_problem(exam, node);
    if (finding == NULL)
      return;
    project = nw_remedy_insert(nw_remedy_begin(exam), node, i, "embedding", &uid);
    field = nw_exam_field(exam, name_of(input));
    if (project != NULL && field != NULL && !field->is_text && field->max >= 1) {
      g_autofree char *ids = g_strdup_printf("%.0f", field->max + 1);
      project = nw_remedy_param(project, nw_graph_find_node(nw_project_get_graph(project), uid),
                                "input_dim", ids);
    }
    nw_finding_offer(exam, finding, project, _("Put an Embedding between"));
    nw_finding_offer(exam, finding,
                     nw_remedy_param(nw_remedy_begin(exam), input, "dtype", "float32"),
                     _("“%s” brings numbers"), name_of(input));
    return;
  }
}

static void
numbers_as_ids(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  const NwNode *input = nw_node_is(node, "embedding") ? nw_exam_source(exam, node, 0) : NULL;
  NwFinding *finding;

  if (input == NULL || infer->n_outputs > 0 || infer->inputs[0].shape.rank < 0 ||
      infer->inputs[0].dtype != NW_REAL)
    return;
  finding = nw_exam_take_problem(exam, node);
  if (finding != NULL && nw_node_is(input, "input"))
    nw_finding_offer(exam, finding, nw_remedy_param(nw_remedy_begin(exam), input, "dtype", "int32"),
                     _("“%s” brings ids"), name_of(input));
}

const NwRule nw_rules_ids[] = {
    {"ids-as-numbers", NW_SEVERITY_ERROR, .node = ids_as_numbers},
    {"numbers-as-ids", NW_SEVERITY_ERROR, .node = numbers_as_ids},
    {"id-out-of-range", NW_SEVERITY_ERROR, .node = id_out_of_range},
    {NULL},
};
