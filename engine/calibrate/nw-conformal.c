/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-conformal.h"

#include "nw-error.h"
#include "nw-reliability.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>

/* Coverages such as 0.95 are not exact in binary: a product that is a whole number in decimals must
 * not become the next one. */
#define SLACK 1e-9

struct _NwConformal {
  const NwConformalKind *kind;
  NwHead head;
  gsize cols, n_questions;
  gsize *starts;  /* [n_questions + 1] into scores */
  double *scores; /* ascending within each question */
};

gsize
nw_conformal_rank(gsize n, double coverage)
{
  return (gsize)MAX(ceil(((double)n + 1) * coverage - SLACK), 1);
}

gsize
nw_conformal_rows_needed(double coverage)
{
  return (gsize)MAX(ceil(coverage / (1 - coverage) - SLACK), 1);
}

const NwConformalKind *
nw_conformal_kind_find(const char *id, NwHead head, GError **error)
{
  gboolean known = FALSE;

  for (gsize i = 0; nw_conformal_kinds[i] != NULL; i++) {
    gboolean named = id == NULL || g_str_equal(nw_conformal_kinds[i]->id, id);
    if (named && nw_conformal_kinds[i]->fits(head))
      return nw_conformal_kinds[i];
    known |= named;
  }
  if (known)
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("“%s” makes no sets for this kind of output"),
                id);
  else
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("“%s” is no way to make sets; known are lac, aps and residual"), id);
  return NULL;
}

/* ── scores ──────────────────────────────────────────────────────────────────────────────────── */

static gsize
count_questions(NwHead head, gsize cols)
{
  return head == NW_HEAD_SOFTMAX ? 1 : cols;
}

/* The answers of a question: @pair: [2] room for no and yes. */
static const double *
get_answers(NwHead head, gsize cols, gsize question, const double *p, double *pair, gsize *n)
{
  *n = head == NW_HEAD_SOFTMAX ? cols : 2;
  if (head == NW_HEAD_SOFTMAX)
    return p;
  pair[0] = 1 - p[question];
  pair[1] = p[question];
  return pair;
}

/* Which answer was true; −1: not known. */
static gssize
find_truth(NwHead head, gsize cols, gsize question, const double *y)
{
  if (head == NW_HEAD_SIGMOID)
    return isnan(y[question]) ? -1 : y[question] == 1;
  for (gsize k = 0; k < cols; k++)
    if (y[k] == 1)
      return (gssize)k;
  return -1;
}

/* NaN: nobody knows what was true. @scores: work [cols + 2]; of classes all of them. */
static double
score_truth(const NwConformalKind *kind, const NwConformalRows *rows, gsize row, gsize question,
            double *scores)
{
  const double *p = rows->p + row * rows->cols, *y = rows->y + row * rows->cols, *answers;
  double pair[2];
  gssize truth;
  gsize n;

  if (rows->head == NW_HEAD_VALUES)
    return kind->distance(p[question], y[question]);
  truth = find_truth(rows->head, rows->cols, question, y);
  answers = get_answers(rows->head, rows->cols, question, p, pair, &n);
  if (truth < 0)
    return NAN;
  kind->score(answers, n, scores);
  return scores[truth];
}

static gboolean
check_hard(const NwConformalRows *rows, GError **error)
{
  for (gsize i = 0; rows->head != NW_HEAD_VALUES && i < rows->rows * rows->cols; i++)
    if (!isnan(rows->y[i]) && rows->y[i] != 0 && rows->y[i] != 1) {
      g_set_error_literal(
          error, NW_ERROR, NW_ERROR_INPUT,
          _("Targets are percentages: whether a set holds the truth can only be said "
            "where that is yes or no"));
      return FALSE;
    }
  return TRUE;
}

static int
compare_cb(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

NwConformal *
nw_conformal_new(const NwConformalKind *kind, const NwConformalRows *known, GError **error)
{
  g_autoptr(NwConformal) self = g_new0(NwConformal, 1);
  g_autofree double *work = g_new(double, known->cols + 2);
  gsize n = 0;

  g_return_val_if_fail(kind->fits(known->head), NULL);

  if (!check_hard(known, error))
    return NULL;
  self->kind = kind;
  self->head = known->head;
  self->cols = known->cols;
  self->n_questions = count_questions(known->head, known->cols);
  self->starts = g_new0(gsize, self->n_questions + 1);
  self->scores = g_new(double, known->rows * self->n_questions + 1);
  for (gsize question = 0; question < self->n_questions; question++) {
    for (gsize row = 0; row < known->rows; row++) {
      double score = score_truth(kind, known, row, question, work);
      if (!isnan(score))
        self->scores[n++] = score;
    }
    self->starts[question + 1] = n;
    qsort(self->scores + self->starts[question], n - self->starts[question], sizeof(double),
          compare_cb);
  }
  if (n == 0) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("There is no row with a known truth to make sets by"));
    return NULL;
  }
  return g_steal_pointer(&self);
}

void
nw_conformal_free(NwConformal *self)
{
  if (self == NULL)
    return;
  g_free(self->starts);
  g_free(self->scores);
  g_free(self);
}

const NwConformalKind *
nw_conformal_get_kind(const NwConformal *self)
{
  return self->kind;
}

gsize
nw_conformal_get_n_questions(const NwConformal *self)
{
  return self->n_questions;
}

gsize
nw_conformal_get_n_answers(const NwConformal *self)
{
  if (self->head == NW_HEAD_VALUES)
    return 0;
  return self->head == NW_HEAD_SOFTMAX ? self->cols : 2;
}

gsize
nw_conformal_get_count(const NwConformal *self, gsize question)
{
  return self->starts[question + 1] - self->starts[question];
}

double
nw_conformal_get_threshold(const NwConformal *self, gsize question, double coverage)
{
  gsize n = nw_conformal_get_count(self, question), rank = nw_conformal_rank(n, coverage);

  return rank <= n ? self->scores[self->starts[question] + rank - 1] : INFINITY;
}

gboolean
nw_conformal_check(const NwConformal *self, gsize question, double coverage, GError **error)
{
  gsize n = nw_conformal_get_count(self, question), needed = nw_conformal_rows_needed(coverage);

  if (n >= needed)
    return TRUE;
  g_set_error(
      error, NW_ERROR, NW_ERROR_INPUT,
      _("%.4g %% takes at least %zu validation rows, and there are %zu: every answer would have "
        "to be in the set. Choose less, or give validation more rows"),
      100 * coverage, needed, n);
  return FALSE;
}

/* ── sets ────────────────────────────────────────────────────────────────────────────────────── */

gsize
nw_conformal_fill_set(const NwConformal *self, gsize question, double coverage, const double *p,
                      gboolean *in)
{
  double threshold = nw_conformal_get_threshold(self, question, coverage), pair[2];
  g_autofree double *scores = g_new(double, self->cols + 2);
  gsize n, size = 0;
  const double *answers;

  g_return_val_if_fail(self->head != NW_HEAD_VALUES, 0);

  answers = get_answers(self->head, self->cols, question, p, pair, &n);
  self->kind->score(answers, n, scores);
  for (gsize k = 0; k < n; k++) {
    in[k] = scores[k] <= threshold;
    size += (gsize)in[k];
  }
  return size;
}

/* Hits are of a row each, or of all steps of a sample together. */
typedef struct {
  gsize rows, hits;
  double size;
  /* of the samples: Σ n², Σ n·h, Σ h², for the variance of Σ (h − n·coverage) */
  double nn, nh, hh;
  gsize sample_rows, sample_hits;
} Count;

static void
end_sample(Count *count)
{
  double n = (double)count->sample_rows, h = (double)count->sample_hits;

  count->nn += n * n;
  count->nh += n * h;
  count->hh += h * h;
  count->sample_rows = count->sample_hits = 0;
}

static NwCoverage
measure(const Count *count)
{
  double n = (double)count->rows, share = (double)count->hits / n, variance, counts = n;

  if (count->rows == 0)
    return (NwCoverage){0, NAN, NAN, NAN, NAN};
  /* Σ over samples of (hits − share·rows)²; of independent rows that is n·share·(1 − share). */
  variance = count->hh - 2 * share * count->nh + share * share * count->nn;
  if (variance > 0)
    counts = MIN(n * n * share * (1 - share) / variance, n);
  NwCoverage result = {count->rows, share, 0, 0, count->size / n};
  nw_wilson(share * counts, counts, NW_Z_95, &result.low, &result.high);
  return result;
}

NwCoverage
nw_conformal_judge(const NwConformal *self, gsize question, double coverage,
                   const NwConformalRows *rows, gsize *sizes)
{
  double threshold = nw_conformal_get_threshold(self, question, coverage);
  gsize n_answers = nw_conformal_get_n_answers(self);
  g_autofree double *scores = g_new(double, self->cols + 2);
  Count count = {0};

  for (gsize k = 0; sizes != NULL && k <= n_answers; k++)
    sizes[k] = 0;
  for (gsize row = 0; row < rows->rows; row++) {
    double score = score_truth(self->kind, rows, row, question, scores), size = 2 * threshold;
    if (row > 0 && (rows->sample == NULL || rows->sample[row] != rows->sample[row - 1]))
      end_sample(&count);
    if (isnan(score))
      continue;
    if (n_answers > 0) {
      gsize n = 0;
      for (gsize k = 0; k < n_answers; k++)
        n += scores[k] <= threshold;
      size = (double)n;
      if (sizes != NULL)
        sizes[n]++;
    }
    count.rows++;
    count.sample_rows++;
    count.hits += score <= threshold;
    count.sample_hits += score <= threshold;
    count.size += size;
  }
  end_sample(&count);
  return measure(&count);
}
