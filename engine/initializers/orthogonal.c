/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-blas.h"
#include "nw-initializer-private.h"

/* LAPACK's QR decomposition, column-major, as OpenBLAS exports it. */
extern void dgeqrf_(const int *m, const int *n, double *a, const int *lda, double *tau,
                    double *work, const int *lwork, int *info);
extern void dorgqr_(const int *m, const int *n, const int *k, double *a, const int *lda,
                    const double *tau, double *work, const int *lwork, int *info);

/* a[m, n], column-major, m ≥ n, becomes the Q of its QR decomposition with the signs that make the
 * diagonal of R positive: then Q is uniform among all (Mezzadri, "How to generate random matrices
 * from the classical compact groups", Notices of the AMS 54, 2007). */
static void
orthogonalize(int m, int n, double *a)
{
  g_autofree double *tau = g_new(double, n), *sign = g_new(double, n), *work = NULL;
  double best[2];
  int query = -1, info;

  nw_blas_init(); /* the same bits at any number of threads */
  dgeqrf_(&m, &n, a, &m, tau, &best[0], &query, &info);
  dorgqr_(&m, &n, &n, a, &m, tau, &best[1], &query, &info);
  int size = (int)MAX(best[0], best[1]);
  work = g_new(double, size);

  dgeqrf_(&m, &n, a, &m, tau, work, &size, &info);
  g_assert(info == 0);
  for (gsize j = 0; j < (gsize)n; j++)
    sign[j] = a[j * (gsize)m + j] < 0 ? -1 : 1;
  dorgqr_(&m, &n, &n, a, &m, tau, work, &size, &info);
  g_assert(info == 0);
  for (gsize j = 0; j < (gsize)n; j++)
    for (gsize i = 0; i < (gsize)m; i++)
      a[j * (gsize)m + i] *= sign[j];
}

/* The weight is seen as a matrix [rows, cols] whose last axis is cols; the shorter of its rows and
 * columns are orthonormal, times the gain (Saxe, McClelland & Ganguli, ICLR 2014). */
static void
fill(const NwRng *rng, const NwShape *shape, const double *arguments, NwReal *w)
{
  gsize rows = (gsize)nw_shape_rows(shape), cols = (gsize)nw_shape_last(shape);
  gsize m = MAX(rows, cols), n = MIN(rows, cols);
  g_autofree double *a = g_new(double, m *n);

  g_return_if_fail(m <= G_MAXINT);
  for (gsize i = 0; i < m * n; i++)
    a[i] = nw_rng_normal(rng, i);
  orthogonalize((int)m, (int)n, a);
  for (gsize i = 0; i < rows; i++)
    for (gsize j = 0; j < cols; j++)
      w[i * cols + j] = (NwReal)(arguments[0] * (rows >= cols ? a[j * m + i] : a[i * m + j]));
}

static const double defaults[] = {1};

const NwInitializerKind nw_initializer_orthogonal = {
    .text.id = "orthogonal",
    .text.title = N_("Orthogonal"),
    .text.summary = N_("orthogonal(gain): rows or columns at right angles; made for recurrent weights"),
    .text.defaults = defaults,
    .text.n_arguments = G_N_ELEMENTS(defaults),
    .fill = fill,
};
