/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

static char *
resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  if (use->head == NW_HEAD_SOFTMAX && use->cols > 2)
    return g_strdup(_("Brier score, summed over classes"));
  if (use->head == NW_HEAD_SIGMOID && use->cols > 1)
    return g_strdup(_("Brier score, mean over labels"));
  return g_strdup(_("Brier score"));
}

/* Σ (p − y)² over the classes; two softmax units count as one label */
static double
sum_of_squares(const NwMetricBatch *batch, gsize row)
{
  double sum = 0;

  for (gsize col = nw_metric_first_label(batch->head, batch->cols); col < batch->cols; col++) {
    double error = nw_metric_prediction(batch, row, col) - nw_metric_target(batch, row, col);
    sum += error * error;
  }
  return sum;
}

static const NwMetricFold classes = {NW_METRIC_MEAN_FOLD, .row = sum_of_squares};

static const NwMetricFold *
choose_fold(const NwMetricKind *kind, const NwMetricUse *use)
{
  return use->head == NW_HEAD_SOFTMAX ? &classes : &nw_metric_squares;
}

const NwMetricKind nw_metric_brier = {
    .id = "brier",
    .title = N_("Brier score"),
    .group = NW_METRIC_OF_TRUST,
    .summary =
        N_("The mean squared error of the probabilities: judges both calibration and sharpness"),
    .needs = NW_METRIC_NEEDS_PROBABILITIES,
    .params = nw_metric_columns_params,
    .resolve = resolve,
    .choose_fold = choose_fold,
    .list = nw_metric_labels_or_rows_list,
    .result = nw_metric_label_mean_or_rows_result,
};
