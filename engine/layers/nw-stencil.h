/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How a window slides over a sample: what convolutions and pooling have in common.
 *
 * Samples are height × width × channels. One of steps × channels is taken as one of width 1, so
 * that one piece of code does for both. */
#pragma once

#include "nw-layer.h"

/* Along one axis: the window at position i reads i·stride + t·dilation − before, t = 0 … size − 1;
 * what lies outside 0 … in − 1 is padding. */
typedef struct {
  gsize in, out, size, stride, dilation, before;
} NwSlide;

typedef struct {
  NwSlide h, w;
} NwStencil;

/* The family of kinds whose window goes along a line (steps × channels), or over a plane: the
 * number of its axes. */
extern const int nw_stencil_line, nw_stencil_plane;

static inline int
nw_infer_axes(const NwInfer *infer)
{
  return *(const int *)infer->kind->family;
}

/* A size per axis, for parameters that are one number, or a list with one for both axes or one for
 * each; FALSE for a list of any other length. */
gboolean nw_stencil_pair(const NwParams *params, const char *key, gsize *height, gsize *width);

/* Height, width and channels of a sample. */
void nw_stencil_sizes(const NwShape *shape, gsize *height, gsize *width, gsize *channels);
/* The shape that has them, of the rank of @like. */
NwShape nw_stencil_shape(const NwShape *like, gsize height, gsize width, gsize channels);

/**
 * nw_stencil:
 * @size_key: the parameter that is the window's size: "kernel_size" or "pool_size"
 *
 * From @size_key, strides (none: the size), padding and, where the table has it, dilation_rate. On
 * an axis where it does not fit, out = 0. (Keras: same and causal give ⌈in/stride⌉ positions; the
 * odd one of the padding goes behind.)
 */
NwStencil nw_stencil(const NwParams *params, const NwShape *in, const char *size_key);

/* Fails when the input carries ids, or has not as many axes as its family and channels; proposes a
 * Reshape. */
gboolean nw_infer_want_grid(const NwInfer *infer, GError **error);
/* Fails when the list @key has neither one nor two numbers. */
gboolean nw_infer_want_pair(const NwInfer *infer, const char *key, GError **error);
/* The same for a list that may be empty. */
gboolean nw_infer_want_pair_or_none(const NwInfer *infer, const char *key, GError **error);
/* Fails when both strides and dilation are above 1, as in Keras. */
gboolean nw_infer_check_strides(const NwInfer *infer, const NwStencil *window, GError **error);
/* All three, then nw_stencil of input 0; fails when the window does not fit. */
gboolean
nw_infer_stencil(const NwInfer *infer, const char *size_key, NwStencil *window, GError **error);

/* "3 × 3": a size as people read it. (transfer full) */
char *nw_stencil_text(const NwParams *params, const char *key);

const NwChoice *nw_stencil_paddings(void);        /* valid, same */
const NwChoice *nw_stencil_causal_paddings(void); /* and causal */

/* Rows of a table. @axes is 1 or 2. */
#define NW_PARAM_SIZE1(key, title, help, initial)                                                  \
  {                                                                                                \
    key, title, help, NW_PARAM_INT, initial, 1, 1 << 16                                            \
  }
#define NW_PARAM_SIZE2(key, title, help, initial)                                                  \
  {                                                                                                \
    key, title, help, NW_PARAM_INTS, initial, 1, 1 << 12                                           \
  }
