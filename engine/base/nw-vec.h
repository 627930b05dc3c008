/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Elementwise kernels on arrays, one table per CPU variant.
 *
 *   const NwVec *vec = nw_vec();
 *   vec->axpy(0.5, x, y, n);
 *
 * An element's result does not depend on its neighbours, so any split over threads gives the same
 * bits. Arrays need no alignment. Where two arrays may be the same one, it is said; they may not
 * overlap otherwise. */
#pragma once

#include "nw-cpu.h"
#include "nw-pool.h"
#include "nw-real.h"
#include "nw-rng.h"

typedef struct {
  void (*fill)(NwReal a, NwReal *y, gsize n);                        /* y = a */
  void (*add)(const NwReal *x, NwReal *y, gsize n);                  /* y += x */
  void (*axpy)(NwReal a, const NwReal *x, NwReal *y, gsize n);       /* y += a·x */
  void (*scale)(NwReal a, const NwReal *x, NwReal *y, gsize n);      /* y = a·x; y may be x */
  void (*mul)(const NwReal *a, const NwReal *b, NwReal *y, gsize n); /* y = a·b; y may be a or b */
  void (*exp)(const NwReal *x, NwReal *y, gsize n);                  /* y = e^x; y may be x */

  NwReal (*sum)(const NwReal *x, gsize n);
  NwReal (*dot)(const NwReal *a, const NwReal *b, gsize n);
  NwReal (*squares)(const NwReal *x, gsize n); /* Σ x², for long arrays */
  NwReal (*max)(const NwReal *x, gsize n); /* n ≥ 1; NaNs are passed over */

  /* y[cols] += Σ over rows of x[rows, cols], whose rows are @stride apart */
  void (*add_rows)(const NwReal *x, gsize rows, gsize cols, gsize stride, NwReal *y);

  /* y[i] = x[i]·scale where element i of @rng is kept, else 0; or += when @accumulate; y may be x.
   * x and y are whole arrays, of which elements first … first + n − 1 are done. An element is kept
   * when its 32 random bits are ≥ @threshold: within each run of 64 elements, word w of block
   * 16k + j (nw-rng.h) decides element 64k + 16w + j. @first is a multiple of 64. */
  void (*dropout)(const NwRng *rng, guint32 threshold, NwReal scale, const NwReal *x, NwReal *y,
                  gsize first, gsize n, gboolean accumulate);
} NwVec;

/* The kernels of the variant in use; those of another one, for tests: NULL when it cannot run here.
 */
const NwVec *nw_vec(void);
const NwVec *nw_vec_of(NwCpu cpu);

/* add_rows split over the pool by columns; rows follow each other without gaps. */
void nw_vec_add_rows(NwPool *pool, const NwReal *x, gsize rows, gsize cols, NwReal *y);

/* y = x/(1 − rate) where an element is kept, 0 where it is dropped; or += when @accumulate; y may be x.
 * The stream @rng decides, with probability @rate (0 … 1), as NwVec.dropout says. */
void nw_vec_dropout(NwPool *pool, const NwRng *rng, double rate, const NwReal *x, NwReal *y, gsize n,
                    gboolean accumulate);
