/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-report.h"
#include "nw-rng.h"
#include "nw-scores.h"

#include <pthread.h>
#include <string.h>

enum { ROWS = 2000 };

static NwRng rng = {{3, 1}, {4, 1}};

static void
assert_near(double got, double expected)
{
  g_assert_cmpfloat_with_epsilon(got, expected, 1e-12);
}

/* One label with ROWS rows: what happens has probability @truth(p). */
static NwReport *
report_on(double (*said)(double u), double (*truth)(double p))
{
  g_autofree NwReal *p = g_new(NwReal, ROWS), *y = g_new(NwReal, ROWS);

  for (guint i = 0; i < ROWS; i++) {
    p[i] = (NwReal)said(nw_rng_uniform(&rng, i));
    y[i] = nw_rng_uniform(&rng, ROWS + i) < truth(p[i]);
  }
  return nw_report_new("risk", NW_HEAD_SIGMOID, ROWS, 1, p, y, NULL, NULL, NULL);
}

static double
same(double p)
{
  return p;
}

static double
nearer_to_half(double p)
{
  return 0.5 + (p - 0.5) / 2;
}

static double
further_from_half(double p)
{
  return CLAMP(0.5 + (p - 0.5) * 2, 0, 1);
}

static double
third(double p)
{
  return p / 3;
}

static double
higher(double p)
{
  return MIN(p + 0.2, 1);
}

static double
never(double p)
{
  return 0;
}

static void
assert_verdict(double (*said)(double), double (*truth)(double), NwVerdict expected)
{
  g_autoptr(NwReport) report = report_on(said, truth);
  const NwReportLabel *label = nw_report_get_label(report, 0);

  g_assert_cmpint(label->verdict, ==, expected);
  g_assert_cmpstr(label->name, ==, "risk");
  g_assert_cmpfloat(label->ece_floor, <=, label->ece);
}

static void
test_verdicts(void)
{
  assert_verdict(same, same, NW_VERDICT_FINE);
  assert_verdict(third, same, NW_VERDICT_FINE);
  assert_verdict(same, nearer_to_half, NW_VERDICT_OVERCONFIDENT);
  assert_verdict(same, further_from_half, NW_VERDICT_UNDERCONFIDENT);
  assert_verdict(same, third, NW_VERDICT_TOO_HIGH);
  assert_verdict(third, third, NW_VERDICT_TOO_HIGH);
  assert_verdict(same, higher, NW_VERDICT_TOO_LOW);
  assert_verdict(same, never, NW_VERDICT_TOO_FEW);
  g_assert_cmpstr(nw_verdict_get_title(NW_VERDICT_OVERCONFIDENT), ==, "overconfident");
}

/* Every number of a label is that of the pure functions. */
static void
check_label(NwReport *report, guint i)
{
  const NwReportLabel *label = nw_report_get_label(report, i);
  gsize n = nw_report_get_summary(report)->rows;
  g_autofree double *p = g_new(double, n), *y = g_new(double, n);
  NwBin bins[NW_LABEL_BINS];
  gsize total = 0, positives = 0;

  nw_report_read(report, i, p, y);
  g_autoptr(NwRank) rank = nw_rank_new(p, y, n);
  nw_reliability_equal_width(p, y, n, NW_EDGES_SINGLE, NW_LABEL_BINS, bins);
  for (guint b = 0; b < NW_LABEL_BINS; b++) {
    g_assert_cmpuint(label->bins[b].count, ==, bins[b].count);
    g_assert_cmpfloat(label->bins[b].low, ==, bins[b].low);
    if (bins[b].count == 0)
      continue;
    assert_near(label->bins[b].predicted, bins[b].predicted);
    assert_near(label->bins[b].observed_high, bins[b].observed_high);
  }
  for (guint b = 0; b < NW_HISTOGRAM_BINS; b++) {
    total += label->histogram[0][b] + label->histogram[1][b];
    positives += label->histogram[1][b];
  }
  g_assert_cmpuint(total, ==, n);
  g_assert_cmpuint(positives, ==, label->positives);
  g_assert_cmpuint(label->count, ==, n);
  assert_near(label->ece, nw_ece(bins, NW_LABEL_BINS));
  assert_near(label->mce, nw_mce(bins, NW_LABEL_BINS));
  assert_near(label->ece_floor, nw_ece_floor(bins, NW_LABEL_BINS));
  assert_near(label->brier, nw_brier(p, y, n));
  if (nw_report_get_summary(report)->soft)
    return;
  assert_near(nw_report_get_auc(report, i), nw_auc(rank));
  assert_near(nw_report_get_average_precision(report, i), nw_average_precision(rank));
}

static void
fill(NwReal *p, NwReal *y, gsize n)
{
  for (gsize i = 0; i < n; i++) {
    p[i] = (NwReal)(nw_rng_below(&rng, 2 * i, 401) / 400.0);
    y[i] = nw_rng_uniform(&rng, 2 * i + 1) < p[i] * p[i];
  }
}

static void
test_many_labels(void)
{
  enum { COLS = 37, N = 300 };
  g_autofree NwReal *p = g_new(NwReal, N * COLS), *y = g_new(NwReal, N * COLS);
  double ece = 0, brier = 0, log_loss = 0, right = 0;

  fill(p, y, N * COLS);
  g_autoptr(NwReport) report =
      nw_report_new("many", NW_HEAD_SIGMOID, N, COLS, p, y, NULL, NULL, NULL);
  const NwReportSummary *summary = nw_report_get_summary(report);
  const guint *order = nw_report_get_order(report);

  g_assert_cmpuint(summary->n_labels, ==, COLS);
  for (guint i = 0; i < COLS; i++) {
    const NwReportLabel *label = nw_report_get_label(report, i);
    check_label(report, i);
    ece += label->ece / COLS;
    brier += label->brier / COLS;
    log_loss += label->log_loss / COLS;
    g_assert_true(i == 0 || nw_report_get_label(report, order[i - 1])->ece_floor >=
                                nw_report_get_label(report, order[i])->ece_floor);
  }
  for (guint i = 0; i < N * COLS; i++)
    right += (p[i] > (NwReal)0.5) == (y[i] == 1);
  assert_near(summary->ece, ece);
  assert_near(summary->brier, brier);
  assert_near(summary->log_loss, log_loss);
  assert_near(summary->accuracy, right / (N * COLS));
  g_assert_cmpuint(summary->worst, ==, order[0]);
  g_assert_cmpfloat(summary->pooled_ece, <=, ece);
  g_assert_true(isnan(summary->classwise_ece) && isnan(summary->mae));
  g_assert_null(nw_report_get_confidence(report, NULL));
  g_assert_cmpstr(nw_report_get_label(report, 36)->name, ==, "36");
}

/* A softmax over (1 − p, p) and a sigmoid that says p tell the same. */
static void
test_two_units_are_one_sigmoid(void)
{
  g_autofree NwReal *p = g_new(NwReal, ROWS), *pair = g_new(NwReal, 2 * ROWS);
  g_autofree NwReal *y = g_new(NwReal, ROWS);
  g_autofree gint32 *index = g_new(gint32, ROWS);
  char *names[] = {"no", "yes", NULL};

  fill(p, y, ROWS);
  for (guint i = 0; i < ROWS; i++) {
    pair[2 * i] = 1 - p[i];
    pair[2 * i + 1] = p[i];
    index[i] = y[i] > 0;
  }
  g_autoptr(NwReport) one = nw_report_new("x", NW_HEAD_SIGMOID, ROWS, 1, p, y, NULL, NULL, NULL);
  g_autoptr(NwReport) two =
      nw_report_new("x", NW_HEAD_SOFTMAX, ROWS, 2, pair, NULL, index, NULL, names);
  const NwReportSummary *a = nw_report_get_summary(one), *b = nw_report_get_summary(two);

  g_assert_true(a->binary && b->binary);
  g_assert_cmpuint(b->n_labels, ==, 1);
  g_assert_cmpstr(nw_report_get_label(two, 0)->name, ==, "yes");
  g_assert_cmpmem(nw_report_get_label(one, 0)->bins, sizeof(NwBin) * NW_LABEL_BINS,
                  nw_report_get_label(two, 0)->bins, sizeof(NwBin) * NW_LABEL_BINS);
  g_assert_cmpfloat(a->ece, ==, b->ece);
  g_assert_cmpfloat(a->mce, ==, b->mce);
  g_assert_cmpfloat(a->brier, ==, b->brier);
  g_assert_cmpfloat(a->accuracy, ==, b->accuracy);
  g_assert_cmpfloat_with_epsilon(a->log_loss, b->log_loss, 1e-6);
  g_assert_cmpfloat(nw_report_get_auc(one, 0), ==, nw_report_get_auc(two, 0));
  g_assert_nonnull(nw_report_get_confidence(two, NULL));
}

static void
make_softmax(NwReal *p, NwReal *y, gint32 *index, gsize rows, gsize cols, double sharpness)
{
  for (gsize i = 0; i < rows; i++) {
    double sum = 0, place = nw_rng_uniform(&rng, i), walked = 0;
    double z[8], truth[8], truth_sum = 0;

    for (gsize j = 0; j < cols; j++) {
      z[j] = 2 * nw_rng_normal(&rng, 100 * i + j);
      truth_sum += truth[j] = exp(z[j]);
      sum += exp(sharpness * z[j]);
    }
    index[i] = (gint32)cols - 1;
    for (gsize j = 0; j < cols; j++) {
      p[i * cols + j] = (NwReal)(exp(sharpness * z[j]) / sum);
      walked += truth[j] / truth_sum;
      if (walked > place) {
        index[i] = (gint32)j;
        place = 2;
      }
    }
    for (gsize j = 0; j < cols; j++)
      y[i * cols + j] = index[i] == (gint32)j;
  }
}

static void
test_softmax(void)
{
  enum { COLS = 5 };
  g_autofree NwReal *p = g_new(NwReal, ROWS * COLS), *y = g_new(NwReal, ROWS * COLS);
  g_autofree gint32 *index = g_new(gint32, ROWS);
  g_autofree double *wide = g_new(double, COLS *ROWS), *truth = g_new(double, COLS *ROWS);
  static const struct {
    double sharpness;
    NwVerdict verdict;
  } cases[] = {
      {1, NW_VERDICT_FINE}, {2, NW_VERDICT_OVERCONFIDENT}, {0.5, NW_VERDICT_UNDERCONFIDENT}};

  for (guint c = 0; c < G_N_ELEMENTS(cases); c++) {
    make_softmax(p, y, index, ROWS, COLS, cases[c].sharpness);
    g_autoptr(NwReport) by_index =
        nw_report_new("s", NW_HEAD_SOFTMAX, ROWS, COLS, p, NULL, index, NULL, NULL);
    g_autoptr(NwReport) one_hot =
        nw_report_new("s", NW_HEAD_SOFTMAX, ROWS, COLS, p, y, NULL, NULL, NULL);
    const NwReportSummary *a = nw_report_get_summary(by_index);
    const NwReportSummary *b = nw_report_get_summary(one_hot);
    NwVerdict verdict;
    const NwBin *bins = nw_report_get_confidence(by_index, &verdict);
    gsize count = 0;
    double right = 0;

    g_assert_cmpint(verdict, ==, cases[c].verdict);
    g_assert_cmpfloat(a->accuracy, ==, b->accuracy);
    g_assert_cmpfloat(a->ece, ==, b->ece);
    g_assert_cmpfloat(a->brier, ==, b->brier);
    g_assert_cmpfloat(a->log_loss, ==, b->log_loss);
    for (gsize i = 0; i < ROWS * COLS; i++) {
      wide[i] = (float)p[i];
      truth[i] = y[i];
    }
    for (guint i = 0; i < COLS; i++)
      check_label(one_hot, i);
    for (guint i = 0; i < NW_CONFIDENCE_BINS; i++) {
      count += bins[i].count;
      right += bins[i].count > 0 ? bins[i].count * bins[i].observed : 0;
    }
    g_assert_cmpuint(count, ==, ROWS);
    assert_near(a->accuracy, right / ROWS);
    assert_near(a->brier, nw_brier_multiclass(wide, truth, ROWS, COLS));
    assert_near(a->log_loss, nw_log_loss_multiclass(wide, truth, ROWS, COLS));
    assert_near(a->classwise_ece,
                nw_classwise_ece(wide, truth, ROWS, COLS, NW_EDGES_SINGLE, NW_LABEL_BINS));
    assert_near(a->ece, nw_ece(bins, NW_CONFIDENCE_BINS));
  }
}

/* A label that is known in part is judged as if it stood alone with the rows where it is known. */
static void
test_known_in_part(void)
{
  enum { MANY = 40, COLS = 3 };
  NwReal p[MANY * COLS], y[MANY * COLS];
  g_autoptr(NwReport) report = NULL;
  double right = 0, known = 0, brier = 0;

  for (int i = 0; i < MANY * COLS; i++) {
    p[i] = (NwReal)((i * 37 + 11) % 101) / 101;
    y[i] = (i * 7) % 5 == 0 && i % COLS != 2 ? NAN : (i * 13) % 7 > 3;
  }
  report = nw_report_new("m", NW_HEAD_SIGMOID, MANY, COLS, p, y, NULL, NULL, NULL);
  g_assert_cmpuint(nw_report_get_summary(report)->rows, ==, MANY);
  g_assert_cmpuint(nw_report_get_summary(report)->not_finite, ==, 0);
  g_assert_false(nw_report_get_summary(report)->soft);
  for (guint col = 0; col < COLS; col++) {
    NwReal one_p[MANY], one_y[MANY];
    double list_p[MANY], list_y[MANY];
    const NwReportLabel *label = nw_report_get_label(report, col), *alone;
    g_autoptr(NwReport) one = NULL;
    gsize n = 0;
    for (int row = 0; row < MANY; row++) {
      if (isnan(y[row * COLS + col]))
        continue;
      one_p[n] = p[row * COLS + col];
      one_y[n++] = y[row * COLS + col];
    }
    one = nw_report_new("m", NW_HEAD_SIGMOID, n, 1, one_p, one_y, NULL, NULL, NULL);
    alone = nw_report_get_label(one, 0);
    g_assert_cmpuint(n, <, MANY + (col == 2));
    g_assert_cmpuint(label->count, ==, n);
    g_assert_cmpuint(label->positives, ==, alone->positives);
    assert_near(label->ece, alone->ece);
    assert_near(label->log_loss, alone->log_loss);
    assert_near(label->prevalence, alone->prevalence);
    assert_near(nw_report_get_auc(report, col), nw_report_get_auc(one, 0));
    g_assert_cmpuint(nw_report_read_known(report, col, list_p, list_y), ==, n);
    g_assert_cmpfloat(list_p[n - 1], ==, (float)one_p[n - 1]);
    right += nw_report_get_summary(one)->accuracy * (double)n;
    known += (double)n;
    brier += alone->brier / COLS;
  }
  assert_near(nw_report_get_summary(report)->accuracy, right / known);
  assert_near(nw_report_get_summary(report)->brier, brier);
}

static void
test_masked_and_broken_rows(void)
{
  NwReal p[] = {0.1, 0.9, 0.3, 0.7, 0.5, 0.5}, y[] = {0, 1, 1, 1, NAN, 0};
  NwReal weight[] = {1, 0, 3, 1, 1, 1};
  p[5] = INFINITY;
  g_autoptr(NwReport) report = nw_report_new("m", NW_HEAD_SIGMOID, 6, 1, p, y, NULL, weight, NULL);
  const NwReportSummary *summary = nw_report_get_summary(report);
  double kept[3];

  g_assert_cmpuint(summary->rows, ==, 3);
  g_assert_cmpuint(summary->not_finite, ==, 2);
  nw_report_read(report, 0, kept, NULL);
  g_assert_cmpfloat(kept[1], ==, 0.3f);
  g_assert_cmpuint(nw_report_get_rows(report)[1], ==, 2);
  g_assert_cmpuint(nw_report_get_rows(report)[2], ==, 3);
  assert_near(summary->accuracy, 2.0 / 3);
}

static void
test_classes_outside_are_left_out(void)
{
  NwReal p[] = {0.2, 0.3, 0.5, 0.2, 0.3, 0.5, 0.2, 0.3, 0.5};
  gint32 index[] = {2, -1, 3};
  g_autoptr(NwReport) report =
      nw_report_new("c", NW_HEAD_SOFTMAX, 3, 3, p, NULL, index, NULL, NULL);

  g_assert_cmpuint(nw_report_get_summary(report)->rows, ==, 1);
  g_assert_cmpfloat(nw_report_get_summary(report)->accuracy, ==, 1);
}

static void
test_soft_targets(void)
{
  g_autofree NwReal *p = g_new(NwReal, ROWS), *y = g_new(NwReal, ROWS);
  double sum = 0;

  for (guint i = 0; i < ROWS; i++) {
    p[i] = (NwReal)nw_rng_uniform(&rng, i);
    y[i] = (NwReal)nearer_to_half(p[i]);
    sum += y[i];
  }
  g_autoptr(NwReport) report =
      nw_report_new("soft", NW_HEAD_SIGMOID, ROWS, 1, p, y, NULL, NULL, NULL);
  const NwReportLabel *label = nw_report_get_label(report, 0);

  check_label(report, 0);
  g_assert_true(nw_report_get_summary(report)->soft);
  g_assert_true(isnan(nw_report_get_summary(report)->accuracy));
  g_assert_true(isnan(nw_report_get_auc(report, 0)));
  g_assert_cmpint(label->verdict, ==, NW_VERDICT_OVERCONFIDENT);
  g_assert_cmpfloat_with_epsilon(label->prevalence, sum / ROWS, 1e-6);
  g_assert_cmpfloat_with_epsilon(label->ece, 0.125, 0.01);
}

static void
test_soft_classes(void)
{
  NwReal p[] = {0.5, 0.2, 0.3, 0.1, 0.1, 0.8}, y[] = {0.6, 0.1, 0.3, 0, 0, 1};
  g_autoptr(NwReport) report = nw_report_new("soft", NW_HEAD_SOFTMAX, 2, 3, p, y, NULL, NULL, NULL);
  const NwReportSummary *summary = nw_report_get_summary(report);
  double expected = -(0.6 * log(0.5) + 0.1 * log(0.2) + 0.3 * log(0.3) + log(0.8)) / 2;

  g_assert_true(summary->soft && isnan(summary->accuracy));
  g_assert_cmpfloat_with_epsilon(summary->log_loss, expected, 1e-6);
  g_assert_cmpfloat_with_epsilon(nw_report_get_confidence(report, NULL)[7].observed, 0.6, 1e-6);
}

static void
test_values(void)
{
  NwReal p[] = {1, 2, 3, 4}, y[] = {1, 4, 3, 0};
  g_autoptr(NwReport) report = nw_report_new("value", NW_HEAD_VALUES, 2, 2, p, y, NULL, NULL, NULL);
  const NwReportSummary *summary = nw_report_get_summary(report);

  g_assert_cmpuint(summary->n_labels, ==, 0);
  assert_near(summary->mae, 1.5);
  assert_near(summary->rmse, sqrt(5));
  g_assert_true(isnan(summary->ece) && isnan(summary->accuracy));
}

static void
test_no_rows(void)
{
  NwHead heads[] = {NW_HEAD_VALUES, NW_HEAD_SIGMOID, NW_HEAD_SOFTMAX};
  NwReal nothing[1] = {0};

  for (guint i = 0; i < G_N_ELEMENTS(heads); i++) {
    g_autoptr(NwReport) report =
        nw_report_new("empty", heads[i], 0, 3, nothing, nothing, NULL, NULL, NULL);
    g_assert_true(isnan(nw_report_get_summary(report)->ece));
    if (heads[i] == NW_HEAD_VALUES)
      continue;
    g_assert_cmpint(nw_report_get_label(report, 2)->verdict, ==, NW_VERDICT_TOO_FEW);
    g_assert_true(isnan(nw_report_get_auc(report, 2)));
  }
}

static void *
ask_all(void *data)
{
  NwReport *report = data;
  for (guint i = 0; i < nw_report_get_summary(report)->n_labels; i++)
    g_assert_false(isnan(nw_report_get_auc(report, i)));
  nw_report_unref(report);
  return NULL;
}

static void
test_threads_share_a_report(void)
{
  enum { COLS = 20 };
  g_autofree NwReal *p = g_new(NwReal, ROWS * COLS), *y = g_new(NwReal, ROWS * COLS);
  pthread_t threads[3];

  fill(p, y, ROWS * COLS);
  NwReport *report = nw_report_new("r", NW_HEAD_SIGMOID, ROWS, COLS, p, y, NULL, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    pthread_create(&threads[i], NULL, ask_all, nw_report_ref(report));
  nw_report_unref(report);
  for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
    pthread_join(threads[i], NULL);
}

/* 200 labels × 6000 rows must not be felt between two epochs. Measured with -m perf. */
/* Accuracy: Wilson's interval with as many trials as there are samples. ECE: around it. */
static void
test_intervals(void)
{
  g_autoptr(NwReport) report = report_on(same, third);
  const NwReportSummary *summary = nw_report_get_summary(report);
  NwReportIntervals rows, samples;
  double low, high;

  nw_report_get_intervals(report, &rows);
  nw_wilson(summary->accuracy * ROWS, ROWS, NW_Z_95, &low, &high);
  assert_near(rows.accuracy_low, low);
  assert_near(rows.accuracy_high, high);
  g_assert_cmpfloat(rows.ece_low, <, summary->ece);
  g_assert_cmpfloat(rows.ece_low, >, 0);
  g_assert_cmpfloat(rows.ece_high, >, summary->ece);

  nw_report_set_steps(report, 10); /* ten steps each: a tenth of the witnesses */
  nw_report_get_intervals(report, &samples);
  nw_wilson(summary->accuracy * ROWS / 10, ROWS / 10.0, NW_Z_95, &low, &high);
  assert_near(samples.accuracy_low, low);
  g_assert_cmpfloat(samples.accuracy_high - samples.accuracy_low, >,
                    rows.accuracy_high - rows.accuracy_low);
}

static void
test_intervals_that_nobody_knows(void)
{
  NwReal p[] = {(NwReal)0.2, (NwReal)0.7, (NwReal)0.4}, y[] = {0, 1, NAN};
  NwReal few[] = {NAN, NAN};
  g_autoptr(NwReport) values = nw_report_new("v", NW_HEAD_VALUES, 3, 1, p, y, NULL, NULL, NULL);
  g_autoptr(NwReport) empty = nw_report_new("e", NW_HEAD_SIGMOID, 2, 1, few, few, NULL, NULL, NULL);
  NwReportIntervals intervals;

  nw_report_get_intervals(values, &intervals);
  g_assert_true(isnan(intervals.accuracy_low) && isnan(intervals.ece_high));
  nw_report_get_intervals(empty, &intervals);
  g_assert_true(isnan(intervals.accuracy_low) && isnan(intervals.ece_high));
}

static void
test_speed(void)
{
  enum { COLS = 200, N = 6000 };
  g_autofree NwReal *p = g_new(NwReal, N * COLS), *y = g_new(NwReal, N * COLS);
  gint64 best = G_MAXINT64;

  fill(p, y, N * COLS);
  for (int round = 0; round < 5; round++) {
    gint64 start = g_get_monotonic_time();
    NwReport *report = nw_report_new("r", NW_HEAD_SIGMOID, N, COLS, p, y, NULL, NULL, NULL);
    gint64 made = g_get_monotonic_time();
    best = MIN(best, made - start);
    for (guint i = 0; i < COLS; i++)
      nw_report_get_auc(report, i);
    g_test_message("report %.1f ms, all AUCs %.1f ms", (made - start) / 1e3,
                   (g_get_monotonic_time() - made) / 1e3);
    nw_report_unref(report);
  }
  if (g_test_perf())
    g_assert_cmpint(best, <, 25000);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/report/verdicts-follow-their-rule", test_verdicts);
  g_test_add_func("/report/labels-equal-the-pure-functions", test_many_labels);
  g_test_add_func("/report/two-softmax-units-are-one-sigmoid", test_two_units_are_one_sigmoid);
  g_test_add_func("/report/softmax-by-index-and-one-hot", test_softmax);
  g_test_add_func("/report/labels-known-in-part-are-judged-by-what-is-known", test_known_in_part);
  g_test_add_func("/report/masked-and-broken-rows-are-left-out", test_masked_and_broken_rows);
  g_test_add_func("/report/classes-outside-are-left-out", test_classes_outside_are_left_out);
  g_test_add_func("/report/soft-targets-have-no-accuracy", test_soft_targets);
  g_test_add_func("/report/soft-classes", test_soft_classes);
  g_test_add_func("/report/values-have-errors-only", test_values);
  g_test_add_func("/report/no-rows-give-nan", test_no_rows);
  g_test_add_func("/report/threads-share-a-report", test_threads_share_a_report);
  g_test_add_func("/report/intervals-count-samples", test_intervals);
  g_test_add_func("/report/intervals-that-nobody-knows", test_intervals_that_nobody_knows);
  g_test_add_func("/report/is-fast", test_speed);
  return g_test_run();
}
