/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* z[M…, N…] = Σ_d x[M…, d]·y[d, N…]: products along one axis of each input; @normalize: of x and y
 * divided by their lengths along it, which makes z the cosine. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "nw-blas.h"
#include "nw-vec.h"

#define TASK_NUMBERS 32768 /* multiplications, about */

/* Keras: x·min(1/|x|, 1/ε) */
#define LARGEST_INVERSE 1e7

/* An input as a matrix: @rows of what stays, the @cols of the axis that is summed. */
typedef struct {
  gsize rows, cols;
  gsize inner; /* elements behind the axis: it is strided by this */
} Side;

static Side
make_side(const NwShape *shape, int axis)
{
  Side side = {.cols = (gsize)shape->dim[axis], .inner = 1};
  for (int a = axis + 1; a < shape->rank; a++)
    side.inner *= (gsize)shape->dim[a];
  side.rows = (gsize)nw_shape_elements(shape) / side.cols;
  return side;
}

/* The axis of @input that is summed; −1: none. */
static int
get_axis(const NwParams *params, gsize input, const NwShape *shape)
{
  gsize n;
  const gint64 *axes = nw_params_get_ints(params, "axes", &n);
  return n < 1 || n > 2 ? -1 : nw_infer_axis(axes[n == 2 ? input : 0], shape->rank);
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  NwShape out = {0};
  gsize n;
  int axis[2];
  nw_params_get_ints(infer->params, "axes", &n);
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  if (n < 1 || n > 2)
    return nw_infer_fail(infer, error,
                         _("its axes must be one number for both inputs or two, not %d"), (int)n);
  for (gsize i = 0; i < 2; i++) {
    const NwShape *shape = &infer->inputs[i].shape;
    axis[i] = get_axis(infer->params, i, shape);
    if (axis[i] < 0)
      return nw_infer_fail(infer, error,
                           _("its input %d has no such axis: it has the axes 1 to %d (0 is the "
                             "batch, −1 the last)"),
                           (int)i + 1, shape->rank);
    for (int a = 0; a < shape->rank; a++)
      if (a != axis[i]) {
        if (out.rank == NW_MAX_RANK)
          return nw_infer_fail(infer, error, _("its result would have more than %d axes"),
                               NW_MAX_RANK);
        out.dim[out.rank++] = shape->dim[a];
      }
  }
  const NwShape *x = &infer->inputs[0].shape, *y = &infer->inputs[1].shape;
  if (x->dim[axis[0]] != y->dim[axis[1]])
    return nw_infer_fail(infer, error,
                         _("the axes it multiplies along differ: %" PRId64
                           " numbers in its first input, %" PRId64 " in its second"),
                         x->dim[axis[0]], y->dim[axis[1]]);
  gint64 products = nw_shape_elements(&out) * x->dim[axis[0]];
  if (out.rank == 0)
    out = NW_SHAPE(1);
  nw_infer_output(infer, out, NW_REAL);
  gint64 both = nw_shape_elements(x) + nw_shape_elements(y);
  nw_infer_scratch(infer, both, 0); /* the matrices, and their gradients */
  nw_infer_scratch(infer, both, 0);
  infer->keeps_inputs = TRUE;
  infer->flops = 2 * products;
  if (nw_params_get_bool(infer->params, "normalize"))
    infer->flops += 3 * both;
  return TRUE;
}

/* ── one sample ──────────────────────────────────────────────────────────────────────────────── */

typedef struct {
  const NwCall *call;
  gboolean normalize;
  Side side[2];
  gsize elements[2], samples; /* of an input, per sample; per task */
} Job;

/* Where row @row of a side begins in a sample. */
static gsize
find_row(const Side *side, gsize row)
{
  return row / side->inner * side->inner * side->cols + row % side->inner;
}

/* 1/|x|, at most LARGEST_INVERSE */
static NwReal
invert_length(const NwReal *x, gsize n)
{
  NwReal squares = nw_vec()->dot(x, x, n);
  return squares > 0 ? MIN(1 / NW_R(sqrt)(squares), (NwReal)LARGEST_INVERSE)
                     : (NwReal)LARGEST_INVERSE;
}

/* m[rows, cols] = a sample of an input, each row of length 1 when normalised */
static void
gather(const Side *side, const NwReal *x, gboolean normalize, NwReal *m)
{
  for (gsize row = 0; row < side->rows; row++, m += side->cols) {
    const NwReal *from = x + find_row(side, row);
    for (gsize i = 0; i < side->cols; i++)
      m[i] = from[i * side->inner];
    if (normalize)
      nw_vec()->scale(invert_length(m, side->cols), m, m, side->cols);
  }
}

/* dx (+)= dm; behind a normalisation u = x/|x|: dx = (dm − u·(u·dm))/|x|. */
static void
scatter(const Side *side, const NwReal *x, gboolean normalize, const NwReal *m, NwReal *dm,
        gboolean accumulate, NwReal *dx)
{
  for (gsize row = 0; row < side->rows; row++, m += side->cols, dm += side->cols) {
    gsize at = find_row(side, row);
    if (normalize) {
      NwReal squares = 0;
      for (gsize i = 0; i < side->cols; i++)
        squares += x[at + i * side->inner] * x[at + i * side->inner];
      NwReal inverse = squares > 0 ? 1 / NW_R(sqrt)(squares) : INFINITY;
      if (inverse < (NwReal)LARGEST_INVERSE)
        nw_vec()->axpy(-nw_vec()->dot(m, dm, side->cols), m, dm, side->cols);
      nw_vec()->scale(MIN(inverse, (NwReal)LARGEST_INVERSE), dm, dm, side->cols);
    }
    for (gsize i = 0; i < side->cols; i++) {
      NwReal *to = &dx[at + i * side->inner];
      *to = accumulate ? *to + dm[i] : dm[i];
    }
  }
}

static void
gather_both(const Job *job, gsize sample, NwReal **x, NwReal **y)
{
  const NwCall *call = job->call;
  *x = call->scratch[0] + sample * (job->elements[0] + job->elements[1]);
  *y = *x + job->elements[0];
  gather(&job->side[0], call->inputs[0].real + sample * job->elements[0], job->normalize, *x);
  gather(&job->side[1], call->inputs[1].real + sample * job->elements[1], job->normalize, *y);
}

/* Z[M, N] = X[M, D]·Yᵀ[D, N] */
static void
forward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwCall *call = job->call;
  gsize m = job->side[0].rows, n = job->side[1].rows, d = job->side[0].cols;
  NwReal *x, *y;
  for (gsize s = task * job->samples; s < MIN((task + 1) * job->samples, call->n); s++) {
    gather_both(job, s, &x, &y);
    nw_gemm(NULL, NW_NO_TRANS, NW_TRANS, m, n, d, 1, x, d, y, d, 0,
            call->outputs[0].real + s * m * n, n);
  }
}

/* dX[M, D] = dZ·Y;  dY[N, D] = dZᵀ·X */
static void
backward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwCall *call = job->call;
  gsize m = job->side[0].rows, n = job->side[1].rows, d = job->side[0].cols;
  NwReal *x, *y;
  for (gsize s = task * job->samples; s < MIN((task + 1) * job->samples, call->n); s++) {
    const NwReal *dz = call->outputs[0].gradient + s * m * n;
    gather_both(job, s, &x, &y);
    NwReal *dx = call->scratch[1] + s * (job->elements[0] + job->elements[1]);
    NwReal *dy = dx + job->elements[0], *matrix[] = {x, y}, *gradient[] = {dx, dy};
    nw_gemm(NULL, NW_NO_TRANS, NW_NO_TRANS, m, d, n, 1, dz, n, y, d, 0, dx, d);
    nw_gemm(NULL, NW_TRANS, NW_NO_TRANS, n, d, m, 1, dz, n, x, d, 0, dy, d);
    for (gsize i = 0; i < 2; i++) {
      const NwTensor *input = &call->inputs[i];
      if (input->gradient != NULL)
        scatter(&job->side[i], input->real + s * job->elements[i], job->normalize, matrix[i],
                gradient[i], input->accumulate, input->gradient + s * job->elements[i]);
    }
  }
}

static void
run(const NwCall *call, NwPoolFunc func)
{
  Job job = {.call = call, .normalize = nw_params_get_bool(call->params, "normalize")};
  for (gsize i = 0; i < 2; i++) {
    const NwShape *shape = &call->inputs[i].type->shape;
    job.side[i] = make_side(shape, get_axis(call->params, i, shape));
    job.elements[i] = (gsize)nw_shape_elements(shape);
  }
  job.samples = MAX(TASK_NUMBERS / (job.side[0].rows * job.elements[1]), 1);
  nw_pool_run(call->pool, (call->n + job.samples - 1) / job.samples, func, &job);
}

static void
forward(const NwCall *call)
{
  run(call, forward_cb);
}

static void
backward(const NwCall *call)
{
  run(call, backward_cb);
}

static char *
describe(const NwParams *params)
{
  g_autofree char *axes = nw_params_to_text(params, "axes");
  return g_strdup_printf(
      nw_params_get_bool(params, "normalize") ? _("cosine along %s") : _("along %s"), axes);
}

static const NwParamSpec params[] = {
    {"axes", N_("Axes"),
     N_("The axis to multiply and add along: one number for both inputs, or one for each; 1 is the "
        "first of a sample, −1 the last"),
     NW_PARAM_INTS, "-1", -NW_MAX_RANK, NW_MAX_RANK},
    {"normalize", N_("Normalise"),
     N_("Divides both by their lengths first, which makes the result a cosine, −1 to 1"),
     NW_PARAM_BOOL, "false"},
    {NULL},
};

const NwLayerKind nw_layer_dot = {
    .id = "dot",
    .title = N_("Dot"),
    .summary =
        N_("Multiplies two inputs along an axis and adds up: how alike they are. A mask ends "
           "here"),
    .category = NW_CATEGORY_MERGE,
    .inputs = (const NwPort[]){{"first", N_("First")}, {"second", N_("Second")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"", "5; 5"},
                                         {"normalize=true", "7; 7"},
                                         {"axes=2", "mask:4,5; mask:3,5"},
                                         {"axes=1,2", "4,5; 3,4"},
                                         {"axes=1 normalize=true", "4; 4,3"},
                                         {"axes=-1,1", "2,3,4; 4,2"},
                                         {"axes=2,1 normalize=true", "2,3,2; 3,2,2"},
                                         {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
