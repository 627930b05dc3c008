/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-blas.h"
#include "nw-pool.h"
#include "nw-rng.h"
#include "nw-shape.h"

#include <string.h>

/* Known answers of Philox4x32-10 from the authors' Random123 distribution. */
static void
test_philox(void)
{
  guint32 out[4];
  NwRng zero = {{0, 0}, {0, 0}};
  NwRng pi = {{0xa4093822, 0x299f31d0}, {0x13198a2e, 0x03707344}};

  nw_rng_block(&zero, 0, out);
  g_assert_cmphex(out[0], ==, 0x6627e8d5);
  g_assert_cmphex(out[1], ==, 0xe169c58d);
  g_assert_cmphex(out[2], ==, 0xbc57ac4c);
  g_assert_cmphex(out[3], ==, 0x9b00dbd8);
  nw_rng_block(&pi, 0x85a308d3243f6a88u, out);
  g_assert_cmphex(out[0], ==, 0xd16cfe09);
  g_assert_cmphex(out[1], ==, 0x94fdcceb);
  g_assert_cmphex(out[2], ==, 0x5001e420);
  g_assert_cmphex(out[3], ==, 0x24126ea1);
}

static void
test_permutation(void)
{
  enum { N = 1000 };
  guint32 order[N];
  gboolean seen[N] = {FALSE};
  NwRng rng = nw_rng(7, NW_RNG_SHUFFLE, 0, 1, 0);

  nw_rng_permutation(&rng, N, order);
  for (int i = 0; i < N; i++) {
    g_assert_cmpuint(order[i], <, N);
    g_assert_false(seen[order[i]]);
    seen[order[i]] = TRUE;
  }
}

static void
test_shape_saturates(void)
{
  NwShape shape = NW_SHAPE(G_MAXINT32, G_MAXINT32, G_MAXINT32), pair = NW_SHAPE(50, 65);
  g_autofree char *text = nw_shape_to_text(&pair);

  g_assert_cmpint(nw_shape_elements(&shape), ==, NW_MAX_ELEMENTS + 1);
  g_assert_cmpstr(text, ==, "50 × 65");
}

static void
square_cb(gpointer data, gsize task)
{
  ((guint *)data)[task] = (guint)(task * task);
}

static void
test_pool(void)
{
  g_autoptr(NwPool) pool = nw_pool_new(4);
  guint squares[257];

  for (int round = 0; round < 2000; round++) {
    memset(squares, 0xff, sizeof squares);
    nw_pool_run(pool, G_N_ELEMENTS(squares), square_cb, squares);
    for (guint i = 0; i < G_N_ELEMENTS(squares); i++)
      g_assert_cmpuint(squares[i], ==, i * i);
  }
}

/* Few rows and many, so that our kernels and OpenBLAS have their turn; ends that fill no tile. */
static const struct {
  gsize m, n, k;
} products[] = {{67, 1100, 65}, {1, 70, 600}, {32, 2100, 40}, {9, 3, 17},
                {130, 33, 5},   {5, 1, 1},    {600, 40, 530}, {32, 96, 600}};

static double
product(NwTrans ta, NwTrans tb, gsize m, gsize n, gsize k, const NwReal *a, const NwReal *b,
        gsize i, gsize j)
{
  double sum = 0;
  for (gsize s = 0; s < k; s++)
    sum += (double)(ta == NW_TRANS ? a[s * m + i] : a[i * k + s]) *
           (double)(tb == NW_TRANS ? b[j * k + s] : b[s * n + j]);
  return sum;
}

/* Every transposition, setting and adding, and the same bits at 1 and 3 threads. */
static void
test_gemm(void)
{
  g_autoptr(NwPool) pool = nw_pool_new(3);

  nw_blas_init();
  for (gsize p = 0; p < G_N_ELEMENTS(products); p++) {
    gsize m = products[p].m, n = products[p].n, k = products[p].k;
    g_autofree NwReal *a = g_new(NwReal, m * k), *b = g_new(NwReal, k * n);
    g_autofree NwReal *one = g_new(NwReal, m * n), *three = g_new(NwReal, m * n);
    NwRng rng = nw_rng(1, NW_RNG_TEST, 0, 0, 0);

    for (gsize i = 0; i < m * k; i++)
      a[i] = (NwReal)nw_rng_normal(&rng, i);
    for (gsize i = 0; i < k * n; i++)
      b[i] = (NwReal)nw_rng_normal(&rng, 10000000 + i);
    for (int run = 0; run < 8; run++) {
      NwTrans ta = run & 1, tb = run >> 1 & 1;
      NwReal beta = (NwReal)(run >> 2);
      gsize lda = ta == NW_TRANS ? m : k, ldb = tb == NW_TRANS ? k : n;
      for (gsize i = 0; i < m * n; i++)
        one[i] = three[i] = beta == 1 ? (NwReal)i / 1000 : (NwReal)NAN;
      nw_gemm(NULL, ta, tb, m, n, k, 1, a, lda, b, ldb, beta, one, n);
      nw_gemm(pool, ta, tb, m, n, k, 1, a, lda, b, ldb, beta, three, n);
      g_assert_cmpmem(one, m * n * sizeof *one, three, m * n * sizeof *three);
      for (gsize i = 0; i<m; i += m> 40 ? 13 : 1) {
        for (gsize j = 0; j<n; j += n> 100 ? 27 : 1) {
          double sum = product(ta, tb, m, n, k, a, b, i, j);
          sum += beta == 1 ? (double)(NwReal)(i * n + j) / 1000 : 0;
          g_assert_cmpfloat(fabs((double)one[i * n + j] - sum), <, 2e-4);
        }
      }
    }
  }
}

typedef struct {
  NwReal *c;
  gsize cols;
} Pieces;

static void
piece_cb(gpointer data, gsize row, gsize column, NwReal *c, gsize n)
{
  const Pieces *pieces = data;
  memcpy(pieces->c + row * pieces->cols + column, c, n * sizeof *c);
}

static void
test_pieces(void)
{
  enum { ROWS = 107, COLS = 2100, N = 33 };
  g_autoptr(NwPool) pool = nw_pool_new(2);
  g_autofree NwReal *x = g_new(NwReal, N * ROWS), *dy = g_new(NwReal, N * COLS);
  g_autofree NwReal *whole = g_new(NwReal, ROWS * COLS), *put = g_new(NwReal, ROWS * COLS);
  Pieces pieces = {put, COLS};
  NwRng rng = nw_rng(1, NW_RNG_TEST, 0, 0, 0);

  for (gsize i = 0; i < N * ROWS; i++)
    x[i] = (NwReal)nw_rng_normal(&rng, i);
  for (gsize i = 0; i < N * COLS; i++)
    dy[i] = (NwReal)nw_rng_normal(&rng, 10000000 + i);
  nw_gemm(NULL, NW_TRANS, NW_NO_TRANS, ROWS, COLS, N, 1, x, ROWS, dy, COLS, 0, whole, COLS);
  nw_gemm_pieces(pool, ROWS, COLS, N, x, dy, piece_cb, &pieces);
  g_assert_cmpmem(whole, ROWS * COLS * sizeof *whole, put, ROWS * COLS * sizeof *put);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/base/philox-gives-the-published-numbers", test_philox);
  g_test_add_func("/base/permutation-holds-every-index-once", test_permutation);
  g_test_add_func("/base/shape-products-never-overflow", test_shape_saturates);
  g_test_add_func("/base/pool-runs-every-task-once", test_pool);
  g_test_add_func("/base/product-has-the-same-bits-at-any-thread-count", test_gemm);
  g_test_add_func("/base/product-in-pieces-is-the-product", test_pieces);
  return g_test_run();
}
