/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-conformal.h"
#include "nw-rng.h"

#include "golden.h"

#include <math.h>

static Golden *golden;
static const char *const levels[] = {"0.5", "0.8", "0.9", "0.95"};

static const NwConformalKind *
find(const char *id, NwHead head)
{
  g_autoptr(GError) error = NULL;
  const NwConformalKind *kind = nw_conformal_kind_find(id, head, &error);

  g_assert_no_error(error);
  return kind;
}

static NwConformal *
make(const char *id, const NwConformalRows *rows)
{
  g_autoptr(GError) error = NULL;
  NwConformal *conformal = nw_conformal_new(find(id, rows->head), rows, &error);

  g_assert_no_error(error);
  return conformal;
}

/* ── the rank ────────────────────────────────────────────────────────────────────────────────── */

/* ⌈(n + 1)·c/1000⌉ in whole numbers. */
static void
test_rank_is_exact(void)
{
  for (gsize n = 1; n < 3000; n += 1 + n / 50)
    for (gsize thousandths = 1; thousandths < 1000; thousandths++) {
      gsize rank = ((n + 1) * thousandths + 999) / 1000;
      g_assert_cmpuint(nw_conformal_rank(n, (double)thousandths / 1000), ==, rank);
    }
  g_assert_cmpuint(nw_conformal_rank(19, 0.95), ==, 19);
  g_assert_cmpuint(nw_conformal_rank(9, 0.9), ==, 9);
}

static void
test_rows_needed(void)
{
  g_assert_cmpuint(nw_conformal_rows_needed(0.9), ==, 9);
  g_assert_cmpuint(nw_conformal_rows_needed(0.95), ==, 19);
  g_assert_cmpuint(nw_conformal_rows_needed(0.99), ==, 99);
  g_assert_cmpuint(nw_conformal_rows_needed(0.5), ==, 1);
  for (gsize thousandths = 1; thousandths < 1000; thousandths++) {
    double coverage = (double)thousandths / 1000;
    gsize needed = nw_conformal_rows_needed(coverage);
    g_assert_cmpuint(nw_conformal_rank(needed, coverage), <=, needed);
    g_assert_true(needed == 1 || nw_conformal_rank(needed - 1, coverage) > needed - 1);
  }
}

/* The threshold is the score of that rank, and nothing between two scores. */
static void
test_threshold_is_an_order_statistic(void)
{
  double p[11], y[11];
  NwConformalRows rows = {NW_HEAD_VALUES, 11, 1, p, y, NULL};

  for (guint i = 0; i < 11; i++) {
    p[i] = 0;
    y[i] = (double)(i * 7 % 11 + 1) * (i % 2 ? 1 : -1);
  }
  g_autoptr(NwConformal) conformal = make("residual", &rows);
  g_assert_cmpfloat(nw_conformal_get_threshold(conformal, 0, 0.5), ==, 6);   /* 12·0.5 */
  g_assert_cmpfloat(nw_conformal_get_threshold(conformal, 0, 0.75), ==, 9);  /* 12·0.75 */
  g_assert_cmpfloat(nw_conformal_get_threshold(conformal, 0, 0.76), ==, 10); /* 9.12 */
  g_assert_cmpfloat(nw_conformal_get_threshold(conformal, 0, 0.91), ==, 11);
  g_assert_true(isinf(nw_conformal_get_threshold(conformal, 0, 0.92)));
}

/* ── beside MAPIE and numpy ──────────────────────────────────────────────────────────────────── */

static double *
one_hot(const GoldenTensor *classes, gsize cols)
{
  double *y = g_new0(double, classes->n *cols);

  for (gsize i = 0; i < classes->n; i++)
    y[i * cols + (gsize)classes->values[i]] = 1;
  return y;
}

static void
check_classes(const char *name, const char *method)
{
  const GoldenTensor *p = golden_get(golden, "%s/p", name),
                     *new = golden_get(golden, "%s/new", name);
  gsize cols = p->dim[1];
  g_autofree double *y = one_hot(golden_get(golden, "%s/y", name), cols);
  NwConformalRows rows = {NW_HEAD_SOFTMAX, p->dim[0], cols, p->values, y, NULL};
  g_autoptr(NwConformal) conformal = make(method, &rows);

  for (guint l = 0; l < G_N_ELEMENTS(levels); l++) {
    double coverage = g_ascii_strtod(levels[l], NULL);
    const GoldenTensor *sets = golden_get(golden, "%s/%s/%s/sets", name, method, levels[l]);
    g_assert_cmpfloat_with_epsilon(
        nw_conformal_get_threshold(conformal, 0, coverage),
        golden_get_number(golden, "%s/%s/%s/threshold", name, method, levels[l]), 1e-9);
    for (gsize row = 0; row < new->dim[0]; row++) {
      gboolean in[16];
      gsize size = nw_conformal_fill_set(conformal, 0, coverage, new->values + row *cols, in),
            n = 0;
      for (gsize k = 0; k < cols; k++)
        n += (gsize)in[k];
      g_assert_cmpuint(n, ==, size);
      for (gsize k = 0; k < cols; k++)
        g_assert_cmpint(in[k], ==, (int)sets->values[row * cols + k]);
    }
  }
}

static void
test_classes(void)
{
  check_classes("few", "lac");
  check_classes("many", "lac");
  check_classes("few", "aps");
  check_classes("many", "aps");
}

static void
test_intervals_as_mapie(void)
{
  const GoldenTensor *p = golden_get(golden, "values/p"), *y = golden_get(golden, "values/y");
  const GoldenTensor *new = golden_get(golden, "values/new");
  NwConformalRows rows = {NW_HEAD_VALUES, p->n, 1, p->values, y->values, NULL};
  g_autoptr(NwConformal) conformal = make("residual", &rows);

  for (guint l = 0; l < G_N_ELEMENTS(levels); l++) {
    const GoldenTensor *intervals = golden_get(golden, "values/%s/intervals", levels[l]);
    double half = nw_conformal_get_threshold(conformal, 0, g_ascii_strtod(levels[l], NULL));
    for (gsize row = 0; row < new->n; row++) {
      g_assert_cmpfloat_with_epsilon(new->values[row] - half, intervals->values[2 * row], 1e-12);
      g_assert_cmpfloat_with_epsilon(new->values[row] + half, intervals->values[2 * row + 1],
                                     1e-12);
    }
  }
}

static void
test_labels_as_numpy(void)
{
  const GoldenTensor *p = golden_get(golden, "labels/p"), *y = golden_get(golden, "labels/y");
  NwConformalRows rows = {NW_HEAD_SIGMOID, p->dim[0], 3, p->values, y->values, NULL};
  g_autoptr(NwConformal) conformal = make(NULL, &rows);

  g_assert_cmpuint(nw_conformal_get_n_questions(conformal), ==, 3);
  for (guint l = 0; l < G_N_ELEMENTS(levels); l++)
    for (gsize j = 0; j < 3; j++)
      g_assert_cmpfloat_with_epsilon(
          nw_conformal_get_threshold(conformal, j, g_ascii_strtod(levels[l], NULL)),
          golden_get(golden, "labels/%s/threshold", levels[l])->values[j], 1e-12);
}

/* ── coverage, where the truth is known ──────────────────────────────────────────────────────── */

enum { FITTED = 60, JUDGED = 200, ROUNDS = 300 };

/* Draws rows of a head; forecasts are wrong on purpose, and with @ties rounded to tenths. */
static void
draw(NwHead head, gsize n, gsize cols, gboolean ties, NwRng *rng, guint64 *at, double *p, double *y)
{
  for (gsize row = 0; row < n; row++) {
    double sum = 0, below = 0, u, *to = p + row * cols, *truth = y + row * cols;
    for (gsize k = 0; k < cols; k++) {
      to[k] = nw_rng_uniform(rng, (*at)++);
      if (ties)
        to[k] = round(10 * to[k]) / 10;
      sum += to[k];
      truth[k] = 0;
    }
    u = nw_rng_uniform(rng, (*at)++);
    for (gsize k = 0; k < cols; k++) {
      if (head == NW_HEAD_VALUES)
        truth[k] = to[k] + nw_rng_uniform(rng, (*at)++) - 0.3;
      else if (head == NW_HEAD_SIGMOID)
        truth[k] = nw_rng_uniform(rng, (*at)++) < to[k] * to[k];
      else if (u * sum >= below && (u * sum < below + to[k] || k == cols - 1) && u >= 0) {
        truth[k] = 1;
        u = -1;
      }
      below += to[k];
    }
    for (gsize k = 0; k < cols && head == NW_HEAD_SOFTMAX; k++)
      to[k] = sum > 0 ? to[k] / sum : 1.0 / cols;
  }
}

/* The mean over many draws is the coverage that is promised: never less, and without ties no more
 * than 1/(n + 1) above; and the stated interval holds it as often as it says. */
static void
check_coverage(NwHead head, const char *method, gsize cols, gboolean ties, double coverage)
{
  g_autofree double *p = g_new(double, JUDGED *cols), *y = g_new(double, JUDGED *cols);
  double mean = 0, error;
  guint64 at = 0;
  NwRng rng = nw_rng(5, NW_RNG_SAMPLE, cols, (guint32)(1000 * coverage), ties);

  for (guint round = 0; round < ROUNDS; round++) {
    NwConformalRows rows = {head, FITTED, cols, p, y, NULL};
    draw(head, FITTED, cols, ties, &rng, &at, p, y);
    g_autoptr(NwConformal) conformal = make(method, &rows);
    draw(head, JUDGED, cols, ties, &rng, &at, p, y);
    rows.rows = JUDGED;
    NwCoverage judged = nw_conformal_judge(conformal, 0, coverage, &rows, NULL);
    g_assert_cmpuint(judged.rows, ==, JUDGED);
    g_assert_cmpfloat(judged.low, <=, judged.coverage);
    g_assert_cmpfloat(judged.high, >=, judged.coverage);
    mean += judged.coverage / ROUNDS;
  }
  /* Of one round the coverage varies by both samples. */
  error = sqrt(coverage * (1 - coverage) * (1.0 / FITTED + 1.0 / JUDGED) / ROUNDS);
  g_test_message("%s, %zu columns, %s: %.4f, promised %.2f ± %.4f", method ? method : "labels",
                 cols, ties ? "ties" : "no ties", mean, coverage, error);
  g_assert_cmpfloat(mean, >=, coverage - 4 * error);
  if (!ties)
    g_assert_cmpfloat(mean, <=, coverage + 1.0 / (FITTED + 1) + 4 * error);
}

static void
test_sets_hold_the_truth(void)
{
  static const double coverages[] = {0.6, 0.9, 0.95};

  for (guint i = 0; i < G_N_ELEMENTS(coverages); i++) {
    check_coverage(NW_HEAD_SOFTMAX, "lac", 4, FALSE, coverages[i]);
    check_coverage(NW_HEAD_SIGMOID, NULL, 1, FALSE, coverages[i]);
    check_coverage(NW_HEAD_VALUES, "residual", 1, FALSE, coverages[i]);
  }
  /* The sum of all probabilities is 1 for every least likely answer: a tie. */
  check_coverage(NW_HEAD_SOFTMAX, "aps", 4, FALSE, 0.6);
  check_coverage(NW_HEAD_SOFTMAX, "aps", 4, TRUE, 0.9);
  check_coverage(NW_HEAD_SOFTMAX, "lac", 4, TRUE, 0.9);
  check_coverage(NW_HEAD_SIGMOID, NULL, 2, TRUE, 0.9);
  check_coverage(NW_HEAD_VALUES, "residual", 1, TRUE, 0.9);
}

/* Steps of a sample that say the same count once: the interval is that of the samples. */
static void
test_steps_of_a_sample_count_together(void)
{
  enum { SAMPLES = 50, STEPS = 8, N = SAMPLES * STEPS };
  double p[N], y[N], few_p[SAMPLES], few_y[SAMPLES];
  gsize sample[N];

  for (gsize i = 0; i < N; i++) {
    sample[i] = i / STEPS;
    p[i] = few_p[i / STEPS] = 0;
    y[i] = few_y[i / STEPS] = (double)(sample[i] * 7 % SAMPLES + 1);
  }
  NwConformalRows rows = {NW_HEAD_VALUES, N, 1, p, y, sample};
  NwConformalRows few = {NW_HEAD_VALUES, SAMPLES, 1, few_p, few_y, NULL};
  g_autoptr(NwConformal) conformal = make("residual", &few);
  NwCoverage all = nw_conformal_judge(conformal, 0, 0.8, &rows, NULL);
  NwCoverage samples = nw_conformal_judge(conformal, 0, 0.8, &few, NULL);
  g_assert_cmpfloat(all.coverage, ==, samples.coverage);
  g_assert_cmpfloat_with_epsilon(all.low, samples.low, 1e-12);
  g_assert_cmpfloat_with_epsilon(all.high, samples.high, 1e-12);
  rows.sample = NULL;
  g_assert_cmpfloat(nw_conformal_judge(conformal, 0, 0.8, &rows, NULL).low, >, samples.low);
}

/* ── odd and hostile ─────────────────────────────────────────────────────────────────────────── */

static void
test_too_few_rows_are_a_sentence(void)
{
  double p[] = {0.2, 0.7, 0.4, 0.9}, y[] = {0, 1, NAN, 1};
  gboolean in[2];
  NwConformalRows rows = {NW_HEAD_SIGMOID, 4, 1, p, y, NULL};
  g_autoptr(NwConformal) conformal = make(NULL, &rows);
  g_autoptr(GError) error = NULL;

  g_assert_cmpuint(nw_conformal_get_count(conformal, 0), ==, 3);
  g_assert_true(nw_conformal_check(conformal, 0, 0.75, NULL));
  g_assert_false(nw_conformal_check(conformal, 0, 0.9, &error));
  g_assert_nonnull(
      strstr(error->message, "90 % takes at least 9 validation rows, and there are 3"));
  g_assert_cmpuint(nw_conformal_fill_set(conformal, 0, 0.9, p, in), ==, 2);
}

static void
test_unknown_and_soft_targets(void)
{
  double p[] = {0.2, 0.7}, soft[] = {0.5, 1}, unknown[] = {NAN, NAN};
  NwConformalRows rows = {NW_HEAD_SIGMOID, 2, 1, p, soft, NULL};
  const NwConformalKind *kind = find(NULL, NW_HEAD_SIGMOID);
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_conformal_new(kind, &rows, &error));
  g_assert_nonnull(strstr(error->message, "percentages"));
  g_clear_error(&error);
  rows.y = unknown;
  g_assert_null(nw_conformal_new(kind, &rows, &error));
  g_assert_nonnull(strstr(error->message, "no row with a known truth"));
  g_clear_error(&error);
  g_assert_null(nw_conformal_kind_find("aps", NW_HEAD_VALUES, &error));
  g_assert_nonnull(strstr(error->message, "makes no sets for this kind"));
  g_clear_error(&error);
  g_assert_null(nw_conformal_kind_find("guess", NW_HEAD_VALUES, &error));
  g_assert_nonnull(strstr(error->message, "lac, aps and residual"));
}

static void
test_no_rows_to_try_on(void)
{
  double p[] = {0.2}, y[] = {0};
  NwConformalRows rows = {NW_HEAD_SIGMOID, 1, 1, p, y, NULL};
  g_autoptr(NwConformal) conformal = make(NULL, &rows);

  rows.rows = 0;
  NwCoverage judged = nw_conformal_judge(conformal, 0, 0.5, &rows, NULL);
  g_assert_true(judged.rows == 0 && isnan(judged.coverage) && isnan(judged.size));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  golden = golden_open("conformal");
  g_test_add_func("/conformal/rank-is-exact-for-decimal-coverages", test_rank_is_exact);
  g_test_add_func("/conformal/as-many-rows-are-needed-as-it-says", test_rows_needed);
  g_test_add_func("/conformal/threshold-is-an-order-statistic",
                  test_threshold_is_an_order_statistic);
  g_test_add_func("/conformal/sets-of-classes-equal-mapie-and-numpy", test_classes);
  g_test_add_func("/conformal/intervals-equal-mapie", test_intervals_as_mapie);
  g_test_add_func("/conformal/labels-equal-numpy", test_labels_as_numpy);
  g_test_add_func("/conformal/sets-hold-the-truth-as-often-as-promised", test_sets_hold_the_truth);
  g_test_add_func("/conformal/steps-of-a-sample-count-together",
                  test_steps_of_a_sample_count_together);
  g_test_add_func("/conformal/too-few-rows-are-a-sentence", test_too_few_rows_are_a_sentence);
  g_test_add_func("/conformal/unknown-and-soft-targets", test_unknown_and_soft_targets);
  g_test_add_func("/conformal/nothing-to-try-on-is-nan", test_no_rows_to_try_on);
  int failed = g_test_run();
  golden_free(golden);
  return failed;
}
