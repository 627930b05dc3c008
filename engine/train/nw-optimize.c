/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-optimize.h"

#include <string.h>

#include "nw-blas.h"
#include "nw-vec.h"

/* With fewer numbers than this, waking a thread takes longer than the whole step. */
#define WORTH_SPLITTING (4 * NW_WEIGHT_PART)

typedef struct {
  NwWeights *weights;
  NwOptimizerFunc *update;
  const NwOptimizerCommon *common;
  NwOptimizerStep step;
  double learning_rate;
  gboolean measured;    /* the sums of squares are known */
  gboolean measures;    /* they are to be found out */
  gboolean watched;     /* and what the step does to the weights */
  NwReal keep;          /* of the average; 0 until the first step is done */
  gboolean overwrite;   /* w becomes the average */
  gsize parts, numbers; /* of all weights that take part */
} Job;

/* A task: some numbers of one weight. */
typedef struct {
  NwWeight *weight;
  gsize index, begin, n;
} Part;

/* 0 for a weight that a step leaves as it is, and for one whose gradient is still a product. */
static gsize
parts_of(const NwWeight *weight)
{
  if (!weight->trainable || weight->resting || weight->product.x != NULL)
    return 0;
  return (weight->n + NW_WEIGHT_PART - 1) / NW_WEIGHT_PART;
}

/* The task-th part when all weights that take part are laid end to end, cut at each weight. */
static Part
find_part(NwWeights *weights, gsize task)
{
  for (guint i = 0; i < nw_weights_get_n(weights); i++) {
    NwWeight *weight = nw_weights_get(weights, i);
    gsize parts = parts_of(weight);
    if (task < parts)
      return (Part){weight, task, task * NW_WEIGHT_PART,
                    MIN(NW_WEIGHT_PART, weight->n - task * NW_WEIGHT_PART)};
    task -= parts;
  }
  g_assert_not_reached();
}

static void
run(Job *job, NwPool *pool, NwPoolFunc func)
{
  nw_pool_run(job->numbers < WORTH_SPLITTING ? NULL : pool, job->parts, func, job);
}

/* ── gradients ───────────────────────────────────────────────────────────────────────────────── */

static void
measure(const Part *part, const NwReal *g)
{
  part->weight->squares[part->index] = (double)nw_vec()->squares(g, part->n);
}

/* g = xᵀ·dy, where that was left for later but is needed as a whole. */
static void
make_gradients(NwWeights *weights, NwPool *pool)
{
  for (guint i = 0; i < nw_weights_get_n(weights); i++) {
    NwWeight *weight = nw_weights_get(weights, i);
    const NwWeightProduct *p = &weight->product;
    if (p->x == NULL)
      continue;
    nw_gemm(pool, NW_TRANS, NW_NO_TRANS, p->rows, p->cols, p->n, 1, p->x, p->rows, p->dy, p->cols,
            0, weight->gradient, p->cols);
    weight->product.x = NULL;
  }
}

/* sum += g */
static void
add_cb(gpointer data, gsize task)
{
  Part part = find_part(((Job *)data)->weights, task);
  nw_vec()->add(part.weight->gradient + part.begin, part.weight->accumulated + part.begin, part.n);
}

/* g = (sum + g) / batches;  sum = 0; and the squares of g. */
static void
gather_cb(gpointer data, gsize task)
{
  const Job *job = data;
  Part part = find_part(job->weights, task);
  NwReal *g = part.weight->gradient + part.begin;

  if (part.weight->accumulated != NULL) {
    NwReal *sum = part.weight->accumulated + part.begin;
    for (gsize i = 0; i < part.n; i++) {
      g[i] = (g[i] + sum[i]) / (NwReal)job->common->accumulate;
      sum[i] = 0;
    }
  }
  measure(&part, g);
}

static double
squares_of(const NwWeight *weight)
{
  double sum = 0;
  for (gsize i = 0; i < weight->n_squares; i++)
    sum += weight->squares[i];
  return sum;
}

static double
global_norm(NwWeights *weights)
{
  double sum = 0;
  for (guint i = 0; i < nw_weights_get_n(weights); i++)
    sum += squares_of(nw_weights_get(weights, i));
  return sqrt(sum);
}

/* g c / max(‖g‖, c), or of all together g c min(1 / N, 1 / c), which is NaN when N is not finite.
 */
static void
scale_gradients(Job *job)
{
  double limit = job->common->clip_limit, norm = global_norm(job->weights);
  double all = limit * MIN(1 / norm, 1 / limit) + (norm - norm);

  for (guint i = 0; i < nw_weights_get_n(job->weights); i++) {
    NwWeight *weight = nw_weights_get(job->weights, i);
    if (parts_of(weight) > 0)
      weight->gradient_scale = (NwReal)(job->common->clip == NW_CLIP_GLOBAL_NORM
                                            ? all
                                            : limit / MAX(sqrt(squares_of(weight)), limit));
  }
}

static void
clip(const NwOptimizerCommon *common, NwReal scale, NwReal *g, gsize n)
{
  NwReal limit = (NwReal)common->clip_limit;

  if (common->clip == NW_CLIP_VALUE)
    for (gsize i = 0; i < n; i++)
      g[i] = CLAMP(g[i], -limit, limit);
  else if (common->clip != NW_CLIP_NONE && scale != 1)
    nw_vec()->scale(scale, g, g, n);
}

/* ── weights ─────────────────────────────────────────────────────────────────────────────────── */

/* a = m a + (1 − m) w;  where it is time, w = a */
static void
average(const Job *job, NwReal *w, NwReal *a, gsize n)
{
  NwReal keep = job->keep;

  for (gsize i = 0; i < n; i++)
    a[i] = keep * a[i] + (1 - keep) * w[i];
  if (job->overwrite)
    memcpy(w, a, n * sizeof *w);
}

static void
average_cb(gpointer data, gsize task)
{
  const Job *job = data;
  Part part = find_part(job->weights, task);
  average(job, part.weight->value + part.begin, part.weight->average + part.begin, part.n);
}

/* Numbers begin … begin + n − 1 of a weight, by their gradient g[n]. */
static void
move_numbers(const Job *job, NwWeight *weight, gsize begin, NwReal *g, gsize n)
{
  NwReal *w = weight->value + begin;
  NwOptimizerStep step = job->step;
  NwReal *slots[NW_MAX_SLOTS];

  for (gsize s = 0; s < NW_MAX_SLOTS; s++)
    slots[s] = weight->slots[s] == NULL ? NULL : weight->slots[s] + begin;
  clip(job->common, weight->gradient_scale, g, n);
  step.learning_rate = (NwReal)(job->learning_rate * weight->rate);
  if (weight->decays)
    nw_vec()->scale(1 - (NwReal)job->common->weight_decay * step.learning_rate, w, w, n);
  job->update(&step, w, g, slots, n);
  if (weight->average != NULL)
    average(job, w, weight->average + begin, n);
}

/* The same for the part or block @index; of a watched step also Σw² before it and Σ(w' − w)². */
static void
step_numbers(const Job *job, NwWeight *weight, gsize index, gsize begin, NwReal *g, gsize n)
{
  const NwReal *w = weight->value + begin;
  NwReal before[MAX(NW_WEIGHT_PART, NW_GEMM_BLOCK)];

  if (!job->watched) {
    move_numbers(job, weight, begin, g, n);
    return;
  }
  memcpy(before, w, n * sizeof *w);
  weight->sizes[index] = (double)nw_vec()->squares(before, n);
  move_numbers(job, weight, begin, g, n);
  for (gsize i = 0; i < n; i++)
    before[i] = w[i] - before[i];
  weight->moves[index] = (double)nw_vec()->squares(before, n);
}

static void
step_cb(gpointer data, gsize task)
{
  const Job *job = data;
  Part part = find_part(job->weights, task);
  NwReal *g = part.weight->gradient + part.begin;

  if (!job->measured && job->measures)
    measure(&part, g);
  step_numbers(job, part.weight, part.index, part.begin, g, part.n);
}

typedef struct {
  const Job *job;
  NwWeight *weight;
} Product;

/* Blocks that a row of a product has. */
static gsize
blocks_across(const NwWeightProduct *product)
{
  return (product->cols + NW_GEMM_BLOCK - 1) / NW_GEMM_BLOCK;
}

/* A block of a gradient that is not stored. */
static void
block_cb(gpointer data, const NwGemmBlock *block)
{
  const Product *product = data;
  NwWeight *weight = product->weight;

  for (gsize r = 0; r < block->rows; r++) {
    NwReal *g = block->c + r * block->stride;
    gsize row = block->row + r;
    gsize index = row * blocks_across(&weight->product) + block->column / NW_GEMM_BLOCK;
    if (product->job->measures)
      weight->squares[index] = (double)nw_vec()->squares(g, block->columns);
    step_numbers(product->job, weight, index, row * weight->product.cols + block->column, g,
                 block->columns);
  }
}

static void
step_products(const Job *job, NwPool *pool)
{
  for (guint i = 0; i < nw_weights_get_n(job->weights); i++) {
    Product product = {job, nw_weights_get(job->weights, i)};
    NwWeightProduct *p = &product.weight->product;
    NwEpilogue epilogue = {.func = block_cb, .data = &product};
    if (p->x != NULL && !product.weight->resting) {
      product.weight->n_squares = p->rows * blocks_across(p);
      nw_gemm_blocks(pool, p->rows, p->cols, p->n, p->x, p->dy, &epilogue);
    }
    p->x = NULL;
  }
}

double
nw_optimize(NwWeights *weights, const NwOptimizerKind *kind, const NwParams *params, guint64 t,
            double learning_rate, NwPool *pool)
{
  Job job = {.weights = weights,
             .update = nw_optimizer_get_update(kind),
             .common = nw_weights_get_common(weights),
             .learning_rate = learning_rate};
  gboolean only_adds = t % job.common->accumulate != 0;
  guint64 step;

  step = (t - 1) / job.common->accumulate + 1;
  job.keep = step == 1 ? 0 : (NwReal)job.common->ema_momentum;
  job.overwrite = job.common->ema_overwrite > 0 && step % job.common->ema_overwrite == 0;
  job.measured = job.common->accumulate > 1 || job.common->clip == NW_CLIP_NORM ||
                 job.common->clip == NW_CLIP_GLOBAL_NORM;
  job.watched = nw_weights_is_watched(weights);
  job.measures = job.common->measures || job.watched;
  if (job.measured)
    make_gradients(weights, pool);
  for (guint i = 0; i < nw_weights_get_n(weights); i++) {
    NwWeight *weight = nw_weights_get(weights, i);
    weight->n_squares = parts_of(weight);
    job.parts += weight->n_squares;
    job.numbers += weight->n_squares > 0 ? weight->n : 0;
  }
  if (only_adds) {
    run(&job, pool, add_cb);
    if (job.common->use_ema)
      run(&job, pool, average_cb);
    return NAN;
  }
  if (job.measured)
    run(&job, pool, gather_cb);
  if (job.common->clip == NW_CLIP_NORM || job.common->clip == NW_CLIP_GLOBAL_NORM)
    scale_gradients(&job);
  kind->prepare(params, step, &job.step);
  run(&job, pool, step_cb);
  step_products(&job, pool);
  return job.measured || job.measures ? global_norm(weights) : NAN;
}

void
nw_constrain(NwWeights *weights, NwPool *pool)
{
  for (guint i = 0; i < nw_weights_get_n(weights); i++) {
    NwWeight *weight = nw_weights_get(weights, i);
    if (weight->trainable && !weight->resting)
      nw_constraint_apply(&weight->constraint, pool, weight->value);
  }
}
