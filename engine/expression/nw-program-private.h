/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What making a program (nw-program.c) and running it (nw-program-run.c) share. */
#pragma once

#include "nw-program.h"

/* Numbers in a block. A loop has at most this many registers, each a block. */
#define NW_PROGRAM_BLOCK     256
#define NW_PROGRAM_REGISTERS 32

/* Where a loop's numbers stand in a tensor: for each axis of the loop, the samples first, its
 * length and how far apart two neighbours are in the tensor: 0 where it is repeated, or summed
 * over. Axes that follow each other without a gap are one. */
typedef struct {
  int rank;                                            /* ≥ 1 */
  gsize dim[NW_MAX_RANK + 1], stride[NW_MAX_RANK + 1]; /* dim[0] is not read */
} NwWalk;

/* One tensor outside the loops: the inputs, then the result, then what is kept. */
typedef struct {
  gsize elements; /* per sample */
  gsize offset;   /* per sample, among what is kept */
} NwPlace;

typedef enum {
  NW_STEP_LOAD,   /* register = place, repeated as the walk says */
  NW_STEP_NUMBER, /* register = number */
  NW_STEP_APPLY,  /* register = op(registers) */
  NW_STEP_STORE,  /* place = register */
  NW_STEP_REDUCE, /* place = register, reduced as the walk says */
} NwStepKind;

typedef struct {
  NwStepKind kind;
  int reg;
  int args[NW_PRIMITIVE_MAX_ARGS]; /* registers */
  const NwPrimitive *op;
  NwReal number;
  int place;
  gboolean alone; /* LOAD: of an input, as it is, that no other step loads */
  int ties;       /* REDUCE to the largest: place that counts how many are; else −1 */
  NwReal factor;  /* REDUCE: of the sum */
  NwWalk walk;
} NwStep;

typedef struct {
  gsize elements; /* per sample */
  int first, n;   /* steps */
} NwLoop;

/* One block of memory; the pointers point into it. */
struct _NwProgram {
  NwShape shape;
  guint32 reads, steps, alone; /* inputs, as bits: that are named; whose steps the result has; that
                                * one step alone loads */
  gsize n_inputs, kept, work;  /* work: steps · elements per sample */
  gint64 flops;
  int n_places, n_loops, n_steps;
  NwPlace *places;
  NwLoop *loops;
  NwStep *list;
};

static inline gboolean
nw_walk_is_plain(const NwWalk *walk)
{
  return walk->rank == 1 && walk->stride[0] == 1;
}
