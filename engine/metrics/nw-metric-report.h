/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Metrics that need all predictions at once, sorted: measured of the report of a validation or an
 * evaluation. */
#pragma once

#include "nw-metric-labels.h"
#include "nw-report.h"

/* Their family: one label's number, NaN when it is not known. */
typedef struct {
  double (*label)(const NwMetricUse *use, NwReport *report, guint label);
} NwMetricReport;

/* average, per_label */
extern const NwParamSpec nw_metric_report_params[];

/* The mean over the labels whose number is known, that weighted by positives if asked for, then
 * each label's if asked for. */
void nw_metric_report_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                           char **labels, GArray *values);
void nw_metric_report_result(const NwMetricKind *kind, const NwMetricUse *use, NwReport *report,
                             double *values);

#define NW_METRIC_REPORT .list = nw_metric_report_list, .of_report = nw_metric_report_result
