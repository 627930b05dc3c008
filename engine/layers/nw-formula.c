/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-formula.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-program.h"

#define MAX_WIRES NW_EXPRESSION_MAX_NAMES

/* What is saved: by the program, and the masks that the formula asks for as numbers. */
enum { KEPT, MASKS };

const NwPort nw_formula_input[] = {{"x", N_("Input")}, {NULL}};
const NwPort nw_formula_output[] = {{"out", N_("Output")}, {NULL}};

/* The names in the text of the parameter. (transfer full) */
static char **
split_names(const char *text)
{
  g_autofree char *spaced = g_strdelimit(g_strdup(text), ",;", ' ');
  g_auto(GStrv) words = g_strsplit_set(spaced, " \t\n", -1);
  g_autoptr(GStrvBuilder) names = g_strv_builder_new();

  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      g_strv_builder_add(names, *word);
  return g_strv_builder_end(names);
}

static gboolean
check_names(const NwInfer *infer, char **names, GError **error)
{
  for (char **name = names; *name != NULL; name++) {
    if (!nw_expression_is_name(*name))
      return nw_infer_fail(infer, error,
                           _("“%s” is no name for a wire: use letters, digits and _, at most %d"),
                           *name, NW_EXPRESSION_MAX_NAME);
    for (char **other = names; other != name; other++)
      if (strcmp(*other, *name) == 0)
        return nw_infer_fail(infer, error, _("two wires are called “%s”; rename one"), *name);
  }
  if (g_strv_length(names) < infer->n_inputs)
    return nw_infer_fail(infer, error,
                         _("%zu wires arrive but only %u have names; name the others"),
                         infer->n_inputs, g_strv_length(names));
  return TRUE;
}

/* What the formula calls the wires. (transfer full); NULL with an error. */
static char **
get_names(const NwInfer *infer, GError **error)
{
  g_autoptr(GStrvBuilder) ports = g_strv_builder_new();

  if (nw_layer_kind_is_variadic(infer->kind)) {
    g_auto(GStrv) names = split_names(nw_params_get_text(infer->params, "names"));
    return check_names(infer, names, error) ? g_steal_pointer(&names) : NULL;
  }
  for (const NwPort *port = infer->kind->inputs; port->name != NULL; port++)
    g_strv_builder_add(ports, port->name);
  return g_strv_builder_end(ports);
}

char *
nw_formula_dup_wire(const NwLayerKind *kind, const NwParams *params, gsize port)
{
  if (kind->formula == NULL || !nw_layer_kind_is_variadic(kind))
    return NULL;
  g_auto(GStrv) names = split_names(nw_params_get_text(params, "names"));
  return port < g_strv_length(names) ? g_strdup(names[port]) : NULL;
}

/* [steps, 1, …]; none without steps. */
static NwShape
mask_shape(const NwShape *shape)
{
  NwShape mask = {.rank = shape->rank > 0 ? shape->rank : -1};

  for (int axis = 0; axis < mask.rank; axis++)
    mask.dim[axis] = axis == 0 ? shape->dim[0] : 1;
  return mask;
}

static NwProgram *
make_program(const NwInfer *infer, GError **error)
{
  g_autofree char *text = infer->kind->formula(infer->params);
  g_auto(GStrv) names = get_names(infer, error);
  g_autofree NwExpression *expression = NULL;
  g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
  NwShape shapes[NW_PROGRAM_MAX_INPUTS];
  gsize n = infer->n_inputs;

  if (names == NULL)
    return NULL;
  expression = nw_expression_parse(text, error);
  if (expression == NULL)
    return NULL;
  for (gsize i = 0; i < n; i++) {
    shapes[i] = infer->inputs[i].shape;
    shapes[n + i] = mask_shape(&shapes[i]);
    g_ptr_array_add(all, g_strdup(names[i]));
  }
  for (gsize i = 0; i < n; i++)
    g_ptr_array_add(all, g_strdup_printf("mask(%s)", names[i]));
  return nw_program_new(expression, (const char *const *)all->pdata, shapes, 2 * n, 1, error);
}

/* Does the formula ask for the mask of input @i? */
static gboolean
reads_mask(const NwProgram *program, gsize n_inputs, gsize i)
{
  return (nw_program_get_reads(program) >> (n_inputs + i) & 1) != 0;
}

/* Numbers per sample of the masks that are asked for. */
static gsize
count_masks(const NwProgram *program, const NwInfer *infer)
{
  gsize n = 0;

  for (gsize i = 0; i < infer->n_inputs; i++)
    if (reads_mask(program, infer->n_inputs, i))
      n += (gsize)infer->inputs[i].shape.dim[0];
  return n;
}

gboolean
nw_formula_infer(NwInfer *infer, GError **error)
{
  g_autoptr(GError) wrong = NULL;
  g_autofree NwProgram *program = NULL;

  if (!nw_infer_want_numbers(infer, error))
    return FALSE;
  if (infer->n_inputs > MAX_WIRES)
    return nw_infer_fail(infer, error, _("%zu wires arrive; %d are possible"), infer->n_inputs,
                         MAX_WIRES);
  program = make_program(infer, &wrong);
  if (program == NULL) {
    g_autofree char *own = g_strdup_printf("%s “%s”: ", _(infer->kind->title), infer->name);
    if (!g_str_has_prefix(wrong->message, own))
      return nw_infer_fail(infer, error, "%s", wrong->message);
    g_propagate_error(error, g_steal_pointer(&wrong));
    return FALSE;
  }
  nw_infer_output(infer, *nw_program_get_shape(program), NW_REAL);
  for (gsize i = 0; i < infer->n_inputs; i++)
    if (infer->masks[i] && (nw_program_get_steps(program) >> i & 1) != 0)
      infer->mask_from[0] = NW_MASK_MADE;
  nw_infer_saved(infer, (gint64)nw_program_get_kept(program), 0);
  nw_infer_saved(infer, (gint64)count_masks(program, infer), 0);
  nw_infer_scratch(infer, (gint64)nw_program_get_kept(program), 0);
  infer->keeps_inputs = TRUE;
  infer->keeps_outputs = nw_program_reads_result(program);
  infer->flops = nw_program_get_flops(program);
  return TRUE;
}

gpointer
nw_formula_prepare(const NwInfer *infer)
{
  NwProgram *program = make_program(infer, NULL);
  g_assert(program != NULL); /* as in infer */
  return program;
}

/* Where the masks lie as numbers: behind one another, those that are asked for. */
static void
find_masks(const NwCall *call, const NwReal **x)
{
  NwReal *at = call->saved[MASKS];

  for (gsize i = 0; i < call->n_inputs; i++) {
    x[call->n_inputs + i] = at;
    if (reads_mask(call->prepared, call->n_inputs, i))
      at += call->n * (gsize)call->inputs[i].type->shape.dim[0];
  }
}

static void
write_masks(const NwCall *call)
{
  NwReal *at = call->saved[MASKS];

  for (gsize i = 0; i < call->n_inputs; i++) {
    const guint8 *mask = call->inputs[i].mask;
    if (!reads_mask(call->prepared, call->n_inputs, i))
      continue;
    gsize n = call->n * (gsize)call->inputs[i].type->shape.dim[0];
    for (gsize step = 0; step < n; step++)
      *at++ = mask == NULL || mask[step] != 0;
  }
}

void
nw_formula_forward(const NwCall *call)
{
  const NwReal *x[NW_PROGRAM_MAX_INPUTS];

  for (gsize i = 0; i < call->n_inputs; i++)
    x[i] = call->inputs[i].real;
  write_masks(call);
  find_masks(call, x);
  nw_program_forward(call->prepared, call->pool, call->n, x, call->saved[KEPT],
                     call->outputs[0].real);
}

void
nw_formula_backward(const NwCall *call)
{
  const NwReal *x[NW_PROGRAM_MAX_INPUTS];
  NwReal *dx[NW_PROGRAM_MAX_INPUTS] = {NULL};
  gboolean accumulate[NW_PROGRAM_MAX_INPUTS] = {FALSE};

  find_masks(call, x);
  for (gsize i = 0; i < call->n_inputs; i++) {
    x[i] = call->inputs[i].real;
    dx[i] = call->inputs[i].gradient;
    accumulate[i] = call->inputs[i].accumulate;
  }
  nw_program_backward(call->prepared, call->pool, call->n, x, call->saved[KEPT],
                      call->outputs[0].real, call->outputs[0].gradient, call->scratch[0], dx,
                      accumulate);
}

void
nw_formula_make_mask(const NwCall *call)
{
  const NwTensor *y = &call->outputs[0];
  guint32 wanted = nw_program_get_steps(call->prepared);
  gsize n = call->n * (gsize)y->type->shape.dim[0];

  memset(y->mask, 1, n);
  for (gsize i = 0; i < call->n_inputs; i++) {
    const guint8 *mask = call->inputs[i].mask;
    for (gsize step = 0; mask != NULL && (wanted >> i & 1) != 0 && step < n; step++)
      y->mask[step] &= mask[step] != 0;
  }
}
