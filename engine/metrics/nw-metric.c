/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>
#include <string.h>

const NwMetricKind *
nw_metric_kind_find(const char *id)
{
  g_return_val_if_fail(id != NULL, NULL);

  for (gsize i = 0; nw_metric_kinds[i] != NULL; i++)
    if (strcmp(nw_metric_kinds[i]->id, id) == 0)
      return nw_metric_kinds[i];
  return NULL;
}

const NwChoice *
nw_metric_choices(void)
{
  static NwChoice *choices = NULL;

  if (g_once_init_enter(&choices)) {
    g_autoptr(GArray) made = g_array_new(TRUE, TRUE, sizeof(NwChoice));
    for (gsize i = 0; nw_metric_kinds[i] != NULL; i++)
      g_array_append_vals(made, &(NwChoice){nw_metric_kinds[i]->id, nw_metric_kinds[i]->title}, 1);
    g_once_init_leave(&choices, (NwChoice *)g_array_free(g_steal_pointer(&made), FALSE));
  }
  return choices;
}

gsize
nw_metric_class(const NwMetricBatch *batch, gsize row)
{
  gsize found = 0;

  if (batch->index != NULL)
    return (gsize)batch->index[row];
  for (gsize col = 1; col < batch->cols; col++)
    if (nw_metric_target(batch, row, col) > nw_metric_target(batch, row, found))
      found = col;
  return found;
}

gsize
nw_metric_mean_n_state(gsize cols)
{
  return 2;
}

void
nw_metric_mean_update(double *state, const NwMetricBatch *batch,
                      double (*value)(const NwMetricBatch *batch, gsize row))
{
  for (gsize row = 0; row < batch->rows; row++) {
    double weight = nw_metric_weight(batch, row);
    if (weight == 0)
      continue;
    state[0] += weight * value(batch, row);
    state[1] += weight;
  }
}

double
nw_metric_mean_result(const double *state, gsize cols)
{
  return state[1] > 0 ? state[0] / state[1] : NAN;
}

gsize
nw_metric_answers_n_state(gsize cols)
{
  return NW_METRIC_N_ANSWERS;
}

void
nw_metric_answers_update(double *state, const NwMetricBatch *batch)
{
  for (gsize row = 0; row < batch->rows; row++) {
    double weight = nw_metric_weight(batch, row);
    for (gsize col = nw_metric_first_label(batch); col < batch->cols && weight != 0; col++) {
      gboolean yes = nw_metric_prediction(batch, row, col) > 0.5;
      gboolean positive = nw_metric_target(batch, row, col) > 0.5;
      state[NW_METRIC_TP] += yes && positive ? weight : 0;
      state[NW_METRIC_FP] += yes && !positive ? weight : 0;
      state[NW_METRIC_FN] += !yes && positive ? weight : 0;
    }
  }
}

gboolean
nw_metric_fits(NwMetricNeeds needs, NwHead head, NwTargetKind target, gboolean soft,
               const char **title_out)
{
  const char *reason = NULL;

  if (target == NW_TARGET_NONE)
    reason = _("this output has no target to compare with");
  else if (needs >= NW_METRIC_NEEDS_PROBABILITIES && head == NW_HEAD_VALUES)
    reason = _("needs probabilities: give the output a sigmoid or softmax activation");
  else if (needs >= NW_METRIC_NEEDS_CLASSES && soft)
    reason = _("the targets are percentages, not yes or no");
  if (reason != NULL)
    *title_out = reason;
  return reason == NULL;
}
