/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Compiled once per CPU variant; see nw-cpu.h. */
#include "nw-conv-kernels.h"

#include <string.h>

extern const NwConvKernels NW_CPU_SYMBOL(nw_conv_kernels)[];

/* As many sums as the registers hold beside two vectors of b and one number of a. */
#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#define ROWS         12
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#define ROWS         6
#else
#define VECTOR_BYTES 16
#define ROWS         4
#endif
#define LANES (VECTOR_BYTES / sizeof(NwReal))

typedef NwReal Vector
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(NwReal)), may_alias));

/* Writes the first @cols numbers of a row. */
static inline void
put(Vector value, NwReal *c, gsize cols, gboolean add)
{
  if (cols >= LANES) {
    if (add)
      value += *(const Vector *)c;
    *(Vector *)c = value;
    return;
  }
  for (gsize i = 0; i < cols; i++)
    c[i] = add ? c[i] + value[i] : value[i];
}

/* @rows and @vectors are constants wherever this is expanded, and the sums become registers. */
static inline __attribute__((always_inline)) void
tile(const gsize rows, const gsize vectors, const NwConvSum *sum, gsize cols, const NwReal *a,
     const gsize *row_a, const NwReal *b, const NwReal *start, NwReal *c, const gsize *row_c,
     gboolean add)
{
  const gsize n = sum->n.k, a_step = sum->a.k, b_step = sum->b.k;
  Vector sums[ROWS][2];

  NW_UNROLL
  for (gsize m = 0; m < rows; m++) {
    NW_UNROLL
    for (gsize v = 0; v < vectors; v++)
      sums[m][v] = start != NULL ? *(const Vector *)(start + v * LANES) : (Vector){0};
  }
  for (gsize p = 0; p < sum->n.p; p++) {
    for (gsize q = 0; q < sum->n.q; q++) {
      const NwReal *a_run = a + p * sum->a.p + q * sum->a.q;
      const NwReal *b_run = b + p * sum->b.p + q * sum->b.q;
      const NwReal *a_rows[ROWS];
      NW_UNROLL
      for (gsize m = 0; m < rows; m++)
        a_rows[m] = a_run + row_a[m];
      for (gsize k = 0, i = 0; k < n; k++, i += a_step, b_run += b_step) {
        Vector b_k[2];
        NW_UNROLL
        for (gsize v = 0; v < vectors; v++)
          b_k[v] = *(const Vector *)(b_run + v * LANES);
        NW_UNROLL
        for (gsize m = 0; m < rows; m++) {
          NwReal a_k = a_rows[m][i];
          NW_UNROLL
          for (gsize v = 0; v < vectors; v++)
            sums[m][v] += a_k * b_k[v];
        }
      }
    }
  }
  NW_UNROLL
  for (gsize m = 0; m < rows; m++) {
    put(sums[m][0], c + row_c[m], cols, add);
    if (vectors == 2)
      put(sums[m][1], c + row_c[m] + LANES, cols - LANES, add);
  }
}

typedef void (*TileFunc)(const NwConvSum *sum, gsize cols, const NwReal *a, const gsize *row_a,
                         const NwReal *b, const NwReal *start, NwReal *c, const gsize *row_c,
                         gboolean add);

#define TILE(rows, vectors)                                                                        \
  static void tile_##rows##_##vectors(const NwConvSum *sum, gsize cols, const NwReal *a,           \
                                      const gsize *row_a, const NwReal *b, const NwReal *start,    \
                                      NwReal *c, const gsize *row_c, gboolean add)                 \
  {                                                                                                \
    tile(rows, vectors, sum, cols, a, row_a, b, start, c, row_c, add);                             \
  }
#define TILES(rows) TILE(rows, 1) TILE(rows, 2)
#define ROW(rows)                                                                                  \
  {                                                                                                \
    tile_##rows##_1, tile_##rows##_2                                                               \
  }

TILES(1)
TILES(2)
TILES(3)
TILES(4)
#if ROWS >= 6
TILES(5)
TILES(6)
#endif
#if ROWS >= 12
TILES(7)
TILES(8)
TILES(9)
TILES(10)
TILES(11)
TILES(12)
#endif

static const TileFunc tiles[ROWS][2] = {
    ROW(1), ROW(2), ROW(3), ROW(4),
#if ROWS >= 6
    ROW(5), ROW(6),
#endif
#if ROWS >= 12
    ROW(7), ROW(8), ROW(9), ROW(10), ROW(11), ROW(12),
#endif
};

static void
any_tile(const NwConvSum *sum, gsize rows, gsize cols, const NwReal *a, const gsize *row_a,
         const NwReal *b, const NwReal *start, NwReal *c, const gsize *row_c, gboolean add)
{
  tiles[rows - 1][cols > LANES](sum, cols, a, row_a, b, start, c, row_c, add);
}

const NwConvKernels NW_CPU_SYMBOL(nw_conv_kernels)[] = {{
    .rows = ROWS,
    .panel = 2 * LANES,
    .tile = any_tile,
}};
