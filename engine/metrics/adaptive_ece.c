/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-bins.h"
#include "nw-metric-report.h"

#include <glib/gi18n-lib.h>

static double
adaptive(const double *p, const double *y, gsize n, guint n_bins)
{
  NwBin bins[NW_MAX_BINS];
  guint filled = nw_reliability_equal_mass(p, y, n, n_bins, bins);

  return nw_ece(bins, filled);
}

/* The most probable class's p, and its y. */
static double
of_confidence(NwReport *report, guint n_bins)
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  gsize n = summary->rows;
  g_autofree double *p = g_new(double, n), *y = g_new(double, n);
  g_autofree double *top = g_new(double, n), *right = g_new(double, n);

  for (guint class = 0; class < summary->n_labels; class ++) {
    nw_report_read(report, class, p, y);
    for (gsize i = 0; i < n; i++)
      if (class == 0 || p[i] > top[i]) {
        top[i] = p[i];
        right[i] = y[i];
      }
  }
  return adaptive(top, right, n, n_bins);
}

static double
of_label(NwReport *report, guint label, guint n_bins)
{
  gsize n = nw_report_get_summary(report)->rows;
  g_autofree double *p = g_new(double, n), *y = g_new(double, n);

  n = nw_report_read_known(report, label, p, y);
  return adaptive(p, y, n, n_bins);
}

static void
of_report(const NwMetricKind *kind, const NwMetricUse *use, NwReport *report, double *values)
{
  gsize n_labels = nw_metric_n_labels(use), n_shown = 0;
  g_autofree double *errors = NULL;

  if (nw_metric_bins_takes_confidence(use)) {
    values[0] = of_confidence(report, nw_metric_bins_get_n(use, NW_CONFIDENCE_BINS));
    return;
  }
  n_shown = nw_metric_n_shown(use, use->cols - n_labels);
  errors = g_new(double, n_labels);
  for (guint label = 0; label < n_labels; label++) {
    errors[label] = of_label(report, label, nw_metric_bins_get_n(use, NW_LABEL_BINS));
    if (label < n_shown)
      values[1 + label] = errors[label];
  }
  values[0] = nw_metric_average(NW_AVERAGE_MACRO, errors, NULL, n_labels);
}

const NwMetricKind nw_metric_adaptive_ece = {
    .id = "adaptive_ece",
    .title = N_("Adaptive ECE"),
    .group = NW_METRIC_OF_TRUST,
    .summary =
        N_("The calibration error of bins that hold equally many; measured at each validation"),
    .needs = NW_METRIC_NEEDS_PROBABILITIES,
    .params = nw_metric_bins_params,
    .resolve = nw_metric_bins_resolve,
    .list = nw_metric_bins_list,
    .of_report = of_report,
};
