/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the elementwise merges (Add, Multiply, Maximum …) share: shapes that fit together, masks,
 * and a walk over an input along the rows of the output.
 *
 * Shapes are aligned at their ends, and axes of length 1 are repeated, as Keras does. Masks, as
 * Keras 3.15: the result has one when every input has, and then a step counts when it does in one
 * of them. */
#pragma once

#include "nw-layer.h"

/* Fails with a sentence when the inputs do not fit; otherwise adds the output and its mask. */
gboolean nw_merge_infer(NwInfer *infer, GError **error);

/* make_mask of all of them. */
void nw_merge_make_mask(const NwCall *call);

/* One input beside the output, row by row: rows are the output's last axis, or all that follows
 * each other in memory where the input has the output's shape and nobody asks for steps.
 *
 *   NwMergeRows rows = nw_merge_rows(call, input, first, n, by_step);
 *   while (nw_merge_next(&rows)) … y[rows.row + i] … x[rows.at + (rows.one ? 0 : i)], i < rows.cols
 */
typedef struct {
  const NwShape *out;
  const NwTensor *x;
  gsize cols, n_rows, stride[NW_MAX_RANK], sample;
  gsize next;
  gboolean by_step;

  gsize row, at;   /* where the row begins in the output and in the input */
  gboolean one;    /* one number of the input stands beside the whole row */
  gboolean counts; /* by_step: does the input count at this step? */
} NwMergeRows;

NwMergeRows nw_merge_rows(const NwCall *call, gsize input, gsize first, gsize n, gboolean by_step);
gboolean nw_merge_next(NwMergeRows *rows);

/* Does any input carry a mask of the output's steps? */
gboolean nw_merge_is_masked(const NwCall *call);
/* Do the inputs before @input count at the step of a row at @row? Without any mask among them, yes.
 */
gboolean nw_merge_counts_before(const NwCall *call, gsize input, gsize row);

/* Calls @func for stretches of samples, over the pool: func(data, first sample, samples). */
typedef void (*NwMergeFunc)(gconstpointer data, gsize first, gsize n);
void nw_merge_run(const NwCall *call, NwMergeFunc func, gconstpointer data);

/* Sets the gradients of all inputs, of @n samples from @first on, to 0 unless they accumulate. */
void nw_merge_clear(const NwCall *call, gsize first, gsize n);

/* The sums: y = a·x₁ + b·x₂ + b·x₃ + … */
void nw_merge_sum_forward(const NwCall *call, NwReal a, NwReal b);
void nw_merge_sum_backward(const NwCall *call, NwReal a, NwReal b);

/* The extremes: y = the largest input, or the smallest, among those that count at the step; of equal
 * ones the first. saved[0] is the index of the input taken. Their family is the sign that makes it the
 * largest. */
extern const NwReal nw_merge_largest, nw_merge_smallest;
extern const NwLayerExample nw_merge_examples[]; /* Multiply's, too */
gboolean nw_merge_extreme_infer(NwInfer *infer, GError **error);
void nw_merge_extreme_forward(const NwCall *call);
void nw_merge_extreme_backward(const NwCall *call);

#define NW_MERGE_INPUTS                                                                            \
  (const NwPort[])                                                                                 \
  {                                                                                                \
    {"inputs", N_("Inputs"), .variadic = TRUE},                                                    \
    {                                                                                              \
      NULL                                                                                         \
    }                                                                                              \
  }
