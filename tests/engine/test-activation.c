/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every activation in every CPU variant against its definition in double (libm), forward and
 * backward, at sizes that no vector divides. */
#include "nw-activation.h"
#include "nw-rng.h"

#include <math.h>
#include <string.h>

#define LARGEST 1023
static const gsize sizes[] = {1, 2, 3, 7, 15, 17, 33, LARGEST};

/* ── definitions ─────────────────────────────────────────────────────────────────────────────── */

static double
clip(double x, double low, double high)
{
  return fmin(fmax(x, low), high);
}

static double
sigmoid(double x)
{
  return x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x));
}

static double
softplus(double x)
{
  return fmax(x, 0) + log1p(exp(-fabs(x)));
}

#define DEFINE(NAME, FORMULA)                                                                      \
  static double define_##NAME(double x)                                                            \
  {                                                                                                \
    return FORMULA;                                                                                \
  }
DEFINE(linear, x)
DEFINE(relu, fmax(x, 0))
DEFINE(sigmoid, sigmoid(x))
DEFINE(tanh, tanh(x))
DEFINE(leaky_relu, x > 0 ? x : 0.2 * x)
DEFINE(elu, x > 0 ? x : expm1(x))
DEFINE(selu, 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * expm1(x)))
DEFINE(gelu, 0.5 * x * erfc(-x / G_SQRT2))
DEFINE(silu, x *sigmoid(x))
DEFINE(mish, x *tanh(softplus(x)))
DEFINE(softplus, softplus(x))
DEFINE(softsign, x / (1 + fabs(x)))
DEFINE(exponential, exp(x))
DEFINE(log_sigmoid, -softplus(-x))
DEFINE(relu6, clip(x, 0, 6))
DEFINE(hard_sigmoid, clip(x / 6 + 0.5, 0, 1))
DEFINE(hard_silu, x *clip(x / 6 + 0.5, 0, 1))
DEFINE(hard_tanh, clip(x, -1, 1))
DEFINE(tanh_shrink, x - tanh(x))
DEFINE(soft_shrink, x > 0.5 ? x - 0.5 : x < -0.5 ? x + 0.5 : 0)
DEFINE(hard_shrink, fabs(x) > 0.5 ? x : 0)
DEFINE(threshold, x > 1 ? x : 0)
DEFINE(squareplus, x < 0 ? 2 / (sqrt(x * x + 4) - x) : (x + sqrt(x * x + 4)) / 2)
DEFINE(sparse_plus, x <= -1 ? 0 : x < 1 ? (x + 1) * (x + 1) / 4 : x)
DEFINE(sparse_sigmoid, clip((x + 1) / 2, 0, 1))

static const struct {
  const char *id;
  double (*define)(double x);
} definitions[] = {
#define ROW(NAME)                                                                                  \
  {                                                                                                \
#NAME, define_##NAME                                                                           \
  }
    ROW(linear),
    ROW(relu),
    ROW(sigmoid),
    ROW(tanh),
    ROW(leaky_relu),
    ROW(elu),
    {"celu", define_elu},
    ROW(selu),
    ROW(gelu),
    ROW(silu),
    ROW(mish),
    ROW(softplus),
    ROW(softsign),
    ROW(exponential),
    ROW(log_sigmoid),
    ROW(relu6),
    ROW(hard_sigmoid),
    ROW(hard_silu),
    ROW(hard_tanh),
    ROW(tanh_shrink),
    ROW(soft_shrink),
    ROW(hard_shrink),
    ROW(threshold),
    ROW(squareplus),
    ROW(sparse_plus),
    ROW(sparse_sigmoid),
};

static int
compare_doubles(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? 1 : x > y ? -1 : 0;
}

static void
define_softmax(const double *x, double *y, gsize n)
{
  double max = -INFINITY, sum = 0;
  for (gsize i = 0; i < n; i++)
    max = fmax(max, x[i]);
  for (gsize i = 0; i < n; i++)
    sum += y[i] = exp(x[i] - max);
  for (gsize i = 0; i < n; i++)
    y[i] /= sum;
}

static void
define_log_softmax(const double *x, double *y, gsize n)
{
  double max = -INFINITY, sum = 0;
  for (gsize i = 0; i < n; i++)
    max = fmax(max, x[i]);
  for (gsize i = 0; i < n; i++)
    sum += exp(x[i] - max);
  for (gsize i = 0; i < n; i++)
    y[i] = x[i] - max - log(sum);
}

/* By sorting, as Martins & Astudillo write it. */
static void
define_sparsemax(const double *x, double *y, gsize n)
{
  g_autofree double *z = g_memdup2(x, n * sizeof *x);
  double sum = 0, tau = 0;
  qsort(z, n, sizeof *z, compare_doubles);
  for (gsize k = 1; k <= n; k++) {
    sum += z[k - 1];
    if (1 + (double)k * z[k - 1] > sum)
      tau = (sum - 1) / (double)k;
  }
  for (gsize i = 0; i < n; i++)
    y[i] = fmax(x[i] - tau, 0);
}

static void
define_glu(const double *x, double *y, gsize n)
{
  for (gsize i = 0; i < n / 2; i++)
    y[i] = x[i] * sigmoid(x[n / 2 + i]);
}

static const struct {
  const char *id;
  void (*define)(const double *x, double *y, gsize n);
} row_definitions[] = {
    {"softmax", define_softmax},
    {"log_softmax", define_log_softmax},
    {"sparsemax", define_sparsemax},
    {"glu", define_glu},
};

/* y[rows, cols'] of x[rows, cols], in double. */
static void
define(const char *id, const double *x, double *y, gsize rows, gsize cols, gsize out_cols)
{
  for (gsize i = 0; i < G_N_ELEMENTS(definitions); i++) {
    if (!g_str_equal(definitions[i].id, id))
      continue;
    for (gsize j = 0; j < rows * cols; j++)
      y[j] = definitions[i].define(x[j]);
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(row_definitions); i++) {
    if (!g_str_equal(row_definitions[i].id, id))
      continue;
    for (gsize row = 0; row < rows; row++)
      row_definitions[i].define(x + row * cols, y + row * out_cols, cols);
    return;
  }
  g_error("no definition of %s", id);
}

/* ── comparison ──────────────────────────────────────────────────────────────────────────────── */

/* Numbers of one call. */
typedef struct {
  const NwActivation *activation;
  gsize rows, cols, n, out_cols, out_n;
  NwReal *x, *y, *dy, *dx;
} Case;

static Case
make_case(const NwActivation *activation, gsize cols, double spread)
{
  Case c = {.activation = activation, .rows = 2, .cols = cols};
  NwRng rng = nw_rng(11, NW_RNG_TEST, cols, 0, 0);
  c.out_cols = activation->halves ? cols / 2 : cols;
  c.n = c.rows * c.cols;
  c.out_n = c.rows * c.out_cols;
  c.x = g_new(NwReal, c.n);
  c.y = g_new(NwReal, c.out_n);
  c.dy = g_new(NwReal, c.out_n);
  c.dx = g_new0(NwReal, c.n);
  for (gsize i = 0; i < c.n; i++)
    c.x[i] = (NwReal)(spread * nw_rng_normal(&rng, i));
  for (gsize i = 0; i < c.out_n; i++)
    c.dy[i] = (NwReal)nw_rng_normal(&rng, c.n + i);
  return c;
}

static void
clear_case(Case *c)
{
  g_free(c->x);
  g_free(c->y);
  g_free(c->dy);
  g_free(c->dx);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, clear_case)

static const NwReal *
kept_x(const Case *c)
{
  return c->activation->needs_x ? c->x : NULL;
}

static const NwReal *
kept_y(const Case *c)
{
  return c->activation->needs_y ? c->y : NULL;
}

/* max|got − expected| ≤ tolerance·max(|expected|, @size) */
static void
assert_close(const Case *c, const char *what, const NwReal *got, const double *expected, gsize n,
             double size)
{
  double error = 0, norm = size;
  for (gsize i = 0; i < n; i++) {
    error = MAX(error, fabs(got[i] - expected[i]));
    norm = MAX(norm, fabs(expected[i]));
  }
  if (!(error <= 1e-6 * norm))
    g_error("%s of %s (%" G_GSIZE_FORMAT " columns) is off by %g of %g", what, c->activation->id,
            c->cols, error, norm);
}

/* dx[j] = Σ dy[i] ∂y[i]/∂x[j] by central differences of the definition: all rows at once, one
 * column after another (every number on its own when the activation allows that). */
static void
define_backward(const Case *c, const double *x, double *dx)
{
  g_autofree double *moved = g_memdup2(x, c->n * sizeof *x);
  g_autofree double *above = g_new(double, c->out_n), *below = g_new(double, c->out_n);
  const double h = 1e-6;
  gsize columns = c->activation->row_wise ? c->cols : 1;
  for (gsize column = 0; column < columns; column++) {
    for (gsize j = column; j < c->n; j += columns)
      moved[j] = x[j] + h;
    define(c->activation->id, moved, above, c->rows, c->cols, c->out_cols);
    for (gsize j = column; j < c->n; j += columns)
      moved[j] = x[j] - h;
    define(c->activation->id, moved, below, c->rows, c->cols, c->out_cols);
    for (gsize j = column; j < c->n; j += columns)
      moved[j] = x[j];
    if (!c->activation->row_wise) {
      for (gsize j = 0; j < c->n; j++)
        dx[j] = c->dy[j] * (above[j] - below[j]) / (2 * h);
      return;
    }
    for (gsize row = 0; row < c->rows; row++) {
      double sum = 0;
      for (gsize i = row * c->out_cols; i < (row + 1) * c->out_cols; i++)
        sum += c->dy[i] * (above[i] - below[i]) / (2 * h);
      dx[row * c->cols + column] = sum;
    }
  }
}

static void
check_against_definition(const NwActivation *activation, gsize cols, double spread)
{
  g_auto(Case) c = make_case(activation, activation->halves ? 2 * cols : cols, spread);
  g_autofree double *x = g_new(double, c.n), *y = g_new(double, c.out_n), *dx = g_new(double, c.n);
  double size = 0; /* of what comes back: slopes such as 1 − y² cancel, so errors are relative to it */
  for (gsize i = 0; i < c.n; i++)
    x[i] = c.x[i];
  for (gsize i = 0; i < c.out_n; i++)
    size = MAX(size, fabs(c.dy[i]));

  define(activation->id, x, y, c.rows, c.cols, c.out_cols);
  activation->forward(c.x, c.y, c.rows, c.cols);
  assert_close(&c, "forward", c.y, y, c.out_n, 1e-30);

  define_backward(&c, x, dx);
  activation->backward(kept_x(&c), kept_y(&c), c.dy, c.dx, c.rows, c.cols, FALSE);
  assert_close(&c, "backward", c.dx, dx, c.n, size);
  activation->backward(kept_x(&c), kept_y(&c), c.dy, c.dx, c.rows, c.cols, TRUE);
  for (gsize i = 0; i < c.n; i++)
    dx[i] *= 2;
  assert_close(&c, "accumulating backward", c.dx, dx, c.n, size);
}

typedef void (*TableFunc)(const NwActivation *activation);

static void
for_every_variant(gconstpointer func)
{
  for (int cpu = 0; cpu < NW_N_CPUS; cpu++) {
    const NwActivation *table = nw_activations_of(cpu);
    if (table == NULL)
      continue;
    g_test_message("%s", nw_cpu_name(cpu));
    for (const NwActivation *activation = table; activation->id != NULL; activation++)
      ((TableFunc)func)(activation);
  }
}

static void
test_definition(const NwActivation *activation)
{
  for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
    if (activation->row_wise && sizes[s] == LARGEST)
      continue; /* differences of a row cost the square of its length */
    check_against_definition(activation, sizes[s], 1);
    check_against_definition(activation, sizes[s], 4);
  }
}

/* The plan lets y stand where x stood, and dx where dy stood, whenever backward does not read them.
 */
static void
test_in_place(const NwActivation *activation)
{
  if (activation->halves)
    return;
  g_auto(Case) c = make_case(activation, 33, 2);
  activation->forward(c.x, c.y, c.rows, c.cols);
  activation->backward(kept_x(&c), kept_y(&c), c.dy, c.dx, c.rows, c.cols, FALSE);
  activation->backward(kept_x(&c), kept_y(&c), c.dy, c.dy, c.rows, c.cols, FALSE);
  g_assert_cmpmem(c.dy, c.n * sizeof *c.dy, c.dx, c.n * sizeof *c.dx);
  activation->forward(c.x, c.x, c.rows, c.cols);
  g_assert_cmpmem(c.x, c.n * sizeof *c.x, c.y, c.n * sizeof *c.y);
}

/* ±1e4 overflows e^x; all but e^x itself stay finite, and so do the slopes. */
static void
test_far_away(const NwActivation *activation)
{
  g_auto(Case) c = make_case(activation, 34, 1);
  for (gsize i = 0; i < c.n; i++)
    c.x[i] = copysignf(1e4f, c.x[i]);
  activation->forward(c.x, c.y, c.rows, c.cols);
  activation->backward(kept_x(&c), kept_y(&c), c.dy, c.dx, c.rows, c.cols, FALSE);
  if (g_str_equal(activation->id, "exponential"))
    return;
  for (gsize i = 0; i < c.out_n; i++)
    g_assert_true(isfinite(c.y[i]));
  for (gsize i = 0; i < c.n; i++)
    g_assert_true(isfinite(c.dx[i]));
}

static void
test_nan(const NwActivation *activation)
{
  g_auto(Case) c = make_case(activation, 34, 1);
  for (gsize i = 0; i < c.n; i++)
    c.x[i] = NAN;
  activation->forward(c.x, c.y, c.rows, c.cols);
  for (gsize i = 0; i < c.out_n; i++)
    if (!isnan(c.y[i]))
      g_error("%s of NaN is %g", activation->id, c.y[i]);
}

/* Tasks begin inside vectors and the last is short; no bit may depend on the threads. */
static void
test_pool(void)
{
  enum { ROWS = 1301, COLS = 123 };
  g_autoptr(NwPool) pool = nw_pool_new(3);
  g_autofree NwReal *x = g_new(NwReal, ROWS * COLS);
  g_autofree NwReal *one = g_new0(NwReal, ROWS * COLS), *three = g_new0(NwReal, ROWS * COLS);
  NwRng rng = nw_rng(5, NW_RNG_TEST, 0, 0, 0);
  for (gsize i = 0; i < ROWS * COLS; i++)
    x[i] = (NwReal)nw_rng_normal(&rng, i);
  for (const NwActivation *activation = nw_activations(); activation->id != NULL; activation++) {
    gsize cols = activation->halves ? COLS - 1 : COLS;
    gsize out_n = activation->halves ? ROWS * (cols / 2) : ROWS * cols;
    nw_activation_forward(activation, NULL, x, one, ROWS, cols);
    nw_activation_forward(activation, pool, x, three, ROWS, cols);
    g_assert_cmpmem(one, out_n * sizeof *one, three, out_n * sizeof *three);
    g_autofree NwReal *y = g_memdup2(one, ROWS * COLS * sizeof *one);
    nw_activation_backward(activation, NULL, x, y, x, one, ROWS, cols, FALSE);
    nw_activation_backward(activation, pool, x, y, x, three, ROWS, cols, FALSE);
    g_assert_cmpmem(one, ROWS * cols * sizeof *one, three, ROWS * cols * sizeof *three);
  }
}

static NwReal
slope_at(const char *id, NwReal x)
{
  const NwActivation *activation = nw_activation_find(id);
  NwReal y, dy = 1, dx;
  activation->forward(&x, &y, 1, 1);
  activation->backward(&x, &y, &dy, &dx, 1, 1, FALSE);
  return dx;
}

static void
test_kinks(void)
{
  g_assert_cmpfloat(slope_at("relu", 0), ==, 0);
  g_assert_cmpfloat(slope_at("relu6", 0), ==, 0);
  g_assert_cmpfloat(slope_at("relu6", 6), ==, 0);
  g_assert_cmpfloat(slope_at("leaky_relu", 0), ==, 0.2f);
  g_assert_cmpfloat(slope_at("elu", 0), ==, 1);
  g_assert_cmpfloat(slope_at("hard_sigmoid", 3), ==, 0);
}

static void
test_lookup(void)
{
  const NwChoice *choices = nw_activation_choices();
  g_assert_cmpstr(choices[0].id, ==, "linear");
  g_assert_null(nw_activation_find("swoosh"));
  for (gsize i = 0; choices[i].id != NULL; i++)
    g_assert_cmpstr(nw_activation_find(choices[i].id)->title, ==, choices[i].title);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/activation/the-choices-are-the-table", test_lookup);
  g_test_add_data_func("/activation/every-variant-agrees-with-the-definition", test_definition,
                       for_every_variant);
  g_test_add_data_func("/activation/results-may-overwrite-what-is-not-kept", test_in_place,
                       for_every_variant);
  g_test_add_data_func("/activation/ten-thousand-overflows-nothing", test_far_away,
                       for_every_variant);
  g_test_add_data_func("/activation/what-is-not-a-number-stays-visible", test_nan,
                       for_every_variant);
  g_test_add_func("/activation/threads-do-not-change-a-bit", test_pool);
  g_test_add_func("/activation/kinks-have-the-slope-that-keras-gives", test_kinks);
  return g_test_run();
}
