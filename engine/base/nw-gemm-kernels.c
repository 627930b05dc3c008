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

typedef NwReal Vector
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(NwReal)), may_alias));

#ifdef __clang__
#define UNROLL _Pragma("unroll")
#else
#define UNROLL _Pragma("GCC unroll 8")
#endif

/* @rows, @steps_apart and @ahead are constants wherever this is expanded. */
static inline __attribute__((always_inline)) void
sums(const gsize rows, const gboolean steps_apart, const gboolean ahead, const NwGemmTile *t)
{
  const gsize a_step = steps_apart ? t->a_step : 1, a_row = steps_apart ? 1 : t->a_row;
  const NwReal *a = t->a, *b = t->b, *next = t->ahead;
  Vector s[ROWS][VECTORS];

  UNROLL
  for (gsize i = 0; i < rows; i++) {
    UNROLL
    for (gsize v = 0; v < VECTORS; v++)
      s[i][v] = t->add ? *(const Vector *)(t->c + i * t->c_row + v * LANES) : (Vector){0};
  }
  for (gsize k = 0; k < t->steps; k++, a += a_step, b += t->b_step) {
    Vector b_k[VECTORS];
    UNROLL
    for (gsize v = 0; v < VECTORS; v++)
      b_k[v] = *(const Vector *)(b + v * LANES);
    if (ahead) {
      for (gsize byte = 0; byte < VECTORS * VECTOR_BYTES; byte += LINE)
        __builtin_prefetch((const char *)next + byte, 0, 2);
      next += t->b_step;
    }
    UNROLL
    for (gsize i = 0; i < rows; i++) {
      UNROLL
      for (gsize v = 0; v < VECTORS; v++)
        s[i][v] += a[i * a_row] * b_k[v];
    }
  }
  UNROLL
  for (gsize i = 0; i < rows; i++) {
    UNROLL
    for (gsize v = 0; v < VECTORS; v++)
      *(Vector *)(t->c + i * t->c_row + v * LANES) = s[i][v];
  }
}

/* One function for each number of rows, and for each way that a lies. */
#define TILE(rows)                                                                                 \
  static void tile_##rows(const NwGemmTile *t)                                                     \
  {                                                                                                \
    if (t->a_step != 1)                                                                            \
      sums(rows, TRUE, FALSE, t);                                                                  \
    else if (t->ahead != NULL)                                                                     \
      sums(rows, FALSE, TRUE, t);                                                                  \
    else                                                                                           \
      sums(rows, FALSE, FALSE, t);                                                                 \
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

static void (*const tiles[ROWS])(const NwGemmTile *) = {
    tile_1, tile_2, tile_3, tile_4,
#if ROWS >= 6
    tile_5, tile_6,
#endif
#if ROWS >= 8
    tile_7, tile_8,
#endif
};

static void
any_tile(const NwGemmTile *t)
{
  tiles[t->rows - 1](t);
}

const NwGemmKernels NW_CPU_SYMBOL(nw_gemm_kernels)[] = {{
    .rows = ROWS,
    .columns = VECTORS * LANES,
    .tile = any_tile,
}};
