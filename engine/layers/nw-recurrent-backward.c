/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* From the last step to the first, and the gradients of the weights. */
#include "nw-recurrent-private.h"

#include <string.h>

#include "nw-blas.h"
#include "nw-vec.h"

static void
pack_backward_cb(gpointer data, gsize task)
{
  const NwRecurrentJob *job = data;

  nw_recurrent_pack(&job->direction[task], TRUE);
}

/* h and c become the gradients of the states that the layer gives; last that of a repeated output.
 */
static void
begin_slice_back(const NwRecurrent *r, gsize first, gsize rows)
{
  NwReal *const states[] = {r->h, r->c};
  gsize at = first * r->units, bytes = rows * r->units * sizeof(NwReal);

  for (gsize s = 0; s < r->cell->states; s++) {
    const NwTensor *given = nw_recurrent_state_output(r, s);
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
    const NwTensor *given = nw_recurrent_state_input(r, s);
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
  const NwRecurrentJob *job = data;
  const NwRecurrent *r = &job->direction[task / job->slices];
  gsize first = task % job->slices * NW_RECURRENT_SLICE,
        rows = MIN(NW_RECURRENT_SLICE, r->n - first);

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
merge_backward(const NwRecurrentJob *job)
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
    nw_recurrent_group_columns(r, g, &from, &to);
    if (kept_last && g == n_groups - 1) {
      h = r->kept;
    } else if (r->state_drop != NULL) {
      const NwReal *factors = nw_recurrent_factors(r, g, &step);
      NwReal *dropped = call->scratch[NW_RECURRENT_DROPPED];
      nw_recurrent_multiply(h, factors, step, r->steps, rows, u, dropped, FALSE);
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
      nw_gemm(call->pool, NW_TRANS, NW_NO_TRANS, r->features, columns, rows, 1,
              nw_recurrent_drop_input(r, part), r->features, dz, r->columns, 1,
              call->gradients[weight] + part * columns, r->columns);
    if (x->gradient == NULL)
      continue;
    nw_gemm(call->pool, NW_NO_TRANS, NW_TRANS, rows, r->features, columns, 1, dz, r->columns,
            kernel + part * columns, r->columns, 0, through, r->features);
    nw_recurrent_multiply(through, r->input_drop + part * r->features, parts * r->features,
                          r->steps, rows, r->features, x->gradient, accumulate || part > 0);
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
nw_recurrent_backward(const NwCall *call)
{
  NwRecurrentJob job = nw_recurrent_job(call);
  const NwTensor *second = nw_recurrent_second_output(&job);

  if (nw_recurrent_merges_apart(&job))
    merge_backward(&job);
  for (gsize d = 0; d < job.directions; d++) {
    NwRecurrent *r = &job.direction[d];
    nw_recurrent_place_output(r, &job, call->outputs[0].gradient,
                              second != NULL ? second->gradient : NULL,
                              call->scratch[NW_RECURRENT_D_OUT]);
    if (job.cell->prepare != NULL)
      job.cell->prepare(r);
  }
  nw_pool_run(call->pool, job.directions, pack_backward_cb, &job);
  nw_pool_run(call->pool, job.directions * job.slices, backward_cb, &job);
  for (gsize d = 0; d < job.directions; d++) {
    const NwRecurrent *r = &job.direction[d];
    if (job.cell->finish != NULL)
      job.cell->finish(r, d == 0);
    bias_gradient(r);
    recurrent_gradient(r);
    input_gradients(r);
  }
}
