/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* h' = act(x·W + h·U + b), step by step. */
#include "nw-recurrent.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static void
step(const NwRecurrent *r, gsize first, gsize rows, gsize t)
{
  const NwReal *state = nw_recurrent_state(r, 0, first, rows);

  nw_recurrent_product(r, 0, state, r->units, rows, r->z + (first * r->steps + t) * r->columns,
                       r->steps * r->columns);
  for (gsize sample = first; sample < first + rows; sample++) {
    NwCellRow row = nw_recurrent_row(r, sample, t);
    if (nw_recurrent_is_masked(r, sample, t))
      continue;
    nw_recurrent_add_bias(r, 0, 0, 1, row.z);
    r->kernels->simple_forward(&row);
  }
}

static void
step_back(const NwRecurrent *r, gsize first, gsize rows, gsize t)
{
  for (gsize sample = first; sample < first + rows; sample++) {
    NwCellRow row = nw_recurrent_row(r, sample, t);
    if (nw_recurrent_is_masked(r, sample, t))
      memset(row.z, 0, r->columns * sizeof(NwReal));
    else
      r->kernels->simple_backward(&row);
  }
  nw_recurrent_product_back(r, 0, r->z, first, rows, t);
}

static const NwRecurrentCell cell = {
    .gates = 1, .states = 1, .groups = 1, .first_state = 1, .forward = step, .backward = step_back};

static const NwParamSpec params[] = {
    NW_PARAM_RECURRENT_UNITS,
    NW_PARAM_RECURRENT_ACTIVATION,
    NW_PARAMS_RECURRENT_OUTPUT,
    NW_PARAMS_RECURRENT_STATE,
    NW_PARAMS_RECURRENT_REGULARISE,
    NW_PARAMS_RECURRENT_INITIALISE,
    NW_PARAM_TRAINABLE,
    {NULL},
};

const NwLayerKind nw_layer_simple_rnn = {
    .id = "simple_rnn",
    .title = N_("SimpleRNN"),
    .summary = N_("Reads a sequence step by step with a state that is rewritten each time; "
                  "bidirectional if wanted"),
    .category = NW_CATEGORY_RECURRENT,
    .inputs = nw_recurrent_inputs,
    .outputs = nw_recurrent_outputs,
    .params = params,
    .presets = (const NwLayerPreset[]){{N_("Bidirectional SimpleRNN"),
                                        N_("Reads a sequence from both ends, with weights for "
                                           "each direction"),
                                        "bidirectional=true"},
                                       {NULL}},
    .examples =
        (const NwLayerExample[]){
            {"units=3 return_sequences=true", "mask:4,2"},
            {"units=3", "4,2"},
            {"units=35 activation=relu", "3,2"},
            {"units=2 go_backwards=true return_sequences=true", "mask:4,3"},
            {"units=2 zero_output_for_mask=true", "mask:4,3"},
            {"units=3 use_bias=false return_state=true", "mask:4,2"},
            {"units=3 initial_state=true return_state=true", "4,2; 3"},
            {"units=2 bidirectional=true initial_state=true return_state=true", "4,2; 2; 2"},
            {"units=2 bidirectional=true merge_mode=none return_sequences=true", "mask:4,2"},
            {"units=2 bidirectional=true merge_mode=mul", "mask:4,2"},
            {"units=2 stateful=true batch_size=5 return_sequences=true", "mask:3,2"},
            {"units=3 dropout=0.4 recurrent_dropout=0.3 return_sequences=true", "mask:4,5"},
            {NULL}},
    .drops = nw_recurrent_drops,
    .family = &cell,
    .infer = nw_recurrent_infer,
    .forward = nw_recurrent_forward,
    .backward = nw_recurrent_backward,
    .describe = nw_recurrent_describe,
};
