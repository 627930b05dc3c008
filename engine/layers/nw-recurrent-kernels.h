/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What recurrent layers calculate at every step, one table per CPU variant: the product of a few
 * states with weights that stay the same for the whole sequence, and the formulas of the cells. */
#pragma once

#include "nw-activation.h"
#include "nw-cpu.h"
#include "nw-real.h"

/* Columns of packed weights are rounded up to this many at most. */
#define NW_PACK_COLUMNS 32

/* One sample at one step; vectors of `units` numbers unless said otherwise. Activated values stand
 * where they were calculated: z holds what goes into the gates, then the gates; backward, their
 * gradients by what went in. */
typedef struct {
  gsize units;
  const NwActivation *activation, *recurrent; /* of candidate and result; of the gates */
  NwReal *z;                                  /* [gates · units] */
  NwReal *pre;          /* [gates · units] what went into the gates, when a slope needs it; or z */
  NwReal *kept;         /* [kept · units] of forward, for backward */
  const NwReal *h0;     /* state before */
  NwReal *h, *c;        /* state: before → after. Backward, gradients: after → before */
  const NwReal *factor; /* LSTM: of the forget gate (decay); GRU: of the state (dropout); or NULL */
  NwReal *d_factor;     /* LSTM, backward: its gradient */
  NwReal *d_inner;      /* [gates · units] GRU, backward: gradients by h·U + b */
  NwReal *row;          /* [gates · units] scratch */
} NwCellRow;

typedef struct {
  /* B[k, n], or its transpose when @transposed (B is then [n, k] in memory), in panels for
   * `product`: k · (n rounded up to NW_PACK_COLUMNS) numbers at most. */
  void (*pack)(const NwReal *b, gsize ldb, gboolean transposed, gsize k, gsize n, NwReal *packed);
  /* C[rows, n] = A[rows, k]·B, or += when @accumulate. The sum over k is taken in order, so a row
   * does not depend on how many stand beside it. */
  void (*product)(const NwReal *a, gsize lda, gsize rows, gsize k, const NwReal *packed, gsize n,
                  NwReal *c, gsize ldc, gboolean accumulate);

  void (*simple_forward)(const NwCellRow *row);
  void (*simple_backward)(const NwCellRow *row);
  void (*lstm_forward)(const NwCellRow *row);
  void (*lstm_backward)(const NwCellRow *row);
  /* GRU: the gates z and r first; then the candidate, for which `kept` holds h·U + b (@after: the
   * reset gate acts behind the product) or what was multiplied with U. */
  void (*gru_gates)(const NwCellRow *row);
  void (*gru_forward)(const NwCellRow *row, gboolean after);
  /* Of the candidate; then of the gates, for which, unless @after, d_inner's last part holds the
   * gradient by what was multiplied with U, and h0 the state behind dropout. */
  void (*gru_backward)(const NwCellRow *row, gboolean after);
  void (*gru_backward_gates)(const NwCellRow *row, gboolean after);
} NwRecurrentKernels;

/* Of the variant in use. */
const NwRecurrentKernels *nw_recurrent_kernels(void);
