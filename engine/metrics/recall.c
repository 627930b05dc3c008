/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-answers.h"

#include <glib/gi18n-lib.h>

/* tp/(tp + fn) */
static double
score(const NwMetricUse *use, const NwAnswers *counts)
{
  return nw_answers_ratio(counts->tp, counts->tp + counts->fn);
}

const NwMetricKind nw_metric_recall = {
    .id = "recall",
    .title = N_("Recall"),
    .group = NW_METRIC_OF_ANSWERS,
    .summary = N_("Of what is so, how much is said to be so"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .higher_is_better = TRUE,
    .params = nw_metric_answers_params,
    .family = &(const NwMetricAnswers){N_("recall"), score, .averaged = TRUE},
    NW_METRIC_ANSWERS,
};
