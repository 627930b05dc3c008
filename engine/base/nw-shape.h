/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The shape of one sample: row-major, without the batch axis. */
#pragma once

#include <glib.h>

#define NW_MAX_RANK 6

/* Elements of one sample, or of one weight, may not exceed this; larger shapes are refused before any
 * allocation. */
#define NW_MAX_ELEMENTS (G_GINT64_CONSTANT(1) << 31)

/**
 * NwShape:
 * @rank: number of axes without the batch; 0 is one number per sample
 * @dim: the axes' lengths, each ≥ 1
 */
typedef struct {
  int rank;
  gint64 dim[NW_MAX_RANK];
} NwShape;

typedef enum { NW_REAL, NW_INT32 } NwDtype;

/* What travels along a wire: the shape of a sample and the kind of number. */
typedef struct {
  NwShape shape;
  NwDtype dtype;
} NwType;

#define NW_SHAPE(...)                                                                              \
  nw_shape_of((gint64[]){__VA_ARGS__}, sizeof((gint64[]){__VA_ARGS__}) / sizeof(gint64))

NwShape nw_shape_of(const gint64 *dims, int rank);
gboolean nw_shape_equal(const NwShape *a, const NwShape *b);

/* Elements per sample, saturating at NW_MAX_ELEMENTS + 1 (so products never overflow). */
gint64 nw_shape_elements(const NwShape *shape);

/* Elements of the axes before the last (1 for rank 0 and 1) and of the last axis (1 for rank 0). */
gint64 nw_shape_rows(const NwShape *shape);
gint64 nw_shape_last(const NwShape *shape);

/* "50 × 65"; "1" for rank 0. (transfer full) */
char *nw_shape_to_text(const NwShape *shape);
