/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Activation functions: one table, Keras' names (facts A.3). */
#pragma once

#include "nw-cpu.h"
#include "nw-param.h"
#include "nw-pool.h"
#include "nw-real.h"

/**
 * NwActivation:
 * @needs_x: backward reads the input (so the plan keeps it and does not run in place)
 * @needs_y: backward reads the output
 * @row_wise: acts on whole rows (softmax, …) rather than number by number
 * @halves: the last axis of the output is half as long (glu)
 * @forward: y[rows, cols'] = f(x[rows, cols]); y may be x itself unless needs_x or halves
 * @backward: dx[rows, cols] = f'(x)ᵀ · dy, or += when @accumulate; dx may be dy itself unless
 * halves
 */
typedef struct {
  const char *id, *title, *formula;
  gboolean needs_x, needs_y, row_wise, halves;
  void (*forward)(const NwReal *x, NwReal *y, gsize rows, gsize cols);
  void (*backward)(const NwReal *x, const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows,
                   gsize cols, gboolean accumulate);
} NwActivation;

/* The table of the CPU variant in use, ended by a NULL id; "linear" is first. That of another
 * variant, for tests: NULL when it cannot run here. */
const NwActivation *nw_activations(void);
const NwActivation *nw_activations_of(NwCpu cpu);
const NwActivation *nw_activation_find(const char *id); /* (nullable) */
const NwChoice *nw_activation_choices(void);

/* The same, split over the pool by rows (or by numbers when not row_wise). */
void nw_activation_forward(const NwActivation *activation, NwPool *pool, const NwReal *x, NwReal *y,
                           gsize rows, gsize cols);
void nw_activation_backward(const NwActivation *activation, NwPool *pool, const NwReal *x,
                            const NwReal *y, const NwReal *dy, NwReal *dx, gsize rows, gsize cols,
                            gboolean accumulate);

/* In place on a block whose rows are @stride numbers apart, in the calling thread: c = f(c), and
 * c = f'·c where y, apart likewise, is f of something. Not for those that are row_wise or halve. */
void nw_activation_forward_block(const NwActivation *activation, NwReal *c, gsize stride,
                                 gsize rows, gsize cols);
void nw_activation_backward_block(const NwActivation *activation, const NwReal *y, NwReal *c,
                                  gsize stride, gsize rows, gsize cols);
