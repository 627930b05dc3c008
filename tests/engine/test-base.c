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

/* Few rows and many, more steps than are done at a time; ends that fill no tile. */
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
} Blocks;

static void
block_cb(gpointer data, const NwGemmBlock *block)
{
  const Blocks *blocks = data;

  g_assert_cmpuint(block->column % NW_GEMM_BLOCK, ==, 0);
  g_assert_cmpuint(block->columns, <=, NW_GEMM_BLOCK);
  for (gsize r = 0; r < block->rows; r++)
    memcpy(blocks->c + (block->row + r) * blocks->cols + block->column,
           block->c + r * block->stride, block->columns * sizeof *block->c);
}

/* Few terms in each sum, and so many that b is copied together. */
static void
test_blocks(void)
{
  enum { ROWS = 107, COLS = 2100, MOST = 300 };
  static const gsize terms[] = {33, 65, MOST};
  g_autoptr(NwPool) pool = nw_pool_new(2);
  g_autofree NwReal *x = g_new(NwReal, MOST * ROWS), *dy = g_new(NwReal, MOST * COLS);
  g_autofree NwReal *whole = g_new(NwReal, ROWS * COLS), *put = g_new(NwReal, ROWS * COLS);
  Blocks blocks = {put, COLS};
  NwEpilogue epilogue = {.func = block_cb, .data = &blocks};
  NwRng rng = nw_rng(1, NW_RNG_TEST, 0, 0, 0);

  for (gsize i = 0; i < MOST * ROWS; i++)
    x[i] = (NwReal)nw_rng_normal(&rng, i);
  for (gsize i = 0; i < MOST * COLS; i++)
    dy[i] = (NwReal)nw_rng_normal(&rng, 10000000 + i);
  for (gsize i = 0; i < G_N_ELEMENTS(terms); i++) {
    gsize n = terms[i];
    memset(put, 0xff, ROWS * COLS * sizeof *put);
    nw_gemm(NULL, NW_TRANS, NW_NO_TRANS, ROWS, COLS, n, 1, x, ROWS, dy, COLS, 0, whole, COLS);
    nw_gemm_blocks(pool, ROWS, COLS, n, x, dy, &epilogue);
    g_assert_cmpmem(whole, ROWS * COLS * sizeof *whole, put, ROWS * COLS * sizeof *put);
  }
}

static void
double_cb(gpointer data, const NwGemmBlock *block)
{
  for (gsize r = 0; r < block->rows; r++)
    for (gsize j = 0; j < block->columns; j++)
      block->c[r * block->stride + j] *= 2;
}

/* 2 (c + a·op(b) + bias), set and added to */
static void
test_epilogue(void)
{
  static const gsize sizes[][3] = {{1, 1100, 70}, {3, 50, 9}, {40, 33, 600}, {300, 130, 65}};
  g_autoptr(NwPool) pool = nw_pool_new(2);
  NwRng rng = nw_rng(1, NW_RNG_TEST, 0, 0, 0);

  for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
    gsize m = sizes[s][0], n = sizes[s][1], k = sizes[s][2];
    g_autofree NwReal *a = g_new(NwReal, m * k), *b = g_new(NwReal, k * n);
    g_autofree NwReal *bias = g_new(NwReal, n), *c = g_new(NwReal, m * n),
                      *d = g_new(NwReal, m * n);
    for (gsize i = 0; i < MAX(m, n) * k; i++) {
      a[i % (m * k)] = (NwReal)nw_rng_normal(&rng, i);
      b[i % (k * n)] = (NwReal)nw_rng_normal(&rng, 10000000 + i);
    }
    for (gsize i = 0; i < n; i++)
      bias[i] = (NwReal)nw_rng_normal(&rng, 20000000 + i);
    for (int run = 0; run < 4; run++) {
      NwTrans tb = run & 1;
      gboolean add = run >> 1;
      NwEpilogue epilogue = {.bias = tb == NW_TRANS ? NULL : bias, .func = double_cb};
      for (gsize i = 0; i < m * n; i++)
        c[i] = d[i] = add ? (NwReal)i / 1000 : (NwReal)NAN;
      nw_gemm_then(pool, tb, m, n, k, a, k, b, tb == NW_TRANS ? k : n, add, c, n, &epilogue);
      for (gsize i = 0; i < m * n; i++) {
        double sum = product(NW_NO_TRANS, tb, m, n, k, a, b, i / n, i % n);
        sum += add ? (double)d[i] : 0;
        sum += tb == NW_TRANS ? 0 : (double)bias[i % n];
        g_assert_cmpfloat(fabs((double)c[i] - 2 * sum), <, 4e-4);
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
  g_test_add_func("/base/product-in-blocks-is-the-product", test_blocks);
  g_test_add_func("/base/epilogue-sees-every-number-of-a-product-once", test_epilogue);
  return g_test_run();
}
