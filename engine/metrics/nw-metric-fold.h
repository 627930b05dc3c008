/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the metric kinds share: reading a batch, means over rows, means over columns. */
#pragma once

#include "nw-metric-labels.h"

#include <math.h>

static inline double
nw_metric_weight(const NwMetricBatch *batch, gsize row)
{
  return batch->weight != NULL ? batch->weight[row] : 1;
}

static inline double
nw_metric_prediction(const NwMetricBatch *batch, gsize row, gsize col)
{
  return batch->p[row * batch->cols + col];
}

/* Classes count as one-hot; over a single column they are its 0 or 1. */
static inline double
nw_metric_target(const NwMetricBatch *batch, gsize row, gsize col)
{
  if (batch->y != NULL)
    return batch->y[row * batch->cols + col];
  return batch->cols == 1 ? batch->index[row] : batch->index[row] == (gint32)col;
}

/* Is every number of its target known? */
gboolean nw_metric_row_is_known(const NwMetricBatch *batch, gsize row);
/* The true class: the index, or the first largest target. */
gsize nw_metric_class(const NwMetricBatch *batch, gsize row);
/* The most probable class, the first of equals. */
gsize nw_metric_top(const NwMetricBatch *batch, gsize row);
/* arg-max p = class: 1 or 0. */
double nw_metric_class_right(const NwMetricBatch *batch, gsize row);

/* The weighted mean of fold->row over the rows that are known as a whole: state = {Σ w·value, Σ w}.
 */
gsize nw_metric_mean_n_state(const NwMetricUse *use);
void nw_metric_mean_update(const NwMetricFold *fold, const NwMetricUse *use,
                           const NwMetricBatch *batch, double *state);
void nw_metric_mean_result(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                           double *values); /* NaN of nothing */
#define NW_METRIC_MEAN_FOLD nw_metric_mean_n_state, nw_metric_mean_update

/* The weighted mean of fold->column for each column, of the targets that are known. The numbers are
 * the mean of all, then that of each column if asked for. */
gsize nw_metric_columns_n_state(const NwMetricUse *use);
void nw_metric_columns_update(const NwMetricFold *fold, const NwMetricUse *use,
                              const NwMetricBatch *batch, double *state);
void nw_metric_columns_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                            char **labels, GArray *values);
void nw_metric_columns_result(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                              double *values);
#define NW_METRIC_COLUMNS_FOLD nw_metric_columns_n_state, nw_metric_columns_update

/* per_label */
extern const NwParamSpec nw_metric_columns_params[];

/* Kinds that go by columns over labels, and by rows over classes. */
void nw_metric_labels_or_rows_list(const NwMetricKind *kind, const NwMetricUse *use,
                                   const char *title, char **labels, GArray *values);
void nw_metric_labels_or_rows_result(const NwMetricKind *kind, const NwMetricUse *use,
                                     const double *state, double *values);
/* The same, its first number being the mean over labels of each one's mean: as the mean of all,
 * unless more is known of some labels than of others. */
void nw_metric_label_mean_or_rows_result(const NwMetricKind *kind, const NwMetricUse *use,
                                         const double *state, double *values);
#define NW_METRIC_LABELS_OR_ROWS                                                                   \
  .list = nw_metric_labels_or_rows_list, .result = nw_metric_labels_or_rows_result

/* By columns: (p − y)². */
extern const NwMetricFold nw_metric_squares;
