/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Metrics that count answers: a label is answered with yes when p > threshold, or, over classes
 * that exclude each other, when it is the most probable. */
#pragma once

#include "nw-metric-fold.h"

const NwChoice *nw_metric_yes_choices(void);

/* clang-format off */
#define NW_METRIC_PARAM_THRESHOLDS                                                                 \
  {"thresholds", N_("Thresholds"),                                                                 \
   N_("Yes is what is above; several give several numbers; empty: ½"), NW_PARAM_REALS, "", 0, 1}
#define NW_METRIC_PARAMS_COUNTS NW_METRIC_PARAM_THRESHOLDS, NW_METRIC_PARAM_PER_LABEL
#define NW_METRIC_PARAMS_ANSWERS                                                                   \
  NW_METRIC_PARAM_THRESHOLDS,                                                                      \
  {"yes", N_("Counts as yes"), N_("Which of several exclusive classes counts as said"),                   \
   NW_PARAM_CHOICE, "auto", .choices = nw_metric_yes_choices},                                     \
  NW_METRIC_PARAM_AVERAGE, NW_METRIC_PARAM_PER_LABEL
/* clang-format on */

extern const NwParamSpec nw_metric_answers_params[], nw_metric_counts_params[];

/* Σ w of the rows in which a label is … */
typedef struct {
  double tn, fp, fn, tp;
} NwAnswers;

static inline double
nw_answers_all(const NwAnswers *counts)
{
  return counts->tn + counts->fp + counts->fn + counts->tp;
}

/* 0/0 is 0, as in Keras and scikit-learn. */
static inline double
nw_answers_ratio(double part, double all)
{
  return all > 0 ? part / all : 0;
}

/**
 * NwMetricAnswers:
 * What the kinds below differ in, their `family`.
 *
 * @name: within a sentence
 * @score: what is made of the counts of a label, or of all labels
 * @averaged: the averages of the labels' scores differ; else there is one, of all labels
 * @top: without further word, a class of several is said when it is the most probable (Keras'
 * F-scores)
 */
typedef struct {
  const char *name;
  double (*score)(const NwMetricUse *use, const NwAnswers *counts);
  gboolean averaged, top;
} NwMetricAnswers;

/* “NAME at ½”. (transfer full) */
char *nw_metric_answers_title(const NwMetricKind *kind, const NwMetricUse *use, const char *name);
char *
nw_metric_answers_resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason);
const NwMetricFold *nw_metric_answers_fold(const NwMetricKind *kind, const NwMetricUse *use);
void nw_metric_answers_list(const NwMetricKind *kind, const NwMetricUse *use, const char *title,
                            char **labels, GArray *values);
void nw_metric_answers_result(const NwMetricKind *kind, const NwMetricUse *use, const double *state,
                              double *values);

#define NW_METRIC_ANSWERS                                                                          \
  .resolve = nw_metric_answers_resolve, .choose_fold = nw_metric_answers_fold,                     \
  .list = nw_metric_answers_list, .result = nw_metric_answers_result
