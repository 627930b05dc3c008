/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-answers.h"

#include <glib/gi18n-lib.h>

/* (tp + tn)/all */
static double
score(const NwMetricUse *use, const NwAnswers *counts)
{
  return nw_answers_all(counts) > 0 ? (counts->tp + counts->tn) / nw_answers_all(counts) : NAN;
}

const NwMetricKind nw_metric_binary_accuracy = {
    .id = "binary_accuracy",
    .title = N_("Binary accuracy"),
    .group = NW_METRIC_OF_HITS,
    .summary = N_("How many labels are right, each judged by itself, however the output is made"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .higher_is_better = TRUE,
    .params = nw_metric_counts_params,
    .family = &(const NwMetricAnswers){N_("binary accuracy"), score},
    NW_METRIC_ANSWERS,
};
