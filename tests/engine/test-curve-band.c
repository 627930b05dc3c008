/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-curve-band.h"
#include "nw-reliability.h"
#include "nw-rng.h"
#include "nw-threshold.h"

#include <math.h>
#include <string.h>

typedef NwBandPoint *(*MakeBand)(const NwRank *rank, double witnesses);

/* Scores of positives are normal around SHIFT, of negatives around 0, a share SHARE is positive. */
#define SHIFT 1.2
#define SHARE 0.3

static double
above(double z) /* P(normal > z) */
{
  return erfc(z / sqrt(2)) / 2;
}

static double
density(double z)
{
  return exp(-z * z / 2) / sqrt(2 * G_PI);
}

static double
squash(double score) /* a threshold in 0 … 1 */
{
  return 1 / (1 + exp(-score));
}

typedef struct {
  double x, y;
} Place;

static Place
true_roc(double z)
{
  return (Place){above(z), above(z - SHIFT)};
}

static Place
true_pr(double z)
{
  double recall = above(z - SHIFT), yes = SHARE * recall + (1 - SHARE) * above(z);
  return (Place){recall, SHARE * recall / yes};
}

static NwRank *
draw_rank(guint n, guint draw)
{
  NwRng rng = nw_rng(7, NW_RNG_TEST, n, draw, 0);
  g_autofree double *p = g_new(double, n), *y = g_new(double, n);

  for (guint i = 0; i < n; i++) {
    y[i] = nw_rng_uniform(&rng, 2 * i) < SHARE;
    p[i] = squash(SHIFT * y[i] + nw_rng_normal(&rng, 2 * (guint64)n + 2 * i));
  }
  return nw_rank_new(p, y, n);
}

/* ── how often the truth is in the band ──────────────────────────────────────────────────────── */

static const double thresholds[] = {-0.5, 0, 0.4, 0.8, 1.2, 1.6, 2};
enum { N_PLACES = G_N_ELEMENTS(thresholds), DRAWS = 2000 };

typedef struct {
  guint drawn, at[N_PLACES], whole;
} Held;

static gboolean
is_held(const NwBandPoint *band, Place place)
{
  double low, high;

  nw_band_at(band, place.x, &low, &high);
  return place.y >= low && place.y <= high;
}

static Held
simulate(guint n, MakeBand make, Place (*truth)(double z))
{
  Held held = {0};

  for (guint draw = 0; draw < DRAWS; draw++) {
    g_autoptr(NwRank) rank = draw_rank(n, draw);
    g_autofree NwBandPoint *band = make(rank, 1);
    gboolean whole = TRUE;

    if (band == NULL)
      continue;
    held.drawn++;
    for (guint i = 0; i < N_PLACES; i++)
      held.at[i] += is_held(band, truth(thresholds[i])) ? 1 : 0;
    for (double z = -1; z < 2.2; z += 0.05) /* rates from 2 % to 98 % */
      whole &= is_held(band, truth(z));
    held.whole += whole ? 1 : 0;
  }
  return held;
}

/* At each place with 95 % or more, by three standard errors of the simulation; and the whole curve
 * as often as is said here. */
static void
check_held(guint n, MakeBand make, Place (*truth)(double z), double whole)
{
  Held held = simulate(n, make, truth);
  double least = 1;

  for (guint i = 0; i < N_PLACES; i++)
    least = MIN(least, (double)held.at[i] / held.drawn);
  g_test_message("%u rows: at each place %.3f or more, the whole curve %.3f", n, least,
                 (double)held.whole / held.drawn);
  g_assert_cmpfloat(least, >=, 0.95 - 3 * sqrt(0.95 * 0.05 / held.drawn));
  g_assert_cmpfloat((double)held.whole / held.drawn, >=, whole);
}

static void
test_roc_is_held(void)
{
  check_held(40, nw_roc_band, true_roc, 0.88);
  check_held(200, nw_roc_band, true_roc, 0.88);
  check_held(2000, nw_roc_band, true_roc, 0.88);
}

static void
test_pr_is_held(void)
{
  check_held(40, nw_pr_band, true_pr, 0.88);
  check_held(200, nw_pr_band, true_pr, 0.88);
  check_held(2000, nw_pr_band, true_pr, 0.88);
}

/* ── formulas ────────────────────────────────────────────────────────────────────────────────── */

/* n rows that are spread as the truth is: no chance in them. */
static NwRank *
make_even(guint n)
{
  guint positives = (guint)(SHARE * n + 0.5);
  g_autofree double *p = g_new(double, n), *y = g_new0(double, n);

  for (guint i = 0; i < n; i++) {
    guint of = i < positives ? positives : n - positives, k = i < positives ? i : i - positives;
    double wanted = (k + 0.5) / of, low = -9, high = 9;

    y[i] = i < positives;
    while (high - low > 1e-12)
      *(above((low + high) / 2) > wanted ? &low : &high) = (low + high) / 2;
    p[i] = squash(low + SHIFT * y[i]);
  }
  return nw_rank_new(p, y, n);
}

static void
check_height(const NwBandPoint *band, Place place, double expected, double tolerance)
{
  double low, high;

  nw_band_at(band, place.x, &low, &high);
  g_assert_cmpfloat_with_epsilon(high - low, expected, tolerance * expected);
  g_assert_cmpfloat_with_epsilon((high + low) / 2, place.y, tolerance * expected);
}

/* With many rows: z·√(var TPR + slope²·var FPR) to both sides, the delta method. */
static void
test_roc_height_is_the_delta_methods(void)
{
  enum { N = 40000 };
  g_autoptr(NwRank) rank = make_even(N);
  g_autofree NwBandPoint *band = nw_roc_band(rank, 1), *wide = nw_roc_band(rank, 0.25);
  double positives = (double)rank->positives, negatives = (double)rank->negatives;

  for (double z = 0.2; z < 1.3; z += 0.2) {
    Place at = true_roc(z);
    double slope = density(z - SHIFT) / density(z);
    double error =
        sqrt(at.y * (1 - at.y) / positives + slope * slope * at.x * (1 - at.x) / negatives);

    check_height(band, at, 2 * NW_BAND_Z * error, 0.05);
    check_height(wide, at, 4 * NW_BAND_Z * error, 0.05);
  }
}

/* The same with the correlation of recall and precision: that of p at a fixed r = tp/(tp + fn) is
 * the error of log tp − log fp less what a move along the curve makes good. */
static void
test_pr_height_is_the_delta_methods(void)
{
  enum { N = 40000 };
  g_autoptr(NwRank) rank = make_even(N);
  g_autofree NwBandPoint *band = nw_pr_band(rank, 1);

  for (double z = 0.2; z < 1.7; z += 0.3) {
    Place at = true_pr(z), next = true_pr(z + 1e-5), before = true_pr(z - 1e-5);
    double slope = (next.y - before.y) / (next.x - before.x);
    double tp = SHARE * N * at.x, fn = SHARE * N - tp, fp = tp * (1 - at.y) / at.y;
    double var_x = pow(at.x * (1 - at.x), 2) * (1 / tp + 1 / fn);
    double var_y = pow(at.y * (1 - at.y), 2) * (1 / tp + 1 / fp);
    double covariance = at.x * (1 - at.x) * at.y * (1 - at.y) / tp;
    double error = sqrt(var_y + slope * slope * var_x - 2 * slope * covariance);

    check_height(band, at, 2 * NW_BAND_Z * error, 0.06);
  }
}

/* Whatever is predicted, the curve lies in its band, which is not empty and within 0 … 1. */
static void
check_contains(const NwBandPoint *band, const NwCurvePoint *points, guint n)
{
  for (guint i = 0; i < NW_BAND_POINTS; i++) {
    g_assert_cmpfloat(band[i].x, ==, (double)i / (NW_BAND_POINTS - 1));
    g_assert_true(0 <= band[i].low && band[i].low <= band[i].high && band[i].high <= 1);
  }
  for (guint i = 0; i < n; i++) {
    double low, high;
    if (!isfinite(points[i].p)) /* before the first yes: drawn, not measured */
      continue;
    nw_band_at(band, points[i].x, &low, &high);
    g_assert_true(low <= points[i].y + 0.01 && points[i].y - 0.01 <= high);
  }
}

static void
check_curves(const double *p, const double *y, gsize n)
{
  g_autoptr(NwRank) rank = nw_rank_new(p, y, n);
  g_autofree NwBandPoint *roc_band = nw_roc_band(rank, 1), *pr_band = nw_pr_band(rank, 1);
  guint n_roc, n_pr;
  g_autofree NwCurvePoint *roc = nw_roc_curve(rank, 0, &n_roc);
  g_autofree NwCurvePoint *pr = nw_pr_curve(rank, 0, &n_pr);

  check_contains(roc_band, roc, n_roc);
  check_contains(pr_band, pr, n_pr);
}

static void
test_odd_predictions(void)
{
  const double p[] = {0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0};
  const double apart[] = {1, 1, 1, 1, 1, 0, 0, 0, 0, 0}, wrong[] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
  const double one[] = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0}, none[10] = {0};
  const double same[] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
  double low, high;

  check_curves(p, apart, 10);
  check_curves(p, wrong, 10);
  check_curves(p, one, 10);
  check_curves(same, apart, 10);
  for (guint n = 20; n <= 3000; n = n * 3 / 2) {
    g_autofree double *many = g_new(double, n), *y = g_new(double, n);
    NwRng rng = nw_rng(3, NW_RNG_TEST, n, 0, 0);
    for (guint i = 0; i < n; i++) {
      many[i] = floor(n % 7 * nw_rng_uniform(&rng, i) * 3) / (n % 7 * 3 + 1);
      y[i] = i < 2 ? i : nw_rng_uniform(&rng, n + i) < many[i];
    }
    check_curves(many, y, n);
  }

  /* All apart, with five of each: at no false alarm, Wilson's interval of 5 in 5. */
  g_autoptr(NwRank) rank = nw_rank_new(p, apart, 10);
  g_autofree NwBandPoint *band = nw_roc_band(rank, 1);
  nw_wilson(5, 5, NW_BAND_Z, &low, &high);
  g_assert_cmpfloat(band[0].high, ==, 1);
  nw_wilson(0, 5, NW_BAND_Z, &low, &high);
  g_assert_cmpfloat(band[0].low, ==, 0);
  g_autoptr(NwRank) no = nw_rank_new(p, none, 10), nothing = nw_rank_new(NULL, NULL, 0);
  g_assert_null(nw_roc_band(no, 1));
  g_assert_null(nw_pr_band(no, 1));
  g_assert_null(nw_pr_band(nothing, 1));
}

/* As if every row were there twice, and half of them said nothing of their own. */
static void
test_witnesses(void)
{
  enum { N = 400 };
  double p[2 * N], y[2 * N];
  NwRng rng = nw_rng(5, NW_RNG_TEST, 0, 0, 0);

  for (guint i = 0; i < 2 * N; i++) {
    y[i] = nw_rng_uniform(&rng, i / 2) < 0.4;
    p[i] = nw_rng_uniform(&rng, N + i / 2) * (0.5 + 0.5 * y[i]);
  }
  g_autoptr(NwRank) twice = nw_rank_new(p, y, 2 * N);
  for (guint i = 0; i < N; i++) {
    p[i] = p[2 * i];
    y[i] = y[2 * i];
  }
  g_autoptr(NwRank) once = nw_rank_new(p, y, N);
  g_autofree NwBandPoint *wide = nw_roc_band(twice, 0.5), *same = nw_roc_band(once, 1);
  for (guint i = 0; i < NW_BAND_POINTS; i++) {
    g_assert_cmpfloat_with_epsilon(wide[i].low, same[i].low, 1e-9);
    g_assert_cmpfloat_with_epsilon(wide[i].high, same[i].high, 1e-9);
  }
}

int
main(int argc, char *argv[])
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/curve-band/roc-is-held", test_roc_is_held);
  g_test_add_func("/curve-band/pr-is-held", test_pr_is_held);
  g_test_add_func("/curve-band/roc-height-is-the-delta-methods",
                  test_roc_height_is_the_delta_methods);
  g_test_add_func("/curve-band/pr-height-is-the-delta-methods",
                  test_pr_height_is_the_delta_methods);
  g_test_add_func("/curve-band/odd-predictions", test_odd_predictions);
  g_test_add_func("/curve-band/witnesses", test_witnesses);
  return g_test_run();
}
