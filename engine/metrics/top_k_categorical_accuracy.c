/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-top-k.h"

#include <glib/gi18n-lib.h>

const NwMetricKind nw_metric_top_k_categorical_accuracy = {
    .id = "top_k_categorical_accuracy",
    .title = N_("Top-k accuracy"),
    .group = NW_METRIC_OF_HITS,
    .summary = N_("How often the true class is among the k most probable"),
    NW_METRIC_TOP_K,
};
