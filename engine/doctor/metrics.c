/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What is measured beside the loss. */
#include "nw-answer.h"
#include "nw-metric.h"
#include "nw-remedy.h"

#include <glib/gi18n-lib.h>

static const char *const *
names_of(const NwHeadInfo *head)
{
  return nw_params_get_names(head->params, "metrics");
}

/* As the plan sees it, as far as the target is known. */
static NwMetricUse
use_of(const NwExam *exam, const NwHeadInfo *head, gboolean weighted)
{
  NwAnswer answer = nw_target_of(exam, head).answer;

  return (NwMetricUse){
      .head = nw_head_of(head->loss, head->sliced ? NULL : head->activation, head->from_logits),
      .target = head->loss->target,
      .cols = (gsize)MAX(nw_shape_last(&head->type->shape), 1),
      .soft = answer == NW_ANSWER_PERCENTAGES || answer == NW_ANSWER_SHARES ||
              answer == NW_ANSWER_NUMBERS || answer == NW_ANSWER_COUNTS,
      .params = head->params,
      .weighted = weighted,
  };
}

/* The titles of those that do not fit for @reason; the others' ids are what is left. */
static char *
list_titles(const NwMetricUse *use, const char *const *names, const char *reason)
{
  GString *titles = g_string_new(NULL);

  for (guint i = 0; names[i] != NULL; i++) {
    const NwMetricKind *kind = nw_metric_kind_find(names[i]);
    const char *other = NULL;
    g_free(nw_metric_resolve(kind, use, &other));
    if (g_strcmp0(other, reason) == 0)
      g_string_append_printf(titles, "%s%s", titles->len > 0 ? ", " : "", _(kind->title));
  }
  return g_string_free(titles, FALSE);
}

/* Metrics that were chosen and cannot be measured. The defaults suit most heads in part, which
 * nobody chose; but with targets between 0 and 1 people look for an accuracy. */
static void
leave_out(NwExam *exam, const NwHeadInfo *head, const char *key)
{
  NwMetricUse use = use_of(exam, head, g_str_equal(key, "weighted_metrics"));
  const char *const *names = nw_params_get_names(head->params, key);
  const char *first = NULL;
  g_autoptr(GString) left = g_string_new(NULL);
  g_autofree char *titles = NULL;

  if (nw_params_is_initial(head->params, key) &&
      !(use.soft && use.head != NW_HEAD_VALUES && use.target != NW_TARGET_NONE))
    return;
  for (guint i = 0; names[i] != NULL; i++) {
    const char *reason = NULL;
    g_autofree char *title = nw_metric_resolve(nw_metric_kind_find(names[i]), &use, &reason);
    if (title != NULL)
      g_string_append_printf(left, "%s%s", left->len > 0 ? ", " : "", names[i]);
    else if (first == NULL)
      first = reason;
  }
  if (first == NULL)
    return;
  titles = list_titles(&use, names, first);
  nw_finding_offer(exam,
                   nw_exam_report(exam, head->node->uid,
                                  /* Translators: an output, metrics, the reason */
                                  _("“%s” does not measure %s: %s."), head->node->layer->name,
                                  titles, first),
                   nw_remedy_param(nw_remedy_begin(exam), head->node, key, left->str),
                   _("Leave out what is not measured"));
}

static void
metric_left_out(NwExam *exam, const NwHeadInfo *head)
{
  leave_out(exam, head, "metrics");
  if (nw_params_applies(head->params, "weighted_metrics"))
    leave_out(exam, head, "weighted_metrics");
}

/* Do its metrics say how labels do that are rarely so? */
static gboolean
sees_rare_labels(const NwHeadInfo *head)
{
  static const char *const ids[] = {"auc",       "auc_pr", "roc_auc",    "average_precision",
                                    "precision", "recall", "fbeta_score"};

  for (guint i = 0; i < G_N_ELEMENTS(ids); i++)
    if (g_strv_contains(names_of(head), ids[i]))
      return TRUE;
  return FALSE;
}

/* Always “no” is right as often as labels are 0. */
static void
accuracy_by_label(NwExam *exam, const NwHeadInfo *head)
{
  const NwFieldSurvey *field = head->field;
  gsize ones = 0, all = 0, last;
  g_autofree char *metrics = NULL;
  NwFinding *finding;

  if (g_strcmp0(head->activation, "sigmoid") != 0 || field == NULL || field->is_text ||
      field->width < 2 || !g_strv_contains(names_of(head), "accuracy") || sees_rare_labels(head))
    return;
  last = field->n_columns > 1 ? field->width : (gsize)nw_shape_last(&field->shape);
  for (gsize i = 0; i < last; i++) {
    ones += field->ones[NW_SPLIT_TRAIN][i];
    all += field->known[NW_SPLIT_TRAIN][i];
  }
  if (all == 0 || ones * 10 > all)
    return;
  metrics = nw_params_to_text(head->params, "metrics");
  finding =
      nw_exam_report(exam, head->node->uid,
                     _("The accuracy of “%s” counts %d labels one by one, and %.1f %% of them "
                       "are 0: who always says no is right as often; measure AUC, too."),
                     head->node->layer->name, (int)last, 100 - 100 * (double)ones / (double)all);
  g_autofree char *more = g_strdup_printf("%s, auc", metrics);
  nw_finding_offer(exam, finding,
                   nw_remedy_param(nw_remedy_begin(exam), head->node, "metrics", more),
                   _("Measure AUC, too"));
}

const NwRule nw_rules_metrics[] = {
    {"metric-left-out", NW_SEVERITY_HINT, .output = metric_left_out},
    {"accuracy-by-label", NW_SEVERITY_HINT, .output = accuracy_by_label},
    {NULL},
};
