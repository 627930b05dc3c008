/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-error.h"
#include "nw-initializer.h"

#include <string.h>

static NwReal *
fill(const char *text, guint64 uid, const NwShape *shape)
{
  NwRng rng = nw_rng(42, NW_RNG_INITIALIZE, uid, 0, 0);
  NwReal *w = g_new(NwReal, nw_shape_elements(shape));

  nw_initializer_fill(text, &rng, shape, w);
  return w;
}

/* What the numbers of a weight [300, 500] must look like. */
typedef struct {
  const char *text;
  double mean, std, limit; /* limit: |w| stays below; 0: none */
} Expected;

static void
test_moments(void)
{
  const double fan_in = 300, fan_out = 500, glorot = 2 / (fan_in + fan_out);
  const double cut = 0.87962566103423978; /* std of a normal distribution cut at 2 */
  const Expected all[] = {
      {"random_uniform", 0, 0.1 / sqrt(12), 0.05},
      {"random_uniform(-1, 3)", 1, 4 / sqrt(12), 3},
      {"random_normal(0.5, 2)", 0.5, 2, 0},
      {"truncated_normal(0, 2)", 0, 2 * cut, 4},
      {"glorot_uniform", 0, sqrt(glorot), sqrt(3 * glorot)},
      {"glorot_normal", 0, sqrt(glorot), 2 * sqrt(glorot) / cut},
      {"he_uniform", 0, sqrt(2 / fan_in), sqrt(6 / fan_in)},
      {"he_normal", 0, sqrt(2 / fan_in), 2 * sqrt(2 / fan_in) / cut},
      {"lecun_uniform", 0, sqrt(1 / fan_in), sqrt(3 / fan_in)},
      {"variance_scaling", 0, sqrt(1 / fan_in), 2 * sqrt(1 / fan_in) / cut},
      {"variance_scaling(3, fan_out, uniform)", 0, sqrt(3 / fan_out), sqrt(9 / fan_out)},
      {"variance_scaling(2, fan_avg, untruncated_normal)", 0, sqrt(2 * glorot), 0},
      {"lecun_normal", 0, sqrt(1 / fan_in), 2 * sqrt(1 / fan_in) / cut},
  };
  NwShape shape = NW_SHAPE(300, 500);
  gsize n = (gsize)nw_shape_elements(&shape);

  for (gsize k = 0; k < G_N_ELEMENTS(all); k++) {
    g_autofree NwReal *w = fill(all[k].text, 1, &shape);
    double mean = 0, square = 0, largest = 0;
    for (gsize i = 0; i < n; i++) {
      mean += w[i] / (double)n;
      largest = MAX(largest, fabs(w[i]));
    }
    for (gsize i = 0; i < n; i++)
      square += (w[i] - mean) * (w[i] - mean) / (double)n;
    g_test_message("%s: mean %g, std %g, largest %g", all[k].text, mean, sqrt(square), largest);
    g_assert_cmpfloat(fabs(mean - all[k].mean), <, 5 * all[k].std / sqrt((double)n));
    g_assert_cmpfloat(fabs(sqrt(square) / all[k].std - 1), <, 0.01);
    if (all[k].limit > 0) {
      g_assert_cmpfloat(largest, <=, all[k].limit * (1 + 1e-6));
      g_assert_cmpfloat(largest, >, all[k].limit * 0.99);
    }
  }
}

static void
test_constants(void)
{
  NwShape shape = NW_SHAPE(7);
  g_autofree NwReal *zeros = fill("zeros", 1, &shape), *ones = fill("ones", 1, &shape);
  g_autofree NwReal *quarter = fill(" constant ( 0.25 ) ", 1, &shape);

  for (int i = 0; i < 7; i++) {
    g_assert_cmpfloat(zeros[i], ==, 0);
    g_assert_cmpfloat(ones[i], ==, 1);
    g_assert_cmpfloat(quarter[i], ==, 0.25);
  }
}

static void
test_scalar(void)
{
  NwShape shape = {0, {0}};

  for (const NwChoice *choice = nw_initializer_choices(); choice->id != NULL; choice++) {
    g_autofree NwReal *w = fill(choice->id, 1, &shape);
    g_assert_true(isfinite(w[0]));
  }
}

/* The shorter of rows and columns are orthogonal to each other and as long as the gain. */
static void
check_orthogonal(const char *text, double gain, const NwShape *shape)
{
  g_autofree NwReal *w = fill(text, 3, shape);
  gsize rows = (gsize)nw_shape_rows(shape), cols = (gsize)nw_shape_last(shape);
  gsize n = MIN(rows, cols), m = MAX(rows, cols);

  for (gsize i = 0; i < n; i++) {
    for (gsize j = 0; j <= i; j++) {
      double dot = 0;
      for (gsize k = 0; k < m; k++)
        dot += rows >= cols ? (double)w[k * cols + i] * w[k * cols + j]
                            : (double)w[i * cols + k] * w[j * cols + k];
      g_assert_cmpfloat(fabs(dot - (i == j ? gain * gain : 0)), <, 1e-6 * gain * gain);
    }
  }
}

static void
test_orthogonal(void)
{
  NwShape recurrent = NW_SHAPE(20, 80), tall = NW_SHAPE(65, 33), convolution = NW_SHAPE(3, 3, 4, 8);
  NwShape vector = NW_SHAPE(9);

  check_orthogonal("orthogonal", 1, &recurrent);
  check_orthogonal("orthogonal", 1, &tall);
  check_orthogonal("orthogonal(2)", 2, &convolution);
  check_orthogonal("orthogonal", 1, &vector);
}

static void
test_identity(void)
{
  NwShape shape = NW_SHAPE(3, 4), vector = NW_SHAPE(3);
  g_autofree NwReal *w = fill("identity(2.5)", 1, &shape);
  g_autoptr(GError) error = NULL;

  for (int i = 0; i < 12; i++)
    g_assert_cmpfloat(w[i], ==, i / 4 == i % 4 ? 2.5 : 0);
  g_assert_true(nw_initializer_check_shape("identity", &shape, NULL));
  g_assert_true(nw_initializer_check_shape("zeros", &vector, NULL));
  g_assert_false(nw_initializer_check_shape("identity", &vector, &error));
  g_assert_cmpstr(error->message, ==, "The initialiser identity makes matrices, not a weight of 3; "
                                      "choose another one");
}

/* Glorot, He and LeCun are variance scaling. */
static void
test_cases_of_scaling(void)
{
  static const char *const same[][2] = {
      {"glorot_uniform", "variance_scaling(1, fan_avg, uniform)"},
      {"glorot_normal", "variance_scaling(1, fan_avg, truncated_normal)"},
      {"he_uniform", "variance_scaling(2, fan_in, uniform)"},
      {"he_normal", "variance_scaling(2)"},
      {"lecun_uniform", "variance_scaling(1, fan_in, uniform)"},
      {"lecun_normal", "variance_scaling"},
  };
  NwShape shape = NW_SHAPE(3, 5, 7);

  for (gsize i = 0; i < G_N_ELEMENTS(same); i++) {
    g_autofree NwReal *one = fill(same[i][0], 1, &shape), *other = fill(same[i][1], 1, &shape);
    g_assert_cmpmem(one, 105 * sizeof *one, other, 105 * sizeof *other);
  }
}

static void
test_streams(void)
{
  NwShape shape = NW_SHAPE(40, 30);

  for (const NwChoice *choice = nw_initializer_choices(); choice->id != NULL; choice++) {
    g_autofree NwReal *one = fill(choice->id, 1, &shape), *again = fill(choice->id, 1, &shape);
    g_autofree NwReal *other = fill(choice->id, 2, &shape);
    gsize size = 1200 * sizeof *one;
    g_assert_cmpmem(one, size, again, size);
    if (one[0] != one[1] && strcmp(choice->id, "identity") != 0) /* not a constant */
      g_assert_true(memcmp(one, other, size) != 0);
  }
}

static void
check_fans(const NwShape *shape, double fan_in, double fan_out)
{
  double in, out;

  nw_initializer_fans(shape, &in, &out);
  g_assert_cmpfloat(in, ==, fan_in);
  g_assert_cmpfloat(out, ==, fan_out);
}

static void
test_fans(void)
{
  NwShape scalar = {0, {0}}, bias = NW_SHAPE(7), kernel = NW_SHAPE(3, 5);
  NwShape convolution = NW_SHAPE(3, 3, 16, 32);

  check_fans(&scalar, 1, 1);
  check_fans(&bias, 7, 7);
  check_fans(&kernel, 3, 5);
  check_fans(&convolution, 144, 288);
}

static void
check_sentence(const char *text, const char *sentence)
{
  g_autoptr(GError) error = NULL;

  g_assert_false(nw_initializer_check(text, &error));
  g_assert_error(error, NW_ERROR, NW_ERROR_INPUT);
  g_assert_cmpstr(error->message, ==, sentence);
}

static void
test_text(void)
{
  for (const NwChoice *choice = nw_initializer_choices(); choice->id != NULL; choice++)
    g_assert_true(nw_initializer_check(choice->id, NULL));
  g_assert_true(nw_initializer_check("constant(-1e-3)", NULL));
  g_assert_true(nw_initializer_check("random_uniform(0.1)", NULL));
  g_assert_true(nw_initializer_check("zeros()", NULL));

  check_sentence("he_unifrm", "There is no initialiser “he_unifrm”: did you mean he_uniform?");
  check_sentence("He_uniform(2", "The initialiser “He_uniform(2” has no closing bracket: write it "
                                 "like constant(0.1)");
  check_sentence("zeros(1)", "The initialiser zeros takes no numbers, not “1”");
  check_sentence("constant(1, 2)",
                 "The initialiser constant takes one number from −1000000 to 1000000, not “1, 2”");
  check_sentence("random_normal(0, nan)", "The initialiser random_normal takes numbers from "
                                          "−1000000 to 1000000, not “0, nan”");
  check_sentence("constant(1,)",
                 "The initialiser constant takes one number from −1000000 to 1000000, not “1,”");
  check_sentence("variance_scaling(1, fan_up)",
                 "The initialiser variance_scaling takes numbers from −1000000 to 1000000, not "
                 "“1, fan_up”: variance_scaling(scale, fan_in|fan_out|fan_avg, "
                 "truncated_normal|untruncated_normal|uniform)");
  check_sentence("", "There is no initialiser “”: choose one of glorot_uniform, glorot_normal, "
                     "he_uniform, he_normal, lecun_uniform, lecun_normal, "
                     "variance_scaling, orthogonal, identity, random_uniform, random_normal, truncated_normal, zeros, ones, constant");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/initializers/moments-and-limits-are-those-of-the-distribution", test_moments);
  g_test_add_func("/initializers/constants-are-constant", test_constants);
  g_test_add_func("/initializers/a-single-number-is-a-shape-too", test_scalar);
  g_test_add_func("/initializers/orthogonal-is-orthogonal", test_orthogonal);
  g_test_add_func("/initializers/identity-is-for-matrices", test_identity);
  g_test_add_func("/initializers/named-ones-are-cases-of-variance-scaling", test_cases_of_scaling);
  g_test_add_func("/initializers/same-stream-same-weights", test_streams);
  g_test_add_func("/initializers/fans-are-those-of-keras", test_fans);
  g_test_add_func("/initializers/what-is-wrong-with-the-text-is-one-sentence", test_text);
  return g_test_run();
}
