/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include "nw-scores.h"

#include <glib/gi18n-lib.h>

static gboolean
resolve(NwHead head, NwTargetKind target, gsize cols, gboolean soft, const char **title_out)
{
  if (!nw_metric_fits(NW_METRIC_NEEDS_PROBABILITIES, head, target, soft, title_out))
    return FALSE;
  *title_out =
      head == NW_HEAD_SIGMOID && cols > 1 ? _("log loss, mean over labels") : _("log loss");
  return TRUE;
}

static double
clip(double p)
{
  return CLAMP(p, NW_LOG_CLIP, 1 - NW_LOG_CLIP);
}

/* −mean over labels of y·ln p + (1 − y)·ln(1 − p) */
static double
labels_loss(const NwMetricBatch *batch, gsize row)
{
  double sum = 0;

  for (gsize col = 0; col < batch->cols; col++) {
    double p = clip(nw_metric_prediction(batch, row, col)), y = nw_metric_target(batch, row, col);
    sum += y * log(p) + (1 - y) * log(1 - p);
  }
  return -sum / batch->cols;
}

/* −Σ y·ln p over the classes */
static double
classes_loss(const NwMetricBatch *batch, gsize row)
{
  double sum = 0;

  for (gsize col = 0; col < batch->cols; col++) {
    double y = nw_metric_target(batch, row, col);
    if (y != 0)
      sum += y * log(clip(nw_metric_prediction(batch, row, col)));
  }
  return -sum;
}

static void
update(double *state, const NwMetricBatch *batch)
{
  nw_metric_mean_update(state, batch, batch->head == NW_HEAD_SOFTMAX ? classes_loss : labels_loss);
}

const NwMetricKind nw_metric_log_loss = {
    .id = "log_loss",
    .title = N_("Log loss"),
    .summary =
        N_("How surprised the probabilities are by what happened; the penalty of a confident "
           "mistake is large"),
    .higher_is_better = FALSE,
    .resolve = resolve,
    .n_state = nw_metric_mean_n_state,
    .update = update,
    .result = nw_metric_mean_result,
};
