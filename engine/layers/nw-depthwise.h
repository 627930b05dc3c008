/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Convolution that keeps channels apart, M filters for each, and its gradients, over whole batches:
 *
 *   y[n, i, j, c·M + m] = b[c·M + m] + Σ_{p,q} x[n, i·s + p·d − before, …, c] · W[p, q, c, m] */
#pragma once

#include "nw-pool.h"
#include "nw-stencil.h"

typedef struct {
  NwStencil window;
  gsize channels, multiplier;
} NwDepthwise;

void nw_depthwise_forward(const NwDepthwise *conv, NwPool *pool, gsize n, const NwReal *x,
                          const NwReal *w, const NwReal *bias, NwReal *y); /* bias: (nullable) */
void nw_depthwise_backward_input(const NwDepthwise *conv, NwPool *pool, gsize n, const NwReal *dy,
                                 const NwReal *w, NwReal *dx, gboolean add);
/* dw +=; @scratch: nw_depthwise_scratch numbers */
void nw_depthwise_backward_kernel(const NwDepthwise *conv, NwPool *pool, gsize n, const NwReal *x,
                                  const NwReal *dy, NwReal *dw, NwReal *scratch);
gint64 nw_depthwise_scratch(const NwDepthwise *conv);

/* DepthwiseConv1D and 2D. */
gboolean nw_depthwise_infer(NwInfer *infer, GError **error);
void nw_depthwise_layer_forward(const NwCall *call);
void nw_depthwise_layer_backward(const NwCall *call);
