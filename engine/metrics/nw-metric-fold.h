/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the metric kinds share: reading a batch, means over rows, and why a metric does not fit. */
#pragma once

#include "nw-metric.h"

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

/* The first column that is a question of its own: of two softmax units only P(class 1) is. */
static inline gsize
nw_metric_first_label(const NwMetricBatch *batch)
{
  return batch->head == NW_HEAD_SOFTMAX && batch->cols == 2 ? 1 : 0;
}

/* The true class: the index, or the first largest target. */
gsize nw_metric_class(const NwMetricBatch *batch, gsize row);

/* Metrics that are a weighted mean of one value per row: state = {Σ w·value, Σ w}. */
gsize nw_metric_mean_n_state(gsize cols);
void nw_metric_mean_update(double *state, const NwMetricBatch *batch,
                           double (*value)(const NwMetricBatch *batch, gsize row));
double nw_metric_mean_result(const double *state, gsize cols); /* NaN of nothing */

/* Metrics that count answers at p > ½ over all labels: state = {Σ w of tp, fp, fn}. */
enum { NW_METRIC_TP, NW_METRIC_FP, NW_METRIC_FN, NW_METRIC_N_ANSWERS };
gsize nw_metric_answers_n_state(gsize cols);
void nw_metric_answers_update(double *state, const NwMetricBatch *batch);

typedef enum {
  NW_METRIC_NEEDS_TARGET,        /* any */
  NW_METRIC_NEEDS_PROBABILITIES, /* a sigmoid or softmax head */
  NW_METRIC_NEEDS_CLASSES,       /* and targets that are 0 or 1 */
} NwMetricNeeds;

/* FALSE with a reason in @title_out, or TRUE. */
gboolean nw_metric_fits(NwMetricNeeds needs, NwHead head, NwTargetKind target, gboolean soft,
                        const char **title_out);
