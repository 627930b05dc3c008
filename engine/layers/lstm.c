/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Long short-term memory: c' = f·g(Δt)·c + i·ĉ, h' = o·act(c') (nw-recurrent-kernels.c).
 *
 * Where Δt is connected, the gap since the step before makes the forget gate smaller, as in
 * time-aware LSTMs (Baytas et al. 2017; exponential: Che et al., GRU-D, 2018). g is 1/(1 + Δt),
 * 1/log(e + Δt), or exp(−γ·Δt) with γ ≥ 0 learned for each unit. γ is softplus(decay_rate): it
 * stays positive under any optimiser, and fresh ones (0) halve the memory in one unit of time. Gaps
 * below 0 count as 0. */
#include "nw-recurrent.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-vec.h"

/* ── decay ───────────────────────────────────────────────────────────────────────────────────── */

typedef enum { NO_DECAY, INVERSE, LOGARITHM, EXPONENTIAL } Decay;

static const NwChoice decays[] = {
    {"none", N_("None")},
    {"inverse", N_("1 / (1 + Δt)")},
    {"log", N_("1 / log(e + Δt)")},
    {"exponential", N_("exp(−γ Δt), γ learned")},
    {NULL},
};

static const NwChoice *
decay_choices(void)
{
  return decays;
}

static void
prepare(NwRecurrent *r)
{
  const char *id = nw_params_get_choice(r->call->params, "decay");

  if (r->gap == NULL)
    return;
  while (!g_str_equal(decays[r->form].id, id))
    r->form++;
  for (gsize k = 0; r->form == EXPONENTIAL && k < r->units; k++) {
    NwReal raw = r->call->weights[r->decay][k];
    r->rate[k] = (raw > 0 ? raw : 0) + NW_R(log1p)(NW_R(exp)(-NW_R(fabs)(raw)));
  }
  memset(r->d_gap, 0, r->n * r->steps * sizeof *r->d_gap);
}

/* Where the gap between step @t and the one that was read before it stands; G_MAXSIZE at the first.
 */
static gsize
gap_index(const NwRecurrent *r, gsize sample, gsize t)
{
  if (!r->backwards)
    return sample * r->steps + t;
  return t + 1 < r->steps ? sample * r->steps + t + 1 : G_MAXSIZE;
}

static NwReal
gap_at(const NwRecurrent *r, gsize index)
{
  return index == G_MAXSIZE || r->gap[index] < 0 ? 0 : r->gap[index];
}

/* g(Δt) of each unit. */
static void
decay_forward(const NwRecurrent *r, gsize sample, gsize t)
{
  NwReal *g = r->factor + sample * r->units;
  NwReal gap = gap_at(r, gap_index(r, sample, t));

  if (r->form == INVERSE) {
    nw_vec()->fill(1 / (1 + gap), g, r->units);
  } else if (r->form == LOGARITHM) {
    nw_vec()->fill(1 / NW_R(log)((NwReal)G_E + gap), g, r->units);
  } else {
    nw_vec()->scale(-gap, r->rate, g, r->units);
    nw_vec()->exp(g, g, r->units);
  }
}

/* dΔt = Σ dg·g', g' = −g², −g²/(e + Δt) or −γ·g; dγ = −dg·g·Δt */
static void
decay_backward(const NwRecurrent *r, gsize sample, gsize t)
{
  gsize index = gap_index(r, sample, t), u = r->units;
  NwReal *dg = r->d_factor + sample * u, gap = gap_at(r, index), d_gap;
  const NwReal *g = r->factor + sample * u;

  if (r->form == EXPONENTIAL) {
    NwReal *d_rate = r->d_rate + (sample * r->steps + t) * u;
    nw_vec()->mul(dg, g, dg, u);
    nw_vec()->scale(-gap, dg, d_rate, u);
    d_gap = -nw_vec()->dot(dg, r->rate, u);
  } else {
    d_gap = -nw_vec()->sum(dg, u) * g[0] * g[0];
    if (r->form == LOGARITHM)
      d_gap /= (NwReal)G_E + gap;
  }
  if (index != G_MAXSIZE && r->gap[index] >= 0)
    r->d_gap[index] = d_gap;
}

/* Of the decay's weights, dγ/draw = 1 − e^−γ; and of Δt, from both directions. */
static void
finish(const NwRecurrent *r, gboolean first)
{
  const NwCall *call = r->call;
  NwReal *sum = r->rate + r->units;

  if (r->gap == NULL) {
    if (first && call->n_inputs > 1 && call->inputs[1].gradient != NULL &&
        !call->inputs[1].accumulate)
      memset(call->inputs[1].gradient, 0, r->n * r->steps * sizeof(NwReal));
    return;
  }
  if (r->form == EXPONENTIAL && call->gradients[r->decay] != NULL) {
    memset(sum, 0, r->units * sizeof *sum);
    nw_vec_add_rows(call->pool, r->d_rate, r->n * r->steps, r->units, sum);
    for (gsize k = 0; k < r->units; k++)
      call->gradients[r->decay][k] += sum[k] * -NW_R(expm1)(-r->rate[k]);
  }
  if (call->inputs[1].gradient == NULL)
    return;
  if (call->inputs[1].accumulate || !first)
    nw_vec()->add(r->d_gap, call->inputs[1].gradient, r->n * r->steps);
  else
    memcpy(call->inputs[1].gradient, r->d_gap, r->n * r->steps * sizeof *r->d_gap);
}

/* ── steps ───────────────────────────────────────────────────────────────────────────────────── */

static NwCellRow
get_row(const NwRecurrent *r, gsize sample, gsize t)
{
  NwCellRow row = nw_recurrent_row(r, sample, t);

  if (r->gap != NULL) {
    decay_forward(r, sample, t);
    row.factor = r->factor + sample * r->units;
    row.d_factor = r->d_factor + sample * r->units;
  }
  return row;
}

static void
step(const NwRecurrent *r, gsize first, gsize rows, gsize t)
{
  for (gsize g = 0; g < nw_recurrent_n_groups(r); g++)
    nw_recurrent_product(r, g, nw_recurrent_state(r, g, first, rows), r->units, rows,
                         r->z + (first * r->steps + t) * r->columns +
                             nw_recurrent_first_column(r, g),
                         r->steps * r->columns);
  for (gsize sample = first; sample < first + rows; sample++) {
    if (nw_recurrent_is_masked(r, sample, t))
      continue;
    NwCellRow row = get_row(r, sample, t);
    nw_recurrent_add_bias(r, 0, 0, 4, row.z);
    r->kernels->lstm_forward(&row);
  }
}

static void
step_back(const NwRecurrent *r, gsize first, gsize rows, gsize t)
{
  for (gsize sample = first; sample < first + rows; sample++) {
    gsize at = sample * r->steps + t;
    if (nw_recurrent_is_masked(r, sample, t)) {
      memset(r->z + at * r->columns, 0, r->columns * sizeof(NwReal));
      if (r->form == EXPONENTIAL)
        memset(r->d_rate + at * r->units, 0, r->units * sizeof(NwReal));
      continue;
    }
    NwCellRow row = get_row(r, sample, t);
    r->kernels->lstm_backward(&row);
    if (r->gap != NULL)
      decay_backward(r, sample, t);
  }
  for (gsize g = 0; g < nw_recurrent_n_groups(r); g++)
    nw_recurrent_product_back(r, g, r->z, first, rows, t);
}

static const NwRecurrentCell cell = {.gates = 4,
                                     .states = 2,
                                     .kept = 2,
                                     .groups = 1,
                                     .first_state = 2,
                                     .forward = step,
                                     .backward = step_back,
                                     .prepare = prepare,
                                     .finish = finish};

static const NwParamSpec params[] = {
    NW_PARAM_RECURRENT_UNITS,
    NW_PARAM_RECURRENT_ACTIVATION,
    NW_PARAM_RECURRENT_GATES,
    NW_PARAMS_RECURRENT_OUTPUT,
    {"unit_forget_bias", N_("Remember at first"),
     N_("Fresh biases of the forget gate are 1, so that it stays open"), NW_PARAM_BOOL, "true",
     .when = "use_bias=true"},
    {"decay", N_("Decay"),
     N_("How the time since the step before makes it forget, where Δt is connected"),
     NW_PARAM_CHOICE, "inverse", .choices = decay_choices},
    NW_PARAMS_RECURRENT_STATE,
    NW_PARAMS_RECURRENT_REGULARISE,
    NW_PARAMS_RECURRENT_INITIALISE,
    NW_PARAM_TRAINABLE,
    {NULL},
};

static const NwPort inputs[] = {
    {"in", N_("Sequence")},
    {"delta_t", N_("Δt"), .optional = TRUE},
    {"initial_h", N_("Initial state h"), .optional = TRUE, .when = "initial_state=true"},
    {"initial_c", N_("Initial state c"), .optional = TRUE, .when = "initial_state=true"},
    {"backward_initial_h", N_("Initial state h, backward"), .optional = TRUE,
     .when = "initial_state=true bidirectional=true"},
    {"backward_initial_c", N_("Initial state c, backward"), .optional = TRUE,
     .when = "initial_state=true bidirectional=true"},
    {NULL},
};

static const NwPort outputs[] = {
    {"out", N_("Output")},
    {"state_h", N_("State h"), .when = "return_state=true"},
    {"state_c", N_("State c"), .when = "return_state=true"},
    {"backward_state_h", N_("State h, backward"), .when = "return_state=true bidirectional=true"},
    {"backward_state_c", N_("State c, backward"), .when = "return_state=true bidirectional=true"},
    {"backward_out", N_("Output, backward"), .when = "bidirectional=true merge_mode=none"},
    {NULL},
};

const NwLayerKind nw_layer_lstm = {
    .id = "lstm",
    .title = N_("LSTM"),
    .summary =
        N_("Reads a sequence with a memory that it learns to keep and to forget, with time if "
           "wanted; bidirectional too"),
    .category = NW_CATEGORY_RECURRENT,
    .inputs = inputs,
    .outputs = outputs,
    .params = params,
    .presets = (const NwLayerPreset[]){{N_("Bidirectional LSTM"),
                                        N_("Reads a sequence from both ends, with weights for "
                                           "each direction"),
                                        "bidirectional=true"},
                                       {NULL}},
    .examples =
        (const NwLayerExample[]){
            {"units=2 return_sequences=true", "mask:2,2; 2,1"},
            {"units=3", "4,2"},
            {"units=19 return_sequences=true return_state=true", "3,2"},
            {"units=2 go_backwards=true return_sequences=true", "mask:4,3"},
            {"units=2 zero_output_for_mask=true return_sequences=true", "mask:4,3"},
            {"units=2 use_bias=false recurrent_activation=silu activation=gelu", "mask:4,2"},
            {"units=3 initial_state=true return_state=true", "4,2; none; 3; 3"},
            {"units=2 bidirectional=true initial_state=true return_state=true",
             "4,2; none; 2; 2; 2; 2"},
            {"units=2 bidirectional=true return_sequences=true", "mask:4,2"},
            {"units=2 bidirectional=true merge_mode=ave return_state=true", "mask:4,2"},
            {"units=2 stateful=true batch_size=5", "mask:3,2"},
            {"units=3 dropout=0.4 recurrent_dropout=0.3 return_sequences=true", "mask:4,5"},
            {"units=3 dropout=0.4", "4,5"},
            {"units=3 recurrent_dropout=0.4 bidirectional=true", "4,2"},
            {"units=3 decay=inverse return_sequences=true", "mask:4,2; 4,1"},
            {"units=3 decay=log go_backwards=true", "4,2; 4"},
            {"units=3 decay=exponential activation=silu", "mask:4,2; 4,1"},
            {"units=2 decay=exponential bidirectional=true return_sequences=true", "4,2; 4,1"},
            {"units=2 unit_forget_bias=false kernel_l2=0.1 recurrent_l1=0.1 activity_l2=0.1",
             "3,2"},
            {NULL}},
    .drops = nw_recurrent_drops,
    .family = &cell,
    .infer = nw_recurrent_infer,
    .forward = nw_recurrent_forward,
    .backward = nw_recurrent_backward,
    .describe = nw_recurrent_describe,
};
