/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Matrix products, one name for float and double. OpenBLAS stays at one thread; our own pool splits
 * the output into tiles whose borders do not depend on the number of threads. */
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
void nw_gemm(NwPool *pool, NwTrans trans_a, NwTrans trans_b, gsize m, gsize n, gsize k, NwReal alpha,
             const NwReal *a, gsize lda, const NwReal *b, gsize ldb, NwReal beta, NwReal *c,
             gsize ldc);

/* Once per process, before the first product. Safe to call again. */
void nw_blas_init(void);

/* "OpenBLAS 0.3.21 SkylakeX": what a run records, for Replay. (transfer none) */
const char *nw_blas_describe(void);
