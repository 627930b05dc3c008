/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Each recalibrator against netcal, scikit-learn and scipy: fitted to the first rows, applied to
 * the others. */
#include "golden.h"
#include "test-folder.h"

#include "nw-affine.h"
#include "nw-recalibrate.h"
#include "nw-rng.h"
#include "nw-score.h"

#define KNOWN_QUESTIONS 300
#define KNOWN_CLASSES   600

static Golden *golden;

static NwForecast *
forecast(const double *given, gboolean are_logits, const double *y, gsize from, gsize rows, gsize k)
{
  g_autoptr(GError) error = NULL;
  NwForecastInput input = {
      .predictions = {"x", NW_SHAPE((gint64)rows, (gint64)k), given + from * k},
      .are_logits = are_logits,
      .labels = {"labels", NW_SHAPE((gint64)rows), y + from},
      .task = k == 1 ? NW_TASK_BINARY : NW_TASK_MULTICLASS,
  };
  NwForecast *self = nw_forecast_new(&input, &error);

  g_assert_no_error(error);
  return self;
}

static NwForecast *
recalibrate(const char *kind, const NwForecast *known, const NwForecast *new)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(NwRecalibration) map =
      nw_recalibration_fit(nw_recalibrator_kind_find(kind), known, FALSE, &error);
  NwForecast *after;

  g_assert_no_error(error);
  after = nw_recalibration_apply(map, new, &error);
  g_assert_no_error(error);
  return after;
}

static void
assert_close(const NwForecast *after, const GoldenTensor *expected, double tolerance)
{
  g_assert_cmpuint(after->rows * after->cols, ==, expected->n);
  for (gsize i = 0; i < expected->n; i++)
    if (!(fabs(after->p[i] - expected->values[i]) <= tolerance))
      g_error("%s: number %zu is %.10g, not %.10g", expected->name, i, after->p[i],
              expected->values[i]);
}

/* What is computed exactly agrees to the digits that were written down; what others search for with
 * a looser end, to what they leave open. */
static void
test_question(void)
{
  static const struct {
    const char *kind;
    double tolerance;
  } cases[] = {
      {"isotonic", 1e-11},   {"venn_abers", 1e-11}, {"histogram", 1e-11}, {"platt", 1e-5},
      {"temperature", 2e-4}, {"vector", 2e-4},      {"beta", 2e-3},
  };
  const GoldenTensor *z = golden_get(golden, "question/logits");
  const GoldenTensor *y = golden_get(golden, "question/y");
  g_autoptr(NwForecast) known = forecast(z->values, TRUE, y->values, 0, KNOWN_QUESTIONS, 1);
  g_autoptr(NwForecast) new =
      forecast(z->values, TRUE, y->values, KNOWN_QUESTIONS, z->n - KNOWN_QUESTIONS, 1);

  for (guint c = 0; c < G_N_ELEMENTS(cases); c++) {
    g_autoptr(NwForecast) after = recalibrate(cases[c].kind, known, new);
    assert_close(after, golden_get(golden, "question/%s", cases[c].kind), cases[c].tolerance);
  }
}

static void
test_classes(void)
{
  static const struct {
    const char *kind;
    double tolerance;
  } cases[] = {
      {"isotonic", 1e-11}, {"venn_abers", 1e-11}, {"histogram", 1e-11},
      {"platt", 1e-5},     {"temperature", 2e-4},
  };
  const GoldenTensor *z = golden_get(golden, "classes/logits");
  const GoldenTensor *y = golden_get(golden, "classes/labels");
  gsize k = z->dim[1];
  g_autoptr(NwForecast) known = forecast(z->values, TRUE, y->values, 0, KNOWN_CLASSES, k);
  g_autoptr(NwForecast) new =
      forecast(z->values, TRUE, y->values, KNOWN_CLASSES, z->dim[0] - KNOWN_CLASSES, k);

  for (guint c = 0; c < G_N_ELEMENTS(cases); c++) {
    g_autoptr(NwForecast) after = recalibrate(cases[c].kind, known, new);
    assert_close(after, golden_get(golden, "classes/%s", cases[c].kind), cases[c].tolerance);
  }
}

/* Venn–Abers with many equal predictions, and with new ones that are known. */
static void
test_venn_abers_ties(void)
{
  const GoldenTensor *p = golden_get(golden, "ties/p"), *y = golden_get(golden, "ties/y");
  const GoldenTensor *q = golden_get(golden, "ties/new");
  g_autofree double *none = g_new0(double, q->n);
  g_autoptr(NwForecast) known = forecast(p->values, FALSE, y->values, 0, p->n, 1);
  g_autoptr(NwForecast) new = forecast(q->values, FALSE, none, 0, q->n, 1);
  g_autoptr(NwForecast) after = recalibrate("venn_abers", known, new);

  assert_close(after, golden_get(golden, "ties/venn_abers"), 1e-11);
}

/* One known row, which came true: p₀ = 0 below it, at it ½; p₁ = 1 everywhere. In fractions. */
static void
test_venn_abers_of_one_row(void)
{
  double p[] = {0.5}, y[] = {1}, q[] = {0.2, 0.5, 0.8}, none[] = {0, 0, 0};
  double expected[] = {1 / 2.0, 1 / 1.5, 1 / 1.5};
  g_autoptr(NwForecast) known = forecast(p, FALSE, y, 0, 1, 1);
  g_autoptr(NwForecast) new = forecast(q, FALSE, none, 0, 3, 1);
  g_autoptr(NwForecast) after = recalibrate("venn_abers", known, new);

  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat_with_epsilon(after->p[i], expected[i], 1e-15);
}

/* Bins are (low, high]; predictions on an edge, and bins without rows. */
static void
test_histogram_edges(void)
{
  double p[] = {0, 0.1, 0.1, 0.2, 0.95}, y[] = {1, 0, 0, 1, 0};
  double q[] = {0, 0.05, 0.1, 0.15, 0.2, 0.21, 0.9, 1}, none[8] = {0};
  double expected[] = {1 / 3.0, 1 / 3.0, 1 / 3.0, 1, 1, 0.25, 0.85, 0};
  g_autoptr(NwForecast) known = forecast(p, FALSE, y, 0, 5, 1);
  g_autoptr(NwForecast) new = forecast(q, FALSE, none, 0, 8, 1);
  g_autoptr(NwForecast) after = recalibrate("histogram", known, new);

  for (guint i = 0; i < 8; i++)
    g_assert_cmpfloat_with_epsilon(after->p[i], expected[i], 1e-15);
}

/* With one penalty given, the fit is the minimum that scipy finds. */
static void
check_affine(const char *name, gboolean logarithms)
{
  const GoldenTensor *z = golden_get(golden, "classes/logits");
  const GoldenTensor *labels = golden_get(golden, "classes/labels");
  const GoldenTensor *fit = golden_get(golden, "classes/%s/fit", name);
  const GoldenTensor *expected = golden_get(golden, "classes/%s", name);
  gsize n = z->dim[0], k = z->dim[1];
  g_autofree double *x = g_memdup2(z->values, z->n * sizeof(double)), *y = g_new0(double, n *k);
  double v[20] = {0};

  g_assert_cmpuint(k, ==, 4);
  for (gsize i = 0; i < n; i++) {
    double sum = 0;
    for (gsize j = 0; j < k; j++)
      sum += exp(x[i * k + j]);
    for (gsize j = 0; j < k && logarithms; j++)
      x[i * k + j] -= log(sum);
    y[i * k + (gsize)labels->values[i]] = 1;
  }
  for (gsize j = 0; j < k; j++)
    v[j * k + j] = 1;
  nw_affine_fit(x, y, KNOWN_CLASSES, k, 0.01, v);
  for (gsize i = 0; i < fit->n; i++)
    g_assert_cmpfloat_with_epsilon(v[i], fit->values[i], 1e-5);
  for (gsize i = KNOWN_CLASSES; i < n; i++) {
    double q[4];
    nw_affine_apply(v, x + i * k, 0, k, q);
    for (gsize j = 0; j < k; j++)
      g_assert_cmpfloat_with_epsilon(q[j], expected->values[(i - KNOWN_CLASSES) * k + j], 1e-6);
  }
}

static void
test_affine(void)
{
  check_affine("matrix", FALSE);
  check_affine("dirichlet", TRUE);
}

static double
log_loss(const NwForecast *forecast)
{
  g_autoptr(NwScore) score = nw_score_new(forecast, 0);
  return score->log_loss;
}

/* Classes that are mistaken for each other: a matrix mends what slopes cannot; with hardly any rows
 * it does not make things much worse, as it would without the penalty. */
static void
test_matrices_mend_mixed_classes_and_do_not_overfit(void)
{
  enum { N = 1500, K = 3 };
  static const char *const kinds[] = {"matrix", "dirichlet"};
  g_autofree double *z = g_new(double, N *K), *y = g_new(double, N);
  NwRng rng = nw_rng(11, NW_RNG_TEST, 0, 0, 0);

  for (guint i = 0; i < N; i++) {
    double u = nw_rng_uniform(&rng, 90000 + i), sum = 0, q[K];
    double a = nw_rng_normal(&rng, 3 * i), b = nw_rng_normal(&rng, 3 * i + 1);
    double c = nw_rng_normal(&rng, 3 * i + 2);
    for (guint j = 0; j < K; j++)
      sum += q[j] = exp(j == 0 ? 2 * a : j == 1 ? 2 * b : 2 * c);
    y[i] = u < q[0] / sum ? 0 : u < (q[0] + q[1]) / sum ? 1 : 2;
    z[K * i] = 2 * a + b;
    z[K * i + 1] = 2 * b + a;
    z[K * i + 2] = 2 * c - a;
  }
  g_autoptr(NwForecast) known = forecast(z, TRUE, y, 0, 700, K);
  g_autoptr(NwForecast) few = forecast(z, TRUE, y, 0, 30, K);
  g_autoptr(NwForecast) new = forecast(z, TRUE, y, 700, 800, K);
  g_autoptr(NwForecast) vector = recalibrate("vector", known, new);
  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
    g_autoptr(NwForecast) mended = recalibrate(kinds[i], known, new);
    g_autoptr(NwForecast) guessed = recalibrate(kinds[i], few, new);
    g_assert_cmpfloat(log_loss(mended), <, log_loss(vector) - 0.02);
    g_assert_cmpfloat(log_loss(guessed), <, log_loss(new) + 0.1);
  }
}

static void
test_matrices_are_for_classes(void)
{
  static const char *const kinds[] = {"matrix", "dirichlet"};
  double p[] = {0.2, 0.8, 0.3, 0.6}, y[] = {0, 1, 1, 1};
  g_autoptr(NwForecast) question = forecast(p, FALSE, y, 0, 4, 1);

  for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(
        nw_recalibration_fit(nw_recalibrator_kind_find(kinds[i]), question, FALSE, &error));
    test_assert_error(error, "use that");
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  golden = golden_open("recalibration");
  g_test_add_func("/recalibrators/a-question-as-netcal-and-scikit-learn-have-it", test_question);
  g_test_add_func("/recalibrators/classes-as-netcal-and-scikit-learn-have-them", test_classes);
  g_test_add_func("/recalibrators/venn-abers-with-equal-predictions", test_venn_abers_ties);
  g_test_add_func("/recalibrators/venn-abers-of-one-row-in-fractions", test_venn_abers_of_one_row);
  g_test_add_func("/recalibrators/histogram-on-the-edges-of-bins", test_histogram_edges);
  g_test_add_func("/recalibrators/matrix-and-dirichlet-equal-scipy", test_affine);
  g_test_add_func("/recalibrators/matrices-mend-mixed-classes-and-do-not-overfit",
                  test_matrices_mend_mixed_classes_and_do_not_overfit);
  g_test_add_func("/recalibrators/matrices-are-for-classes", test_matrices_are_for_classes);
  int failed = g_test_run();
  golden_free(golden);
  return failed;
}
