/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

/* p = y */
static double
value(double p, double y)
{
  return p == y;
}

static const NwMetricFold fold = {NW_METRIC_COLUMNS_FOLD, .column = value};

const NwMetricKind nw_metric_equality = {
    .id = "equality",
    .title = N_("Equality"),
    .group = NW_METRIC_OF_HITS,
    .summary = N_("How often the prediction is exactly the target, number by number"),
    .higher_is_better = TRUE,
    .params = nw_metric_columns_params,
    .fold = &fold,
    .list = nw_metric_columns_list,
    .result = nw_metric_columns_result,
};
