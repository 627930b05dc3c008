/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How a recurrent layer runs: both directions, slices of the batch, masks, states, dropout. */
#include "nw-recurrent.h"

#include <string.h>

#include "nw-blas.h"
#include "nw-vec.h"

/* Samples of a task. A row of a product does not depend on those beside it, so this changes no bit.
 */
#define SLICE 16

typedef struct {
  const NwCall *call;
  const NwRecurrentCell *cell;
  gsize directions, slices;
  NwRecurrent direction[2];
  const char *merge; /* "concat", …; NULL for one direction */
} Job;

/* ── the job ─────────────────────────────────────────────────────────────────────────────────── */

static gboolean
has(const NwCall *call, const char *key)
{
  return nw_params_find_spec(call->params, key) != NULL;
}

/* NULL: not connected. */
static const NwTensor *
input_at(const NwCall *call, gsize port)
{
  return port < call->n_inputs && call->inputs[port].type->shape.rank >= 0 ? &call->inputs[port]
                                                                           : NULL;
}

static NwRecurrent
make_direction(const NwRecurrentCell *cell, const NwCall *call, gsize d, gsize directions)
{
  const NwParams *params = call->params;
  const NwShape *x = &call->inputs[0].type->shape;
  gboolean use_bias = nw_params_get_bool(params, "use_bias");
  gboolean drop = call->training && nw_params_get_real(params, "dropout") > 0;
  gboolean drop_state = call->training && nw_params_get_real(params, "recurrent_dropout") > 0;
  gboolean timed = has(call, "decay") && input_at(call, 1) != NULL &&
                   !g_str_equal(nw_params_get_choice(params, "decay"), "none");
  gboolean learned = timed && g_str_equal(nw_params_get_choice(params, "decay"), "exponential");
  gsize n = call->n, steps = (gsize)x->dim[0], features = (gsize)x->dim[1];
  gsize units = (gsize)nw_params_get_int(params, "units"), columns = units * cell->gates;
  gsize pack_rows =
      MAX(units * (columns + cell->gates * NW_PACK_COLUMNS),
          columns * ((units + NW_PACK_COLUMNS - 1) / NW_PACK_COLUMNS * NW_PACK_COLUMNS));
  NwRecurrent r = {.call = call,
                   .cell = cell,
                   .kernels = nw_recurrent_kernels(),
                   .direction = d,
                   .n = n,
                   .steps = steps,
                   .features = features,
                   .units = units,
                   .columns = columns,
                   .mask = call->inputs[0].mask};

  r.activation = nw_activation_find(nw_params_get_choice(params, "activation"));
  if (has(call, "recurrent_activation"))
    r.recurrent = nw_activation_find(nw_params_get_choice(params, "recurrent_activation"));
  r.first_weight = d * (2 + use_bias + learned);
  r.bias = use_bias ? (int)(r.first_weight + NW_RECURRENT_BIAS) : -1;
  r.decay = learned ? (int)(r.first_weight + 2 + use_bias) : -1;
  r.sequences = nw_params_get_bool(params, "return_sequences");
  r.backwards = d == 1 || (directions == 1 && nw_params_get_bool(params, "go_backwards"));
  r.in_order = directions == 2;
  r.zero_output =
      directions == 2 ? r.sequences : nw_params_get_bool(params, "zero_output_for_mask");
  r.reset_after = has(call, "reset_after") && nw_params_get_bool(params, "reset_after");
  r.per_gate = drop_state && cell->gates > 1;
  if (input_at(call, cell->first_state) != NULL)
    r.mask = NULL; /* as Keras, which hands a mask on only to layers of one tensor */

  r.z = call->saved[NW_RECURRENT_Z] + d * n * steps * columns;
  r.pre = r.z;
  if (r.activation->needs_x || (r.recurrent != NULL && r.recurrent->needs_x))
    r.pre = call->saved[NW_RECURRENT_PRE] + d * n * steps * columns;
  r.before = call->saved[NW_RECURRENT_BEFORE] + d * n * steps * units;
  r.kept = call->saved[NW_RECURRENT_KEPT] + d * n * steps * units * cell->kept;
  if (drop)
    r.input_drop =
        call->saved[NW_RECURRENT_INPUT_DROP] + d * n * features * (r.per_gate ? cell->gates : 1);
  if (drop_state)
    r.state_drop =
        call->saved[NW_RECURRENT_STATE_DROP] + d * n * units * (r.per_gate ? cell->gates : 1);
  r.h = call->scratch[NW_RECURRENT_H] + d * n * units;
  r.c = call->scratch[NW_RECURRENT_C] + d * n * units;
  r.last = call->scratch[NW_RECURRENT_LAST] + d * n * units;
  r.row = call->scratch[NW_RECURRENT_ROW] + d * n * columns;
  r.masked = call->scratch[NW_RECURRENT_MASKED] + d * n * units;
  r.d_inner = call->scratch[NW_RECURRENT_D_INNER] + d * n * steps * columns;
  r.packed = call->scratch[NW_RECURRENT_PACKED] + d * pack_rows;
  if (timed) {
    r.gap = call->inputs[1].real;
    r.d_gap = call->scratch[NW_RECURRENT_GAP] + d * n * steps;
    r.factor = call->scratch[NW_RECURRENT_FACTOR] + 2 * d * n * units;
    r.d_factor = r.factor + n * units;
    r.rate = call->scratch[NW_RECURRENT_RATE] + 2 * d * units;
    r.d_rate = call->scratch[NW_RECURRENT_D_RATE] + d * n * steps * units;
  }
  return r;
}

/* Where a direction's output lies: beside the other's, in an output of its own, or in @apart, to be
 * merged. */
static void
place_output(NwRecurrent *r, const Job *job, NwReal *both, NwReal *second, NwReal *apart)
{
  gboolean beside = job->merge != NULL && g_str_equal(job->merge, "concat");
  gsize width = beside ? 2 * r->units : r->units;
  gsize size = r->n * (r->sequences ? r->steps : 1) * r->units;

  r->y_step = width;
  r->y_sample = (r->sequences ? r->steps : 1) * width;
  if (job->merge == NULL)
    r->y = both;
  else if (beside)
    r->y = both == NULL ? NULL : both + r->direction * r->units;
  else if (g_str_equal(job->merge, "none"))
    r->y = r->direction == 0 ? both : second;
  else
    r->y = apart + r->direction * size;
}

static Job
make_job(const NwRecurrentCell *cell, const NwCall *call)
{
  Job job = {.call = call, .cell = cell, .slices = (call->n + SLICE - 1) / SLICE};

  job.directions = nw_params_get_bool(call->params, "bidirectional") ? 2 : 1;
  if (job.directions == 2)
    job.merge = nw_params_get_choice(call->params, "merge_mode");
  for (gsize d = 0; d < job.directions; d++)
    job.direction[d] = make_direction(cell, call, d, job.directions);
  return job;
}

static gboolean
merges_apart(const Job *job)
{
  return job->merge != NULL && !g_str_equal(job->merge, "concat") &&
         !g_str_equal(job->merge, "none");
}

/* The output of the second direction when both stand alone: behind all states. */
static const NwTensor *
second_output(const Job *job)
{
  gsize port = 1 + 2 * job->cell->states;
  return job->directions == 2 && port < job->call->n_outputs ? &job->call->outputs[port] : NULL;
}

/* State @s as the layer gives it, or NULL. */
static const NwTensor *
state_output(const NwRecurrent *r, gsize s)
{
  gsize port = 1 + r->direction * r->cell->states + s;
  return port < r->call->n_outputs ? &r->call->outputs[port] : NULL;
}

static const NwTensor *
state_input(const NwRecurrent *r, gsize s)
{
  return input_at(r->call, r->cell->first_state + r->direction * r->cell->states + s);
}

/* What is kept from batch to batch, or NULL. */
static NwReal *
state_weight(const NwRecurrent *r, const Job *job, gsize s)
{
  gsize per_direction = 2 + (r->bias >= 0) + (r->decay >= 0);
  if (!nw_params_get_bool(r->call->params, "stateful"))
    return NULL;
  return r->call->weights[job->directions * per_direction + r->direction * r->cell->states + s];
}

/* ── groups: the parts of a recurrent kernel that are multiplied at once ─────────────────────── */

gsize
nw_recurrent_n_groups(const NwRecurrent *r)
{
  return r->per_gate ? r->cell->gates : r->cell->groups;
}

static void
group_columns(const NwRecurrent *r, gsize group, gsize *from, gsize *to)
{
  gsize last = r->columns - r->units;
  if (r->per_gate) {
    *from = group * r->units;
    *to = *from + r->units;
  } else if (r->cell->groups == 1) {
    *from = 0;
    *to = r->columns;
  } else {
    *from = group == 0 ? 0 : last;
    *to = group == 0 ? last : r->columns;
  }
}

static gsize
round_up(gsize n)
{
  return (n + NW_PACK_COLUMNS - 1) / NW_PACK_COLUMNS * NW_PACK_COLUMNS;
}

gsize
nw_recurrent_first_column(const NwRecurrent *r, gsize group)
{
  gsize from, to;
  group_columns(r, group, &from, &to);
  return from;
}

const NwReal *
nw_recurrent_packed(const NwRecurrent *r, gsize group, gboolean transposed)
{
  const NwReal *packed = r->packed;
  for (gsize g = 0; g < group; g++) {
    gsize from, to;
    group_columns(r, g, &from, &to);
    packed += transposed ? (to - from) * round_up(r->units) : r->units * round_up(to - from);
  }
  return packed;
}

static void
pack_cb(gpointer data, gsize task, gboolean transposed)
{
  const Job *job = data;
  const NwRecurrent *r = &job->direction[task];
  const NwReal *kernel = r->call->weights[r->first_weight + NW_RECURRENT_RECURRENT];
  for (gsize g = 0; g < nw_recurrent_n_groups(r); g++) {
    gsize from, to;
    group_columns(r, g, &from, &to);
    r->kernels->pack(kernel + from, r->columns, transposed, transposed ? to - from : r->units,
                     transposed ? r->units : to - from,
                     (NwReal *)nw_recurrent_packed(r, g, transposed));
  }
}

static void
pack_forward_cb(gpointer data, gsize task)
{
  pack_cb(data, task, FALSE);
}

static void
pack_backward_cb(gpointer data, gsize task)
{
  pack_cb(data, task, TRUE);
}

/* y[rows] = x[rows]·factor, a factor vector for every @per_sample rows, or += */
static void
multiply(const NwReal *x, const NwReal *factor, gsize factor_step, gsize per_sample, gsize rows,
         gsize width, NwReal *y, gboolean accumulate)
{
  for (gsize row = 0; row < rows; row++) {
    const NwReal *f = factor + row / per_sample * factor_step;
    if (accumulate)
      for (gsize i = 0; i < width; i++)
        y[row * width + i] += x[row * width + i] * f[i];
    else
      nw_vec()->mul(x + row * width, f, y + row * width, width);
  }
}

const NwReal *
nw_recurrent_factors(const NwRecurrent *r, gsize group, gsize *step)
{
  *step = (r->per_gate ? r->cell->gates : 1) * r->units;
  return r->state_drop == NULL ? NULL : r->state_drop + (r->per_gate ? group * r->units : 0);
}

const NwReal *
nw_recurrent_state(const NwRecurrent *r, gsize group, gsize first, gsize rows)
{
  gsize step;
  const NwReal *factors = nw_recurrent_factors(r, group, &step);

  if (factors == NULL)
    return r->h + first * r->units;
  multiply(r->h + first * r->units, factors + first * step, step, 1, rows, r->units,
           r->masked + first * r->units, FALSE);
  return r->masked + first * r->units;
}

void
nw_recurrent_product(const NwRecurrent *r, gsize group, const NwReal *a, gsize lda, gsize rows,
                     NwReal *c, gsize ldc)
{
  gsize from, to;
  group_columns(r, group, &from, &to);
  r->kernels->product(a, lda, rows, r->units, nw_recurrent_packed(r, group, FALSE), to - from, c,
                      ldc, TRUE);
}

void
nw_recurrent_product_back(const NwRecurrent *r, gsize group, const NwReal *d, gsize first,
                          gsize rows, gsize t)
{
  const NwReal *packed = nw_recurrent_packed(r, group, TRUE), *factors;
  NwReal *h = r->h + first * r->units, *through = r->masked + first * r->units;
  gsize from, to, step, ld = r->steps * r->columns;

  group_columns(r, group, &from, &to);
  d += (first * r->steps + t) * r->columns + from;
  factors = nw_recurrent_factors(r, group, &step);
  if (factors == NULL) {
    r->kernels->product(d, ld, rows, to - from, packed, r->units, h, r->units, TRUE);
    return;
  }
  r->kernels->product(d, ld, rows, to - from, packed, r->units, through, r->units, FALSE);
  multiply(through, factors + first * step, step, 1, rows, r->units, h, TRUE);
}

void
nw_recurrent_add_bias(const NwRecurrent *r, gsize offset, gsize from, gsize to, NwReal *z)
{
  if (r->bias >= 0)
    nw_vec()->add(r->call->weights[r->bias] + offset + from * r->units, z + from * r->units,
                  (to - from) * r->units);
}

NwCellRow
nw_recurrent_row(const NwRecurrent *r, gsize sample, gsize t)
{
  gsize at = sample * r->steps + t, u = r->units;
  return (NwCellRow){
      .units = u,
      .activation = r->activation,
      .recurrent = r->recurrent,
      .z = r->z + at * r->columns,
      .pre = r->pre + at * r->columns,
      .kept = r->kept + at * r->cell->kept * u,
      .h0 = r->before + at * u,
      .h = r->h + sample * u,
      .c = r->c + sample * u,
      .d_inner = r->d_inner + at * r->columns,
      .row = r->row + sample * r->columns,
  };
}

/* ── dropout ─────────────────────────────────────────────────────────────────────────────────── */

/* factors[n, per_sample]: 1/(1 − rate) or 0, the same for all steps of a sample. */
static void
draw_factors(const NwRecurrent *r, const char *key, guint32 stream, gsize per_sample,
             NwReal *factors)
{
  double rate = nw_params_get_real(r->call->params, key);
  NwRng rng = r->call->rng;

  rng.key[1] += 2 * (guint32)r->direction + stream;
  nw_vec()->fill(1, factors, r->n * per_sample);
  nw_vec()->dropout(&rng, (guint32)(rate * 0x1p32), (NwReal)(1 / (1 - rate)), factors, factors, 0,
                    r->n * per_sample, FALSE);
}

static void
draw_dropout(const NwRecurrent *r)
{
  gsize parts = r->per_gate ? r->cell->gates : 1;
  if (r->input_drop != NULL)
    draw_factors(r, "dropout", 0, parts * r->features, r->input_drop);
  if (r->state_drop != NULL)
    draw_factors(r, "recurrent_dropout", 1, parts * r->units, r->state_drop);
}

/* The inputs as part @part of the gates sees them: behind dropout, in scratch. */
static const NwReal *
drop_input(const NwRecurrent *r, gsize part)
{
  gsize parts = r->per_gate ? r->cell->gates : 1;
  NwReal *dropped = r->call->scratch[NW_RECURRENT_DROPPED];
  multiply(r->call->inputs[0].real, r->input_drop + part * r->features, parts * r->features,
           r->steps, r->n * r->steps, r->features, dropped, FALSE);
  return dropped;
}

/* ── forward ─────────────────────────────────────────────────────────────────────────────────── */

/* z = x·W for all steps at once; biases are added while a step's z is at hand. */
static void
project(const NwRecurrent *r)
{
  const NwCall *call = r->call;
  const NwReal *kernel = call->weights[r->first_weight + NW_RECURRENT_KERNEL];
  gsize parts = r->input_drop != NULL && r->per_gate ? r->cell->gates : 1;
  gsize columns = r->columns / parts;

  for (gsize part = 0; part < parts; part++)
    nw_gemm(call->pool, NW_NO_TRANS, NW_NO_TRANS, r->n * r->steps, columns, r->features, 1,
            r->input_drop != NULL ? drop_input(r, part) : call->inputs[0].real, r->features,
            kernel + part * columns, r->columns, 0, r->z + part * columns, r->columns);
}

static void
begin_slice(const NwRecurrent *r, const Job *job, gsize first, gsize rows)
{
  NwReal *const states[] = {r->h, r->c};
  gsize at = first * r->units, bytes = rows * r->units * sizeof(NwReal);

  for (gsize s = 0; s < r->cell->states; s++) {
    const NwTensor *given = state_input(r, s);
    const NwReal *before = given != NULL ? given->real : state_weight(r, job, s);
    if (before != NULL)
      memcpy(states[s] + at, before + at, bytes);
    else
      memset(states[s] + at, 0, bytes);
  }
  memset(r->last + at, 0, bytes);
}

static void
end_slice(const NwRecurrent *r, const Job *job, gsize first, gsize rows)
{
  NwReal *const states[] = {r->h, r->c};
  gsize at = first * r->units, bytes = rows * r->units * sizeof(NwReal);

  for (gsize s = 0; s < r->cell->states; s++) {
    NwReal *kept = state_weight(r, job, s);
    if (kept != NULL)
      memcpy(kept + at, states[s] + at, bytes);
    if (state_output(r, s) != NULL)
      memcpy(state_output(r, s)->real + at, states[s] + at, bytes);
  }
}

/* The output of step @t, the @s-th to be read, is h; where masked, that of the step before or 0. */
static void
write_outputs(const NwRecurrent *r, gsize first, gsize rows, gsize t, gsize s)
{
  gsize u = r->units;
  gboolean final = s == r->steps - 1;

  for (gsize row = first; row < first + rows; row++) {
    NwReal *last = r->last + row * u;
    NwReal *y = r->y + row * r->y_sample + (r->sequences ? (r->in_order ? t : s) * r->y_step : 0);
    if (r->mask == NULL) {
      if (r->sequences || final)
        memcpy(y, r->h + row * u, u * sizeof *y);
      continue;
    }
    if (!nw_recurrent_is_masked(r, row, t))
      memcpy(last, r->h + row * u, u * sizeof *last);
    else if (r->zero_output)
      memset(last, 0, u * sizeof *last);
    if (r->sequences || final)
      memcpy(y, last, u * sizeof *y);
  }
}

static void
forward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwRecurrent *r = &job->direction[task / job->slices];
  gsize first = task % job->slices * SLICE, rows = MIN(SLICE, r->n - first), u = r->units;

  begin_slice(r, job, first, rows);
  for (gsize s = 0; s < r->steps; s++) {
    gsize t = r->backwards ? r->steps - 1 - s : s;
    for (gsize row = first; row < first + rows; row++)
      memcpy(r->before + (row * r->steps + t) * u, r->h + row * u, u * sizeof(NwReal));
    job->cell->forward(r, first, rows, t);
    write_outputs(r, first, rows, t, s);
  }
  end_slice(r, job, first, rows);
}

/* y = a + b, a·b or (a + b)/2 */
static void
merge(const Job *job)
{
  const NwReal *a = job->direction[0].y, *b = job->direction[1].y;
  gsize n = job->call->n * (gsize)nw_shape_elements(&job->call->outputs[0].type->shape);
  NwReal *y = job->call->outputs[0].real;

  if (g_str_equal(job->merge, "mul")) {
    nw_vec()->mul(a, b, y, n);
    return;
  }
  memcpy(y, a, n * sizeof *y);
  nw_vec()->add(b, y, n);
  if (g_str_equal(job->merge, "ave"))
    nw_vec()->scale((NwReal)0.5, y, y, n);
}

void
nw_recurrent_forward(const NwRecurrentCell *cell, const NwCall *call)
{
  Job job = make_job(cell, call);
  const NwTensor *second = second_output(&job);

  for (gsize d = 0; d < job.directions; d++) {
    NwRecurrent *r = &job.direction[d];
    place_output(r, &job, call->outputs[0].real, second != NULL ? second->real : NULL,
                 call->saved[NW_RECURRENT_OUT]);
    draw_dropout(r);
    project(r);
    if (cell->prepare != NULL)
      cell->prepare(r);
  }
  nw_pool_run(call->pool, job.directions, pack_forward_cb, &job);
  nw_pool_run(call->pool, job.directions * job.slices, forward_cb, &job);
  if (merges_apart(&job))
    merge(&job);
}

/* ── backward ────────────────────────────────────────────────────────────────────────────────── */

/* h and c become the gradients of the states that the layer gives; last that of a repeated output.
 */
static void
begin_slice_back(const NwRecurrent *r, gsize first, gsize rows)
{
  NwReal *const states[] = {r->h, r->c};
  gsize at = first * r->units, bytes = rows * r->units * sizeof(NwReal);

  for (gsize s = 0; s < r->cell->states; s++) {
    const NwTensor *given = state_output(r, s);
    if (given != NULL && given->gradient != NULL)
      memcpy(states[s] + at, given->gradient + at, bytes);
    else
      memset(states[s] + at, 0, bytes);
  }
  memset(r->last + at, 0, bytes);
}

static void
end_slice_back(const NwRecurrent *r, gsize first, gsize rows)
{
  const NwReal *const states[] = {r->h, r->c};
  gsize at = first * r->units, n = rows * r->units;

  for (gsize s = 0; s < r->cell->states; s++) {
    const NwTensor *given = state_input(r, s);
    if (given == NULL || given->gradient == NULL)
      continue;
    if (given->accumulate)
      nw_vec()->add(states[s] + at, given->gradient + at, n);
    else
      memcpy(given->gradient + at, states[s] + at, n * sizeof(NwReal));
  }
}

/* The reverse of write_outputs: dh += dy, which a masked step hands to the output before it. */
static void
read_gradients(const NwRecurrent *r, gsize first, gsize rows, gsize t, gsize s)
{
  gsize u = r->units;
  gboolean given = r->y != NULL && (r->sequences || s == r->steps - 1);

  for (gsize row = first; row < first + rows; row++) {
    NwReal *last = r->last + row * u, *dh = r->h + row * u;
    const NwReal *dy =
        given ? r->y + row * r->y_sample + (r->sequences ? (r->in_order ? t : s) * r->y_step : 0)
              : NULL;
    if (r->mask == NULL) {
      if (given)
        nw_vec()->add(dy, dh, u);
      continue;
    }
    if (given)
      nw_vec()->add(dy, last, u);
    if (nw_recurrent_is_masked(r, row, t)) {
      if (r->zero_output)
        memset(last, 0, u * sizeof *last);
      continue;
    }
    nw_vec()->add(last, dh, u);
    memset(last, 0, u * sizeof *last);
  }
}

static void
backward_cb(gpointer data, gsize task)
{
  const Job *job = data;
  const NwRecurrent *r = &job->direction[task / job->slices];
  gsize first = task % job->slices * SLICE, rows = MIN(SLICE, r->n - first);

  begin_slice_back(r, first, rows);
  for (gsize s = r->steps; s > 0; s--) {
    gsize t = r->backwards ? r->steps - s : s - 1;
    read_gradients(r, first, rows, t, s - 1);
    job->cell->backward(r, first, rows, t);
  }
  end_slice_back(r, first, rows);
}

/* The gradients by the two results that were merged. */
static void
merge_backward(const Job *job)
{
  const NwReal *dy = job->call->outputs[0].gradient;
  gsize n = job->call->n * (gsize)nw_shape_elements(&job->call->outputs[0].type->shape);

  for (gsize d = 0; d < 2; d++) {
    NwReal *apart = job->call->scratch[NW_RECURRENT_D_OUT] + d * n;
    if (dy == NULL)
      nw_vec()->fill(0, apart, n);
    else if (g_str_equal(job->merge, "mul"))
      nw_vec()->mul(dy, job->call->saved[NW_RECURRENT_OUT] + (1 - d) * n, apart, n);
    else
      nw_vec()->scale(g_str_equal(job->merge, "ave") ? (NwReal)0.5 : 1, dy, apart, n);
  }
}

/* dU[u, columns] += hᵀ·dz over all steps, h as each product saw it. */
static void
recurrent_gradient(const NwRecurrent *r)
{
  const NwCall *call = r->call;
  gsize weight = r->first_weight + NW_RECURRENT_RECURRENT, rows = r->n * r->steps, u = r->units;
  gsize n_groups = nw_recurrent_n_groups(r);
  const NwReal *d = r->reset_after ? r->d_inner : r->z;
  gboolean kept_last = r->cell->groups == 2 && !r->reset_after;

  if (r->state_drop == NULL && !kept_last) {
    nw_call_gradient_product(call, weight, r->before, u, d, r->columns, rows);
    return;
  }
  for (gsize g = 0; call->gradients[weight] != NULL && g < n_groups; g++) {
    const NwReal *h = r->before;
    gsize from, to, step;
    group_columns(r, g, &from, &to);
    if (kept_last && g == n_groups - 1) {
      h = r->kept;
    } else if (r->state_drop != NULL) {
      const NwReal *factors = nw_recurrent_factors(r, g, &step);
      NwReal *dropped = call->scratch[NW_RECURRENT_DROPPED];
      multiply(h, factors, step, r->steps, rows, u, dropped, FALSE);
      h = dropped;
    }
    nw_gemm(call->pool, NW_TRANS, NW_NO_TRANS, u, to - from, rows, 1, h, u, d + from, r->columns, 1,
            call->gradients[weight] + from, r->columns);
  }
}

/* dx[…, F] (+)= dz·Wᵀ;  dW[F, columns] += xᵀ·dz */
static void
input_gradients(const NwRecurrent *r)
{
  const NwCall *call = r->call;
  const NwTensor *x = &call->inputs[0];
  gsize weight = r->first_weight + NW_RECURRENT_KERNEL, rows = r->n * r->steps;
  const NwReal *kernel = call->weights[weight];
  gboolean accumulate = x->accumulate || r->direction > 0;
  gsize parts = r->per_gate ? r->cell->gates : 1, columns = r->columns / parts;

  if (r->input_drop == NULL) {
    if (x->gradient != NULL)
      nw_gemm(call->pool, NW_NO_TRANS, NW_TRANS, rows, r->features, r->columns, 1, r->z, r->columns,
              kernel, r->columns, accumulate ? 1 : 0, x->gradient, r->features);
    /* Without dropout while training is off, the weight is by_product all the same. */
    nw_call_gradient_product(call, weight, x->real, r->features, r->z, r->columns, rows);
    return;
  }
  for (gsize part = 0; part < parts; part++) {
    const NwReal *dz = r->z + part * columns;
    NwReal *through = call->scratch[NW_RECURRENT_DROPPED];
    if (call->gradients[weight] != NULL)
      nw_gemm(call->pool, NW_TRANS, NW_NO_TRANS, r->features, columns, rows, 1, drop_input(r, part),
              r->features, dz, r->columns, 1, call->gradients[weight] + part * columns, r->columns);
    if (x->gradient == NULL)
      continue;
    nw_gemm(call->pool, NW_NO_TRANS, NW_TRANS, rows, r->features, columns, 1, dz, r->columns,
            kernel + part * columns, r->columns, 0, through, r->features);
    multiply(through, r->input_drop + part * r->features, parts * r->features, r->steps, rows,
             r->features, x->gradient, accumulate || part > 0);
  }
}

static void
bias_gradient(const NwRecurrent *r)
{
  const NwCall *call = r->call;
  if (r->bias < 0 || call->gradients[r->bias] == NULL)
    return;
  nw_vec_add_rows(call->pool, r->z, r->n * r->steps, r->columns, call->gradients[r->bias]);
  if (r->reset_after)
    nw_vec_add_rows(call->pool, r->d_inner, r->n * r->steps, r->columns,
                    call->gradients[r->bias] + r->columns);
}

void
nw_recurrent_backward(const NwRecurrentCell *cell, const NwCall *call)
{
  Job job = make_job(cell, call);
  const NwTensor *second = second_output(&job);

  if (merges_apart(&job))
    merge_backward(&job);
  for (gsize d = 0; d < job.directions; d++) {
    NwRecurrent *r = &job.direction[d];
    place_output(r, &job, call->outputs[0].gradient, second != NULL ? second->gradient : NULL,
                 call->scratch[NW_RECURRENT_D_OUT]);
    if (cell->prepare != NULL)
      cell->prepare(r);
  }
  nw_pool_run(call->pool, job.directions, pack_backward_cb, &job);
  nw_pool_run(call->pool, job.directions * job.slices, backward_cb, &job);
  for (gsize d = 0; d < job.directions; d++) {
    const NwRecurrent *r = &job.direction[d];
    if (cell->finish != NULL)
      cell->finish(r, d == 0);
    bias_gradient(r);
    recurrent_gradient(r);
    input_gradients(r);
  }
}
