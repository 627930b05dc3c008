/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

static char *
resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  if (use->head == NW_HEAD_SOFTMAX)
    return g_strdup(_("accuracy of the most probable class"));
  return g_strdup(use->cols == 1 ? _("binary accuracy") : _("binary accuracy, per label"));
}

/* (p > ½) = y */
static double
right(double p, double y)
{
  return (p > 0.5) == (y > 0.5);
}

static const NwMetricFold labels = {NW_METRIC_COLUMNS_FOLD, .column = right};
static const NwMetricFold classes = {NW_METRIC_MEAN_FOLD, .row = nw_metric_class_right};

static const NwMetricFold *
choose_fold(const NwMetricKind *kind, const NwMetricUse *use)
{
  return use->head == NW_HEAD_SOFTMAX ? &classes : &labels;
}

const NwMetricKind nw_metric_accuracy = {
    .id = "accuracy",
    .title = N_("Accuracy"),
    .group = NW_METRIC_OF_HITS,
    .summary = N_("How many answers are right: per label at ½, or the most probable class"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .higher_is_better = TRUE,
    .params = nw_metric_columns_params,
    .resolve = resolve,
    .choose_fold = choose_fold,
    NW_METRIC_LABELS_OR_ROWS,
};
