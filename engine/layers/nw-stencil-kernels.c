/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Compiled once per CPU variant; see nw-cpu.h. */
#include "nw-stencil-kernels.h"

#include <string.h>

extern const NwStencilKernels NW_CPU_SYMBOL(nw_stencil_kernels)[];

/* ── walking ─────────────────────────────────────────────────────────────────────────────────── */

/* The taps of position i that lie inside: first … end − 1, the first of them at `at`. */
typedef struct {
  gsize first, end, at;
} Taps;

static inline Taps
taps_at(const NwSlide *s, gsize i)
{
  gsize from = i * s->stride, last = s->in - 1 + s->before;
  Taps taps = {0};
  if (from < s->before)
    taps.first = (s->before - from + s->dilation - 1) / s->dilation;
  if (last >= from)
    taps.end = MIN(s->size, (last - from) / s->dilation + 1);
  taps.end = MAX(taps.end, taps.first);
  taps.at = from + taps.first * s->dilation - s->before;
  return taps;
}

/* For every position (at y_at, from 0 on) and then every tap (p, q) inside (x_at): DO. */
#define FOR_POSITIONS(WINDOW, ...)                                                                 \
  for (gsize i = 0, y_at = 0; i < (WINDOW)->h.out; i++) {                                          \
    Taps rows = taps_at(&(WINDOW)->h, i);                                                          \
    for (gsize j = 0; j < (WINDOW)->w.out; j++, y_at++) {                                          \
      Taps cols = taps_at(&(WINDOW)->w, j);                                                        \
      __VA_ARGS__                                                                                  \
    }                                                                                              \
  }
#define FOR_TAPS(WINDOW, ...)                                                                      \
  for (gsize p = rows.first, row = rows.at; p < rows.end; p++, row += (WINDOW)->h.dilation)        \
    for (gsize q = cols.first, col = cols.at; q < cols.end; q++, col += (WINDOW)->w.dilation) {    \
      gsize x_at = row * (WINDOW)->w.in + col;                                                     \
      __VA_ARGS__                                                                                  \
    }

/* ── the largest ─────────────────────────────────────────────────────────────────────────────── */

#define BLOCK 64 /* channels whose state stays in the first cache */

static inline NwReal
larger(NwReal y, NwReal x)
{
  return x > y || x != x ? x : y;
}

static void
max_pool(const NwStencil *window, const NwChannels *span, const NwReal *x, NwReal *y)
{
  x += span->first;
  y += span->first;
  FOR_POSITIONS(window, {
    NwReal *best = y + y_at * span->channels;
    for (gsize c = 0; c < span->n; c++)
      best[c] = -INFINITY;
    FOR_TAPS(window, {
      const NwReal *here = x + x_at * span->channels;
      NW_IVDEP
      for (gsize c = 0; c < span->n; c++)
        best[c] = larger(best[c], here[c]);
    })
  })
}

/* @set is a constant wherever this is expanded. */
static inline __attribute__((always_inline)) void
give_back(const NwStencil *window, const NwChannels *span, const NwReal *x, const NwReal *y,
          const NwReal *dy, NwReal *dx, const gboolean set)
{
  for (gsize block = span->first; block < span->first + span->n; block += BLOCK) {
    gsize n = MIN(BLOCK, span->first + span->n - block);
    FOR_POSITIONS(window, {
      const NwReal *best = y + y_at * span->channels + block;
      NwReal left[BLOCK]; /* dy, until the largest was met */
      memcpy(left, dy + y_at * span->channels + block, n * sizeof *left);
      FOR_TAPS(window, {
        const NwReal *here = x + x_at * span->channels + block;
        NwReal *to = dx + x_at * span->channels + block;
        NW_IVDEP
        for (gsize c = 0; c < n; c++) {
          gboolean found = here[c] == best[c];
          to[c] = (set ? 0 : to[c]) + (found ? left[c] : 0);
          left[c] = found ? 0 : left[c];
        }
      })
    })
  }
}

static void
max_pool_back(const NwStencil *window, const NwChannels *span, const NwReal *x, const NwReal *y,
              const NwReal *dy, NwReal *dx, gboolean set)
{
  if (set)
    give_back(window, span, x, y, dy, dx, TRUE);
  else
    give_back(window, span, x, y, dy, dx, FALSE);
}

/* ── the mean ────────────────────────────────────────────────────────────────────────────────── */

static NwReal
one_over_count(const Taps *rows, const Taps *cols, gsize dilation, const guint8 *mask)
{
  gsize count = 0;
  for (gsize p = rows->first; p < rows->end; p++)
    count += mask == NULL || mask[rows->at + (p - rows->first) * dilation] != 0;
  count *= cols->end - cols->first;
  return count == 0 ? 0 : 1 / (NwReal)count;
}

static void
average_pool(const NwStencil *window, const NwChannels *span, const guint8 *mask, const NwReal *x,
             NwReal *y)
{
  x += span->first;
  y += span->first;
  FOR_POSITIONS(window, {
    NwReal *mean = y + y_at * span->channels;
    NwReal share = one_over_count(&rows, &cols, window->h.dilation, mask);
    memset(mean, 0, span->n * sizeof *mean);
    FOR_TAPS(window, {
      const NwReal *here = x + x_at * span->channels;
      if (mask != NULL && mask[row] == 0)
        continue;
      NW_IVDEP
      for (gsize c = 0; c < span->n; c++)
        mean[c] += here[c];
    })
    for (gsize c = 0; c < span->n; c++)
      mean[c] *= share;
  })
}

static void
average_pool_back(const NwStencil *window, const NwChannels *span, const guint8 *mask,
                  const NwReal *dy, NwReal *dx)
{
  dy += span->first;
  dx += span->first;
  FOR_POSITIONS(window, {
    const NwReal *from = dy + y_at * span->channels;
    NwReal share = one_over_count(&rows, &cols, window->h.dilation, mask);
    FOR_TAPS(window, {
      NwReal *to = dx + x_at * span->channels;
      if (mask != NULL && mask[row] == 0)
        continue;
      NW_IVDEP
      for (gsize c = 0; c < span->n; c++)
        to[c] += share * from[c];
    })
  })
}

/* ── depthwise ───────────────────────────────────────────────────────────────────────────────────
 * Three sums over (position, tap, channel c, m) of products of two out of x[c], w[c·M + m] and
 * y[c·M + m]; with M = 1 channels are vectors. */

static void
depthwise(const NwStencil *window, const NwChannels *span, gsize multiplier, const NwReal *x,
          const NwReal *w, const NwReal *bias, NwReal *y)
{
  gsize many = span->channels * multiplier, n = span->n * multiplier;
  x += span->first;
  w += span->first * multiplier;
  y += span->first * multiplier;
  FOR_POSITIONS(window, {
    NwReal *to = y + y_at * many;
    if (bias != NULL)
      memcpy(to, bias + span->first * multiplier, n * sizeof *to);
    else
      memset(to, 0, n * sizeof *to);
    FOR_TAPS(window, {
      const NwReal *here = x + x_at * span->channels;
      const NwReal *tap = w + (p * window->w.size + q) * many;
      if (multiplier == 1) {
        NW_IVDEP
        for (gsize c = 0; c < n; c++)
          to[c] += here[c] * tap[c];
      } else {
        for (gsize c = 0; c < n; c++)
          to[c] += here[c / multiplier] * tap[c];
      }
    })
  })
}

static void
depthwise_back(const NwStencil *window, const NwChannels *span, gsize multiplier, const NwReal *dy,
               const NwReal *w, NwReal *dx)
{
  gsize many = span->channels * multiplier, n = span->n * multiplier;
  dy += span->first * multiplier;
  w += span->first * multiplier;
  dx += span->first;
  FOR_POSITIONS(window, {
    const NwReal *from = dy + y_at * many;
    FOR_TAPS(window, {
      NwReal *to = dx + x_at * span->channels;
      const NwReal *tap = w + (p * window->w.size + q) * many;
      if (multiplier == 1) {
        NW_IVDEP
        for (gsize c = 0; c < n; c++)
          to[c] += from[c] * tap[c];
      } else {
        for (gsize c = 0; c < n; c++)
          to[c / multiplier] += from[c] * tap[c];
      }
    })
  })
}

static void
depthwise_weigh(const NwStencil *window, const NwChannels *span, gsize multiplier, const NwReal *x,
                const NwReal *dy, NwReal *dw)
{
  gsize many = span->channels * multiplier, n = span->n * multiplier;
  x += span->first;
  dy += span->first * multiplier;
  dw += span->first * multiplier;
  FOR_POSITIONS(window, {
    const NwReal *from = dy + y_at * many;
    FOR_TAPS(window, {
      const NwReal *here = x + x_at * span->channels;
      NwReal *tap = dw + (p * window->w.size + q) * many;
      if (multiplier == 1) {
        NW_IVDEP
        for (gsize c = 0; c < n; c++)
          tap[c] += here[c] * from[c];
      } else {
        for (gsize c = 0; c < n; c++)
          tap[c] += here[c / multiplier] * from[c];
      }
    })
  })
}

const NwStencilKernels NW_CPU_SYMBOL(nw_stencil_kernels)[] = {{
    .max = max_pool,
    .max_back = max_pool_back,
    .average = average_pool,
    .average_back = average_pool_back,
    .depthwise = depthwise,
    .depthwise_back = depthwise_back,
    .depthwise_weigh = depthwise_weigh,
}};
