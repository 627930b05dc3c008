/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-affine.h"

#include "nw-descend.h"
#include "nw-rng.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#define FOLDS          3
#define MAX_FOLD_WORK  2e7
#define MIDDLE_PENALTY 0.01
static const double penalties[] = {1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5};

typedef struct {
  const double *x, *y; /* [n, k] */
  gsize n, k;
  double penalty;
  double *q; /* [n, k] work */
} Problem;

/* q[n, k] = x[n, k]·Wᵀ + b, not yet exponentiated */
static void
multiply(const Problem *problem, const double *v)
{
  gsize n = problem->n, k = problem->k;

  for (gsize i = 0; i < n; i++)
    memcpy(problem->q + i * k, v + k * k, k * sizeof *v);
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)n, (int)k, (int)k, 1, problem->x,
              (int)k, v, (int)k, 1, problem->q, (int)k);
}

/* z becomes softmax(z); returns ln Σ e^z */
static double
exponentiate(double *z, gsize k)
{
  double top = -INFINITY, sum = 0;

  for (gsize j = 0; j < k; j++)
    top = MAX(top, z[j]);
  for (gsize j = 0; j < k; j++)
    sum += z[j] = exp(z[j] - top);
  for (gsize j = 0; j < k; j++)
    z[j] /= sum;
  return top + log(sum);
}

/* The mean log loss; leaves q − y in @q. */
static double
log_loss(const Problem *problem, const double *v)
{
  gsize k = problem->k;
  double sum = 0;

  multiply(problem, v);
  for (gsize i = 0; i < problem->n; i++) {
    double *q = problem->q + i * k, log_sum, score = 0;
    const double *y = problem->y + i * k;

    for (gsize j = 0; j < k; j++)
      score += y[j] * q[j];
    log_sum = exponentiate(q, k);
    sum += (log_sum - score) / problem->n;
    for (gsize j = 0; j < k; j++)
      q[j] -= y[j];
  }
  return sum;
}

/* ∂/∂W = (q − y)ᵀ·x/n, ∂/∂b = Σ (q − y)/n, and the penalties' 2λ·w/(k(k − 1)), 2λ·b/k */
static double
loss(gpointer data, const double *v, double *g)
{
  const Problem *problem = data;
  gsize n = problem->n, k = problem->k;
  double sum = log_loss(problem, v);

  for (gsize i = 0; i < k; i++) {
    for (gsize j = 0; j < k; j++) {
      double rate = i == j ? 0 : problem->penalty / (k * (k - 1)), w = v[i * k + j];
      sum += rate * w * w;
      g[i * k + j] = 2 * rate * w;
    }
    sum += problem->penalty / k * v[k * k + i] * v[k * k + i];
    g[k * k + i] = 2 * problem->penalty / k * v[k * k + i];
  }
  cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, (int)k, (int)k, (int)n, 1.0 / n, problem->q,
              (int)k, problem->x, (int)k, 1, g, (int)k);
  for (gsize i = 0; i < n; i++)
    for (gsize j = 0; j < k; j++)
      g[k * k + j] += problem->q[i * k + j] / n;
  return sum;
}

void
nw_affine_fit(const double *x, const double *y, gsize n, gsize k, double penalty, double *v)
{
  g_autofree double *q = g_new(double, n *k);
  Problem problem = {x, y, n, k, penalty, q};

  nw_descend(loss, &problem, k * k + k, v);
}

/* By chance: files have orders. */
static gsize
fold_of(gsize row)
{
  NwRng rng = nw_rng(1, NW_RNG_SAMPLE, 2, 0, 0);

  return (gsize)nw_rng_below(&rng, row, FOLDS);
}

static void
set_identity(double *v, gsize k)
{
  memset(v, 0, (k * k + k) * sizeof *v);
  for (gsize j = 0; j < k; j++)
    v[j * k + j] = 1;
}

/* Rows in fold @fold when @inside, else all others: how many. */
static gsize
take_fold(const double *from, gsize n, gsize k, gsize fold, gboolean inside, double *to)
{
  gsize taken = 0;

  for (gsize i = 0; i < n; i++)
    if ((fold_of(i) == fold) == inside)
      memcpy(to + k * taken++, from + i * k, k * sizeof *to);
  return taken;
}

/* Σ of the log losses of the folds, each fitted without itself. */
static double
judge_penalty(const double *x, const double *y, gsize n, gsize k, double penalty)
{
  g_autofree double *x_part = g_new(double, n *k), *y_part = g_new(double, n *k);
  g_autofree double *q = g_new(double, n *k), *v = g_new(double, k *k + k);
  double sum = 0;

  for (gsize fold = 0; fold < FOLDS; fold++) {
    gsize rows = take_fold(x, n, k, fold, FALSE, x_part);
    take_fold(y, n, k, fold, FALSE, y_part);
    set_identity(v, k);
    nw_affine_fit(x_part, y_part, rows, k, penalty, v);
    rows = take_fold(x, n, k, fold, TRUE, x_part);
    take_fold(y, n, k, fold, TRUE, y_part);
    Problem problem = {x_part, y_part, rows, k, penalty, q};
    sum += log_loss(&problem, v) * rows;
  }
  return sum;
}

void
nw_affine_fit_penalty(const double *x, const double *y, gsize n, gsize k, double *v)
{
  double best = MIDDLE_PENALTY, least = INFINITY;

  for (gsize i = 0; i < G_N_ELEMENTS(penalties) && n >= FOLDS && 2.0 * n * k * k <= MAX_FOLD_WORK;
       i++) {
    double now = judge_penalty(x, y, n, k, penalties[i]);
    if (now >= least)
      continue;
    least = now;
    best = penalties[i];
  }
  set_identity(v, k);
  nw_affine_fit(x, y, n, k, best, v);
}

void
nw_affine_apply(const double *v, const double *x, double shift, gsize k, double *q)
{
  for (gsize i = 0; i < k; i++) {
    q[i] = v[k * k + i];
    for (gsize j = 0; j < k; j++)
      q[i] += v[i * k + j] * (x[j] - shift);
  }
  exponentiate(q, k);
}
