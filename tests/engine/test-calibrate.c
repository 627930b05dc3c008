/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "golden.h"

#include "nw-pav.h"
#include "nw-rng.h"
#include "nw-scores.h"
#include "nw-threshold.h"

static Golden *golden;

static const char *const binary_cases[] = {"hundredths", "smooth", "three-positives",
                                           "exact-zeros-and-ones"};
static const char *const multiclass_cases[] = {"overconfident", "underconfident"};

static void
assert_near(double got, double expected, double tolerance)
{
  g_assert_true(isnan(got) == isnan(expected));
  if (!isnan(expected))
    g_assert_cmpfloat_with_epsilon(got, expected, tolerance);
}

static double
number(const char *prefix, const char *name)
{
  return golden_get_number(golden, "%s/%s", prefix, name);
}

static double
mean(const double *values, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += values[i];
  return sum / (double)n;
}

/* Bins */

/* j/100 belongs to bin ceil(j·M/100) − 1, which integers decide. */
static void
test_edges_are_exact(void)
{
  static const guint n_bins[] = {1, 2, 5, 10, 15, 20, 25, 50, 100};
  double edges[NW_MAX_BINS + 1];

  for (guint m = 0; m < G_N_ELEMENTS(n_bins); m++) {
    for (guint j = 0; j <= 100; j++) {
      g_autofree char *text = g_strdup_printf("%u.%02u", j / 100, j % 100);
      double p = g_ascii_strtod(text, NULL);
      guint expected = j == 0 ? 0 : (j * n_bins[m] + 99) / 100 - 1;

      nw_bin_edges(NW_EDGES_DOUBLE, n_bins[m], edges);
      g_assert_cmpuint(nw_bin_index(edges, n_bins[m], p), ==, expected);
      nw_bin_edges(NW_EDGES_SINGLE, n_bins[m], edges);
      g_assert_cmpuint(nw_bin_index(edges, n_bins[m], (float)p), ==, expected);
    }
  }
}

/* Whatever p is, it lies within the edges of its bin. */
static void
test_index_agrees_with_edges(void)
{
  NwRng rng = nw_rng(1, NW_RNG_TEST, 0, 0, 0);
  double edges[NW_MAX_BINS + 1];

  for (guint i = 0; i < 20000; i++) {
    guint n_bins = 1 + (guint)nw_rng_below(&rng, 3 * i, 200);
    guint at = (guint)nw_rng_below(&rng, 3 * i + 1, n_bins + 1);
    double p;

    nw_bin_edges(i % 2 ? NW_EDGES_SINGLE : NW_EDGES_DOUBLE, n_bins, edges);
    p = nextafter(edges[at], i % 3 == 0 ? 0 : i % 3 == 1 ? 1 : edges[at]);
    guint bin = nw_bin_index(edges, n_bins, p);
    g_assert_cmpuint(bin, <, n_bins);
    g_assert_cmpfloat(p, <=, edges[bin + 1]);
    g_assert_true(bin == 0 || p > edges[bin]);
  }
}

static void
test_odd_probabilities_get_a_bin(void)
{
  double edges[11];

  nw_bin_edges(NW_EDGES_DOUBLE, 10, edges);
  g_assert_cmpuint(nw_bin_index(edges, 10, 0), ==, 0);
  g_assert_cmpuint(nw_bin_index(edges, 10, -0.0), ==, 0);
  g_assert_cmpuint(nw_bin_index(edges, 10, -3), ==, 0);
  g_assert_cmpuint(nw_bin_index(edges, 10, 1), ==, 9);
  g_assert_cmpuint(nw_bin_index(edges, 10, 1e300), ==, 9);
  g_assert_cmpuint(nw_bin_index(edges, 10, NAN), ==, 0);
  g_assert_cmpuint(nw_bin_index(edges, 10, 1e-300), ==, 0);
}

static void
test_sklearn_calibration_curve(void)
{
  for (guint c = 0; c < G_N_ELEMENTS(binary_cases); c++) {
    const GoldenTensor *p = golden_get(golden, "binary/%s/p", binary_cases[c]);
    const GoldenTensor *y = golden_get(golden, "binary/%s/y", binary_cases[c]);
    const GoldenTensor *observed =
        golden_get(golden, "binary/%s/sklearn_observed", binary_cases[c]);
    const GoldenTensor *predicted =
        golden_get(golden, "binary/%s/sklearn_predicted", binary_cases[c]);
    NwBin bins[10];
    gsize filled = 0;

    nw_reliability_equal_width(p->values, y->values, p->n, NW_EDGES_DOUBLE, 10, bins);
    for (guint b = 0; b < 10; b++) {
      if (bins[b].count == 0) {
        g_assert_true(isnan(bins[b].predicted) && isnan(bins[b].observed_low));
        continue;
      }
      g_assert_cmpuint(filled, <, observed->n);
      assert_near(bins[b].observed, observed->values[filled], 1e-12);
      assert_near(bins[b].predicted, predicted->values[filled++], 1e-12);
    }
    g_assert_cmpuint(filled, ==, observed->n);
  }
}

static void
check_bins(const char *prefix, const double *p, const double *y, gsize n, guint n_bins)
{
  const GoldenTensor *count = golden_get(golden, "%s/count", prefix);
  const GoldenTensor *predicted = golden_get(golden, "%s/predicted", prefix);
  const GoldenTensor *observed = golden_get(golden, "%s/observed", prefix);
  const GoldenTensor *low = golden_get(golden, "%s/observed_low", prefix);
  const GoldenTensor *high = golden_get(golden, "%s/observed_high", prefix);
  const GoldenTensor *expected = golden_get(golden, "%s/brier_parts", prefix);
  NwBin bins[20];
  NwBrierParts parts;
  gsize filled = 0;

  nw_reliability_equal_width(p, y, n, NW_EDGES_DOUBLE, n_bins, bins);
  for (guint b = 0; b < n_bins; b++) {
    g_assert_cmpfloat(bins[b].count, ==, count->values[b]);
    assert_near(bins[b].predicted, predicted->values[b], 1e-12);
    assert_near(bins[b].observed, observed->values[b], 1e-12);
    if (bins[b].count == 0)
      continue;
    assert_near(bins[b].observed_low, low->values[filled], 1e-12);
    assert_near(bins[b].observed_high, high->values[filled++], 1e-12);
  }
  assert_near(nw_ece(bins, n_bins), number(prefix, "ece"), 1e-12);
  assert_near(nw_mce(bins, n_bins), number(prefix, "mce"), 1e-12);
  assert_near(nw_rmsce(bins, n_bins), number(prefix, "rmsce"), 1e-12);
  assert_near(nw_overconfidence_error(bins, n_bins), number(prefix, "overconfidence"), 1e-12);
  assert_near(nw_debiased_l2(bins, n_bins), number(prefix, "debiased_l2"), 1e-12);
  assert_near(nw_ece_floor(bins, n_bins), number(prefix, "ece_floor"), 1e-12);
  parts = nw_brier_parts(p, y, n, NW_EDGES_DOUBLE, bins, n_bins);
  assert_near(parts.reliability, expected->values[0], 1e-12);
  assert_near(parts.resolution, expected->values[1], 1e-12);
  assert_near(parts.uncertainty, expected->values[2], 1e-12);
  assert_near(parts.variance, expected->values[3], 1e-12);
  assert_near(parts.covariance, expected->values[4], 1e-12);
}

static void
test_bins_and_their_scores(void)
{
  static const guint n_bins[] = {5, 10, 15, 20};

  for (guint c = 0; c < G_N_ELEMENTS(binary_cases); c++) {
    const GoldenTensor *p = golden_get(golden, "binary/%s/p", binary_cases[c]);
    const GoldenTensor *y = golden_get(golden, "binary/%s/y", binary_cases[c]);
    for (guint m = 0; m < G_N_ELEMENTS(n_bins); m++) {
      g_autofree char *prefix = g_strdup_printf("binary/%s/%u", binary_cases[c], n_bins[m]);
      check_bins(prefix, p->values, y->values, p->n, n_bins[m]);
    }
  }
}

static void
test_equal_mass_is_sklearns_quantile(void)
{
  const GoldenTensor *p = golden_get(golden, "mass/p"), *y = golden_get(golden, "mass/y");
  const GoldenTensor *observed = golden_get(golden, "mass/observed");
  const GoldenTensor *predicted = golden_get(golden, "mass/predicted");
  NwBin bins[10];

  g_assert_cmpuint(nw_reliability_equal_mass(p->values, y->values, p->n, 10, bins), ==, 10);
  for (guint b = 0; b < 10; b++) {
    g_assert_cmpuint(bins[b].count, ==, 30);
    assert_near(bins[b].observed, observed->values[b], 1e-12);
    assert_near(bins[b].predicted, predicted->values[b], 1e-12);
    g_assert_true(b == 0 || bins[b].low == bins[b - 1].high);
  }
}

static void
test_equal_mass_keeps_ties_together(void)
{
  double constant[] = {0.3, 0.3, 0.3, 0.3, 0.3}, y[] = {0, 1, 0, 0, 1, 1};
  double many_zeros[] = {0, 0, 0, 0, 0.5, 0.9};
  NwBin bins[5];

  g_assert_cmpuint(nw_reliability_equal_mass(constant, y, 5, 5, bins), ==, 1);
  g_assert_cmpuint(bins[0].count, ==, 5);
  g_assert_cmpuint(nw_reliability_equal_mass(many_zeros, y, 6, 3, bins), ==, 2);
  g_assert_cmpuint(bins[0].count, ==, 4);
  g_assert_cmpfloat(bins[0].high, ==, 0.25);
  g_assert_cmpuint(nw_reliability_equal_mass(many_zeros, y, 2, 5, bins), ==, 1);
  g_assert_cmpuint(nw_reliability_equal_mass(many_zeros, y, 0, 5, bins), ==, 0);
}

static void
test_wilson_at_the_ends(void)
{
  double low, high;

  nw_wilson(0, 10, NW_Z_95, &low, &high);
  g_assert_cmpfloat(low, ==, 0);
  assert_near(high, 0.2775327998628892, 1e-12);
  nw_wilson(10, 10, NW_Z_95, &low, &high);
  g_assert_cmpfloat(high, ==, 1);
  nw_wilson(0, 0, NW_Z_95, &low, &high);
  g_assert_true(isnan(low) && isnan(high));
}

/* Scores without bins */

static void
test_scores(void)
{
  for (guint c = 0; c < G_N_ELEMENTS(binary_cases); c++) {
    g_autofree char *prefix = g_strdup_printf("binary/%s", binary_cases[c]);
    const GoldenTensor *p = golden_get(golden, "%s/p", prefix);
    const GoldenTensor *y = golden_get(golden, "%s/y", prefix);
    const GoldenTensor *corp = golden_get(golden, "%s/corp", prefix);
    g_autoptr(NwRank) rank = nw_rank_new(p->values, y->values, p->n);
    NwBrierCorp parts = nw_brier_corp(p->values, y->values, p->n);

    assert_near(nw_brier(p->values, y->values, p->n), number(prefix, "brier"), 1e-12);
    assert_near(nw_log_loss(p->values, y->values, p->n), number(prefix, "log_loss"), 1e-10);
    assert_near(nw_ks_error(p->values, y->values, p->n), number(prefix, "ks"), 1e-12);
    assert_near(nw_brier_skill(nw_brier(p->values, y->values, p->n), mean(y->values, y->n)),
                number(prefix, "brier_skill"), 1e-12);
    assert_near(nw_auc(rank), number(prefix, "auc"), 1e-12);
    assert_near(nw_average_precision(rank), number(prefix, "average_precision"), 1e-12);
    assert_near(parts.miscalibration, corp->values[0], 1e-12);
    assert_near(parts.discrimination, corp->values[1], 1e-12);
    assert_near(parts.uncertainty, corp->values[2], 1e-12);
  }
}

static void
test_smooth_ece(void)
{
  for (guint c = 0; c < G_N_ELEMENTS(binary_cases); c++) {
    const GoldenTensor *p = golden_get(golden, "binary/%s/p", binary_cases[c]);
    const GoldenTensor *y = golden_get(golden, "binary/%s/y", binary_cases[c]);
    double sigma, error = nw_smooth_ece(p->values, y->values, p->n, &sigma);

    assert_near(error, golden_get_number(golden, "binary/%s/smooth_ece", binary_cases[c]), 1e-4);
    assert_near(sigma, error, 1e-3 * sigma);
  }
}

static void
test_multiclass(void)
{
  for (guint c = 0; c < G_N_ELEMENTS(multiclass_cases); c++) {
    g_autofree char *prefix = g_strdup_printf("multiclass/%s", multiclass_cases[c]);
    g_autofree char *bins = g_strconcat(prefix, "/confidence", NULL);
    const GoldenTensor *p = golden_get(golden, "%s/p", prefix);
    const GoldenTensor *classes = golden_get(golden, "%s/classes", prefix);
    gsize n = p->dim[0], k = p->dim[1];
    g_autofree double *y = g_new0(double, p->n), *top = g_new0(double, n),
                      *right = g_new(double, n);

    for (gsize i = 0; i < n; i++) {
      gsize best = 0;
      for (gsize j = 1; j < k; j++)
        if (p->values[i * k + j] > p->values[i * k + best])
          best = j;
      y[i * k + (gsize)classes->values[i]] = 1;
      top[i] = p->values[i * k + best];
      right[i] = best == classes->values[i];
    }
    check_bins(bins, top, right, n, 15);
    assert_near(nw_classwise_ece(p->values, y, n, k, NW_EDGES_DOUBLE, 15),
                number(prefix, "classwise_ece"), 1e-12);
    assert_near(nw_brier_multiclass(p->values, y, n, k), number(prefix, "brier"), 1e-12);
    assert_near(nw_log_loss_multiclass(p->values, y, n, k), number(prefix, "log_loss"), 1e-12);
  }
}

static void
test_log_loss_is_never_infinite(void)
{
  double p[40], y[40], soft[] = {0.25};

  for (guint i = 0; i < 40; i++) {
    p[i] = i % 2;
    y[i] = 1 - i % 2;
  }
  assert_near(nw_log_loss(p, y, 40), -log(1e-12), 1e-4);
  assert_near(nw_log_loss(p, p, 40), 0, 1e-11);
  assert_near(nw_log_loss_multiclass(p, y, 20, 2), -log(1e-12), 1e-9);
  assert_near(nw_log_loss(soft, soft, 1), -0.25 * log(0.25) - 0.75 * log(0.75), 1e-12);
}

static void
test_nothing_scores_nan(void)
{
  NwBin bins[10];
  g_autoptr(NwRank) rank = nw_rank_new(NULL, NULL, 0);

  nw_reliability_equal_width(NULL, NULL, 0, NW_EDGES_DOUBLE, 10, bins);
  g_assert_true(isnan(nw_ece(bins, 10)) && isnan(nw_mce(bins, 10)) && isnan(nw_rmsce(bins, 10)));
  g_assert_true(isnan(nw_ece_floor(bins, 10)) && isnan(nw_debiased_l2(bins, 10)));
  g_assert_true(isnan(nw_brier(NULL, NULL, 0)) && isnan(nw_log_loss(NULL, NULL, 0)));
  g_assert_true(isnan(nw_ks_error(NULL, NULL, 0)) && isnan(nw_smooth_ece(NULL, NULL, 0, NULL)));
  g_assert_true(isnan(nw_brier_corp(NULL, NULL, 0).miscalibration));
  g_assert_true(isnan(nw_auc(rank)) && isnan(nw_average_precision(rank)));
  g_assert_true(isnan(nw_threshold_best_f1(rank)));
}

static void
test_one_class_has_no_ranking(void)
{
  double p[] = {0.2, 0.7}, no[] = {0, 0}, yes[] = {1, 1};
  g_autoptr(NwRank) all_no = nw_rank_new(p, no, 2), all_yes = nw_rank_new(p, yes, 2);
  guint n;

  g_assert_true(isnan(nw_auc(all_no)) && isnan(nw_auc(all_yes)));
  g_assert_true(isnan(nw_average_precision(all_no)));
  g_assert_cmpfloat(nw_average_precision(all_yes), ==, 1);
  g_assert_null(nw_roc_curve(all_no, 0, &n));
  g_assert_cmpuint(n, ==, 0);
  g_assert_null(nw_pr_curve(all_no, 0, &n));
}

static void
test_constant_predictor(void)
{
  double p[] = {0.25, 0.25, 0.25, 0.25}, y[] = {0, 1, 0, 0};
  g_autoptr(NwRank) rank = nw_rank_new(p, y, 4);
  NwBin bins[10];

  nw_reliability_equal_width(p, y, 4, NW_EDGES_DOUBLE, 10, bins);
  g_assert_cmpuint(rank->n_steps, ==, 1);
  g_assert_cmpfloat(nw_auc(rank), ==, 0.5);
  g_assert_cmpfloat(nw_average_precision(rank), ==, 0.25);
  g_assert_cmpfloat(nw_ece(bins, 10), ==, 0);
  g_assert_cmpfloat(nw_ks_error(p, y, 4), ==, 0);
}

/* Ranks, thresholds, curves */

static void
test_sort_is_right_for_every_sign(void)
{
  enum { N = 3000 };
  NwRng rng = nw_rng(2, NW_RNG_TEST, 0, 0, 0);
  double p[N];
  guint32 order[N];

  for (guint i = 0; i < N; i++)
    p[i] = i % 3 ? nw_rng_normal(&rng, i) : (int)(8 * nw_rng_normal(&rng, i));
  nw_sort_order(p, N, order);
  for (guint i = 1; i < N; i++) {
    g_assert_cmpfloat(p[order[i - 1]], <=, p[order[i]]);
    g_assert_true(order[i - 1] < order[i] || p[order[i - 1]] != p[order[i]] || p[order[i]] == 0);
  }
}

static void
check_curve(const NwCurvePoint *points, guint n, const GoldenTensor *expected, guint skip)
{
  g_assert_cmpuint(n - skip, ==, expected->dim[0]);
  for (guint i = skip; i < n; i++) {
    assert_near(points[i].x, expected->values[2 * (i - skip)], 1e-12);
    assert_near(points[i].y, expected->values[2 * (i - skip) + 1], 1e-12);
  }
}

static void
test_curves(void)
{
  for (guint c = 0; c < G_N_ELEMENTS(binary_cases); c++) {
    const GoldenTensor *p = golden_get(golden, "binary/%s/p", binary_cases[c]);
    const GoldenTensor *y = golden_get(golden, "binary/%s/y", binary_cases[c]);
    g_autoptr(NwRank) rank = nw_rank_new(p->values, y->values, p->n);
    guint n;
    g_autofree NwCurvePoint *roc = nw_roc_curve(rank, 0, &n);
    check_curve(roc, n, golden_get(golden, "binary/%s/roc", binary_cases[c]), 0);
    g_autofree NwCurvePoint *pr = nw_pr_curve(rank, 0, &n);
    check_curve(pr, n, golden_get(golden, "binary/%s/pr", binary_cases[c]), 1);
    g_assert_cmpfloat(pr[0].y, ==, pr[1].y);
  }
}

static void
test_thinned_curves_keep_their_ends(void)
{
  const GoldenTensor *p = golden_get(golden, "binary/smooth/p");
  const GoldenTensor *y = golden_get(golden, "binary/smooth/y");
  g_autoptr(NwRank) rank = nw_rank_new(p->values, y->values, p->n);

  for (guint max = 2; max < 400; max += 7) {
    guint n;
    g_autofree NwCurvePoint *roc = nw_roc_curve(rank, max, &n);
    g_assert_cmpuint(n, <=, max);
    g_assert_cmpuint(n, >=, MIN(max, 301) / 2);
    g_assert_true(roc[0].x == 0 && roc[0].y == 0 && roc[n - 1].x == 1 && roc[n - 1].y == 1);
    for (guint i = 1; i < n; i++)
      g_assert_true(roc[i].x >= roc[i - 1].x && roc[i].y >= roc[i - 1].y);
  }
}

static void
test_confusion(void)
{
  for (guint c = 0; c < G_N_ELEMENTS(binary_cases); c++) {
    const GoldenTensor *p = golden_get(golden, "binary/%s/p", binary_cases[c]);
    const GoldenTensor *y = golden_get(golden, "binary/%s/y", binary_cases[c]);
    g_autoptr(NwRank) rank = nw_rank_new(p->values, y->values, p->n);
    const GoldenTensor *half = golden_get(golden, "binary/%s/confusion/0.5", binary_cases[c]);
    const GoldenTensor *quarter = golden_get(golden, "binary/%s/confusion/0.25", binary_cases[c]);
    const GoldenTensor *expected[] = {half, quarter};
    const double at[] = {0.5, 0.25};

    for (guint i = 0; i < 2; i++) {
      NwConfusion found = nw_confusion_at(p->values, y->values, p->n, at[i]);
      NwConfusion ranked = nw_rank_confusion_at(rank, at[i]);
      g_assert_cmpmem(&found, sizeof found, &ranked, sizeof ranked);
      g_assert_cmpfloat(found.tp, ==, expected[i]->values[0]);
      g_assert_cmpfloat(found.fp, ==, expected[i]->values[1]);
      g_assert_cmpfloat(found.fn, ==, expected[i]->values[2]);
      g_assert_cmpfloat(found.tn, ==, expected[i]->values[3]);
    }
  }
}

static void
test_best_f1_is_the_best(void)
{
  for (guint c = 0; c < G_N_ELEMENTS(binary_cases); c++) {
    const GoldenTensor *p = golden_get(golden, "binary/%s/p", binary_cases[c]);
    const GoldenTensor *y = golden_get(golden, "binary/%s/y", binary_cases[c]);
    g_autoptr(NwRank) rank = nw_rank_new(p->values, y->values, p->n);
    double threshold = nw_threshold_best_f1(rank);
    NwConfusion confusion = nw_confusion_at(p->values, y->values, p->n, threshold);

    g_assert_cmpfloat(threshold, >=, 0);
    assert_near(nw_confusion_f1(&confusion),
                golden_get_number(golden, "binary/%s/best_f1", binary_cases[c]), 1e-12);
  }
}

static void
test_thresholds_by_target(void)
{
  double p[] = {0.9, 0.8, 0.7, 0.6, 0.5, 0}, y[] = {1, 0, 1, 1, 0, 0};
  g_autoptr(NwRank) rank = nw_rank_new(p, y, 6);

  assert_near(nw_threshold_for_precision(rank, 0.7), 0.55, 1e-12);
  assert_near(nw_threshold_for_precision(rank, 1), 0.85, 1e-12);
  assert_near(nw_threshold_for_recall(rank, 0.6), 0.65, 1e-12);
  assert_near(nw_threshold_for_recall(rank, 1), 0.55, 1e-12);
  assert_near(nw_threshold_best_f1(rank), 0.55, 1e-12);
  assert_near(nw_threshold_for_cost(1, 4), 0.2, 1e-12);
  y[0] = 0;
  g_autoptr(NwRank) worse = nw_rank_new(p, y, 6);
  g_assert_true(isnan(nw_threshold_for_precision(worse, 0.9)));
}

/* Isotonic regression */

static void
test_pav_is_sklearns_isotonic(void)
{
  for (guint c = 0; c < G_N_ELEMENTS(binary_cases); c++) {
    const GoldenTensor *p = golden_get(golden, "binary/%s/p", binary_cases[c]);
    const GoldenTensor *y = golden_get(golden, "binary/%s/y", binary_cases[c]);
    const GoldenTensor *fitted = golden_get(golden, "binary/%s/isotonic", binary_cases[c]);
    gsize n_blocks, count = 0;
    g_autofree NwPavBlock *blocks = nw_pav_fit(p->values, y->values, p->n, &n_blocks);

    for (gsize b = 0; b < n_blocks; b++) {
      count += blocks[b].count;
      g_assert_true(b == 0 ||
                    (blocks[b].value > blocks[b - 1].value && blocks[b].low > blocks[b - 1].high));
    }
    g_assert_cmpuint(count, ==, p->n);
    for (gsize i = 0; i < p->n; i++) {
      gsize b = 0;
      while (blocks[b].high < p->values[i])
        b++;
      assert_near(blocks[b].value, fitted->values[i], 1e-12);
    }
  }
}

/* Whatever is predicted */

static void
test_random_predictions_keep_the_bounds(void)
{
  enum { N = 500 };
  double p[N], y[N];

  for (guint round = 0; round < 200; round++) {
    NwRng rng = nw_rng(round, NW_RNG_TEST, 0, 0, 0);
    guint n_bins = 1 + (guint)nw_rng_below(&rng, 5000, 40);
    gsize n = 1 + nw_rng_below(&rng, 5001, N), count = 0;
    g_autofree NwBin *bins = g_new(NwBin, n_bins);
    double bias = 0, ece, coarse;
    NwBrierParts parts;

    for (gsize i = 0; i < n; i++) {
      p[i] = round % 2 ? nw_rng_uniform(&rng, i) : nw_rng_below(&rng, i, 21) / 20.0;
      y[i] = round % 3 ? nw_rng_uniform(&rng, N + i) < p[i] : nw_rng_uniform(&rng, N + i);
      bias += (p[i] - y[i]) / n;
    }
    nw_reliability_equal_width(p, y, n, NW_EDGES_DOUBLE, n_bins, bins);
    for (guint b = 0; b < n_bins; b++) {
      count += bins[b].count;
      if (bins[b].count == 0)
        continue;
      g_assert_true(bins[b].observed_low <= bins[b].observed + 1e-12);
      g_assert_true(bins[b].observed_high >= bins[b].observed - 1e-12);
      g_assert_true(bins[b].predicted >= bins[b].low - 1e-12);
      g_assert_true(bins[b].predicted <= bins[b].high + 1e-12);
    }
    g_assert_cmpuint(count, ==, n);
    ece = nw_ece(bins, n_bins);
    g_assert_cmpfloat(ece, >=, fabs(bias) - 1e-12);
    g_assert_cmpfloat(ece, <=, nw_mce(bins, n_bins) + 1e-12);
    g_assert_cmpfloat(ece, <=, nw_rmsce(bins, n_bins) + 1e-12);
    g_assert_cmpfloat(nw_ece_floor(bins, n_bins), <=, ece);
    g_assert_cmpfloat(nw_ks_error(p, y, n), >=, fabs(bias) - 1e-12);
    g_assert_cmpfloat(nw_smooth_ece(p, y, n, NULL), >=, fabs(bias) - 1e-9);
    parts = nw_brier_parts(p, y, n, NW_EDGES_DOUBLE, bins, n_bins);
    assert_near(parts.reliability - parts.resolution + parts.uncertainty + parts.variance -
                    parts.covariance,
                nw_brier(p, y, n), 1e-12);
    nw_reliability_equal_width(p, y, n, NW_EDGES_DOUBLE, 1, bins);
    coarse = nw_ece(bins, 1);
    assert_near(coarse, fabs(bias), 1e-12);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  golden = golden_open("calibration");
  g_test_add_func("/bins/decimals-on-an-edge-belong-to-the-bin-below", test_edges_are_exact);
  g_test_add_func("/bins/index-agrees-with-edges", test_index_agrees_with_edges);
  g_test_add_func("/bins/odd-probabilities-get-a-bin", test_odd_probabilities_get_a_bin);
  g_test_add_func("/bins/equal-width-is-scikit-learns-calibration-curve",
                  test_sklearn_calibration_curve);
  g_test_add_func("/bins/counts-means-intervals-and-scores", test_bins_and_their_scores);
  g_test_add_func("/bins/equal-mass-is-scikit-learns-quantile-strategy",
                  test_equal_mass_is_sklearns_quantile);
  g_test_add_func("/bins/equal-mass-keeps-ties-together", test_equal_mass_keeps_ties_together);
  g_test_add_func("/bins/wilson-stays-inside-at-the-ends", test_wilson_at_the_ends);
  g_test_add_func("/scores/without-bins-equal-scikit-learn", test_scores);
  g_test_add_func("/scores/smooth-ece-equals-brute-force", test_smooth_ece);
  g_test_add_func("/scores/several-classes", test_multiclass);
  g_test_add_func("/scores/log-loss-is-never-infinite", test_log_loss_is_never_infinite);
  g_test_add_func("/scores/nothing-scores-nan", test_nothing_scores_nan);
  g_test_add_func("/scores/one-class-has-no-ranking", test_one_class_has_no_ranking);
  g_test_add_func("/scores/constant-predictor", test_constant_predictor);
  g_test_add_func("/scores/random-predictions-keep-the-bounds",
                  test_random_predictions_keep_the_bounds);
  g_test_add_func("/rank/sorts-any-sign-and-is-stable", test_sort_is_right_for_every_sign);
  g_test_add_func("/threshold/curves-equal-scikit-learn", test_curves);
  g_test_add_func("/threshold/thinned-curves-keep-their-ends", test_thinned_curves_keep_their_ends);
  g_test_add_func("/threshold/confusion-equals-scikit-learn", test_confusion);
  g_test_add_func("/threshold/best-f1-is-the-best", test_best_f1_is_the_best);
  g_test_add_func("/threshold/by-target-and-by-cost", test_thresholds_by_target);
  g_test_add_func("/isotonic/pooling-equals-scikit-learn", test_pav_is_sklearns_isotonic);
  int failed = g_test_run();
  golden_free(golden);
  return failed;
}
