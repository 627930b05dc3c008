/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

/* |p − y| */
static double
value(double p, double y)
{
  return fabs(p - y);
}

static const NwMetricFold fold = {NW_METRIC_COLUMNS_FOLD, .column = value};

const NwMetricKind nw_metric_mae = {
    .id = "mae",
    .title = N_("Mean absolute error"),
    .group = NW_METRIC_OF_DISTANCE,
    .summary = N_("How far off the predictions are, on average"),
    .higher_is_better = FALSE,
    .params = nw_metric_columns_params,
    .fold = &fold,
    .list = nw_metric_columns_list,
    .result = nw_metric_columns_result,
};
