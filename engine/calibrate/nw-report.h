/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What one output's predictions on one split are worth: reliability, scores, histograms.
 *
 * An immutable, reference-counted value: the worker makes it from the predictions of the validation
 * pass, the window reads it. References may be taken and dropped in any thread.
 *
 * A *label* is one yes/no question with a probability: each column of a sigmoid head, each class of
 * a softmax head; a softmax over two units is one label, P(class 1), and everything that a single
 * sigmoid would give. AUC and average precision need sorting, so they are computed per label when
 * first asked for (under a lock; about 0.1 ms for 6000 rows) and kept. All else is ready at once.
 */
#pragma once

#include "nw-forecast.h"
#include "nw-metric.h"
#include "nw-rank.h"
#include "nw-reliability.h"
#include "nw-verdict.h"

#define NW_HISTOGRAM_BINS 20

typedef struct _NwReport NwReport;

/* One label. With soft targets a positive is a target above ½, and frequencies are mean targets. */
typedef struct {
  const char *name;
  gsize count, positives;
  double prevalence; /* mean target */
  double mean_predicted;
  NwBin bins[NW_LABEL_BINS];
  double ece, mce;
  double ece_floor; /* lower bound of ece (nw_ece_floor), what outputs are sorted by */
  double brier;     /* mean (p − y)² */
  double log_loss;
  NwVerdict verdict;
  guint histogram[2][NW_HISTOGRAM_BINS]; /* counts of p by true class, equal width on 0 … 1 */
} NwReportLabel;

/* The output as a whole. What does not apply is NaN. */
typedef struct {
  NwHead head;
  gboolean soft;    /* some target is neither 0 nor 1: accuracy, AUC and AP are not offered */
  gboolean binary;  /* one question: a single sigmoid, or a softmax over two units */
  gsize rows;       /* that count: neither masked nor with a number that is not finite */
  gsize steps;      /* rows given for each sample: 1, or the steps of a sequence */
  gsize not_finite; /* rows left out because a prediction or target is NaN or infinite */
  guint n_labels;
  guint worst;     /* label with the highest ece_floor (ties: ece) */
  double accuracy; /* softmax: arg-max (first maximum); sigmoid: mean over labels of (p > ½) = y */
  double ece, mce; /* softmax: of the confidence; else mean over labels; binary: its label's */
  double pooled_ece;    /* sigmoid: all labels' predictions in one diagram */
  double classwise_ece; /* softmax: mean over labels, NW_LABEL_BINS bins */
  double brier;     /* softmax: Σ over classes; sigmoid: mean over labels; binary: its label's */
  double log_loss;  /* softmax: −ln p of the true class; sigmoid: mean over labels */
  double mae, rmse; /* values only, over all elements; the rest is then NaN and n_labels 0 */
} NwReportSummary;

/**
 * nw_report_new:
 * @output: name of the output
 * @p: [rows, cols] after the activation; probabilities in 0 … 1, or any values
 * @y: (nullable): [rows, cols] targets, for probabilities in 0 … 1; of labels and numbers, NaN is not
 *   known and left out where it stands
 * @index: (nullable): [rows] classes, instead of @y; rows whose class is not in 0 … cols − 1 are
 *   left out
 * @weight: (nullable): [rows]; rows with 0 are masked, all others count once
 * @labels: (nullable): [cols] names, NULL-ended or not; without them columns are numbered from 0
 *
 * Copies what it keeps. (transfer full)
 */
NwReport *nw_report_new(const char *output, NwHead head, gsize rows, gsize cols, const NwReal *p,
                        const NwReal *y, const gint32 *index, const NwReal *weight, char **labels);
/* Of predictions that any program made; rows are those of the forecast. (transfer full) */
NwReport *nw_report_new_from_forecast(const char *name, const NwForecast *forecast);
NwReport *nw_report_ref(NwReport *report);
void nw_report_unref(NwReport *report); /* NULL is nothing */

/* What was given are the steps of sequences, so many for each sample. For who made the report,
 * before others have it. */
void nw_report_set_steps(NwReport *report, gsize steps);

const char *nw_report_get_output(const NwReport *report);
const NwReportSummary *nw_report_get_summary(const NwReport *report);
const NwReportLabel *nw_report_get_label(const NwReport *report, guint label);
/* Labels by ece_floor, worst first; those with too few positives last. [n_labels] */
const guint *nw_report_get_order(const NwReport *report);

/* The diagram of the top label's confidence (softmax heads), else NULL. [NW_CONFIDENCE_BINS] */
const NwBin *nw_report_get_confidence(const NwReport *report, NwVerdict *verdict);

/* Predictions and targets are there; not in a report that was kept as a snapshot. */
gboolean nw_report_has_rows(const NwReport *report);

/* Exact; NaN with soft targets, a single class, or without rows. */
double nw_report_get_auc(NwReport *report, guint label);
double nw_report_get_average_precision(NwReport *report, guint label);

/* One label's predictions and targets as nw_threshold_… and nw_rank_new() take them:
 * [summary.rows]. Either may be NULL. For reports with rows. A target that is not known is NaN. */
void nw_report_read(const NwReport *report, guint label, double *p, double *y);
/* The same without what is not known; returns how many there are: the label's count. */
gsize nw_report_read_known(const NwReport *report, guint label, double *p, double *y);
/* One label's ranking, of what is known of it. NULL with soft targets, or without rows. (transfer full)
 * (nullable) */
NwRank *nw_report_dup_rank(const NwReport *report, guint label);
/* Which of the given rows each of these is, in the split sample · steps + step (for “the most
 * confident mistakes”). [summary.rows] */
const guint32 *nw_report_get_rows(const NwReport *report);

/* Where accuracy and ECE of the summary lie with 95 %; NaN where they are, or without rows. */
typedef struct {
  double accuracy_low, accuracy_high, ece_low, ece_high;
} NwReportIntervals;

/* Of the accuracy Wilson's interval for as many trials as there are samples: steps of one sample
 * and labels of one row are no witnesses of their own, so that there it is rather too wide than too
 * narrow. Of the ECE nw_ece_interval(); NaN when some target is not known. In nw-report-interval.c.
 */
void nw_report_get_intervals(const NwReport *report, NwReportIntervals *out);

/* How many of the rows say something of their own, 0 … 1: 1, or samples/rows of the steps of
 * sequences. What nw_roc_band() asks for. In nw-report-interval.c. */
double nw_report_get_witnesses(const NwReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwReport, nw_report_unref)
