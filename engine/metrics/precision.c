/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-answers.h"

#include <glib/gi18n-lib.h>

/* tp/(tp + fp) */
static double
score(const NwMetricUse *use, const NwAnswers *counts)
{
  return nw_answers_ratio(counts->tp, counts->tp + counts->fp);
}

const NwMetricKind nw_metric_precision = {
    .id = "precision",
    .title = N_("Precision"),
    .group = NW_METRIC_OF_ANSWERS,
    .summary = N_("Of what is said to be so, how much is so"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .higher_is_better = TRUE,
    .params = nw_metric_answers_params,
    .family = &(const NwMetricAnswers){N_("precision"), score, .averaged = TRUE},
    NW_METRIC_ANSWERS,
};
