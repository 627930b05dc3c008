/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-spatial-dropout.h"

#include <glib/gi18n-lib.h>

#include "nw-vec.h"

gboolean
nw_spatial_dropout_infer(NwInfer *infer, GError **error)
{
  const NwShape *in = &infer->inputs[0].shape;
  if (!nw_infer_want_grid(infer, error))
    return FALSE;
  nw_infer_output(infer, *in, NW_REAL);
  infer->mask_from[0] = 0;
  infer->in_place = TRUE;
  infer->flops = nw_shape_elements(in);
  nw_infer_scratch(infer, nw_shape_last(in), 0);
  return TRUE;
}

typedef struct {
  const NwCall *call;
  double rate;
  const NwReal *x;
  NwReal *y;
  gboolean accumulate;
} Job;

/* One sample: the factor of each channel, then all places. Backward draws the same again. */
static void
sample_cb(gpointer data, gsize sample)
{
  const Job *job = data;
  const NwShape *shape = &job->call->inputs[0].type->shape;
  gsize channels = (gsize)nw_shape_last(shape), places = (gsize)nw_shape_rows(shape);
  NwReal *factor = job->call->scratch[0] + sample * channels;
  for (gsize c = 0; c < channels; c++) {
    gboolean keep = nw_rng_uniform(&job->call->rng, sample * channels + c) >= job->rate;
    factor[c] = keep ? (NwReal)(1 / (1 - job->rate)) : 0;
  }
  for (gsize at = sample * places * channels; at < (sample + 1) * places * channels;
       at += channels) {
    if (!job->accumulate)
      nw_vec()->mul(job->x + at, factor, job->y + at, channels);
    else
      for (gsize c = 0; c < channels; c++)
        job->y[at + c] += job->x[at + c] * factor[c];
  }
}

static void
drop(const NwCall *call, const NwReal *x, NwReal *y, gboolean accumulate)
{
  Job job = {call, call->training ? nw_params_get_real(call->params, "rate") : 0, x, y, accumulate};
  nw_pool_run(call->pool, call->n, sample_cb, &job);
}

void
nw_spatial_dropout_forward(const NwCall *call)
{
  drop(call, call->inputs[0].real, call->outputs[0].real, FALSE);
}

void
nw_spatial_dropout_backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  if (x->gradient != NULL)
    drop(call, call->outputs[0].gradient, x->gradient, x->accumulate);
}

char *
nw_spatial_dropout_describe(const NwParams *params)
{
  return g_strdup_printf(_("rate %.4g"), nw_params_get_real(params, "rate"));
}

const NwParamSpec nw_spatial_dropout_params[] = {
    {"rate", N_("Rate"), N_("Which part of the channels is set to 0 while training"), NW_PARAM_REAL,
     "0.5", 0, 1},
    {NULL},
};
