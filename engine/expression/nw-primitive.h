/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What formulas are made of: one table of operations, each with its derivative.
 *
 * The text of an expression, the drawn nodes and the loops that run them all read this table. One
 * line in nw-primitive-kernels.c adds an operation to all of them. */
#pragma once

#include "nw-cpu.h"
#include "nw-param.h"
#include "nw-real.h"

#define NW_PRIMITIVE_MAX_ARGS 3

typedef enum {
  NW_REDUCE_NONE, /* elementwise */
  NW_REDUCE_SUM,
  NW_REDUCE_MEAN,
  NW_REDUCE_MAX,
  NW_REDUCE_MIN,
} NwReduce;

/**
 * NwPrimitive:
 * @id: as a formula writes it: "square"; of an operator its name, which cannot be written: "add"
 * @sign: (nullable): of an operator: "+"
 * @binding: how strongly the operator binds; see nw-expression.c
 * @title: for people; NULL: only in formulas, not as a drawn node
 * @formula: y of x, or of a, b, c
 * @slope: dy/dx, or dy/da; dy/db; dy/dc
 * @n_args: numbers that a result is made of
 * @reduce: over axes of a tensor; forward and backward are then NULL
 * @forward: y[n] of x[0][n] …; y is none of x
 * @backward: dx[i][n] += dy[n] · slope, which is 0 wherever dy is, so that where() keeps what it
 * does not choose out of the gradient; dx[i] NULL: not wanted. NULL: the slope is 0 everywhere
 */
typedef struct {
  const char *id, *sign;
  int binding;
  const char *title, *formula, *slope;
  int n_args;
  NwReduce reduce;
  void (*forward)(const NwReal *const *x, NwReal *y, gsize n);
  void (*backward)(const NwReal *const *x, const NwReal *y, const NwReal *dy, NwReal *const *dx,
                   gsize n);
} NwPrimitive;

/* The table of the CPU variant in use, ended by a NULL id; that of another one, for tests: NULL
 * when it cannot run here. */
const NwPrimitive *nw_primitives(void);
const NwPrimitive *nw_primitives_of(NwCpu cpu);
const NwPrimitive *nw_primitive_find(const char *id); /* (nullable) */

/* The titled functions of one number, and the reductions: for tables of parameters. */
const NwChoice *nw_primitive_function_choices(void);
const NwChoice *nw_primitive_reduction_choices(void);
