/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

enum { K = 5 }; /* Keras' default */

static gboolean
resolve(NwHead head, NwTargetKind target, gsize cols, gboolean soft, const char **title_out)
{
  if (!nw_metric_fits(NW_METRIC_NEEDS_CLASSES, head, target, soft, title_out))
    return FALSE;
  if (head != NW_HEAD_SOFTMAX || cols <= K) {
    *title_out = _("needs a softmax over more than five classes");
    return FALSE;
  }
  *title_out = _("true class among the five most probable");
  return TRUE;
}

/* Fewer than K classes are more probable than the true one; ties count as in. */
static double
row_value(const NwMetricBatch *batch, gsize row)
{
  double p = nw_metric_prediction(batch, row, nw_metric_class(batch, row));
  gsize above = 0;

  for (gsize col = 0; col < batch->cols; col++)
    above += nw_metric_prediction(batch, row, col) > p;
  return above < K;
}

static void
update(double *state, const NwMetricBatch *batch)
{
  nw_metric_mean_update(state, batch, row_value);
}

const NwMetricKind nw_metric_top_k_categorical_accuracy = {
    .id = "top_k_categorical_accuracy",
    .title = N_("Top-5 accuracy"),
    .summary = N_("How often the true class is among the five most probable"),
    .higher_is_better = TRUE,
    .resolve = resolve,
    .n_state = nw_metric_mean_n_state,
    .update = update,
    .result = nw_metric_mean_result,
};
