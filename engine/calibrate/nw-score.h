/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Everything that can be said about a forecast: what `netwright score` prints. */
#pragma once

#include <json-glib/json-glib.h>

#include "nw-forecast.h"

/* One question or class by itself. Ranks are NaN with soft targets or a single class. */
typedef struct {
  char *name;
  gsize positives;
  double prevalence;
  double auc, average_precision;
  double ece, mce, ece_floor, adaptive_ece, debiased_l2, ks;
  double brier, log_loss, accuracy;
} NwScoreOutput;

/**
 * NwScore:
 * @samples: rows that count
 * @classes: columns; 2 for binary
 * @accuracy: binary and multi-label: of p > ½, mean over labels; multi-class: of the most probable
 *   class; NaN with soft targets
 * @log_loss: −ln of what came true; multi-label: mean over labels
 * @brier: multi-class: Σ over classes; else as for one label, mean over labels
 * @ece: binary: of P(class 1); multi-class: of the top label's confidence; multi-label: mean over
 *   labels, like the scores after it
 * @classwise_ece: multi-class: mean over the classes' own
 * @pooled_ece: multi-label: all labels in one diagram, the one in @bins
 * @smooth_ece: binary and multi-class
 * @outputs: [n_outputs] one for each column
 * @worst: the output with the largest ece_floor (ties: ece)
 *
 * What does not apply is NaN.
 */
typedef struct {
  NwTask task;
  gboolean soft;
  gsize samples, masked, classes;
  double accuracy, log_loss, brier;
  double ece, mce, classwise_ece, pooled_ece, adaptive_ece, debiased_l2, ks, smooth_ece;
  double auc, average_precision; /* binary; multi-label: mean over labels that have both classes */
  guint n_bins;
  NwBin *bins;
  gsize n_outputs, worst;
  NwScoreOutput *outputs;
} NwScore;

/* @n_bins: 0: NW_CONFIDENCE_BINS for the confidence of several classes, else NW_LABEL_BINS; at most
 * NW_MAX_BINS. (transfer full) */
NwScore *nw_score_new(const NwForecast *forecast, guint n_bins);
void nw_score_free(NwScore *score);

/* {"task", "samples", "classes", "accuracy", …, "bins": [{"low", "high", "count", "confidence",
 * "frequency", …}], "outputs": [{"name", …}]} (outputs for multi-label); NaN becomes null when
 * written. (transfer full) */
JsonNode *nw_score_to_json(const NwScore *score);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwScore, nw_score_free)
