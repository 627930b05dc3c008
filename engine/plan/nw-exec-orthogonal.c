/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Keras' OrthogonalRegularizer: how far the rows, or columns, of a weight are from right angles. */
#include "nw-exec-private.h"

#include "nw-blas.h"

/* Rows of the table of cosines that are made at a time. */
#define BLOCK 128

/* keras.config.epsilon(): no vector counts as shorter. */
#define EPSILON 1e-7

/* n vectors of m numbers */
static void
get_size(const NwWeightSpec *spec, gsize *n, gsize *m)
{
  gsize rows = (gsize)nw_shape_rows(&spec->shape), cols = (gsize)nw_shape_last(&spec->shape);
  *n = spec->orthogonal_columns ? cols : rows;
  *m = spec->orthogonal_columns ? rows : cols;
}

gsize
nw_exec_orthogonal_size(const NwWeightSpec *spec)
{
  gsize n, m;

  get_size(spec, &n, &m);
  return n * m + n + MIN(n, BLOCK) * (n + m); /* directions, lengths, cosines, gradients */
}

/* u_i = w_i / |w_i| */
static void
fill_directions(const NwWeight *weight, gsize n, gsize m, gsize next, gsize step, NwReal *u,
                NwReal *inverse)
{
  for (gsize i = 0; i < n; i++) {
    double square = 0;
    for (gsize k = 0; k < m; k++)
      square +=
          (double)weight->value[i * next + k * step] * (double)weight->value[i * next + k * step];
    inverse[i] = (NwReal)MIN(1 / sqrt(square), 1 / EPSILON);
    for (gsize k = 0; k < m; k++)
      u[i * m + k] = weight->value[i * next + k * step] * inverse[i];
  }
}

/* c[n] cosines of vector @i with all → their signs, 0 with itself. Returns the sum of |c|. */
static double
take_signs(NwReal *c, gsize n, gsize i)
{
  double sum = 0;

  c[i] = 0;
  for (gsize j = 0; j < n; j++) {
    sum += fabs((double)c[j]);
    c[j] = (NwReal)((c[j] > 0) - (c[j] < 0));
  }
  return sum;
}

/* With c_ij = u_i·u_j and pairs = n (n − 1) / 2:  loss = factor Σ_{i≠j} |c_ij| / 2 / pairs
 * ∂/∂u_i = d_i = factor Σ_j sign(c_ij) u_j / pairs,  ∂/∂w_i = (d_i − (d_i·u_i) u_i) / |w_i| */
double
nw_exec_orthogonal(const NwExecWeightTerm *term, NwPool *pool, gboolean backward)
{
  const NwWeightSpec *spec = term->spec;
  const NwWeight *weight = term->weight;
  gsize n, m;
  get_size(spec, &n, &m);
  gsize next = spec->orthogonal_columns ? 1 : m, step = spec->orthogonal_columns ? n : 1;
  NwReal *u = term->vectors, *inverse = u + n * m, *c = inverse + n, *d = c + MIN(n, BLOCK) * n;
  NwReal rate = (NwReal)(spec->orthogonal / ((double)n * ((double)n - 1) / 2));
  double sum = 0;

  fill_directions(weight, n, m, next, step, u, inverse);
  for (gsize first = 0; first < n; first += BLOCK) {
    gsize count = MIN(BLOCK, n - first);

    nw_gemm(pool, NW_NO_TRANS, NW_TRANS, count, n, m, 1, u + first * m, m, u, m, 0, c, n);
    for (gsize i = 0; i < count; i++)
      sum += take_signs(c + i * n, n, first + i);
    if (!backward)
      continue;
    nw_gemm(pool, NW_NO_TRANS, NW_NO_TRANS, count, m, n, rate, c, n, u, m, 0, d, m);
    for (gsize i = 0; i < count; i++) {
      const NwReal *ui = u + (first + i) * m, *di = d + i * m;
      NwReal *g = weight->gradient + (first + i) * next, dot = 0;
      for (gsize k = 0; k < m; k++)
        dot += di[k] * ui[k];
      for (gsize k = 0; k < m; k++)
        g[k * step] += inverse[first + i] * (di[k] - dot * ui[k]);
    }
  }
  return (double)rate * sum / 2;
}
