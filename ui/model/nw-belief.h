/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One question that an output answers with a probability: a label, or for a softmax head “is the
 * top class right?”. What the Train and the Trust page draw and print about it. */
#pragma once

#include "nw-report.h"
#include "nw-plot-probabilities.h"
#include "nw-plot-reliability.h"

#define NW_BELIEF_CONFIDENCE (-1) /* in place of a label */

/* Pointers borrow from the report. What does not apply is NaN. */
typedef struct {
  gboolean is_confidence;
  const char *output, *label; /* label NULL: the output's only question, or its confidence */
  const NwBin *bins;
  guint n_bins;
  gsize count, positives;
  double prevalence;
  double ece, mce, brier, log_loss, accuracy;
  NwVerdict verdict;
  /* How often each probability is predicted, equal width on 0 … 1: of a label by what is true, of
   * the confidence by whether the top class is right. */
  guint n_histogram;
  guint histogram[2][NW_HISTOGRAM_BINS];
} NwBelief;

/* FALSE when the report has no such question (values, or a label that does not exist). */
gboolean nw_belief_get(NwReport *report, int label, NwBelief *belief);
/* “traits · even”. (transfer full) */
char *nw_belief_dup_title(const NwBelief *belief);
void nw_belief_fill_reliability(const NwBelief *belief, NwPlotReliability *plot);
/* @belief, @classes: [2], kept by the caller as long as @plot is used. */
void nw_belief_fill_probabilities(const NwBelief *belief, NwPlotProbabilityClass classes[2],
                                  NwPlotProbabilities *plot);
/* The style class that suits a verdict: "success", "warning", "error" or "dim-label". */
const char *nw_belief_get_style(NwVerdict verdict);
