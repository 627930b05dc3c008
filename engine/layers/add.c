/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = x₁ + x₂ + …, where axes of length 1 are repeated (facts A.9). */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-vec.h"

/* Shapes are aligned at their ends: missing axes count as 1. */
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

static gboolean
infer(NwInfer *infer, GError **error)
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
                           _("its input %zu"
                             " is %s, which cannot be added to %s: axes "
                             "must be equal, or 1"),
                           i + 1, own, before);
  }
  /* A mask counts steps, the first axis: inputs with fewer axes or one step have others. */
  for (gsize i = 0; i < infer->n_inputs; i++)
    all_masks &= infer->masks[i] && infer->inputs[i].shape.rank == shape.rank && shape.rank > 0 &&
                 infer->inputs[i].shape.dim[0] == shape.dim[0];
  nw_infer_output(infer, shape, NW_REAL);
  if (all_masks)
    infer->mask_from[0] = NW_MASK_MADE;
  infer->flops = (gint64)(infer->n_inputs - 1) * nw_shape_elements(&shape);
  return TRUE;
}

/* ── forward and backward ────────────────────────────────────────────────────────────────────── */

/* Rows of the output's last axis, and where each begins in an input. */
typedef struct {
  gsize rows, cols;          /* of the output: all samples; its last axis */
  gsize stride[NW_MAX_RANK]; /* of the input, per step of the output; 0 where it is repeated */
  gsize sample;              /* elements of the input per sample */
} Walk;

static Walk
make_walk(const NwShape *out, const NwShape *in, gsize n)
{
  Walk walk = {.cols = (gsize)nw_shape_last(out)};
  gsize stride = 1;
  walk.rows = n * (gsize)nw_shape_rows(out);
  for (int axis = out->rank - 1; axis >= 0; axis--) {
    gsize dim = (gsize)aligned_dim(in, out->rank, axis);
    walk.stride[axis] = dim == 1 ? 0 : stride;
    stride *= dim;
  }
  walk.sample = stride;
  return walk;
}

static gsize
find_row(const Walk *walk, const NwShape *out, gsize row)
{
  gsize offset = 0;
  for (int axis = out->rank - 2; axis >= 0; axis--) {
    offset += row % (gsize)out->dim[axis] * walk->stride[axis];
    row /= (gsize)out->dim[axis];
  }
  return row * walk->sample + offset;
}

/* y[rows, cols] += x, repeated where an axis is 1 */
static void
add_repeated(const NwShape *out, const NwTensor *x, gsize n, NwReal *y)
{
  Walk walk = make_walk(out, &x->type->shape, n);
  gboolean one = out->rank > 0 && walk.stride[out->rank - 1] == 0;
  for (gsize row = 0; row < walk.rows; row++, y += walk.cols) {
    const NwReal *from = x->real + find_row(&walk, out, row);
    if (!one)
      nw_vec()->add(from, y, walk.cols);
    else
      for (gsize i = 0; i < walk.cols; i++)
        y[i] += from[0];
  }
}

static void
forward(const NwCall *call)
{
  const NwTensor *y = &call->outputs[0];
  const NwShape *shape = &y->type->shape;
  gsize n = call->n * (gsize)nw_shape_elements(shape);

  for (gsize i = 0; i < call->n_inputs; i++) {
    const NwTensor *x = &call->inputs[i];
    gboolean same = nw_shape_equal(&x->type->shape, shape);
    if (i == 0 && same) {
      memcpy(y->real, x->real, n * sizeof *y->real);
      continue;
    }
    if (i == 0)
      nw_vec()->fill(0, y->real, n);
    if (same)
      nw_vec()->add(x->real, y->real, n);
    else
      add_repeated(shape, x, call->n, y->real);
  }
}

/* dx += dy, summed over the axes along which x was repeated */
static void
sum_repeated(const NwShape *out, const NwTensor *x, gsize n, const NwReal *dy)
{
  Walk walk = make_walk(out, &x->type->shape, n);
  gboolean one = out->rank > 0 && walk.stride[out->rank - 1] == 0;
  for (gsize row = 0; row < walk.rows; row++, dy += walk.cols) {
    NwReal *to = x->gradient + find_row(&walk, out, row);
    if (one)
      to[0] += nw_vec()->sum(dy, walk.cols);
    else
      nw_vec()->add(dy, to, walk.cols);
  }
}

static void
backward(const NwCall *call)
{
  const NwTensor *y = &call->outputs[0];
  gsize n = call->n * (gsize)nw_shape_elements(&y->type->shape);

  for (gsize i = 0; i < call->n_inputs; i++) {
    const NwTensor *x = &call->inputs[i];
    gboolean same = nw_shape_equal(&x->type->shape, &y->type->shape);
    if (x->gradient == NULL)
      continue;
    if (same && !x->accumulate) {
      memcpy(x->gradient, y->gradient, n * sizeof *y->gradient);
      continue;
    }
    if (!x->accumulate)
      nw_vec()->fill(0, x->gradient, call->n * (gsize)nw_shape_elements(&x->type->shape));
    if (same)
      nw_vec()->add(y->gradient, x->gradient, n);
    else
      sum_repeated(&y->type->shape, x, call->n, y->gradient);
  }
}

/* A step counts when it does in one of the inputs. */
static void
make_mask(const NwCall *call)
{
  const NwTensor *y = &call->outputs[0];
  gsize n = call->n * (gsize)y->type->shape.dim[0];
  memcpy(y->mask, call->inputs[0].mask, n);
  for (gsize i = 1; i < call->n_inputs; i++)
    for (gsize j = 0; j < n; j++)
      y->mask[j] |= call->inputs[i].mask[j];
}

static char *
describe(const NwParams *params)
{
  return g_strdup(_("sum"));
}

const NwLayerKind nw_layer_add = {
    .id = "add",
    .title = N_("Add"),
    .summary =
        N_("Adds its inputs; axes of length 1 are repeated. Its mask needs one on every input"),
    .category = NW_CATEGORY_MERGE,
    .inputs = (const NwPort[]){{"inputs", N_("Inputs"), .variadic = TRUE}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = (const NwParamSpec[]){{NULL}},
    .examples = (const NwLayerExample[]){{"", "5; 5"},
                                         {"", "mask:4,5; mask:4,5; mask:4,5"},
                                         {"", "mask:4,5; 4,5"},
                                         {"", "mask:4,5; mask:4,1"},
                                         {"", "2,3,4; 3,1; 2,1,4"},
                                         {"", "4,1; 1,5; 4,5"},
                                         {"", "1,3; 2,1"},
                                         {"", "5; -"},
                                         {"", "-; -"},
                                         {"", "6"},
                                         {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .make_mask = make_mask,
    .describe = describe,
};
