/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Compiled once per CPU variant; see nw-cpu.h. */
#include "nw-vec.h"

#include <string.h>

#include "nw-vec-math.h"

extern const NwVec NW_CPU_SYMBOL(nw_vec)[];

/* ── element by element ──────────────────────────────────────────────────────────────────────── */

static void
fill(NwReal a, NwReal *y, gsize n)
{
  for (gsize i = 0; i < n; i++)
    y[i] = a;
}

static void
add(const NwReal *x, NwReal *y, gsize n)
{
  NW_IVDEP
  for (gsize i = 0; i < n; i++)
    y[i] += x[i];
}

static void
axpy(NwReal a, const NwReal *x, NwReal *y, gsize n)
{
  NW_IVDEP
  for (gsize i = 0; i < n; i++)
    y[i] += a * x[i];
}

static void
scale(NwReal a, const NwReal *x, NwReal *y, gsize n)
{
  NW_IVDEP
  for (gsize i = 0; i < n; i++)
    y[i] = a * x[i];
}

static void
mul(const NwReal *a, const NwReal *b, NwReal *y, gsize n)
{
  NW_IVDEP
  for (gsize i = 0; i < n; i++)
    y[i] = a[i] * b[i];
}

static void
exponential(const NwReal *x, NwReal *y, gsize n)
{
  NW_IVDEP
  for (gsize i = 0; i < n; i++)
    y[i] = vec_exp(x[i]);
}

/* ── reductions ──────────────────────────────────────────────────────────────────────────────────
 * The order is fixed by the width written here, not by the processor's: 64 bytes in every variant.
 */

#define N_LANES (64 / sizeof(NwReal))

static NwReal
sum(const NwReal *x, gsize n)
{
  NwReal lanes[N_LANES] = {0}, total = 0;
  gsize i = 0;
  for (; i + N_LANES <= n; i += N_LANES)
    for (gsize lane = 0; lane < N_LANES; lane++)
      lanes[lane] += x[i + lane];
  for (; i < n; i++)
    total += x[i];
  for (gsize lane = 0; lane < N_LANES; lane++)
    total += lanes[lane];
  return total;
}

static NwReal
dot(const NwReal *a, const NwReal *b, gsize n)
{
  NwReal lanes[N_LANES] = {0}, total = 0;
  gsize i = 0;
  for (; i + N_LANES <= n; i += N_LANES)
    for (gsize lane = 0; lane < N_LANES; lane++)
      lanes[lane] += a[i + lane] * b[i + lane];
  for (; i < n; i++)
    total += a[i] * b[i];
  for (gsize lane = 0; lane < N_LANES; lane++)
    total += lanes[lane];
  return total;
}

/* Four sums at once, so that none waits for the one before. */
static NwReal
squares(const NwReal *x, gsize n)
{
  NwReal lanes[4 * N_LANES] = {0}, total = 0;
  gsize i = 0;
  for (; i + 4 * N_LANES <= n; i += 4 * N_LANES)
    for (gsize lane = 0; lane < 4 * N_LANES; lane++)
      lanes[lane] += x[i + lane] * x[i + lane];
  for (; i < n; i++)
    total += x[i] * x[i];
  for (gsize lane = 0; lane < 4 * N_LANES; lane++)
    total += lanes[lane];
  return total;
}

static NwReal
max(const NwReal *x, gsize n)
{
  NwReal lanes[N_LANES], largest = -INFINITY;
  gsize i = 0;
  for (gsize lane = 0; lane < N_LANES; lane++)
    lanes[lane] = -INFINITY;
  for (; i + N_LANES <= n; i += N_LANES)
    for (gsize lane = 0; lane < N_LANES; lane++)
      lanes[lane] = MAX(lanes[lane], x[i + lane]);
  for (; i < n; i++)
    largest = MAX(largest, x[i]);
  for (gsize lane = 0; lane < N_LANES; lane++)
    largest = MAX(largest, lanes[lane]);
  return largest;
}

/* Rows that are added up apart, and then to the others: two short sums in float stray less than one
 * long one. */
#define ROWS_APART 128
#define COLUMNS    64 /* whose sums stay in the first cache */

static void
add_rows(const NwReal *x, gsize rows, gsize cols, gsize stride, NwReal *y)
{
  for (gsize row = 0; row < rows; row += ROWS_APART) {
    gsize end = MIN(row + ROWS_APART, rows);
    for (gsize col = 0; col < cols; col += COLUMNS) {
      NwReal sums[COLUMNS] = {0};
      gsize n = MIN(COLUMNS, cols - col);
      for (gsize r = row; r < end; r++)
        for (gsize i = 0; i < n; i++)
          sums[i] += x[r * stride + col + i];
      add(sums, y + col, n);
    }
  }
}

/* ── dropout ─────────────────────────────────────────────────────────────────────────────────── */

#define BLOCKS 16 /* of Philox at a time, side by side */

/* nw_rng_block for blocks first … first + 15: bits[w][j] is word w of block first + j. */
static void
random_blocks(const NwRng *rng, guint64 first, guint32 bits[4][BLOCKS])
{
  for (guint32 j = 0; j < BLOCKS; j++) {
    guint32 c0 = (guint32)first + j; /* first is a multiple of 16: no carry */
    guint32 c1 = (guint32)(first >> 32), c2 = rng->place[0], c3 = rng->place[1];
    guint32 k0 = rng->key[0], k1 = rng->key[1];
    for (int round = 0; round < 10; round++) {
      guint64 p0 = (guint64)0xD2511F53u * c0, p1 = (guint64)0xCD9E8D57u * c2;
      c0 = (guint32)(p1 >> 32) ^ c1 ^ k0;
      c2 = (guint32)(p0 >> 32) ^ c3 ^ k1;
      c1 = (guint32)p1;
      c3 = (guint32)p0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    bits[0][j] = c0;
    bits[1][j] = c1;
    bits[2][j] = c2;
    bits[3][j] = c3;
  }
}

static void
dropout(const NwRng *rng, guint32 threshold, NwReal factor, const NwReal *x, NwReal *y, gsize first,
        gsize n, gboolean accumulate)
{
  for (gsize i = first; i < first + n; i += 4 * BLOCKS) {
    guint32 bits[4 * BLOCKS];
    NwReal masked[4 * BLOCKS];
    gsize count = MIN(4 * BLOCKS, first + n - i);
    random_blocks(rng, i / 4, (guint32(*)[BLOCKS])bits);
    for (gsize j = 0; j < count; j++)
      masked[j] = bits[j] < threshold ? 0 : x[i + j] * factor;
    if (accumulate)
      add(masked, y + i, count);
    else
      memcpy(y + i, masked, count * sizeof *y);
  }
}

const NwVec NW_CPU_SYMBOL(nw_vec)[] = {{
    .fill = fill,
    .add = add,
    .axpy = axpy,
    .scale = scale,
    .mul = mul,
    .exp = exponential,
    .sum = sum,
    .dot = dot,
    .squares = squares,
    .max = max,
    .add_rows = add_rows,
    .dropout = dropout,
}};
