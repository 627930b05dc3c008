/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

#include "nw-scores.h"

static char *
resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  return g_strdup(use->head == NW_HEAD_SIGMOID && use->cols > 1 ? _("log loss, mean over labels")
                                                                : _("log loss"));
}

static double
clip(double p)
{
  return CLAMP(p, NW_LOG_CLIP, 1 - NW_LOG_CLIP);
}

/* −y·ln p − (1 − y)·ln(1 − p) */
static double
label_loss(double p, double y)
{
  p = clip(p);
  if (y == 0 || y == 1)
    return -log(y == 1 ? p : 1 - p);
  return -y * log(p) - (1 - y) * log(1 - p);
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

static const NwMetricFold labels = {NW_METRIC_COLUMNS_FOLD, .column = label_loss};
static const NwMetricFold classes = {NW_METRIC_MEAN_FOLD, .row = classes_loss};

static const NwMetricFold *
choose_fold(const NwMetricKind *kind, const NwMetricUse *use)
{
  return use->head == NW_HEAD_SOFTMAX ? &classes : &labels;
}

const NwMetricKind nw_metric_log_loss = {
    .id = "log_loss",
    .title = N_("Log loss"),
    .group = NW_METRIC_OF_TRUST,
    .summary =
        N_("How surprised the probabilities are by what happened; the penalty of a confident "
           "mistake is large"),
    .needs = NW_METRIC_NEEDS_PROBABILITIES,
    .params = nw_metric_columns_params,
    .resolve = resolve,
    .choose_fold = choose_fold,
    .list = nw_metric_labels_or_rows_list,
    .result = nw_metric_label_mean_or_rows_result,
};
