/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Each step of the query gathers the value's steps whose keys fit it (Vaswani et al., "Attention is
 * all you need", 2017). For each of H heads: Q = q·Wq + bq,  K = k·Wk + bk,  V = v·Wv + bv P =
 * softmax(Q·Kᵀ/√key_dim),  O = dropout(P)·V,  y = [O₁ … O_H]·Wo + bo
 *
 * Masks as Keras 3.15: a score counts where the query's step, the key's and the value's count (and
 * the key's step is not later, with use_causal_mask). A query that nothing counts for sees all
 * steps alike; with dropout, which goes another way there, it sees none. The query's mask is that
 * of the result. */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-blas.h"
#include "nw-vec.h"

enum { QUERY, VALUE, KEY };                 /* inputs */
enum { P_QUERY, P_KEY, P_VALUE, P_OUTPUT }; /* projections, in the order of their weights */
enum { S_QUERY, S_KEY, S_VALUE, S_SCORES, S_HEADS, S_DROPPED }; /* saved */

/* Sizes: T steps of the query, S of key and value. Scores are [n, H, T, S], projections [n, T, H,
 * …]. */
typedef struct {
  const NwCall *call;
  const NwTensor *input[3]; /* the key is the value when it is not connected */
  gsize t, s, heads, key_dim, value_dim, out;
  gboolean bias, causal;
  double dropout;
  NwReal *d_heads, *d_scores, *d_query, *d_key, *d_value; /* backward */
  const NwReal *dropped;                                  /* the scores behind the dropout */
} Job;

static gsize
value_dim_of(const NwParams *params)
{
  gint64 dim = nw_params_get_int(params, "value_dim");
  return (gsize)(dim > 0 ? dim : nw_params_get_int(params, "key_dim"));
}

static Job
make_job(const NwCall *call)
{
  Job job = {.call = call, .input = {&call->inputs[QUERY], &call->inputs[VALUE]}};
  gboolean own = call->n_inputs > KEY && call->inputs[KEY].type->shape.rank >= 0;
  job.input[KEY] = &call->inputs[own ? KEY : VALUE];
  job.t = (gsize)job.input[QUERY]->type->shape.dim[0];
  job.s = (gsize)job.input[VALUE]->type->shape.dim[0];
  job.heads = (gsize)nw_params_get_int(call->params, "num_heads");
  job.key_dim = (gsize)nw_params_get_int(call->params, "key_dim");
  job.value_dim = value_dim_of(call->params);
  job.out = (gsize)nw_shape_elements(&call->outputs[0].type->shape) / job.t;
  job.bias = nw_params_get_bool(call->params, "use_bias");
  job.causal = nw_params_get_bool(call->params, "use_causal_mask");
  job.dropout = nw_params_get_real(call->params, "dropout");
  job.dropped = call->saved[S_SCORES];
  if (job.dropout > 0 && call->training)
    job.dropped = call->saved[S_DROPPED];
  return job;
}

/* ── projections ─────────────────────────────────────────────────────────────────────────────── */

static gsize
kernel_of(const Job *job, gsize projection)
{
  return projection * (job->bias ? 2 : 1);
}

/* y[rows, out] = x[rows, in]·W[in, out] + b[out] */
static void
project(const Job *job, gsize projection, const NwReal *x, gsize rows, gsize in, gsize out,
        NwReal *y)
{
  const NwCall *call = job->call;
  gsize kernel = kernel_of(job, projection);
  for (gsize row = 0; job->bias && row < rows; row++)
    memcpy(y + row * out, call->weights[kernel + 1], out * sizeof *y);
  nw_gemm(call->pool, NW_NO_TRANS, NW_NO_TRANS, rows, out, in, 1, x, in, call->weights[kernel], out,
          job->bias ? 1 : 0, y, out);
}

/* db = Σ dy;  dx (+)= dy·Wᵀ, where it is wanted;  dW = xᵀ·dy */
static void
project_back(const Job *job, gsize projection, const NwReal *x, gsize rows, gsize in, gsize out,
             const NwReal *dy, NwReal *dx, gboolean accumulate)
{
  const NwCall *call = job->call;
  gsize kernel = kernel_of(job, projection);
  if (job->bias && call->gradients[kernel + 1] != NULL)
    nw_vec_add_rows(call->pool, dy, rows, out, call->gradients[kernel + 1]);
  if (dx != NULL)
    nw_gemm(call->pool, NW_NO_TRANS, NW_TRANS, rows, in, out, 1, dy, out, call->weights[kernel],
            out, accumulate ? 1 : 0, dx, in);
  nw_call_gradient_product(call, kernel, x, in, dy, out, rows);
}

static void
project_input(const Job *job, gsize projection, gsize input, gsize dim, NwReal *y)
{
  const NwTensor *x = job->input[input];
  gsize features = (gsize)x->type->shape.dim[1];
  project(job, projection, x->real, job->call->n * (gsize)x->type->shape.dim[0], features,
          job->heads * dim, y);
}

static void
project_input_back(const Job *job, gsize projection, gsize input, gsize dim, const NwReal *dy,
                   gboolean accumulate)
{
  const NwTensor *x = job->input[input];
  gsize features = (gsize)x->type->shape.dim[1];
  project_back(job, projection, x->real, job->call->n * (gsize)x->type->shape.dim[0], features,
               job->heads * dim, dy, x->gradient, accumulate);
}

/* ── one head of one sample ──────────────────────────────────────────────────────────────────── */

/* How many steps query step @t may see at most; 0 when it is masked itself. */
static gsize
get_reach(const Job *job, gsize sample, gsize t)
{
  const guint8 *mask = job->input[QUERY]->mask;
  if (mask != NULL && !mask[sample * job->t + t])
    return 0;
  return job->causal ? MIN(t + 1, job->s) : job->s;
}

static gboolean
counts(const Job *job, gsize sample, gsize s)
{
  const guint8 *key = job->input[KEY]->mask, *value = job->input[VALUE]->mask;
  gsize at = sample * job->s + s;
  return (key == NULL || key[at]) && (value == NULL || value[at]);
}

/* p = softmax of the scores that count, in place; FALSE: none does. */
static gboolean
softmax_row(const Job *job, gsize sample, gsize t, NwReal *p)
{
  gsize reach = get_reach(job, sample, t);
  NwReal largest = 0, sum = 0;
  gboolean any = FALSE;
  for (gsize s = 0; s < reach; s++)
    if (counts(job, sample, s)) {
      largest = any ? MAX(largest, p[s]) : p[s];
      any = TRUE;
    }
  if (!any) {
    nw_vec()->fill(job->dropout > 0 ? 0 : 1 / (NwReal)job->s, p, job->s);
    return FALSE;
  }
  for (gsize s = 0; s < reach; s++)
    p[s] = counts(job, sample, s) ? p[s] - largest : 0;
  nw_vec()->exp(p, p, reach);
  for (gsize s = 0; s < reach; s++)
    p[s] = counts(job, sample, s) ? p[s] : 0;
  sum = nw_vec()->sum(p, reach);
  nw_vec()->scale(1 / sum, p, p, reach);
  if (reach < job->s)
    nw_vec()->fill(0, p + reach, job->s - reach);
  return TRUE;
}

/* Where a head of a sample begins: in projections of @steps × @dim, and in the scores. */
static gsize
head_at(const Job *job, gsize task, gsize steps, gsize dim)
{
  return (task / job->heads * steps * job->heads + task % job->heads) * dim;
}

static NwReal
get_scale(const Job *job)
{
  return (NwReal)(1 / sqrt((double)job->key_dim));
}

static void
scores_cb(gpointer data, gsize task)
{
  const Job *job = data;
  NwReal *const *saved = job->call->saved;
  gsize wide = job->heads * job->key_dim;
  NwReal *p = saved[S_SCORES] + task * job->t * job->s;
  nw_gemm(NULL, NW_NO_TRANS, NW_TRANS, job->t, job->s, job->key_dim, get_scale(job),
          saved[S_QUERY] + head_at(job, task, job->t, job->key_dim), wide,
          saved[S_KEY] + head_at(job, task, job->s, job->key_dim), wide, 0, p, job->s);
  for (gsize t = 0; t < job->t; t++)
    softmax_row(job, task / job->heads, t, p + t * job->s);
}

static void
gather_cb(gpointer data, gsize task)
{
  const Job *job = data;
  NwReal *const *saved = job->call->saved;
  gsize wide = job->heads * job->value_dim;
  nw_gemm(NULL, NW_NO_TRANS, NW_NO_TRANS, job->t, job->value_dim, job->s, 1,
          job->dropped + task * job->t * job->s, job->s,
          saved[S_VALUE] + head_at(job, task, job->s, job->value_dim), wide, 0,
          saved[S_HEADS] + head_at(job, task, job->t, job->value_dim), wide);
}

static void
forward(const NwCall *call)
{
  Job job = make_job(call);
  gsize scores = call->n * job.heads * job.t * job.s;
  project_input(&job, P_QUERY, QUERY, job.key_dim, call->saved[S_QUERY]);
  project_input(&job, P_KEY, KEY, job.key_dim, call->saved[S_KEY]);
  project_input(&job, P_VALUE, VALUE, job.value_dim, call->saved[S_VALUE]);
  nw_pool_run(call->pool, call->n * job.heads, scores_cb, &job);
  if (job.dropped != call->saved[S_SCORES])
    nw_vec_dropout(call->pool, &call->rng, job.dropout, call->saved[S_SCORES],
                   call->saved[S_DROPPED], scores, FALSE);
  nw_pool_run(call->pool, call->n * job.heads, gather_cb, &job);
  project(&job, P_OUTPUT, call->saved[S_HEADS], call->n * job.t, job.heads * job.value_dim, job.out,
          call->outputs[0].real);
}

/* ── backward ────────────────────────────────────────────────────────────────────────────────── */

/* dV = dropout(P)ᵀ·dO;  d dropout(P) = dO·Vᵀ */
static void
gather_back_cb(gpointer data, gsize task)
{
  const Job *job = data;
  gsize wide = job->heads * job->value_dim, scores = task * job->t * job->s;
  const NwReal *d_heads = job->d_heads + head_at(job, task, job->t, job->value_dim);
  gsize value = head_at(job, task, job->s, job->value_dim);
  nw_gemm(NULL, NW_TRANS, NW_NO_TRANS, job->s, job->value_dim, job->t, 1, job->dropped + scores,
          job->s, d_heads, wide, 0, job->d_value + value, wide);
  nw_gemm(NULL, NW_NO_TRANS, NW_TRANS, job->t, job->s, job->value_dim, 1, d_heads, wide,
          job->call->saved[S_VALUE] + value, wide, 0, job->d_scores + scores, job->s);
}

/* dZ = P∘(dP − Σ dP∘P), by rows;  dQ = dZ·K/√key_dim;  dK = dZᵀ·Q/√key_dim. Where nothing counts, P
 * does not depend on the scores. */
static void
scores_back_cb(gpointer data, gsize task)
{
  const Job *job = data;
  NwReal *const *saved = job->call->saved;
  gsize wide = job->heads * job->key_dim, sample = task / job->heads;
  gsize query = head_at(job, task, job->t, job->key_dim);
  gsize key = head_at(job, task, job->s, job->key_dim);
  const NwReal *p = saved[S_SCORES] + task * job->t * job->s;
  NwReal *d = job->d_scores + task * job->t * job->s;
  for (gsize t = 0; t < job->t; t++) {
    gsize reach = get_reach(job, sample, t), open = 0;
    const NwReal *row = p + t * job->s;
    NwReal *d_row = d + t * job->s, mean = nw_vec()->dot(row, d_row, job->s);
    while (open < reach && !counts(job, sample, open))
      open++;
    for (gsize s = 0; s < job->s; s++)
      d_row[s] = open < reach ? row[s] * (d_row[s] - mean) : 0;
  }
  nw_gemm(NULL, NW_NO_TRANS, NW_NO_TRANS, job->t, job->key_dim, job->s, get_scale(job), d, job->s,
          saved[S_KEY] + key, wide, 0, job->d_query + query, wide);
  nw_gemm(NULL, NW_TRANS, NW_NO_TRANS, job->s, job->key_dim, job->t, get_scale(job), d, job->s,
          saved[S_QUERY] + query, wide, 0, job->d_key + key, wide);
}

static void
backward(const NwCall *call)
{
  Job job = make_job(call);
  gsize heads = job.heads * job.value_dim, scores = call->n * job.heads * job.t * job.s;
  gboolean same = job.input[KEY] == job.input[VALUE];
  job.d_heads = call->scratch[0];
  job.d_scores = call->scratch[1];
  job.d_query = call->scratch[2];
  job.d_key = call->scratch[3];
  job.d_value = call->scratch[4];

  project_back(&job, P_OUTPUT, call->saved[S_HEADS], call->n * job.t, heads, job.out,
               call->outputs[0].gradient, job.d_heads, FALSE);
  nw_pool_run(call->pool, call->n * job.heads, gather_back_cb, &job);
  if (job.dropped != call->saved[S_SCORES])
    nw_vec_dropout(call->pool, &call->rng, job.dropout, job.d_scores, job.d_scores, scores, FALSE);
  nw_pool_run(call->pool, call->n * job.heads, scores_back_cb, &job);
  project_input_back(&job, P_QUERY, QUERY, job.key_dim, job.d_query, job.input[QUERY]->accumulate);
  project_input_back(&job, P_VALUE, VALUE, job.value_dim, job.d_value,
                     job.input[VALUE]->accumulate);
  project_input_back(&job, P_KEY, KEY, job.key_dim, job.d_key, same || job.input[KEY]->accumulate);
}

/* ── the kind ────────────────────────────────────────────────────────────────────────────────── */

static gboolean
add_projection(NwInfer *infer, gsize projection, NwShape kernel, NwShape bias, GError **error)
{
  static const char *const kernels[] = {"query/kernel", "key/kernel", "value/kernel",
                                        "attention_output/kernel"};
  static const char *const biases[] = {"query/bias", "key/bias", "value/bias",
                                       "attention_output/bias"};
  if (!nw_infer_weight_as(infer, kernels[projection], "kernel", kernel, error))
    return FALSE;
  infer->weights[infer->n_weights - 1].by_product = TRUE;
  return !nw_params_get_bool(infer->params, "use_bias") ||
         nw_infer_weight_as(infer, biases[projection], "bias", bias, error);
}

static gboolean
check_inputs(NwInfer *infer, gboolean key, GError **error)
{
  const NwPort *ports = infer->kind->inputs;
  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  for (gsize i = 0; i < (key ? 3 : 2); i++) {
    const NwShape *shape = &infer->inputs[i].shape;
    g_autofree char *text = nw_shape_to_text(shape);
    if (shape->rank != 2)
      return nw_infer_fail(infer, error,
                           _("its input “%s” must be a sequence, steps × features, not %s"),
                           _(ports[i].title), text);
  }
  if (key && infer->inputs[KEY].shape.dim[0] != infer->inputs[VALUE].shape.dim[0])
    return nw_infer_fail(
        infer, error, _("key and value must have the same number of steps, not %d and %d"),
        (int)infer->inputs[KEY].shape.dim[0], (int)infer->inputs[VALUE].shape.dim[0]);
  return TRUE;
}

static gboolean
infer(NwInfer *infer, GError **error)
{
  const NwParams *params = infer->params;
  gboolean key = infer->n_inputs > KEY && infer->inputs[KEY].shape.rank >= 0;
  gint64 heads = nw_params_get_int(params, "num_heads"), k = nw_params_get_int(params, "key_dim");
  gint64 v = (gint64)value_dim_of(params), e;
  gsize n_out;
  const gint64 *out = nw_params_get_ints(params, "output_shape", &n_out);
  if (!check_inputs(infer, key, error))
    return FALSE;
  const NwShape *query = &infer->inputs[QUERY].shape, *value = &infer->inputs[VALUE].shape;
  gint64 features = infer->inputs[key ? KEY : VALUE].shape.dim[1], t = query->dim[0];
  gint64 s = value->dim[0];
  if (n_out + 2 > NW_MAX_RANK)
    return nw_infer_fail(infer, error, _("its output shape has %d axes; %d are possible"),
                         (int)n_out, NW_MAX_RANK - 2);
  NwShape result = {.rank = 1, .dim = {t}}, last = {.rank = 2, .dim = {heads, v}}, bias = {0};
  for (gsize i = 0; i < MAX(n_out, 1); i++) {
    gint64 dim = n_out == 0 ? query->dim[1] : out[i];
    result.dim[result.rank++] = last.dim[last.rank++] = bias.dim[bias.rank++] = dim;
  }
  e = nw_shape_elements(&bias);
  nw_infer_output(infer, result, NW_REAL);
  infer->mask_from[0] = QUERY;
  if (!add_projection(infer, P_QUERY, NW_SHAPE(query->dim[1], heads, k), NW_SHAPE(heads, k),
                      error) ||
      !add_projection(infer, P_KEY, NW_SHAPE(features, heads, k), NW_SHAPE(heads, k), error) ||
      !add_projection(infer, P_VALUE, NW_SHAPE(value->dim[1], heads, v), NW_SHAPE(heads, v),
                      error) ||
      !add_projection(infer, P_OUTPUT, last, bias, error))
    return FALSE;
  nw_infer_saved(infer, t * heads * k, 0);
  nw_infer_saved(infer, s * heads * k, 0);
  nw_infer_saved(infer, s * heads * v, 0);
  nw_infer_saved(infer, heads * t * s, 0);
  nw_infer_saved(infer, t * heads * v, 0);
  if (nw_params_get_real(params, "dropout") > 0)
    nw_infer_saved(infer, heads * t * s, 0);
  nw_infer_scratch(infer, t * heads * v, 0);
  nw_infer_scratch(infer, heads * t * s, 0);
  nw_infer_scratch(infer, t * heads * k, 0);
  nw_infer_scratch(infer, s * heads * k, 0);
  nw_infer_scratch(infer, s * heads * v, 0);
  infer->keeps_inputs = TRUE;
  infer->flops = 2 * heads *
                     (t * query->dim[1] * k + s * features * k + s * value->dim[1] * v +
                      t * s * (k + v) + t * v * e) +
                 5 * heads * t * s;
  if (nw_params_get_bool(params, "use_bias"))
    infer->flops += heads * (t * k + s * k + s * v) + t * e;
  return TRUE;
}

static char *
describe(const NwParams *params)
{
  return g_strdup_printf("%d × %d%s", (int)nw_params_get_int(params, "num_heads"),
                         (int)nw_params_get_int(params, "key_dim"),
                         nw_params_get_bool(params, "use_causal_mask") ? _(" · causal") : "");
}

static const NwParamSpec params[] = {
    {"num_heads", N_("Heads"), N_("How many times it looks, each in its own way"), NW_PARAM_INT,
     "4", 1, 4096},
    {"key_dim", N_("Key size"), N_("How many numbers of each head compare query and key"),
     NW_PARAM_INT, "16", 1, 65536},
    {"value_dim", N_("Value size"),
     N_("How many numbers each head gathers; 0: as many as the key size"), NW_PARAM_INT, "0", 0,
     65536},
    {"dropout", N_("Dropout"), N_("Which part of the weights of steps is set to 0 while training"),
     NW_PARAM_REAL, "0", 0, 1},
    {"use_causal_mask", N_("Causal"),
     N_("On: a step sees itself and what came before, not later "
        "ones"),
     NW_PARAM_BOOL, "false"},
    {"output_shape", N_("Output shape"),
     N_("What it gives for each step of the query; empty: as many numbers as the query has"),
     NW_PARAM_INTS, "", 1, G_MAXINT32},
    {"use_bias", N_("Bias"), N_("Adds a number of its own to each unit of the projections"),
     NW_PARAM_BOOL, "true"},
    {"kernel_initializer", N_("Kernels"), N_("How fresh kernel weights are drawn"), NW_PARAM_TEXT,
     "glorot_uniform", .group = N_("Initialisation")},
    {"bias_initializer", N_("Biases"), N_("What fresh biases hold"), NW_PARAM_TEXT, "zeros",
     .when = "use_bias=true", .group = N_("Initialisation")},
    NW_PARAMS_WEIGHT_PENALTY("kernel", "Kernel"),
    NW_PARAMS_WEIGHT_PENALTY("bias", "Bias"),
    NW_PARAM_TRAINABLE,
    {NULL},
};

const NwLayerKind nw_layer_multi_head_attention = {
    .id = "multi_head_attention",
    .title = N_("MultiHeadAttention"),
    .summary =
        N_("Each step of the query gathers the steps of the value whose keys fit it; connect "
           "one sequence to query and value for self-attention"),
    .category = NW_CATEGORY_CORE,
    .inputs = (const NwPort[]){{"query", N_("Query")},
                               {"value", N_("Value")},
                               {"key", N_("Key"), .optional = TRUE},
                               {NULL}},
    .outputs = (const NwPort[]){{"out", N_("Output")}, {NULL}},
    .params = params,
    .examples =
        (const NwLayerExample[]){
            {"num_heads=2 key_dim=3", "4,5; 3,2"},
            {"num_heads=1 key_dim=2 value_dim=3", "mask:4,5; mask:3,2"},
            {"num_heads=2 key_dim=2 use_bias=false", "3,4; mask:3,2; 3,5"},
            {"num_heads=2 key_dim=2 use_causal_mask=true", "4,3; mask:4,3"},
            {"num_heads=2 key_dim=2 output_shape=6", "2,3; 4,3; mask:4,2"},
            {"num_heads=1 key_dim=2 output_shape=2,3", "mask:2,3; 4,3"},
            {"num_heads=2 key_dim=3 dropout=0.3", "mask:4,5; mask:3,2"},
            {"num_heads=1 key_dim=1 kernel_l2=0.1 trainable=false", "1,1; 1,1"},
            {NULL}},
    .drops = (const char *const[]){"dropout", NULL},
    .infer = infer,
    .forward = forward,
    .backward = backward,
    .describe = describe,
};
