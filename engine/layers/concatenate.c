/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Puts tensors one behind the other along an axis. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "nw-vec.h"

static int
get_axis(const NwParams *params, int rank)
{
  return nw_infer_axis(nw_params_get_int(params, "axis"), rank);
}

/* All axes but @axis must agree with those of input 1. */
static gboolean
check_input(const NwInfer *infer, gsize input, int axis, GError **error)
{
  const NwType *first = &infer->inputs[0], *other = &infer->inputs[input];
  NwShape expected = first->shape;
  if (other->dtype != first->dtype)
    return nw_infer_fail(infer, error,
                         _("its inputs 1 and %zu"
                           " mix numbers and ids; connect an Embedding behind the ids"),
                         input + 1);
  expected.dim[axis] = axis < other->shape.rank ? other->shape.dim[axis] : 0;
  if (nw_shape_equal(&expected, &other->shape))
    return TRUE;
  g_autofree char *first_text = nw_shape_to_text(&first->shape);
  g_autofree char *other_text = nw_shape_to_text(&other->shape);
  return nw_infer_fail(infer, error,
                       _("its input %zu"
                         " is %s but input 1 is %s; all axes except axis %d must agree"),
                       input + 1, other_text, first_text, axis + 1);
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  NwShape shape = infer->inputs[0].shape;
  int axis = get_axis(infer->params, shape.rank);
  gboolean any_mask = FALSE;
  if (axis < 0)
    return nw_infer_fail(infer, error,
                         _("axis %" PRId64 " does not exist: its inputs have the axes 1 to "
                           "%d (0 is the batch, −1 the last)"),
                         nw_params_get_int(infer->params, "axis"), shape.rank);
  for (gsize i = 0; i < infer->n_inputs; i++) {
    if (!check_input(infer, i, axis, error))
      return FALSE;
    any_mask |= infer->masks[i];
    if (i > 0)
      shape.dim[axis] =
          MIN(shape.dim[axis] + infer->inputs[i].shape.dim[axis], NW_MAX_ELEMENTS + 1);
  }
  nw_infer_output(infer, shape, infer->inputs[0].dtype);
  if (any_mask)
    infer->mask_from[0] = NW_MASK_MADE;
  return TRUE;
}

/* Elements of @type from @axis on: what follows each other in memory. */
static gsize
chunk_of(const NwType *type, int axis)
{
  gsize n = 1;
  for (; axis < type->shape.rank; axis++)
    n *= (gsize)type->shape.dim[axis];
  return n;
}

#define TASK_NUMBERS 65536 /* of the output, about */

typedef struct _Job Job;
struct _Job {
  const NwCall *call;
  void (*func)(const Job *job, gsize first, gsize end);
  int axis;
  gsize whole, rows, task_rows; /* numbers of a row of the output; rows in all, of a task */
};

/* y[rows, all chunks] = x₁[rows, chunk₁], x₂[rows, chunk₂], … */
static void
forward_rows(const Job *job, gsize first, gsize end)
{
  const NwTensor *y = &job->call->outputs[0];
  gsize size = y->type->dtype == NW_REAL ? sizeof(NwReal) : sizeof(gint32), offset = 0;

  for (gsize i = 0; i < job->call->n_inputs; i++) {
    const NwTensor *x = &job->call->inputs[i];
    gsize chunk = chunk_of(x->type, job->axis);
    for (gsize row = first; row < end; row++)
      memcpy((char *)y->real + (row * job->whole + offset) * size,
             (char *)x->real + row * chunk * size, chunk * size);
    offset += chunk;
  }
}

/* dxᵢ[rows, chunkᵢ] = its part of dy */
static void
backward_rows(const Job *job, gsize first, gsize end)
{
  const NwTensor *y = &job->call->outputs[0];
  gsize offset = 0;

  for (gsize i = 0; i < job->call->n_inputs; i++) {
    const NwTensor *x = &job->call->inputs[i];
    gsize chunk = chunk_of(x->type, job->axis);
    for (gsize row = first; x->gradient != NULL && row < end; row++) {
      const NwReal *dy = y->gradient + row * job->whole + offset;
      if (x->accumulate)
        nw_vec()->add(dy, x->gradient + row * chunk, chunk);
      else
        memcpy(x->gradient + row * chunk, dy, chunk * sizeof *dy);
    }
    offset += chunk;
  }
}

static void
rows_cb(gpointer data, gsize task)
{
  const Job *job = data;
  gsize first = task * job->task_rows;
  job->func(job, first, MIN(first + job->task_rows, job->rows));
}

static void
run(const NwCall *call, void (*func)(const Job *job, gsize first, gsize end))
{
  const NwType *type = call->outputs[0].type;
  int axis = get_axis(call->params, type->shape.rank);
  gsize whole = chunk_of(type, axis);
  Job job = {.call = call,
             .func = func,
             .axis = axis,
             .whole = whole,
             .rows = call->n * (gsize)nw_shape_elements(&type->shape) / whole,
             .task_rows = MAX(TASK_NUMBERS / whole, 1)};

  nw_pool_run(call->pool, (job.rows + job.task_rows - 1) / job.task_rows, rows_cb, &job);
}

static void
forward(const NwCall *call)
{
  run(call, forward_rows);
}

static void
backward(const NwCall *call)
{
  run(call, backward_rows);
}

/* Steps behind each other keep their masks; features beside each other count when one of them does.
 * An input without a mask counts everywhere. */
static void
make_mask(const NwCall *call)
{
  const NwTensor *y = &call->outputs[0];
  gboolean along_steps = get_axis(call->params, y->type->shape.rank) == 0;
  gsize steps = (gsize)y->type->shape.dim[0], offset = 0;

  for (gsize i = 0; i < call->n_inputs; i++) {
    const NwTensor *x = &call->inputs[i];
    gsize own = (gsize)x->type->shape.dim[0];
    for (gsize sample = 0; sample < call->n; sample++) {
      for (gsize step = 0; step < own; step++) {
        guint8 *mask = &y->mask[sample * steps + offset + step];
        guint8 counts = x->mask == NULL || x->mask[sample * own + step];
        *mask = along_steps || i == 0 ? counts : *mask | counts;
      }
    }
    if (along_steps)
      offset += own;
  }
}

static char *
describe(const NwParams *params)
{
  gint64 axis = nw_params_get_int(params, "axis");
  return axis == -1 ? g_strdup(_("last axis")) : g_strdup_printf(_("axis %d"), (int)axis);
}

static const NwParamSpec params[] = {
    {"axis", N_("Axis"), N_("1 is the first axis of a sample (0 would be the batch), −1 the last"),
     NW_PARAM_INT, "-1", -NW_MAX_RANK, NW_MAX_RANK},
    {NULL},
};

const NwLayerKind nw_layer_concatenate = {
    .id = "concatenate",
    .title = N_("Concatenate"),
    .summary = N_("Puts its inputs one behind the other along an axis"),
    .category = NW_CATEGORY_MERGE,
    .inputs = (const NwPort[]){{"inputs", N_("Inputs"), .variadic = TRUE}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"axis=-1", "5; 3"},
                                         {"axis=-1", "mask:4,5; 4,1; mask:4,2"},
                                         {"axis=1", "mask:4,2; 3,2; mask:1,2"},
                                         {"axis=2", "2,3,4; 2,1,4"},
                                         {"axis=-3", "2,3,1; 2,3,1; 1,3,1"},
                                         {"axis=-2", "mask:2,3; mask:1,3"},
                                         {"axis=1", "int9:4; int9:3"},
                                         {"", "4"},
                                         {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .make_mask = make_mask,
    .describe = describe,
};
