/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The products that nw_gemm makes itself, over the kernels of nw-gemm-kernels.h. */
#pragma once

#include "nw-blas.h"

/* C (+)= op(A) · op(B), as in nw_gemm. */
typedef struct {
  NwTrans trans_a, trans_b;
  gsize m, n, k, lda, ldb, ldc;
  const NwReal *a, *b;
  NwReal *c;
  gboolean add;
} NwGemm;

/* Few enough rows (or, for Aᵀ·B, terms of a sum) for these kernels to be the faster ones? */
gboolean nw_gemm_suits(const NwGemm *gemm);
void nw_gemm_run(const NwGemm *gemm, NwPool *pool);
/* Aᵀ · B, in pieces; c is not used. */
void nw_gemm_run_pieces(const NwGemm *gemm, NwPool *pool, NwPieceFunc func, gpointer data);
