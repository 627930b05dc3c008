/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* From a probability to yes or no: confusion matrix, thresholds chosen by a criterion, curves.
 * "Yes" is p > threshold, strictly, as in binary accuracy. Choose on validation data, report on
 * test data: a threshold looks better than it is on the data that chose it. */
#pragma once

#include "nw-rank.h"

typedef struct {
  gsize tp, fp, fn, tn;
} NwConfusion;

/* @y: [n], positive above ½. */
NwConfusion nw_confusion_at(const double *p, const double *y, gsize n, double threshold);
NwConfusion nw_rank_confusion_at(const NwRank *rank, double threshold); /* O(log n) */

/* 0/0 is 0, as in Keras. */
double nw_confusion_precision(const NwConfusion *confusion); /* tp/(tp + fp) */
double nw_confusion_recall(const NwConfusion *confusion);    /* tp/(tp + fn) */
double nw_confusion_f1(const NwConfusion *confusion);        /* 2tp/(2tp + fp + fn) */
double nw_confusion_accuracy(const NwConfusion *confusion);
/* What a row costs on average, a false alarm costing 1 and a miss @miss_cost: (fp +
 * @miss_cost·fn)/n
 */
double nw_confusion_cost(const NwConfusion *confusion, double miss_cost);

/* The threshold of the largest F1: midway between two neighbouring predictions (ties between
 * thresholds: the higher). NaN without positives. */
double nw_threshold_best_f1(const NwRank *rank);
/* The lowest threshold whose precision is at least @precision (most recall); the highest whose
 * recall is at least @recall (most precision). NaN when none is. */
double nw_threshold_for_precision(const NwRank *rank, double precision);
double nw_threshold_for_recall(const NwRank *rank, double recall);
/* What minimises the expected cost if the probabilities are calibrated: c_fp/(c_fp + c_fn). */
double nw_threshold_for_cost(double cost_fp, double cost_fn);
/* What minimises nw_confusion_cost() on the ranked rows, whatever the probabilities are worth: 1
 * when it is cheapest never to say yes (ties: the higher); NaN without rows. */
double nw_threshold_of_least_cost(const NwRank *rank, double miss_cost);

/**
 * nw_cost_curve:
 * @x: (out) [2·n_steps + 2] thresholds, ascending from 0 to 1
 * @y: (out) [2·n_steps + 2] nw_confusion_cost() of each, a staircase
 *
 * Of probabilities, in 0 … 1. Returns: how many points there are
 */
gsize nw_cost_curve(const NwRank *rank, double miss_cost, double *x, double *y);

/**
 * NwThresholdKind:
 * @id: “f1”
 * @title: of what is asked for, translatable: “Precision at least”
 * @low, @high: in which @value lies; equal: there is none to choose
 * @initial: a good one to begin with
 * @log: @value is a ratio, 1 being the middle of its scale
 * @choose: the threshold for @value on the rows that choose; NaN when none does what is asked
 * @describe: one sentence on the threshold that was @found or not. (transfer full)
 *
 * A way to choose a threshold. @value is a threshold, a share, or what a miss costs when a false
 * alarm costs 1.
 */
typedef struct {
  const char *id, *title;
  double low, high, initial;
  gboolean log;
  double (*choose)(const NwRank *rank, double value);
  char *(*describe)(double value, gboolean found);
} NwThresholdKind;

/* Ended by a NULL id; by hand is the first. */
extern const NwThresholdKind nw_threshold_kinds[];
/* NULL: there is none called so. */
const NwThresholdKind *nw_threshold_kind_find(const char *id);

/* A point of a curve and the prediction it belongs to: yes means p ≥ @p there. */
typedef struct {
  double x, y, p;
} NwCurvePoint;

/**
 * nw_roc_curve:
 * @max_points: at least 2, or 0 for all; fewer points are spread evenly along the curve, ends kept
 * @n_points: (out)
 *
 * Returns: (transfer full): x = false-positive rate, y = true-positive rate, from (0, 0) to (1, 1),
 * by descending threshold; no points when a class is missing
 */
NwCurvePoint *nw_roc_curve(const NwRank *rank, guint max_points, guint *n_points);
/* x = recall, y = precision, by descending threshold; starts at recall 0 with the precision of the
 * first step. No points without positives. (transfer full) */
NwCurvePoint *nw_pr_curve(const NwRank *rank, guint max_points, guint *n_points);
