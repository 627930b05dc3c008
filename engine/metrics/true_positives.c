/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-answers.h"

#include <glib/gi18n-lib.h>

/* tp */
static double
score(const NwMetricUse *use, const NwAnswers *counts)
{
  return counts->tp;
}

const NwMetricKind nw_metric_true_positives = {
    .id = "true_positives",
    .title = N_("True positives"),
    .group = NW_METRIC_OF_ANSWERS,
    .summary = N_("How often something is so and said to be so, over all labels"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .higher_is_better = TRUE,
    .params = nw_metric_counts_params,
    .family = &(const NwMetricAnswers){N_("true positives"), score},
    NW_METRIC_ANSWERS,
};
