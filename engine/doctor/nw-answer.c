/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-answer.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "nw-metric.h"
#include "nw-remedy.h"

/* ── what the target is ──────────────────────────────────────────────────────────────────────── */

static gboolean
is_between_0_and_1(const NwFieldSurvey *field)
{
  return field->n_numbers > 0 && field->min >= 0 && field->max <= 1;
}

/* Numbers side by side, as columns or along the last axis of an array. */
static NwAnswer
answer_of_many(const NwFieldSurvey *field)
{
  gboolean whole = field->sums > 0 && field->wrong_sums == 0;

  if (!is_between_0_and_1(field))
    return NW_ANSWER_NUMBERS;
  if (field->zero_one)
    return whole ? NW_ANSWER_CLASSES : NW_ANSWER_LABELS;
  return whole ? NW_ANSWER_SHARES : NW_ANSWER_PERCENTAGES;
}

/* One number: two values are yes and no, whatever they are. */
static NwTarget
target_of_number(const NwHeadInfo *head, const NwFieldSurvey *field)
{
  const NwTableColumn *info = field->columns[0].info;
  NwTarget target = {NW_ANSWER_NUMBERS, 1, field->shape.rank > 0, FALSE, NULL};

  if (field->n_numbers == 0)
    return (NwTarget){NW_ANSWER_UNKNOWN};
  if (head->loss->target == NW_TARGET_INDEX && field->whole && field->min >= 0) {
    target.answer = NW_ANSWER_CLASSES;
    target.n = (gint64)field->max + 1;
    target.by_index = TRUE;
  } else if (field->zero_one) {
    target.answer = NW_ANSWER_YES_NO;
  } else if (!info->many_values && info->n_values == 2 && field->shape.rank == 0) {
    target.answer = NW_ANSWER_YES_NO;
    target.rename = field->names[0];
  } else if (is_between_0_and_1(field)) {
    target.answer = NW_ANSWER_PERCENTAGES;
  } else if (field->whole && field->min >= 0) {
    target.answer = NW_ANSWER_COUNTS;
  }
  return target;
}

/* Several columns: all of them numbers, or 0/1. */
static NwTarget
target_of_columns(const NwExam *exam, const NwFieldSurvey *field)
{
  gboolean binary = TRUE;

  for (gsize c = 0; c < field->n_columns; c++) {
    NwColumnKind kind = nw_exam_kind(exam, field, c);
    if (kind == NW_COLUMN_CATEGORY || nw_shape_elements(&field->columns[c].info->shape) != 1)
      return (NwTarget){NW_ANSWER_UNKNOWN};
    binary &= kind == NW_COLUMN_BINARY;
  }
  return (NwTarget){binary && field->is_text ? NW_ANSWER_LABELS : answer_of_many(field),
                    (gint64)field->width, FALSE, FALSE, NULL};
}

NwTarget
nw_target_of(const NwExam *exam, const NwHeadInfo *head)
{
  const NwFieldSurvey *field = head->field;
  NwTarget target = {NW_ANSWER_UNKNOWN};

  if (field == NULL || field->n_columns == 0 || head->binding->last_step)
    return target;
  if (field->n_columns > 1)
    return target_of_columns(exam, field);
  if (nw_exam_kind(exam, field, 0) == NW_COLUMN_CATEGORY) {
    gint64 n = (gint64)nw_column_count_classes(&field->columns[0]);
    /* Of two classes a head with one unit says the second. */
    if (n == 2 && nw_shape_last(&head->type->shape) == 1 && head->loss->target != NW_TARGET_INDEX)
      return (NwTarget){NW_ANSWER_YES_NO, 1, field->shape.rank > 0, FALSE, NULL};
    return (NwTarget){NW_ANSWER_CLASSES, n, field->shape.rank > 0, TRUE, NULL};
  }
  if (field->is_text)
    return (NwTarget){NW_ANSWER_YES_NO, 1, FALSE, FALSE, NULL};
  if (nw_shape_last(&field->shape) == 1 || (field->shape.rank == 1 && head->type->shape.rank == 2))
    return target_of_number(head, field);
  if (head->loss->target == NW_TARGET_INDEX)
    return target;
  return (NwTarget){answer_of_many(field), nw_shape_last(&field->shape), field->shape.rank > 1,
                    FALSE, NULL};
}

char *
nw_target_describe(const NwTarget *target)
{
  switch (target->answer) {
  case NW_ANSWER_YES_NO:
    return g_strdup(_("yes or no"));
  case NW_ANSWER_CLASSES:
    return g_strdup_printf(_("one of %d classes"), (int)target->n);
  case NW_ANSWER_SHARES:
    return g_strdup_printf(_("%d shares that add up to 1"), (int)target->n);
  case NW_ANSWER_LABELS:
    return g_strdup_printf(_("%d labels that do not exclude each other"), (int)target->n);
  case NW_ANSWER_PERCENTAGES:
    return g_strdup(_("numbers from 0 to 1"));
  case NW_ANSWER_COUNTS:
    return g_strdup(_("a count"));
  case NW_ANSWER_NUMBERS:
    return g_strdup(_("any number"));
  case NW_ANSWER_UNKNOWN:
  case NW_N_ANSWERS:
    break;
  }
  return g_strdup(_("not known"));
}

/* ── the head that fits ──────────────────────────────────────────────────────────────────────── */

typedef struct {
  const char *activation, *loss, *loss_by_index, *metrics;
} Proposal;

static const Proposal proposals[NW_N_ANSWERS] = {
    [NW_ANSWER_YES_NO] = {"sigmoid", "binary_crossentropy", NULL, "accuracy, auc"},
    [NW_ANSWER_CLASSES] = {"softmax", "categorical_crossentropy", "sparse_categorical_crossentropy",
                           "accuracy"},
    [NW_ANSWER_SHARES] = {"softmax", "categorical_crossentropy", NULL, "mae"},
    [NW_ANSWER_LABELS] = {"sigmoid", "binary_crossentropy", NULL, "accuracy, auc, mae"},
    [NW_ANSWER_PERCENTAGES] = {"sigmoid", "binary_crossentropy", NULL, "mae"},
    [NW_ANSWER_NUMBERS] = {"linear", "mean_squared_error", NULL, "mae, root_mean_squared_error"},
    [NW_ANSWER_COUNTS] = {"softplus", "poisson", NULL, "mae"},
};

/* Poisson's loss may not be there. */
static const Proposal *
get_proposal(NwAnswer answer)
{
  const Proposal *proposal = &proposals[answer];

  if (proposal->loss != NULL && nw_loss_kind_find(proposal->loss) == NULL)
    return &proposals[NW_ANSWER_NUMBERS];
  return proposal;
}

NwProject *
nw_remedy_activation(NwProject *project, const NwHeadInfo *head, const char *activation)
{
  const NwNode *where = head->squash != NULL ? head->squash : head->maker;

  return nw_remedy_param(project, where, "activation", activation);
}

NwProject *
nw_remedy_head(NwProject *project, const NwHeadInfo *head, const char *activation, const char *loss)
{
  project = nw_remedy_activation(project, head, activation);
  project = nw_remedy_param(project, head->node, "loss", loss);
  return nw_remedy_param(project, head->node, "from_logits", "false");
}

/* Does the layer make numbers for this Output alone? */
static gboolean
serves_alone(const NwExam *exam, const NwHeadInfo *head)
{
  const GPtrArray *readers = head->maker == NULL ? NULL : nw_exam_readers(exam, head->maker);

  return nw_node_is(head->maker, "dense") && !head->sliced && readers != NULL &&
         readers->len == 1 && nw_graph_get_n_calls(exam->graph, head->maker->layer->uid) == 1;
}

const char *
nw_target_get_activation(const NwTarget *target)
{
  return get_proposal(target->answer)->activation;
}

gboolean
nw_head_fits(const NwHeadInfo *head, const NwTarget *target)
{
  const Proposal *proposal = get_proposal(target->answer);
  const char *activation = head->from_logits && g_str_equal(head->activation, "linear")
                               ? proposal->activation
                               : head->activation;

  return nw_shape_last(&head->type->shape) == target->n &&
         g_str_equal(activation, proposal->activation) &&
         head->loss->logits == nw_loss_kind_find(proposal->loss)->logits;
}

/* A layer that is something else than a head: relu and its like stand inside a network. */
static gboolean
is_hidden(const NwHeadInfo *head)
{
  static const char *const of_heads[] = {"linear", "sigmoid", "softmax", "softplus", NULL};

  return !g_strv_contains(of_heads, head->activation);
}

static NwProject *
set(NwProject *project, guint uid, const char *key, const char *text)
{
  const NwNode *node =
      project == NULL ? NULL : nw_graph_find_node(nw_project_get_graph(project), uid);

  return nw_remedy_param(project, node, key, text);
}

#define COLUMN 160 /* from card to card */

/* Where the Output was, which steps aside. */
static NwProject *
with_new_head(NwProject *project, const NwHeadInfo *head, const char *activation, const char *units)
{
  guint uid = 0;

  project = nw_remedy_insert(project, head->node, 0, "dense", &uid);
  if (project != NULL) {
    const NwNode *new_head = nw_graph_find_node(nw_project_get_graph(project), uid);
    project =
        nw_remedy_move(project, uid, head->node->x - new_head->x, head->node->y - new_head->y);
  }
  project = nw_remedy_move(project, head->node->uid, COLUMN, 0);
  project = set(project, uid, "activation", activation);
  return set(project, uid, "units", units);
}

NwProject *
nw_remedy_fit(const NwExam *exam, const NwHeadInfo *head, const NwTarget *target,
              gboolean may_insert)
{
  const Proposal *proposal = get_proposal(target->answer);
  g_autofree char *units = g_strdup_printf("%" G_GINT64_FORMAT, target->n);
  NwProject *project = nw_remedy_begin(exam);

  if (may_insert && (!serves_alone(exam, head) || is_hidden(head))) {
    if (head->type->shape.rank != (target->per_step ? 2 : 1))
      g_clear_pointer(&project, nw_project_unref);
    project = with_new_head(project, head, proposal->activation, units);
  } else if (serves_alone(exam, head)) {
    project = nw_remedy_activation(project, head, proposal->activation);
    project = nw_remedy_param(project, head->maker, "units", units);
  } else {
    g_clear_pointer(&project, nw_project_unref);
  }
  project =
      nw_remedy_param(project, head->node, "loss",
                      target->by_index && proposal->loss_by_index != NULL ? proposal->loss_by_index
                                                                          : proposal->loss);
  project = nw_remedy_param(project, head->node, "from_logits", "false");
  project = nw_remedy_param(project, head->node, "metrics", proposal->metrics);
  if (target->answer != NW_ANSWER_NUMBERS) /* probabilities and counts are what they are */
    project = nw_remedy_scaling(project, head->field, NW_SCALING_NONE);
  if (target->rename != NULL)
    project = nw_remedy_kind(project, head->field->source, target->rename, NW_COLUMN_BINARY);
  return project;
}

/* Are its units what arrives at the Output, and is that all that they are for? */
static gboolean
has_own_units(const NwExam *exam, const NwHeadInfo *head)
{
  const NwInfer *infer =
      head->maker == NULL ? NULL : &nw_inference_get_node(exam->inference, head->maker->uid)->infer;

  return serves_alone(exam, head) && !is_hidden(head) && infer->n_outputs > 0 &&
         nw_shape_equal(&infer->outputs[0].shape, &head->type->shape);
}

NwProject *
nw_remedy_width(NwProject *project, const NwExam *exam, const NwHeadInfo *head, gint64 n)
{
  NwTarget target = nw_target_of(exam, head);
  g_autofree char *units = g_strdup_printf("%" G_GINT64_FORMAT, n);

  if (head->sliced)
    g_clear_pointer(&project, nw_project_unref);
  if (has_own_units(exam, head))
    return nw_remedy_param(project, head->maker, "units", units);
  if (head->from_logits || target.answer == NW_ANSWER_UNKNOWN)
    return with_new_head(project, head, "linear", units);
  return with_new_head(project, head, get_proposal(target.answer)->activation, units);
}

void
nw_finding_offer_width(NwExam *exam, NwFinding *finding, const NwHeadInfo *head, gint64 n)
{
  NwProject *project = nw_remedy_width(nw_remedy_begin(exam), exam, head, n);

  if (has_own_units(exam, head))
    nw_finding_offer(exam, finding, project, _("Give “%s” %d units"), head->maker->layer->name,
                     (int)n);
  else
    nw_finding_offer(exam, finding, project, _("Add a Dense layer with %d units"), (int)n);
}

void
nw_finding_offer_fit(NwExam *exam, NwFinding *finding, const NwHeadInfo *head)
{
  NwTarget target = nw_target_of(exam, head);

  if (target.answer != NW_ANSWER_UNKNOWN && target.n >= 1)
    nw_finding_offer(exam, finding, nw_remedy_fit(exam, head, &target, FALSE),
                     _("Make the head fit the target"));
}
