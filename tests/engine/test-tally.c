/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Metrics in a run: which are measured, what masks leave out, what they cost. */
#include <string.h>

#include "count-alloc.h"
#include "net.h"
#include "nw-evaluate.h"
#include "nw-tally.h"

#define ROWS  40
#define STEPS 5

static NwProject *
project_of(const char *text)
{
  g_autoptr(NwProject) empty = nw_project_new();
  g_autoptr(NwGraph) graph = net(text);

  return nw_project_with_graph(empty, graph);
}

static NwDataset *
dataset_of(const NwField *fields, gsize n, gsize n_rows)
{
  g_autofree guint32 *rows = g_new(guint32, n_rows);

  for (guint32 i = 0; i < n_rows; i++)
    rows[i] = i;
  return nw_dataset_new_from_fields(fields, n, n_rows, (const guint32 *[]){rows, rows, rows},
                                    (gsize[]){n_rows, 0, 0});
}

static NwWeights *
weights_of(NwProject *project)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  GError *error = NULL;
  NwWeights *weights = nw_weights_new(inference, 3, &error);
  g_assert_no_error(error);
  return weights;
}

/* Weights as they begin, on all rows. (transfer full) */
static NwEvaluation *
evaluate(NwProject *project, NwDataset *dataset)
{
  g_autoptr(NwWeights) weights = weights_of(project);
  GError *error = NULL;
  NwEvaluation *evaluation = nw_evaluate(project, weights, dataset, NW_SPLIT_TRAIN, 1, &error);
  g_assert_no_error(error);
  return evaluation;
}

static double
number_of(const NwEvaluation *evaluation, const char *name)
{
  for (guint i = 0; i < evaluation->n_metrics; i++)
    if (strcmp(evaluation->metric_names[i], name) == 0)
      return evaluation->metrics[i];
  g_error("no number called %s", name);
}

/* ── masks ───────────────────────────────────────────────────────────────────────────────────── */

#define MEASURED                                                                                   \
  "metrics=accuracy,binary_accuracy,hamming_loss,precision,recall,fbeta_score,auc,auc_pr,roc_auc," \
  "average_precision,ece,mce,adaptive_ece,pooled_ece,brier,log_loss,mae,mse,"                      \
  "root_mean_squared_error,r2_score,cosine_similarity,exact_match,true_positives,"                 \
  "false_negatives average=micro,macro,weighted per_label=true thresholds=0.45,0.5"

/* Padded steps are in no metric: with other targets there, every number stays, and it is that of a
 * network without a mask over the steps that count. */
static void
test_masks(void)
{
  static gint32 ids[ROWS][STEPS], few[ROWS * STEPS];
  static float y[ROWS][STEPS][3], other[ROWS][STEPS][3], few_y[ROWS * STEPS][3];
  NwField fields[] = {
      {(char *)"x", FALSE, {NW_SHAPE(STEPS), NW_INT32}, ROWS, {.int32 = &ids[0][0]}, NULL},
      {(char *)"out", TRUE, {NW_SHAPE(STEPS, 3), NW_REAL}, ROWS, {.real = &y[0][0][0]}, NULL},
  };
  NwField without[] = {
      {(char *)"x", FALSE, {NW_SHAPE(1), NW_INT32}, 0, {.int32 = few}, NULL},
      {(char *)"out", TRUE, {NW_SHAPE(1, 3), NW_REAL}, 0, {.real = &few_y[0][0]}, NULL},
  };
  NwRng rng = nw_rng(5, NW_RNG_TEST, 0, 0, 0);
  gsize n = 0;

  for (guint r = 0; r < ROWS; r++)
    for (guint t = 0; t < STEPS; t++) {
      guint64 at = r * STEPS + t;
      ids[r][t] = t < 1 + r % STEPS ? (gint32)(1 + nw_rng_below(&rng, at, 9)) : 0;
      for (guint c = 0; c < 3; c++) {
        y[r][t][c] = (float)nw_rng_below(&rng, 1000 + 3 * at + c, 2);
        other[r][t][c] = ids[r][t] == 0 ? 1 - y[r][t][c] : y[r][t][c];
        few_y[n][c] = y[r][t][c];
      }
      few[n] = ids[r][t];
      n += ids[r][t] != 0;
    }
  without[0].rows = without[1].rows = n;

  static const char head[] = "d dense units=3 activation=sigmoid <- e\n"
                             "out output loss=binary_crossentropy " MEASURED " <- d\n";
  g_autofree char *masked_text =
      g_strconcat("x input shape=5 dtype=int32\n"
                  "e embedding input_dim=10 output_dim=4 mask_zero=true <- x\n",
                  head, NULL);
  g_autofree char *plain_text = g_strconcat(
      "x input shape=1 dtype=int32\ne embedding input_dim=10 output_dim=4 <- x\n", head, NULL);
  g_autoptr(NwProject) masked = project_of(masked_text), plain = project_of(plain_text);
  g_autoptr(NwDataset) padded = dataset_of(fields, 2, ROWS), short_rows = dataset_of(without, 2, n);
  g_autoptr(NwEvaluation) first = evaluate(masked, padded);
  g_autoptr(NwEvaluation) expected = evaluate(plain, short_rows);
  fields[1].real = &other[0][0][0];
  g_autoptr(NwDataset) padded_otherwise = dataset_of(fields, 2, ROWS);
  g_autoptr(NwEvaluation) second = evaluate(masked, padded_otherwise);

  g_assert_cmpuint(first->n_metrics, ==, expected->n_metrics);
  g_assert_cmpuint(first->n_metrics, >, 80);
  g_assert_cmpuint(first->n_refusals, ==, 0);
  for (guint i = 0; i < first->n_metrics; i++) {
    g_assert_cmpstr(first->metric_names[i], ==, expected->metric_names[i]);
    g_assert_cmpfloat(first->metrics[i], ==, second->metrics[i]);
    g_assert_cmpfloat_with_epsilon(first->metrics[i], expected->metrics[i], 1e-6);
  }
}

/* ── what is measured where ──────────────────────────────────────────────────────────────────── */

/* Percentages as targets: no accuracy, no AUC, each with its reason; errors and calibration remain.
 */
static void
test_soft(void)
{
  static float x[ROWS][2], y[ROWS][3];
  static char *labels[] = {(char *)"sun", (char *)"rain", (char *)"snow", NULL};
  NwField fields[] = {
      {(char *)"x", FALSE, {NW_SHAPE(2), NW_REAL}, ROWS, {.real = &x[0][0]}, NULL},
      {(char *)"out", TRUE, {NW_SHAPE(3), NW_REAL}, ROWS, {.real = &y[0][0]}, labels},
  };
  g_autoptr(NwProject) project = project_of(
      "x input shape=2\nd dense units=3 activation=sigmoid <- x\n"
      "out output loss=binary_crossentropy metrics=accuracy,ece,auc,roc_auc,mae,precision,brier "
      "per_label=true <- d\n");
  static const char *const refused[] = {"accuracy", "auc", "roc_auc", "precision"};

  for (guint i = 0; i < ROWS * 3; i++)
    y[i / 3][i % 3] = (float)(i % 11) / 10;
  g_autoptr(NwDataset) dataset = dataset_of(fields, 2, ROWS);
  g_autoptr(NwEvaluation) evaluation = evaluate(project, dataset);
  const NwReportSummary *summary = nw_report_get_summary(evaluation->reports[0]);

  g_assert_cmpuint(evaluation->n_refusals, ==, G_N_ELEMENTS(refused));
  for (guint i = 0; i < evaluation->n_refusals; i++) {
    g_assert_cmpstr(evaluation->refusals[i].kind->id, ==, refused[i]);
    g_assert_cmpstr(evaluation->refusals[i].reason, ==,
                    "the targets are percentages, not yes or no");
  }
  g_assert_cmpuint(evaluation->n_metrics, ==, 3 * (1 + 3));
  g_assert_cmpfloat_with_epsilon(number_of(evaluation, "ece"), summary->ece, 1e-9);
  g_assert_cmpfloat_with_epsilon(number_of(evaluation, "brier"), summary->brier, 1e-6);
  g_assert_cmpfloat_with_epsilon(number_of(evaluation, "ece[rain]"),
                                 nw_report_get_label(evaluation->reports[0], 1)->ece, 1e-9);
}

/* Classes of which the vocabulary has fewer names than the output has columns are numbered. */
static void
test_fewer_names(void)
{
  static float x[ROWS][2];
  static gint32 y[ROWS];
  static char *labels[] = {(char *)"sun", (char *)"rain", NULL};
  NwField fields[] = {
      {(char *)"x", FALSE, {NW_SHAPE(2), NW_REAL}, ROWS, {.real = &x[0][0]}, NULL},
      {(char *)"out", TRUE, {{0, {0}}, NW_INT32}, ROWS, {.int32 = y}, labels},
  };
  g_autoptr(NwProject) project =
      project_of("x input shape=2\nd dense units=4 activation=softmax <- x\n"
                 "out output loss=sparse_categorical_crossentropy metrics=recall per_label=true "
                 "<- d\n");
  g_autoptr(NwDataset) dataset = dataset_of(fields, 2, ROWS);
  g_autoptr(NwEvaluation) evaluation = evaluate(project, dataset);

  number_of(evaluation, "recall[3]");
  g_assert_cmpstr(nw_report_get_label(evaluation->reports[0], 3)->name, ==, "3");
}

/* ── cost ────────────────────────────────────────────────────────────────────────────────────── */

/* Every metric that fits, of two hundred labels and each label's: a batch asks for no memory, and
 * kinds of one family share their fold. */
static void
test_cost(void)
{
  enum { LABELS = 200 };
  static float x[ROWS][2], y[ROWS][LABELS];
  NwField fields[] = {
      {(char *)"x", FALSE, {NW_SHAPE(2), NW_REAL}, ROWS, {.real = &x[0][0]}, NULL},
      {(char *)"out", TRUE, {NW_SHAPE(LABELS), NW_REAL}, ROWS, {.real = &y[0][0]}, NULL},
  };
  g_autoptr(NwProject) project =
      project_of("x input shape=2\nd dense units=200 activation=sigmoid <- x\n"
                 "out output loss=binary_crossentropy " MEASURED " <- d\n");
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwPlan) plan = nw_plan_new(inference, 32, TRUE, NULL);
  g_autoptr(NwWeights) weights = weights_of(project);
  g_autoptr(NwDataset) dataset = dataset_of(fields, 2, ROWS);
  g_autoptr(NwExec) exec = nw_exec_new(plan, weights, NULL, 1, NULL);
  g_autoptr(NwFeed) feed = nw_feed_new(exec, dataset, TRUE, NULL);
  g_autoptr(NwTally) tally = nw_tally_new(plan, feed, FALSE);
  guint32 rows[32] = {0};
  gsize counts = 2 * 4 * LABELS, thresholds = 2 * 200 * LABELS, bins = 3 * 10 * LABELS;
  gsize columns = (5 * 2 + 4) * LABELS;

  nw_feed_rows(feed, rows, 32);
  nw_exec_run(exec, 32, 0, 0);
  count_alloc_start();
  for (guint i = 0; i < 5; i++)
    nw_tally_add(tally, exec, 32);
  g_assert_cmpuint(count_alloc_stop(NULL), ==, 0);
  /* Six kinds count answers at two thresholds, two have areas, three have bins; mse, its root and
   * the Brier score are one of five sums by column, beside R². The rest has a few numbers. */
  g_assert_cmpuint(nw_tally_get_n_state(tally), <, counts + thresholds + bins + columns + 20);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/tally/masked-steps-are-in-no-metric", test_masks);
  g_test_add_func("/tally/percentages-have-no-accuracy-and-say-why", test_soft);
  g_test_add_func("/tally/classes-without-names-are-numbered", test_fewer_names);
  g_test_add_func("/tally/a-batch-asks-for-no-memory-and-folds-are-shared", test_cost);
  return g_test_run();
}
