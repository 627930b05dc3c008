/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Gated recurrent unit: h' = z·h + (1 − z)·ĥ (nw-recurrent-kernels.c). The reset gate acts behind
 * the product with the state (reset_after, with a bias of its own there), or before it. */
#include "nw-recurrent.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-vec.h"

/* What the candidate's product starts from: kept = b', to which h·U is added; or what it
 * multiplies: kept = r·h. */
static void
prepare_candidate(const NwRecurrent *r, const NwCellRow *row, const NwReal *state)
{
  gsize u = r->units;

  if (!r->reset_after)
    nw_vec()->mul(state, row->z + u, row->kept, u);
  else if (r->bias >= 0)
    memcpy(row->kept, r->call->weights[r->bias] + r->columns + 2 * u, u * sizeof *row->kept);
  else
    memset(row->kept, 0, u * sizeof *row->kept);
}

static void
step(const NwRecurrent *r, gsize first, gsize rows, gsize t)
{
  gsize last = nw_recurrent_n_groups(r) - 1, u = r->units, at = first * r->steps + t;
  gsize ldz = r->steps * r->columns, ldk = r->steps * u;
  NwReal *z = r->z + at * r->columns, *kept = r->kept + at * u;
  const NwReal *state;

  for (gsize g = 0; g < last; g++)
    nw_recurrent_product(r, g, nw_recurrent_state(r, g, first, rows), u, rows,
                         z + nw_recurrent_first_column(r, g), ldz);
  state = nw_recurrent_state(r, last, first, rows);
  for (gsize sample = first; sample < first + rows; sample++) {
    NwCellRow row = nw_recurrent_row(r, sample, t);
    nw_recurrent_add_bias(r, 0, 0, 3, row.z);
    if (r->reset_after)
      nw_recurrent_add_bias(r, r->columns, 0, 2, row.z);
    r->kernels->gru_gates(&row);
    prepare_candidate(r, &row, state + (sample - first) * u);
  }
  if (r->reset_after)
    nw_recurrent_product(r, last, state, u, rows, kept, ldk);
  else
    nw_recurrent_product(r, last, kept, ldk, rows, z + 2 * u, ldz);
  for (gsize sample = first; sample < first + rows; sample++) {
    NwCellRow row = nw_recurrent_row(r, sample, t);
    if (!nw_recurrent_is_masked(r, sample, t))
      r->kernels->gru_forward(&row, r->reset_after);
  }
}

/* The state that product @group took, of one sample. */
static const NwReal *
state_before(const NwRecurrent *r, gsize sample, const NwCellRow *row)
{
  NwReal *masked = r->masked + sample * r->units;

  if (row->factor == NULL)
    return row->h0;
  nw_vec()->mul(row->h0, row->factor, masked, r->units);
  return masked;
}

static void
step_back(const NwRecurrent *r, gsize first, gsize rows, gsize t)
{
  gsize last = nw_recurrent_n_groups(r) - 1, u = r->units, factor_step;
  gsize at = (first * r->steps + t) * r->columns + 2 * u, ld = r->steps * r->columns;
  const NwReal *factors = nw_recurrent_factors(r, last, &factor_step);

  for (gsize sample = first; sample < first + rows; sample++) {
    NwCellRow row = nw_recurrent_row(r, sample, t);
    if (!nw_recurrent_is_masked(r, sample, t)) {
      r->kernels->gru_backward(&row, r->reset_after);
      continue;
    }
    memset(row.z, 0, r->columns * sizeof *row.z);
    memset(row.d_inner, 0, r->columns * sizeof *row.d_inner);
  }
  if (!r->reset_after)
    r->kernels->product(r->z + at, ld, rows, u, nw_recurrent_packed(r, last, TRUE), u,
                        r->d_inner + at, ld, FALSE);
  for (gsize sample = first; sample < first + rows; sample++) {
    NwCellRow row = nw_recurrent_row(r, sample, t);
    if (nw_recurrent_is_masked(r, sample, t))
      continue;
    row.factor = factors == NULL ? NULL : factors + sample * factor_step;
    row.h0 = state_before(r, sample, &row);
    r->kernels->gru_backward_gates(&row, r->reset_after);
  }
  for (gsize g = 0; g < last + r->reset_after; g++)
    nw_recurrent_product_back(r, g, r->reset_after ? r->d_inner : r->z, first, rows, t);
}

static const NwRecurrentCell cell = {.gates = 3,
                                     .states = 1,
                                     .kept = 1,
                                     .groups = 2,
                                     .first_state = 1,
                                     .forward = step,
                                     .backward = step_back};

static const NwParamSpec params[] = {
    NW_PARAM_RECURRENT_UNITS,
    NW_PARAM_RECURRENT_ACTIVATION,
    NW_PARAM_RECURRENT_GATES,
    {"reset_after", N_("Reset after"),
     N_("The reset gate acts behind the product with the state, not before it"), NW_PARAM_BOOL,
     "true"},
    NW_PARAMS_RECURRENT_OUTPUT,
    NW_PARAMS_RECURRENT_STATE,
    NW_PARAMS_RECURRENT_REGULARISE,
    NW_PARAMS_RECURRENT_INITIALISE,
    NW_PARAM_TRAINABLE,
    {NULL},
};

const NwLayerKind nw_layer_gru = {
    .id = "gru",
    .title = N_("GRU"),
    .summary =
        N_("Reads a sequence with a state that gates renew; lighter than LSTM; bidirectional "
           "if wanted"),
    .category = NW_CATEGORY_RECURRENT,
    .inputs = nw_recurrent_inputs,
    .outputs = nw_recurrent_outputs,
    .params = params,
    .presets = (const NwLayerPreset[]){{N_("Bidirectional GRU"),
                                        N_("Reads a sequence from both ends, with weights for "
                                           "each direction"),
                                        "bidirectional=true"},
                                       {NULL}},
    .examples =
        (const NwLayerExample[]){
            {"units=3 return_sequences=true", "mask:3,2"},
            {"units=2", "4,2"},
            {"units=3 reset_after=false return_sequences=true", "mask:4,2"},
            {"units=19 return_sequences=true return_state=true", "3,2"},
            {"units=2 go_backwards=true return_sequences=true zero_output_for_mask=true",
             "mask:4,3"},
            {"units=2 use_bias=false recurrent_activation=silu activation=gelu", "mask:4,2"},
            {"units=2 use_bias=false reset_after=false", "4,2"},
            {"units=3 initial_state=true return_state=true", "4,2; 3"},
            {"units=2 bidirectional=true initial_state=true return_state=true", "4,2; 2; 2"},
            {"units=2 bidirectional=true return_sequences=true", "mask:4,2"},
            {"units=2 bidirectional=true reset_after=false merge_mode=sum", "mask:4,2"},
            {"units=2 stateful=true batch_size=5", "mask:3,2"},
            {"units=3 dropout=0.4 recurrent_dropout=0.3 return_sequences=true", "mask:4,5"},
            {"units=3 dropout=0.4 recurrent_dropout=0.3 reset_after=false", "mask:4,5"},
            {NULL}},
    .drops = nw_recurrent_drops,
    .family = &cell,
    .infer = nw_recurrent_infer,
    .forward = nw_recurrent_forward,
    .backward = nw_recurrent_backward,
    .describe = nw_recurrent_describe,
};
