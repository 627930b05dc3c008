/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Convolution of whole batches and its two gradients, split over the pool:
 *
 *   y[n, i, j, f] = b[f] + Σ_{p,q,c} x[n, i·s + p·d − before, j·s + q·d − before, c] · W[p, q, c,
 * f]
 *
 * Every one of the three is a set of sums as in nw-conv-kernels.h. The kernel is packed into panels
 * first, padding is copied per piece of work, nothing else is moved. */
#pragma once

#include "nw-activation.h"
#include "nw-pool.h"
#include "nw-stencil.h"

typedef struct {
  NwStencil window;
  gsize channels, filters; /* of x, of y */
  gsize groups;            /* group g reads channels g·C/G … and makes filters g·F/G … */
} NwConv;

/* Memory that each of these needs while it runs. */
NwBufferSpec nw_conv_scratch(const NwConv *conv);

/* y = f(x * W + b), or added to y. @bias: (nullable). W[kernel_h, kernel_w, C/G, F]
 * @activation: (nullable): f, number by number */
void nw_conv_forward(const NwConv *conv, NwPool *pool, gsize n, const NwReal *x, const NwReal *w,
                     const NwReal *bias, const NwActivation *activation, NwReal *y, gboolean add,
                     NwReal *scratch);

/* dx[n, i', j', c] = Σ dy[n, i, j, f] · W[p, q, c, f] over all i·s + p·d − before = i', likewise
 * j'.
 * @bias: (nullable): [C], added to each, as a transposed convolution has it
 * @activation: (nullable): dx becomes f(dx); or f'·dx where @x (nullable) is f of something */
void nw_conv_backward_input(const NwConv *conv, NwPool *pool, gsize n, const NwReal *dy,
                            const NwReal *w, const NwReal *bias, const NwActivation *activation,
                            const NwReal *x, NwReal *dx, gboolean add, NwReal *scratch);

/* dW[p, q, c, f] += Σ_{n,i,j} x[n, i·s + p·d − before, …, c] · dy[n, i, j, f];
 * db[f] += Σ dy[…, f]. @db: (nullable) */
void nw_conv_backward_kernel(const NwConv *conv, NwPool *pool, gsize n, const NwReal *x,
                             const NwReal *dy, NwReal *dw, NwReal *db, NwReal *scratch);
