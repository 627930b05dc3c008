/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-bins.h"

#include <glib/gi18n-lib.h>

static char *
resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  if (use->head == NW_HEAD_SIGMOID)
    return g_strdup(_("ECE, all labels pooled"));
  *reason = _("is about independent labels; classes have the ECE and the classwise ECE");
  return NULL;
}

const NwMetricKind nw_metric_pooled_ece = {
    .id = "pooled_ece",
    .title = N_("Pooled ECE"),
    .group = NW_METRIC_OF_TRUST,
    .summary =
        N_("The calibration error of all labels in one diagram, where faults can cancel out"),
    .needs = NW_METRIC_NEEDS_PROBABILITIES,
    .params = nw_metric_bins_params,
    .family = &(const NwMetricBins){nw_ece},
    .resolve = resolve,
    .counts_once = TRUE,
    .fold = &nw_metric_label_bins,
    .result = nw_metric_pooled_bins_result,
};
