/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#pragma once

#include "nw-rng.h"

/* Normally distributed, and such that float holds them exactly: the same for both builds. */
static inline NwReal *
random_numbers(gsize n, guint64 stream)
{
  NwRng rng = nw_rng(23, NW_RNG_TEST, stream, 0, 0);
  NwReal *x = g_new(NwReal, n);
  for (gsize i = 0; i < n; i++)
    x[i] = (float)nw_rng_normal(&rng, i);
  return x;
}
