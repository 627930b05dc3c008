/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Which recalibrator is best, “none” included: all are fitted to predictions whose truth is known,
 * and judged on others by log loss. Pure: predictions in, a value out. */
#pragma once

#include "nw-recalibrate.h"

/* With fewer samples than this to fit to, these are judged too, each by a map fitted without it. */
#define NW_CONTEST_SMALL 1000

/* One that takes part. All scores are of the judged rows. */
typedef struct {
  const NwRecalibratorKind *kind; /* NULL: none, the predictions as they are */
  gboolean per_output;            /* several labels: a map for each */
  char *title;                    /* “Platt, each” */
  char *problem;                  /* (nullable): why it cannot be fitted; the rest is then unset */
  NwRecalibration *map;           /* NULL for none */
  NwForecast *after;              /* the judged rows */
  gsize n_numbers;                /* that were fitted */
  double log_loss, brier;
  double ece, ece_low, ece_high; /* 95 %, by resampling samples */
  double gain, gain_error;       /* log loss that a held-out row saves, and its standard error */
  double *losses;                /* of each held-out row: the judged, then the crossed ones */
} NwContender;

/**
 * NwContest:
 * @fitted: rows that maps were fitted to
 * @judged: rows of the scores
 * @apart: the judged rows are others than the fitted ones; else each was judged by a map fitted
 *   without it
 * @crossed: fitted rows that also count for the choice, each by a map fitted without it
 * @contenders: none first, then as in the registry
 * @best: the recommended one: what lowers the log loss by more than its standard error; among those
 *   that are no worse than the lowest by more than chance, the one with the fewest numbers
 * @reason: why, one sentence
 */
typedef struct {
  NwTask task;
  gsize fitted, judged, crossed;
  gboolean apart;
  guint n, best;
  NwContender *contenders;
  char *reason;
} NwContest;

/**
 * nw_contest_new:
 * @known: what maps are fitted to: validation data
 * @judge: (nullable): other rows of the same columns: test data; NULL: five folds of @known
 * @steps: rows of one sample, which do not vary by themselves: 1, or steps of a sequence
 * @only: (nullable): leave out all others
 *
 * (transfer full)
 */
NwContest *nw_contest_new(const NwForecast *known, const NwForecast *judge, gsize steps,
                          const NwRecalibratorKind *only);
void nw_contest_free(NwContest *contest);

/* The contender of @kind (NULL: none) and @per_output; NULL: it takes no part. */
const NwContender *
nw_contest_find(const NwContest *contest, const NwRecalibratorKind *kind, gboolean per_output);

/* {"recommended": …, "per_output": …, "reason": …, "options": [{"method", "log_loss", …}]}
 * (transfer full) */
JsonNode *nw_contest_to_json(const NwContest *contest);

/* What each row of a forecast loses: −ln of what came true, of several labels their mean: [rows].
 */
void nw_forecast_losses(const NwForecast *forecast, double *losses);

/* Where the ECE of nw_score_new() lies with 95 %: samples of @steps rows are drawn again and again,
 * and as this makes the ECE larger, the ends are mirrored at it (Efron & Tibshirani 1993, 13.4). */
void
nw_ece_interval(const NwForecast *forecast, gsize steps, double ece, double *low, double *high);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwContest, nw_contest_free)
