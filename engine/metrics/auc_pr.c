/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-thresholds.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static double
ratio(double part, double all)
{
  return all > 0 ? part / all : 0;
}

/* Between two thresholds tp grows with all that is said, P = tp + fp, along a line of slope s and
 * intercept c: the part of the area is s·(Δtp + c·ln(P_i/P_{i+1}))/positives. (Davis & Goadrich
 * 2006, as in Keras) */
static double
interpolated(double tp, double said, double more_tp, double more_said)
{
  double slope = ratio(more_tp, more_said), intercept = tp - slope * said;
  double growth = said > 0 && said + more_said > 0 ? (said + more_said) / said : 1;

  return slope * (more_tp + intercept * log(growth));
}

/* The area under precision over recall; else Σ Δrecall · the smaller or larger precision. NaN
 * without positives. */
static double
area(const NwThresholdCounts *counts, const char *summation)
{
  gboolean lower = strcmp(summation, "minoring") == 0, upper = strcmp(summation, "majoring") == 0;
  double tp = 0, said = 0, sum = 0;

  for (gsize i = counts->n; i-- > 0;) {
    double more_tp = counts->positives[i], more_said = more_tp + counts->negatives[i];
    double before = ratio(tp, said), after = ratio(tp + more_tp, said + more_said);
    if (lower || upper)
      sum += more_tp * (lower ? MIN(before, after) : MAX(before, after));
    else
      sum += interpolated(tp, said, more_tp, more_said);
    tp += more_tp;
    said += more_said;
  }
  return tp > 0 ? sum / tp : NAN;
}

const NwMetricKind nw_metric_auc_pr = {
    .id = "auc_pr",
    .title = N_("AUC of precision and recall"),
    .group = NW_METRIC_OF_RANKING,
    .summary =
        N_("The area under precision over recall, from thresholds as in Keras (curve=\"PR\")"),
    .family = &(const NwMetricArea){N_("AUC of precision and recall"), area},
    NW_METRIC_AREA,
};
