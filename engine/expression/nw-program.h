/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A formula made ready to run on tensors of known shapes, forward and backward.
 *
 * It works sample by sample: the batch is no axis that a formula sees, and every input and the
 * result have a sample's shape. Shapes meet as in numpy: aligned at their ends, an axis of 1 is
 * repeated.
 *
 * Operations over the same shape are gathered in one loop, which goes through its tensors in blocks
 * that stay in the processor's cache: a chain of operations reads its inputs once and writes only
 * what leaves the loop. Backward calculates each block once more rather than keep it. */
#pragma once

#include "nw-expression.h"
#include "nw-pool.h"

typedef struct _NwProgram NwProgram;

/* Wires and their masks. */
#define NW_PROGRAM_MAX_INPUTS (2 * NW_EXPRESSION_MAX_NAMES)

/**
 * nw_program_new:
 * @names: [n_inputs] what the formula calls each input
 * @shapes: [n_inputs]; rank < 0: there is no such input
 * @first_axis: what the formula calls the first axis: 1 behind a batch, 0 without one
 *
 * Returns: (transfer full): g_free; or NULL with “column 9: …”. Nothing is shared with @expression.
 */
NwProgram *nw_program_new(const NwExpression *expression, const char *const *names,
                          const NwShape *shapes, gsize n_inputs, int first_axis, GError **error);

/* Of the result, per sample. */
const NwShape *nw_program_get_shape(const NwProgram *program);
/* Inputs, as bits, that the formula names. */
guint32 nw_program_get_reads(const NwProgram *program);
/* Inputs, as bits, whose first axis is that of the result: their masks go on. */
guint32 nw_program_get_steps(const NwProgram *program);
/* Numbers per sample that are kept from forward to backward, which needs as many once more. */
gsize nw_program_get_kept(const NwProgram *program);
/* Does backward read the result? */
gboolean nw_program_reads_result(const NwProgram *program);
/* Operations on numbers, per sample. */
gint64 nw_program_get_flops(const NwProgram *program);

/* y[n, …] of the inputs x[i][n, …]; @kept[n · kept]. */
void nw_program_forward(const NwProgram *program, NwPool *pool, gsize n, const NwReal *const *x,
                        NwReal *kept, NwReal *y);

/**
 * nw_program_backward:
 * @kept: as forward left it
 * @scratch: [n · kept]
 * @dx: [n_inputs] the gradients of the inputs, set, or added to where @accumulate is on; NULL: not
 *   wanted. Two may be the same tensor.
 */
void nw_program_backward(const NwProgram *program, NwPool *pool, gsize n, const NwReal *const *x,
                         const NwReal *kept, const NwReal *y, const NwReal *dy, NwReal *scratch,
                         NwReal *const *dx, const gboolean *accumulate);
