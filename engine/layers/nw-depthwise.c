/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-depthwise.h"

#include <string.h>

#include "nw-vec.h"
#include "nw-stencil-kernels.h"

typedef struct {
  const NwDepthwise *conv;
  gsize n, x_size, y_size, w_size; /* samples; numbers */
  const NwReal *x, *w, *bias, *dy;
  NwReal *y, *dx, *dw;
  gboolean add;
  gsize samples; /* of a chunk */
} Job;

static Job
make_job(const NwDepthwise *conv, gsize n)
{
  const NwSlide *h = &conv->window.h, *w = &conv->window.w;
  gsize filters = conv->channels * conv->multiplier;
  return (Job){.conv = conv,
               .n = n,
               .x_size = h->in * w->in * conv->channels,
               .y_size = h->out * w->out * filters,
               .w_size = h->size * w->size * filters};
}

static void
run(const Job *job, NwPool *pool, NwStencilFunc func)
{
  nw_stencil_run(pool, job->n, MAX(job->x_size, job->y_size), job->conv->channels, func, job);
}

static void
forward_cb(gconstpointer data, const NwChannels *span, gsize sample)
{
  const Job *job = data;
  nw_stencil_kernels()->depthwise(&job->conv->window, span, job->conv->multiplier,
                                  job->x + sample * job->x_size, job->w, job->bias,
                                  job->y + sample * job->y_size);
}

void
nw_depthwise_forward(const NwDepthwise *conv, NwPool *pool, gsize n, const NwReal *x,
                     const NwReal *w, const NwReal *bias, NwReal *y)
{
  Job job = make_job(conv, n);
  job.x = x;
  job.w = w;
  job.bias = bias;
  job.y = y;
  run(&job, pool, forward_cb);
}

static void
backward_input_cb(gconstpointer data, const NwChannels *span, gsize sample)
{
  const Job *job = data;
  NwReal *dx = job->dx + sample * job->x_size;
  for (gsize i = 0; i < job->x_size && !job->add; i += span->channels)
    memset(dx + i + span->first, 0, span->n * sizeof *dx);
  nw_stencil_kernels()->depthwise_back(&job->conv->window, span, job->conv->multiplier,
                                       job->dy + sample * job->y_size, job->w, dx);
}

void
nw_depthwise_backward_input(const NwDepthwise *conv, NwPool *pool, gsize n, const NwReal *dy,
                            const NwReal *w, NwReal *dx, gboolean add)
{
  Job job = make_job(conv, n);
  job.dy = dy;
  job.w = w;
  job.dx = dx;
  job.add = add;
  run(&job, pool, backward_input_cb);
}

/* ── gradient by the kernel ──────────────────────────────────────────────────────────────────────
 * Chunks of samples are summed apart and then in their order; how many depends on the work alone.
 */

#define MOST_CHUNKS 16

static void
weigh_cb(gpointer data, gsize chunk)
{
  const Job *job = data;
  NwChannels all = {job->conv->channels, 0, job->conv->channels};
  NwReal *dw = memset(job->dw + chunk * job->w_size, 0, job->w_size * sizeof *dw);
  gsize first = chunk * job->samples;
  for (gsize sample = first; sample < MIN(first + job->samples, job->n); sample++)
    nw_stencil_kernels()->depthwise_weigh(&job->conv->window, &all, job->conv->multiplier,
                                          job->x + sample * job->x_size,
                                          job->dy + sample * job->y_size, dw);
}

void
nw_depthwise_backward_kernel(const NwDepthwise *conv, NwPool *pool, gsize n, const NwReal *x,
                             const NwReal *dy, NwReal *dw, NwReal *scratch)
{
  Job job = make_job(conv, n);
  job.samples = (n + MOST_CHUNKS - 1) / MOST_CHUNKS;
  gsize chunks = (n + job.samples - 1) / job.samples;
  job.x = x;
  job.dy = dy;
  job.dw = scratch;
  nw_pool_run(pool, chunks, weigh_cb, &job);
  for (gsize chunk = 0; chunk < chunks; chunk++)
    nw_vec()->add(scratch + chunk * job.w_size, dw, job.w_size);
}

gint64
nw_depthwise_scratch(const NwDepthwise *conv)
{
  return (gint64)(MOST_CHUNKS * make_job(conv, 0).w_size);
}

/* ── the layers ──────────────────────────────────────────────────────────────────────────────── */

enum { KERNEL, BIAS };

static NwDepthwise
conv_of(const NwParams *params, const NwShape *in)
{
  return (NwDepthwise){nw_stencil(params, in, "kernel_size"), (gsize)nw_shape_last(in),
                       (gsize)nw_params_get_int(params, "depth_multiplier")};
}

gboolean
nw_depthwise_infer(NwInfer *infer, GError **error)
{
  int axes = nw_infer_axes(infer);
  const NwParams *params = infer->params;
  const NwShape *in = &infer->inputs[0].shape;
  gboolean use_bias = nw_params_get_bool(params, "use_bias");
  NwStencil window;
  if (!nw_infer_stencil(infer, "kernel_size", &window, error))
    return FALSE;
  NwDepthwise conv = conv_of(params, in);
  gint64 height = (gint64)window.h.size, width = (gint64)window.w.size;
  gint64 channels = (gint64)conv.channels, multiplier = (gint64)conv.multiplier;
  nw_infer_output(infer,
                  nw_stencil_shape(in, window.h.out, window.w.out, conv.channels * conv.multiplier),
                  NW_REAL);
  if (!nw_infer_weight_as(infer, "kernel", "depthwise",
                          axes == 1 ? NW_SHAPE(height, channels, multiplier)
                                    : NW_SHAPE(height, width, channels, multiplier),
                          error) ||
      (use_bias && !nw_infer_own_weight(infer, "bias", NW_SHAPE(channels * multiplier), error)))
    return FALSE;
  nw_infer_scratch(infer, 0, nw_depthwise_scratch(&conv));
  infer->keeps_inputs = TRUE;
  infer->flops = (gint64)(window.h.out * window.w.out) * channels * multiplier *
                 (2 * height * width + (use_bias ? 1 : 0));
  nw_infer_activity_penalty(infer);
  return nw_infer_activation(infer, nw_params_get_choice(params, "activation"), error);
}

void
nw_depthwise_layer_forward(const NwCall *call)
{
  NwDepthwise conv = conv_of(call->params, &call->inputs[0].type->shape);
  gboolean use_bias = nw_params_get_bool(call->params, "use_bias");
  nw_depthwise_forward(&conv, call->pool, call->n, call->inputs[0].real, call->weights[KERNEL],
                       use_bias ? call->weights[BIAS] : NULL, call->outputs[0].real);
}

void
nw_depthwise_layer_backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0], *y = &call->outputs[0];
  NwDepthwise conv = conv_of(call->params, &x->type->shape);
  gboolean use_bias = nw_params_get_bool(call->params, "use_bias");

  if (x->gradient != NULL)
    nw_depthwise_backward_input(&conv, call->pool, call->n, y->gradient, call->weights[KERNEL],
                                x->gradient, x->accumulate);
  if (call->gradients[KERNEL] != NULL)
    nw_depthwise_backward_kernel(&conv, call->pool, call->n, x->real, y->gradient,
                                 call->gradients[KERNEL], call->scratch[0]);
  if (use_bias && call->gradients[BIAS] != NULL)
    nw_vec_add_rows(call->pool, y->gradient, call->n * (gsize)nw_shape_rows(&y->type->shape),
                    (gsize)nw_shape_last(&y->type->shape), call->gradients[BIAS]);
}
