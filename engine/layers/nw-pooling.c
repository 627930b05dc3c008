/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-pooling.h"

#include <string.h>

#include "nw-stencil-kernels.h"

/* ── infer ───────────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_global(const NwParams *params)
{
  return nw_params_find_spec(params, "pool_size") == NULL;
}

static NwStencil
window_of(const NwParams *params, const NwShape *in)
{
  gsize height, width, channels;
  if (!is_global(params))
    return nw_stencil(params, in, "pool_size");
  nw_stencil_sizes(in, &height, &width, &channels);
  return (NwStencil){{height, 1, height, 1, 1, 0}, {width, 1, width, 1, 1, 0}};
}

gboolean
nw_pooling_infer(NwInfer *infer, GError **error)
{
  const NwShape *in = &infer->inputs[0].shape;
  gboolean global = is_global(infer->params);
  NwStencil window;
  if (global ? !nw_infer_want_grid(infer, error)
             : !nw_infer_stencil(infer, "pool_size", &window, error))
    return FALSE;
  window = window_of(infer->params, in);
  gsize channels = (gsize)nw_shape_last(in);
  gboolean keeps_axes = !global || nw_params_get_bool(infer->params, "keepdims");
  nw_infer_output(infer,
                  keeps_axes ? nw_stencil_shape(in, window.h.out, window.w.out, channels)
                             : NW_SHAPE((gint64)channels),
                  NW_REAL);
  infer->flops = (gint64)(window.h.out * window.w.out * window.h.size * window.w.size * channels);
  return TRUE;
}

char *
nw_pooling_describe(const NwParams *params)
{
  return is_global(params) ? g_strdup(_("over everything")) : nw_stencil_text(params, "pool_size");
}

/* ── one sample at a time ────────────────────────────────────────────────────────────────────── */

typedef struct {
  const NwCall *call;
  NwStencil window;
  gsize x_size, y_size; /* numbers of a sample */
} Job;

static void
run(const NwCall *call, NwStencilFunc func)
{
  const NwShape *in = &call->inputs[0].type->shape, *out = &call->outputs[0].type->shape;
  Job job = {call, window_of(call->params, in), (gsize)nw_shape_elements(in),
             (gsize)nw_shape_elements(out)};
  nw_stencil_run(call->pool, call->n, job.x_size, (gsize)nw_shape_last(in), func, &job);
}

/* Sets the channels of a sample of dx to 0, unless they are added to. */
static void
begin_gradient(const Job *job, const NwChannels *span, NwReal *dx)
{
  for (gsize i = 0; i < job->x_size && !job->call->inputs[0].accumulate; i += span->channels)
    memset(dx + i + span->first, 0, span->n * sizeof *dx);
}

static const guint8 *
mask_of(const Job *job, gsize sample)
{
  const NwTensor *x = &job->call->inputs[0];
  return x->mask != NULL && is_global(job->call->params) && x->type->shape.rank == 2
             ? x->mask + sample * job->window.h.in
             : NULL;
}

/* ── the largest ─────────────────────────────────────────────────────────────────────────────── */

static void
max_cb(gconstpointer data, const NwChannels *span, gsize sample)
{
  const Job *job = data;
  nw_stencil_kernels()->max(&job->window, span, job->call->inputs[0].real + sample * job->x_size,
                            job->call->outputs[0].real + sample * job->y_size);
}

/* Does every input lie in one window? */
static gboolean
is_tiled(const NwSlide *slide)
{
  return slide->stride == slide->size && slide->dilation == 1 && slide->before == 0 &&
         slide->in == slide->out * slide->size;
}

static void
max_back_cb(gconstpointer data, const NwChannels *span, gsize sample)
{
  const Job *job = data;
  const NwTensor *x = &job->call->inputs[0], *y = &job->call->outputs[0];
  gboolean set = !x->accumulate && is_tiled(&job->window.h) && is_tiled(&job->window.w);
  NwReal *dx = x->gradient + sample * job->x_size;
  if (!set)
    begin_gradient(job, span, dx);
  nw_stencil_kernels()->max_back(&job->window, span, x->real + sample * job->x_size,
                                 y->real + sample * job->y_size, y->gradient + sample * job->y_size,
                                 dx, set);
}

void
nw_pooling_max_forward(const NwCall *call)
{
  run(call, max_cb);
}

/* The slope of what made x is that of what was chosen, and of these there are fewer. */
void
nw_pooling_max_backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0], *y = &call->outputs[0];

  if (x->gradient == NULL)
    return;
  if (x->slope != NULL)
    nw_activation_backward(x->slope, call->pool, NULL, y->real, y->gradient, y->gradient, call->n,
                           (gsize)nw_shape_elements(&y->type->shape), FALSE);
  run(call, max_back_cb);
}

/* ── the mean ────────────────────────────────────────────────────────────────────────────────── */

static void
average_cb(gconstpointer data, const NwChannels *span, gsize sample)
{
  const Job *job = data;
  nw_stencil_kernels()->average(&job->window, span, mask_of(job, sample),
                                job->call->inputs[0].real + sample * job->x_size,
                                job->call->outputs[0].real + sample * job->y_size);
}

static void
average_back_cb(gconstpointer data, const NwChannels *span, gsize sample)
{
  const Job *job = data;
  NwReal *dx = job->call->inputs[0].gradient + sample * job->x_size;
  begin_gradient(job, span, dx);
  nw_stencil_kernels()->average_back(&job->window, span, mask_of(job, sample),
                                     job->call->outputs[0].gradient + sample * job->y_size, dx);
}

void
nw_pooling_average_forward(const NwCall *call)
{
  run(call, average_cb);
}

void
nw_pooling_average_backward(const NwCall *call)
{
  if (call->inputs[0].gradient != NULL)
    run(call, average_back_cb);
}
