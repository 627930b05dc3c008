/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-merge.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-vec.h"

#define TASK_NUMBERS 32768 /* of the output, about */

/* ── shapes and masks ────────────────────────────────────────────────────────────────────────── */

static gint64
aligned_dim(const NwShape *shape, int rank, int axis)
{
  int own = axis - (rank - shape->rank);
  return own < 0 ? 1 : shape->dim[own];
}

/* Widens @shape to what @other and it have in common; FALSE when an axis differs and none is 1. */
static gboolean
broadcast(NwShape *shape, const NwShape *other)
{
  NwShape wide = {.rank = MAX(shape->rank, other->rank)};
  for (int axis = 0; axis < wide.rank; axis++) {
    gint64 a = aligned_dim(shape, wide.rank, axis), b = aligned_dim(other, wide.rank, axis);
    if (a != b && a != 1 && b != 1)
      return FALSE;
    wide.dim[axis] = MAX(a, b);
  }
  *shape = wide;
  return TRUE;
}

/* Does a mask of this input count the output's steps? One with fewer axes counts something else. */
static gboolean
has_steps_of(const NwShape *in, const NwShape *out)
{
  return out->rank > 0 && in->rank == out->rank;
}

gboolean
nw_merge_infer(NwInfer *infer, GError **error)
{
  NwShape shape = infer->inputs[0].shape;
  gboolean all_masks = TRUE;
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  for (gsize i = 0; i < infer->n_inputs; i++) {
    g_autofree char *before = nw_shape_to_text(&shape);
    g_autofree char *own = nw_shape_to_text(&infer->inputs[i].shape);
    if (!broadcast(&shape, &infer->inputs[i].shape))
      return nw_infer_fail(infer, error,
                           _("its input %zu is %s, which does not go with %s: axes must be equal, "
                             "or 1"),
                           i + 1, own, before);
  }
  for (gsize i = 0; i < infer->n_inputs; i++)
    all_masks &= infer->masks[i] && has_steps_of(&infer->inputs[i].shape, &shape);
  nw_infer_output(infer, shape, NW_REAL);
  if (all_masks)
    infer->mask_from[0] = NW_MASK_MADE;
  infer->flops = (gint64)(infer->n_inputs - 1) * nw_shape_elements(&shape);
  return TRUE;
}

/* Does @x count at @step of @steps of @sample? */
static gboolean
counts_at(const NwTensor *x, const NwShape *out, gsize sample, gsize step)
{
  if (x->mask == NULL || !has_steps_of(&x->type->shape, out))
    return TRUE;
  gsize own = (gsize)x->type->shape.dim[0];
  return x->mask[sample * own + (own == 1 ? 0 : step)] != 0;
}

gboolean
nw_merge_is_masked(const NwCall *call)
{
  for (gsize i = 0; i < call->n_inputs; i++)
    if (call->inputs[i].mask != NULL &&
        has_steps_of(&call->inputs[i].type->shape, &call->outputs[0].type->shape))
      return TRUE;
  return FALSE;
}

static void
find_step(const NwShape *out, gsize element, gsize *sample, gsize *step)
{
  gsize elements = (gsize)nw_shape_elements(out), steps = (gsize)out->dim[0];
  *sample = element / elements;
  *step = element % elements / (elements / steps);
}

gboolean
nw_merge_counts_before(const NwCall *call, gsize input, gsize row)
{
  const NwShape *out = &call->outputs[0].type->shape;
  gsize sample, step;
  find_step(out, row, &sample, &step);
  for (gsize i = 0; i < input; i++)
    if (counts_at(&call->inputs[i], out, sample, step))
      return TRUE;
  return FALSE;
}

void
nw_merge_make_mask(const NwCall *call)
{
  const NwTensor *y = &call->outputs[0];
  gsize steps = (gsize)y->type->shape.dim[0];
  for (gsize sample = 0; sample < call->n; sample++)
    for (gsize step = 0; step < steps; step++) {
      guint8 counts = 0;
      for (gsize i = 0; i < call->n_inputs; i++)
        counts |= (guint8)counts_at(&call->inputs[i], &y->type->shape, sample, step);
      y->mask[sample * steps + step] = counts;
    }
}

/* ── the walk ────────────────────────────────────────────────────────────────────────────────── */

NwMergeRows
nw_merge_rows(const NwCall *call, gsize input, gsize first, gsize n, gboolean by_step)
{
  const NwShape *out = &call->outputs[0].type->shape;
  const NwTensor *x = &call->inputs[input];
  NwMergeRows rows = {.out = out, .x = x, .by_step = by_step, .counts = TRUE};
  gsize elements = (gsize)nw_shape_elements(out), stride = 1;

  for (int axis = out->rank - 1; axis >= 0; axis--) {
    gsize dim = (gsize)aligned_dim(&x->type->shape, out->rank, axis);
    rows.stride[axis] = dim == 1 ? 0 : stride;
    stride *= dim;
  }
  rows.sample = stride;
  if (!by_step && nw_shape_equal(&x->type->shape, out)) {
    rows.cols = n * elements;
    rows.next = first * elements;
  } else {
    /* By step, a row must not hold several of them. */
    rows.cols = by_step && out->rank == 1 ? 1 : (gsize)nw_shape_last(out);
    rows.one = out->rank == 0 || rows.stride[out->rank - 1] == 0;
    rows.next = first * elements;
  }
  rows.n_rows = n * elements / rows.cols;
  return rows;
}

gboolean
nw_merge_next(NwMergeRows *rows)
{
  const NwShape *out = rows->out;
  if (rows->n_rows == 0)
    return FALSE;
  rows->n_rows--;
  rows->row = rows->next;
  rows->next += rows->cols;
  gsize rest = rows->row;
  rows->at = 0;
  for (int axis = out->rank - 1; axis >= 0; axis--) {
    rows->at += rest % (gsize)out->dim[axis] * rows->stride[axis];
    rest /= (gsize)out->dim[axis];
  }
  rows->at += rest * rows->sample;
  if (rows->by_step) {
    gsize sample, step;
    find_step(out, rows->row, &sample, &step);
    rows->counts = counts_at(rows->x, out, sample, step);
  }
  return TRUE;
}

typedef struct {
  const NwCall *call;
  NwMergeFunc func;
  gconstpointer data;
  gsize samples; /* per task */
} Run;

static void
run_cb(gpointer data, gsize task)
{
  const Run *run = data;
  gsize first = task * run->samples;
  run->func(run->data, first, MIN(run->samples, run->call->n - first));
}

void
nw_merge_run(const NwCall *call, NwMergeFunc func, gconstpointer data)
{
  gsize elements = (gsize)nw_shape_elements(&call->outputs[0].type->shape);
  Run run = {call, func, data, MAX(TASK_NUMBERS / elements, 1)};
  nw_pool_run(call->pool, (call->n + run.samples - 1) / run.samples, run_cb, &run);
}

void
nw_merge_clear(const NwCall *call, gsize first, gsize n)
{
  for (gsize i = 0; i < call->n_inputs; i++) {
    const NwTensor *x = &call->inputs[i];
    gsize elements = (gsize)nw_shape_elements(&x->type->shape);
    if (x->gradient != NULL && !x->accumulate)
      nw_vec()->fill(0, x->gradient + first * elements, n * elements);
  }
}

/* ── sums ────────────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  const NwCall *call;
  NwReal a, b;
} Sum;

static void
sum_forward(gconstpointer data, gsize first, gsize n)
{
  const Sum *sum = data;
  const NwTensor *y = &sum->call->outputs[0];
  for (gsize i = 0; i < sum->call->n_inputs; i++) {
    NwReal factor = i == 0 ? sum->a : sum->b;
    NwMergeRows rows = nw_merge_rows(sum->call, i, first, n, FALSE);
    while (nw_merge_next(&rows)) {
      const NwReal *x = rows.x->real + rows.at;
      NwReal *to = y->real + rows.row;
      if (i == 0 && rows.one)
        nw_vec()->fill(factor * x[0], to, rows.cols);
      else if (i == 0)
        nw_vec()->scale(factor, x, to, rows.cols);
      else if (!rows.one)
        nw_vec()->axpy(factor, x, to, rows.cols);
      else
        for (gsize j = 0; j < rows.cols; j++)
          to[j] += factor * x[0];
    }
  }
}

void
nw_merge_sum_forward(const NwCall *call, NwReal a, NwReal b)
{
  Sum sum = {call, a, b};
  nw_merge_run(call, sum_forward, &sum);
}

/* dxᵢ += factor · dy, summed over the axes along which xᵢ was repeated */
static void
sum_backward(gconstpointer data, gsize first, gsize n)
{
  const Sum *sum = data;
  nw_merge_clear(sum->call, first, n);
  for (gsize i = 0; i < sum->call->n_inputs; i++) {
    NwReal factor = i == 0 ? sum->a : sum->b;
    if (sum->call->inputs[i].gradient == NULL)
      continue;
    NwMergeRows rows = nw_merge_rows(sum->call, i, first, n, FALSE);
    while (nw_merge_next(&rows)) {
      const NwReal *dy = sum->call->outputs[0].gradient + rows.row;
      NwReal *dx = rows.x->gradient + rows.at;
      if (rows.one)
        dx[0] += factor * nw_vec()->sum(dy, rows.cols);
      else
        nw_vec()->axpy(factor, dy, dx, rows.cols);
    }
  }
}

void
nw_merge_sum_backward(const NwCall *call, NwReal a, NwReal b)
{
  Sum sum = {call, a, b};
  nw_merge_run(call, sum_backward, &sum);
}

/* ── extremes ────────────────────────────────────────────────────────────────────────────────── */

const NwReal nw_merge_largest = 1, nw_merge_smallest = -1;

const NwLayerExample nw_merge_examples[] = {{"", "5; 5"},
                                            {"", "mask:4,5; mask:4,5; mask:4,5"},
                                            {"", "mask:4,5; 4,5"},
                                            {"", "mask:4,5; mask:4,1"},
                                            {"", "mask:4,5; mask:1,5"},
                                            {"", "2,3,4; 3,1; 2,1,4"},
                                            {"", "4,1; 1,5; 4,5"},
                                            {"", "1,3; 2,1"},
                                            {"", "5; -"},
                                            {"", "-; -"},
                                            {"", "6"},
                                            {"", "mask:4; 4; mask:4"},
                                            {NULL}};

gboolean
nw_merge_extreme_infer(NwInfer *infer, GError **error)
{
  if (!nw_merge_infer(infer, error))
    return FALSE;
  nw_infer_saved(infer, nw_shape_elements(&infer->outputs[0].shape), 0);
  return TRUE;
}

typedef struct {
  const NwCall *call;
  NwReal sign;
} Extreme;

/* Takes input @index where it is beyond what was taken before, or nothing of that counted. */
static void
take_row(NwReal index, NwReal sign, const NwReal *x, gsize step, gboolean always, NwReal *y,
         NwReal *taken, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    NwReal value = x[i * step];
    gboolean take = always || sign * value > sign * y[i] || value != value;
    y[i] = take ? value : y[i];
    taken[i] = take ? index : taken[i];
  }
}

static void
extreme_forward(gconstpointer data, gsize first, gsize n)
{
  const Extreme *extreme = data;
  const NwCall *call = extreme->call;
  gboolean masked = nw_merge_is_masked(call);
  for (gsize i = 0; i < call->n_inputs; i++) {
    NwMergeRows rows = nw_merge_rows(call, i, first, n, masked);
    while (nw_merge_next(&rows)) {
      gboolean fresh = i == 0 || (masked && !nw_merge_counts_before(call, i, rows.row));
      if (i == 0 || rows.counts)
        take_row((NwReal)i, extreme->sign, rows.x->real + rows.at, rows.one ? 0 : 1, fresh,
                 call->outputs[0].real + rows.row, call->saved[0] + rows.row, rows.cols);
    }
  }
}

void
nw_merge_extreme_forward(const NwCall *call)
{
  Extreme extreme = {call, *(const NwReal *)call->kind->family};
  nw_merge_run(call, extreme_forward, &extreme);
}

/* dxᵢ += dy where xᵢ was taken */
static void
extreme_backward(gconstpointer data, gsize first, gsize n)
{
  const NwCall *call = data;
  nw_merge_clear(call, first, n);
  for (gsize i = 0; i < call->n_inputs; i++) {
    NwReal index = (NwReal)i;
    if (call->inputs[i].gradient == NULL)
      continue;
    NwMergeRows rows = nw_merge_rows(call, i, first, n, FALSE);
    while (nw_merge_next(&rows)) {
      const NwReal *dy = call->outputs[0].gradient + rows.row, *taken = call->saved[0] + rows.row;
      NwReal *dx = rows.x->gradient + rows.at;
      gsize step = rows.one ? 0 : 1;
      for (gsize j = 0; j < rows.cols; j++)
        dx[j * step] += taken[j] == index ? dy[j] : 0;
    }
  }
}

void
nw_merge_extreme_backward(const NwCall *call)
{
  nw_merge_run(call, extreme_backward, call);
}
