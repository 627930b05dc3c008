/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-answers.h"

#include <glib/gi18n-lib.h>

/* tn */
static double
score(const NwMetricUse *use, const NwAnswers *counts)
{
  return counts->tn;
}

const NwMetricKind nw_metric_true_negatives = {
    .id = "true_negatives",
    .title = N_("True negatives"),
    .group = NW_METRIC_OF_ANSWERS,
    .summary = N_("How often something is not so and not said to be so, over all labels"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .higher_is_better = TRUE,
    .params = nw_metric_counts_params,
    .family = &(const NwMetricAnswers){N_("true negatives"), score},
    NW_METRIC_ANSWERS,
};
