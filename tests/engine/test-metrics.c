/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "golden.h"

#include "nw-layer.h"
#include "nw-metric.h"
#include "nw-report.h"
#include "nw-rng.h"

#include <string.h>

/* An Output's settings: "beta=2 average=micro,macro". (transfer full) */
static NwParams *
settings(const char *text)
{
  NwParams *params = nw_params_new(nw_layer_kind_get_params(nw_layer_kind_find("output")));
  g_auto(GStrv) words = g_strsplit(text, " ", -1);

  for (guint i = 0; words[i] != NULL; i++) {
    g_autoptr(GError) error = NULL;
    g_auto(GStrv) pair = g_strsplit(words[i], "=", 2);
    if (pair[0] == NULL)
      continue;
    NwParams *changed = nw_params_with(params, pair[0], pair[1], &error);
    g_assert_no_error(error);
    nw_params_unref(params);
    params = changed;
  }
  return params;
}

static NwMetricUse
use_of(const NwMetricBatch *batch, const NwParams *params)
{
  return (NwMetricUse){batch->head, batch->index != NULL ? NW_TARGET_INDEX : NW_TARGET_VALUES,
                       batch->cols, FALSE, params};
}

static NwMetricBatch
part_of(const NwMetricBatch *batch, gsize from, gsize rows)
{
  NwMetricBatch part = *batch;

  part.rows = MIN(rows, batch->rows - from);
  part.p += from * batch->cols;
  part.y = batch->y != NULL ? batch->y + from * batch->cols : NULL;
  part.index = batch->index != NULL ? batch->index + from : NULL;
  part.weight = batch->weight != NULL ? batch->weight + from : NULL;
  return part;
}

/* All numbers of a metric, over batches of @batch_size. It writes as many as it lists, and keeps to
 * its state. (transfer full) */
static double *
measure_all(const NwMetricKind *kind, const char *params_text, const NwMetricBatch *batch,
            gsize batch_size, gsize *n)
{
  const double guard = 12345.678;
  g_autoptr(NwParams) params = settings(params_text);
  NwMetricUse use = use_of(batch, params);
  g_autoptr(GArray) listed = nw_metric_list(kind, &use, "title", NULL);
  double *values = g_new(double, listed->len + 1);

  *n = listed->len;
  for (gsize i = 0; i <= *n; i++)
    values[i] = guard;
  if (kind->of_report != NULL) {
    g_autoptr(NwReport) report = nw_report_new("r", batch->head, batch->rows, batch->cols, batch->p,
                                               batch->y, batch->index, batch->weight, NULL);
    kind->of_report(kind, &use, report, values);
  } else {
    const NwMetricFold *fold = nw_metric_get_fold(kind, &use);
    gsize n_state = fold->n_state(&use);
    g_autofree double *state = g_new0(double, n_state + 1);
    state[n_state] = guard;
    for (gsize row = 0; row < batch->rows; row += batch_size) {
      NwMetricBatch part = part_of(batch, row, batch_size);
      fold->update(fold, &use, &part, state);
    }
    kind->result(kind, &use, state, values);
    g_assert_cmpfloat(state[n_state], ==, guard);
  }
  for (gsize i = 0; i <= *n; i++)
    g_assert_true((values[i] == guard) == (i == *n));
  return values;
}

static gboolean
same(double a, double b)
{
  return (isnan(a) && isnan(b)) || fabs(a - b) <= 1e-12;
}

/* Its first number, by default settings. */
static double
measure(const NwMetricKind *kind, const NwMetricBatch *batch, gsize batch_size)
{
  gsize n;
  g_autofree double *values = measure_all(kind, "", batch, batch_size, &n);

  return values[0];
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

/* ── parameters, averages, labels ────────────────────────────────────────────────────────────── */

#define ALL "average=micro,macro,weighted per_label=true"

/* What the golden numbers are called, of which metric and settings they are, and which of its
 * numbers (from the @from-th on). */
static const struct {
  const char *golden, *id, *params;
  gsize from;
} options[] = {
    {"binary_accuracy", "binary_accuracy", ""},
    {"binary_accuracy_0.3", "binary_accuracy", "thresholds=0.3"},
    {"categorical_accuracy", "categorical_accuracy", ""},
    {"sparse_categorical_accuracy", "sparse_categorical_accuracy", ""},
    {"top_2", "top_k_categorical_accuracy", "k=2"},
    {"sparse_top_2", "sparse_top_k_categorical_accuracy", "k=2"},
    {"sk_top_1", "top_k_categorical_accuracy", "k=1"},
    {"sk_top_3", "top_k_categorical_accuracy", "k=3"},
    {"sk_exact_match", "exact_match", ""},
    {"sk_hamming_loss", "hamming_loss", ""},
    {"sk_accuracy_labels", "accuracy", "per_label=true", 1},
    {"sk_log_loss_labels", "log_loss", "per_label=true", 1},
    {"sk_brier_labels", "brier", "per_label=true", 1},
    {"equality", "equality", ""},
    {"precision_0.5", "precision", "thresholds=0.5"},
    {"precision_0.3", "precision", "thresholds=0.3"},
    {"recall_0.5", "recall", ""},
    {"recall_0.3", "recall", "thresholds=0.3"},
    {"precisions", "precision", "thresholds=0.2,0.5,0.8"},
    {"recalls", "recall", "thresholds=0.2,0.5,0.8"},
    {"tp_0.5", "true_positives", ""},
    {"fp_0.5", "false_positives", ""},
    {"tn_0.5", "true_negatives", ""},
    {"fn_0.5", "false_negatives", ""},
    {"tp_0.3", "true_positives", "thresholds=0.3"},
    {"fp_0.3", "false_positives", "thresholds=0.3"},
    {"tn_0.3", "true_negatives", "thresholds=0.3"},
    {"fn_0.3", "false_negatives", "thresholds=0.3"},
    {"sk_tp", "true_positives", "per_label=true", 1},
    {"sk_fp", "false_positives", "per_label=true", 1},
    {"sk_tn", "true_negatives", "per_label=true", 1},
    {"sk_fn", "false_negatives", "per_label=true", 1},
    {"fbeta_micro", "fbeta_score", "beta=2 thresholds=0.5"},
    {"fbeta_macro", "fbeta_score", "beta=2 thresholds=0.5 average=macro"},
    {"fbeta_weighted", "fbeta_score", "beta=2 thresholds=0.5 average=weighted"},
    {"fbeta_None", "fbeta_score", "beta=2 thresholds=0.5 per_label=true", 1},
    {"f1_top_micro", "fbeta_score", ""},
    {"f1_top_macro", "fbeta_score", "average=macro"},
    {"f1_top_weighted", "fbeta_score", "yes=most_probable average=weighted"},
    {"f1_top_None", "fbeta_score", "per_label=true", 1},
    {"sk_precision_0.5", "precision", ALL},
    {"sk_precision_0.3", "precision", "thresholds=0.3 " ALL},
    {"sk_recall_0.5", "recall", ALL},
    {"sk_recall_0.3", "recall", "thresholds=0.3 " ALL},
    {"sk_fbeta_1_0.5", "fbeta_score", ALL},
    {"sk_fbeta_1_0.3", "fbeta_score", "thresholds=0.3 " ALL},
    {"sk_fbeta_2_0.5", "fbeta_score", "beta=2 " ALL},
    {"sk_fbeta_2_0.3", "fbeta_score", "beta=2 thresholds=0.3 " ALL},
    {"sk_fbeta_0.5_0.5", "fbeta_score", "beta=0.5 " ALL},
    {"sk_fbeta_0.5_0.3", "fbeta_score", "beta=0.5 thresholds=0.3 " ALL},
    {"sk_precision", "precision", ""},
    {"sk_recall", "recall", ""},
    {"sk_fbeta_2", "fbeta_score", "beta=2"},
    {"sk_precision_top", "precision", "yes=most_probable " ALL},
    {"sk_recall_top", "recall", "yes=most_probable " ALL},
    {"sk_fbeta_1_top", "fbeta_score", ALL},
    {"sk_fbeta_2_top", "fbeta_score", "beta=2 " ALL},
    {"sk_confusion", "confusion_matrix", ""},
    {"auc_ROC_interpolation", "auc", ""},
    {"auc_ROC_minoring", "auc", "summation_method=minoring"},
    {"auc_ROC_majoring", "auc", "summation_method=majoring"},
    {"auc_ROC_50", "auc", "num_thresholds=50"},
    {"auc_ROC_macro", "auc", "average=macro"},
    {"auc_PR_interpolation", "auc_pr", ""},
    {"auc_PR_minoring", "auc_pr", "summation_method=minoring"},
    {"auc_PR_majoring", "auc_pr", "summation_method=majoring"},
    {"auc_PR_50", "auc_pr", "num_thresholds=50"},
    {"auc_PR_macro", "auc_pr", "average=macro"},
    {"sk_roc_auc", "roc_auc", "average=weighted per_label=true"},
    {"sk_average_precision", "average_precision", "average=weighted per_label=true"},
    {"mae", "mae", ""},
    {"mse", "mse", ""},
    {"rmse", "root_mean_squared_error", ""},
    {"sk_mae_columns", "mae", "per_label=true", 1},
    {"sk_mse_columns", "mse", "per_label=true", 1},
    {"sk_rmse_columns", "root_mean_squared_error", "per_label=true", 1},
    {"r2", "r2_score", ""},
    {"r2_variance", "r2_score", "class_aggregation=variance_weighted_average"},
    {"r2_columns", "r2_score", "per_label=true", 1},
    {"sk_r2", "r2_score", ""},
    {"sk_r2_variance", "r2_score", "class_aggregation=variance_weighted_average"},
    {"sk_r2_columns", "r2_score", "per_label=true", 1},
    {"cosine", "cosine_similarity", ""},
};

/* One column has no columns to show one by one. */
static void
compare_option(guint o, const NwMetricBatch *batch, const GoldenTensor *expected)
{
  const NwMetricKind *kind = nw_metric_kind_find(options[o].id);
  gsize n, n_once, from = batch->cols > 1 ? options[o].from : 0;
  g_autofree double *got = measure_all(kind, options[o].params, batch, 7, &n);
  g_autofree double *at_once = measure_all(kind, options[o].params, batch, batch->rows, &n_once);
  double tolerance = g_str_has_prefix(options[o].golden, "sk_") ? 1e-12 : 2e-6;

  g_assert_cmpuint(n, >=, from + expected->n);
  for (gsize i = 0; i < expected->n; i++) {
    double right = expected->values[i], number = got[from + i];
    if (fabs(number - right) > tolerance * MAX(1, fabs(right)))
      g_error("%s (%s %s)[%zu]: %.15g, not %.15g", expected->name, kind->id, options[o].params, i,
              number, right);
    g_assert_cmpfloat_with_epsilon(number, at_once[from + i], 1e-11 * MAX(1, fabs(right)));
  }
}

static void
test_options(void)
{
  g_autoptr(Golden) golden = golden_open("metric_options");
  gboolean met[G_N_ELEMENTS(options)] = {FALSE};
  guint compared = 0, given = 0;

  for (gsize t = 0; t < golden_get_n(golden); t++) {
    const GoldenTensor *p = golden_get_nth(golden, t);
    if (!g_str_has_suffix(p->name, "/p")) {
      given += !g_str_has_suffix(p->name, "/y") && !g_str_has_suffix(p->name, "/index") &&
               !g_str_has_suffix(p->name, "/weight");
      continue;
    }
    g_autofree char *name = g_strndup(p->name, strlen(p->name) - 2);
    g_autofree NwReal *predictions = golden_tensor_dup_real(p), *y = NULL, *weight = NULL;
    g_autofree gint32 *index = NULL;
    NwHead head = g_str_has_prefix(name, "softmax")   ? NW_HEAD_SOFTMAX
                  : g_str_has_prefix(name, "sigmoid") ? NW_HEAD_SIGMOID
                                                      : NW_HEAD_VALUES;
    NwMetricBatch batch = {head, p->dim[0], p->dim[1], predictions};
    for (gsize i = 0; i < p->n; i++) /* nine digits are a float32 exactly */
      predictions[i] = (float)predictions[i];

    if (golden_has(golden, "%s/y", name))
      batch.y = y = golden_tensor_dup_real(golden_get(golden, "%s/y", name));
    else
      batch.index = index = golden_tensor_dup_int32(golden_get(golden, "%s/index", name));
    if (golden_has(golden, "%s/weight", name))
      batch.weight = weight = golden_tensor_dup_real(golden_get(golden, "%s/weight", name));
    for (guint o = 0; o < G_N_ELEMENTS(options); o++) {
      if (!golden_has(golden, "%s/%s", name, options[o].golden))
        continue;
      compare_option(o, &batch, golden_get(golden, "%s/%s", name, options[o].golden));
      met[o] = TRUE;
      compared++;
    }
  }
  for (guint o = 0; o < G_N_ELEMENTS(options); o++)
    g_assert_true(met[o]);
  g_assert_cmpuint(compared, ==, given);
}

/* Each label's calibration errors are those of the report. */
static void
check_labels_against_report(const NwMetricBatch *batch, NwReport *report)
{
  static const char *const ids[] = {"ece", "mce"};
  guint n_labels = nw_report_get_summary(report)->n_labels;

  for (guint i = 0; n_labels > 1 && batch->head == NW_HEAD_SIGMOID && i < 2; i++) {
    gsize n;
    g_autofree double *values =
        measure_all(nw_metric_kind_find(ids[i]), "per_label=true", batch, 9, &n);
    g_assert_cmpuint(n, ==, 1 + n_labels);
    for (guint label = 0; label < n_labels; label++) {
      const NwReportLabel *of = nw_report_get_label(report, label);
      g_assert_cmpfloat_with_epsilon(values[1 + label], i == 0 ? of->ece : of->mce, 1e-9);
    }
  }
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
      {"accuracy", summary->accuracy},
      {"brier", summary->brier},
      {"log_loss", summary->log_loss},
      {"ece", summary->ece},
      {"mce", summary->mce},
      {head == NW_HEAD_SOFTMAX ? "classwise_ece" : "pooled_ece",
       head == NW_HEAD_SOFTMAX ? summary->classwise_ece : summary->pooled_ece},
  };
  for (guint i = 0; i < G_N_ELEMENTS(same); i++)
    g_assert_cmpfloat_with_epsilon(measure(nw_metric_kind_find(same[i].id), &batch, 9),
                                   same[i].expected, 1e-6);
  check_labels_against_report(&batch, report);
}

static void
test_report_agrees(void)
{
  check_against_report(NW_HEAD_SIGMOID, 1);
  check_against_report(NW_HEAD_SIGMOID, 4);
  check_against_report(NW_HEAD_SOFTMAX, 2);
  check_against_report(NW_HEAD_SOFTMAX, 3);
}

/* What a metric is called at an output, or why it is not offered there. (transfer full) */
static char *
called(const char *id, NwHead head, NwTargetKind target, gsize cols, gboolean soft,
       const char *params_text)
{
  g_autoptr(NwParams) params = settings(params_text);
  NwMetricUse use = {head, target, cols, soft, params};
  const char *reason = NULL;
  char *title = nw_metric_resolve(nw_metric_kind_find(id), &use, &reason);

  g_assert_true((title == NULL) == (reason != NULL));
  return title != NULL ? title : g_strdup_printf("no: %s", reason);
}

/* ── labels that are known in part ───────────────────────────────────────────────────────────── */

enum { PARTLY = 50, LABELS = 4 };

/* A third of the targets is not known, and nothing of the last label. */
static void
fill_partly_known(NwReal *p, NwReal *y)
{
  NwRng rng = nw_rng(5, NW_RNG_TEST, 0, 0, 0);

  for (guint i = 0; i < PARTLY * LABELS; i++) {
    p[i] = (NwReal)nw_rng_uniform(&rng, i);
    y[i] = nw_rng_uniform(&rng, 1000 + i) < p[i];
    if (i % LABELS == LABELS - 1 || nw_rng_below(&rng, 2000 + i, 3) == 0)
      y[i] = (NwReal)NAN;
  }
}

/* Of the numbers of columns [@from, @to) those that are known, as one column. */
static double
measure_known(const NwMetricKind *kind, const NwMetricBatch *batch, gsize from, gsize to)
{
  NwReal p[PARTLY * LABELS], y[PARTLY * LABELS];
  NwMetricBatch column = {batch->head, 0, 1, p, y};

  for (gsize row = 0; row < batch->rows; row++)
    for (gsize col = from; col < to; col++) {
      gsize at = row * batch->cols + col;
      if (isnan(batch->y[at]))
        continue;
      p[column.rows] = batch->p[at];
      y[column.rows++] = batch->y[at];
    }
  return measure(kind, &column, 7);
}

/* Of the rows that are known as a whole. */
static double
measure_whole_rows(const NwMetricKind *kind, const NwMetricBatch *batch)
{
  NwReal p[PARTLY * LABELS], y[PARTLY * LABELS];
  NwMetricBatch whole = {batch->head, 0, batch->cols, p, y};

  for (gsize row = 0; row < batch->rows; row++) {
    gboolean known = TRUE;
    for (gsize col = 0; col < batch->cols; col++)
      known &= !isnan(batch->y[row * batch->cols + col]);
    if (!known)
      continue;
    memcpy(p + whole.rows * batch->cols, batch->p + row * batch->cols, batch->cols * sizeof *p);
    memcpy(y + whole.rows++ * batch->cols, batch->y + row * batch->cols, batch->cols * sizeof *y);
  }
  g_assert_cmpuint(whole.rows, >, 5);
  g_assert_cmpuint(whole.rows, <, batch->rows);
  return measure(kind, &whole, 7);
}

/* A label's number is that of its known rows. All labels' is that of all known numbers, or the mean
 * over the labels of which something is known, or that of the rows that are known as a whole. */
static void
check_partly_known(const NwMetricKind *kind, NwHead head)
{
  static const char *const rows[] = {"exact_match",
                                     "cosine_similarity",
                                     "categorical_accuracy",
                                     "top_k_categorical_accuracy",
                                     "sparse_top_k_categorical_accuracy",
                                     NULL},
                           *const means[] = {
                               "brier",   "log_loss",          "ece",      "mce", "adaptive_ece",
                               "roc_auc", "average_precision", "r2_score", NULL};
  NwReal p[PARTLY * LABELS], y[PARTLY * LABELS], narrow_p[PARTLY * 2], narrow_y[PARTLY * 2];
  NwMetricBatch batch = {head, PARTLY, LABELS, p, y},
                narrow = {head, PARTLY, 2, narrow_p, narrow_y};
  g_autofree double *values = NULL;
  double mean = 0;
  gsize n;

  fill_partly_known(p, y);
  if (g_strv_contains(rows, kind->id)) {
    for (gsize i = 0; i < PARTLY * 2; i++) {
      narrow_p[i] = p[i / 2 * LABELS + i % 2];
      narrow_y[i] = y[i / 2 * LABELS + i % 2];
    }
    g_assert_true(same(measure(kind, &narrow, 7), measure_whole_rows(kind, &narrow)));
    return;
  }
  values = measure_all(kind, "per_label=true average=micro,macro", &batch, 7, &n);
  for (gsize label = 0; label < LABELS; label++) {
    double expected = measure_known(kind, &batch, label, label + 1);
    if (label < LABELS - 1)
      mean += expected / (LABELS - 1);
    if (n <= LABELS)
      continue;
    if (label < LABELS - 1)
      g_assert_true(same(values[n - LABELS + label], expected));
    else /* a count of nothing is 0 */
      g_assert_true(isnan(values[n - 1]) || (values[n - 1] == 0 && n == 1 + LABELS));
  }
  g_assert_true(same(
      values[0], g_strv_contains(means, kind->id) ? mean : measure_known(kind, &batch, 0, LABELS)));
  if (n == 2 + LABELS) /* both averages */
    g_assert_true(same(values[1], mean));
}

static void
test_partly_known(void)
{
  static const NwHead heads[] = {NW_HEAD_SIGMOID, NW_HEAD_VALUES};
  guint checked = 0;

  for (guint i = 0; i < G_N_ELEMENTS(heads); i++)
    for (guint k = 0; nw_metric_kinds[k] != NULL; k++) {
      const NwMetricKind *kind = nw_metric_kinds[k];
      g_autofree char *fits = called(kind->id, heads[i], NW_TARGET_VALUES, LABELS, FALSE, "k=1");
      if (g_str_has_prefix(fits, "no: "))
        continue;
      check_partly_known(kind, heads[i]);
      checked++;
    }
  g_assert_cmpuint(checked, >, 25);
}

/* The report says of such labels what the metrics say. */
static void
test_partly_known_report(void)
{
  NwReal p[PARTLY * LABELS], y[PARTLY * LABELS];
  NwMetricBatch batch = {NW_HEAD_SIGMOID, PARTLY, LABELS, p, y};
  g_autoptr(NwReport) labels = NULL, numbers = NULL;

  fill_partly_known(p, y);
  labels = nw_report_new("r", NW_HEAD_SIGMOID, PARTLY, LABELS, p, y, NULL, NULL, NULL);
  numbers = nw_report_new("r", NW_HEAD_VALUES, PARTLY, LABELS, p, y, NULL, NULL, NULL);
  const NwReportSummary *of = nw_report_get_summary(labels),
                        *other = nw_report_get_summary(numbers);
  const struct {
    const char *id;
    double expected;
  } cases[] = {
      {"accuracy", of->accuracy}, {"brier", of->brier},
      {"log_loss", of->log_loss}, {"ece", of->ece},
      {"mce", of->mce},           {"pooled_ece", of->pooled_ece},
      {"mae", other->mae},        {"root_mean_squared_error", other->rmse},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
    g_assert_cmpfloat_with_epsilon(measure(nw_metric_kind_find(cases[i].id), &batch, 9),
                                   cases[i].expected, 1e-6);
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
  static const struct {
    const char *id;
    NwHead head;
    NwTargetKind target;
    gsize cols;
    gboolean soft;
    const char *params, *called;
  } cases[] = {
      {"accuracy", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 200, FALSE, "", "binary accuracy, per label"},
      {"accuracy", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 1, FALSE, "", "binary accuracy"},
      {"accuracy", NW_HEAD_SOFTMAX, NW_TARGET_INDEX, 10, FALSE, "",
       "accuracy of the most probable class"},
      {"accuracy", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 200, TRUE, "",
       "no: the targets are percentages, not yes or no"},
      {"auc", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 1, TRUE, "",
       "no: the targets are percentages, not yes or no"},
      {"roc_auc", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 1, TRUE, "",
       "no: the targets are percentages, not yes or no"},
      {"accuracy", NW_HEAD_VALUES, NW_TARGET_VALUES, 1, FALSE, "",
       "no: needs probabilities: give the output a sigmoid or softmax activation"},
      {"accuracy", NW_HEAD_VALUES, NW_TARGET_NONE, 1, FALSE, "",
       "no: this output has no target to compare with"},
      {"mae", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 3, TRUE, "", "Mean absolute error"},
      {"ece", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 3, TRUE, "", "ECE, mean over labels"},
      {"ece", NW_HEAD_SOFTMAX, NW_TARGET_INDEX, 3, FALSE, "", "ECE of the confidence"},
      {"classwise_ece", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 3, FALSE, "",
       "no: is about classes of a softmax; labels have the ECE"},
      {"categorical_accuracy", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 200, FALSE, "",
       "how often the largest is the true class"},
      {"categorical_accuracy", NW_HEAD_SOFTMAX, NW_TARGET_INDEX, 4, FALSE, "",
       "no: the target is the number of a class: use sparse categorical accuracy"},
      {"sparse_categorical_accuracy", NW_HEAD_SOFTMAX, NW_TARGET_ONE_HOT, 4, FALSE, "",
       "no: the target has one column for each class: use categorical accuracy"},
      {"categorical_accuracy", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 1, FALSE, "",
       "no: needs one column for each of several classes"},
      {"top_k_categorical_accuracy", NW_HEAD_SOFTMAX, NW_TARGET_INDEX, 10, FALSE, "k=3",
       "true class among the 3 most probable"},
      {"top_k_categorical_accuracy", NW_HEAD_SOFTMAX, NW_TARGET_INDEX, 5, FALSE, "",
       "no: needs more classes than k, else every answer is right"},
      {"precision", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 3, FALSE, "", "precision at ½"},
      {"precision", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 3, FALSE, "thresholds=0.7",
       "precision at 0.7"},
      {"fbeta_score", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 3, FALSE, "beta=0.5", "F0.5 at ½"},
      {"fbeta_score", NW_HEAD_SOFTMAX, NW_TARGET_INDEX, 3, FALSE, "",
       "F1 of the most probable class"},
      {"confusion_matrix", NW_HEAD_SIGMOID, NW_TARGET_VALUES, 3, FALSE, "",
       "no: is about classes that exclude each other; labels have true and false positives"},
      {"confusion_matrix", NW_HEAD_SOFTMAX, NW_TARGET_INDEX, 33, FALSE, "",
       "no: has a number for each pair of classes, and these are more than 32"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = called(cases[i].id, cases[i].head, cases[i].target, cases[i].cols,
                                  cases[i].soft, cases[i].params);
    g_assert_cmpstr(got, ==, cases[i].called);
  }
}

/* Several numbers of one metric: how they are named. */
static void
test_numbers_are_named(void)
{
  static char *labels[] = {(char *)"cat", (char *)"dog, big", NULL};
  static const struct {
    const char *id;
    NwHead head;
    const char *params, *names, *last_title;
  } cases[] = {
      {"precision", NW_HEAD_SIGMOID, "", "", "T, all labels pooled"},
      {"precision", NW_HEAD_SIGMOID, "average=weighted,macro per_label=true",
       "_macro _weighted [cat] [dog, big]", "T of “dog, big”"},
      {"recall", NW_HEAD_SIGMOID, "thresholds=0.25,0.5 average=micro,macro",
       "_at_0.25 _macro_at_0.25 _at_0.5 _macro_at_0.5", "T at 0.5, mean over labels"},
      {"mae", NW_HEAD_VALUES, "per_label=true", " [cat] [dog, big]", "T of “dog, big”"},
      {"precision", NW_HEAD_SOFTMAX, "per_label=true", "", "T"}, /* two units are one label */
      {"confusion_matrix", NW_HEAD_SOFTMAX, "",
       "[cat→cat] [cat→dog, big] [dog, big→cat] [dog, big→dog, big]",
       "“dog, big” taken for “dog, big”"},
      {"roc_auc", NW_HEAD_SIGMOID, "average=weighted per_label=true", " _weighted [cat] [dog, big]",
       "T of “dog, big”"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(NwParams) params = settings(cases[i].params);
    NwMetricUse use = {cases[i].head, NW_TARGET_VALUES, 2, FALSE, params};
    g_autoptr(GArray) listed = nw_metric_list(nw_metric_kind_find(cases[i].id), &use, "T", labels);
    g_autoptr(GString) names = g_string_new(NULL);
    for (guint k = 0; k < listed->len; k++)
      g_string_append_printf(names, "%s%s", k > 0 ? " " : "",
                             g_array_index(listed, NwMetricValue, k).suffix);
    g_assert_cmpstr(names->str, ==, cases[i].names);
    g_assert_cmpstr(g_array_index(listed, NwMetricValue, listed->len - 1).title, ==,
                    cases[i].last_title);
  }
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
    double nothing = measure(kind, &batch, 4);
    g_autofree char *without = called(kind->id, NW_HEAD_SIGMOID, NW_TARGET_NONE, 1, FALSE, "");

    g_assert_true(nw_metric_kind_find(kind->id) == kind);
    g_assert_cmpstr(choices[n].id, ==, kind->id);
    g_assert_true(strlen(kind->title) > 0 && strlen(kind->summary) > 20);
    g_assert_true(isnan(nothing) || nothing == 0);
    batch.weight = last;
    g_assert_true(same(measure(kind, &batch, 4), measure(kind, &one, 1)));
    g_assert_cmpstr(without, ==, "no: this output has no target to compare with");
  }
  g_assert_null(choices[n].id);
  g_assert_null(nw_metric_kind_find("no such metric"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/metrics/equal-keras", test_keras);
  g_test_add_func("/metrics/with-parameters-equal-keras-and-scikit-learn", test_options);
  g_test_add_func("/metrics/numbers-are-named-by-threshold-average-and-label",
                  test_numbers_are_named);
  g_test_add_func("/metrics/equal-the-report", test_report_agrees);
  g_test_add_func("/metrics/labels-known-in-part-count-where-they-are-known", test_partly_known);
  g_test_add_func("/metrics/labels-known-in-part-equal-the-report", test_partly_known_report);
  g_test_add_func("/metrics/two-softmax-units-are-one-sigmoid", test_two_units);
  g_test_add_func("/metrics/accuracy-is-resolved-by-head", test_resolve);
  g_test_add_func("/metrics/every-kind-keeps-the-contract", test_every_kind);
  return g_test_run();
}
