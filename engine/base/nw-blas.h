/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Matrix products, one name for float and double: kernels of our own where one matrix has few rows
 * (nw-gemm.h), OpenBLAS where all are large. OpenBLAS stays at one thread; our own pool splits the
 * output into tiles whose borders do not depend on the number of threads. */
#pragma once

#include "nw-pool.h"
#include "nw-real.h"

typedef enum { NW_NO_TRANS, NW_TRANS } NwTrans;

/**
 * nw_gemm:
 * C[m,n] = alpha · op(A)[m,k] · op(B)[k,n] + beta · C, all row-major; lda, ldb, ldc are the
 * distances between rows in memory. beta = 0 ignores what C holds, NaN included.
 * @pool: (nullable)
 */
void
nw_gemm(NwPool *pool, NwTrans trans_a, NwTrans trans_b, gsize m, gsize n, gsize k, NwReal alpha,
        const NwReal *a, gsize lda, const NwReal *b, gsize ldb, NwReal beta, NwReal *c, gsize ldc);

/* The most numbers of a piece: a row of a product is one piece, or several when it is longer. */
#define NW_PIECE ((gsize)2048)

/* Numbers column … column + n − 1 of a row of a product. */
typedef void (*NwPieceFunc)(gpointer data, gsize row, gsize column, NwReal *c, gsize n);

/* xᵀ[rows, n] · dy[n, cols] in pieces that @func, in any thread of the pool, uses up at once. Each
 * number is, bit for bit, what nw_gemm gives. @n must have pieces. */
void nw_gemm_pieces(NwPool *pool, gsize rows, gsize cols, gsize n, const NwReal *x,
                    const NwReal *dy, NwPieceFunc func, gpointer data);
/* Are there pieces of a product whose sums have @n terms? Not when it is better made as a whole. */
gboolean nw_gemm_has_pieces(gsize n);

/* Once per process, before the first product. Safe to call again. */
void nw_blas_init(void);

/* "OpenBLAS 0.3.21 SkylakeX": what a run records, for Replay. (transfer none) */
const char *nw_blas_describe(void);
