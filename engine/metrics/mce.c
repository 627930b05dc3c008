/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-bins.h"

#include <glib/gi18n-lib.h>

const NwMetricKind nw_metric_mce = {
    .id = "mce",
    .title = N_("MCE"),
    .group = NW_METRIC_OF_TRUST,
    .summary = N_("How far probabilities are from frequencies in the worst bin"),
    .needs = NW_METRIC_NEEDS_PROBABILITIES,
    .params = nw_metric_bins_params,
    .family = &(const NwMetricBins){nw_mce},
    .resolve = nw_metric_bins_resolve,
    .counts_once = TRUE,
    .choose_fold = nw_metric_bins_choose_fold,
    .list = nw_metric_bins_list,
    .result = nw_metric_bins_result,
};
