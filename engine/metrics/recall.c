/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

static gboolean
resolve(NwHead head, NwTargetKind target, gsize cols, gboolean soft, const char **title_out)
{
  gboolean one = cols == (head == NW_HEAD_SOFTMAX ? 2 : 1);

  if (!nw_metric_fits(NW_METRIC_NEEDS_CLASSES, head, target, soft, title_out))
    return FALSE;
  *title_out = one ? _("recall at ½") : _("recall at ½, all labels pooled");
  return TRUE;
}

/* tp/(tp + fn); 0/0 is 0 */
static double
result(const double *state, gsize cols)
{
  double all = state[NW_METRIC_TP] + state[NW_METRIC_FN];
  return all > 0 ? state[NW_METRIC_TP] / all : 0;
}

const NwMetricKind nw_metric_recall = {
    .id = "recall",
    .title = N_("Recall"),
    .summary = N_("Of what is so, how much is said to be so"),
    .higher_is_better = TRUE,
    .resolve = resolve,
    .n_state = nw_metric_answers_n_state,
    .update = nw_metric_answers_update,
    .result = result,
};
