/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-fold.h"

#include <glib/gi18n-lib.h>

/* Σ distance / Σ labels, as word error rates are: long samples count for more. The distance is how
 * many labels have to be put in, taken out or replaced (Levenshtein 1966) to make what was said of
 * what is true. Said is the most probable class of each step that counts, equal neighbours being
 * one, without blanks (class 0): the best way, not the best labels (Graves et al. 2006, “best path
 * decoding”). */

/* state: Σ distance, Σ labels; then room for the distances to the first 0 … n labels */
enum { DISTANCE, LABELS, ROW };

static gsize
n_state(const NwMetricUse *use)
{
  return ROW + (gsize)nw_params_get_int(use->params, "label_length") + 1;
}

/* row[j] = the least of row'[j] + 1, row[j − 1] + 1, row'[j − 1] + (said ≠ label j), row' being
 * that without what is said now. */
static void
say(double *row, const gint32 *labels, gsize n_labels, gsize said)
{
  double corner = row[0];
  gsize j = 0;

  row[0]++;
  for (gsize i = 0; i < n_labels; i++) {
    double above;
    if (labels[i] == 0)
      continue;
    above = row[++j];
    row[j] = MIN(MIN(above, row[j - 1]) + 1, corner + ((gsize)labels[i] != said));
    corner = above;
  }
}

static void
add_sample(const NwMetricBatch *batch, gsize sample, double *state)
{
  const gint32 *labels = batch->labels + sample * batch->n_labels;
  double *row = state + ROW;
  gsize n = 0, before = 0;

  row[0] = 0;
  for (gsize i = 0; i < batch->n_labels; i++)
    if (labels[i] != 0) {
      n++;
      row[n] = (double)n;
    }
  for (gsize step = sample * batch->steps; step < (sample + 1) * batch->steps; step++) {
    gsize top;
    if (nw_metric_weight(batch, step) == 0)
      continue;
    top = nw_metric_top(batch, step);
    if (top != 0 && top != before)
      say(row, labels, batch->n_labels, top);
    before = top;
  }
  state[DISTANCE] += row[n];
  state[LABELS] += (double)n;
}

static void
update(const NwMetricFold *fold, const NwMetricUse *use, const NwMetricBatch *batch, double *state)
{
  for (gsize sample = 0; batch->labels != NULL && sample < batch->rows / batch->steps; sample++)
    add_sample(batch, sample, state);
}

static void
result(const NwMetricKind *kind, const NwMetricUse *use, const double *state, double *values)
{
  values[0] = state[LABELS] > 0 ? state[DISTANCE] / state[LABELS] : NAN;
}

static const NwMetricFold fold = {n_state, update};

const NwMetricKind nw_metric_label_error_rate = {
    .id = "label_error_rate",
    .title = N_("Label error rate"),
    .summary =
        N_("Of labels in their order: how many are missing, too many or wrong, in proportion "
           "to how many there are"),
    .needs = NW_METRIC_NEEDS_LABELS,
    .counts_once = TRUE,
    .fold = &fold,
    .result = result,
};
