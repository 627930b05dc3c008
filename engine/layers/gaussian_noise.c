/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* While training, y = x + σ·ε with ε from the standard normal distribution; otherwise y = x. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-vec.h"

#define TASK_NUMBERS 8192 /* a multiple of 4; about 100 µs of work */

typedef struct {
  const NwCall *call;
  NwReal deviation;
  gsize n;
} Job;

/* Four numbers from the four of a block, by Box and Muller's transform. */
static void
draw_four(const NwRng *rng, gsize block, NwReal out[4])
{
  guint32 bits[4];
  nw_rng_block(rng, block, bits);
  for (int i = 0; i < 4; i += 2) {
    double radius = sqrt(-2 * log((bits[i] + 0.5) * 0x1p-32));
    double angle = 2 * G_PI * 0x1p-32 * bits[i + 1];
    out[i] = (NwReal)(radius * cos(angle));
    out[i + 1] = (NwReal)(radius * sin(angle));
  }
}

static void
add_noise_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwReal *x = job->call->inputs[0].real;
  NwReal *y = job->call->outputs[0].real, noise[4];
  gsize end = MIN((task + 1) * TASK_NUMBERS, job->n);
  for (gsize first = task * TASK_NUMBERS; first < end; first += 4) {
    draw_four(&job->call->rng, first / 4, noise);
    for (gsize i = first; i < MIN(first + 4, end); i++)
      y[i] = x[i] + job->deviation * noise[i - first];
  }
}

static void
forward(const NwCall *call)
{
  Job job = {.call = call};
  job.deviation = (NwReal)nw_params_get_real(call->params, "stddev");
  job.n = call->n * (gsize)nw_shape_elements(&call->inputs[0].type->shape);
  if (call->training && job.deviation > 0)
    nw_pool_run(call->pool, (job.n + TASK_NUMBERS - 1) / TASK_NUMBERS, add_noise_cb, &job);
  else if (call->outputs[0].real != call->inputs[0].real)
    memcpy(call->outputs[0].real, call->inputs[0].real, job.n * sizeof(NwReal));
}

/* dx = dy */
static void
backward(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  const NwReal *dy = call->outputs[0].gradient;
  gsize n = call->n * (gsize)nw_shape_elements(&x->type->shape);
  if (x->gradient != NULL && x->accumulate)
    nw_vec()->add(dy, x->gradient, n);
  else if (x->gradient != NULL && x->gradient != dy)
    memcpy(x->gradient, dy, n * sizeof *dy);
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  nw_infer_output(infer, infer->inputs[0].shape, NW_REAL);
  infer->mask_from[0] = 0;
  infer->in_place = TRUE;
  infer->flops = 2 * nw_shape_elements(&infer->inputs[0].shape);
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  return g_strdup_printf(_("deviation %.4g"), nw_params_get_real(params, "stddev"));
}

static const NwParamSpec params[] = {
    {"stddev", N_("Deviation"), N_("Standard deviation of what is added while training"),
     NW_PARAM_REAL, "0.1", 0, 1e6},
    {NULL},
};

const NwLayerKind nw_layer_gaussian_noise = {
    .id = "gaussian_noise",
    .title = N_("GaussianNoise"),
    .summary =
        N_("While training, adds noise to every number, so that no exact value is relied on"),
    .category = NW_CATEGORY_REGULARISE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"stddev=0.5", "7"},
                                         {"stddev=0.25", "mask:4,5"},
                                         {"stddev=0", "5"},
                                         {"stddev=1", "-"},
                                         {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
