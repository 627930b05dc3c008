/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Nearest: y[i] = x[⌊i/s⌋]. Bilinear: y[i] = (1 − t)·x[⌊u⌋] + t·x[⌊u⌋ + 1] with u = (i + ½)/s − ½
 * and t = u − ⌊u⌋, along both axes; outside, the pixel at the border. */
#include "nw-up-sampling.h"

#include <string.h>

#include "nw-vec.h"
#include "nw-stencil-kernels.h"

typedef struct {
  gsize height, width, channels, factor_h, factor_w; /* of x */
  gboolean bilinear, add;
  NwReal *x, *y; /* numbers, or gradients */
} Job;

/* Two entries of x, and how much of the second is in y[i]. */
typedef struct {
  gsize at[2];
  NwReal share[2];
} Mix;

static Mix
mix_of(gsize i, gsize factor, gsize in, gboolean bilinear)
{
  if (!bilinear)
    return (Mix){{i / factor, i / factor}, {1, 0}};
  double u = ((double)i + 0.5) / (double)factor - 0.5, low = floor(u);
  NwReal t = (NwReal)(u - low);
  return (Mix){{(gsize)MAX(low, 0), MIN((gsize)(low + 1), in - 1)}, {1 - t, t}};
}

/* Calls DO with y_at, x_at and share for every pixel of y and what it is made of. */
#define FOR_SHARES(JOB, ...)                                                                       \
  for (gsize i = 0; i < (JOB)->height * (JOB)->factor_h; i++) {                                    \
    Mix h = mix_of(i, (JOB)->factor_h, (JOB)->height, (JOB)->bilinear);                            \
    for (gsize j = 0; j < (JOB)->width * (JOB)->factor_w; j++) {                                   \
      Mix w = mix_of(j, (JOB)->factor_w, (JOB)->width, (JOB)->bilinear);                           \
      gsize y_at = (i * (JOB)->width * (JOB)->factor_w + j) * (JOB)->channels;                     \
      for (int k = 0; k < 4; k++) {                                                                \
        gsize x_at = (h.at[k / 2] * (JOB)->width + w.at[k % 2]) * (JOB)->channels;                 \
        NwReal share = h.share[k / 2] * w.share[k % 2];                                            \
        if (share != 0)                                                                            \
          __VA_ARGS__                                                                              \
      }                                                                                            \
    }                                                                                              \
  }

static gsize
x_size(const Job *job)
{
  return job->height * job->width * job->channels;
}

static void
forward_cb(gconstpointer data, const NwChannels *span, gsize sample)
{
  const Job *job = data;
  const NwVec *vec = nw_vec();
  const NwReal *x = job->x + sample * x_size(job) + span->first;
  NwReal *y = job->y + sample * x_size(job) * job->factor_h * job->factor_w + span->first;
  FOR_SHARES(job, {
    if (k == 0)
      vec->scale(share, x + x_at, y + y_at, span->n);
    else
      vec->axpy(share, x + x_at, y + y_at, span->n);
  })
}

static void
backward_cb(gconstpointer data, const NwChannels *span, gsize sample)
{
  const Job *job = data;
  const NwVec *vec = nw_vec();
  NwReal *dx = job->x + sample * x_size(job) + span->first;
  const NwReal *dy = job->y + sample * x_size(job) * job->factor_h * job->factor_w + span->first;
  for (gsize i = 0; i < x_size(job) && !job->add; i += job->channels)
    memset(dx + i, 0, span->n * sizeof *dx);
  FOR_SHARES(job, { vec->axpy(share, dy + y_at, dx + x_at, span->n); })
}

static void
run(const NwCall *call, NwReal *x, NwReal *y, NwStencilFunc func)
{
  Job job = {.x = x, .y = y, .add = call->inputs[0].accumulate};
  nw_stencil_sizes(&call->inputs[0].type->shape, &job.height, &job.width, &job.channels);
  nw_stencil_pair(call->params, "size", &job.factor_h, &job.factor_w);
  if (call->inputs[0].type->shape.rank < 3)
    job.factor_w = 1;
  else
    job.bilinear = g_str_equal(nw_params_get_choice(call->params, "interpolation"), "bilinear");
  nw_stencil_run(call->pool, call->n, x_size(&job) * job.factor_h * job.factor_w, job.channels,
                 func, &job);
}

gboolean
nw_up_sampling_infer(NwInfer *infer, GError **error)
{
  const NwShape *in = &infer->inputs[0].shape;
  gsize height, width, channels, factor_h, factor_w;
  if (!nw_infer_want_grid(infer, error) || !nw_infer_want_pair(infer, "size", error))
    return FALSE;
  nw_stencil_sizes(in, &height, &width, &channels);
  nw_stencil_pair(infer->params, "size", &factor_h, &factor_w);
  nw_infer_output(infer, nw_stencil_shape(in, height * factor_h, width * factor_w, channels),
                  NW_REAL);
  return TRUE;
}

void
nw_up_sampling_forward(const NwCall *call)
{
  run(call, call->inputs[0].real, call->outputs[0].real, forward_cb);
}

void
nw_up_sampling_backward(const NwCall *call)
{
  if (call->inputs[0].gradient != NULL)
    run(call, call->inputs[0].gradient, call->outputs[0].gradient, backward_cb);
}

char *
nw_up_sampling_describe(const NwParams *params)
{
  return nw_stencil_text(params, "size");
}
