/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Counter-based randomness: a number is a function of (seed, purpose, uid, epoch, batch, element).
 *
 * Nothing depends on the order of calls, so resuming needs no generator state and the number of
 * threads changes nothing. The generator is Philox4x32-10 (Salmon, Moraes, Dror & Shaw, "Parallel
 * random numbers: as easy as 1, 2, 3", SC 2011). */
#pragma once

#include <glib.h>

typedef enum {
  NW_RNG_INITIALIZE = 1,
  NW_RNG_SHUFFLE,
  NW_RNG_SPLIT,
  NW_RNG_DROPOUT,
  NW_RNG_NOISE,
  NW_RNG_SAMPLE, /* bootstrap, fixed monitoring samples */
  NW_RNG_TEST,
  NW_RNG_SWEEP, /* values of trials */
} NwRngPurpose;

/* Names one stream of numbers; a plain value. */
typedef struct {
  guint32 key[2];
  guint32 place[2]; /* epoch, batch */
} NwRng;

NwRng nw_rng(guint64 seed, NwRngPurpose purpose, guint64 uid, guint32 epoch, guint32 batch);

/* Four independent 32-bit numbers, those of elements 4·block … 4·block + 3. */
void nw_rng_block(const NwRng *rng, guint64 block, guint32 out[4]);

/* The number of one element: 32 random bits; uniform in [0, 1) with 53 bits; standard normal
 * (Box–Muller); an integer in [0, bound). */
guint32 nw_rng_bits(const NwRng *rng, guint64 element);
double nw_rng_uniform(const NwRng *rng, guint64 element);
double nw_rng_normal(const NwRng *rng, guint64 element);
guint64 nw_rng_below(const NwRng *rng, guint64 element, guint64 bound);

/* A random order of 0 … n−1 (Fisher–Yates). */
void nw_rng_permutation(const NwRng *rng, gsize n, guint32 *out);
