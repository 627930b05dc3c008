/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-logistic.h"

#include <math.h>
#include <string.h>

#define RIDGE 1e-9

typedef struct {
  const double *x, *t, *start;
  gsize n, m;
} Problem;

double
nw_sigmoid(double z)
{
  return z >= 0 ? 1 / (1 + exp(-z)) : exp(z) / (1 + exp(z));
}

double
nw_softplus(double z)
{
  return MAX(z, 0) + log1p(exp(-fabs(z)));
}

void
nw_softmax(const double *z, gsize k, double *p)
{
  double top = z[0], sum = 0;

  for (gsize j = 1; j < k; j++)
    top = MAX(top, z[j]);
  for (gsize j = 0; j < k; j++)
    sum += p[j] = exp(z[j] - top);
  for (gsize j = 0; j < k; j++)
    p[j] /= sum;
}

static double
dot(const double *a, const double *b, gsize m)
{
  double sum = 0;
  for (gsize j = 0; j < m; j++)
    sum += a[j] * b[j];
  return sum;
}

/* mean softplus(x·v) − t·(x·v), plus the ridge */
static double
loss(const Problem *problem, const double *v)
{
  double sum = 0;

  for (gsize i = 0; i < problem->n; i++) {
    double z = dot(problem->x + i * problem->m, v, problem->m);
    sum += (nw_softplus(z) - problem->t[i] * z) / problem->n;
  }
  for (gsize j = 0; j < problem->m; j++)
    sum += RIDGE * (v[j] - problem->start[j]) * (v[j] - problem->start[j]);
  return sum;
}

/* g = ∇loss, h = ∇²loss: mean (σ − t)·x and mean σ(1 − σ)·x·xᵀ */
static void
derivatives(const Problem *problem, const double *v, double *g, double *h)
{
  gsize m = problem->m;

  memset(h, 0, m * m * sizeof *h);
  for (gsize j = 0; j < m; j++) {
    g[j] = 2 * RIDGE * (v[j] - problem->start[j]);
    h[j * m + j] = 2 * RIDGE;
  }
  for (gsize i = 0; i < problem->n; i++) {
    const double *x = problem->x + i * m;
    double q = nw_sigmoid(dot(x, v, m));
    for (gsize j = 0; j < m; j++) {
      g[j] += (q - problem->t[i]) * x[j] / problem->n;
      for (gsize k = 0; k <= j; k++)
        h[j * m + k] += q * (1 - q) * x[j] * x[k] / problem->n;
    }
  }
}

/* Solves h·d = g for a positive definite h (lower triangle given) by Cholesky; g becomes d. */
static void
solve(double *h, double *g, gsize m)
{
  for (gsize j = 0; j < m; j++) {
    for (gsize k = 0; k < j; k++)
      h[j * m + k] = (h[j * m + k] - dot(h + j * m, h + k * m, k)) / h[k * m + k];
    h[j * m + j] = sqrt(MAX(h[j * m + j] - dot(h + j * m, h + j * m, j), RIDGE));
  }
  for (gsize j = 0; j < m; j++)
    g[j] = (g[j] - dot(h + j * m, g, j)) / h[j * m + j];
  for (gsize j = m; j-- > 0;) {
    for (gsize k = j + 1; k < m; k++)
      g[j] -= h[k * m + j] * g[k];
    g[j] /= h[j * m + j];
  }
}

void
nw_logistic_fit(const double *x, const double *t, gsize n, gsize m, double *v)
{
  enum { STEPS = 100, HALVINGS = 40 };
  double start[NW_LOGISTIC_MAX_FEATURES], g[NW_LOGISTIC_MAX_FEATURES],
      next[NW_LOGISTIC_MAX_FEATURES];
  double h[NW_LOGISTIC_MAX_FEATURES * NW_LOGISTIC_MAX_FEATURES];
  Problem problem = {x, t, start, n, m};
  double now;

  g_return_if_fail(m <= NW_LOGISTIC_MAX_FEATURES && n > 0);
  memcpy(start, v, m * sizeof *v);
  now = loss(&problem, v);
  for (int step = 0; step < STEPS; step++) {
    double then = INFINITY, length = 0;

    derivatives(&problem, v, g, h);
    solve(h, g, m);
    for (int halving = 0; halving < HALVINGS && !(then <= now); halving++) {
      for (gsize j = 0; j < m; j++)
        next[j] = v[j] - ldexp(g[j], -halving);
      then = loss(&problem, next);
    }
    if (!(then <= now))
      return;
    for (gsize j = 0; j < m; j++) {
      length = MAX(length, fabs(next[j] - v[j]) / (1 + fabs(v[j])));
      v[j] = next[j];
    }
    now = then;
    if (length < 1e-10)
      return;
  }
}
