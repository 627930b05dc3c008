/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a recurrent layer asks for. */
#include "nw-recurrent.h"

#include <glib/gi18n-lib.h>

static const NwChoice merge_modes[] = {
    {"concat", N_("Side by side")}, {"sum", N_("Sum")},          {"mul", N_("Product")},
    {"ave", N_("Average")},         {"none", N_("Two outputs")}, {NULL},
};

const NwChoice *
nw_recurrent_merge_modes(void)
{
  return merge_modes;
}

/* All but those that halve what they are given, with which a state would shrink at every step. */
const NwPort nw_recurrent_inputs[] = {
    {"in", N_("Sequence")},
    {"initial_h", N_("Initial state"), .optional = TRUE, .when = "initial_state=true"},
    {"backward_initial_h", N_("Initial state, backward"), .optional = TRUE,
     .when = "initial_state=true bidirectional=true"},
    {NULL},
};

const NwPort nw_recurrent_outputs[] = {
    {"out", N_("Output")},
    {"state_h", N_("State"), .when = "return_state=true"},
    {"backward_state_h", N_("State, backward"), .when = "return_state=true bidirectional=true"},
    {"backward_out", N_("Output, backward"), .when = "bidirectional=true merge_mode=none"},
    {NULL},
};

const NwChoice *
nw_recurrent_activation_choices(void)
{
  static NwChoice *choices = NULL; /* kept until the program ends, as constant tables are */
  if (g_once_init_enter(&choices)) {
    GArray *array = g_array_new(TRUE, TRUE, sizeof(NwChoice));
    for (const NwChoice *choice = nw_activation_choices(); choice->id != NULL; choice++)
      if (!nw_activation_find(choice->id)->halves)
        g_array_append_vals(array, choice, 1);
    g_once_init_leave(&choices, (NwChoice *)g_array_free(array, FALSE));
  }
  return choices;
}

static gboolean
has(const NwParams *params, const char *key)
{
  return nw_params_find_spec(params, key) != NULL;
}

static gboolean
merges_as(const NwParams *params, const char *mode)
{
  return nw_params_applies(params, "merge_mode") &&
         g_str_equal(nw_params_get_choice(params, "merge_mode"), mode);
}

/* ── what is wrong ───────────────────────────────────────────────────────────────────────────── */

static gboolean
check_input(const NwInfer *infer, GError **error)
{
  const NwShape *x = &infer->inputs[0].shape;
  g_autofree char *shape = nw_shape_to_text(x);

  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  if (x->rank < 2)
    return nw_infer_fail(infer, error,
                         _("it reads steps × features, but its input is %s: one number for each "
                           "step; give it an axis of 1 more, or an Embedding in front for ids"),
                         shape);
  if (x->rank > 2)
    return nw_infer_fail(infer, error,
                         _("it reads steps × features, but its input is %s; put the axes behind "
                           "the steps together with a Reshape"),
                         shape);
  return TRUE;
}

/* All initial states or none, each [units]. */
static gboolean
check_states(const NwRecurrentCell *cell, const NwInfer *infer, gsize directions, GError **error)
{
  gint64 units = nw_params_get_int(infer->params, "units");
  gsize n = cell->states * directions, wired = 0;

  for (gsize i = cell->first_state; i < infer->n_inputs; i++) {
    const NwShape *shape = &infer->inputs[i].shape;
    g_autofree char *text = shape->rank < 0 ? NULL : nw_shape_to_text(shape);
    if (shape->rank < 0)
      continue;
    if (i >= cell->first_state + n)
      return nw_infer_fail(infer, error,
                           _("its input “%s” belongs to the second direction; turn on "
                             "Bidirectional, or remove the wire"),
                           _(infer->kind->inputs[i].title));
    if (shape->rank != 1 || shape->dim[0] != units)
      return nw_infer_fail(infer, error, _("its input “%s” must be a state of %d numbers, not %s"),
                           _(infer->kind->inputs[i].title), (int)units, text);
    wired++;
  }
  if (wired == 0 || wired == n)
    return TRUE;
  return nw_infer_fail(infer, error,
                       _("only %d of its %d initial states are connected; connect all or none"),
                       (int)wired, (int)n);
}

static gboolean
check_gaps(const NwInfer *infer, GError **error)
{
  const NwShape *gaps = infer->n_inputs > 1 ? &infer->inputs[1].shape : NULL;
  gint64 steps = infer->inputs[0].shape.dim[0];
  g_autofree char *text = NULL;

  if (!has(infer->params, "decay") || gaps == NULL || gaps->rank < 0 ||
      (gaps->rank > 0 && gaps->dim[0] == steps && nw_shape_elements(gaps) == steps))
    return TRUE;
  text = nw_shape_to_text(gaps);
  return nw_infer_fail(infer, error,
                       _("its input “Δt” must have one number for each of the %d steps, but it is "
                         "%s"),
                       (int)steps, text);
}

/* Does time make it forget? */
static gboolean
is_timed(const NwInfer *infer)
{
  return has(infer->params, "decay") && infer->n_inputs > 1 && infer->inputs[1].shape.rank >= 0 &&
         !g_str_equal(nw_params_get_choice(infer->params, "decay"), "none");
}

/* ── weights ─────────────────────────────────────────────────────────────────────────────────── */

static const char *const names[2][4] = {
    {"kernel", "recurrent_kernel", "bias", "decay_rate"},
    {"forward_kernel", "forward_recurrent_kernel", "forward_bias", "forward_decay_rate"},
};
static const char *const backward_names[4] = {"backward_kernel", "backward_recurrent_kernel",
                                              "backward_bias", "backward_decay_rate"};
static const char *const state_names[2][2] = {{"state_h", "state_c"},
                                              {"backward_state_h", "backward_state_c"}};

static const char *
weight_name(gsize directions, gsize direction, gsize weight)
{
  return direction == 1 ? backward_names[weight] : names[directions - 1][weight];
}

static gboolean
add_weights(const NwRecurrentCell *cell, NwInfer *infer, gsize directions, gsize direction,
            GError **error)
{
  const NwParams *params = infer->params;
  gint64 units = nw_params_get_int(params, "units"), columns = units * (gint64)cell->gates;
  gint64 features = nw_shape_last(&infer->inputs[0].shape);
  gboolean reset_after = has(params, "reset_after") && nw_params_get_bool(params, "reset_after");
  gsize first = infer->n_weights;

  if (!nw_infer_own_weight(infer, "kernel", NW_SHAPE(features, columns), error) ||
      !nw_infer_own_weight(infer, "recurrent", NW_SHAPE(units, columns), error))
    return FALSE;
  infer->weights[first].by_product = nw_params_get_real(params, "dropout") == 0;
  infer->weights[first + 1].by_product =
      nw_params_get_real(params, "recurrent_dropout") == 0 && (cell->groups == 1 || reset_after);
  infer->weights[first].name = weight_name(directions, direction, 0);
  infer->weights[first + 1].name = weight_name(directions, direction, 1);
  if (nw_params_get_bool(params, "use_bias")) {
    NwWeightSpec *bias;
    if (!nw_infer_own_weight(infer, "bias", reset_after ? NW_SHAPE(2, columns) : NW_SHAPE(columns),
                             error))
      return FALSE;
    bias = &infer->weights[infer->n_weights - 1];
    bias->name = weight_name(directions, direction, 2);
    if (has(params, "unit_forget_bias") && nw_params_get_bool(params, "unit_forget_bias")) {
      bias->first_one = units;
      bias->n_ones = units;
    }
  }
  if (is_timed(infer) && g_str_equal(nw_params_get_choice(params, "decay"), "exponential"))
    nw_infer_weight(infer, weight_name(directions, direction, 3), NW_SHAPE(units), "zeros", 0, 0);
  return TRUE;
}

static void
add_states(const NwRecurrentCell *cell, NwInfer *infer, gsize directions)
{
  gint64 units = nw_params_get_int(infer->params, "units");
  gint64 samples = nw_params_get_int(infer->params, "batch_size");

  if (!nw_params_get_bool(infer->params, "stateful"))
    return;
  infer->max_samples = samples;
  for (gsize d = 0; d < directions; d++)
    for (gsize s = 0; s < cell->states; s++) {
      gsize w = nw_infer_state(infer, state_names[d][s], NW_SHAPE(samples, units), "zeros");
      infer->weights[w].restarts = TRUE;
    }
}

/* ── outputs and memory ──────────────────────────────────────────────────────────────────────── */

static void
add_outputs(const NwRecurrentCell *cell, NwInfer *infer, gsize directions)
{
  const NwParams *params = infer->params;
  gint64 steps = infer->inputs[0].shape.dim[0], units = nw_params_get_int(params, "units");
  gboolean sequences = nw_params_get_bool(params, "return_sequences");
  gboolean two = merges_as(params, "none");
  gint64 width = merges_as(params, "concat") ? 2 * units : units;
  NwShape shape = sequences ? NW_SHAPE(steps, width) : NW_SHAPE(width);

  nw_infer_output(infer, shape, NW_REAL);
  if (sequences)
    infer->mask_from[0] = 0;
  if (nw_params_get_bool(params, "return_state") || two)
    for (gsize s = 0; s < cell->states * directions; s++)
      nw_infer_output(infer, NW_SHAPE(units), NW_REAL);
  if (two) {
    gsize second = nw_infer_output(infer, shape, NW_REAL);
    infer->mask_from[second] = infer->mask_from[0];
  }
}

static gboolean
needs_x(const NwParams *params, const char *key)
{
  return has(params, key) && nw_activation_find(nw_params_get_choice(params, key))->needs_x;
}

static gint64
round_up(gint64 n)
{
  return (n + NW_PACK_COLUMNS - 1) / NW_PACK_COLUMNS * NW_PACK_COLUMNS;
}

/* In the order of the enumerations. */
static void
add_memory(const NwRecurrentCell *cell, NwInfer *infer, gint64 d)
{
  const NwParams *params = infer->params;
  gint64 steps = infer->inputs[0].shape.dim[0], features = nw_shape_last(&infer->inputs[0].shape);
  gint64 units = nw_params_get_int(params, "units"), gates = (gint64)cell->gates;
  gint64 columns = units * gates;
  gboolean pre = needs_x(params, "activation") || needs_x(params, "recurrent_activation");
  gboolean drop = nw_params_get_real(params, "dropout") > 0;
  gboolean drop_state = nw_params_get_real(params, "recurrent_dropout") > 0;
  gint64 parts = drop_state ? gates : 1;
  gboolean merges = d == 2 && !merges_as(params, "concat") && !merges_as(params, "none");
  gint64 out = merges ? d * nw_shape_elements(&infer->outputs[0].shape) : 0;
  gboolean inner = has(params, "reset_after");
  gboolean timed = is_timed(infer);
  gint64 dropped = MAX(drop ? features : 0, drop_state || inner ? units : 0);

  nw_infer_saved(infer, d * steps * columns, 0);
  nw_infer_saved(infer, pre ? d * steps * columns : 0, 0);
  nw_infer_saved(infer, d * steps * units, 0);
  nw_infer_saved(infer, d * steps * units * (gint64)cell->kept, 0);
  nw_infer_saved(infer, drop ? d * parts * features : 0, 0);
  nw_infer_saved(infer, drop_state ? d * parts * units : 0, 0);
  nw_infer_saved(infer, out, 0);

  nw_infer_scratch(infer, d * units, 0);
  nw_infer_scratch(infer, d * units, 0);
  nw_infer_scratch(infer, d * units, 0);
  nw_infer_scratch(infer, d * columns, 0);
  nw_infer_scratch(infer, d * units, 0);
  nw_infer_scratch(infer, 0,
                   d * MAX(units * (columns + gates * NW_PACK_COLUMNS), columns * round_up(units)));
  nw_infer_scratch(infer, inner ? d * steps * columns : 0, 0);
  nw_infer_scratch(infer, out, 0);
  nw_infer_scratch(infer, steps * dropped, 0);
  nw_infer_scratch(infer, timed ? d * steps : 0, 0);
  nw_infer_scratch(infer, timed ? 2 * d * units : 0, 0);
  nw_infer_scratch(infer, 0, timed ? 2 * d * units : 0);
  nw_infer_scratch(infer, timed ? d * steps * units : 0, 0);
}

gboolean
nw_recurrent_infer(NwInfer *infer, GError **error)
{
  const NwRecurrentCell *cell = infer->kind->family;
  const NwParams *params = infer->params;
  gsize directions = nw_params_get_bool(params, "bidirectional") ? 2 : 1;
  gint64 steps, features, units = nw_params_get_int(params, "units");

  if (!check_input(infer, error) || !check_gaps(infer, error) ||
      !check_states(cell, infer, directions, error))
    return FALSE;
  steps = infer->inputs[0].shape.dim[0];
  features = infer->inputs[0].shape.dim[1];
  for (gsize d = 0; d < directions; d++)
    if (!add_weights(cell, infer, directions, d, error))
      return FALSE;
  add_states(cell, infer, directions);
  add_outputs(cell, infer, directions);
  add_memory(cell, infer, (gint64)directions);
  infer->keeps_inputs = TRUE;
  infer->flops = (gint64)directions * steps *
                 ((gint64)cell->gates * units * (2 * (features + units) + 5) + 10 * units);
  nw_infer_activity_penalty(infer);
  return TRUE;
}

const char *const nw_recurrent_drops[] = {"dropout", "recurrent_dropout", NULL};

char *
nw_recurrent_describe(const NwParams *params)
{
  GString *text = g_string_new(NULL);

  g_string_append_printf(text, "%" G_GINT64_FORMAT, nw_params_get_int(params, "units"));
  if (nw_params_get_bool(params, "bidirectional"))
    g_string_append_printf(text, " · %s", _("both ways"));
  else if (nw_params_get_bool(params, "go_backwards"))
    g_string_append_printf(text, " · %s", _("backwards"));
  if (nw_params_get_bool(params, "return_sequences"))
    g_string_append_printf(text, " · %s", _("sequences"));
  return g_string_free(text, FALSE);
}
