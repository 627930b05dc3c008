/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What windows do that keep channels apart: pooling and depthwise convolution. Each function does
 * one sample, x[height, width, C] and y[out height, out width, C'], and of its channels those of
 * @span: channels are the vectors, and any split of them gives the same bits. Padding never counts.
 */
#pragma once

#include "nw-stencil.h"

/* Channels first … first + n − 1 of so many. */
typedef struct {
  gsize channels, first, n;
} NwChannels;

typedef struct {
  /* y = the largest; NaN wins */
  void (*max)(const NwStencil *window, const NwChannels *span, const NwReal *x, NwReal *y);
  /* dx += dy where x is the largest for the first time in its window. @set: every x is in one window;
   * dx is set, to 0 where x is not the largest */
  void (*max_back)(const NwStencil *window, const NwChannels *span, const NwReal *x,
                   const NwReal *y, const NwReal *dy, NwReal *dx, gboolean set);
  /* y = the mean; @mask: (nullable): one per row of x, of which those count that are not 0. The
   * mean of nothing is 0. */
  void (*average)(const NwStencil *window, const NwChannels *span, const guint8 *mask,
                  const NwReal *x, NwReal *y);
  void (*average_back)(const NwStencil *window, const NwChannels *span, const guint8 *mask,
                       const NwReal *dy, NwReal *dx); /* dx += */

  /* With M results per channel: y[…, c·M + m] = b[c·M + m] + Σ x[…, c]·w[p, q, c, m]; @span counts
   * channels of x, of which y has M times as many. @bias: (nullable) */
  void (*depthwise)(const NwStencil *window, const NwChannels *span, gsize multiplier,
                    const NwReal *x, const NwReal *w, const NwReal *bias, NwReal *y);
  void (*depthwise_back)(const NwStencil *window, const NwChannels *span, gsize multiplier,
                         const NwReal *dy, const NwReal *w, NwReal *dx); /* dx += */
  void (*depthwise_weigh)(const NwStencil *window, const NwChannels *span, gsize multiplier,
                          const NwReal *x, const NwReal *dy, NwReal *dw); /* dw += */
} NwStencilKernels;

const NwStencilKernels *nw_stencil_kernels(void);

/* Calls @func for every sample, a part of the channels at a time when a sample is large: it has
 * @numbers numbers, whose last axis has @channels. */
typedef void (*NwStencilFunc)(gconstpointer data, const NwChannels *span, gsize sample);
void nw_stencil_run(NwPool *pool, gsize n, gsize numbers, gsize channels, NwStencilFunc func,
                    gconstpointer data);
