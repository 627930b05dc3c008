/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* From terms to loops:
 *
 *   1. types   what shape each term has; what is made of numbers alone is calculated now
 *   2. loops   each operation joins the first loop over its shape that comes late enough
 *   3. steps   what each loop loads, applies, stores and reduces */
#include "nw-program-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-text.h"

typedef struct {
  const NwPrimitive *op;
  NwShape shape;
  gboolean constant;
  NwReal number;                 /* of a constant */
  guint32 steps;                 /* inputs whose first axis is the first of this one */
  gboolean reduced[NW_MAX_RANK]; /* of a reduction: axes of its argument */
  int loop;                      /* that calculates it; −1: a leaf or a constant */
  int place;                     /* outside the loops, or −1 */
  int reg;                       /* in the loop at hand, or −1 */
} Typed;

typedef struct {
  const NwExpression *expression;
  const char *const *names;
  const NwShape *shapes;
  gsize n_inputs;
  guint32 reads;
  int first_axis;
  Typed terms[NW_EXPRESSION_MAX_TERMS];
  GArray *loops, *steps, *places; /* NwLoop, NwStep, NwPlace */
  GArray *loop_shapes;            /* NwShape */
  GArray *loop_slots;             /* int: registers and sums that a loop may need */
  gsize kept;
} Maker;

/* ── 1. types ────────────────────────────────────────────────────────────────────────────────── */

static gint64
dim_from_end(const NwShape *shape, int from_end)
{
  return from_end < shape->rank ? shape->dim[shape->rank - 1 - from_end] : 1;
}

static gboolean
widen(NwShape *shape, const NwShape *other)
{
  NwShape wide = {.rank = MAX(shape->rank, other->rank)};
  for (int i = 0; i < wide.rank; i++) {
    gint64 a = dim_from_end(shape, i), b = dim_from_end(other, i);
    if (a != b && a != 1 && b != 1)
      return FALSE;
    wide.dim[wide.rank - 1 - i] = MAX(a, b);
  }
  *shape = wide;
  return TRUE;
}

static gboolean
type_leaf(Maker *maker, int index, GError **error)
{
  const NwTerm *term = &maker->expression->terms[index];
  const char *name = maker->expression->names[MAX(term->name, 0)];
  Typed *typed = &maker->terms[index];

  if (term->name < 0) {
    typed->constant = TRUE;
    typed->number = (NwReal)term->number;
    return TRUE;
  }
  for (gsize i = 0; i < maker->n_inputs; i++)
    if (strcmp(maker->names[i], name) == 0 && maker->shapes[i].rank >= 0) {
      typed->shape = maker->shapes[i];
      typed->place = (int)i;
      maker->reads |= 1u << i;
      typed->steps = typed->shape.rank > 0 ? 1u << i : 0;
      return TRUE;
    }
  g_autoptr(GString) known = g_string_new(NULL);
  for (gsize i = 0; i < maker->n_inputs; i++)
    if (strcmp(maker->names[i], name) == 0 && strchr(name, '(') != NULL)
      return nw_expression_fail(error, term->column,
                                _("what “%s” asks for has no steps that a mask could leave out"),
                                name);
  for (gsize i = 0; i < maker->n_inputs; i++)
    if (maker->shapes[i].rank >= 0 && strchr(maker->names[i], '(') == NULL)
      g_string_append_printf(known, "%s%s", known->len > 0 ? ", " : "", maker->names[i]);
  return nw_expression_fail(error, term->column, _("nothing is called “%s” here, only %s"), name,
                            known->str);
}

static gboolean
type_elementwise(Maker *maker, int index, GError **error)
{
  const NwTerm *term = &maker->expression->terms[index];
  Typed *typed = &maker->terms[index];
  const NwReal *numbers[NW_PRIMITIVE_MAX_ARGS];

  typed->shape = maker->terms[term->args[0]].shape;
  typed->constant = TRUE;
  for (int i = 0; i < term->op->n_args; i++) {
    const Typed *arg = &maker->terms[term->args[i]];
    g_autofree char *before = nw_shape_to_text(&typed->shape);
    g_autofree char *own = nw_shape_to_text(&arg->shape);
    if (!widen(&typed->shape, &arg->shape))
      return nw_expression_fail(error, term->column,
                                _("%s and %s cannot be combined: axes must be equal, or 1"), before,
                                own);
    typed->constant &= arg->constant;
    numbers[i] = &arg->number;
  }
  if (nw_shape_elements(&typed->shape) > NW_MAX_ELEMENTS) {
    g_autofree char *text = nw_shape_to_text(&typed->shape);
    return nw_expression_fail(error, term->column, _("a result of %s numbers is too large"), text);
  }
  for (int i = 0; i < term->op->n_args; i++) {
    const Typed *arg = &maker->terms[term->args[i]];
    if (arg->shape.rank == typed->shape.rank && arg->shape.rank > 0 &&
        arg->shape.dim[0] == typed->shape.dim[0])
      typed->steps |= arg->steps;
  }
  if (typed->constant)
    term->op->forward(numbers, &typed->number, 1);
  else if (strcmp(term->op->id, "pow") == 0 && maker->terms[term->args[1]].constant &&
           maker->terms[term->args[1]].number == 2)
    typed->op = nw_primitive_find("square"); /* which takes the first argument alone */
  return TRUE;
}

static gboolean
type_reduction(Maker *maker, int index, GError **error)
{
  const NwTerm *term = &maker->expression->terms[index];
  Typed *typed = &maker->terms[index];
  const Typed *arg = &maker->terms[term->args[0]];
  int rank = arg->shape.rank;

  for (int i = 0; i < term->n_axes; i++) {
    int axis = term->axes[i];
    axis = axis < 0 ? axis + rank : axis - maker->first_axis;
    if (axis < 0 || axis >= rank) {
      if (rank == 0)
        return nw_expression_fail(error, term->column,
                                  _("there is no axis %d: it is a single number"), term->axes[i]);
      return nw_expression_fail(
          error, term->column,
          maker->first_axis > 0
              ? _("there is no axis %d: a sample has the axes %d to %d (0 is the batch, −1 the "
                  "last)")
              : _("there is no axis %d, only %d to %d (−1 is the last)"),
          term->axes[i], maker->first_axis, rank - 1 + maker->first_axis);
    }
    if (typed->reduced[axis])
      return nw_expression_fail(error, term->column, _("axis %d is named twice"), term->axes[i]);
    typed->reduced[axis] = TRUE;
  }
  for (int axis = 0; axis < rank; axis++) {
    typed->reduced[axis] |= term->n_axes == 0;
    if (!typed->reduced[axis] || term->keepdims)
      typed->shape.dim[typed->shape.rank++] = typed->reduced[axis] ? 1 : arg->shape.dim[axis];
  }
  typed->steps = rank > 0 && !typed->reduced[0] ? arg->steps : 0;
  typed->constant = arg->constant; /* which has no axes, so nothing is to be done */
  typed->number = arg->number;
  return TRUE;
}

static gboolean
type_all(Maker *maker, GError **error)
{
  for (int i = 0; i < maker->expression->n_terms; i++) {
    const NwTerm *term = &maker->expression->terms[i];
    Typed *typed = &maker->terms[i];

    *typed = (Typed){.op = term->op, .loop = -1, .place = -1, .reg = -1};
    if (!(term->op == NULL                     ? type_leaf(maker, i, error)
          : term->op->reduce == NW_REDUCE_NONE ? type_elementwise(maker, i, error)
                                               : type_reduction(maker, i, error)))
      return FALSE;
  }
  return TRUE;
}

/* ── 2. loops ────────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_reduction(const Typed *typed)
{
  return typed->op != NULL && typed->op->reduce != NW_REDUCE_NONE;
}

static int
add_loop(Maker *maker, const NwShape *shape)
{
  NwLoop loop = {.elements = (gsize)nw_shape_elements(shape)};
  int slots = 0;
  g_array_append_val(maker->loops, loop);
  g_array_append_val(maker->loop_shapes, *shape);
  g_array_append_val(maker->loop_slots, slots);
  return (int)maker->loops->len - 1;
}

/* The first loop over @shape, not before @earliest, that has room for @slots more. */
static int
find_loop(Maker *maker, const NwShape *shape, int earliest, int slots)
{
  int loop = earliest;
  while (loop < (int)maker->loops->len &&
         (!nw_shape_equal(&g_array_index(maker->loop_shapes, NwShape, loop), shape) ||
          g_array_index(maker->loop_slots, int, loop) + slots > NW_PROGRAM_REGISTERS))
    loop++;
  if (loop == (int)maker->loops->len)
    add_loop(maker, shape);
  g_array_index(maker->loop_slots, int, loop) += slots;
  return loop;
}

static void
assign_loops(Maker *maker)
{
  const NwExpression *expression = maker->expression;
  int last = expression->n_terms - 1;

  for (int i = 0; i <= last; i++) {
    Typed *typed = &maker->terms[i];
    int earliest = 0;
    if (typed->op == NULL || typed->constant)
      continue;
    const NwShape *shape =
        is_reduction(typed) ? &maker->terms[expression->terms[i].args[0]].shape : &typed->shape;
    for (int k = 0; k < typed->op->n_args; k++) {
      const Typed *arg = &maker->terms[expression->terms[i].args[k]];
      if (arg->loop >= 0) /* a sum, or another shape, is there when its loop has ended */
        earliest =
            MAX(earliest, arg->loop + (is_reduction(arg) || !nw_shape_equal(&arg->shape, shape)));
    }
    /* It may have to load each argument, and store its result. */
    typed->loop = find_loop(maker, shape, earliest, typed->op->n_args + 2);
  }
  if (maker->terms[last].loop < 0) /* the formula is a name or a number: a loop that copies it */
    maker->terms[last].loop = add_loop(maker, &maker->terms[last].shape);
}

/* ── 3. steps ────────────────────────────────────────────────────────────────────────────────── */

/* How a loop over @shape walks through a tensor of @elements numbers per sample; @of[axis] is the
 * length of its axis below each axis of the loop, 1 where it is repeated. */
static NwWalk
make_walk(const NwShape *shape, const gint64 *of, gsize elements)
{
  NwWalk walk = {.rank = 0};
  gsize dim[NW_MAX_RANK + 1], stride[NW_MAX_RANK + 1], step = 1;

  for (int axis = shape->rank; axis > 0; axis--) {
    dim[axis] = (gsize)shape->dim[axis - 1];
    stride[axis] = of[axis - 1] == 1 ? 0 : step;
    step *= (gsize)of[axis - 1];
  }
  dim[0] = G_MAXSIZE;
  stride[0] = elements;
  for (int axis = 0; axis <= shape->rank; axis++) {
    if (axis > 0 && dim[axis] == 1)
      continue;
    if (walk.rank > 0 && walk.stride[walk.rank - 1] == dim[axis] * stride[axis]) {
      walk.dim[walk.rank - 1] = walk.rank == 1 ? G_MAXSIZE : walk.dim[walk.rank - 1] * dim[axis];
      walk.stride[walk.rank - 1] = stride[axis];
    } else {
      walk.dim[walk.rank] = dim[axis];
      walk.stride[walk.rank++] = stride[axis];
    }
  }
  return walk;
}

static NwWalk
walk_repeated(const NwShape *shape, const NwShape *tensor)
{
  gint64 of[NW_MAX_RANK];
  for (int axis = 0; axis < shape->rank; axis++)
    of[axis] = dim_from_end(tensor, shape->rank - 1 - axis);
  return make_walk(shape, of, (gsize)nw_shape_elements(tensor));
}

static NwWalk
walk_reduced(const NwShape *shape, const Typed *typed)
{
  gint64 of[NW_MAX_RANK];
  for (int axis = 0; axis < shape->rank; axis++)
    of[axis] = typed->reduced[axis] ? 1 : shape->dim[axis];
  return make_walk(shape, of, (gsize)nw_shape_elements(&typed->shape));
}

static int
add_place(Maker *maker, const NwShape *shape)
{
  NwPlace place = {(gsize)nw_shape_elements(shape), maker->kept};
  maker->kept += place.elements;
  g_array_append_val(maker->places, place);
  return (int)maker->places->len - 1;
}

static void
add_step(Maker *maker, int loop, NwStep step)
{
  g_array_append_val(maker->steps, step);
  g_array_index(maker->loops, NwLoop, loop).n++;
}

/* The register of @term in @loop; loads it where the loop does not calculate it. */
static int
need_register(Maker *maker, int loop, int term, int *n_registers)
{
  Typed *typed = &maker->terms[term];
  NwStep step = {.reg = *n_registers, .place = typed->place, .number = typed->number};

  if (typed->reg >= 0)
    return typed->reg;
  step.kind = typed->constant ? NW_STEP_NUMBER : NW_STEP_LOAD;
  if (!typed->constant)
    step.walk = walk_repeated(&g_array_index(maker->loop_shapes, NwShape, loop), &typed->shape);
  add_step(maker, loop, step);
  typed->reg = (*n_registers)++;
  g_assert(*n_registers <= NW_PROGRAM_REGISTERS);
  return typed->reg;
}

static void
emit_reduction(Maker *maker, int loop, Typed *typed, int reg)
{
  const NwShape *shape = &g_array_index(maker->loop_shapes, NwShape, loop);
  NwReduce reduce = typed->op->reduce;
  NwStep step = {.kind = NW_STEP_REDUCE,
                 .op = typed->op,
                 .reg = reg,
                 .place = typed->place,
                 .ties = -1,
                 .factor = 1,
                 .walk = walk_reduced(shape, typed)};
  if (reduce == NW_REDUCE_MEAN)
    step.factor =
        (NwReal)((double)nw_shape_elements(&typed->shape) / (double)nw_shape_elements(shape));
  if (reduce == NW_REDUCE_MAX || reduce == NW_REDUCE_MIN)
    step.ties = add_place(maker, &typed->shape);
  add_step(maker, loop, step);
}

static void
emit_loop(Maker *maker, int loop)
{
  const NwExpression *expression = maker->expression;
  const NwShape *shape = &g_array_index(maker->loop_shapes, NwShape, loop);
  int n_registers = 0;

  for (int i = 0; i < expression->n_terms; i++)
    maker->terms[i].reg = -1;
  g_array_index(maker->loops, NwLoop, loop).first = (int)maker->steps->len;
  for (int i = 0; i < expression->n_terms; i++) {
    Typed *typed = &maker->terms[i];
    NwStep step = {.kind = NW_STEP_APPLY, .op = typed->op};
    if (typed->loop != loop)
      continue;
    if (typed->op == NULL || typed->constant) { /* the formula is a name or a number */
      step.reg = need_register(maker, loop, i, &n_registers);
    } else {
      for (int k = 0; k < typed->op->n_args; k++)
        step.args[k] = need_register(maker, loop, expression->terms[i].args[k], &n_registers);
      if (is_reduction(typed)) {
        emit_reduction(maker, loop, typed, step.args[0]);
        continue;
      }
      step.reg = typed->reg = n_registers++;
      add_step(maker, loop, step);
    }
    int stored = i == expression->n_terms - 1 ? (int)maker->n_inputs : typed->place;
    if (stored >= (int)maker->n_inputs)
      add_step(maker, loop,
               (NwStep){.kind = NW_STEP_STORE,
                        .reg = step.reg,
                        .place = stored,
                        .walk = walk_repeated(shape, &typed->shape)});
  }
}

/* Reductions, and what another loop reads, need a place outside. */
static void
assign_places(Maker *maker)
{
  const NwExpression *expression = maker->expression;
  int last = expression->n_terms - 1;

  for (gsize i = 0; i < maker->n_inputs; i++) {
    NwPlace place = {(gsize)nw_shape_elements(&maker->shapes[i]), 0};
    g_array_append_val(maker->places, place);
  }
  NwPlace result = {(gsize)nw_shape_elements(&maker->terms[last].shape), 0};
  g_array_append_val(maker->places, result);
  for (int i = 0; i <= last; i++) {
    Typed *typed = &maker->terms[i];
    if (typed->loop < 0 || typed->op == NULL)
      continue;
    for (int k = 0; k < typed->op->n_args; k++) {
      Typed *arg = &maker->terms[expression->terms[i].args[k]];
      if (arg->place < 0 && arg->loop >= 0 && (arg->loop != typed->loop || is_reduction(arg)))
        arg->place = add_place(maker, &arg->shape);
    }
  }
  if (is_reduction(&maker->terms[last]) && !maker->terms[last].constant)
    maker->terms[last].place = (int)maker->n_inputs;
}

/* ── the whole ───────────────────────────────────────────────────────────────────────────────── */

static void
mark_alone(NwProgram *program)
{
  int n_loads[NW_PROGRAM_MAX_INPUTS] = {0};

  for (int s = 0; s < program->n_steps; s++)
    if (program->list[s].kind == NW_STEP_LOAD && program->list[s].place < (int)program->n_inputs)
      n_loads[program->list[s].place]++;
  for (int s = 0; s < program->n_steps; s++) {
    NwStep *step = &program->list[s];
    step->alone = step->kind == NW_STEP_LOAD && step->place < (int)program->n_inputs &&
                  n_loads[step->place] == 1 && nw_walk_is_plain(&step->walk);
    if (step->alone)
      program->alone |= 1u << step->place;
  }
}

static NwProgram *
assemble(Maker *maker)
{
  gsize places = maker->places->len * sizeof(NwPlace), loops = maker->loops->len * sizeof(NwLoop);
  gsize steps = maker->steps->len * sizeof(NwStep);
  NwProgram *program = g_malloc0(sizeof *program + places + loops + steps);
  const Typed *result = &maker->terms[maker->expression->n_terms - 1];

  program->shape = result->shape;
  program->steps = result->steps;
  program->reads = maker->reads;
  program->n_inputs = maker->n_inputs;
  program->kept = maker->kept;
  program->n_places = (int)maker->places->len;
  program->n_loops = (int)maker->loops->len;
  program->n_steps = (int)maker->steps->len;
  program->list = (NwStep *)(program + 1);
  program->loops = (NwLoop *)(program->list + program->n_steps);
  program->places = (NwPlace *)(program->loops + program->n_loops);
  memcpy(program->list, maker->steps->data, steps);
  memcpy(program->loops, maker->loops->data, loops);
  memcpy(program->places, maker->places->data, places);
  mark_alone(program);
  for (int k = 0; k < program->n_loops; k++) {
    const NwLoop *loop = &program->loops[k];
    program->work += loop->elements * (gsize)loop->n;
    for (int s = loop->first; s < loop->first + loop->n; s++)
      if (program->list[s].kind == NW_STEP_APPLY || program->list[s].kind == NW_STEP_REDUCE)
        program->flops += (gint64)loop->elements;
  }
  return program;
}

NwProgram *
nw_program_new(const NwExpression *expression, const char *const *names, const NwShape *shapes,
               gsize n_inputs, int first_axis, GError **error)
{
  g_autofree Maker *maker = g_new0(Maker, 1);
  NwProgram *program;

  g_return_val_if_fail(n_inputs <= NW_PROGRAM_MAX_INPUTS, NULL);
  maker->expression = expression;
  maker->names = names;
  maker->shapes = shapes;
  maker->n_inputs = n_inputs;
  maker->first_axis = first_axis;
  if (!type_all(maker, error))
    return NULL;
  maker->loops = g_array_new(FALSE, FALSE, sizeof(NwLoop));
  maker->steps = g_array_new(FALSE, FALSE, sizeof(NwStep));
  maker->places = g_array_new(FALSE, FALSE, sizeof(NwPlace));
  maker->loop_shapes = g_array_new(FALSE, FALSE, sizeof(NwShape));
  maker->loop_slots = g_array_new(FALSE, FALSE, sizeof(int));
  assign_loops(maker);
  assign_places(maker);
  for (int loop = 0; loop < (int)maker->loops->len; loop++)
    emit_loop(maker, loop);
  program = assemble(maker);
  g_array_unref(maker->loops);
  g_array_unref(maker->steps);
  g_array_unref(maker->places);
  g_array_unref(maker->loop_shapes);
  g_array_unref(maker->loop_slots);
  return program;
}

const NwShape *
nw_program_get_shape(const NwProgram *program)
{
  return &program->shape;
}

guint32
nw_program_get_reads(const NwProgram *program)
{
  return program->reads;
}

guint32
nw_program_get_steps(const NwProgram *program)
{
  return program->steps;
}

gsize
nw_program_get_kept(const NwProgram *program)
{
  return program->kept;
}

gboolean
nw_program_reads_result(const NwProgram *program)
{
  for (int s = 0; s < program->n_steps; s++)
    if (program->list[s].kind == NW_STEP_REDUCE && program->list[s].ties >= 0 &&
        program->list[s].place == (int)program->n_inputs)
      return TRUE;
  return FALSE;
}

gint64
nw_program_get_flops(const NwProgram *program)
{
  return program->flops;
}
