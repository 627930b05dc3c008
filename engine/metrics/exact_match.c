/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

/* 1 if every (p > ½) = y, or the most probable class is the true one */
static double
row_value(const NwMetricBatch *batch, gsize row)
{
  if (batch->head == NW_HEAD_SOFTMAX)
    return nw_metric_class_right(batch, row);
  for (gsize col = 0; col < batch->cols; col++)
    if ((nw_metric_prediction(batch, row, col) > 0.5) != (nw_metric_target(batch, row, col) > 0.5))
      return 0;
  return 1;
}

static const NwMetricFold fold = {NW_METRIC_MEAN_FOLD, .row = row_value};

const NwMetricKind nw_metric_exact_match = {
    .id = "exact_match",
    .title = N_("Exact match"),
    .group = NW_METRIC_OF_HITS,
    .summary = N_("How often all labels of a row are right at once"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .higher_is_better = TRUE,
    .fold = &fold,
    .result = nw_metric_mean_result,
};
