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

/* So many rows of b before it is needed, one is fetched: far enough that it is there in time, and
 * so near that it still is, since rows a power of two apart push each other out of a cache. */
#define FETCH 64

typedef NwReal Vector __attribute__((vector_size(VECTOR_BYTES)));
/* The same where it may stand anywhere. */
typedef NwReal Loose __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(NwReal)), may_alias));

/* What the tiles that follow will need of b. */
typedef enum {
  NOTHING,
  AHEAD, /* rows are fetched some time before: they lie too far apart for the processor to guess */
  KEEP,  /* and copied together */
} Next;

/* @rows, @vectors, @steps_apart and @next are constants wherever this is expanded. What c held is
 * added last: sums that begin with it cost GCC 12 half of the registers. */
static inline __attribute__((always_inline)) void
sums(const gsize rows, const gsize vectors, const gboolean steps_apart, const Next next,
     const NwGemmTile *t)
{
  const gsize a_step = steps_apart ? t->a_step : 1, a_row = steps_apart ? 1 : t->a_row;
  const gsize steps = t->steps, b_step = t->b_step, c_row = t->c_row;
  const NwReal *a = t->a, *b = t->b, *ahead = t->ahead;
  NwReal *c = t->c, *keep = t->keep;
  Vector s[ROWS][VECTORS];

  NW_UNROLL
  for (gsize i = 0; i < rows; i++) {
    NW_UNROLL
    for (gsize v = 0; v < vectors; v++)
      s[i][v] = (Vector){0};
  }
  for (gsize k = 0; k < steps; k++, a += a_step, b += b_step) {
    Vector b_k[VECTORS];
    NW_UNROLL
    for (gsize v = 0; v < vectors; v++)
      b_k[v] = *(const Loose *)(b + v * LANES);
    if (next != NOTHING) {
      const NwReal *fetch = k + FETCH < steps ? b + FETCH * b_step : ahead;
      for (gsize byte = 0; byte < vectors * VECTOR_BYTES; byte += LINE)
        __builtin_prefetch((const char *)fetch + byte, 0, 2);
      ahead += k + FETCH < steps ? 0 : b_step;
    }
    if (next == KEEP) {
      NW_UNROLL
      for (gsize v = 0; v < vectors; v++)
        *(Loose *)(keep + v * LANES) = b_k[v];
      keep += vectors * LANES;
    }
    NW_UNROLL
    for (gsize i = 0; i < rows; i++) {
      NW_UNROLL
      for (gsize v = 0; v < vectors; v++)
        s[i][v] += a[i * a_row] * b_k[v];
    }
  }
  if (t->add) {
    NW_UNROLL
    for (gsize i = 0; i < rows; i++) {
      NW_UNROLL
      for (gsize v = 0; v < vectors; v++)
        s[i][v] += *(const Loose *)(c + i * c_row + v * LANES);
    }
  }
  if (t->bias != NULL) {
    NW_UNROLL
    for (gsize i = 0; i < rows; i++) {
      NW_UNROLL
      for (gsize v = 0; v < vectors; v++)
        s[i][v] += *(const Loose *)(t->bias + v * LANES);
    }
  }
  NW_UNROLL
  for (gsize i = 0; i < rows; i++) {
    NW_UNROLL
    for (gsize v = 0; v < vectors; v++)
      *(Loose *)(c + i * c_row + v * LANES) = s[i][v];
  }
}

/* One function for each number of rows, for each way that a lies, and for what comes next. */
#define WAY(name, rows, vectors, steps_apart, next)                                                \
  static void name##_##rows(const NwGemmTile *t)                                                   \
  {                                                                                                \
    sums(rows, vectors, steps_apart, next, t);                                                     \
  }
#define TILE(rows)                                                                                 \
  WAY(plain, rows, VECTORS, FALSE, NOTHING)                                                        \
  WAY(ahead, rows, VECTORS, FALSE, AHEAD)                                                          \
  WAY(keep, rows, VECTORS, FALSE, KEEP)                                                            \
  WAY(apart, rows, VECTORS, TRUE, NOTHING)                                                         \
  WAY(apart_ahead, rows, VECTORS, TRUE, AHEAD)                                                     \
  WAY(apart_keep, rows, VECTORS, TRUE, KEEP)                                                       \
  WAY(half, rows, VECTORS / 2, FALSE, NOTHING)                                                     \
  WAY(apart_half, rows, VECTORS / 2, TRUE, NOTHING)
#define ROW(rows)                                                                                  \
  {                                                                                                \
    {plain_##rows, ahead_##rows, keep_##rows, half_##rows},                                        \
    {                                                                                              \
      apart_##rows, apart_ahead_##rows, apart_keep_##rows, apart_half_##rows                       \
    }                                                                                              \
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

static void (*const tiles[ROWS][2][4])(const NwGemmTile *) = {
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
  gsize way = t->half ? 3 : t->keep != NULL ? KEEP : t->ahead != NULL ? AHEAD : NOTHING;
  tiles[t->rows - 1][t->a_step != 1][way](t);
}

/* ── one row ─────────────────────────────────────────────────────────────────────────────────── */

/* Rows of b at a time: each is a stream that the processor fetches by itself, while the sums wait
 * in the first cache. */
#define STREAMS 4

static inline __attribute__((always_inline)) void
add_streams(const gsize streams, gsize n, const NwReal *a, const NwReal *b, gsize ldb, NwReal *c)
{
  gsize j = 0;

  for (; j + LANES <= n; j += LANES) {
    Vector sum = *(const Loose *)(c + j);
    NW_UNROLL
    for (gsize s = 0; s < streams; s++)
      sum += a[s] * *(const Loose *)(b + s * ldb + j);
    *(Loose *)(c + j) = sum;
  }
  for (; j < n; j++)
    for (gsize s = 0; s < streams; s++)
      c[j] += a[s] * b[s * ldb + j];
}

static void
row(gsize n, gsize k, const NwReal *a, const NwReal *b, gsize ldb, NwReal *c)
{
  gsize step = 0;

  for (; step + STREAMS <= k; step += STREAMS)
    add_streams(STREAMS, n, a + step, b + step * ldb, ldb, c);
  for (; step < k; step++)
    add_streams(1, n, a + step, b + step * ldb, ldb, c);
}

/* ── turning ─────────────────────────────────────────────────────────────────────────────────── */

/* The numbers of two vectors in turn: those of their first halves, those of their second ones. */
#if defined(NW_REAL_DOUBLE)
#define FIRST_HALVES  0, 2
#define SECOND_HALVES 1, 3
#elif VECTOR_BYTES == 16
#define FIRST_HALVES  0, 4, 1, 5
#define SECOND_HALVES 2, 6, 3, 7
#elif VECTOR_BYTES == 32
#define FIRST_HALVES  0, 8, 1, 9, 2, 10, 3, 11
#define SECOND_HALVES 4, 12, 5, 13, 6, 14, 7, 15
#else
#define FIRST_HALVES  0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define SECOND_HALVES 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#endif

/* A square as wide as a vector: row i and row i + LANES/2 in turn, as often as halving makes 1 of
 * LANES. */
static inline void
turn_square(const NwReal *a, gsize lda, NwReal *c, gsize ldc, gboolean add)
{
  Vector x[LANES], y[LANES];

  NW_UNROLL
  for (gsize i = 0; i < LANES; i++)
    x[i] = *(const Loose *)(a + i * lda);
  NW_UNROLL
  for (gsize n = 1; n < LANES; n *= 2) {
    NW_UNROLL
    for (gsize i = 0; i < LANES / 2; i++) {
      y[2 * i] = __builtin_shufflevector(x[i], x[i + LANES / 2], FIRST_HALVES);
      y[2 * i + 1] = __builtin_shufflevector(x[i], x[i + LANES / 2], SECOND_HALVES);
    }
    NW_UNROLL
    for (gsize i = 0; i < LANES; i++)
      x[i] = y[i];
  }
  NW_UNROLL
  for (gsize i = 0; i < LANES; i++) {
    Loose *to = (Loose *)(c + i * ldc);
    if (add)
      x[i] += *to;
    *to = x[i];
  }
}

static void
turn_rest(gsize rows, gsize cols, const NwReal *a, gsize lda, NwReal *c, gsize ldc, gboolean add)
{
  for (gsize i = 0; i < rows; i++)
    for (gsize j = 0; j < cols; j++)
      c[j * ldc + i] = add ? c[j * ldc + i] + a[i * lda + j] : a[i * lda + j];
}

static void
turn(gsize rows, gsize cols, const NwReal *a, gsize lda, NwReal *c, gsize ldc, gboolean add)
{
  gsize whole_rows = rows / LANES * LANES, whole_cols = cols / LANES * LANES;

  for (gsize i = 0; i < whole_rows; i += LANES)
    for (gsize j = 0; j < whole_cols; j += LANES)
      turn_square(a + i * lda + j, lda, c + j * ldc + i, ldc, add);
  turn_rest(whole_rows, cols - whole_cols, a + whole_cols, lda, c + whole_cols * ldc, ldc, add);
  turn_rest(rows - whole_rows, cols, a + whole_rows * lda, lda, c + whole_rows, ldc, add);
}

const NwGemmKernels NW_CPU_SYMBOL(nw_gemm_kernels)[] = {{
    .rows = ROWS,
    .columns = VECTORS * LANES,
    .tile = any_tile,
    .row = row,
    .turn = turn,
}};
