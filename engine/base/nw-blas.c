/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-blas.h"

#include <cblas.h>

#include "nw-gemm.h"

extern char *openblas_get_config(void);
extern char *openblas_get_corename(void);

/* Tiles of the output: wide enough that packing pays, small enough that two threads share a layer.
 */
#define TILE_COLUMNS 512
#define TILE_ROWS    512

/* Below this many multiplications a product stays one call. */
#define WORTH_SPLITTING (1 << 18)

typedef struct {
  NwTrans trans_a, trans_b;
  gsize m, n, k, lda, ldb, ldc, tile_m, tile_n, tiles_across;
  NwReal alpha, beta;
  const NwReal *a, *b;
  NwReal *c;
} Gemm;

static void
tile_cb(gpointer data, gsize task)
{
  const Gemm *g = data;
  gsize row = task / g->tiles_across * g->tile_m, column = task % g->tiles_across * g->tile_n;
  gsize rows = MIN(g->tile_m, g->m - row), columns = MIN(g->tile_n, g->n - column);
  const NwReal *a = g->trans_a == NW_TRANS ? g->a + row : g->a + row * g->lda;
  const NwReal *b = g->trans_b == NW_TRANS ? g->b + column * g->ldb : g->b + column;
#ifdef NW_REAL_DOUBLE
  cblas_dgemm(
#else
  cblas_sgemm(
#endif
      CblasRowMajor, g->trans_a == NW_TRANS ? CblasTrans : CblasNoTrans,
      g->trans_b == NW_TRANS ? CblasTrans : CblasNoTrans, (int)rows, (int)columns, (int)g->k,
      g->alpha, a, (int)g->lda, b, (int)g->ldb, g->beta, g->c + row * g->ldc + column, (int)g->ldc);
}

void
nw_gemm(NwPool *pool, NwTrans trans_a, NwTrans trans_b, gsize m, gsize n, gsize k, NwReal alpha,
        const NwReal *a, gsize lda, const NwReal *b, gsize ldb, NwReal beta, NwReal *c, gsize ldc)
{
  NwGemm own = {trans_a, trans_b, m, n, k, lda, ldb, ldc, a, b, c, beta == 1, {NULL}};
  Gemm g = {trans_a,   trans_b,      m, n,     k,    lda, ldb, ldc,
            TILE_ROWS, TILE_COLUMNS, 0, alpha, beta, a,   b,   c};
  if (m == 0 || n == 0)
    return;
  if (alpha == 1 && (beta == 0 || beta == 1) && !(trans_a == NW_TRANS && trans_b == NW_TRANS)) {
    nw_gemm_run(&own, pool);
    return;
  }
  if (m * n * k < WORTH_SPLITTING) {
    g.tile_m = m;
    g.tile_n = n;
  } else if (n >= m) {
    g.tile_m = m > TILE_ROWS ? TILE_ROWS : m;
    g.tile_n = MIN(TILE_COLUMNS, MAX(64, (n / 2 + 63) / 64 * 64));
  } else {
    g.tile_n = n > TILE_COLUMNS ? TILE_COLUMNS : n;
    g.tile_m = MIN(TILE_ROWS, MAX(16, (m / 2 + 15) / 16 * 16));
  }
  g.tiles_across = (n + g.tile_n - 1) / g.tile_n;
  nw_pool_run(pool, (m + g.tile_m - 1) / g.tile_m * g.tiles_across, tile_cb, &g);
}

void
nw_gemm_then(NwPool *pool, NwTrans trans_b, gsize m, gsize n, gsize k, const NwReal *a, gsize lda,
             const NwReal *b, gsize ldb, gboolean add, NwReal *c, gsize ldc,
             const NwEpilogue *epilogue)
{
  NwGemm gemm = {NW_NO_TRANS, trans_b, m, n, k, lda, ldb, ldc, a, b, c, add, *epilogue};
  g_return_if_fail(c != NULL);
  g_return_if_fail(trans_b == NW_NO_TRANS || epilogue->bias == NULL);
  nw_gemm_run(&gemm, pool);
}

/* With more terms than this, a product takes so long that storing it does not matter. */
#define MOST_TERMS 512

gboolean
nw_gemm_has_blocks(gsize n)
{
  return n <= MOST_TERMS;
}

void
nw_gemm_blocks(NwPool *pool, gsize rows, gsize cols, gsize n, const NwReal *x, const NwReal *dy,
               const NwEpilogue *epilogue)
{
  NwGemm gemm = {NW_TRANS, NW_NO_TRANS, rows, cols, n,     rows,     cols,
                 cols,     x,           dy,   NULL, FALSE, *epilogue};
  g_return_if_fail(nw_gemm_has_blocks(n));
  nw_gemm_run(&gemm, pool);
}

void
nw_blas_init(void)
{
  static gsize once = 0;
  if (g_once_init_enter(&once)) {
    openblas_set_num_threads(1);
    g_once_init_leave(&once, 1);
  }
}

const char *
nw_blas_describe(void)
{
  static char *text = NULL;
  if (g_once_init_enter(&text)) {
    g_auto(GStrv) words = g_strsplit(openblas_get_config(), " ", 3);
    const char *version = words[0] != NULL && words[1] != NULL ? words[1] : "";
    g_once_init_leave(&text, g_strdup_printf("OpenBLAS %s %s", version, openblas_get_corename()));
  }
  return text;
}
