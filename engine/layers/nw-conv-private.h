/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the three products of a convolution share. */
#pragma once

#include "nw-conv.h"
#include "nw-conv-kernels.h"

/* Multiplications of a piece of work that one thread does at a time: about 50 µs. */
#define NW_CONV_PIECE (1 << 21)

/* Buffers begin at whole cache lines. */
#define NW_CONV_ALIGNED(n) (((n) + 15) / 16 * 16)

static inline gsize
nw_conv_divide_up(gsize a, gsize b)
{
  return (a + b - 1) / b;
}

/* One axis of a product: from source to target positions. */
typedef struct {
  gsize source, target; /* positions without padding */
  gsize before, padded; /* zeros in front; positions with padding */
  gsize step;           /* from t to t + 1, in the padded source */
  gsize extent;         /* padded positions that one t may read */
  gsize n_t, n_phases;
} NwConvAxis;

/* From x to y. */
NwConvAxis nw_conv_forward_axis(const NwSlide *slide);
/* Copies rows first … first + rows − 1 of the padded picture; [rows, w.padded, channels]. */
void nw_conv_pad(const NwConvAxis *h, const NwConvAxis *w, gsize channels, const NwReal *from,
                 gsize first, gsize rows, NwReal *to);
/* Loops that follow each other in memory become one; a loop of one turn gives way to the next. */
void nw_conv_simplify(NwConvSum *sum);
/* What nw_conv_backward_kernel needs. */
NwBufferSpec nw_conv_weighing_scratch(const NwConv *conv);
