/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "golden.h"

#include "nw-metric.h"
#include "nw-report.h"
#include "nw-rng.h"

#include <string.h>

static double
measure(const NwMetricKind *kind, const NwMetricBatch *batch, gsize batch_size)
{
  g_autofree double *state = g_new0(double, kind->n_state(batch->cols));

  for (gsize row = 0; row < batch->rows; row += batch_size) {
    NwMetricBatch part = *batch;
    part.rows = MIN(batch_size, batch->rows - row);
    part.p += row * batch->cols;
    part.y = batch->y != NULL ? batch->y + row * batch->cols : NULL;
    part.index = batch->index != NULL ? batch->index + row : NULL;
    part.weight = batch->weight != NULL ? batch->weight + row : NULL;
    kind->update(state, &part);
  }
  return kind->result(state, batch->cols);
}

static const struct {
  const char *id, *keras;
  NwHead head;
} metrics[] = {
    {"accuracy", "binary_accuracy", NW_HEAD_SIGMOID},
    {"accuracy", "categorical_accuracy", NW_HEAD_SOFTMAX},
    {"auc", "auc", NW_HEAD_SIGMOID},
    {"precision", "precision", NW_HEAD_SIGMOID},
    {"recall", "recall", NW_HEAD_SIGMOID},
    {"top_k_categorical_accuracy", "top_k", NW_HEAD_SOFTMAX},
    {"mae", "mean_absolute_error", NW_HEAD_VALUES},
    {"mse", "mean_squared_error", NW_HEAD_VALUES},
    {"root_mean_squared_error", "root_mean_squared_error", NW_HEAD_VALUES},
};

/* Is there a positive and a negative that counts? */
static gboolean
has_two_classes(const NwMetricBatch *batch)
{
  gboolean found[2] = {FALSE, FALSE};

  for (gsize i = 0; i < batch->rows * batch->cols; i++)
    if (batch->weight == NULL || batch->weight[i / batch->cols] != 0)
      found[batch->y[i] > 0] = TRUE;
  return found[0] && found[1];
}

/* Keras calls a mean of nothing and the AUC of one class 0; here they are not known. */
static void
compare(guint m, const NwMetricBatch *batch, double expected)
{
  const NwMetricKind *kind = nw_metric_kind_find(metrics[m].id);
  double got = measure(kind, batch, 7), at_once = measure(kind, batch, batch->rows);

  g_assert_true((isnan(got) && isnan(at_once)) || fabs(got - at_once) < 1e-12);
  if (strcmp(kind->id, "auc") == 0 && !has_two_classes(batch))
    g_assert_true(isnan(got));
  else if (isnan(got))
    g_assert_cmpfloat(expected, ==, 0);
  else
    g_assert_cmpfloat_with_epsilon(got, expected, 2e-6 * MAX(1, fabs(expected)));
}

static void
test_keras(void)
{
  g_autoptr(Golden) golden = golden_open("metrics");
  guint compared = 0;

  for (gsize t = 0; t < golden_get_n(golden); t++) {
    const GoldenTensor *p = golden_get_nth(golden, t);
    if (!g_str_has_suffix(p->name, "/p"))
      continue;
    g_autofree char *name = g_strndup(p->name, strlen(p->name) - 2);
    g_autofree NwReal *predictions = golden_tensor_dup_real(p), *y = NULL, *weight = NULL;
    g_autofree gint32 *index = NULL;
    NwMetricBatch batch = {NW_HEAD_VALUES, p->dim[0], p->dim[1], predictions};

    if (golden_has(golden, "%s/y", name))
      batch.y = y = golden_tensor_dup_real(golden_get(golden, "%s/y", name));
    else
      batch.index = index = golden_tensor_dup_int32(golden_get(golden, "%s/index", name));
    if (golden_has(golden, "%s/weight", name))
      batch.weight = weight = golden_tensor_dup_real(golden_get(golden, "%s/weight", name));
    for (guint m = 0; m < G_N_ELEMENTS(metrics); m++) {
      if (!golden_has(golden, "%s/%s", name, metrics[m].keras))
        continue;
      batch.head = g_str_has_prefix(name, "softmax") ? NW_HEAD_SOFTMAX : metrics[m].head;
      compare(m, &batch, golden_get_number(golden, "%s/%s", name, metrics[m].keras));
      compared++;
    }
  }
  g_assert_cmpuint(compared, >, 40);
}

/* The numbers in a history and in the report of the same predictions agree. */
static void
check_against_report(NwHead head, gsize cols)
{
  enum { ROWS = 60 };
  g_autofree NwReal *p = g_new(NwReal, ROWS * cols), *y = g_new0(NwReal, ROWS * cols);
  NwRng rng = nw_rng(cols, NW_RNG_TEST, head, 0, 0);
  NwReal weight[ROWS];
  NwMetricBatch batch = {head, ROWS, cols, p, y, NULL, weight};

  for (gsize i = 0; i < ROWS; i++) {
    double sum = 0;
    weight[i] = i % 5 != 0;
    for (gsize j = 0; j < cols; j++) {
      p[i * cols + j] = (NwReal)nw_rng_uniform(&rng, i * cols + j);
      sum += p[i * cols + j];
      if (head == NW_HEAD_SIGMOID)
        y[i * cols + j] = nw_rng_uniform(&rng, 10000 + i * cols + j) < p[i * cols + j];
    }
    for (gsize j = 0; j < cols && head == NW_HEAD_SOFTMAX; j++)
      p[i * cols + j] = (NwReal)(p[i * cols + j] / sum);
    if (head == NW_HEAD_SOFTMAX)
      y[i * cols + nw_rng_below(&rng, 20000 + i, cols)] = 1;
  }
  g_autoptr(NwReport) report = nw_report_new("r", head, ROWS, cols, p, y, NULL, weight, NULL);
  const NwReportSummary *summary = nw_report_get_summary(report);
  const struct {
    const char *id;
    double expected;
  } same[] = {
      {"accuracy", summary->accuracy}, {"brier", summary->brier}, {"log_loss", summary->log_loss}};
  for (guint i = 0; i < G_N_ELEMENTS(same); i++)
    g_assert_cmpfloat_with_epsilon(measure(nw_metric_kind_find(same[i].id), &batch, 9),
                                   same[i].expected, 1e-6);
}

static void
test_report_agrees(void)
{
  check_against_report(NW_HEAD_SIGMOID, 1);
  check_against_report(NW_HEAD_SIGMOID, 4);
  check_against_report(NW_HEAD_SOFTMAX, 2);
  check_against_report(NW_HEAD_SOFTMAX, 3);
}

/* Two softmax units are judged as the single sigmoid that says P(class 1). */
static void
test_two_units(void)
{
  static const char *const ids[] = {"auc", "precision", "recall", "brier", "accuracy", "log_loss"};
  NwReal one[] = {0.25, 0.75, 0.625, 0.5, 0.875}, y[] = {0, 1, 0, 1, 1};
  NwReal two[10];
  gint32 index[5];
  NwMetricBatch sigmoid = {NW_HEAD_SIGMOID, 5, 1, one, y};
  NwMetricBatch softmax = {NW_HEAD_SOFTMAX, 5, 2, two, NULL, index};

  for (guint i = 0; i < 5; i++) {
    two[2 * i] = 1 - one[i];
    two[2 * i + 1] = one[i];
    index[i] = (gint32)y[i];
  }
  for (guint i = 0; i < G_N_ELEMENTS(ids); i++) {
    const NwMetricKind *kind = nw_metric_kind_find(ids[i]);
    g_assert_cmpfloat_with_epsilon(measure(kind, &sigmoid, 5), measure(kind, &softmax, 5), 1e-12);
  }
}

static void
test_resolve(void)
{
  const NwMetricKind *accuracy = nw_metric_kind_find("accuracy");
  const char *title = NULL;

  g_assert_true(accuracy->resolve(NW_HEAD_SIGMOID, NW_TARGET_VALUES, 200, FALSE, &title));
  g_assert_cmpstr(title, ==, "binary accuracy, per label");
  g_assert_true(accuracy->resolve(NW_HEAD_SIGMOID, NW_TARGET_VALUES, 1, FALSE, &title));
  g_assert_cmpstr(title, ==, "binary accuracy");
  g_assert_true(accuracy->resolve(NW_HEAD_SOFTMAX, NW_TARGET_INDEX, 10, FALSE, &title));
  g_assert_cmpstr(title, ==, "accuracy of the most probable class");
  g_assert_false(accuracy->resolve(NW_HEAD_SIGMOID, NW_TARGET_VALUES, 200, TRUE, &title));
  g_assert_cmpstr(title, ==, "the targets are percentages, not yes or no");
  g_assert_false(accuracy->resolve(NW_HEAD_VALUES, NW_TARGET_VALUES, 1, FALSE, &title));
  g_assert_nonnull(strstr(title, "needs probabilities"));
}

/* Every kind: documented, found by its id, fair to nothing, deaf to masked rows. */
static void
test_every_kind(void)
{
  const NwChoice *choices = nw_metric_choices();
  NwReal p[24] = {0}, y[24] = {0}, none[4] = {0}, last[] = {0, 0, 0, 1};
  guint n = 0;

  for (guint i = 0; i < 24; i++) {
    p[i] = (NwReal)((i * 7 % 24) / 24.0);
    y[i] = i % 6 == i / 6;
  }
  for (; nw_metric_kinds[n] != NULL; n++) {
    const NwMetricKind *kind = nw_metric_kinds[n];
    NwMetricBatch batch = {NW_HEAD_SIGMOID, 4, 6, p, y, NULL, none};
    NwMetricBatch one = {NW_HEAD_SIGMOID, 1, 6, p + 18, y + 18};
    const char *title = NULL;
    double nothing = measure(kind, &batch, 4);

    g_assert_true(nw_metric_kind_find(kind->id) == kind);
    g_assert_cmpstr(choices[n].id, ==, kind->id);
    g_assert_true(strlen(kind->title) > 0 && strlen(kind->summary) > 20);
    g_assert_true(isnan(nothing) || nothing == 0);
    batch.weight = last;
    g_assert_cmpfloat_with_epsilon(measure(kind, &batch, 4), measure(kind, &one, 1), 1e-12);
    g_assert_false(kind->resolve(NW_HEAD_SIGMOID, NW_TARGET_NONE, 1, FALSE, &title));
    g_assert_nonnull(title);
  }
  g_assert_null(choices[n].id);
  g_assert_null(nw_metric_kind_find("no such metric"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/metrics/equal-keras", test_keras);
  g_test_add_func("/metrics/equal-the-report", test_report_agrees);
  g_test_add_func("/metrics/two-softmax-units-are-one-sigmoid", test_two_units);
  g_test_add_func("/metrics/accuracy-is-resolved-by-head", test_resolve);
  g_test_add_func("/metrics/every-kind-keeps-the-contract", test_every_kind);
  return g_test_run();
}
