/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-metric-answers.h"

#include <glib/gi18n-lib.h>

#include "nw-text.h"

/* (1 + β²)·tp/((1 + β²)·tp + β²·fn + fp), the harmonic mean of precision and β² times as heavy
 * recall */
static double
score(const NwMetricUse *use, const NwAnswers *counts)
{
  double beta = nw_params_get_real(use->params, "beta"), square = beta * beta;
  double hit = (1 + square) * counts->tp;

  return nw_answers_ratio(hit, hit + square * counts->fn + counts->fp);
}

static char *
resolve(const NwMetricKind *kind, const NwMetricUse *use, const char **reason)
{
  g_autofree char *beta = nw_number_to_text(nw_params_get_real(use->params, "beta"));
  g_autofree char *name = g_strdup_printf("F%s", beta);

  return nw_metric_answers_title(kind, use, name);
}

static const NwParamSpec params[] = {
    {"beta", N_("Beta"), N_("How much more recall counts than precision: F1, F2, F0.5"),
     NW_PARAM_REAL, "1", 0.001, 1000},
    NW_METRIC_PARAMS_ANSWERS,
    {NULL},
};

const NwMetricKind nw_metric_fbeta_score = {
    .id = "fbeta_score",
    .title = N_("F-beta"),
    .group = NW_METRIC_OF_ANSWERS,
    .summary = N_("Precision and recall in one number, small when either is; F1 with beta 1"),
    .needs = NW_METRIC_NEEDS_ANSWERS,
    .higher_is_better = TRUE,
    .params = params,
    .family = &(const NwMetricAnswers){NULL, score, .averaged = TRUE, .top = TRUE},
    .resolve = resolve,
    .choose_fold = nw_metric_answers_fold,
    .list = nw_metric_answers_list,
    .result = nw_metric_answers_result,
};
