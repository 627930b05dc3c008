/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Compiled once per CPU variant (base/nw-cpu.h). Read from the bottom up. */
#include "nw-recurrent-kernels.h"

#include <string.h>

extern const NwRecurrentKernels NW_CPU_SYMBOL(nw_recurrent_kernels)[];

/* ── products ────────────────────────────────────────────────────────────────────────────────────
 * A block of ROWS × 2 vectors of C stays in registers while k runs; B comes as panels of two
 * vectors' columns, one row of k behind the other, so that it streams through the first cache. */

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#define ROWS         8
#elif defined(__AVX__)
#define VECTOR_BYTES 32
#define ROWS         4
#else
#define VECTOR_BYTES 16
#define ROWS         4
#endif

#define WIDTH (VECTOR_BYTES / sizeof(NwReal))

typedef NwReal Vector
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(NwReal)), may_alias));

/* Panels of two vectors, and one of a single vector where that is enough for the rest. */
static gsize
panel_width(gsize left)
{
  return left > WIDTH ? 2 * WIDTH : WIDTH;
}

static void
pack(const NwReal *b, gsize ldb, gboolean transposed, gsize k, gsize n, NwReal *packed)
{
  for (gsize first = 0; first < n;) {
    gsize width = panel_width(n - first), real = MIN(width, n - first);
    for (gsize i = 0; i < k; i++) {
      for (gsize j = 0; j < real; j++)
        packed[i * width + j] = transposed ? b[(first + j) * ldb + i] : b[i * ldb + first + j];
      for (gsize j = real; j < width; j++)
        packed[i * width + j] = 0;
    }
    packed += k * width;
    first += width;
  }
}

/* rows and vectors are constants where this is inlined; c has room for whole vectors. */
static inline __attribute__((always_inline)) void
block(const NwReal *a, gsize lda, const int rows, gsize k, const NwReal *b, const int vectors,
      NwReal *c, gsize ldc, gboolean accumulate)
{
  Vector sums[ROWS][2];

#pragma GCC unroll 8
  for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++)
      sums[row][v] = accumulate ? ((const Vector *)(c + (gsize)row * ldc))[v] : (Vector){0};
  for (gsize i = 0; i < k; i++, b += (gsize)vectors * WIDTH) {
    Vector b0 = ((const Vector *)b)[0], b1 = ((const Vector *)b)[vectors - 1];
#pragma GCC unroll 8
    for (int row = 0; row < rows; row++) {
      NwReal factor = a[(gsize)row * lda + i];
      sums[row][0] += factor * b0;
      if (vectors == 2)
        sums[row][1] += factor * b1;
    }
  }
#pragma GCC unroll 8
  for (int row = 0; row < rows; row++)
#pragma GCC unroll 2
    for (int v = 0; v < vectors; v++)
      ((Vector *)(c + (gsize)row * ldc))[v] = sums[row][v];
}

static void
block_of(const NwReal *a, gsize lda, gsize rows, gsize k, const NwReal *b, int vectors, NwReal *c,
         gsize ldc, gboolean accumulate)
{
#define ROWS_CASE(n)                                                                               \
  case n:                                                                                          \
    if (vectors == 2)                                                                              \
      block(a, lda, n, k, b, 2, c, ldc, accumulate);                                               \
    else                                                                                           \
      block(a, lda, n, k, b, 1, c, ldc, accumulate);                                               \
    return;
  switch (rows) {
    ROWS_CASE(1)
    ROWS_CASE(2)
    ROWS_CASE(3)
    ROWS_CASE(4)
#if ROWS == 8
    ROWS_CASE(5)
    ROWS_CASE(6)
    ROWS_CASE(7)
    ROWS_CASE(8)
#endif
  }
#undef ROWS_CASE
}

/* The last panel may be wider than what is left of C: it goes through a buffer. */
static void
edge(const NwReal *a, gsize lda, gsize rows, gsize k, const NwReal *b, gsize width, gsize columns,
     NwReal *c, gsize ldc, gboolean accumulate)
{
  NwReal buffer[ROWS * 2 * WIDTH] = {0};

  for (gsize row = 0; accumulate && row < rows; row++)
    memcpy(buffer + row * width, c + row * ldc, columns * sizeof *c);
  block_of(a, lda, rows, k, b, (int)(width / WIDTH), buffer, width, accumulate);
  for (gsize row = 0; row < rows; row++)
    memcpy(c + row * ldc, buffer + row * width, columns * sizeof *c);
}

static void
product(const NwReal *a, gsize lda, gsize rows, gsize k, const NwReal *packed, gsize n, NwReal *c,
        gsize ldc, gboolean accumulate)
{
  for (gsize first = 0; first < n;) {
    gsize width = panel_width(n - first), columns = MIN(width, n - first);
    for (gsize row = 0; row < rows; row += ROWS) {
      const NwReal *rows_a = a + row * lda;
      NwReal *rows_c = c + row * ldc + first;
      if (columns == width)
        block_of(rows_a, lda, MIN(ROWS, rows - row), k, packed, (int)(width / WIDTH), rows_c, ldc,
                 accumulate);
      else
        edge(rows_a, lda, MIN(ROWS, rows - row), k, packed, width, columns, rows_c, ldc,
             accumulate);
    }
    packed += k * width;
    first += width;
  }
}

/* ── activations of a row's parts ────────────────────────────────────────────────────────────── */

/* Parts first … first + n − 1 of z, each a vector of its own. */
static void
activate(const NwCellRow *row, const NwActivation *activation, gsize first, gsize n)
{
  NwReal *z = row->z + first * row->units, *pre = row->pre + first * row->units;
  if (pre != z)
    memcpy(pre, z, n * row->units * sizeof *z);
  activation->forward(pre, z, n, row->units);
}

/* z = gradients by what went in, of @dy by what came out; dy is destroyed. */
static void
activate_backward(const NwCellRow *row, const NwActivation *activation, gsize first, gsize n,
                  NwReal *dy)
{
  gsize at = first * row->units;
  activation->backward(row->pre + at, row->z + at, dy, dy, n, row->units, FALSE);
  memcpy(row->z + at, dy, n * row->units * sizeof *dy);
}

/* ── h = act(z) ──────────────────────────────────────────────────────────────────────────────── */

static void
simple_forward(const NwCellRow *row)
{
  activate(row, row->activation, 0, 1);
  memcpy(row->h, row->z, row->units * sizeof *row->h);
}

static void
simple_backward(const NwCellRow *row)
{
  activate_backward(row, row->activation, 0, 1, row->h);
  memset(row->h, 0, row->units * sizeof *row->h);
}

/* ── LSTM (Hochreiter & Schmidhuber 1997; forget gate: Gers, Schmidhuber & Cummins 2000) ─────────
 * i, f, o = ra(z), ĉ = act(z);  c' = f·g·c + i·ĉ;  h' = o·act(c')
 * z's parts in Keras' order: i, f, ĉ, o. Kept: c, act(c'). */

static void
lstm_forward(const NwCellRow *row)
{
  gsize u = row->units;
  const NwReal *i = row->z, *f = row->z + u, *g = row->z + 2 * u;
  const NwReal *o = row->z + 3 * u, *factor = row->factor;
  NwReal *c = row->c, *h = row->h, *c0 = row->kept;
  NwReal *act_c = row->kept + u;

  activate(row, row->recurrent, 0, 2);
  activate(row, row->activation, 2, 1);
  activate(row, row->recurrent, 3, 1);
  memcpy(c0, c, u * sizeof *c);
  if (factor != NULL) {
    NW_IVDEP
    for (gsize k = 0; k < u; k++)
      c[k] = f[k] * factor[k] * c0[k] + i[k] * g[k];
  } else {
    NW_IVDEP
    for (gsize k = 0; k < u; k++)
      c[k] = f[k] * c0[k] + i[k] * g[k];
  }
  row->activation->forward(c, act_c, 1, u);
  NW_IVDEP
  for (gsize k = 0; k < u; k++)
    h[k] = o[k] * act_c[k];
}

/* do = dh·act(c'), dc' += dh·o·act'(c');  di = dc'·ĉ, dĉ = dc'·i, df = dc'·g·c,
 * dg = dc'·f·c, dc = dc'·f·g */
static void
lstm_backward(const NwCellRow *row)
{
  gsize u = row->units;
  const NwReal *i = row->z, *f = row->z + u, *g = row->z + 2 * u;
  const NwReal *o = row->z + 3 * u, *factor = row->factor;
  const NwReal *c0 = row->kept, *act_c = row->kept + u;
  NwReal *di = row->row, *df = di + u, *dg = df + u, *d_o = dg + u;
  NwReal *dc = row->c, *dh = row->h, *d_factor = row->d_factor;

  NW_IVDEP
  for (gsize k = 0; k < u; k++)
    d_o[k] = dh[k] * act_c[k];
  NW_IVDEP
  for (gsize k = 0; k < u; k++)
    dh[k] *= o[k];
  if (row->activation->needs_x) { /* c' again */
    NW_IVDEP
    for (gsize k = 0; k < u; k++)
      dg[k] = f[k] * (factor != NULL ? factor[k] : 1) * c0[k] + i[k] * g[k];
  }
  row->activation->backward(dg, act_c, dh, dc, 1, u, TRUE);
  NW_IVDEP
  for (gsize k = 0; k < u; k++) {
    di[k] = dc[k] * g[k];
    dg[k] = dc[k] * i[k];
    df[k] = dc[k] * c0[k];
    dc[k] *= f[k];
  }
  if (factor != NULL) {
    NW_IVDEP
    for (gsize k = 0; k < u; k++) {
      d_factor[k] = df[k] * f[k];
      df[k] *= factor[k];
      dc[k] *= factor[k];
    }
  }
  activate_backward(row, row->recurrent, 0, 2, di);
  activate_backward(row, row->activation, 2, 1, dg);
  activate_backward(row, row->recurrent, 3, 1, d_o);
  memset(dh, 0, u * sizeof *dh);
}

/* ── GRU (Cho et al. 2014) ───────────────────────────────────────────────────────────────────────
 * z, r = ra(…);  ĥ = act(x·W + b + r·(h·U + b'))  or  act(x·W + b + (r·h)·U);  h' = z·h + (1 − z)·ĥ
 * z's parts in Keras' order: z, r, ĥ. Kept: h·U + b' or r·h. */

static void
gru_gates(const NwCellRow *row)
{
  activate(row, row->recurrent, 0, 2);
}

static void
gru_forward(const NwCellRow *row, gboolean after)
{
  gsize u = row->units;
  const NwReal *z = row->z, *r = row->z + u, *inner = row->kept;
  NwReal *candidate = row->z + 2 * u, *h = row->h;

  if (after) {
    NW_IVDEP
    for (gsize k = 0; k < u; k++)
      candidate[k] += r[k] * inner[k];
  }
  activate(row, row->activation, 2, 1);
  NW_IVDEP
  for (gsize k = 0; k < u; k++)
    h[k] = z[k] * h[k] + (1 - z[k]) * candidate[k];
}

/* dz = dh'·(h − ĥ), dĥ = dh'·(1 − z), dh = dh'·z; with d the gradient by what went
 * into ĥ, after: dr = d·inner, dinner = d·r. The gates' slopes follow in gru_backward_gates. */
static void
gru_backward(const NwCellRow *row, gboolean after)
{
  gsize u = row->units;
  const NwReal *z = row->z, *r = row->z + u, *inner = row->kept;
  const NwReal *h0 = row->h0;
  NwReal *candidate = row->z + 2 * u, *dh = row->h;
  NwReal *dz = row->row, *dr = dz + u, *dc = dr + u;

  NW_IVDEP
  for (gsize k = 0; k < u; k++) {
    dz[k] = dh[k] * (h0[k] - candidate[k]);
    dc[k] = dh[k] * (1 - z[k]);
    dh[k] *= z[k];
  }
  activate_backward(row, row->activation, 2, 1, dc);
  if (!after)
    return;
  NwReal *d_inner = row->d_inner + 2 * u;
  NW_IVDEP
  for (gsize k = 0; k < u; k++) {
    dr[k] = candidate[k] * inner[k];
    d_inner[k] = candidate[k] * r[k];
  }
}

/* Before: with d the gradient by r·h, dr = d·h and dh += d·r·dropout. */
static void
gru_backward_gates(const NwCellRow *row, gboolean after)
{
  gsize u = row->units;

  if (!after) {
    const NwReal *d = row->d_inner + 2 * u, *h0 = row->h0, *r = row->z + u, *factor = row->factor;
    NwReal *dr = row->row + u, *dh = row->h;
    NW_IVDEP
    for (gsize k = 0; k < u; k++) {
      dr[k] = d[k] * h0[k];
      dh[k] += d[k] * r[k] * (factor != NULL ? factor[k] : 1);
    }
  }
  activate_backward(row, row->recurrent, 0, 2, row->row);
  if (after)
    memcpy(row->d_inner, row->z, 2 * u * sizeof *row->z);
}

const NwRecurrentKernels NW_CPU_SYMBOL(nw_recurrent_kernels)[] = {{
    .pack = pack,
    .product = product,
    .simple_forward = simple_forward,
    .simple_backward = simple_backward,
    .lstm_forward = lstm_forward,
    .lstm_backward = lstm_backward,
    .gru_gates = gru_gates,
    .gru_forward = gru_forward,
    .gru_backward = gru_backward,
    .gru_backward_gates = gru_backward_gates,
}};
