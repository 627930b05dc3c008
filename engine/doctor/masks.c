/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Steps that do not count, and layers that forget it. */
#include "nw-remedy.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static const char *
name_of(const NwNode *node)
{
  return node->layer->name;
}

/* ── masks that end ──────────────────────────────────────────────────────────────────────────── */

/* Several inputs become one. */
static gboolean
is_merge(const NwNode *node)
{
  return node->layer->kind->category == NW_CATEGORY_MERGE && node->n_inputs > 1;
}

static gboolean
some_masks(const NwInfer *infer, gboolean *all)
{
  gboolean some = FALSE;

  *all = TRUE;
  for (gsize i = 0; i < infer->n_inputs; i++) {
    some |= infer->masks[i];
    *all &= infer->masks[i];
  }
  return some;
}

static gboolean
gives_mask(const NwExam *exam, const NwNode *node)
{
  return nw_inference_get_node(exam->inference, node->uid)->has_mask[0];
}

/* Are there still steps where the mask was? */
static gboolean
keeps_steps(const NwInfer *infer)
{
  return infer->n_inputs > 0 && infer->n_outputs > 0 && infer->inputs[0].shape.rank > 1 &&
         infer->outputs[0].shape.rank > 1 &&
         infer->inputs[0].shape.dim[0] == infer->outputs[0].shape.dim[0];
}

/* The Embedding that could mask this branch. (nullable) */
static const NwNode *
find_embedding(const NwExam *exam, const NwNode *node)
{
  while (node != NULL && !nw_node_is(node, "embedding"))
    node = is_merge(node) ? NULL : nw_exam_source(exam, node, 0);
  return node;
}

static void
merge_drops_mask(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  NwProject *project = nw_remedy_begin(exam);
  g_autoptr(GString) names = g_string_new(NULL);
  gboolean all;
  NwFinding *finding;

  if (!is_merge(node) || !some_masks(infer, &all) || all || infer->n_outputs == 0 ||
      gives_mask(exam, node)) {
    nw_project_unref(project);
    return;
  }
  for (guint i = 0; i < infer->n_inputs && i < node->n_inputs; i++) {
    const NwNode *source = nw_exam_source(exam, node, i);
    if (source == NULL || infer->masks[i])
      continue;
    g_string_append_printf(names, names->len > 0 ? ", “%s”" : "“%s”", name_of(source));
    project = nw_remedy_param(project, find_embedding(exam, source), "mask_zero", "true");
  }
  finding = nw_exam_report(exam, node->uid,
                           _("The mask ends at “%s”, because %s has none: from here on padding "
                             "counts like any other step. Turn on a mask there, too."),
                           name_of(node), names->str);
  nw_finding_offer(exam, finding, project, _("Turn on the mask there, too"));
}

static void
mask_lost(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  gboolean all;

  if (is_merge(node) || node->layer->kind->role != NW_ROLE_LAYER || !some_masks(infer, &all) ||
      infer->n_outputs == 0 || gives_mask(exam, node) || !keeps_steps(infer) ||
      nw_exam_readers(exam, node) == NULL)
    return;
  nw_exam_report(
      exam, node->uid,
      _("The mask ends at “%s” (%s): from here on padding counts like any other step, in "
        "the loss and in every metric."),
      name_of(node), _(node->layer->kind->title));
}

/* Step by step, without a mask, from ids most rows of which end alike. */
static void
padding_counts(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  const NwNode *input = nw_exam_source(exam, node, 0);
  const NwFieldSurvey *field =
      input == NULL || !nw_node_is(node, "embedding") ? NULL : nw_exam_field(exam, name_of(input));
  g_autofree char *id = NULL;
  NwFinding *finding;

  if (field == NULL || !field->has_padding || infer->n_outputs == 0 ||
      nw_node_number(node, "mask_zero") != 0 || infer->inputs[0].shape.rank != 1)
    return;
  id = g_strdup_printf("%.0f", field->ends_with);
  finding = nw_exam_report(exam, node->uid,
                           _("Most rows of “%s” are filled up with %s, but “%s” masks nothing, so "
                             "padding counts like a word, in the loss and in accuracy; mask it."),
                           name_of(input), id, name_of(node));
  nw_finding_offer(
      exam, finding,
      nw_remedy_param(nw_remedy_param(nw_remedy_begin(exam), node, "mask_zero", "true"), node,
                      "mask_id", id),
      _("Mask %s"), id);
}

/* ── what is masked ──────────────────────────────────────────────────────────────────────────── */

/* What the survey knows of the number that the node masks. (nullable) */
static const NwPadding *
find_padding(const NwExam *exam, const NwNode *node)
{
  const NwNode *input = nw_exam_source(exam, node, 0);
  const NwFieldSurvey *field = NULL;
  double value;

  if (nw_node_is(node, "masking"))
    value = nw_node_number(node, "mask_value");
  else if (nw_node_is(node, "embedding") && nw_node_number(node, "mask_zero") != 0)
    value = nw_node_number(node, "mask_id");
  else
    return NULL;
  if (input != NULL && input->layer->kind->role == NW_ROLE_INPUT)
    field = nw_exam_field(exam, name_of(input));
  for (gsize i = 0; field != NULL && i < field->n_paddings; i++)
    if (field->paddings[i].value == value)
      return &field->paddings[i];
  return NULL;
}

static NwProject *
without_mask(const NwExam *exam, const NwNode *node)
{
  return nw_node_is(node, "masking")
             ? nw_remedy_remove(nw_remedy_begin(exam), node)
             : nw_remedy_param(nw_remedy_begin(exam), node, "mask_zero", "false");
}

static void
mask_in_data(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  const NwPadding *padding = find_padding(exam, node);
  g_autofree char *place = NULL;
  NwFinding *finding;

  if (padding == NULL || padding->odd_rows == 0)
    return;
  place = nw_place_describe(&padding->first_odd);
  finding =
      nw_exam_report(exam, node->uid,
                     _("“%s” masks %g, but in %d rows (the first is %s) it stands between "
                       "other steps, or at both ends: real steps are left out. Fill up with a "
                       "number that does not occur, and mask that."),
                     name_of(node), padding->value, (int)padding->odd_rows, place);
  nw_finding_offer(exam, finding, without_mask(exam, node), _("Mask nothing in “%s”"),
                   name_of(node));
}

static void
row_all_masked(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  const NwPadding *padding = find_padding(exam, node);
  g_autofree char *place = NULL;
  NwFinding *finding;

  if (padding == NULL || padding->empty_rows == 0)
    return;
  place = nw_place_describe(&padding->first_empty);
  finding =
      nw_exam_report(exam, node->uid,
                     _("“%s” masks every step of %d rows (the first is %s), so nothing is left "
                       "of them; leave such rows out of the file."),
                     name_of(node), (int)padding->empty_rows, place);
  nw_finding_offer(exam, finding, without_mask(exam, node), _("Mask nothing in “%s”"),
                   name_of(node));
}

/* Scaling moves the number that is masked; gaps leave it alone. */
static void
mask_scaled(NwExam *exam, const NwNode *node, const NwInfer *infer)
{
  const NwNode *input = nw_exam_source(exam, node, 0);
  const NwFieldSurvey *field = find_padding(exam, node) == NULL || !nw_node_is(node, "masking")
                                   ? NULL
                                   : nw_exam_field(exam, name_of(input));
  NwFinding *finding;

  for (gsize c = 0; field != NULL && c < field->n_columns; c++) {
    NwScaling scaling = nw_exam_scaling(exam, field, c);
    if (scaling == NW_SCALING_NONE || nw_scaling_makes_gaps(scaling))
      continue;
    finding =
        nw_exam_report(exam, node->uid,
                       _("“%s” masks %g, but “%s” is scaled before, so that number arrives as "
                         "another one and nothing is masked; leave the column as it is."),
                       name_of(node), nw_node_number(node, "mask_value"), field->names[c]);
    nw_finding_offer(exam, finding,
                     nw_remedy_scaling(nw_remedy_begin(exam), field, NW_SCALING_NONE),
                     _("Leave “%s” as it is"), field->names[c]);
    return;
  }
}

const NwRule nw_rules_masks[] = {
    {"merge-drops-mask", NW_SEVERITY_WARNING, .node = merge_drops_mask},
    {"mask-lost", NW_SEVERITY_WARNING, .node = mask_lost},
    {"padding-counts", NW_SEVERITY_WARNING, .node = padding_counts},
    {"mask-in-data", NW_SEVERITY_WARNING, .node = mask_in_data},
    {"row-all-masked", NW_SEVERITY_WARNING, .node = row_all_masked},
    {"mask-scaled", NW_SEVERITY_WARNING, .node = mask_scaled},
    {NULL},
};
