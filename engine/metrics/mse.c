/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

static gboolean
resolve(NwHead head, NwTargetKind target, gsize cols, gboolean soft, const char **title_out)
{
  if (!nw_metric_fits(NW_METRIC_NEEDS_TARGET, head, target, soft, title_out))
    return FALSE;
  *title_out = _("mean squared error");
  return TRUE;
}

/* mean over the row of (p − y)² */
static double
row_value(const NwMetricBatch *batch, gsize row)
{
  double sum = 0;

  for (gsize col = 0; col < batch->cols; col++) {
    double error = nw_metric_prediction(batch, row, col) - nw_metric_target(batch, row, col);
    sum += error * error;
  }
  return sum / batch->cols;
}

static void
update(double *state, const NwMetricBatch *batch)
{
  nw_metric_mean_update(state, batch, row_value);
}

const NwMetricKind nw_metric_mse = {
    .id = "mse",
    .title = N_("Mean squared error"),
    .summary = N_("The average of the squared errors; large errors weigh most"),
    .higher_is_better = FALSE,
    .resolve = resolve,
    .n_state = nw_metric_mean_n_state,
    .update = update,
    .result = nw_metric_mean_result,
};
