/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-bins.h"

#include <glib/gi18n-lib.h>

const NwParamSpec nw_metric_bins_params[] = {
    {"bins", N_("Bins"), N_("Of a reliability diagram; 0: 10 for a label, 15 for the confidence"),
     NW_PARAM_INT, "0", 0, NW_MAX_BINS},
    NW_METRIC_PARAM_PER_LABEL,
    {NULL},
};

guint
nw_metric_bins_get_n(const NwMetricUse *use, guint otherwise)
{
  gint64 n = nw_params_get_int(use->params, "bins");

  return n > 0 ? (guint)n : otherwise;
}

/* What falls into a bin, as doubles; rows count once, as in reports. */
typedef struct {
  double count, p, y;
} Sum;

enum { SUM_NUMBERS = sizeof(Sum) / sizeof(double) };

/* p is compared as float32, in which predictions are made; a y that is not known is left out. */
static inline void
add(Sum *sums, const double *edges, guint n_bins, double p, double y)
{
  Sum *sum;

  if (isnan(y))
    return;
  sum = &sums[nw_bin_index(edges, n_bins, (float)p)];
  sum->count += 1;
  sum->p += (float)p;
  sum->y += y;
}

static double
error_of(const NwMetricKind *kind, const Sum *sums, guint n_bins)
{
  const NwMetricBins *family = kind->family;
  NwBinSum made[NW_MAX_BINS];
  NwBin bins[NW_MAX_BINS];

  for (guint b = 0; b < n_bins; b++)
    made[b] = (NwBinSum){(gsize)sums[b].count, sums[b].p, sums[b].y};
  nw_bins_from_sums(made, n_bins, bins);
  return family->error(bins, n_bins);
}

/* ── each label ──────────────────────────────────────────────────────────────────────────────── */

static gsize
label_n_state(const NwMetricUse *use)
{
  return SUM_NUMBERS * nw_metric_bins_get_n(use, NW_LABEL_BINS) * nw_metric_n_labels(use);
}

static void
label_update(const NwMetricFold *fold, const NwMetricUse *use, const NwMetricBatch *batch,
             double *state)
{
  guint n_bins = nw_metric_bins_get_n(use, NW_LABEL_BINS);
  gsize first = use->cols - nw_metric_n_labels(use);
  double edges[NW_MAX_BINS + 1];

  nw_bin_edges(NW_EDGES_SINGLE, n_bins, edges);
  for (gsize row = 0; row < batch->rows; row++)
    for (gsize col = first; col < batch->cols && nw_metric_weight(batch, row) != 0; col++)
      add((Sum *)state + (col - first) * n_bins, edges, n_bins,
          nw_metric_prediction(batch, row, col), nw_metric_target(batch, row, col));
}

const NwMetricFold nw_metric_label_bins = {label_n_state, label_update};

void
nw_metric_label_bins_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                          char **labels, GArray *values)
{
  nw_metric_list_value(values, g_strdup(""), g_strdup(title));
  nw_metric_list_labels(use, use->cols - nw_metric_n_labels(use), "", title, labels, values);
}

void
nw_metric_label_bins_result(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                            double *values)
{
  guint n_bins = nw_metric_bins_get_n(use, NW_LABEL_BINS);
  gsize n_labels = nw_metric_n_labels(use);
  gsize n_shown = nw_metric_n_shown(use, use->cols - n_labels);
  g_autofree double *errors = g_new(double, n_labels);

  for (gsize label = 0; label < n_labels; label++) {
    errors[label] = error_of(kind, (const Sum *)state + label * n_bins, n_bins);
    if (label < n_shown)
      values[1 + label] = errors[label];
  }
  values[0] = nw_metric_average(NW_AVERAGE_MACRO, errors, NULL, n_labels);
}

void
nw_metric_pooled_bins_result(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                             double *values)
{
  guint n_bins = nw_metric_bins_get_n(use, NW_LABEL_BINS);
  const Sum *sums = (const Sum *)state;
  Sum pooled[NW_MAX_BINS] = {{0}};

  for (gsize label = 0; label < nw_metric_n_labels(use); label++)
    for (guint b = 0; b < n_bins; b++, sums++) {
      pooled[b].count += sums->count;
      pooled[b].p += sums->p;
      pooled[b].y += sums->y;
    }
  values[0] = error_of(kind, pooled, n_bins);
}

/* ── the confidence of the most probable class ───────────────────────────────────────────────── */

static gsize
confidence_n_state(const NwMetricUse *use)
{
  return SUM_NUMBERS * nw_metric_bins_get_n(use, NW_CONFIDENCE_BINS);
}

static void
confidence_update(const NwMetricFold *fold, const NwMetricUse *use, const NwMetricBatch *batch,
                  double *state)
{
  guint n_bins = nw_metric_bins_get_n(use, NW_CONFIDENCE_BINS);
  double edges[NW_MAX_BINS + 1];

  nw_bin_edges(NW_EDGES_SINGLE, n_bins, edges);
  for (gsize row = 0; row < batch->rows; row++) {
    if (nw_metric_weight(batch, row) == 0)
      continue;
    gsize top = nw_metric_top(batch, row);
    add((Sum *)state, edges, n_bins, nw_metric_prediction(batch, row, top),
        nw_metric_target(batch, row, top));
  }
}

static const NwMetricFold confidence_bins = {confidence_n_state, confidence_update};

gboolean
nw_metric_bins_takes_confidence(const NwMetricUse *use)
{
  return use->head == NW_HEAD_SOFTMAX && use->cols > 2;
}

const NwMetricFold *
nw_metric_bins_choose_fold(const NwMetricKind *kind, const NwMetricUse *use)
{
  return nw_metric_bins_takes_confidence(use) ? &confidence_bins : &nw_metric_label_bins;
}

char *
nw_metric_bins_resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  const char *title = _(kind->title);

  if (nw_metric_bins_takes_confidence(use))
    return g_strdup_printf(_("%s of the confidence"), title);
  return nw_metric_n_labels(use) > 1 ? g_strdup_printf(_("%s, mean over labels"), title)
                                     : g_strdup(title);
}

void
nw_metric_bins_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                    char **labels, GArray *values)
{
  if (nw_metric_bins_takes_confidence(use))
    nw_metric_list_value(values, g_strdup(""), g_strdup(title));
  else
    nw_metric_label_bins_list(kind, use, title, labels, values);
}

void
nw_metric_bins_result(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                      double *values)
{
  if (nw_metric_bins_takes_confidence(use))
    values[0] = error_of(kind, (const Sum *)state, nw_metric_bins_get_n(use, NW_CONFIDENCE_BINS));
  else
    nw_metric_label_bins_result(kind, use, state, values);
}
