/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-rng.h"

#include <math.h>

/* SplitMix64's finaliser: spreads every input bit over all output bits. */
static guint64
mix(guint64 x)
{
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

NwRng
nw_rng(guint64 seed, NwRngPurpose purpose, guint64 uid, guint32 epoch, guint32 batch)
{
  guint64 key = mix(mix(mix(seed) ^ (guint64)purpose) ^ uid);
  return (NwRng){{(guint32)key, (guint32)(key >> 32)}, {epoch, batch}};
}

void
nw_rng_block(const NwRng *rng, guint64 block, guint32 out[4])
{
  guint32 c0 = (guint32)block, c1 = (guint32)(block >> 32);
  guint32 c2 = rng->place[0], c3 = rng->place[1];
  guint32 k0 = rng->key[0], k1 = rng->key[1];

  for (int round = 0; round < 10; round++) {
    guint64 p0 = (guint64)0xD2511F53u * c0, p1 = (guint64)0xCD9E8D57u * c2;
    guint32 n0 = (guint32)(p1 >> 32) ^ c1 ^ k0, n2 = (guint32)(p0 >> 32) ^ c3 ^ k1;
    c1 = (guint32)p1;
    c3 = (guint32)p0;
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

guint32
nw_rng_bits(const NwRng *rng, guint64 element)
{
  guint32 out[4];
  nw_rng_block(rng, element / 4, out);
  return out[element % 4];
}

/* Elements of doubles take half a block each, so these streams and that of nw_rng_bits differ. */
static guint64
bits64(const NwRng *rng, guint64 element)
{
  guint32 out[4];
  nw_rng_block(rng, element / 2, out);
  return (guint64)out[2 * (element % 2)] << 32 | out[2 * (element % 2) + 1];
}

double
nw_rng_uniform(const NwRng *rng, guint64 element)
{
  return (double)(bits64(rng, element) >> 11) * 0x1p-53;
}

double
nw_rng_normal(const NwRng *rng, guint64 element)
{
  double u = nw_rng_uniform(rng, 2 * element), v = nw_rng_uniform(rng, 2 * element + 1);
  return sqrt(-2.0 * log(1.0 - u)) * cos(2.0 * G_PI * v);
}

guint64
nw_rng_below(const NwRng *rng, guint64 element, guint64 bound)
{
  /* The high half of a 64 × 64 bit product: bias below 2^-64 · bound. */
  return (guint64)(((unsigned __int128)bits64(rng, element) * bound) >> 64);
}

void
nw_rng_permutation(const NwRng *rng, gsize n, guint32 *out)
{
  for (gsize i = 0; i < n; i++)
    out[i] = (guint32)i;
  for (gsize i = n; i > 1; i--) {
    gsize j = nw_rng_below(rng, i, i);
    guint32 swap = out[i - 1];
    out[i - 1] = out[j];
    out[j] = swap;
  }
}
