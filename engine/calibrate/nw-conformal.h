/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Sets of answers that hold the truth as often as was chosen: split conformal prediction.
 *
 * A *score* says how strange it would be if an answer were the true one. Of n rows that were not
 * trained on, the k-th smallest score of what was true, k = ⌈(n + 1)·coverage⌉, is the *threshold*;
 * the set of a new row holds every answer whose score is at most that. When old and new rows come
 * from one source by chance, sets hold the truth with at least the coverage, whatever the network
 * is worth; without ties, with at most 1/(n + 1) more. (Vovk, Gammerman & Shafer 2005; Lei et al.
 * 2018, theorem 2.2)
 *
 * A *question* is what one set answers: a softmax head is one question with a class for each
 * column; each column of a sigmoid head is one with the answers no and yes; each column of values
 * is one, and its set is an interval. Pure functions, always in double. */
#pragma once

#include "nw-metric.h"

/**
 * NwConformalRows:
 * @p: [rows, cols] probabilities or values
 * @y: [rows, cols] what was true: of probabilities 0 or 1, one 1 in each row of a softmax head; NaN
 * is not known
 * @sample: (nullable): [rows] ascending: rows of one number are steps of one sample
 */
typedef struct {
  NwHead head;
  gsize rows, cols;
  const double *p, *y;
  const gsize *sample;
} NwConformalRows;

typedef struct _NwConformalKind NwConformalKind;

/**
 * NwConformalKind:
 * @fits: whether it makes sets for such a head
 * @score: the scores [n] of all answers, given their probabilities @p [n]; NULL for values
 * @distance: of values: of the truth from what was predicted
 */
struct _NwConformalKind {
  const char *id, *title, *summary;
  gboolean (*fits)(NwHead head);
  void (*score)(const double *p, gsize n, double *scores);
  double (*distance)(double p, double y);
};

/* The registry, made from the list in calibrate/meson.build; ended by NULL. */
extern const NwConformalKind *const nw_conformal_kinds[];
/* By id; @id NULL: the first that fits. NULL with a sentence. */
const NwConformalKind *nw_conformal_kind_find(const char *id, NwHead head, GError **error);

/* ⌈(n + 1)·coverage⌉, exact for decimal coverages; above n: too few rows for that. */
gsize nw_conformal_rank(gsize n, double coverage);
/* How many rows a coverage takes: the smallest n with nw_conformal_rank(n) ≤ n. */
gsize nw_conformal_rows_needed(double coverage);

typedef struct _NwConformal NwConformal;

/* Sorts the scores of @known, once for all coverages. Soft targets and rows without truth are one
 * sentence. (transfer full) */
NwConformal *
nw_conformal_new(const NwConformalKind *kind, const NwConformalRows *known, GError **error);
void nw_conformal_free(NwConformal *conformal);

const NwConformalKind *nw_conformal_get_kind(const NwConformal *conformal);
gsize
nw_conformal_get_n_questions(const NwConformal *conformal);     /* 1 of a softmax head, else cols */
gsize nw_conformal_get_n_answers(const NwConformal *conformal); /* of a question; of values 0 */
gsize nw_conformal_get_count(const NwConformal *conformal, gsize question); /* rows fitted to */
/* INFINITY when there are too few rows: the set is then everything. Of values half of the interval:
 * from p − threshold to p + threshold. */
double nw_conformal_get_threshold(const NwConformal *conformal, gsize question, double coverage);
/* Whether there are enough rows for @question; else one sentence. */
gboolean
nw_conformal_check(const NwConformal *conformal, gsize question, double coverage, GError **error);
/* @p: [cols] of one row; @in: (out) [n_answers]. Returns how many answers are in the set. */
gsize nw_conformal_fill_set(const NwConformal *conformal, gsize question, double coverage,
                            const double *p, gboolean *in);

/**
 * NwCoverage:
 * @rows: how many had a truth
 * @coverage: how often it was in the set
 * @low, @high: Wilson 95 % interval of @coverage; steps of one sample count as far as they say
 *   different things: by the variance of sums over samples
 * @size: mean number of answers in a set; of values mean width of the interval
 */
typedef struct {
  gsize rows;
  double coverage, low, high, size;
} NwCoverage;

/* Tries the sets on rows that were not fitted to. @sizes: (nullable) (out) [n_answers + 1] how many
 * sets have so many answers. Without rows numbers are NaN. */
NwCoverage nw_conformal_judge(const NwConformal *conformal, gsize question, double coverage,
                              const NwConformalRows *rows, gsize *sizes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwConformal, nw_conformal_free)
