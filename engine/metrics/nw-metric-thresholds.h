/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Areas under curves as Keras estimates them, from thresholds t_i = i/(T − 1), the ends moved
 * outwards by 1e-7: a label is a yes at t_i when p > t_i. Counting p in the bucket of the highest
 * threshold below it gives the same counts as T comparisons would. */
#pragma once

#include "nw-metric-fold.h"

/* What is counted, for all labels or for one: Σ w of positives and of negatives per threshold. */
typedef struct {
  gsize n; /* thresholds */
  const double *positives, *negatives;
} NwThresholdCounts;

/* The area under one of the curves; NaN when it is not known. The family of the kinds below. */
typedef struct {
  const char *name;
  double (*area)(const NwThresholdCounts *counts, const char *summation);
} NwMetricArea;

extern const NwParamSpec nw_metric_area_params[];
extern const NwMetricFold nw_metric_area_fold;
char *nw_metric_area_resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason);
/* Averages, then labels. */
void nw_metric_area_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                         char **labels, GArray *values);
void nw_metric_area_result(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                           double *values);

#define NW_METRIC_AREA                                                                             \
  .needs = NW_METRIC_NEEDS_ANSWERS, .higher_is_better = TRUE, .params = nw_metric_area_params,     \
  .resolve = nw_metric_area_resolve, .fold = &nw_metric_area_fold, .list = nw_metric_area_list,    \
  .result = nw_metric_area_result
