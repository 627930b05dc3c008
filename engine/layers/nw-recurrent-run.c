/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How a recurrent layer runs: both directions, the parts of its kernel, dropout. */
#include "nw-recurrent-private.h"

#include "nw-vec.h"

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
void
nw_recurrent_place_output(NwRecurrent *r, const NwRecurrentJob *job, NwReal *both, NwReal *second,
                          NwReal *apart)
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

NwRecurrentJob
nw_recurrent_job(const NwCall *call)
{
  const NwRecurrentCell *cell = call->kind->family;
  NwRecurrentJob job = {.call = call,
                        .cell = cell,
                        .slices = (call->n + NW_RECURRENT_SLICE - 1) / NW_RECURRENT_SLICE};

  job.directions = nw_params_get_bool(call->params, "bidirectional") ? 2 : 1;
  if (job.directions == 2)
    job.merge = nw_params_get_choice(call->params, "merge_mode");
  for (gsize d = 0; d < job.directions; d++)
    job.direction[d] = make_direction(cell, call, d, job.directions);
  return job;
}

gboolean
nw_recurrent_merges_apart(const NwRecurrentJob *job)
{
  return job->merge != NULL && !g_str_equal(job->merge, "concat") &&
         !g_str_equal(job->merge, "none");
}

/* The output of the second direction when both stand alone: behind all states. */
const NwTensor *
nw_recurrent_second_output(const NwRecurrentJob *job)
{
  gsize port = 1 + 2 * job->cell->states;
  return job->directions == 2 && port < job->call->n_outputs ? &job->call->outputs[port] : NULL;
}

/* State @s as the layer gives it, or NULL. */
const NwTensor *
nw_recurrent_state_output(const NwRecurrent *r, gsize s)
{
  gsize port = 1 + r->direction * r->cell->states + s;
  return port < r->call->n_outputs ? &r->call->outputs[port] : NULL;
}

const NwTensor *
nw_recurrent_state_input(const NwRecurrent *r, gsize s)
{
  return input_at(r->call, r->cell->first_state + r->direction * r->cell->states + s);
}

/* ── groups: the parts of a recurrent kernel that are multiplied at once ─────────────────────── */

gsize
nw_recurrent_n_groups(const NwRecurrent *r)
{
  return r->per_gate ? r->cell->gates : r->cell->groups;
}

void
nw_recurrent_group_columns(const NwRecurrent *r, gsize group, gsize *from, gsize *to)
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
  nw_recurrent_group_columns(r, group, &from, &to);
  return from;
}

const NwReal *
nw_recurrent_packed(const NwRecurrent *r, gsize group, gboolean transposed)
{
  const NwReal *packed = r->packed;
  for (gsize g = 0; g < group; g++) {
    gsize from, to;
    nw_recurrent_group_columns(r, g, &from, &to);
    packed += transposed ? (to - from) * round_up(r->units) : r->units * round_up(to - from);
  }
  return packed;
}

void
nw_recurrent_pack(const NwRecurrent *r, gboolean transposed)
{
  const NwReal *kernel = r->call->weights[r->first_weight + NW_RECURRENT_RECURRENT];
  for (gsize g = 0; g < nw_recurrent_n_groups(r); g++) {
    gsize from, to;
    nw_recurrent_group_columns(r, g, &from, &to);
    r->kernels->pack(kernel + from, r->columns, transposed, transposed ? to - from : r->units,
                     transposed ? r->units : to - from,
                     (NwReal *)nw_recurrent_packed(r, g, transposed));
  }
}

/* y[rows] = x[rows]·factor, a factor vector for every @per_sample rows, or += */
void
nw_recurrent_multiply(const NwReal *x, const NwReal *factor, gsize factor_step, gsize per_sample,
                      gsize rows, gsize width, NwReal *y, gboolean accumulate)
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
  nw_recurrent_multiply(r->h + first * r->units, factors + first * step, step, 1, rows, r->units,
                        r->masked + first * r->units, FALSE);
  return r->masked + first * r->units;
}

void
nw_recurrent_product(const NwRecurrent *r, gsize group, const NwReal *a, gsize lda, gsize rows,
                     NwReal *c, gsize ldc)
{
  gsize from, to;
  nw_recurrent_group_columns(r, group, &from, &to);
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

  nw_recurrent_group_columns(r, group, &from, &to);
  d += (first * r->steps + t) * r->columns + from;
  factors = nw_recurrent_factors(r, group, &step);
  if (factors == NULL) {
    r->kernels->product(d, ld, rows, to - from, packed, r->units, h, r->units, TRUE);
    return;
  }
  r->kernels->product(d, ld, rows, to - from, packed, r->units, through, r->units, FALSE);
  nw_recurrent_multiply(through, factors + first * step, step, 1, rows, r->units, h, TRUE);
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

/* The inputs as part @part of the gates sees them: behind dropout, in scratch. */
const NwReal *
nw_recurrent_drop_input(const NwRecurrent *r, gsize part)
{
  gsize parts = r->per_gate ? r->cell->gates : 1;
  NwReal *dropped = r->call->scratch[NW_RECURRENT_DROPPED];
  nw_recurrent_multiply(r->call->inputs[0].real, r->input_drop + part * r->features,
                        parts * r->features, r->steps, r->n * r->steps, r->features, dropped,
                        FALSE);
  return dropped;
}
