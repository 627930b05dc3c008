/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

static char *
resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  if (use->target == NW_TARGET_INDEX) {
    *reason = _("the target is the number of a class: use sparse categorical accuracy");
    return NULL;
  }
  return g_strdup(_("how often the largest is the true class"));
}

static const NwMetricFold fold = {NW_METRIC_MEAN_FOLD, .row = nw_metric_class_right};

const NwMetricKind nw_metric_categorical_accuracy = {
    .id = "categorical_accuracy",
    .title = N_("Categorical accuracy"),
    .group = NW_METRIC_OF_HITS,
    .summary = N_("How often the largest of the numbers is that of the true class, however the "
                  "output is made"),
    .needs = NW_METRIC_NEEDS_CLASSES,
    .higher_is_better = TRUE,
    .resolve = resolve,
    .fold = &fold,
    .result = nw_metric_mean_result,
};
