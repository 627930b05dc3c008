/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-report.h"

#include <glib/gi18n-lib.h>
#include <math.h>

const NwParamSpec nw_metric_report_params[] = {
    NW_METRIC_PARAM_AVERAGE,
    NW_METRIC_PARAM_PER_LABEL,
    {NULL},
};

/* Labels pooled would have to be sorted all together, so the mean over labels takes the place of
 * the micro average, as in scikit-learn's defaults. */
static guint
get_averages(const NwMetricUse *use, NwAverage averages[2])
{
  const char *const *names = nw_params_get_names(use->params, "average");

  averages[0] = NW_AVERAGE_MACRO;
  averages[1] = NW_AVERAGE_WEIGHTED;
  return g_strv_contains(names, "weighted") ? 2 : 1;
}

void
nw_metric_report_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                      char **labels, GArray *values)
{
  NwAverage averages[2];
  guint n = get_averages(use, averages);

  for (guint i = 0; i < n; i++)
    nw_metric_list_average(use, averages[i], i == 0 ? "" : "_weighted", title, values);
  nw_metric_list_labels(use, use->cols - nw_metric_n_labels(use), "", title, labels, values);
}

void
nw_metric_report_result(const NwMetricKind *kind, const NwMetricUse *use, NwReport *report,
                        double *values)
{
  const NwMetricReport *family = kind->family;
  gsize n_labels = nw_metric_n_labels(use);
  gsize n_shown = nw_metric_n_shown(use, use->cols - n_labels);
  g_autofree double *scores = g_new(double, n_labels), *positives = g_new(double, n_labels);
  NwAverage averages[2];
  guint n = get_averages(use, averages);

  for (gsize label = 0; label < n_labels; label++) {
    scores[label] = family->label(use, report, (guint)label);
    positives[label] = (double)nw_report_get_label(report, (guint)label)->positives;
  }
  for (guint i = 0; i < n; i++)
    values[i] = nw_metric_average(averages[i], scores, positives, n_labels);
  for (gsize label = 0; label < n_shown; label++)
    values[n + label] = scores[label];
}
