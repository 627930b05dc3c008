/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

const NwMetricKind nw_metric_mse = {
    .id = "mse",
    .title = N_("Mean squared error"),
    .group = NW_METRIC_OF_DISTANCE,
    .summary = N_("The average of the squared errors; large errors weigh most"),
    .higher_is_better = FALSE,
    .params = nw_metric_columns_params,
    .fold = &nw_metric_squares,
    .list = nw_metric_columns_list,
    .result = nw_metric_columns_result,
};
