/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-constraint-private.h"

#include "nw-error.h"

#include <string.h>

/* Vectors side by side that one pass over the memory measures. */
#define TILE 64

/* Numbers per task, at least; with fewer in all than four of them no thread is woken. */
#define PART 8192

/* ── text ────────────────────────────────────────────────────────────────────────────────────── */

static const NwTextKind *
nth(gsize i)
{
  return nw_constraint_kinds[i] != NULL ? &nw_constraint_kinds[i]->text : NULL;
}

static const NwTextKinds kinds = {
    nth,
    N_("There is no constraint “%s”: did you mean %s?"),
    N_("There is no constraint “%s”: choose one of %s, or leave it empty"),
    N_("The constraint “%s” has no closing bracket: write it like max_norm(3)"),
    N_("The constraint %s takes no numbers, not “%s”"),
    N_("The constraint %s takes one number from −1000000 to 1000000, not “%s”"),
    N_("The constraint %s takes up to eight numbers from −1000000 to 1000000, not “%s”"),
};

const NwChoice *
nw_constraint_choices(void)
{
  static NwChoice *choices = NULL;

  if (g_once_init_enter(&choices))
    g_once_init_leave(&choices, nw_text_kind_make_choices(&kinds));
  return choices;
}

/* axes[n] → the first and the last; FALSE: one does not exist, or there is a gap between them. */
static gboolean
find_axes(const double *axes, gsize n, int rank, int *first, int *last)
{
  guint seen = 0;

  *first = rank;
  *last = -1;
  for (gsize i = 0; i < n; i++) {
    double axis = axes[i] < 0 ? axes[i] + rank : axes[i];
    if (!(axis >= 0 && axis < rank) || axis != floor(axis))
      return FALSE;
    seen |= 1u << (int)axis;
    *first = MIN(*first, (int)axis);
    *last = MAX(*last, (int)axis);
  }
  for (int axis = *first; axis <= *last; axis++)
    if ((seen & 1u << axis) == 0)
      return FALSE;
  return TRUE;
}

static gsize
product(const NwShape *shape, int from, int to)
{
  gsize n = 1;
  for (int axis = from; axis < to; axis++)
    n *= (gsize)shape->dim[axis];
  return n;
}

gboolean
nw_constraint_init(NwConstraint *self, const char *text, const NwShape *shape, GError **error)
{
  static const double default_axis[] = {0};
  gsize n = 0;
  int first, last, kind;

  *self = (NwConstraint){0};
  if (text == NULL || text[strspn(text, " \t")] == '\0')
    return TRUE;
  kind = nw_text_kind_parse(&kinds, text, self->arguments, &n, error);
  if (kind < 0)
    return FALSE;
  self->kind = nw_constraint_kinds[kind];
  const char *wrong = self->kind->check != NULL ? self->kind->check(self->arguments) : NULL;
  if (wrong != NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("The constraint %s: %s"), text, _(wrong));
    return FALSE;
  }

  self->outer = self->along = 1;
  self->inner = (gsize)nw_shape_elements(shape);
  if (self->kind->each || shape->rank == 0)
    return TRUE;
  gsize own = self->kind->text.n_arguments;
  if (!find_axes(n > own ? self->arguments + own : default_axis, n > own ? n - own : 1, shape->rank,
                 &first, &last)) {
    g_autofree char *given = nw_shape_to_text(shape);
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("The constraint %s: a weight of %s has the axes 0 to %d, and those of a "
                  "constraint stand side by side"),
                text, given, shape->rank - 1);
    return FALSE;
  }
  self->outer = product(shape, 0, first);
  self->along = product(shape, first, last + 1);
  self->inner = product(shape, last + 1, shape->rank);
  return TRUE;
}

/* ── numbers ─────────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  const NwConstraint *constraint;
  NwReal *w;
  gsize tiles, tiles_per_task; /* a tile is up to TILE vectors of one outer */
} Job;

static void
hold_each(const NwConstraint *c, NwReal *w, gsize n)
{
  for (gsize i = 0; i < n; i++)
    w[i] *= (NwReal)c->kind->factor((double)w[i], c->arguments);
}

/* Vectors w[along, width], each along the first axis: w ·= factor(√Σw²). */
static void
hold_vectors(const NwConstraint *c, NwReal *w, gsize width)
{
  double square[TILE] = {0};
  NwReal factor[TILE];

  for (gsize k = 0; k < c->along; k++)
    for (gsize i = 0; i < width; i++)
      square[i] += (double)w[k * c->inner + i] * (double)w[k * c->inner + i];
  for (gsize i = 0; i < width; i++)
    factor[i] = (NwReal)c->kind->factor(sqrt(square[i]), c->arguments);
  for (gsize k = 0; k < c->along; k++)
    for (gsize i = 0; i < width; i++)
      w[k * c->inner + i] *= factor[i];
}

static void
task_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwConstraint *c = job->constraint;
  gsize across = (c->inner + TILE - 1) / TILE, begin = task * job->tiles_per_task;
  gsize end = MIN(begin + job->tiles_per_task, job->tiles);

  for (gsize tile = begin; tile < end; tile++) {
    gsize outer = tile / across, first = tile % across * TILE, width = MIN(TILE, c->inner - first);
    NwReal *w = job->w + outer * c->along * c->inner + first;
    if (c->kind->each)
      hold_each(c, w, width);
    else
      hold_vectors(c, w, width);
  }
}

void
nw_constraint_apply(const NwConstraint *self, NwPool *pool, NwReal *w)
{
  if (self->kind == NULL)
    return;
  gsize numbers = self->outer * self->along * self->inner;
  Job job = {self, w, self->outer * ((self->inner + TILE - 1) / TILE), 1};

  job.tiles_per_task = MAX(1, PART / (self->along * MIN(self->inner, TILE)));
  nw_pool_run(numbers < 4 * PART ? NULL : pool,
              (job.tiles + job.tiles_per_task - 1) / job.tiles_per_task, task_cb, &job);
}
