/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

/* (p > ½) ≠ y */
static double
wrong(double p, double y)
{
  return (p > 0.5) != (y > 0.5);
}

static double
class_wrong(const NwMetricBatch *batch, gsize row)
{
  return 1 - nw_metric_class_right(batch, row);
}

static const NwMetricFold labels = {NW_METRIC_COLUMNS_FOLD, .column = wrong};
static const NwMetricFold classes = {NW_METRIC_MEAN_FOLD, .row = class_wrong};

static const NwMetricFold *
choose_fold(const NwMetricKind *kind, const NwMetricUse *use)
{
  return use->head == NW_HEAD_SOFTMAX ? &classes : &labels;
}

const NwMetricKind nw_metric_hamming_loss = {
    .id = "hamming_loss",
    .title = N_("Hamming loss"),
    .group = NW_METRIC_OF_HITS,
    .summary = N_("How many answers are wrong: labels at ½, or the most probable class"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .params = nw_metric_columns_params,
    .choose_fold = choose_fold,
    NW_METRIC_LABELS_OR_ROWS,
};
