/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y = γ·(x − μ)/√(σ² + ε) + β per entry of the last axis; μ and σ² are those of the batch while
 * training and moving averages otherwise (Ioffe & Szegedy, "Batch normalization", ICML 2015).
 *
 * As Keras: σ² is the population's; masked steps count neither in μ nor in σ² but are normalised; a
 * layer that is not trainable uses the moving averages even while training. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>

/* Channels per task: sums of one task stay in registers and the first cache. */
#define TASK_CHANNELS 64

/* Keras adds its epsilon to the number of steps that count. */
#define MASK_EPSILON 1e-7

enum { MEAN, INVERSE }; /* saved: μ and 1/√(σ² + ε), [channels] each */

/* Weights come in this order; γ and β may be missing. */
typedef struct {
  const NwCall *call;
  gsize rows, channels, rows_per_step;
  gboolean of_batch;
  int gamma, beta, moving_mean, moving_variance; /* indices of weights; −1: none */
  NwReal epsilon, momentum;
  double count;       /* rows that count, of_batch */
  const guint8 *mask; /* of the rows; NULL: all count, also where a step is a single number */
} Job;

static Job
make_job(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  const NwShape *shape = &x->type->shape;
  gsize per_sample = (gsize)nw_shape_rows(shape);
  int next = 0;
  Job job = {.call = call, .rows = call->n * per_sample, .channels = (gsize)nw_shape_last(shape)};
  job.rows_per_step = per_sample / MAX((gsize)shape->dim[0], 1);
  job.of_batch = call->training && nw_params_get_bool(call->params, "trainable");
  job.gamma = nw_params_get_bool(call->params, "scale") ? next++ : -1;
  job.beta = nw_params_get_bool(call->params, "center") ? next++ : -1;
  job.moving_mean = next++;
  job.moving_variance = next;
  job.epsilon = (NwReal)nw_params_get_real(call->params, "epsilon");
  job.momentum = (NwReal)nw_params_get_real(call->params, "momentum");
  job.count = (double)job.rows;
  job.mask = shape->rank > 1 ? x->mask : NULL;
  if (job.mask != NULL) {
    job.count = MASK_EPSILON;
    for (gsize row = 0; row < job.rows; row++)
      job.count += job.mask[row / job.rows_per_step];
  }
  return job;
}

static gboolean
counts(const Job *job, gsize row)
{
  return job->mask == NULL || job->mask[row / job->rows_per_step] != 0;
}

/* μ = Σ x/N and σ² = Σ (x − μ)²/N over the rows that count, for @n channels from @first on. */
static void
measure(const Job *job, gsize first, gsize n)
{
  const NwCall *call = job->call;
  const NwReal *x = call->inputs[0].real + first;
  NwReal *mean = call->saved[MEAN] + first, *inverse = call->saved[INVERSE] + first;
  NwReal *moving_mean = call->weights[job->moving_mean] + first;
  NwReal *moving_variance = call->weights[job->moving_variance] + first;
  double sum[TASK_CHANNELS] = {0}, squares[TASK_CHANNELS] = {0};

  for (gsize row = 0; row < job->rows; row++)
    if (counts(job, row))
      for (gsize i = 0; i < n; i++)
        sum[i] += x[row * job->channels + i];
  for (gsize i = 0; i < n; i++)
    sum[i] /= job->count;
  for (gsize row = 0; row < job->rows; row++) {
    if (!counts(job, row))
      continue;
    for (gsize i = 0; i < n; i++) {
      double away = x[row * job->channels + i] - sum[i];
      squares[i] += away * away;
    }
  }
  for (gsize i = 0; i < n; i++) {
    NwReal variance = (NwReal)(squares[i] / job->count);
    mean[i] = (NwReal)sum[i];
    inverse[i] = 1 / NW_R(sqrt)(variance + job->epsilon);
    moving_mean[i] = moving_mean[i] * job->momentum + mean[i] * (1 - job->momentum);
    moving_variance[i] = moving_variance[i] * job->momentum + variance * (1 - job->momentum);
  }
}

static void
recall(const Job *job, gsize first, gsize n)
{
  const NwCall *call = job->call;
  for (gsize c = first; c < first + n; c++) {
    call->saved[MEAN][c] = call->weights[job->moving_mean][c];
    call->saved[INVERSE][c] = 1 / NW_R(sqrt)(call->weights[job->moving_variance][c] + job->epsilon);
  }
}

static NwReal
weight_or(const Job *job, int weight, gsize channel, NwReal otherwise)
{
  return weight < 0 ? otherwise : job->call->weights[weight][channel];
}

static void
forward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwCall *call = job->call;
  gsize first = task * TASK_CHANNELS, n = MIN(TASK_CHANNELS, job->channels - first);
  const NwReal *x = call->inputs[0].real + first, *mean = call->saved[MEAN] + first;
  NwReal *y = call->outputs[0].real + first, scale[TASK_CHANNELS], shift[TASK_CHANNELS];

  if (job->of_batch)
    measure(job, first, n);
  else
    recall(job, first, n);
  for (gsize i = 0; i < n; i++) {
    scale[i] = weight_or(job, job->gamma, first + i, 1) * call->saved[INVERSE][first + i];
    shift[i] = weight_or(job, job->beta, first + i, 0);
  }
  for (gsize row = 0; row < job->rows; row++)
    for (gsize i = 0; i < n; i++)
      y[row * job->channels + i] = (x[row * job->channels + i] - mean[i]) * scale[i] + shift[i];
}

static void
forward(const NwCall *call)
{
  Job job = make_job(call);
  nw_pool_run(call->pool, (job.channels + TASK_CHANNELS - 1) / TASK_CHANNELS, forward_cb, &job);
}

/* With x̂ = (x − μ)/√(σ² + ε): dγ = Σ dy·x̂, dβ = Σ dy; dx = γ/√(σ² + ε)·(dy − w·(dβ + x̂·dγ)/N),
 * where w is 1 for rows that count in μ and σ², and 0 for the others and for moving averages. */
static void
backward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwCall *call = job->call;
  gsize first = task * TASK_CHANNELS, n = MIN(TASK_CHANNELS, job->channels - first);
  const NwReal *x = call->inputs[0].real + first, *dy = call->outputs[0].gradient + first;
  const NwReal *mean = call->saved[MEAN] + first, *inverse = call->saved[INVERSE] + first;
  NwReal *dx = call->inputs[0].gradient;
  double d_gamma[TASK_CHANNELS] = {0}, d_beta[TASK_CHANNELS] = {0};

  for (gsize row = 0; row < job->rows; row++) {
    gsize at = row * job->channels;
    for (gsize i = 0; i < n; i++) {
      d_gamma[i] += dy[at + i] * ((x[at + i] - mean[i]) * inverse[i]);
      d_beta[i] += dy[at + i];
    }
  }
  for (gsize i = 0; i < n; i++) {
    if (job->gamma >= 0 && call->gradients[job->gamma] != NULL)
      call->gradients[job->gamma][first + i] += (NwReal)d_gamma[i];
    if (job->beta >= 0 && call->gradients[job->beta] != NULL)
      call->gradients[job->beta][first + i] += (NwReal)d_beta[i];
  }
  for (gsize row = 0; dx != NULL && row < job->rows; row++) {
    gsize at = row * job->channels;
    NwReal part = job->of_batch && counts(job, row) ? (NwReal)(1 / job->count) : 0;
    for (gsize i = 0; i < n; i++) {
      NwReal away = (x[at + i] - mean[i]) * inverse[i];
      NwReal d = dy[at + i] - part * ((NwReal)d_beta[i] + away * (NwReal)d_gamma[i]);
      d *= weight_or(job, job->gamma, first + i, 1) * inverse[i];
      dx[first + at + i] = call->inputs[0].accumulate ? dx[first + at + i] + d : d;
    }
  }
}

static void
backward(const NwCall *call)
{
  Job job = make_job(call);
  nw_pool_run(call->pool, (job.channels + TASK_CHANNELS - 1) / TASK_CHANNELS, backward_cb, &job);
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwShape *in = &infer->inputs[0].shape;
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  if (in->rank == 0)
    return nw_infer_fail(infer, error, _("its input is a single number without an axis"));
  NwShape channels = NW_SHAPE(nw_shape_last(in));
  nw_infer_output(infer, *in, NW_REAL);
  infer->mask_from[0] = 0;
  if (nw_params_get_bool(infer->params, "scale") &&
      !nw_infer_own_weight(infer, "gamma", channels, error))
    return FALSE;
  if (nw_params_get_bool(infer->params, "center") &&
      !nw_infer_own_weight(infer, "beta", channels, error))
    return FALSE;
  nw_infer_state(infer, "moving_mean", channels, "zeros");
  nw_infer_state(infer, "moving_variance", channels, "ones");
  nw_infer_saved(infer, 0, channels.dim[0]);
  nw_infer_saved(infer, 0, channels.dim[0]);
  infer->keeps_inputs = TRUE;
  infer->flops = 8 * nw_shape_elements(in);
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  return g_strdup_printf(_("momentum %.4g"), nw_params_get_real(params, "momentum"));
}

static const NwParamSpec params[] = {
    {"momentum", N_("Momentum"), N_("How much of the moving averages a step keeps"), NW_PARAM_REAL,
     "0.99", 0, 1},
    {"epsilon", N_("Epsilon"), N_("Added to the variance, so that none is divided by 0"),
     NW_PARAM_REAL, "0.001", 1e-12, 1},
    {"center", N_("Center"), N_("Adds a learned number β"), NW_PARAM_BOOL, "true"},
    {"scale", N_("Scale"), N_("Multiplies with a learned number γ"), NW_PARAM_BOOL, "true"},
    {"gamma_initializer", N_("Gamma"), N_("What a fresh γ holds"), NW_PARAM_TEXT, "ones",
     .when = "scale=true", .group = N_("Initialisation")},
    {"beta_initializer", N_("Beta"), N_("What a fresh β holds"), NW_PARAM_TEXT, "zeros",
     .when = "center=true", .group = N_("Initialisation")},
    NW_PARAMS_WEIGHT_PENALTY("gamma", "Gamma"),
    NW_PARAMS_WEIGHT_PENALTY("beta", "Beta"),
    NW_PARAM_TRAINABLE,
    {NULL},
};

const NwLayerKind nw_layer_batch_normalization = {
    .id = "batch_normalization",
    .title = N_("BatchNorm"),
    .summary = N_("Centres and scales each feature by the batch while training, then by averages"),
    .category = NW_CATEGORY_REGULARISE,
    .inputs = (const NwPort[]){{"in", N_("Input")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples = (const NwLayerExample[]){{"", "5"},
                                         {"", "mask:4,5"},
                                         {"scale=false", "2,3,4"},
                                         {"center=false epsilon=0.1", "mask:2,3,4"},
                                         {"trainable=false", "5"},
                                         {"", "mask:5"},
                                         {NULL}},
    .not_per_step =
        N_("the mean and the spread are those of all steps together; without Per step it "
           "already treats every step alike"),
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
