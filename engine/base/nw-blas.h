/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Matrix products, one name for float and double: by kernels of our own (nw-gemm.h); what they do
 * not do, OpenBLAS does, which stays at one thread. Our own pool splits the output into tiles whose
 * borders do not depend on the number of threads. */
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

/* The most columns of a block; it begins at a multiple of them. */
#define NW_GEMM_BLOCK ((gsize)2048)

/* Rows row … row + rows − 1 and columns column … column + columns − 1 of a product: c holds them,
 * one row @stride numbers behind the other. */
typedef struct {
  gsize row, rows, column, columns, stride;
  NwReal *c;
} NwGemmBlock;
typedef void (*NwGemmBlockFunc)(gpointer data, const NwGemmBlock *block);

/* What is done with a product while it is in the cache. */
typedef struct {
  const NwReal *bias;   /* (nullable): [n], added to every row of A · B */
  NwGemmBlockFunc func; /* (nullable): sees every number once, in any thread of the pool */
  gpointer data;
} NwEpilogue;

/* C (+)= A · op(B) as in nw_gemm, and then @epilogue. */
void nw_gemm_then(NwPool *pool, NwTrans trans_b, gsize m, gsize n, gsize k, const NwReal *a,
                  gsize lda, const NwReal *b, gsize ldb, gboolean add, NwReal *c, gsize ldc,
                  const NwEpilogue *epilogue);

/* xᵀ[rows, n] · dy[n, cols] in blocks that the epilogue, in any thread of the pool, uses up at
 * once. Each number is, bit for bit, what nw_gemm gives. @n must have blocks. */
void nw_gemm_blocks(NwPool *pool, gsize rows, gsize cols, gsize n, const NwReal *x,
                    const NwReal *dy, const NwEpilogue *epilogue);
/* Are there blocks of a product whose sums have @n terms? Not of so many that storing it costs
 * nothing beside making it. */
gboolean nw_gemm_has_blocks(gsize n);

/* Once per process, before the first product. Safe to call again. */
void nw_blas_init(void);

/* "OpenBLAS 0.3.21 SkylakeX": what a run records, for Replay. (transfer none) */
const char *nw_blas_describe(void);
