/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The one sum behind a convolution, its gradient by the input and its gradient by the kernel:
 *
 *   c[m, v] = Σ_p Σ_q Σ_k a[row_a(m) + p·a.p + q·a.q + k·a.k] · b[p·b.p + q·b.q + k·b.k + v]
 *
 * a product of matrices whose rows of a lie where they may, so that nothing is copied together
 * first (no im2col). A tile of c stays in registers: `rows` times two vectors. */
#pragma once

#include "nw-cpu.h"
#include "nw-real.h"

#define NW_CONV_MAX_ROWS 12

typedef struct {
  gsize p, q, k;
} NwConvSteps;

/* How many terms, and how far one lies from the next in a and in b (in numbers). */
typedef struct {
  NwConvSteps n, a, b;
} NwConvSum;

typedef struct {
  gsize rows;  /* of a tile, at most */
  gsize panel; /* columns of a tile, at most; b has as many that may be read, from v = 0 on */

  /**
   * tile:
   * @rows: 1 … rows of the table; @row_a and @row_c say where each begins
   * @cols: 1 … panel, so many are written
   * @start: (nullable): [panel] numbers that the sums begin with, instead of 0
   * @add: to what c holds, instead of setting it
   */
  void (*tile)(const NwConvSum *sum, gsize rows, gsize cols, const NwReal *a, const gsize *row_a,
               const NwReal *b, const NwReal *start, NwReal *c, const gsize *row_c, gboolean add);
} NwConvKernels;

/* The kernels of the variant in use; those of another one, for tests: NULL when it cannot run here.
 */
const NwConvKernels *nw_conv_kernels(void);
const NwConvKernels *nw_conv_kernels_of(NwCpu cpu);
