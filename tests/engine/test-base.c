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

/* Every transposition, a size that is cut into tiles, and the same bits at 1 and 3 threads. */
static void
test_gemm(void)
{
  enum { M = 67, N = 1100, K = 65 };
  g_autoptr(NwPool) pool = nw_pool_new(3);
  g_autofree NwReal *a = g_new(NwReal, M * K), *b = g_new(NwReal, K * N);
  g_autofree NwReal *one = g_new(NwReal, M * N), *three = g_new(NwReal, M * N);
  NwRng rng = nw_rng(1, NW_RNG_TEST, 0, 0, 0);

  nw_blas_init();
  for (int i = 0; i < M * K; i++)
    a[i] = (NwReal)nw_rng_normal(&rng, i);
  for (int i = 0; i < K * N; i++)
    b[i] = (NwReal)nw_rng_normal(&rng, 100000 + i);
  for (int trans = 0; trans < 4; trans++) {
    NwTrans ta = trans & 1, tb = trans >> 1;
    gsize lda = ta == NW_TRANS ? M : K, ldb = tb == NW_TRANS ? K : N;
    nw_gemm(NULL, ta, tb, M, N, K, 1, a, lda, b, ldb, 0, one, N);
    nw_gemm(pool, ta, tb, M, N, K, 1, a, lda, b, ldb, 0, three, N);
    g_assert_cmpmem(one, M * N * sizeof *one, three, M * N * sizeof *three);
    for (int i = 0; i < M; i += 13) {
      for (int j = 0; j < N; j += 97) {
        double sum = 0;
        for (int k = 0; k < K; k++)
          sum += (double)(ta == NW_TRANS ? a[k * M + i] : a[i * K + k]) *
                 (tb == NW_TRANS ? b[j * K + k] : b[k * N + j]);
        g_assert_cmpfloat(fabs(one[i * N + j] - sum), <, 1e-4);
      }
    }
  }
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
  return g_test_run();
}
