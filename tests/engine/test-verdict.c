/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-rng.h"
#include "nw-scores.h"
#include "nw-verdict.h"

#include <math.h>

enum { BINS = 10, DRAWS = 400 };

typedef struct {
  double (*truth)(double p);
  gsize n;
  double true_ece; /* (out) of the forecasts drawn */
} Field;

static double
same(double p)
{
  return p;
}

static double
higher(double p)
{
  return MIN(p + 0.2, 1);
}

static double
nearer_to_half(double p)
{
  return 0.5 + (p - 0.5) / 2;
}

/* Forecasts in the middles of the bins; what happens has probability @truth. */
static gsize
draw_bins(Field *field, guint draw, NwBin *bins)
{
  NwRng rng = nw_rng(7, NW_RNG_SAMPLE, (guint)field->n, draw, 0);
  NwBinSum sums[BINS] = {0};
  gsize positives = 0;

  field->true_ece = 0;
  for (gsize i = 0; i < field->n; i++) {
    guint b = (guint)nw_rng_below(&rng, 2 * i, BINS);
    double p = (b + 0.5) / BINS;
    gboolean y = nw_rng_uniform(&rng, 2 * i + 1) < field->truth(p);
    sums[b].count++;
    sums[b].p += p;
    sums[b].y += y;
    positives += y;
    field->true_ece += fabs(p - field->truth(p)) / field->n;
  }
  nw_bins_from_sums(sums, BINS, bins);
  return positives;
}

/* The upper bound is above the true miscalibration in at least 95 of 100 samples, however few. */
static void
test_ceiling_holds(void)
{
  static double (*const truths[])(double) = {same, higher, nearer_to_half};
  static const gsize counts[] = {60, 300, 3000};

  for (guint t = 0; t < G_N_ELEMENTS(truths); t++)
    for (guint c = 0; c < G_N_ELEMENTS(counts); c++) {
      Field field = {truths[t], counts[c], 0};
      guint held = 0;
      for (guint draw = 0; draw < DRAWS; draw++) {
        NwBin bins[BINS];
        draw_bins(&field, draw, bins);
        g_assert_cmpfloat(nw_ece_ceiling(bins, BINS), >=, nw_ece(bins, BINS));
        g_assert_cmpfloat(nw_ece_floor(bins, BINS), <=, nw_ece_ceiling(bins, BINS));
        held += nw_ece_ceiling(bins, BINS) >= field.true_ece;
      }
      g_test_message("truth %u, %zu samples: the bound holds in %u of %u", t, field.n, held, DRAWS);
      g_assert_cmpuint(held, >=, DRAWS * 95 / 100);
    }
}

/* One bin: its gap, and the further end of Wilson's interval. */
static void
test_ceiling_of_one_bin(void)
{
  const NwBinSum sum = {30, 29.7, 30};
  NwBin bin;
  double low, high;

  nw_bins_from_sums(&sum, 1, &bin);
  nw_wilson(30, 30, NW_Z_95, &low, &high);
  g_assert_cmpfloat_with_epsilon(nw_ece_ceiling(&bin, 1), 0.01 + 1 - low, 1e-12);
  bin.count = 0;
  g_assert_true(isnan(nw_ece_ceiling(&bin, 1)));
}

/* Honest forecasts: of few nobody can tell, of many it is seen. */
static void
test_few_samples_are_not_fine(void)
{
  Field few = {same, 60, 0}, many = {same, 3000, 0};

  for (guint draw = 0; draw < 50; draw++) {
    NwBin bins[BINS];
    gsize positives = draw_bins(&few, draw, bins);
    NwVerdict verdict = nw_verdict_of_label(bins, BINS, positives);
    g_assert_cmpint(verdict, !=, NW_VERDICT_FINE);
    g_assert_cmpint(nw_verdict_of_confidence(bins, BINS), !=, NW_VERDICT_FINE);
    if (nw_ece_floor(bins, BINS) == 0)
      g_assert_cmpint(verdict, ==, NW_VERDICT_UNSURE);
    positives = draw_bins(&many, draw, bins);
    if (nw_ece_floor(bins, BINS) == 0)
      g_assert_cmpint(nw_verdict_of_label(bins, BINS, positives), ==, NW_VERDICT_FINE);
  }
  g_assert_cmpstr(nw_verdict_get_title(NW_VERDICT_UNSURE), ==, "too few samples to tell");
}

/* What is proven is said of few samples, too. */
static void
test_what_is_proven_is_said(void)
{
  const NwBinSum sums[] = {{30, 3, 15}, {30, 27, 15}};
  NwBin bins[2];

  nw_bins_from_sums(sums, 2, bins);
  g_assert_cmpint(nw_verdict_of_label(bins, 2, 30), ==, NW_VERDICT_OVERCONFIDENT);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/verdict/upper-bound-of-the-ece-holds", test_ceiling_holds);
  g_test_add_func("/verdict/upper-bound-of-one-bin", test_ceiling_of_one_bin);
  g_test_add_func("/verdict/few-samples-are-not-fine", test_few_samples_are_not_fine);
  g_test_add_func("/verdict/what-is-proven-is-said-of-few-samples-too",
                  test_what_is_proven_is_said);
  return g_test_run();
}
