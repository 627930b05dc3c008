/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-thresholds.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Σ (x_i − x_{i+1})·h with x = fp/negatives, y = tp/positives and h the mean, the smaller or the
 * larger of y_i and y_{i+1}; NaN of one class */
static double
area(const NwThresholdCounts *counts, const char *summation)
{
  double part = strcmp(summation, "minoring") == 0   ? 0
                : strcmp(summation, "majoring") == 0 ? 1
                                                     : 0.5;
  double tp = 0, fp = 0, sum = 0;

  for (gsize i = counts->n; i-- > 0;) {
    sum += counts->negatives[i] * (tp + part * counts->positives[i]);
    tp += counts->positives[i];
    fp += counts->negatives[i];
  }
  return tp > 0 && fp > 0 ? sum / (tp * fp) : NAN;
}

const NwMetricKind nw_metric_auc = {
    .id = "auc",
    .title = N_("AUC"),
    .group = NW_METRIC_OF_RANKING,
    .summary = N_("How often a positive is ranked above a negative, from thresholds as in Keras"),
    .family = &(const NwMetricArea){N_("AUC"), area},
    NW_METRIC_AREA,
};
