/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

static gboolean
resolve(NwHead head, NwTargetKind target, gsize cols, gboolean soft, const char **title_out)
{
  if (!nw_metric_fits(NW_METRIC_NEEDS_PROBABILITIES, head, target, soft, title_out))
    return FALSE;
  if (head == NW_HEAD_SOFTMAX && cols > 2)
    *title_out = _("Brier score, summed over classes");
  else if (head == NW_HEAD_SIGMOID && cols > 1)
    *title_out = _("Brier score, mean over labels");
  else
    *title_out = _("Brier score");
  return TRUE;
}

/* (p − y)²: summed over classes, averaged over labels; two softmax units count as one label */
static double
row_value(const NwMetricBatch *batch, gsize row)
{
  gsize first = nw_metric_first_label(batch);
  double sum = 0;

  for (gsize col = first; col < batch->cols; col++) {
    double error = nw_metric_prediction(batch, row, col) - nw_metric_target(batch, row, col);
    sum += error * error;
  }
  return batch->head == NW_HEAD_SOFTMAX ? sum : sum / batch->cols;
}

static void
update(double *state, const NwMetricBatch *batch)
{
  nw_metric_mean_update(state, batch, row_value);
}

const NwMetricKind nw_metric_brier = {
    .id = "brier",
    .title = N_("Brier score"),
    .summary =
        N_("The mean squared error of the probabilities: judges both calibration and sharpness"),
    .higher_is_better = FALSE,
    .resolve = resolve,
    .n_state = nw_metric_mean_n_state,
    .update = update,
    .result = nw_metric_mean_result,
};
