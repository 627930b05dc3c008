/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* From the first step to the last: slices of the batch, states, outputs. */
#include "nw-recurrent-private.h"

#include <string.h>

#include "nw-blas.h"
#include "nw-vec.h"

/* What is kept from batch to batch, or NULL. */
static NwReal *
state_weight(const NwRecurrent *r, const NwRecurrentJob *job, gsize s)
{
  gsize per_direction = 2 + (r->bias >= 0) + (r->decay >= 0);
  if (!nw_params_get_bool(r->call->params, "stateful"))
    return NULL;
  return r->call->weights[job->directions * per_direction + r->direction * r->cell->states + s];
}

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

static void
pack_forward_cb(gpointer data, gsize task)
{
  const NwRecurrentJob *job = data;

  nw_recurrent_pack(&job->direction[task], FALSE);
}

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
            r->input_drop != NULL ? nw_recurrent_drop_input(r, part) : call->inputs[0].real,
            r->features, kernel + part * columns, r->columns, 0, r->z + part * columns, r->columns);
}

static void
begin_slice(const NwRecurrent *r, const NwRecurrentJob *job, gsize first, gsize rows)
{
  NwReal *const states[] = {r->h, r->c};
  gsize at = first * r->units, bytes = rows * r->units * sizeof(NwReal);

  for (gsize s = 0; s < r->cell->states; s++) {
    const NwTensor *given = nw_recurrent_state_input(r, s);
    const NwReal *before = given != NULL ? given->real : state_weight(r, job, s);
    if (before != NULL)
      memcpy(states[s] + at, before + at, bytes);
    else
      memset(states[s] + at, 0, bytes);
  }
  memset(r->last + at, 0, bytes);
}

static void
end_slice(const NwRecurrent *r, const NwRecurrentJob *job, gsize first, gsize rows)
{
  NwReal *const states[] = {r->h, r->c};
  gsize at = first * r->units, bytes = rows * r->units * sizeof(NwReal);

  for (gsize s = 0; s < r->cell->states; s++) {
    NwReal *kept = state_weight(r, job, s);
    if (kept != NULL)
      memcpy(kept + at, states[s] + at, bytes);
    if (nw_recurrent_state_output(r, s) != NULL)
      memcpy(nw_recurrent_state_output(r, s)->real + at, states[s] + at, bytes);
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
  const NwRecurrentJob *job = data;
  const NwRecurrent *r = &job->direction[task / job->slices];
  gsize first = task % job->slices * NW_RECURRENT_SLICE,
        rows = MIN(NW_RECURRENT_SLICE, r->n - first), u = r->units;

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
merge(const NwRecurrentJob *job)
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
nw_recurrent_forward(const NwCall *call)
{
  NwRecurrentJob job = nw_recurrent_job(call);
  const NwTensor *second = nw_recurrent_second_output(&job);

  for (gsize d = 0; d < job.directions; d++) {
    NwRecurrent *r = &job.direction[d];
    nw_recurrent_place_output(r, &job, call->outputs[0].real, second != NULL ? second->real : NULL,
                              call->saved[NW_RECURRENT_OUT]);
    draw_dropout(r);
    project(r);
    if (job.cell->prepare != NULL)
      job.cell->prepare(r);
  }
  nw_pool_run(call->pool, job.directions, pack_forward_cb, &job);
  nw_pool_run(call->pool, job.directions * job.slices, forward_cb, &job);
  if (nw_recurrent_merges_apart(&job))
    merge(&job);
}
