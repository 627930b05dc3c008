/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "golden.h"

#include "nw-rng.h"
#include "nw-threshold.h"

#include <math.h>

static Golden *golden;

static const char *const binary_cases[] = {"hundredths", "smooth", "three-positives",
                                           "exact-zeros-and-ones"};

static void
assert_near(double got, double expected, double tolerance)
{
  g_assert_cmpfloat_with_epsilon(got, expected, tolerance);
}

/* Beside the cheapest of all thresholds by scikit-learn's confusion matrices. */
static void
test_least_cost_is_the_least(void)
{
  const char *const costs[] = {"0.2", "1", "5"};

  for (guint c = 0; c < G_N_ELEMENTS(binary_cases); c++) {
    const GoldenTensor *p = golden_get(golden, "binary/%s/p", binary_cases[c]);
    const GoldenTensor *y = golden_get(golden, "binary/%s/y", binary_cases[c]);
    g_autoptr(NwRank) rank = nw_rank_new(p->values, y->values, p->n);

    for (guint i = 0; i < G_N_ELEMENTS(costs); i++) {
      double miss = g_ascii_strtod(costs[i], NULL);
      double threshold = nw_threshold_of_least_cost(rank, miss);
      NwConfusion confusion = nw_confusion_at(p->values, y->values, p->n, threshold);

      g_assert_true(threshold >= 0 && threshold <= 1);
      assert_near(nw_confusion_cost(&confusion, miss),
                  golden_get_number(golden, "binary/%s/least_cost/%s", binary_cases[c], costs[i]),
                  1e-12);
    }
  }
}

static void
test_least_cost_at_the_ends(void)
{
  double p[] = {0.9, 0.8, 0.7, 0.6, 0.5, 0.2}, y[] = {1, 0, 1, 1, 0, 0};
  g_autoptr(NwRank) rank = nw_rank_new(p, y, 6), nothing = nw_rank_new(NULL, NULL, 0);

  assert_near(nw_threshold_of_least_cost(rank, 10), 0.55, 1e-12); /* all found, one alarm */
  assert_near(nw_threshold_of_least_cost(rank, 0.4), 0.85, 1e-12);
  g_assert_cmpfloat(nw_threshold_of_least_cost(rank, 0), ==, 1); /* misses are free: never yes */
  g_assert_true(isnan(nw_threshold_of_least_cost(nothing, 1)));
  /* Of probabilities that are right it is c_fp/(c_fp + c_fn). */
  enum { N = 20000 };
  double *many = g_new(double, N), *truth = g_new(double, N);
  NwRng rng = nw_rng(4, NW_RNG_TEST, 0, 0, 0);
  for (guint i = 0; i < N; i++) {
    many[i] = nw_rng_uniform(&rng, i);
    truth[i] = nw_rng_uniform(&rng, N + i) < many[i];
  }
  g_autoptr(NwRank) honest = nw_rank_new(many, truth, N);
  assert_near(nw_threshold_of_least_cost(honest, 4), nw_threshold_for_cost(1, 4), 0.03);
  assert_near(nw_threshold_of_least_cost(honest, 0.25), nw_threshold_for_cost(4, 1), 0.03);
  g_free(many);
  g_free(truth);
}

/* The staircase is what counting at any threshold gives. */
static void
test_cost_curve(void)
{
  for (guint c = 0; c < G_N_ELEMENTS(binary_cases); c++) {
    const GoldenTensor *p = golden_get(golden, "binary/%s/p", binary_cases[c]);
    const GoldenTensor *y = golden_get(golden, "binary/%s/y", binary_cases[c]);
    g_autoptr(NwRank) rank = nw_rank_new(p->values, y->values, p->n);
    g_autofree double *x = g_new(double, 2 * rank->n_steps + 2);
    g_autofree double *cost = g_new(double, 2 * rank->n_steps + 2);
    gsize n = nw_cost_curve(rank, 3, x, cost);

    g_assert_cmpfloat(x[0], ==, 0);
    g_assert_cmpfloat(x[n - 1], ==, 1);
    for (gsize i = 0; i < n; i += 2) {
      NwConfusion at = nw_rank_confusion_at(rank, x[i]);
      NwConfusion within = nw_rank_confusion_at(rank, (x[i] + x[i + 1]) / 2);
      g_assert_true(x[i] <= x[i + 1] && cost[i] == cost[i + 1]);
      g_assert_true(i == 0 || x[i] == x[i - 1]);
      g_assert_cmpfloat(nw_confusion_cost(&at, 3), ==, cost[i]);
      g_assert_cmpfloat(nw_confusion_cost(&within, 3), ==, cost[i]);
    }
  }
}

static void
test_ways_to_choose(void)
{
  double p[] = {0.9, 0.8, 0.7, 0.6, 0.5, 0}, y[] = {1, 0, 1, 1, 0, 0};
  g_autoptr(NwRank) rank = nw_rank_new(p, y, 6);

  for (const NwThresholdKind *kind = nw_threshold_kinds; kind->id != NULL; kind++) {
    double threshold = kind->choose(rank, kind->initial);
    g_assert_true(nw_threshold_kind_find(kind->id) == kind);
    g_assert_true(kind->low <= kind->initial && kind->initial <= kind->high);
    g_assert_true(threshold >= 0 && threshold <= 1);
  }
  g_assert_null(nw_threshold_kind_find("luck"));
  assert_near(nw_threshold_kind_find("hand")->choose(rank, 0.3), 0.3, 1e-12);
  assert_near(nw_threshold_kind_find("f1")->choose(rank, 0), 0.55, 1e-12);
  assert_near(nw_threshold_kind_find("precision")->choose(rank, 1), 0.85, 1e-12);
  assert_near(nw_threshold_kind_find("recall")->choose(rank, 0.6), 0.65, 1e-12);
}

int
main(int argc, char *argv[])
{
  int result;

  g_test_init(&argc, &argv, NULL);
  golden = golden_open("calibration");
  g_test_add_func("/threshold/least-cost-is-the-least", test_least_cost_is_the_least);
  g_test_add_func("/threshold/least-cost-at-the-ends", test_least_cost_at_the_ends);
  g_test_add_func("/threshold/cost-curve-is-what-counting-gives", test_cost_curve);
  g_test_add_func("/threshold/ways-to-choose", test_ways_to_choose);
  result = g_test_run();
  golden_free(golden);
  return result;
}
