/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-answers.h"

#include <glib/gi18n-lib.h>

/* fn */
static double
score(const NwMetricUse *use, const NwAnswers *counts)
{
  return counts->fn;
}

const NwMetricKind nw_metric_false_negatives = {
    .id = "false_negatives",
    .title = N_("False negatives"),
    .group = NW_METRIC_OF_ANSWERS,
    .summary = N_("How often something is so and not said to be so, over all labels"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .higher_is_better = FALSE,
    .params = nw_metric_counts_params,
    .family = &(const NwMetricAnswers){N_("false negatives"), score},
    NW_METRIC_ANSWERS,
};
