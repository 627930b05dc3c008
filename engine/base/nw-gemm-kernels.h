/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Products of matrices of which one has few rows: a batch of 32 against a layer's weights. Such a
 * product is as fast as the weights can be read, so they are read once, where they lie, and nothing
 * is rearranged first; libraries made for large matrices spend a third of their time on that. */
#pragma once

#include "nw-cpu.h"
#include "nw-real.h"

/* A tile of c: @rows times as many columns as the kernels say. */
typedef struct {
  gsize rows, steps; /* how many rows, how many terms in each sum */
  const NwReal *a;   /* a number for each row and step */
  gsize a_row, a_step;
  const NwReal *b; /* a row of columns for each step */
  gsize b_step;
  NwReal *c;
  gsize c_row;
  gboolean half;       /* only the first half of the columns is wanted */
  gboolean add;        /* to what c holds, instead of setting it */
  const NwReal *bias;  /* (nullable): [columns] added to each row */
  const NwReal *ahead; /* (nullable) rows @b_step apart that will be the next b */
  NwReal *keep;        /* (nullable): b is copied there, row behind row; only with @ahead */
} NwGemmTile;

typedef struct {
  gsize rows, columns; /* of a tile: most rows; exactly as many columns */
  /* c[i, ·] (+)= Σ_k a[i·a_row + k·a_step] · b[k, ·] for i < rows. The order of each sum is that of
   * k, whatever the tile: its bits do not depend on how a matrix is cut. */
  void (*tile)(const NwGemmTile *tile);
  /* c[n] += a[k] · b[k, n]: b is read along its rows */
  void (*row)(gsize n, gsize k, const NwReal *a, const NwReal *b, gsize ldb, NwReal *c);
  /* c[cols, rows] = aᵀ of a[rows, cols], or += */
  void (*turn)(gsize rows, gsize cols, const NwReal *a, gsize lda, NwReal *c, gsize ldc,
               gboolean add);
} NwGemmKernels;

/* The kernels of the variant in use. */
const NwGemmKernels *nw_gemm_kernels(void);
