/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-bins.h"

#include <glib/gi18n-lib.h>

static char *
resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  if (use->head == NW_HEAD_SOFTMAX)
    return g_strdup(_("classwise ECE"));
  *reason = _("is about classes of a softmax; labels have the ECE");
  return NULL;
}

const NwMetricKind nw_metric_classwise_ece = {
    .id = "classwise_ece",
    .title = N_("Classwise ECE"),
    .group = NW_METRIC_OF_TRUST,
    .summary = N_("The mean over classes of how far the probability of each is from its frequency"),
    .needs = NW_METRIC_NEEDS_PROBABILITIES,
    .params = nw_metric_bins_params,
    .family = &(const NwMetricBins){nw_ece},
    .resolve = resolve,
    .counts_once = TRUE,
    .fold = &nw_metric_label_bins,
    .list = nw_metric_label_bins_list,
    .result = nw_metric_label_bins_result,
};
