/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

/* Σ p·y / (|p|·|y|), lengths at least 1e-7, as in Keras */
static double
row_value(const NwMetricBatch *batch, gsize row)
{
  double dot = 0, pp = 0, yy = 0;

  for (gsize col = 0; col < batch->cols; col++) {
    double p = nw_metric_prediction(batch, row, col), y = nw_metric_target(batch, row, col);
    dot += p * y;
    pp += p * p;
    yy += y * y;
  }
  return dot / (MAX(sqrt(pp), 1e-7) * MAX(sqrt(yy), 1e-7));
}

static const NwMetricFold fold = {NW_METRIC_MEAN_FOLD, .row = row_value};

const NwMetricKind nw_metric_cosine_similarity = {
    .id = "cosine_similarity",
    .title = N_("Cosine similarity"),
    .group = NW_METRIC_OF_DISTANCE,
    .summary =
        N_("How well predictions point where the targets do: 1 the same way, −1 the opposite way"),
    .needs = NW_METRIC_NEEDS_TARGET,
    .higher_is_better = TRUE,
    .fold = &fold,
    .result = nw_metric_mean_result,
};
