/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-answers.h"

#include <glib/gi18n-lib.h>

/* fp */
static double
score(const NwMetricUse *use, const NwAnswers *counts)
{
  return counts->fp;
}

const NwMetricKind nw_metric_false_positives = {
    .id = "false_positives",
    .title = N_("False positives"),
    .group = NW_METRIC_OF_ANSWERS,
    .summary = N_("How often something is said to be so and is not, over all labels"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .higher_is_better = FALSE,
    .params = nw_metric_counts_params,
    .family = &(const NwMetricAnswers){N_("false positives"), score},
    NW_METRIC_ANSWERS,
};
