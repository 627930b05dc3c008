/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every CPU variant of the elementwise kernels against double, at sizes that no vector divides. */
#include "nw-vec.h"

#include <stdlib.h>
#include <string.h>

#define LARGEST 1023
static const gsize sizes[] = {1, 2, 3, 7, 15, 17, 33, LARGEST};

typedef void (*VariantFunc)(const NwVec *vec);

static void
for_every_variant(gconstpointer func)
{
  for (int cpu = 0; cpu < NW_N_CPUS; cpu++) {
    const NwVec *vec = nw_vec_of(cpu);
    if (vec == NULL)
      continue;
    g_test_message("%s", nw_cpu_name(cpu));
    ((VariantFunc)func)(vec);
  }
}

static void
draw(NwReal *x, gsize n, guint64 stream, double spread)
{
  NwRng rng = nw_rng(1, NW_RNG_TEST, stream, 0, 0);
  for (gsize i = 0; i < n; i++)
    x[i] = (NwReal)(spread * nw_rng_normal(&rng, i));
}

/* max|a − b| ≤ 1e-6·max|b| */
static void
assert_close(const NwReal *a, const double *b, gsize n)
{
  double error = 0, norm = 1e-30;
  for (gsize i = 0; i < n; i++) {
    error = MAX(error, fabs(a[i] - b[i]));
    norm = MAX(norm, fabs(b[i]));
  }
  g_assert_cmpfloat(error, <=, 1e-6 * norm);
}

static void
test_elementwise(const NwVec *vec)
{
  /* One number too many: nothing may be written behind the end, and nothing needs alignment. */
  NwReal a[LARGEST + 2], b[LARGEST + 2], y[LARGEST + 2];
  double expected[LARGEST];

  for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
    gsize n = sizes[s], shift = s % 2;
    const NwReal *x = a + shift;
    NwReal *out = y + shift;
    draw(a, LARGEST + 2, s, 3);
    draw(b, LARGEST + 2, 100 + s, 3);

    vec->fill(7, out, n);
    for (gsize i = 0; i < n; i++)
      expected[i] = 7;
    assert_close(out, expected, n);

    memcpy(y, b, sizeof y);
    vec->add(x, out, n);
    for (gsize i = 0; i < n; i++)
      expected[i] = (double)b[shift + i] + x[i];
    assert_close(out, expected, n);
    g_assert_cmpfloat(out[n], ==, b[shift + n]);

    memcpy(y, b, sizeof y);
    vec->axpy(0.3f, x, out, n);
    for (gsize i = 0; i < n; i++)
      expected[i] = b[shift + i] + (double)0.3f * x[i];
    assert_close(out, expected, n);

    memcpy(y, a, sizeof y);
    vec->scale(-2, out, out, n);
    for (gsize i = 0; i < n; i++)
      expected[i] = -2 * (double)x[i];
    assert_close(out, expected, n);

    vec->mul(x, b, out, n);
    for (gsize i = 0; i < n; i++)
      expected[i] = (double)x[i] * b[i];
    assert_close(out, expected, n);

    vec->exp(x, out, n);
    for (gsize i = 0; i < n; i++)
      expected[i] = exp(x[i]);
    assert_close(out, expected, n);
  }
}

static void
test_reductions(const NwVec *vec)
{
  NwReal a[LARGEST], b[LARGEST];
  for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
    gsize n = sizes[s];
    double sum = 0, dot = 0, absolute = 0, products = 0, squares = 0;
    NwReal largest = -INFINITY;
    draw(a, n, s, 1);
    draw(b, n, 100 + s, 1);
    for (gsize i = 0; i < n; i++) {
      sum += a[i];
      dot += (double)a[i] * b[i];
      absolute += fabs(a[i]);
      products += fabs((double)a[i] * b[i]);
      squares += (double)a[i] * a[i];
      largest = MAX(largest, a[i]);
    }
    g_assert_cmpfloat(fabs(vec->sum(a, n) - sum), <=, 1e-6 * absolute);
    g_assert_cmpfloat(fabs(vec->dot(a, b, n) - dot), <=, 1e-6 * products);
    g_assert_cmpfloat(fabs(vec->squares(a, n) - squares), <=, 1e-6 * squares);
    g_assert_cmpfloat(vec->max(a, n), ==, largest);
  }
}

static void
test_add_rows(const NwVec *vec)
{
  enum { ROWS = 5, COLS = 33, STRIDE = 40 };
  NwReal x[ROWS * STRIDE], y[COLS];
  double expected[COLS];
  draw(x, ROWS * STRIDE, 1, 1);
  draw(y, COLS, 2, 1);
  for (gsize col = 0; col < COLS; col++) {
    expected[col] = y[col];
    for (gsize row = 0; row < ROWS; row++)
      expected[col] += x[row * STRIDE + col];
  }
  vec->add_rows(x, ROWS, COLS, STRIDE, y);
  assert_close(y, expected, COLS);
}

static void
check_exp(NwReal x, NwReal got)
{
  double exact = exp(x);
  float nearest = (float)exact;
  if (isnan(x)) {
    g_assert_true(isnan(got));
  } else if (isinf(nearest) || isinf(got)) {
    g_assert_true(exact > 0.999999 * G_MAXFLOAT && got > 0.999999f * G_MAXFLOAT);
  } else {
    /* Below the smallest normal number the unit is 2^−149. */
    double unit = MAX(nextafterf(nearest, INFINITY) - (double)nearest, 0x1p-149);
    if (fabs(got - exact) > 2 * unit)
      g_error("exp(%.9g) is %.9g, not %.9g", x, got, exact);
  }
}

/* Every 1009th of all 2^32 floats: normals, subnormals, infinities, NaNs. */
static void
test_exp_everywhere(const NwVec *vec)
{
  union {
    guint32 bits[1024];
    float x[1024];
  } in;
  NwReal y[1024];
  gsize n = 0;
  for (guint64 bits = 0; bits < (1ull << 32); bits += 1009) {
    in.bits[n++] = (guint32)bits;
    if (n < G_N_ELEMENTS(y))
      continue;
    vec->exp(in.x, y, n);
    for (gsize i = 0; i < n; i++)
      check_exp(in.x[i], y[i]);
    n = 0;
  }
  NwReal special[] = {INFINITY, -INFINITY, NAN,    0,       -0.0f, 88.7f,
                      88.73f,   89.5f,     -87.4f, -103.9f, -105};
  vec->exp(special, y, G_N_ELEMENTS(special));
  for (gsize i = 0; i < G_N_ELEMENTS(special); i++)
    check_exp(special[i], y[i]);
  g_assert_cmpfloat(y[1], ==, 0);
  g_assert_cmpfloat(y[3], ==, 1);
}

/* The rule in nw-vec.h, one element at a time; in pieces and at once give the same. */
static void
test_dropout(const NwVec *vec)
{
  NwRng rng = nw_rng(3, NW_RNG_DROPOUT, 5, 2, 9);
  guint32 threshold = (guint32)(0.3 * 0x1p32);
  NwReal x[LARGEST], y[LARGEST], pieces[LARGEST];
  gsize dropped = 0;
  draw(x, LARGEST, 1, 1);
  vec->dropout(&rng, threshold, 2, x, y, 0, LARGEST, FALSE);
  for (gsize i = 0; i < LARGEST; i++) {
    guint32 bits[4];
    nw_rng_block(&rng, i / 64 * 16 + i % 16, bits);
    gboolean drop = bits[i % 64 / 16] < threshold;
    g_assert_cmpfloat(y[i], ==, drop ? 0 : 2 * x[i]);
    dropped += drop;
  }
  g_assert_cmpuint(dropped, >, LARGEST / 5);
  g_assert_cmpuint(dropped, <, LARGEST * 2 / 5);

  vec->dropout(&rng, threshold, 2, x, pieces, 0, 128, FALSE);
  vec->dropout(&rng, threshold, 2, x, pieces, 128, LARGEST - 128, FALSE);
  g_assert_cmpmem(y, sizeof y, pieces, sizeof pieces);
  vec->dropout(&rng, threshold, 2, x, pieces, 0, LARGEST, TRUE);
  for (gsize i = 0; i < LARGEST; i++)
    g_assert_cmpfloat(pieces[i], ==, 2 * y[i]);
}

static void
test_choice(void)
{
  const char *wanted = g_getenv("NETWRIGHT_CPU");
  NwCpu best = NW_CPU_BASELINE;
  for (int cpu = 0; cpu < NW_N_CPUS; cpu++)
    if (nw_cpu_is_supported(cpu))
      best = cpu;
  for (int cpu = 0; cpu < NW_N_CPUS; cpu++)
    if (nw_cpu_is_supported(cpu) && g_strcmp0(wanted, nw_cpu_name(cpu)) == 0)
      best = cpu;
  g_assert_cmpstr(nw_cpu_name(nw_cpu_get()), ==, nw_cpu_name(best));
  g_assert_true(nw_vec() == nw_vec_of(best));
}

/* The choice is made once per process, so each name is tried in a process of its own. */
static void
test_choice_by_environment(void)
{
  static const char *const names[] = {"baseline", "avx2", "avx512", "pentium"};
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_setenv("NETWRIGHT_CPU", names[i], TRUE);
    g_test_trap_subprocess("/vec/variant/subprocess", 0, 0);
    g_test_trap_assert_passed();
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/vec/variant/subprocess", test_choice);
  g_test_add_func("/vec/the-environment-chooses-the-variant", test_choice_by_environment);
  g_test_add_data_func("/vec/every-variant-agrees-with-double", test_elementwise,
                       for_every_variant);
  g_test_add_data_func("/vec/every-variant-sums-like-double", test_reductions, for_every_variant);
  g_test_add_data_func("/vec/rows-are-added-with-a-stride", test_add_rows, for_every_variant);
  g_test_add_data_func("/vec/exp-is-within-two-units-in-the-last-place-everywhere",
                       test_exp_everywhere, for_every_variant);
  g_test_add_data_func("/vec/dropout-depends-on-the-element-alone", test_dropout,
                       for_every_variant);
  return g_test_run();
}
