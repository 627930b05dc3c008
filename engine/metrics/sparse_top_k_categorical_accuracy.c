/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-top-k.h"

#include <glib/gi18n-lib.h>

const NwMetricKind nw_metric_sparse_top_k_categorical_accuracy = {
    .id = "sparse_top_k_categorical_accuracy",
    .title = N_("Sparse top-k accuracy"),
    .group = NW_METRIC_OF_HITS,
    .summary =
        N_("How often the class that the target names by its number is among the k most probable"),
    NW_METRIC_TOP_K,
};
