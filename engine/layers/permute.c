/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y[i_p₁, i_p₂, …] = x[i₁, i₂, …]: the axes in another order. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwType *in = &infer->inputs[0];
  NwShape out = {.rank = in->shape.rank};
  gboolean seen[NW_MAX_RANK + 1] = {FALSE};
  gsize n;
  const gint64 *dims = nw_params_get_ints(infer->params, "dims", &n);
  if ((int)n != in->shape.rank)
    return nw_infer_fail(infer, error, _("it orders %d axes, but its input has %d"), (int)n,
                         in->shape.rank);
  for (gsize i = 0; i < n; i++) {
    if (dims[i] < 1 || dims[i] > in->shape.rank || seen[dims[i]])
      return nw_infer_fail(
          infer, error,
          _("its order must name each of the axes 1 to %d once; %" PRId64 " is too much"),
          in->shape.rank, dims[i]);
    seen[dims[i]] = TRUE;
    out.dim[i] = in->shape.dim[dims[i] - 1];
  }
  nw_infer_output(infer, out, in->dtype);
  return TRUE;
}

/* Elements of x apart when axis a of y grows by one. */
static void
get_strides(const NwCall *call, gsize strides[NW_MAX_RANK])
{
  const NwShape *in = &call->inputs[0].type->shape;
  gsize n, of_x[NW_MAX_RANK], stride = 1;
  const gint64 *dims = nw_params_get_ints(call->params, "dims", &n);
  for (int axis = in->rank - 1; axis >= 0; axis--) {
    of_x[axis] = stride;
    stride *= (gsize)in->dim[axis];
  }
  for (gsize i = 0; i < n; i++)
    strides[i] = of_x[dims[i] - 1];
}

typedef struct {
  const NwCall *call;
  const NwShape *out;
  gsize strides[NW_MAX_RANK], elements, cols;
  gboolean backwards;
} Job;

/* One sample: rows of y are the last axis; where they begin in x moves like an odometer. Both real
 * and int32 are 4 bytes in the float build; in double ids are the narrower ones. */
static void
sample_cb(gpointer data, gsize sample)
{
  const Job *job = data;
  const NwTensor *x = &job->call->inputs[0], *y = &job->call->outputs[0];
  int last = job->out->rank - 1;
  gint64 index[NW_MAX_RANK] = {0};
  gsize from = sample * job->elements, step = job->strides[last];

  for (gsize to = sample * job->elements; to < (sample + 1) * job->elements; to += job->cols) {
    if (job->backwards)
      for (gsize i = 0; i < job->cols; i++) {
        NwReal *dx = &x->gradient[from + i * step], dy = y->gradient[to + i];
        *dx = x->accumulate ? *dx + dy : dy;
      }
    else if (x->type->dtype == NW_REAL)
      for (gsize i = 0; i < job->cols; i++)
        y->real[to + i] = x->real[from + i * step];
    else
      for (gsize i = 0; i < job->cols; i++)
        y->int32[to + i] = x->int32[from + i * step];
    for (int axis = last - 1; axis >= 0; axis--) {
      from += job->strides[axis];
      if (++index[axis] < job->out->dim[axis])
        break;
      from -= (gsize)index[axis] * job->strides[axis];
      index[axis] = 0;
    }
  }
}

static void
run(const NwCall *call, gboolean backwards)
{
  Job job = {.call = call, .out = &call->outputs[0].type->shape, .backwards = backwards};
  get_strides(call, job.strides);
  job.elements = (gsize)nw_shape_elements(job.out);
  job.cols = (gsize)nw_shape_last(job.out);
  nw_pool_run(call->pool, call->n, sample_cb, &job);
}

static void
forward(const NwCall *call)
{
  run(call, FALSE);
}

static void
backward(const NwCall *call)
{
  if (call->inputs[0].gradient != NULL)
    run(call, TRUE);
}

static char *
describe(const NwParams *params)
{
  g_autofree char *dims = nw_params_to_text(params, "dims");
  return g_strdup_printf(_("axes %s"), *dims == '\0' ? "–" : dims);
}

static const NwParamSpec params[] = {
    {"dims", N_("Order"),
     N_("Which axis of the input stands at each place: 2, 1 swaps two; 1 is the first of a sample"),
     NW_PARAM_INTS, "2, 1", 1, NW_MAX_RANK},
    {NULL},
};

const NwLayerKind nw_layer_permute = {
    .id = "permute",
    .title = N_("Permute"),
    .summary = N_("Puts the axes of a sample in another order; a mask ends here"),
    .category = NW_CATEGORY_SHAPE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"dims=2,1", "4,5"},
                                         {"dims=1", "mask:7"},
                                         {"dims=3,1,2", "2,3,4"},
                                         {"dims=1,3,2", "mask:2,3,4"},
                                         {"dims=4,3,1,2", "2,1,3,4"},
                                         {"dims=2,1", "int9:4,5"},
                                         {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
