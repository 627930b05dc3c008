/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

static gboolean
resolve(NwHead head, NwTargetKind target, gsize cols, gboolean soft, const char **title_out)
{
  if (!nw_metric_fits(NW_METRIC_NEEDS_CLASSES, head, target, soft, title_out))
    return FALSE;
  if (head == NW_HEAD_SOFTMAX)
    *title_out = _("accuracy of the most probable class");
  else
    *title_out = cols == 1 ? _("binary accuracy") : _("binary accuracy, per label");
  return TRUE;
}

/* mean over labels of (p > ½) = y */
static double
labels_right(const NwMetricBatch *batch, gsize row)
{
  gsize right = 0;

  for (gsize col = 0; col < batch->cols; col++)
    right +=
        (nw_metric_prediction(batch, row, col) > 0.5) == (nw_metric_target(batch, row, col) > 0.5);
  return (double)right / batch->cols;
}

/* arg-max p = class; the first maximum wins */
static double
class_right(const NwMetricBatch *batch, gsize row)
{
  gsize top = 0;

  for (gsize col = 1; col < batch->cols; col++)
    if (nw_metric_prediction(batch, row, col) > nw_metric_prediction(batch, row, top))
      top = col;
  return top == nw_metric_class(batch, row);
}

static void
update(double *state, const NwMetricBatch *batch)
{
  nw_metric_mean_update(state, batch, batch->head == NW_HEAD_SOFTMAX ? class_right : labels_right);
}

const NwMetricKind nw_metric_accuracy = {
    .id = "accuracy",
    .title = N_("Accuracy"),
    .summary = N_("How many answers are right: per label at ½, or the most probable class"),
    .higher_is_better = TRUE,
    .resolve = resolve,
    .n_state = nw_metric_mean_n_state,
    .update = update,
    .result = nw_metric_mean_result,
};
