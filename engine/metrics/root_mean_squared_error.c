/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

/* √ of the means over the whole epoch */
static void
result(const NwMetricKind *kind, const NwMetricUse *use, const double *state, double *values)
{
  gsize n = 1 + nw_metric_n_shown(use, 0);

  nw_metric_columns_result(kind, use, state, values);
  for (gsize i = 0; i < n; i++)
    values[i] = sqrt(values[i]);
}

const NwMetricKind nw_metric_root_mean_squared_error = {
    .id = "root_mean_squared_error",
    .title = N_("Root mean squared error"),
    .group = NW_METRIC_OF_DISTANCE,
    .summary = N_("The square root of the mean squared error, in the target's own unit"),
    .params = nw_metric_columns_params,
    .fold = &nw_metric_squares,
    .list = nw_metric_columns_list,
    .result = result,
};
