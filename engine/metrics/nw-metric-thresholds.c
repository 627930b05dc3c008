/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-thresholds.h"

#include <glib/gi18n-lib.h>

static const NwChoice *
summation_choices(void)
{
  static const NwChoice choices[] = {{"interpolation", N_("Interpolated")},
                                     {"minoring", N_("Lower bound")},
                                     {"majoring", N_("Upper bound")},
                                     {NULL}};
  return choices;
}

const NwParamSpec nw_metric_area_params[] = {
    {"num_thresholds", N_("AUC thresholds"), N_("How finely the curve is known, as in Keras"),
     NW_PARAM_INT, "200", 2, 1000},
    {"summation_method", N_("AUC summation"), N_("What is assumed between two thresholds"),
     NW_PARAM_CHOICE, "interpolation", .choices = summation_choices},
    NW_METRIC_PARAM_AVERAGE,
    NW_METRIC_PARAM_PER_LABEL,
    {NULL},
};

static gsize
get_n(const NwMetricUse *use)
{
  return (gsize)nw_params_get_int(use->params, "num_thresholds");
}

/* Must labels be told apart, or are the counts of all enough? */
static gsize
n_counted(const NwMetricUse *use)
{
  gsize n_labels = nw_metric_n_labels(use);
  NwAverage averages[NW_N_AVERAGES];
  guint n = nw_metric_get_averages(use, averages);

  if (nw_metric_n_shown(use, use->cols - n_labels) > 0 || n > 1 || averages[0] != NW_AVERAGE_MICRO)
    return n_labels;
  return 1;
}

/* state: per label that is told apart, positives and then negatives per threshold */
static gsize
n_state(const NwMetricUse *use)
{
  return 2 * get_n(use) * n_counted(use);
}

/* max(⌈(T − 1)·p⌉ − 1, 0), in the precision of p as Keras does */
static inline gsize
bucket(NwReal p, gsize n)
{
  NwReal scaled = p * (NwReal)(n - 1);

  if (!(scaled > 1))
    return 0;
  return scaled < (NwReal)(n - 1) ? (gsize)NW_R(ceil)(scaled) - 1 : n - 2;
}

static void
update(const NwMetricFold *fold, const NwMetricUse *use, const NwMetricBatch *batch, double *state)
{
  gsize n = get_n(use), first = use->cols - nw_metric_n_labels(use);
  gsize step = n_counted(use) > 1 ? 2 * n : 0;

  for (gsize row = 0; row < batch->rows; row++) {
    double weight = nw_metric_weight(batch, row);
    for (gsize col = first; col < batch->cols && weight != 0; col++) {
      double *counts = state + (col - first) * step;
      double y = nw_metric_target(batch, row, col);
      if (!isnan(y))
        counts[bucket(batch->p[row * batch->cols + col], n) + (y > 0.5 ? 0 : n)] += weight;
    }
  }
}

const NwMetricFold nw_metric_area_fold = {n_state, update};

char *
nw_metric_area_resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  const NwMetricArea *family = kind->family;

  return g_strdup(_(family->name));
}

void
nw_metric_area_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                    char **labels, GArray *values)
{
  nw_metric_list_averages(use, "", title, values);
  nw_metric_list_labels(use, use->cols - nw_metric_n_labels(use), "", title, labels, values);
}

void
nw_metric_area_result(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                      double *values)
{
  const NwMetricArea *family = kind->family;
  const char *summation = nw_params_get_choice(use->params, "summation_method");
  gsize n = get_n(use), n_labels = n_counted(use);
  gsize n_shown = nw_metric_n_shown(use, use->cols - nw_metric_n_labels(use));
  g_autofree double *areas = g_new(double, n_labels), *positives = g_new0(double, n_labels);
  g_autofree double *pooled = g_new0(double, 2 * n);
  NwThresholdCounts all = {n, pooled, pooled + n};
  NwAverage averages[NW_N_AVERAGES];
  guint n_averages = nw_metric_get_averages(use, averages);

  for (gsize label = 0; label < n_labels; label++) {
    const double *counts = state + label * 2 * n;
    areas[label] = family->area(&(NwThresholdCounts){n, counts, counts + n}, summation);
    for (gsize i = 0; i < 2 * n; i++)
      pooled[i] += counts[i];
    for (gsize i = 0; i < n; i++)
      positives[label] += counts[i];
  }
  for (guint i = 0; i < n_averages; i++)
    *values++ = averages[i] == NW_AVERAGE_MICRO
                    ? family->area(&all, summation)
                    : nw_metric_average(averages[i], areas, positives, n_labels);
  for (gsize label = 0; label < n_shown; label++)
    values[label] = areas[label];
}
