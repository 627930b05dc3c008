/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The distributions that initialisers draw from; only files in initializers/ include it.
 *
 * Numbers are made in double and rounded, so that both builds of the engine start from the same
 * weights; the number of an element depends on its index alone. */
#pragma once

#include "nw-initializer.h"

#include <glib/gi18n-lib.h>

static inline void
nw_fill_constant(const NwShape *shape, double value, NwReal *w)
{
  gsize n = (gsize)nw_shape_elements(shape);

  for (gsize i = 0; i < n; i++)
    w[i] = (NwReal)value;
}

static inline void
nw_fill_uniform(const NwRng *rng, const NwShape *shape, double low, double high, NwReal *w)
{
  gsize n = (gsize)nw_shape_elements(shape);

  for (gsize i = 0; i < n; i++)
    w[i] = (NwReal)(low + (high - low) * nw_rng_uniform(rng, i));
}

static inline void
nw_fill_normal(const NwRng *rng, const NwShape *shape, double mean, double std, NwReal *w)
{
  gsize n = (gsize)nw_shape_elements(shape);

  for (gsize i = 0; i < n; i++)
    w[i] = (NwReal)(mean + std * nw_rng_normal(rng, i));
}

/* A normal distribution cut at two standard deviations: what falls outside is drawn again, from the
 * elements behind the last. @std is that of the uncut distribution. */
static inline void
nw_fill_truncated_normal(const NwRng *rng, const NwShape *shape, double mean, double std, NwReal *w)
{
  gsize n = (gsize)nw_shape_elements(shape);

  for (gsize i = 0; i < n; i++) {
    guint64 element = i;
    double z = nw_rng_normal(rng, element);
    while (fabs(z) > 2)
      z = nw_rng_normal(rng, element += n);
    w[i] = (NwReal)(mean + std * z);
  }
}

/* Variance scale/fan, from U(±√(3v)) or from the cut normal distribution, whose own standard
 * deviation is 0.8796… of the uncut one's (facts A.5: VarianceScaling). */
#define NW_TRUNCATED_STD 0.87962566103423978

static inline void
nw_fill_scaled_uniform(const NwRng *rng, const NwShape *shape, double scale, double fan, NwReal *w)
{
  double limit = sqrt(3 * scale / MAX(1, fan));

  nw_fill_uniform(rng, shape, -limit, limit, w);
}

static inline void
nw_fill_scaled_normal(const NwRng *rng, const NwShape *shape, double scale, double fan, NwReal *w)
{
  nw_fill_truncated_normal(rng, shape, 0, sqrt(scale / MAX(1, fan)) / NW_TRUNCATED_STD, w);
}
