/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric.h"

#include <glib/gi18n-lib.h>
#include <string.h>

NwHead
nw_head_of(const NwLossKind *loss, const char *activation, gboolean from_logits)
{
  static const NwHead of_loss[] = {[NW_LOGITS_NONE] = NW_HEAD_VALUES,
                                   [NW_LOGITS_SIGMOID] = NW_HEAD_SIGMOID,
                                   [NW_LOGITS_SOFTMAX] = NW_HEAD_SOFTMAX};

  if (loss->target == NW_TARGET_INDEX && !from_logits)
    return NW_HEAD_SOFTMAX;
  if (!from_logits && g_strcmp0(activation, "sigmoid") == 0)
    return NW_HEAD_SIGMOID;
  if (!from_logits && g_strcmp0(activation, "softmax") == 0)
    return NW_HEAD_SOFTMAX;
  return of_loss[loss->logits];
}

const NwMetricKind *
nw_metric_kind_find(const char *id)
{
  g_return_val_if_fail(id != NULL, NULL);

  for (gsize i = 0; nw_metric_kinds[i] != NULL; i++)
    if (strcmp(nw_metric_kinds[i]->id, id) == 0)
      return nw_metric_kinds[i];
  return NULL;
}

/* (transfer full) */
static NwChoice *
make_choices(gboolean weighted)
{
  static const char *const groups[] = {
      [NW_METRIC_OF_HITS] = N_("Right or wrong"), [NW_METRIC_OF_ANSWERS] = N_("Yes or no"),
      [NW_METRIC_OF_RANKING] = N_("Ranking"),     [NW_METRIC_OF_TRUST] = N_("Probabilities"),
      [NW_METRIC_OF_DISTANCE] = N_("Distance"),
  };
  GArray *made = g_array_new(TRUE, TRUE, sizeof(NwChoice));

  for (gsize i = 0; nw_metric_kinds[i] != NULL; i++) {
    const NwMetricKind *kind = nw_metric_kinds[i];
    NwChoice choice = {kind->id, kind->title, kind->summary, groups[kind->group]};
    if (!weighted || (!kind->counts_once && kind->of_report == NULL))
      g_array_append_val(made, choice);
  }
  return (NwChoice *)g_array_free(made, FALSE);
}

const NwChoice *
nw_metric_choices(void)
{
  static NwChoice *choices = NULL;

  if (g_once_init_enter(&choices))
    g_once_init_leave(&choices, make_choices(FALSE));
  return choices;
}

const NwChoice *
nw_metric_weighted_choices(void)
{
  static NwChoice *choices = NULL;

  if (g_once_init_enter(&choices))
    g_once_init_leave(&choices, make_choices(TRUE));
  return choices;
}

/* NULL: it fits. */
static const char *
find_reason(NwMetricNeeds needs, const NwMetricUse *use)
{
  if (use->target == NW_TARGET_NONE)
    return _("this output has no target to compare with");
  if ((needs == NW_METRIC_NEEDS_LABELS) != (use->target == NW_TARGET_LABELS))
    return needs == NW_METRIC_NEEDS_LABELS
               ? _("is about labels in their order, which the loss CTC compares")
               : _("is about answers; labels in their order have the label error rate");
  if (needs == NW_METRIC_NEEDS_TARGET || needs == NW_METRIC_NEEDS_LABELS)
    return NULL;
  if (needs == NW_METRIC_NEEDS_CLASSES ? use->cols < 2 : use->head == NW_HEAD_VALUES)
    return needs == NW_METRIC_NEEDS_CLASSES
               ? _("needs one column for each of several classes")
               : _("needs probabilities: give the output a sigmoid or softmax activation");
  if (needs >= NW_METRIC_NEEDS_ANSWERS && use->soft)
    return _("the targets are percentages, not yes or no");
  return NULL;
}

char *
nw_metric_resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  g_autofree char *title = NULL;

  *reason = find_reason(kind->needs, use);
  if (*reason != NULL)
    return NULL;
  title = kind->resolve != NULL ? kind->resolve(kind, use, reason) : g_strdup(_(kind->title));
  return title == NULL || !use->weighted ? g_steal_pointer(&title)
                                         : g_strdup_printf(_("%s, weighted"), title);
}

const NwMetricFold *
nw_metric_get_fold(const NwMetricKind *kind, const NwMetricUse *use)
{
  return kind->choose_fold != NULL ? kind->choose_fold(kind, use) : kind->fold;
}

static void
value_clear_cb(gpointer data)
{
  NwMetricValue *value = data;
  g_free(value->suffix);
  g_free(value->title);
}

GArray *
nw_metric_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title, char **labels)
{
  GArray *values = g_array_new(FALSE, FALSE, sizeof(NwMetricValue));

  g_array_set_clear_func(values, value_clear_cb);
  if (kind->list != NULL)
    kind->list(kind, use, title, labels, values);
  else
    g_array_append_vals(values, &(NwMetricValue){g_strdup(""), g_strdup(title)}, 1);
  return values;
}
