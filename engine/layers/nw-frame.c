/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-frame.h"

#include <inttypes.h>
#include <string.h>

#include "nw-vec.h"
#include "nw-stencil-kernels.h"

#define PADDING  "padding"
#define CROPPING "cropping"

typedef struct {
  gint64 top, bottom, left, right;
} Sides;

static gboolean
get_sides(const NwParams *params, const char *key, int axes, Sides *sides)
{
  gsize n;
  const gint64 *list = nw_params_get_ints(params, key, &n);
  if (axes == 1 ? n != 1 && n != 2 : n != 1 && n != 2 && n != 4)
    return FALSE;
  if (axes == 1)
    *sides = (Sides){list[0], list[n - 1], 0, 0};
  else if (n == 4)
    *sides = (Sides){list[0], list[1], list[2], list[3]};
  else
    *sides = (Sides){list[0], list[0], list[n - 1], list[n - 1]};
  return TRUE;
}

static gboolean
check_sides(const NwInfer *infer, const char *key, Sides *sides, GError **error)
{
  int axes = nw_infer_axes(infer);
  gsize n;
  if (!nw_infer_want_grid(infer, error))
    return FALSE;
  if (get_sides(infer->params, key, axes, sides))
    return TRUE;
  nw_params_get_ints(infer->params, key, &n);
  return nw_infer_fail(infer, error,
                       axes == 1 ? _("it has %zu widths; give one, or one before and one behind")
                                 : _("it has %zu widths; give one, two (height, width) or four "
                                     "(top, bottom, left, right)"),
                       n);
}

gboolean
nw_frame_infer_padding(NwInfer *infer, GError **error)
{
  int axes = nw_infer_axes(infer);
  NwShape shape = infer->inputs[0].shape;
  Sides sides = {0};
  if (!check_sides(infer, PADDING, &sides, error))
    return FALSE;
  shape.dim[0] += sides.top + sides.bottom;
  if (axes == 2)
    shape.dim[1] += sides.left + sides.right;
  nw_infer_output(infer, shape, NW_REAL);
  return TRUE;
}

gboolean
nw_frame_infer_cropping(NwInfer *infer, GError **error)
{
  int axes = nw_infer_axes(infer);
  NwShape shape = infer->inputs[0].shape;
  Sides sides = {0};
  if (!check_sides(infer, CROPPING, &sides, error))
    return FALSE;
  shape.dim[0] -= sides.top + sides.bottom;
  if (axes == 2)
    shape.dim[1] -= sides.left + sides.right;
  for (int axis = 0; axis < axes; axis++)
    if (shape.dim[axis] < 1)
      return nw_infer_fail(infer, error,
                           _("it takes away %" PRId64 " of %" PRId64
                             " entries of axis %d, so that nothing is left; crop less"),
                           infer->inputs[0].shape.dim[axis] - shape.dim[axis],
                           infer->inputs[0].shape.dim[axis], axis + 1);
  nw_infer_output(infer, shape, NW_REAL);
  return TRUE;
}

/* ── copying ─────────────────────────────────────────────────────────────────────────────────── */

/* Between samples of a small grid and of a large one, in which it begins at row `top` and number
 * `left` of a line. */
typedef struct {
  gsize rows, line, large_rows, large_line, top, left; /* lines in numbers */
  NwReal *small, *large;
  gboolean outwards; /* from small to large */
  gboolean add;
} Copy;

static void
copy_cb(gconstpointer data, const NwChannels *span, gsize sample)
{
  const Copy *copy = data;
  NwReal *small = copy->small + sample * copy->rows * copy->line;
  NwReal *large = copy->large + sample * copy->large_rows * copy->large_line;
  if (copy->outwards && !copy->add)
    memset(large, 0, copy->large_rows * copy->large_line * sizeof *large);
  for (gsize row = 0; row < copy->rows; row++) {
    NwReal *inside = large + (copy->top + row) * copy->large_line + copy->left;
    NwReal *from = copy->outwards ? small + row * copy->line : inside;
    NwReal *to = copy->outwards ? inside : small + row * copy->line;
    if (copy->add)
      nw_vec()->add(from, to, copy->line);
    else
      memcpy(to, from, copy->line * sizeof *to);
  }
}

/* @small, @large: the shapes; whose numbers or gradients, the caller says. */
static void
run(const NwCall *call, const char *key, const NwShape *small, const NwShape *large, Copy copy)
{
  Sides sides = {0};
  int axes = small->rank - 1;
  get_sides(call->params, key, axes, &sides);
  copy.rows = (gsize)small->dim[0];
  copy.large_rows = (gsize)large->dim[0];
  copy.line = (gsize)nw_shape_elements(small) / copy.rows;
  copy.large_line = (gsize)nw_shape_elements(large) / copy.large_rows;
  copy.top = (gsize)sides.top;
  copy.left = (gsize)sides.left * (gsize)nw_shape_last(small);
  nw_stencil_run(call->pool, call->n, copy.large_rows * copy.large_line, 1, copy_cb, &copy);
}

void
nw_frame_pad_forward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0], *y = &call->outputs[0];
  run(call, PADDING, &x->type->shape, &y->type->shape,
      (Copy){.small = x->real, .large = y->real, .outwards = TRUE});
}

void
nw_frame_pad_backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0], *y = &call->outputs[0];
  if (x->gradient != NULL)
    run(call, PADDING, &x->type->shape, &y->type->shape,
        (Copy){.small = x->gradient, .large = y->gradient, .add = x->accumulate});
}

void
nw_frame_crop_forward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0], *y = &call->outputs[0];
  run(call, CROPPING, &y->type->shape, &x->type->shape, (Copy){.small = y->real, .large = x->real});
}

void
nw_frame_crop_backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0], *y = &call->outputs[0];
  if (x->gradient != NULL)
    run(call, CROPPING, &y->type->shape, &x->type->shape,
        (Copy){.small = y->gradient, .large = x->gradient, .outwards = TRUE, .add = x->accumulate});
}

char *
nw_frame_describe_padding(const NwParams *params)
{
  return nw_params_to_text(params, PADDING);
}

char *
nw_frame_describe_cropping(const NwParams *params)
{
  return nw_params_to_text(params, CROPPING);
}
