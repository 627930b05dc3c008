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
  *title_out = one ? _("precision at ½") : _("precision at ½, all labels pooled");
  return TRUE;
}

/* tp/(tp + fp); 0/0 is 0 */
static double
result(const double *state, gsize cols)
{
  double all = state[NW_METRIC_TP] + state[NW_METRIC_FP];
  return all > 0 ? state[NW_METRIC_TP] / all : 0;
}

const NwMetricKind nw_metric_precision = {
    .id = "precision",
    .title = N_("Precision"),
    .summary = N_("Of what is said to be so, how much is so"),
    .higher_is_better = TRUE,
    .resolve = resolve,
    .n_state = nw_metric_answers_n_state,
    .update = nw_metric_answers_update,
    .result = result,
};
