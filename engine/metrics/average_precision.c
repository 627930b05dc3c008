/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-report.h"

#include <glib/gi18n-lib.h>

static double
of_label(const NwMetricUse *use, NwReport *report, guint label)
{
  return nw_report_get_average_precision(report, label);
}

const NwMetricKind nw_metric_average_precision = {
    .id = "average_precision",
    .title = N_("Average precision"),
    .group = NW_METRIC_OF_RANKING,
    .summary = N_("The mean precision over all thresholds, weighted by the recall gained; measured "
                  "at each validation"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .higher_is_better = TRUE,
    .params = nw_metric_report_params,
    .family = &(const NwMetricReport){of_label},
    NW_METRIC_REPORT,
};
