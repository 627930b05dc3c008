/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Compiled once per CPU variant; see nw-cpu.h. */
#include "nw-gemm-kernels.h"

extern const NwGemmKernels NW_CPU_SYMBOL(nw_gemm_kernels)[];

/* Sums of a tile stay in registers, beside two vectors of b and one number of a. */
#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#define ROWS         8
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#define ROWS         6
#else
#define VECTOR_BYTES 16
#define ROWS         4
#endif
#define VECTORS 2
#define LANES   (VECTOR_BYTES / sizeof(NwReal))
#define LINE    64 /* bytes that a cache fetches at once */

typedef NwReal Vector __attribute__((vector_size(VECTOR_BYTES)));
/* The same where it may stand anywhere. */
typedef NwReal Loose __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(NwReal)), may_alias));

#ifdef __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 8")
#endif

/* @rows, @steps_apart and @ahead are constants wherever this is expanded. What c held is added
 * last: sums that begin with it cost GCC 12 half of the registers. */
static inline __attribute__((always_inline)) void
sums(const gsize rows, const gboolean steps_apart, const gboolean ahead, const NwGemmTile *t)
{
  const gsize a_step = steps_apart ? t->a_step : 1, a_row = steps_apart ? 1 : t->a_row;
  const gsize steps = t->steps, b_step = t->b_step, c_row = t->c_row;
  const NwReal *a = t->a, *b = t->b, *next = t->ahead;
  NwReal *c = t->c;
  Vector s[ROWS][VECTORS];

  UNROLL
  for (gsize i = 0; i < rows; i++) {
    UNROLL
    for (gsize v = 0; v < VECTORS; v++)
      s[i][v] = (Vector){0};
  }
  for (gsize k = 0; k < steps; k++, a += a_step, b += b_step) {
    Vector b_k[VECTORS];
    UNROLL
    for (gsize v = 0; v < VECTORS; v++)
      b_k[v] = *(const Loose *)(b + v * LANES);
    if (ahead) {
      for (gsize byte = 0; byte < VECTORS * VECTOR_BYTES; byte += LINE)
        __builtin_prefetch((const char *)next + byte, 0, 2);
      next += b_step;
    }
    UNROLL
    for (gsize i = 0; i < rows; i++) {
      UNROLL
      for (gsize v = 0; v < VECTORS; v++)
        s[i][v] += a[i * a_row] * b_k[v];
    }
  }
  if (t->add) {
    UNROLL
    for (gsize i = 0; i < rows; i++) {
      UNROLL
      for (gsize v = 0; v < VECTORS; v++)
        s[i][v] += *(const Loose *)(c + i * c_row + v * LANES);
    }
  }
  UNROLL
  for (gsize i = 0; i < rows; i++) {
    UNROLL
    for (gsize v = 0; v < VECTORS; v++)
      *(Loose *)(c + i * c_row + v * LANES) = s[i][v];
  }
}

/* One function for each number of rows, and for each way that a lies. */
#define TILE(rows)                                                                                 \
  static void apart_##rows(const NwGemmTile *t)                                                    \
  {                                                                                                \
    sums(rows, TRUE, FALSE, t);                                                                    \
  }                                                                                                \
  static void ahead_##rows(const NwGemmTile *t)                                                    \
  {                                                                                                \
    sums(rows, FALSE, TRUE, t);                                                                    \
  }                                                                                                \
  static void plain_##rows(const NwGemmTile *t)                                                    \
  {                                                                                                \
    sums(rows, FALSE, FALSE, t);                                                                   \
  }
#define ROW(rows)                                                                                  \
  {                                                                                                \
    apart_##rows, ahead_##rows, plain_##rows                                                       \
  }

TILE(1)
TILE(2)
TILE(3)
TILE(4)
#if ROWS >= 6
TILE(5)
TILE(6)
#endif
#if ROWS >= 8
TILE(7)
TILE(8)
#endif

static void (*const tiles[ROWS][3])(const NwGemmTile *) = {
    ROW(1), ROW(2), ROW(3), ROW(4),
#if ROWS >= 6
    ROW(5), ROW(6),
#endif
#if ROWS >= 8
    ROW(7), ROW(8),
#endif
};

static void
any_tile(const NwGemmTile *t)
{
  tiles[t->rows - 1][t->a_step != 1 ? 0 : t->ahead != NULL ? 1 : 2](t);
}

const NwGemmKernels NW_CPU_SYMBOL(nw_gemm_kernels)[] = {{
    .rows = ROWS,
    .columns = VECTORS * LANES,
    .tile = any_tile,
}};
