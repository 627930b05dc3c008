/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-report.h"

#include <glib/gi18n-lib.h>

static double
of_label(const NwMetricUse *use, NwReport *report, guint label)
{
  return nw_report_get_auc(report, label);
}

const NwMetricKind nw_metric_roc_auc = {
    .id = "roc_auc",
    .title = N_("ROC AUC, exact"),
    .group = NW_METRIC_OF_RANKING,
    .summary =
        N_("How often a positive is ranked above a negative, exactly; measured at each validation"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .higher_is_better = TRUE,
    .params = nw_metric_report_params,
    .family = &(const NwMetricReport){of_label},
    NW_METRIC_REPORT,
};
