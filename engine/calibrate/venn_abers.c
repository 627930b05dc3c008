/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Inductive Venn–Abers prediction (Vovk & Petej 2014): the isotonic regression of the known rows
 * with the new one added as a 0 says p₀, with it added as a 1 says p₁; the answer p₁/(1 − p₀ + p₁)
 * is what minimises the regret of the log loss. Never 0 or 1 for certain.
 *
 * Both are step functions of p that change only at the known predictions. Isotonic regression is
 * pooling of neighbours in any order, so the new row is pooled with what the known rows on either
 * side of it pool to by themselves; that is kept as two lists of blocks (Vovk, Petej & Fedorova
 * 2015 keep corners of the cumulative sums instead). */
#include "nw-recalibrate.h"

#include "nw-rank.h"

#include <glib/gi18n-lib.h>

static const NwRecalibratorNumbers parameters[] = {{"steps", .each = 3}, {NULL}};

typedef struct {
  double sum, count; /* of targets, of rows */
} Block;

/* The known rows by rising prediction, equal ones as one point; for each point the block that it
 * ends among the points up to it, and the one that it begins among those from it on. */
typedef struct {
  gsize n;
  double *p;
  Block *point, *left, *right;
  gsize *first, *last; /* of those blocks: where left[i] begins, where right[i] ends */
} Points;

static double
mean(const Block *block)
{
  return block->sum / block->count;
}

static void
pool(Block *into, const Block *from)
{
  into->sum += from->sum;
  into->count += from->count;
}

static void
points_clear(Points *points)
{
  g_free(points->p);
  g_free(points->point);
  g_free(points->left);
  g_free(points->right);
  g_free(points->first);
  g_free(points->last);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Points, points_clear)

static void
find_blocks(Points *self)
{
  for (gsize i = 0; i < self->n; i++) {
    self->left[i] = self->point[i];
    self->first[i] = i;
    while (self->first[i] > 0 && mean(&self->left[self->first[i] - 1]) >= mean(&self->left[i])) {
      gsize before = self->first[i] - 1;
      pool(&self->left[i], &self->left[before]);
      self->first[i] = self->first[before];
    }
  }
  for (gsize i = self->n; i-- > 0;) {
    self->right[i] = self->point[i];
    self->last[i] = i;
    while (self->last[i] + 1 < self->n &&
           mean(&self->right[self->last[i] + 1]) <= mean(&self->right[i])) {
      gsize behind = self->last[i] + 1;
      pool(&self->right[i], &self->right[behind]);
      self->last[i] = self->last[behind];
    }
  }
}

static void
points_init(Points *self, const NwRecalibratorData *data)
{
  gsize n = data->n;
  g_autofree guint32 *order = g_new(guint32, n);

  *self = (Points){0,
                   g_new(double, n),
                   g_new(Block, n),
                   g_new(Block, n),
                   g_new(Block, n),
                   g_new(gsize, n),
                   g_new(gsize, n)};
  nw_sort_order(data->p, n, order);
  for (gsize i = 0; i < n; i++) {
    Block row = {data->y[order[i]], 1};
    double p = data->p[order[i]];
    if (self->n > 0 && self->p[self->n - 1] == p) {
      pool(&self->point[self->n - 1], &row);
      continue;
    }
    self->p[self->n] = p;
    self->point[self->n++] = row;
  }
  find_blocks(self);
}

/* What isotonic regression says of a new row with target @y, behind @before points and in front of
 * those from @behind on; a point between the two is as large as it. */
static double
regress(const Points *self, gsize before, gsize behind, double y)
{
  Block block = {y, 1};

  if (behind > before)
    pool(&block, &self->point[before]);
  for (;;) {
    if (before > 0 && mean(&self->left[before - 1]) >= mean(&block)) {
      pool(&block, &self->left[before - 1]);
      before = self->first[before - 1];
    } else if (behind < self->n && mean(&self->right[behind]) <= mean(&block)) {
      pool(&block, &self->right[behind]);
      behind = self->last[behind] + 1;
    } else {
      return mean(&block);
    }
  }
}

static double
answer(const Points *self, gsize before, gsize behind)
{
  double p0 = regress(self, before, behind, 0), p1 = regress(self, before, behind, 1);
  return p1 / (1 - p0 + p1);
}

/* Fitted: triples (p, answer at p, answer above p), by rising p, without those that change nothing.
 * The first stands below all predictions. */
static gboolean
fit(const NwRecalibratorData *data, GArray *fitted, GError **error)
{
  g_auto(Points) points = {0};
  double step[] = {-1, 0, 0};

  points_init(&points, data);
  step[1] = step[2] = answer(&points, 0, 0);
  g_array_append_vals(fitted, step, 3);
  for (gsize i = 0; i < points.n; i++) {
    double at = answer(&points, i, i + 1), above = answer(&points, i + 1, i + 1);
    if (at == step[2] && above == step[2])
      continue;
    step[0] = points.p[i];
    step[1] = at;
    step[2] = above;
    g_array_append_vals(fitted, step, 3);
  }
  return TRUE;
}

static double
look_up(const double *steps, gsize n, double p)
{
  gsize low = 0, high = n; /* steps[low] ≤ p < steps[high] */

  while (high - low > 1) {
    gsize middle = low + (high - low) / 2;
    if (steps[3 * middle] <= p)
      low = middle;
    else
      high = middle;
  }
  return steps[3 * low + (steps[3 * low] == p ? 1 : 2)];
}

static void
apply(const double *fitted, gsize n_fitted, const NwRecalibratorData *data, double *q)
{
  for (gsize i = 0; i < data->n; i++)
    q[i] = look_up(fitted, n_fitted / 3, data->p[i]);
}

const NwRecalibratorKind nw_recalibrator_venn_abers = {
    .id = "venn_abers",
    .title = N_("Venn–Abers"),
    .summary = N_("A rising curve that knows how little data it has; never says 0 or 1"),
    .formula = "p₁/(1 − p₀ + p₁), of the rising curves with one row more",
    .parameters = parameters,
    .joint = FALSE,
    .fit = fit,
    .apply = apply,
};
