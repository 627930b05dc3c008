/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* y[…, D] = E[x[…], D]: a learned row for each id. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-vec.h"

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwType *in = &infer->inputs[0];
  gint64 ids = nw_params_get_int(infer->params, "input_dim");
  gint64 width = nw_params_get_int(infer->params, "output_dim");
  NwShape out = in->shape;

  if (in->dtype != NW_INT32)
    return nw_infer_fail(
        infer, error,
        _("it looks up ids, but its input carries numbers; set the Input's type to "
          "int32"));
  if (out.rank == NW_MAX_RANK)
    return nw_infer_fail(infer, error, _("its input has %d axes, so there is no room for one more"),
                         out.rank);
  out.dim[out.rank++] = width;
  nw_infer_output(infer, out, NW_REAL);
  if (!nw_infer_own_weight(infer, "embeddings", NW_SHAPE(ids, width), error))
    return FALSE;
  if (*nw_params_get_text(infer->params, "weights") != '\0') {
    infer->weights[0].file = nw_params_get_text(infer->params, "weights");
    infer->weights[0].array = nw_params_get_text(infer->params, "weights_array");
  }
  infer->n_ids = ids;
  infer->keeps_inputs = TRUE;
  nw_infer_activity_penalty(infer);
  if (!nw_params_get_bool(infer->params, "mask_zero"))
    return TRUE;
  if (in->shape.rank != 1)
    return nw_infer_fail(infer, error,
                         _("it can mask one id per step, so its input must have one axis, not %d"),
                         in->shape.rank);
  infer->mask_from[0] = NW_MASK_MADE;
  return TRUE;
}

#define TASK_NUMBERS 65536 /* of the output, about */
#define SHARES       4     /* of the table, in backward */

typedef struct {
  const NwTensor *x;
  const NwReal *from; /* forward: the table, backward: dy */
  NwReal *to;         /* y, the gradient of the table */
  gsize n, width, task_ids, shares;
  gint64 ids;
} Job;

static Job
make_job(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  Job job = {.x = x,
             .n = call->n * (gsize)nw_shape_elements(&x->type->shape),
             .width = (gsize)nw_params_get_int(call->params, "output_dim"),
             .ids = nw_params_get_int(call->params, "input_dim")};
  job.task_ids = MAX(TASK_NUMBERS / job.width, 1);
  return job;
}

/* Rows that do not exist give NaN rather than the memory behind the table: training stops and names
 * this layer. */
static void
forward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  gsize first = task * job->task_ids, end = MIN(first + job->task_ids, job->n), width = job->width;

  for (gsize i = first; i < end; i++) {
    gint32 id = job->x->int32[i];
    if (id >= 0 && id < job->ids)
      memcpy(job->to + i * width, job->from + (gsize)id * width, width * sizeof *job->to);
    else
      nw_vec()->fill(NAN, job->to + i * width, width);
  }
}

static void
forward(const NwCall *call)
{
  Job job = make_job(call);
  job.from = call->weights[0];
  job.to = call->outputs[0].real;
  nw_pool_run(call->pool, (job.n + job.task_ids - 1) / job.task_ids, forward_cb, &job);
}

/* dE[x[i], :] += dy[i, :], for every SHARES-th row of the table: each has its sum to itself */
static void
backward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  gsize width = job->width;

  for (gsize i = 0; i < job->n; i++) {
    gint32 id = job->x->int32[i];
    if (id >= 0 && id < job->ids && (gsize)id % job->shares == task)
      nw_vec()->add(job->from + i * width, job->to + (gsize)id * width, width);
  }
}

static void
backward(const NwCall *call)
{
  Job job = make_job(call);
  if (call->gradients[0] == NULL)
    return;
  job.from = call->outputs[0].gradient;
  job.to = call->gradients[0];
  job.shares = job.n * job.width > TASK_NUMBERS ? SHARES : 1;
  nw_pool_run(call->pool, job.shares, backward_cb, &job);
}

static void
make_mask(const NwCall *call)
{
  const NwTensor *x = &call->inputs[0];
  gsize n = call->n * (gsize)x->type->shape.dim[0];
  gint64 masked = nw_params_get_int(call->params, "mask_id");
  for (gsize i = 0; i < n; i++)
    call->outputs[0].mask[i] = x->int32[i] != masked;
}

static char *
describe(const NwParams *params)
{
  gint64 ids = nw_params_get_int(params, "input_dim");
  gint64 width = nw_params_get_int(params, "output_dim");
  if (!nw_params_get_bool(params, "mask_zero"))
    return g_strdup_printf("%d → %d", (int)ids, (int)width);
  return g_strdup_printf(_("%d → %d · mask %d"), (int)ids, (int)width,
                         (int)nw_params_get_int(params, "mask_id"));
}

static const NwParamSpec params[] = {
    {"input_dim", N_("Ids"), N_("How many ids there are: the largest plus 1"), NW_PARAM_INT, "1000",
     1, 1 << 28},
    {"output_dim", N_("Width"), N_("How many numbers stand for each id"), NW_PARAM_INT, "64", 1,
     1 << 20},
    {"mask_zero", N_("Mask an id"), N_("On: steps with this id (padding) do not count further on"),
     NW_PARAM_BOOL, "false"},
    {"mask_id", N_("Masked id"), N_("The id of padding"), NW_PARAM_INT, "0", G_MININT32, G_MAXINT32,
     .when = "mask_zero=true"},
    {"embeddings_initializer", N_("Embeddings"), N_("How fresh rows are drawn"), NW_PARAM_TEXT,
     "random_uniform", .group = N_("Initialisation")},
    {"weights", N_("From a file"),
     N_("NPY or NPZ file that fresh rows are taken from, one for each id, relative to the "
        "project; empty: they are drawn"),
     NW_PARAM_TEXT, "", .group = N_("Initialisation")},
    {"weights_array", N_("Array"), N_("Which array of that file; empty: its only one"),
     NW_PARAM_TEXT, "", .group = N_("Initialisation")},
    NW_PARAMS_WEIGHT_PENALTY("embeddings", "Embeddings"),
    NW_PARAMS_WEIGHT_ORTHOGONAL("embeddings", "Embeddings"),
    NW_PARAMS_ACTIVITY_PENALTY,
    NW_PARAM_TRAINABLE,
    {NULL},
};

const NwLayerKind nw_layer_embedding = {
    .id = "embedding",
    .title = N_("Embedding"),
    .summary = N_("Turns each id (a word, a category) into numbers that are learned"),
    .category = NW_CATEGORY_CORE,
    .inputs = (const NwPort[]){{"in", N_("Ids")}, {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){{"input_dim=7 output_dim=3", "int7:5"},
                                 {"input_dim=7 output_dim=3 mask_zero=true", "int7:5"},
                                 {"input_dim=7 output_dim=2 mask_zero=true mask_id=3", "int7:5"},
                                 {"input_dim=4 output_dim=33", "int4:-"},
                                 {"input_dim=4 output_dim=3 trainable=false", "int4:2,3"},
                                 {NULL}},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .make_mask = make_mask,
    .describe = describe,
};
