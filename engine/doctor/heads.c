/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Between the last layer and its loss: numbers that the loss does not expect. */
#include "nw-answer.h"
#include "nw-remedy.h"

#include <glib/gi18n-lib.h>

static gboolean
is(const char *a, const char *b)
{
  return a != NULL && g_str_equal(a, b);
}

static const char *
name_of(const NwNode *node)
{
  return node->layer->name;
}

static gboolean
wants_distribution(const NwHeadInfo *head)
{
  return head->loss->logits == NW_LOGITS_SOFTMAX;
}

static gboolean
wants_labels(const NwHeadInfo *head)
{
  return is(head->loss->id, "binary_crossentropy");
}

/* A softmax over one number is exp(x) / exp(x). */
static void
softmax_one_unit(NwExam *exam, const NwHeadInfo *head)
{
  NwFinding *finding;

  if (!is(head->activation, "softmax") || nw_shape_last(&head->type->shape) != 1)
    return;
  finding = nw_exam_report(exam, head->node->uid,
                           _("“%s” has one unit with softmax, which always answers 1; use sigmoid "
                             "for yes or no, or one unit for each class."),
                           name_of(head->squash));
  nw_finding_offer_fit(exam, finding, head);
  nw_finding_offer(exam, finding,
                   nw_remedy_head(nw_remedy_begin(exam), head, "sigmoid", "binary_crossentropy"),
                   _("Use sigmoid and binary cross-entropy"));
}

static void
sigmoid_two_units(NwExam *exam, const NwHeadInfo *head)
{
  NwTarget target = nw_target_of(exam, head);
  NwFinding *finding;

  if (!is(head->activation, "sigmoid") || !wants_labels(head) || head->sliced ||
      nw_shape_last(&head->type->shape) < 2 ||
      (target.answer != NW_ANSWER_YES_NO && target.answer != NW_ANSWER_CLASSES))
    return;
  finding = nw_exam_report(exam, head->node->uid,
                           _("“%s” has %d units with sigmoid: independent labels, of which several "
                             "can be true at once; but its target says that exactly one is. Use "
                             "softmax, or one unit for yes or no."),
                           name_of(head->squash), (int)nw_shape_last(&head->type->shape));
  nw_finding_offer_fit(exam, finding, head);
  nw_finding_offer(
      exam, finding,
      nw_remedy_head(nw_remedy_begin(exam), head, "softmax", "categorical_crossentropy"),
      _("Use softmax and categorical cross-entropy"));
}

static void
sigmoid_categorical(NwExam *exam, const NwHeadInfo *head)
{
  NwFinding *finding;

  if (!is(head->activation, "sigmoid") || !wants_distribution(head) || head->from_logits)
    return;
  finding = nw_exam_report(exam, head->node->uid,
                           _("“%s” gives independent probabilities (sigmoid), but the loss of “%s” "
                             "looks only at the class that is true; use softmax for classes that "
                             "exclude each other, binary cross-entropy for labels that do not."),
                           name_of(head->squash), name_of(head->node));
  if (nw_target_of(exam, head).answer == NW_ANSWER_LABELS)
    nw_finding_offer_fit(exam, finding, head);
  if (nw_shape_last(&head->type->shape) > 1)
    nw_finding_offer(exam, finding, nw_remedy_activation(nw_remedy_begin(exam), head, "softmax"),
                     _("Use softmax"));
  if (head->loss->target != NW_TARGET_INDEX || nw_shape_last(&head->type->shape) == 1)
    nw_finding_offer(
        exam, finding,
        nw_remedy_param(nw_remedy_begin(exam), head->node, "loss", "binary_crossentropy"),
        _("Use binary cross-entropy"));
}

static void
softmax_binary(NwExam *exam, const NwHeadInfo *head)
{
  NwFinding *finding;

  if (!is(head->activation, "softmax") || !wants_labels(head) || head->from_logits ||
      head->sliced || nw_shape_last(&head->type->shape) < 2)
    return;
  finding = nw_exam_report(exam, head->node->uid,
                           _("“%s” shares 1 among its classes (softmax), but binary cross-entropy "
                             "judges each for itself; use categorical cross-entropy if exactly one "
                             "is true, sigmoid if several can be."),
                           name_of(head->squash));
  if (nw_target_of(exam, head).answer == NW_ANSWER_LABELS)
    nw_finding_offer(exam, finding, nw_remedy_activation(nw_remedy_begin(exam), head, "sigmoid"),
                     _("Use sigmoid"));
  nw_finding_offer(
      exam, finding,
      nw_remedy_param(nw_remedy_begin(exam), head->node, "loss", "categorical_crossentropy"),
      _("Use categorical cross-entropy"));
  if (nw_target_of(exam, head).answer != NW_ANSWER_LABELS)
    nw_finding_offer(exam, finding, nw_remedy_activation(nw_remedy_begin(exam), head, "sigmoid"),
                     _("Use sigmoid"));
}

/* Activations whose numbers lie between 0 and 1. */
static gboolean
gives_probabilities(const char *activation)
{
  static const char *const ids[] = {"sigmoid",   "softmax",        "hard_sigmoid",
                                    "sparsemax", "sparse_sigmoid", NULL};

  return g_strv_contains(ids, activation);
}

/* What an Expression or a merge gives is not known, so those are left alone. */
static void
scores_as_probabilities(NwExam *exam, const NwHeadInfo *head)
{
  const char *squash = wants_distribution(head) ? "softmax" : "sigmoid";
  gboolean raw = is(head->activation, "linear");
  const NwNode *where = raw ? head->maker : head->squash;
  NwFinding *finding;

  if (head->loss->logits == NW_LOGITS_NONE || head->from_logits ||
      !nw_node_has(where, "activation") || gives_probabilities(head->activation))
    return;
  finding = nw_exam_report(exam, head->node->uid,
                           _("“%s” gives numbers of any size, but the loss of “%s” expects "
                             "probabilities; add %s, or turn on From logits."),
                           name_of(where), name_of(head->node), squash);
  nw_finding_offer(exam, finding, nw_remedy_activation(nw_remedy_begin(exam), head, squash),
                   wants_distribution(head) ? _("Use softmax") : _("Use sigmoid"));
  if (raw)
    nw_finding_offer(exam, finding,
                     nw_remedy_param(nw_remedy_begin(exam), head->node, "from_logits", "true"),
                     _("Turn on From logits"));
}

static void
squashed_by_both(NwExam *exam, const NwHeadInfo *head)
{
  NwFinding *finding;

  if (!head->from_logits || !gives_probabilities(head->activation))
    return;
  finding = nw_exam_report(exam, head->node->uid,
                           _("“%s” gives probabilities (%s), but “%s” is told that raw scores "
                             "arrive and squashes them again; turn off From logits."),
                           name_of(head->squash), head->activation, name_of(head->node));
  nw_finding_offer(exam, finding,
                   nw_remedy_param(nw_remedy_begin(exam), head->node, "from_logits", "false"),
                   _("Turn off From logits"));
  nw_finding_offer(exam, finding, nw_remedy_activation(nw_remedy_begin(exam), head, "linear"),
                   _("Make “%s” linear"), name_of(head->squash));
}

/* A squash straight behind another. */
static void
squashed_twice(NwExam *exam, const NwHeadInfo *head)
{
  const NwNode *node = head->squash == NULL ? NULL : nw_exam_source(exam, head->squash, 0);
  const char *first = nw_node_choice(node, "activation");
  NwFinding *finding;

  if (!nw_node_is(head->squash, "activation") || !gives_probabilities(head->activation) ||
      first == NULL || !gives_probabilities(first))
    return;
  finding = nw_exam_report(exam, head->node->uid,
                           _("“%s” squashes probabilities that “%s” made: nothing can come near 0 "
                             "or 1 any more; make “%s” linear."),
                           name_of(head->squash), name_of(node), name_of(node));
  nw_finding_offer(exam, finding,
                   nw_remedy_param(nw_remedy_begin(exam), node, "activation", "linear"),
                   _("Make “%s” linear"), name_of(node));
  nw_finding_offer(exam, finding, nw_remedy_remove(nw_remedy_begin(exam), head->squash),
                   _("Remove “%s”"), name_of(head->squash));
}

/* Between the last layer that learns and the Output. */
static void
noise_after_head(NwExam *exam, const NwHeadInfo *head)
{
  static const char *const noisy[] = {"dropout", "gaussian_noise", "spatial_dropout1d",
                                      "spatial_dropout2d", NULL};

  for (const NwNode *node = nw_exam_source(exam, head->node, 0);
       node != NULL && node != head->maker; node = nw_exam_source(exam, node, 0)) {
    NwFinding *finding;
    if (!g_strv_contains(noisy, node->layer->kind->id))
      continue;
    finding = nw_exam_report(exam, node->uid,
                             _("“%s” disturbs the answer of “%s” itself; put it before the last "
                               "layer, or leave it out."),
                             name_of(node), name_of(head->node));
    nw_finding_offer(exam, finding, nw_remedy_remove(nw_remedy_begin(exam), node), _("Remove “%s”"),
                     name_of(node));
    return;
  }
}

/* Both are right; but many who write the second expect the first. */
static void
head_misses_target(NwExam *exam, const NwHeadInfo *head)
{
  NwTarget target = nw_target_of(exam, head);
  g_autofree char *words = nw_target_describe(&target);
  NwFinding *finding;

  if (head->loss->logits != NW_LOGITS_NONE || head->loss->target != NW_TARGET_VALUES ||
      !is(head->activation, "linear") ||
      (target.answer != NW_ANSWER_YES_NO && target.answer != NW_ANSWER_CLASSES &&
       target.answer != NW_ANSWER_LABELS))
    return;
  finding = nw_exam_report(exam, head->node->uid,
                           _("The target of “%s” is %s, but its head gives any number; with %s and "
                             "cross-entropy it gives probabilities."),
                           name_of(head->node), words,
                           target.answer == NW_ANSWER_CLASSES ? "softmax" : "sigmoid");
  nw_finding_offer_fit(exam, finding, head);
}

/* 200 outputs of one layer: their losses are added, those of one vector are averaged. */
static void
losses_add_up(NwExam *exam)
{
  g_autoptr(GHashTable) parts = g_hash_table_new(NULL, NULL); /* maker → outputs of weight 1 */

  for (guint i = 0; nw_exam_head(exam, i) != NULL; i++) {
    const NwHeadInfo *head = nw_exam_head(exam, i);
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(parts, head->maker)) + 1;
    if (head->sliced && head->maker != NULL && head->weight == 1)
      g_hash_table_insert(parts, (gpointer)head->maker, GUINT_TO_POINTER(n));
    if (!head->sliced || n != 20)
      continue;
    /* Enough of them to matter: count the rest, and tell once. */
    g_autofree char *weight = NULL;
    NwProject *project = nw_remedy_begin(exam);
    NwFinding *finding;
    n = 0;
    for (guint k = 0; nw_exam_head(exam, k) != NULL; k++)
      n += nw_exam_head(exam, k)->sliced && nw_exam_head(exam, k)->maker == head->maker;
    weight = g_strdup_printf("%.6g", 1.0 / n);
    for (guint k = 0; nw_exam_head(exam, k) != NULL; k++)
      if (nw_exam_head(exam, k)->sliced && nw_exam_head(exam, k)->maker == head->maker)
        project = nw_remedy_param(project, nw_exam_head(exam, k)->node, "weight", weight);
    finding =
        nw_exam_report(exam, head->maker->uid,
                       _("The losses of %u outputs of “%s” are added, while those of one "
                         "vector are averaged: the total is %u times as large, and so are the "
                         "steps of plain SGD; give each the weight %s."),
                       n, name_of(head->maker), n, weight);
    nw_finding_offer(exam, finding, project, _("Give each the weight %s"), weight);
  }
}

const NwRule nw_rules_heads[] = {
    {"softmax-one-unit", NW_SEVERITY_ERROR, .output = softmax_one_unit},
    {"scores-as-probabilities", NW_SEVERITY_ERROR, .output = scores_as_probabilities},
    {"squashed-by-both", NW_SEVERITY_WARNING, .output = squashed_by_both},
    {"squashed-twice", NW_SEVERITY_WARNING, .output = squashed_twice},
    {"sigmoid-categorical", NW_SEVERITY_WARNING, .output = sigmoid_categorical},
    {"softmax-binary", NW_SEVERITY_WARNING, .output = softmax_binary},
    {"sigmoid-two-units", NW_SEVERITY_WARNING, .output = sigmoid_two_units},
    {"noise-after-head", NW_SEVERITY_WARNING, .output = noise_after_head},
    {"head-misses-target", NW_SEVERITY_HINT, .output = head_misses_target},
    {"losses-add-up", NW_SEVERITY_HINT, .project = losses_add_up},
    {NULL},
};
