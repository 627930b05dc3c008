/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

gsize
nw_metric_class(const NwMetricBatch *batch, gsize row)
{
  gsize found = 0;

  if (batch->index != NULL)
    return (gsize)batch->index[row];
  for (gsize col = 1; col < batch->cols; col++)
    if (nw_metric_target(batch, row, col) > nw_metric_target(batch, row, found))
      found = col;
  return found;
}

gsize
nw_metric_top(const NwMetricBatch *batch, gsize row)
{
  gsize top = 0;

  for (gsize col = 1; col < batch->cols; col++)
    if (nw_metric_prediction(batch, row, col) > nw_metric_prediction(batch, row, top))
      top = col;
  return top;
}

double
nw_metric_class_right(const NwMetricBatch *batch, gsize row)
{
  return nw_metric_top(batch, row) == nw_metric_class(batch, row);
}

gboolean
nw_metric_row_is_known(const NwMetricBatch *batch, gsize row)
{
  for (gsize col = 0; batch->y != NULL && col < batch->cols; col++)
    if (isnan(batch->y[row * batch->cols + col]))
      return FALSE;
  return TRUE;
}

/* ── means over rows ─────────────────────────────────────────────────────────────────────────── */

gsize
nw_metric_mean_n_state(const NwMetricUse *use)
{
  return 2;
}

void
nw_metric_mean_update(const NwMetricFold *fold, const NwMetricUse *use, const NwMetricBatch *batch,
                      double *state)
{
  for (gsize row = 0; row < batch->rows; row++) {
    double weight = nw_metric_weight(batch, row);
    if (weight == 0 || !nw_metric_row_is_known(batch, row))
      continue;
    state[0] += weight * fold->row(batch, row);
    state[1] += weight;
  }
}

void
nw_metric_mean_result(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                      double *values)
{
  values[0] = state[1] > 0 ? state[0] / state[1] : NAN;
}

/* ── means by column ─────────────────────────────────────────────────────────────────────────── */

/* state: {Σ w, Σ w·value} of each column */

gsize
nw_metric_columns_n_state(const NwMetricUse *use)
{
  return 2 * use->cols;
}

void
nw_metric_columns_update(const NwMetricFold *fold, const NwMetricUse *use,
                         const NwMetricBatch *batch, double *state)
{
  for (gsize row = 0; row < batch->rows; row++) {
    double weight = nw_metric_weight(batch, row);
    for (gsize col = 0; col < batch->cols && weight != 0; col++) {
      double y = nw_metric_target(batch, row, col);
      if (isnan(y))
        continue;
      state[2 * col] += weight;
      state[2 * col + 1] += weight * fold->column(nw_metric_prediction(batch, row, col), y);
    }
  }
}

void
nw_metric_columns_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                       char **labels, GArray *values)
{
  nw_metric_list_value(values, g_strdup(""), g_strdup(title));
  nw_metric_list_labels(use, 0, "", title, labels, values);
}

void
nw_metric_columns_result(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                         double *values)
{
  gsize n_shown = nw_metric_n_shown(use, 0);
  double weight = 0, sum = 0;

  for (gsize i = 0; i < use->cols; i++) {
    weight += state[2 * i];
    sum += state[2 * i + 1];
  }
  values[0] = weight > 0 ? sum / weight : NAN;
  for (gsize i = 0; i < n_shown; i++)
    values[1 + i] = state[2 * i] > 0 ? state[2 * i + 1] / state[2 * i] : NAN;
}

/* The mean over the columns of what is known of each, as reports have it. */
static double
mean_of_columns(const NwMetricUse *use, const double *state)
{
  double sum = 0, n = 0;

  for (gsize i = 0; i < use->cols; i++) {
    if (state[2 * i] == 0)
      continue;
    sum += state[2 * i + 1] / state[2 * i];
    n++;
  }
  return n > 0 ? sum / n : NAN;
}

const NwParamSpec nw_metric_columns_params[] = {NW_METRIC_PARAM_PER_LABEL, {NULL}};

void
nw_metric_labels_or_rows_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                              char **labels, GArray *values)
{
  nw_metric_list_value(values, g_strdup(""), g_strdup(title));
  if (use->head != NW_HEAD_SOFTMAX)
    nw_metric_list_labels(use, 0, "", title, labels, values);
}

void
nw_metric_labels_or_rows_result(const NwMetricKind *kind, const NwMetricUse *use,
                                const double *state, double *values)
{
  if (use->head == NW_HEAD_SOFTMAX)
    nw_metric_mean_result(kind, use, state, values);
  else
    nw_metric_columns_result(kind, use, state, values);
}

void
nw_metric_label_mean_or_rows_result(const NwMetricKind *kind, const NwMetricUse *use,
                                    const double *state, double *values)
{
  nw_metric_labels_or_rows_result(kind, use, state, values);
  if (use->head != NW_HEAD_SOFTMAX)
    values[0] = mean_of_columns(use, state);
}

static double
square(double p, double y)
{
  return (p - y) * (p - y);
}

const NwMetricFold nw_metric_squares = {NW_METRIC_COLUMNS_FOLD, .column = square};
