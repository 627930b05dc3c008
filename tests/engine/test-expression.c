/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Formulas: reading and writing, what they calculate, and their gradients. */
#include "nw-expression.h"
#include "nw-program.h"
#include "nw-rng.h"

#include <string.h>

#include "golden.h"
#include "random-numbers.h"

/* ── reading and writing ─────────────────────────────────────────────────────────────────────── */

static NwExpression *
parse(const char *text)
{
  g_autoptr(GError) error = NULL;
  NwExpression *expression = nw_expression_parse(text, &error);
  if (expression == NULL)
    g_error("“%s”: %s", text, error->message);
  return expression;
}

static void
assert_same(const NwExpression *a, const NwExpression *b)
{
  g_assert_cmpint(a->n_terms, ==, b->n_terms);
  g_assert_cmpint(a->n_names, ==, b->n_names);
  g_assert_cmpmem(a->names, sizeof a->names, b->names, sizeof b->names);
  for (int i = 0; i < a->n_terms; i++) {
    const NwTerm *one = &a->terms[i], *two = &b->terms[i];
    g_assert_true(one->op == two->op);
    g_assert_cmpmem(one->args, sizeof one->args, two->args, sizeof two->args);
    g_assert_cmpint(one->name, ==, two->name);
    g_assert_cmpfloat(one->number, ==, two->number);
    g_assert_cmpint(one->n_axes, ==, two->n_axes);
    g_assert_cmpmem(one->axes, sizeof one->axes, two->axes, sizeof two->axes);
    g_assert_cmpint(one->keepdims, ==, two->keepdims);
  }
}

static void
assert_written(const char *text, const char *expected)
{
  g_autofree NwExpression *expression = parse(text);
  g_autofree char *written = nw_expression_to_text(expression);
  g_autofree NwExpression *again = parse(written);
  g_assert_cmpstr(written, ==, expected);
  assert_same(expression, again);
}

static void
test_precedence(void)
{
  assert_written("a-b-c", "a - b - c");
  assert_written("a-(b-c)", "a - (b - c)");
  assert_written("(a*b)/c", "a*b/c");
  assert_written("a*(b/c)", "a*(b/c)");
  assert_written("a*b+c", "a*b + c");
  assert_written("a*(b+c)", "a*(b + c)");
  assert_written("-a^2", "-a^2");
  assert_written("(-a)^2", "(-a)^2");
  assert_written("a^-b", "a^-b");
  assert_written("a^b^c", "a^b^c");
  assert_written("(a^b)^c", "(a^b)^c");
  assert_written("a ** 2", "a^2");
  assert_written("mask( a )*mask + mask(a)", "mask(a)*mask + mask(a)");
  assert_written("--a", "--a");
  assert_written("a*-b", "a*-b");
  assert_written("-(a*b)", "-(a*b)");
  assert_written("-a*b", "-a*b");
  assert_written("a < b + c", "a < b + c");
  assert_written("(a<=b)*(b!=c)", "(a <= b)*(b != c)");
  assert_written("a<(b<c)", "a < (b < c)");
  assert_written(" sum( x , axis = ( 1 , -1 ), keepdims = True )",
                 "sum(x, axis=(1, -1), keepdims=true)");
  assert_written("max(x,axis=2,keepdims=false)", "max(x, axis=2)");
  assert_written(".5e1 + 1e-7 + 1.E+2", "5 + 1e-07 + 100");
  assert_written("mean(square(y - x)) + 0.1*sum(abs(h))", "mean(square(y - x)) + 0.1*sum(abs(h))");
  assert_written("where(x > 0, clip(x, 0, 1), _under1)", "where(x > 0, clip(x, 0, 1), _under1)");
}

/* What is written twice is one term. */
static void
test_common_parts(void)
{
  g_autofree NwExpression *expression = parse("exp(x - 1)*exp(x-1) + exp((x) - 1.0)");
  g_assert_cmpint(expression->n_terms, ==, 6); /* x, 1, x − 1, exp, their product, the sum */
  g_assert_cmpint(expression->terms[3].column, ==, 1);
}

static const struct {
  const char *text, *sentence;
} faults[] = {
    {"", "column 1: expected a number, a name or “(”, but the formula ends"},
    {"  ", "column 3: expected a number, a name or “(”, but the formula ends"},
    {"x +", "column 4: expected a number, a name or “(”, but the formula ends"},
    {"x + * y", "column 5: expected a number, a name or “(”, not “*”"},
    {"(x + y", "column 7: expected an operator or “)”, but the formula ends"},
    {"x y", "column 3: expected an operator or the end, not “y”"},
    {"x = y", "column 3: expected an operator or the end, not “=”"},
    {"x)", "column 2: expected an operator or the end, not “)”"},
    {"x · y", "column 3: expected an operator or the end, not “·”"},
    {"é + x", "column 1: expected a number, a name or “(”, not “é”"},
    {"x*(1 + sqare(y))", "column 8: there is no function “sqare”; did you mean “square”?"},
    {"frobnicate(x)", "column 1: there is no function “frobnicate”"},
    {"add(x, y)", "column 1: there is no function “add”"},
    {"maximum(x)", "column 10: “maximum” takes 2 arguments, not 1"},
    {"exp(x, y)", "column 8: there are too many arguments for “exp”, which takes 1"},
    {"where(x, y)", "column 11: “where” takes 3 arguments, not 2"},
    {"max(x, y)",
     "column 8: “max” takes one tensor; of two numbers, “maximum(a, b)” takes the one"},
    {"sum(x, y)", "column 8: expected axis=… or keepdims=…, not “y”"},
    {"sum(x, axis)", "column 8: expected axis=… or keepdims=…, not “a”"},
    {"sum(x, axis=y)", "column 13: expected the number of an axis, not “y”"},
    {"sum(x, axis=(1,)", "column 16: expected the number of an axis, not “)”"},
    {"sum(x, axis=(1,2,3,4,5,6,7))", "column 26: too many axes"},
    {"sum(x, keepdims=1)", "column 17: expected true or false, not “1”"},
    {"sum()", "column 5: expected a number, a name or “(”, not “)”"},
    {"1 + mask(3)", "column 10: expected the name of a wire, not “3”"},
    {"mask(x + y)", "column 8: expected “)”, not “+”"},
    {"mask(a_name_that_is_longer_than_names_are)", "column 6: a name has at most 31 characters"},
    {"1e999", "column 1: “1e999” is no number"},
    {"1.2.3", "column 1: “1.2.3” is no number"},
    {"x + 0x10", "column 6: expected an operator or the end, not “x”"},
    {"a_name_that_is_longer_than_names_are", "column 1: a name has at most 31 characters"},
    {"\xff", "column 1: what stands here is no text"},
};

static void
test_faults(void)
{
  for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree NwExpression *expression = nw_expression_parse(faults[i].text, &error);
    g_assert_null(expression);
    g_assert_cmpstr(error->message, ==, faults[i].sentence);
  }
}

static void
assert_refused(const char *text, const char *part)
{
  g_autoptr(GError) error = NULL;
  g_autofree NwExpression *expression = nw_expression_parse(text, &error);
  g_assert_null(expression);
  g_assert_nonnull(strstr(error->message, part));
}

static char *
repeat(const char *what, gsize n, const char *end)
{
  GString *text = g_string_new(NULL);
  for (gsize i = 0; i < n; i++)
    g_string_append(text, what);
  g_string_append(text, end);
  return g_string_free(text, FALSE);
}

static void
test_hostile(void)
{
  g_autofree char *brackets = repeat("(", 2000, "x"), *signs = repeat("-", 2000, "x");
  g_autofree char *powers = repeat("x^", 2000, "x"), *calls = repeat("exp(", 900, "x");
  g_autofree char *long_text = repeat("x+", 4000, "x");
  GString *many = g_string_new("0"), *names = g_string_new("0");

  assert_refused(brackets, "more than 64 brackets");
  assert_refused(signs, "more than 64 brackets");
  assert_refused(powers, "more than 64 brackets");
  assert_refused(calls, "more than 64 brackets");
  assert_refused(long_text, "more than 4096 characters");
  for (int i = 1; i < 300; i++)
    g_string_append_printf(many, "+%d", i);
  assert_refused(many->str, "more than 256 operations");
  for (int i = 0; i < 20; i++)
    g_string_append_printf(names, "+n%d", i);
  assert_refused(names->str, "more than 16 names");
  g_string_free(many, TRUE);
  g_string_free(names, TRUE);
}

/* ── running ─────────────────────────────────────────────────────────────────────────────────── */

#define MAX_INPUTS 3

static const char *const input_names[] = {"x", "y", "z"};

typedef struct {
  NwProgram *program;
  gsize n; /* samples */
  NwShape shapes[MAX_INPUTS];
  NwReal *x[MAX_INPUTS], *dx[MAX_INPUTS];
  NwReal *kept, *scratch, *y, *dy;
} Run;

static gsize
n_input(const Run *run, int i)
{
  return run->n * (gsize)nw_shape_elements(&run->shapes[i]);
}

static gsize
n_result(const Run *run)
{
  return run->n * (gsize)nw_shape_elements(nw_program_get_shape(run->program));
}

static gboolean
run_init(Run *run, const char *text, const NwShape shapes[MAX_INPUTS], gsize n, GError **error)
{
  g_autofree NwExpression *expression = parse(text);

  *run = (Run){.n = n};
  memcpy(run->shapes, shapes, sizeof run->shapes);
  run->program = nw_program_new(expression, input_names, shapes, MAX_INPUTS, 1, error);
  if (run->program == NULL)
    return FALSE;
  for (int i = 0; i < MAX_INPUTS; i++)
    if (shapes[i].rank >= 0) {
      run->x[i] = random_numbers(n_input(run, i), (guint64)i);
      run->dx[i] = g_new(NwReal, n_input(run, i));
    }
  run->kept = g_new(NwReal, n * nw_program_get_kept(run->program) + 1);
  run->scratch = g_new(NwReal, n * nw_program_get_kept(run->program) + 1);
  run->y = g_new(NwReal, n_result(run));
  run->dy = random_numbers(n_result(run), 9);
  return TRUE;
}

static void
run_clear(Run *run)
{
  for (int i = 0; i < MAX_INPUTS; i++) {
    g_free(run->x[i]);
    g_free(run->dx[i]);
  }
  g_free(run->kept);
  g_free(run->scratch);
  g_free(run->y);
  g_free(run->dy);
  g_free(run->program);
}

static void
forward(Run *run, NwPool *pool)
{
  nw_program_forward(run->program, pool, run->n, (const NwReal *const *)run->x, run->kept, run->y);
}

static void
backward(Run *run, NwPool *pool)
{
  static const gboolean accumulate[MAX_INPUTS] = {FALSE};
  nw_program_backward(run->program, pool, run->n, (const NwReal *const *)run->x, run->kept, run->y,
                      run->dy, run->scratch, run->dx, accumulate);
}

/* ── shapes ──────────────────────────────────────────────────────────────────────────────────── */

static void
assert_shape(const char *text, const char *expected)
{
  const NwShape shapes[] = {NW_SHAPE(4, 5), NW_SHAPE(5), {0}};
  g_autofree char *got = NULL;
  Run run;
  g_autoptr(GError) error = NULL;
  g_assert_true(run_init(&run, text, shapes, 1, &error));
  got = nw_shape_to_text(nw_program_get_shape(run.program));
  g_assert_cmpstr(got, ==, expected);
  run_clear(&run);
}

static void
assert_no_shape(const char *text, const char *sentence)
{
  const NwShape shapes[] = {NW_SHAPE(4, 5), NW_SHAPE(3), {.rank = -1}};
  Run run;
  g_autoptr(GError) error = NULL;
  g_assert_false(run_init(&run, text, shapes, 1, &error));
  g_assert_cmpstr(error->message, ==, sentence);
}

static void
test_shapes(void)
{
  assert_shape("x*y", "4 × 5");
  assert_shape("x*z", "4 × 5");
  assert_shape("sum(x)", "1");
  assert_shape("sum(x, axis=1)", "5");
  assert_shape("sum(x, axis=-1)", "4");
  assert_shape("sum(x, axis=(1,2), keepdims=true)", "1 × 1");
  assert_shape("max(x, axis=-1, keepdims=true) - x", "4 × 5");
  assert_shape("3 + 4", "1");
  assert_no_shape("1 + x*y", "column 6: 4 × 5 and 3 cannot be combined: axes must be equal, or 1");
  assert_no_shape("x + z", "column 5: nothing is called “z” here, only x, y");
  assert_no_shape("sum(x, axis=3)",
                  "column 1: there is no axis 3: a sample has the axes 1 to 2 (0 is the batch, −1 "
                  "the last)");
  assert_no_shape("y + sum(x, axis=0)",
                  "column 5: there is no axis 0: a sample has the axes 1 to 2 (0 is the batch, −1 "
                  "the last)");
  assert_no_shape("sum(sum(x), axis=1)", "column 1: there is no axis 1: it is a single number");
  assert_no_shape("sum(x, axis=(2,-1))", "column 1: axis -1 is named twice");
}

/* ── TensorFlow's numbers ────────────────────────────────────────────────────────────────────── */

static void
check_golden(const Golden *golden, const char *formula)
{
  NwShape shapes[MAX_INPUTS];
  gsize n = golden_get(golden, "%s/value", formula)->dim[0];
  g_autoptr(GError) error = NULL;
  const GoldenTensor *dy = golden_get(golden, "%s/dvalue", formula);
  Run run;

  for (int i = 0; i < MAX_INPUTS; i++) {
    shapes[i] = (NwShape){.rank = -1};
    if (!golden_has(golden, "%s/%s", formula, input_names[i]))
      continue;
    const GoldenTensor *x = golden_get(golden, "%s/%s", formula, input_names[i]);
    shapes[i].rank = x->rank - 1;
    for (int axis = 1; axis < x->rank; axis++)
      shapes[i].dim[axis - 1] = (gint64)x->dim[axis];
  }
  g_assert_true(run_init(&run, formula, shapes, n, &error));
  g_assert_cmpuint(n_result(&run), ==, dy->n);
  for (gsize k = 0; k < dy->n; k++)
    run.dy[k] = (NwReal)dy->values[k];
  for (int i = 0; i < MAX_INPUTS; i++)
    for (gsize k = 0; run.x[i] != NULL && k < n_input(&run, i); k++)
      run.x[i][k] = (NwReal)golden_get(golden, "%s/%s", formula, input_names[i])->values[k];
  forward(&run, NULL);
  backward(&run, NULL);
  golden_assert_close(run.y, golden_get(golden, "%s/value", formula), GOLDEN_TOLERANCE);
  for (int i = 0; i < MAX_INPUTS; i++)
    if (run.x[i] != NULL)
      golden_assert_close(run.dx[i], golden_get(golden, "%s/d%s", formula, input_names[i]),
                          GOLDEN_TOLERANCE);
  run_clear(&run);
}

static void
test_golden(void)
{
  g_autoptr(Golden) golden = golden_open("expressions");
  guint n = 0;
  for (gsize i = 0; i < golden_get_n(golden); i++) {
    g_autofree char *formula = g_strdup(golden_get_nth(golden, i)->name);
    if (!g_str_has_suffix(formula, "/value"))
      continue;
    formula[strlen(formula) - strlen("/value")] = '\0';
    check_golden(golden, formula);
    n++;
  }
  g_assert_cmpuint(n, >, 100);
}

/* ── random formulas ─────────────────────────────────────────────────────────────────────────── */

typedef struct {
  NwRng rng;
  guint64 k;
} Dice;

static gsize
roll(Dice *dice, gsize sides)
{
  return (gsize)nw_rng_below(&dice->rng, dice->k++, sides);
}

/* One of the operations that @wanted accepts. */
static const NwPrimitive *
pick(Dice *dice, gboolean sign, int n_args)
{
  for (;;) {
    const NwPrimitive *op = nw_primitives();
    for (gsize skip = roll(dice, 40); skip > 0 && op[1].id != NULL; skip--)
      op++;
    if ((op->sign != NULL) == sign && op->n_args == n_args)
      return op;
  }
}

static void
write_random(Dice *dice, int depth, GString *to)
{
  static const char *const leaves[] = {"x", "y", "z", "x", "y", "0.5", "2", "1e-3"};
  const NwPrimitive *op;
  gsize what = depth == 0 ? 9 : roll(dice, 10);

  if (what == 9) {
    g_string_append(to, leaves[roll(dice, G_N_ELEMENTS(leaves))]);
  } else if (what < 4) { /* an operator */
    op = pick(dice, TRUE, 2);
    g_string_append(to, roll(dice, 4) == 0 ? "-(" : "(");
    write_random(dice, depth - 1, to);
    g_string_append(to, op->sign);
    write_random(dice, depth - 1, to);
    g_string_append_c(to, ')');
  } else { /* a function */
    op = pick(dice, FALSE, what < 7 ? 1 : what == 7 ? 2 : 3);
    g_string_append_printf(to, "%s(", op->id);
    for (int i = 0; i < op->n_args; i++) {
      g_string_append(to, i > 0 ? "," : "");
      write_random(dice, depth - 1, to);
    }
    if (op->reduce != NW_REDUCE_NONE && roll(dice, 3) == 0)
      g_string_append(to, roll(dice, 2) == 0 ? ",axis=-1,keepdims=true" : ",axis=(1,2)");
    g_string_append_c(to, ')');
  }
}

static char *
random_formula(guint seed)
{
  Dice dice = {nw_rng(seed, NW_RNG_TEST, 77, 0, 0), 0};
  GString *text = g_string_new(NULL);
  write_random(&dice, 5, text);
  return g_string_free(text, FALSE);
}

static void
test_random_text(void)
{
  for (guint seed = 0; seed < 2000; seed++) {
    g_autofree char *text = random_formula(seed);
    g_autofree NwExpression *expression = nw_expression_parse(text, NULL);
    if (expression == NULL) /* too many operations */
      continue;
    g_autofree char *written = nw_expression_to_text(expression);
    g_autofree NwExpression *again = parse(written);
    g_autofree char *twice = nw_expression_to_text(again);
    assert_same(expression, again);
    g_assert_cmpstr(written, ==, twice);
  }
}

#ifdef NW_REAL_DOUBLE
/* Σ dy·y */
static double
loss_of(Run *run)
{
  double loss = 0;
  forward(run, NULL);
  for (gsize k = 0; k < n_result(run); k++)
    loss += run->dy[k] * run->y[k];
  return loss;
}

static double
stencil(Run *run, double *x, double h)
{
  static const double shifts[] = {-2, -1, 1, 2}, factors[] = {1, -8, 8, -1};
  double before = *x, sum = 0;
  for (gsize i = 0; i < G_N_ELEMENTS(shifts); i++) {
    *x = before + shifts[i] * h;
    sum += factors[i] * loss_of(run);
  }
  *x = before;
  return sum / (12 * h);
}

/* FALSE when the formula is not finite, or too steep to be compared. */
static gboolean
check_gradient(Run *run, const char *text)
{
  double total = loss_of(run), largest = 1;

  backward(run, NULL);
  for (int i = 0; i < MAX_INPUTS; i++)
    for (gsize k = 0; k < n_input(run, i); k++) {
      if (!(fabs(run->dx[i][k]) < 1e3))
        return FALSE;
      largest = MAX(largest, fabs(run->dx[i][k]));
    }
  if (!(fabs(total) < 1e3))
    return FALSE;
  for (int i = 0; i < MAX_INPUTS; i++)
    for (gsize k = 0; k < n_input(run, i); k++) {
      double away = INFINITY, gradient = run->dx[i][k];
      for (double h = 1e-3; h > 1e-8 && away > 1e-7 * largest; h /= 4) /* off corners, off noise */
        away = MIN(away, fabs(stencil(run, &run->x[i][k], h) - gradient));
      if (!(away < 1e-6 * largest))
        g_error("d/d%s[%zu] = %g is off by %g in %s", input_names[i], k, gradient, away, text);
    }
  return TRUE;
}

static void
test_random_gradients(void)
{
  const NwShape shapes[] = {NW_SHAPE(2, 3), NW_SHAPE(3), {0}};
  guint checked = 0;

  for (guint seed = 0; seed < 3000 && checked < 500; seed++) {
    g_autofree char *text = random_formula(seed);
    g_autofree NwExpression *expression = nw_expression_parse(text, NULL);
    Run run;
    /* Its gradient is not that of what it calculates. */
    if (expression == NULL || strstr(text, "stop_gradient") != NULL ||
        !run_init(&run, text, shapes, 2, NULL))
      continue;
    checked += check_gradient(&run, text);
    run_clear(&run);
  }
  g_assert_cmpuint(checked, ==, 500);
}
#endif

/* ── loops ───────────────────────────────────────────────────────────────────────────────────── */

/* Long tensors, of which a task has one, and short ones, of which it has many. */
static void
check_threads(const char *text, NwShape x, NwShape y, gsize n)
{
  const NwShape shapes[] = {x, y, {0}};
  g_autoptr(NwPool) pool = nw_pool_new(3);
  g_autoptr(GError) error = NULL;
  Run one, three;

  g_assert_true(run_init(&one, text, shapes, n, &error));
  g_assert_true(run_init(&three, text, shapes, n, &error));
  forward(&one, NULL);
  backward(&one, NULL);
  forward(&three, pool);
  backward(&three, pool);
  g_assert_cmpmem(one.y, n_result(&one) * sizeof(NwReal), three.y, n_result(&one) * sizeof(NwReal));
  for (int i = 0; i < MAX_INPUTS; i++)
    g_assert_cmpmem(one.dx[i], n_input(&one, i) * sizeof(NwReal), three.dx[i],
                    n_input(&one, i) * sizeof(NwReal));
  run_clear(&one);
  run_clear(&three);
}

static void
test_threads(void)
{
  check_threads("mean(square(x-y)*z)+sum(abs(y))", NW_SHAPE(50, 700), NW_SHAPE(700), 5);
  check_threads("max(x*z,axis=1)/(1+exp(y))", NW_SHAPE(3, 2), NW_SHAPE(2), 9000);
  check_threads("x*z+y", NW_SHAPE(1), NW_SHAPE(1), 70001);
}

/* Whatever is long is added in double: the sum of a million equal numbers is exact enough. */
static void
test_long_sums(void)
{
  const NwShape shapes[] = {NW_SHAPE(1000, 1000), {.rank = -1}, {0}};
  Run run;

  g_assert_true(run_init(&run, "mean(x*x*0+0.1)*z", shapes, 1, NULL));
  run.x[2][0] = 1;
  run.dy[0] = 1;
  forward(&run, NULL);
  backward(&run, NULL);
  g_assert_cmpfloat_with_epsilon((double)run.y[0], 0.1, 1e-8 + 0.1 * NW_REAL_EPSILON);
  g_assert_cmpfloat_with_epsilon((double)run.dx[2][0], 0.1, 1e-8 + 0.1 * NW_REAL_EPSILON);
  run_clear(&run);
}

/* A formula with more parts than a loop has registers, and one with many loops. */
static void
test_large_formulas(void)
{
  const NwShape shapes[] = {NW_SHAPE(3), {.rank = -1}, {.rank = -1}};
  GString *wide = g_string_new("0"), *deep = g_string_new("x");
  Run run;

  for (int i = 1; i <= 60; i++)
    g_string_append_printf(wide, "+x*%d", i);
  g_assert_true(run_init(&run, wide->str, shapes, 2, NULL));
  forward(&run, NULL);
  backward(&run, NULL);
  for (gsize i = 0; i < 6; i++) {
    g_assert_cmpfloat_with_epsilon((double)run.y[i], 1830 * (double)run.x[0][i], 1e-2);
    g_assert_cmpfloat_with_epsilon((double)run.dx[0][i], 1830 * (double)run.dy[i], 1e-2);
  }
  run_clear(&run);

  for (int i = 0; i < 30; i++) {
    g_string_prepend(deep, "x+0*sum(");
    g_string_append_c(deep, ')');
  }
  g_assert_true(run_init(&run, deep->str, shapes, 2, NULL));
  forward(&run, NULL);
  for (gsize i = 0; i < 6; i++)
    g_assert_cmpfloat(run.y[i], ==, run.x[0][i]);
  run_clear(&run);
  g_string_free(wide, TRUE);
  g_string_free(deep, TRUE);
}

/* where() keeps what it does not choose out of the gradient, also where that is no number. */
static void
test_guards(void)
{
  const NwShape shapes[] = {NW_SHAPE(2), {.rank = -1}, {.rank = -1}};
  Run run;

  g_assert_true(run_init(&run, "where(x > 0, log(x), 0)", shapes, 1, NULL));
  run.x[0][0] = 0;
  run.x[0][1] = 2;
  run.dy[0] = run.dy[1] = 1;
  forward(&run, NULL);
  backward(&run, NULL);
  g_assert_cmpfloat(run.y[0], ==, 0);
  g_assert_cmpfloat(run.dx[0][0], ==, 0);
  g_assert_cmpfloat(run.dx[0][1], ==, 0.5);
  run_clear(&run);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/expression/brackets-only-where-needed", test_precedence);
  g_test_add_func("/expression/what-is-written-twice-is-one", test_common_parts);
  g_test_add_func("/expression/faults-name-the-column", test_faults);
  g_test_add_func("/expression/hostile-text-is-refused", test_hostile);
  g_test_add_func("/expression/random-text-survives-writing-and-reading", test_random_text);
  g_test_add_func("/expression/shapes-meet-as-in-numpy", test_shapes);
  g_test_add_func("/expression/values-and-gradients-agree-with-tensorflow", test_golden);
#ifdef NW_REAL_DOUBLE
  g_test_add_func("/expression/random-gradients-agree-with-differences", test_random_gradients);
#endif
  g_test_add_func("/expression/threads-do-not-change-a-bit", test_threads);
  g_test_add_func("/expression/long-sums-are-exact", test_long_sums);
  g_test_add_func("/expression/large-formulas-run", test_large_formulas);
  g_test_add_func("/expression/where-guards-the-gradient", test_guards);
  return g_test_run();
}
