/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Is the true class among the k most probable? Keras has one name for each kind of target. */
#pragma once

#include "nw-metric-fold.h"

extern const NwParamSpec nw_metric_top_k_params[];
extern const NwMetricFold nw_metric_top_k_fold;
char *
nw_metric_top_k_resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason);

#define NW_METRIC_TOP_K                                                                            \
  .needs = NW_METRIC_NEEDS_CLASSES, .higher_is_better = TRUE, .params = nw_metric_top_k_params,    \
  .resolve = nw_metric_top_k_resolve, .fold = &nw_metric_top_k_fold,                               \
  .result = nw_metric_mean_result
