/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The products that nw_gemm makes itself, over the kernels of nw-gemm-kernels.h. */
#pragma once

#include "nw-blas.h"

/* C (+)= op(A) · op(B), as in nw_gemm; not both are transposed. */
typedef struct {
  NwTrans trans_a, trans_b;
  gsize m, n, k, lda, ldb, ldc;
  const NwReal *a, *b;
  NwReal *c; /* NULL: Aᵀ · B is not stored, only the epilogue sees it */
  gboolean add;
  NwEpilogue epilogue;
} NwGemm;

void nw_gemm_run(const NwGemm *gemm, NwPool *pool);
