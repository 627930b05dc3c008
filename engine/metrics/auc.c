/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The area under the ROC curve as Keras estimates it, from 200 thresholds t_i = i/199 (the ends
 * moved outwards by 1e-7): a label is a yes at t_i when p > t_i. Counting p in the bucket of the
 * highest threshold below it gives the same counts as 200 comparisons would. */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

enum { THRESHOLDS = 200 }; /* state: Σ w of positives per bucket, then of negatives */

static gboolean
resolve(NwHead head, NwTargetKind target, gsize cols, gboolean soft, const char **title_out)
{
  gboolean one = cols == (head == NW_HEAD_SOFTMAX ? 2 : 1);

  if (!nw_metric_fits(NW_METRIC_NEEDS_CLASSES, head, target, soft, title_out))
    return FALSE;
  *title_out = one ? _("AUC") : _("AUC, all labels pooled");
  return TRUE;
}

static gsize
n_state(gsize cols)
{
  return 2 * THRESHOLDS;
}

/* max(⌈199·p⌉ − 1, 0), in the precision of p as Keras does */
static gsize
bucket(NwReal p)
{
  NwReal scaled = p * (THRESHOLDS - 1);
  if (!(scaled > 1))
    return 0;
  return scaled < THRESHOLDS - 1 ? (gsize)NW_R(ceil)(scaled) - 1 : THRESHOLDS - 2;
}

static void
update(double *state, const NwMetricBatch *batch)
{
  for (gsize row = 0; row < batch->rows; row++) {
    double weight = nw_metric_weight(batch, row);
    for (gsize col = nw_metric_first_label(batch); col < batch->cols && weight != 0; col++) {
      double *counts = nw_metric_target(batch, row, col) > 0.5 ? state : state + THRESHOLDS;
      counts[bucket(batch->p[row * batch->cols + col])] += weight;
    }
  }
}

/* Σ (x_i − x_{i+1})·(y_i + y_{i+1})/2 with x = fp/negatives, y = tp/positives; NaN of one class */
static double
result(const double *state, gsize cols)
{
  const double *positives = state, *negatives = state + THRESHOLDS;
  double tp = 0, fp = 0, area = 0;

  for (gsize i = THRESHOLDS; i-- > 0;) {
    area += negatives[i] * (tp + positives[i] / 2);
    tp += positives[i];
    fp += negatives[i];
  }
  return tp > 0 && fp > 0 ? area / (tp * fp) : NAN;
}

const NwMetricKind nw_metric_auc = {
    .id = "auc",
    .title = N_("AUC"),
    .summary = N_("How often a positive is ranked above a negative (200 thresholds, as in Keras)"),
    .higher_is_better = TRUE,
    .resolve = resolve,
    .n_state = n_state,
    .update = update,
    .result = result,
};
