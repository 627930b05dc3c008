/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every primitive of formulas, in every CPU variant, against its definition. */
#include <string.h>

#include "golden.h"
#include "nw-program.h"
#include "random-numbers.h"

/* The definitions, in libm's double. */
static double
sign_of(double x)
{
  return (x > 0) - (x < 0);
}

#define DEFINE(NAME, VALUE, SLOPE_A, SLOPE_B, SLOPE_C)                                             \
  static void define_##NAME(double a, double b, double c, double out[4])                           \
  {                                                                                                \
    double y = VALUE;                                                                              \
    double all[4] = {y, SLOPE_A, SLOPE_B, SLOPE_C};                                                \
    memcpy(out, all, sizeof all);                                                                  \
  }
#define DEFINE1(NAME, VALUE, SLOPE)            DEFINE(NAME, VALUE, SLOPE, 0, 0)
#define DEFINE2(NAME, VALUE, SLOPE_A, SLOPE_B) DEFINE(NAME, VALUE, SLOPE_A, SLOPE_B, 0)

/* clang-format off */
DEFINE1(square, a * a, 2 * a)
DEFINE1(abs, fabs(a), sign_of(a))
DEFINE1(neg, -a, -1)
DEFINE1(sqrt, sqrt(a), 0.5 / y)
DEFINE1(exp, exp(a), y)
DEFINE1(log, log(a), 1 / a)
DEFINE1(sin, sin(a), cos(a))
DEFINE1(cos, cos(a), -sin(a))
DEFINE1(tanh, tanh(a), 1 - y * y)
DEFINE1(sigmoid, 1 / (1 + exp(-a)), y * (1 - y))
DEFINE1(relu, fmax(a, 0), a > 0)
DEFINE1(softplus, log1p(exp(a)), 1 / (1 + exp(-a)))
DEFINE1(sign, sign_of(a), 0)
DEFINE1(stop_gradient, a, 0)
DEFINE2(add, a + b, 1, 1)
DEFINE2(sub, a - b, 1, -1)
DEFINE2(mul, a * b, b, a)
DEFINE2(div, a / b, 1 / b, -a / (b * b))
DEFINE2(pow, pow(a, b), b * pow(a, b - 1), a > 0 ? y * log(a) : 0)
DEFINE2(minimum, fmin(a, b), a <= b, a > b)
DEFINE2(maximum, fmax(a, b), a >= b, a < b)
DEFINE2(less_equal, a <= b, 0, 0)
DEFINE2(less, a < b, 0, 0)
DEFINE2(greater_equal, a >= b, 0, 0)
DEFINE2(greater, a > b, 0, 0)
DEFINE2(equal, a == b, 0, 0)
DEFINE2(not_equal, a != b, 0, 0)
DEFINE(where, a != 0 ? b : c, 0, a != 0, a == 0)
DEFINE(clip, fmax(fmin(a, c), b), a >= b && a <= c, fmin(a, c) < b, a > c && c >= b)
/* clang-format on */

#define ROW(NAME)                                                                                  \
  {                                                                                                \
#NAME, define_##NAME                                                                           \
  }
static const struct {
  const char *id;
  void (*define)(double a, double b, double c, double out[4]);
} definitions[] = {
    ROW(square),  ROW(abs),        ROW(neg),   ROW(sqrt),          ROW(exp),
    ROW(log),     ROW(sin),        ROW(cos),   ROW(tanh),          ROW(sigmoid),
    ROW(relu),    ROW(softplus),   ROW(sign),  ROW(stop_gradient), ROW(add),
    ROW(sub),     ROW(mul),        ROW(div),   ROW(pow),           ROW(minimum),
    ROW(maximum), ROW(less_equal), ROW(less),  ROW(greater_equal), ROW(greater),
    ROW(equal),   ROW(not_equal),  ROW(where), ROW(clip),
};

/* max|got − y| against max|y|, as every float kernel is compared. */
static void
assert_near(const char *id, const char *what, const NwReal *got, const double *expected, gsize n)
{
  double distance = golden_distance(got, expected, n);
  if (!(distance <= 2e-6))
    g_error("%s of %s, %zu numbers, is off by %g", what, id, n, distance);
}

static void
check_kernel(const NwPrimitive *op, gsize row, gsize n)
{
  gboolean positive = g_str_equal(op->id, "sqrt") || g_str_equal(op->id, "log") ||
                      g_str_equal(op->id, "pow") || g_str_equal(op->id, "div");
  NwReal *x[NW_PRIMITIVE_MAX_ARGS], *dx[NW_PRIMITIVE_MAX_ARGS];
  g_autofree NwReal *y = g_new(NwReal, n), *dy = random_numbers(n, 34);
  g_autofree double *value = g_new(double, n), *slope = g_new(double, 3 * n);

  for (guint k = 0; k < NW_PRIMITIVE_MAX_ARGS; k++) {
    x[k] = random_numbers(n, 30 + k);
    dx[k] = random_numbers(n, 40 + k);
    for (gsize i = 0; i < n; i++)
      if (positive)
        x[k][i] = NW_R(fabs)(x[k][i]) + (NwReal)0.25;
      else if (i % 5 == 0) /* corners, and numbers that are equal */
        x[k][i] = (NwReal)(i % 3);
  }
  for (gsize i = 0; i < n; i++) {
    double out[4];
    definitions[row].define(x[0][i], x[1][i], x[2][i], out);
    value[i] = out[0];
    for (guint k = 0; k < 3; k++)
      slope[k * n + i] = (double)dx[k][i] + out[1 + k] * (double)dy[i];
  }
  op->forward((const NwReal *const *)x, y, n);
  assert_near(op->id, "the value", y, value, n);
  for (guint k = 0; op->backward != NULL && k < 2; k++) { /* alone, then all */
    NwReal *wanted[NW_PRIMITIVE_MAX_ARGS] = {NULL};
    if (k == 1)
      memcpy(wanted, dx, sizeof wanted);
    op->backward((const NwReal *const *)x, y, dy, wanted, n);
  }
  for (int k = 0; k < op->n_args; k++)
    if (op->backward != NULL)
      assert_near(op->id, "the gradient", dx[k], slope + (gsize)k * n, n);
  for (guint k = 0; k < NW_PRIMITIVE_MAX_ARGS; k++) {
    g_free(x[k]);
    g_free(dx[k]);
  }
}

static void
test_kernels(void)
{
  static const gsize sizes[] = {1, 7, 33, 257};
  for (int cpu = 0; cpu < NW_N_CPUS; cpu++) {
    const NwPrimitive *op = nw_primitives_of((NwCpu)cpu);
    for (; op != NULL && op->id != NULL; op++) {
      gsize row = 0;
      if (op->reduce != NW_REDUCE_NONE)
        continue;
      while (row < G_N_ELEMENTS(definitions) && !g_str_equal(definitions[row].id, op->id))
        row++;
      g_assert_cmpuint(row, <, G_N_ELEMENTS(definitions));
      for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++)
        check_kernel(op, row, sizes[i]);
    }
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/primitives/every-variant-agrees-with-libm", test_kernels);
  return g_test_run();
}
