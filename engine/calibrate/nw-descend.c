/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-descend.h"

#include <math.h>
#include <string.h>

enum { MEMORY = 10, STEPS = 500, HALVINGS = 40 };

/* The last MEMORY steps: s = Δx, y = Δg, both [MEMORY][n] as rings. */
typedef struct {
  gsize n, count;
  double *s, *y, rho[MEMORY];
} Memory;

static double
dot(const double *a, const double *b, gsize n)
{
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

static void
add(double *to, double factor, const double *from, gsize n)
{
  for (gsize i = 0; i < n; i++)
    to[i] += factor * from[i];
}

/* d ≈ −H·g by the two loops over the remembered steps. */
static void
choose_direction(const Memory *memory, const double *g, double *d)
{
  gsize n = memory->n, kept = MIN(memory->count, MEMORY);
  double alpha[MEMORY];

  for (gsize i = 0; i < n; i++)
    d[i] = -g[i];
  for (gsize back = 1; back <= kept; back++) {
    gsize slot = (memory->count - back) % MEMORY;
    alpha[slot] = memory->rho[slot] * dot(memory->s + slot * n, d, n);
    add(d, -alpha[slot], memory->y + slot * n, n);
  }
  if (kept > 0) {
    gsize slot = (memory->count - 1) % MEMORY;
    const double *y = memory->y + slot * n;
    double scale = 1 / (memory->rho[slot] * dot(y, y, n));
    for (gsize i = 0; i < n; i++)
      d[i] *= scale;
  }
  for (gsize back = kept; back >= 1; back--) {
    gsize slot = (memory->count - back) % MEMORY;
    double beta = memory->rho[slot] * dot(memory->y + slot * n, d, n);
    add(d, alpha[slot] - beta, memory->s + slot * n, n);
  }
}

/* Only steps along which the function curves upwards keep H positive definite. */
static void
remember(Memory *memory, const double *x, const double *next, const double *g, const double *g_next)
{
  gsize n = memory->n, slot = memory->count % MEMORY;
  double *s = memory->s + slot * n, *y = memory->y + slot * n, product;

  for (gsize i = 0; i < n; i++) {
    s[i] = next[i] - x[i];
    y[i] = g_next[i] - g[i];
  }
  product = dot(s, y, n);
  if (product <= 1e-300)
    return;
  memory->rho[slot] = 1 / product;
  memory->count++;
}

void
nw_descend(NwDescendFunc function, gpointer data, gsize n, double *x)
{
  g_autofree double *s = g_new(double, MEMORY *n), *y = g_new(double, MEMORY *n);
  g_autofree double *g = g_new(double, n), *g_next = g_new(double, n);
  g_autofree double *d = g_new(double, n), *next = g_new(double, n);
  Memory memory = {n, 0, s, y, {0}};
  double value = function(data, x, g);

  for (int step = 0; step < STEPS && sqrt(dot(g, g, n)) > 1e-10; step++) {
    double length = 1, slope, value_next = INFINITY;
    int halving = 0;

    choose_direction(&memory, g, d);
    slope = dot(g, d, n);
    for (; halving < HALVINGS; halving++, length /= 2) {
      memcpy(next, x, n * sizeof *x);
      add(next, length, d, n);
      value_next = function(data, next, g_next);
      if (value_next <= value + 1e-4 * length * slope)
        break;
    }
    if (halving == HALVINGS)
      return;
    remember(&memory, x, next, g, g_next);
    memcpy(x, next, n * sizeof *x);
    memcpy(g, g_next, n * sizeof *g);
    value = value_next;
  }
}
