/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Calibration errors while training: predictions are sorted into the bins of
 * calibrate/nw-reliability batch by batch, and its definitions are applied at the end. */
#pragma once

#include "nw-metric-fold.h"
#include "nw-scores.h"

/* Their family: what is made of the bins of a diagram. */
typedef struct {
  double (*error)(const NwBin *bins, guint n_bins);
} NwMetricBins;

extern const NwParamSpec nw_metric_bins_params[];

/* The bins asked for. */
guint nw_metric_bins_get_n(const NwMetricUse *use, guint otherwise);
/* Is it the diagram of the confidence? */
gboolean nw_metric_bins_takes_confidence(const NwMetricUse *use);
/* The diagram of the confidence (softmax over several classes), else of each label: the number is
 * the mean over labels, as in a report; then each label's if asked for. */
char *nw_metric_bins_resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason);
const NwMetricFold *nw_metric_bins_choose_fold(const NwMetricKind *kind, const NwMetricUse *use);
void nw_metric_bins_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                         char **labels, GArray *values);
void nw_metric_bins_result(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                           double *values);

/* Each label's or class's diagram, whatever the head. */
extern const NwMetricFold nw_metric_label_bins;
void nw_metric_label_bins_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                               char **labels, GArray *values);
void nw_metric_label_bins_result(const NwMetricKind *kind, const NwMetricUse *use,
                                 const double *state, double *values);
/* All labels in one diagram. */
void nw_metric_pooled_bins_result(const NwMetricKind *kind, const NwMetricUse *use,
                                  const double *state, double *values);
