/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-layer.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "nw-blas.h"
#include "nw-constraint.h"
#include "nw-error.h"
#include "nw-initializer.h"
#include "nw-program.h"

static const struct {
  const char *title, *color;
} categories[NW_N_CATEGORIES] = {
    [NW_CATEGORY_INPUTS] = {N_("Inputs"), "#26a269"},
    [NW_CATEGORY_CORE] = {N_("Core"), "#3584e4"},
    [NW_CATEGORY_CONVOLUTION] = {N_("Convolution"), "#9141ac"},
    [NW_CATEGORY_RECURRENT] = {N_("Recurrent"), "#e66100"},
    [NW_CATEGORY_MERGE] = {N_("Merge"), "#865e3c"},
    [NW_CATEGORY_MATH] = {N_("Math"), "#1c8a86"},
    [NW_CATEGORY_SHAPE] = {N_("Shape"), "#77767b"},
    [NW_CATEGORY_REGULARISE] = {N_("Regularise"), "#c64600"},
    [NW_CATEGORY_OUTPUTS] = {N_("Outputs"), "#c01c28"},
};

const char *
nw_category_title(NwCategory category)
{
  g_return_val_if_fail(category < NW_N_CATEGORIES, NULL);
  return _(categories[category].title);
}

const char *
nw_category_color(NwCategory category)
{
  g_return_val_if_fail(category < NW_N_CATEGORIES, NULL);
  return categories[category].color;
}

/* ── registry ────────────────────────────────────────────────────────────────────────────────── */

const NwLayerKind *
nw_layer_kind_find(const char *id)
{
  for (const NwLayerKind *const *kind = nw_layer_kinds; *kind != NULL; kind++)
    if (g_str_equal((*kind)->id, id))
      return *kind;
  return NULL;
}

static gsize
count_ports(const NwPort *ports)
{
  gsize n = 0;
  while (ports[n].name != NULL)
    n++;
  return n;
}

gsize
nw_layer_kind_n_inputs(const NwLayerKind *kind)
{
  return count_ports(kind->inputs);
}

gsize
nw_layer_kind_n_outputs(const NwLayerKind *kind)
{
  return count_ports(kind->outputs);
}

gboolean
nw_layer_kind_is_variadic(const NwLayerKind *kind)
{
  gsize n = count_ports(kind->inputs);
  return n > 0 && kind->inputs[n - 1].variadic;
}

static const NwParamSpec per_step = {
    "per_step",
    N_("Per step"),
    N_("Acts on every step of a sequence by itself, as Keras' TimeDistributed does"),
    NW_PARAM_BOOL,
    "false",
    .group = N_("Sequences")};

/* @own with `per_step` behind it; kept until the program ends, as constant tables are. */
static NwParamSpec *
append_per_step(const NwParamSpec *own)
{
  gsize n = 0;
  while (own[n].key != NULL)
    n++;
  NwParamSpec *table = g_new0(NwParamSpec, n + 2);
  memcpy(table, own, n * sizeof *own);
  table[n] = per_step;
  return table;
}

static const NwParamSpec *
own_params(const NwLayerKind *kind)
{
  return kind->build_params != NULL ? kind->build_params() : kind->params;
}

static gboolean
has_steps(const NwLayerKind *kind)
{
  return kind->role == NW_ROLE_LAYER && count_ports(kind->inputs) > 0 &&
         count_ports(kind->outputs) > 0;
}

const NwParamSpec *
nw_layer_kind_get_params(const NwLayerKind *kind)
{
  static NwParamSpec **tables = NULL; /* in the registry's order; NULL: its own rows are all */
  gsize n = 0;

  if (g_once_init_enter(&tables)) {
    gsize n_kinds = 0;
    NwParamSpec **made;
    while (nw_layer_kinds[n_kinds] != NULL)
      n_kinds++;
    made = g_new0(NwParamSpec *, n_kinds + 1);
    for (gsize i = 0; i < n_kinds; i++)
      if (has_steps(nw_layer_kinds[i]))
        made[i] = append_per_step(own_params(nw_layer_kinds[i]));
    g_once_init_leave(&tables, made);
  }
  while (nw_layer_kinds[n] != NULL && nw_layer_kinds[n] != kind)
    n++;
  return nw_layer_kinds[n] != NULL && tables[n] != NULL ? tables[n] : own_params(kind);
}

const char *
nw_layer_kind_why_not_per_step(const NwLayerKind *kind)
{
  if (kind->not_per_step == NULL && kind->prepare != NULL)
    return _("its formula says itself along which axes it acts");
  return kind->not_per_step == NULL ? NULL : _(kind->not_per_step);
}

static gboolean
is_per_step(const NwParams *params)
{
  return nw_params_find_spec(params, per_step.key) != NULL &&
         nw_params_get_bool(params, per_step.key);
}

char *
nw_layer_kind_describe(const NwLayerKind *kind, const NwParams *params)
{
  g_autofree char *line =
      kind->describe != NULL ? kind->describe(params) : g_strdup(_(kind->title));
  return is_per_step(params) ? g_strdup_printf(_("%s · per step"), line) : g_steal_pointer(&line);
}

/* ── infer ───────────────────────────────────────────────────────────────────────────────────── */

static gboolean
check_ports(const NwInfer *infer, GError **error)
{
  const NwPort *ports = infer->kind->inputs;
  gsize n_ports = count_ports(ports);
  for (gsize port = 0; port < n_ports; port++) {
    if (ports[port].optional || (port < infer->n_inputs && infer->inputs[port].shape.rank >= 0))
      continue;
    return n_ports == 1
               ? nw_infer_fail(infer, error, _("connect an input"))
               : nw_infer_fail(infer, error, _("connect its input “%s”"), _(ports[port].title));
  }
  return TRUE;
}

static gboolean
check_sizes(const NwInfer *infer, GError **error)
{
  for (gsize i = 0; i < infer->n_outputs; i++) {
    const NwShape *shape = &infer->outputs[i].shape;
    if (nw_shape_elements(shape) > NW_MAX_ELEMENTS) {
      g_autofree char *text = nw_shape_to_text(shape);
      return nw_infer_fail(infer, error, _("an output of %s numbers per sample is too large"),
                           text);
    }
  }
  for (gsize i = 0; i < infer->n_weights; i++) {
    const NwShape *shape = &infer->weights[i].shape;
    if (nw_shape_elements(shape) > NW_MAX_ELEMENTS) {
      g_autofree char *text = nw_shape_to_text(shape);
      return nw_infer_fail(infer, error, _("a %s of %s numbers is too large"),
                           infer->weights[i].name, text);
    }
  }
  return TRUE;
}

/* ── per step ────────────────────────────────────────────────────────────────────────────────── */

/* The types behind the first axis. FALSE with a sentence when an input has no steps, or not as
 * many. */
static gboolean
remove_steps(NwInfer *infer, NwType *types, GError **error)
{
  const char *why_not = nw_layer_kind_why_not_per_step(infer->kind);

  if (why_not != NULL)
    return nw_infer_fail(infer, error, _("it cannot run per step: %s"), why_not);
  for (gsize i = 0; i < infer->n_inputs; i++) {
    const NwShape *shape = &infer->inputs[i].shape;
    types[i] = infer->inputs[i];
    if (shape->rank < 0)
      continue;
    if (shape->rank < 2) {
      g_autofree char *text = nw_shape_to_text(shape);
      return nw_infer_fail(infer, error,
                           _("per step, its input must be steps × something, not %s; turn off Per "
                             "step"),
                           text);
    }
    if (infer->steps != 0 && shape->dim[0] != infer->steps)
      return nw_infer_fail(infer, error,
                           _("per step, its inputs must have the same number of steps, not %d and "
                             "%d"),
                           (int)infer->steps, (int)shape->dim[0]);
    infer->steps = shape->dim[0];
    types[i].shape.rank--;
    memmove(types[i].shape.dim, shape->dim + 1, (gsize)types[i].shape.rank * sizeof *shape->dim);
  }
  return TRUE;
}

/* Puts the first axis back, and makes room for all steps. A mask passes through (facts A.8). */
static gboolean
restore_steps(NwInfer *infer, GError **error)
{
  for (gsize i = 0; i < infer->n_outputs; i++) {
    NwShape *shape = &infer->outputs[i].shape;
    if (shape->rank == NW_MAX_RANK)
      return nw_infer_fail(infer, error,
                           _("per step, its output would have %d axes; %d are possible"),
                           shape->rank + 1, NW_MAX_RANK);
    memmove(shape->dim + 1, shape->dim, (gsize)shape->rank * sizeof *shape->dim);
    shape->dim[0] = infer->steps;
    shape->rank++;
    infer->mask_from[i] = 0;
  }
  for (gsize i = 0; i < infer->n_saved; i++)
    infer->saved[i].per_sample *= infer->steps;
  for (gsize i = 0; i < infer->n_scratch; i++)
    infer->scratch[i].per_sample *= infer->steps;
  infer->flops *= infer->steps;
  if (infer->max_samples > 0)
    return nw_infer_fail(infer, error,
                         _("per step, there is no batch before this one to go on from; turn off "
                           "Stateful"));
  return TRUE;
}

static gboolean
infer_per_step(NwInfer *infer, GError **error)
{
  g_autofree NwType *types = g_new(NwType, infer->n_inputs + 1);
  g_autofree gboolean *masks = g_new0(gboolean, infer->n_inputs + 1);
  const NwType *inputs = infer->inputs;
  const gboolean *carried = infer->masks;
  gboolean ok;

  if (!remove_steps(infer, types, error))
    return FALSE;
  infer->inputs = types;
  infer->masks = masks;
  ok = infer->kind->infer(infer, error);
  infer->inputs = inputs;
  infer->masks = carried;
  return ok && restore_steps(infer, error);
}

gboolean
nw_layer_kind_infer(const NwLayerKind *kind, NwInfer *infer, GError **error)
{
  *infer = (NwInfer){.kind = kind,
                     .params = infer->params,
                     .name = infer->name,
                     .n_inputs = infer->n_inputs,
                     .inputs = infer->inputs,
                     .masks = infer->masks,
                     .prediction = infer->prediction};
  return check_ports(infer, error) &&
         (is_per_step(infer->params) ? infer_per_step(infer, error) : kind->infer(infer, error)) &&
         check_sizes(infer, error);
}

gsize
nw_infer_output(NwInfer *infer, NwShape shape, NwDtype dtype)
{
  g_assert(infer->n_outputs < NW_MAX_PORTS);
  infer->outputs[infer->n_outputs] = (NwType){shape, dtype};
  infer->mask_from[infer->n_outputs] = NW_MASK_NONE;
  return infer->n_outputs++;
}

gsize
nw_infer_alias(NwInfer *infer, NwShape shape)
{
  g_assert(infer->n_outputs == 0);
  infer->alias = TRUE;
  return nw_infer_output(infer, shape, infer->inputs[0].dtype);
}

static gsize
add_weight(NwInfer *infer, NwWeightSpec weight)
{
  g_assert(infer->n_weights < NW_MAX_WEIGHTS);
  infer->weights[infer->n_weights] = weight;
  return infer->n_weights++;
}

gsize
nw_infer_weight(NwInfer *infer, const char *name, NwShape shape, const char *initializer, double l1,
                double l2)
{
  return add_weight(
      infer,
      (NwWeightSpec){.name = name, .shape = shape, .initializer = initializer, .l1 = l1, .l2 = l2});
}

const NwChoice *
nw_orthogonal_choices(void)
{
  static const NwChoice choices[] = {{"rows", N_("Rows")}, {"columns", N_("Columns")}, {NULL}};
  return choices;
}

/* The layer's own parameter AS_SUFFIX, or NULL when it has none. */
static const char *
own_key(const NwInfer *infer, const char *as, const char *suffix, char key[64])
{
  g_snprintf(key, 64, "%s_%s", as, suffix);
  return nw_params_find_spec(infer->params, key) != NULL ? key : NULL;
}

static gboolean
own_orthogonal(NwInfer *infer, NwWeightSpec *weight, const char *as, GError **error)
{
  char key[64];

  if (own_key(infer, as, "orthogonal", key) == NULL)
    return TRUE;
  weight->orthogonal = nw_params_get_real(infer->params, key);
  own_key(infer, as, "orthogonal_mode", key);
  weight->orthogonal_columns = g_str_equal(nw_params_get_choice(infer->params, key), "columns");
  if (weight->orthogonal <= 0 || weight->shape.dim[weight->orthogonal_columns] > 1)
    return TRUE;
  return nw_infer_fail(infer, error,
                       weight->orthogonal_columns
                           ? _("%s has one column, which cannot stand at right angles to another; "
                               "set its orthogonal rate to 0 or choose rows")
                           : _("%s has one row, which cannot stand at right angles to another; set "
                               "its orthogonal rate to 0 or choose columns"),
                       weight->name);
}

/* A penalty in the person's own words must be one number. */
static gboolean
check_formula(const NwInfer *infer, const char *text, const char *weight, const NwShape *shape,
              GError **error)
{
  static const char *const names[] = {"w"};
  g_autoptr(GError) wrong = NULL;
  g_autofree NwExpression *formula = nw_expression_parse(text, &wrong);
  g_autofree NwProgram *program =
      formula == NULL ? NULL : nw_program_new(formula, names, shape, 1, 0, &wrong);

  if (program == NULL)
    return nw_infer_fail(infer, error, _("formula of the %s: %s"), weight, wrong->message);
  if (nw_program_get_shape(program)->rank > 0) {
    g_autofree char *given = nw_shape_to_text(nw_program_get_shape(program));
    return nw_infer_fail(infer, error,
                         _("the formula of the %s gives %s numbers; make one of them, as in "
                           "sum(…)"),
                         weight, given);
  }
  return TRUE;
}

gboolean
nw_infer_weight_as(NwInfer *infer, const char *name, const char *as, NwShape shape, GError **error)
{
  char initializer[64], l1[64], l2[64], formula[64], constraint[64];
  g_autoptr(GError) wrong = NULL;
  NwConstraint parsed;

  own_key(infer, as, "initializer", initializer);
  own_key(infer, as, "l1", l1);
  own_key(infer, as, "l2", l2);
  const char *text = nw_params_get_text(infer->params, initializer);
  if (!nw_initializer_check_shape(text, &shape, &wrong))
    return nw_infer_fail(infer, error, "%s", wrong->message);
  NwWeightSpec *weight = &infer->weights[nw_infer_weight(infer, name, shape, text,
                                                         nw_params_get_real(infer->params, l1),
                                                         nw_params_get_real(infer->params, l2))];
  if (own_key(infer, as, "constraint", constraint) != NULL)
    weight->constraint = nw_params_get_text(infer->params, constraint);
  if (!nw_constraint_init(&parsed, weight->constraint, &shape, &wrong))
    return nw_infer_fail(infer, error, "%s", wrong->message);
  if (own_key(infer, as, "regularizer", formula) != NULL &&
      *nw_params_get_text(infer->params, formula) != '\0')
    weight->formula = nw_params_get_text(infer->params, formula);
  return (weight->formula == NULL || check_formula(infer, weight->formula, name, &shape, error)) &&
         own_orthogonal(infer, weight, as, error);
}

gboolean
nw_infer_own_weight(NwInfer *infer, const char *name, NwShape shape, GError **error)
{
  return nw_infer_weight_as(infer, name, name, shape, error);
}

gsize
nw_infer_state(NwInfer *infer, const char *name, NwShape shape, const char *initializer)
{
  return add_weight(
      infer,
      (NwWeightSpec){.name = name, .shape = shape, .initializer = initializer, .state = TRUE});
}

gsize
nw_infer_saved(NwInfer *infer, gint64 per_sample, gint64 fixed)
{
  g_assert(infer->n_saved < NW_MAX_BUFFERS);
  infer->saved[infer->n_saved] = (NwBufferSpec){per_sample, fixed};
  return infer->n_saved++;
}

gsize
nw_infer_scratch(NwInfer *infer, gint64 per_sample, gint64 fixed)
{
  g_assert(infer->n_scratch < NW_MAX_BUFFERS);
  infer->scratch[infer->n_scratch] = (NwBufferSpec){per_sample, fixed};
  return infer->n_scratch++;
}

gboolean
nw_infer_activation(NwInfer *infer, const char *id, GError **error)
{
  const NwActivation *activation = nw_activation_find(id);
  NwShape *shape = &infer->outputs[0].shape;
  g_assert(activation != NULL && infer->n_outputs > 0);

  if (activation->halves) {
    if (shape->rank == 0 || shape->dim[shape->rank - 1] % 2 != 0)
      return nw_infer_fail(infer, error,
                           _("%s splits the last axis in two halves, but it has %" PRId64
                             " numbers; make that even"),
                           _(activation->title), nw_shape_last(shape));
    shape->dim[shape->rank - 1] /= 2;
  }
  infer->activation = activation;
  return TRUE;
}

void
nw_infer_activity_penalty(NwInfer *infer)
{
  infer->activity_l1 = nw_params_get_real(infer->params, "activity_l1");
  infer->activity_l2 = nw_params_get_real(infer->params, "activity_l2");
}

gboolean
nw_infer_want_numbers(const NwInfer *infer, GError **error)
{
  for (gsize i = 0; i < infer->n_inputs; i++)
    if (infer->inputs[i].shape.rank >= 0 && infer->inputs[i].dtype != NW_REAL)
      return nw_infer_fail(infer, error,
                           _("it calculates with numbers, but its input %zu"
                             " carries ids (int32); connect an Embedding in between, or set the "
                             "Input's type to float32"),
                           i + 1);
  return TRUE;
}

int
nw_infer_axis(gint64 axis, int rank)
{
  if (axis == 0 || axis < -rank || axis > rank)
    return -1;
  return (int)(axis < 0 ? axis + rank : axis - 1);
}

gboolean
nw_infer_fail(const NwInfer *infer, GError **error, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  g_autofree char *message = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(error, NW_ERROR, NW_ERROR_GRAPH, "%s “%s”: %s", _(infer->kind->title), infer->name,
              message);
  return FALSE;
}

/* ── forward and backward ────────────────────────────────────────────────────────────────────── */

void
nw_call_gradient_product(const NwCall *call, gsize weight, const NwReal *x, gsize rows,
                         const NwReal *dy, gsize cols, gsize n)
{
  if (call->product != NULL)
    call->product(call, weight, x, rows, dy, cols, n);
  else if (call->gradients[weight] != NULL)
    nw_gemm(call->pool, NW_TRANS, NW_NO_TRANS, rows, cols, n, 1, x, rows, dy, cols, 1,
            call->gradients[weight], cols);
}
