/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a target asks for, and the heads that answer it: no fault, but said at every Output. */
#include "nw-answer.h"
#include "nw-remedy.h"

#include <glib/gi18n-lib.h>

static const char *const explanations[NW_N_ANSWERS] = {
    [NW_ANSWER_YES_NO] = N_("one unit with sigmoid gives the probability of yes; two units with "
                            "softmax give those of no and of yes, and are as right"),
    [NW_ANSWER_CLASSES] = N_("a unit for each, with softmax, which shares 1 among them"),
    [NW_ANSWER_SHARES] = N_("a unit for each, with softmax, which shares 1 among them"),
    [NW_ANSWER_LABELS] = N_("a unit for each, with sigmoid, which judges it by itself"),
    [NW_ANSWER_PERCENTAGES] =
        N_("sigmoid gives such numbers, and binary cross-entropy takes them as targets, too"),
    [NW_ANSWER_NUMBERS] = N_("a linear unit for each, and a squared error"),
    [NW_ANSWER_COUNTS] =
        N_("softplus gives numbers above 0, and Poisson's loss knows how counts scatter"),
};

/* Of two classes that exclude each other, one unit can speak, or two; FALSE: it is not that. */
static gboolean
get_twin(const NwExam *exam, const NwHeadInfo *head, const NwTarget *target, NwTarget *twin)
{
  gboolean category = nw_exam_kind(exam, head->field, 0) == NW_COLUMN_CATEGORY;

  if (target->per_step || head->field->n_columns != 1 || head->field->shape.rank > 0)
    return FALSE;
  if (target->answer == NW_ANSWER_YES_NO)
    *twin = (NwTarget){NW_ANSWER_CLASSES, 2, FALSE, category, target->rename};
  else
    *twin = (NwTarget){NW_ANSWER_YES_NO, 1, FALSE, FALSE, NULL};
  return target->answer == NW_ANSWER_YES_NO ||
         (target->answer == NW_ANSWER_CLASSES && target->n == 2 && category);
}

static void
offer(NwExam *exam, NwFinding *finding, const NwHeadInfo *head, const NwTarget *target)
{
  if (!nw_head_fits(head, target))
    nw_finding_offer(exam, finding, nw_remedy_fit(exam, head, target, TRUE),
                     ngettext("%d unit, %s", "%d units, %s", (gulong)target->n), (int)target->n,
                     nw_target_get_activation(target));
}

static void
head_for_target(NwExam *exam, const NwHeadInfo *head)
{
  NwTarget target = nw_target_of(exam, head), twin;
  g_autofree char *words = nw_target_describe(&target);
  NwFinding *finding;

  if (target.answer == NW_ANSWER_UNKNOWN || target.n < 1)
    return;
  finding = nw_exam_report(exam, head->node->uid,
                           target.per_step ? _("The target of “%s” is %s, at every step: %s.")
                                           : _("The target of “%s” is %s: %s."),
                           head->node->layer->name, words, _(explanations[target.answer]));
  offer(exam, finding, head, &target);
  if (get_twin(exam, head, &target, &twin))
    offer(exam, finding, head, &twin);
}

const NwRule nw_rules_advice[] = {
    {"head-for-target", NW_SEVERITY_ADVICE, .output = head_for_target},
    {NULL},
};
