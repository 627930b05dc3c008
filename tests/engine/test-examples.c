/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The example projects do what they promise. */
#include "nw-evaluate.h"
#include "nw-helper.h"
#include "nw-plan.h"
#include "nw-project-json.h"
#include "nw-recalibrate.h"
#include "nw-score.h"
#include "nw-table.h"
#include "nw-trainer.h"

typedef struct {
  NwProject *project;
  NwDataset *dataset;
} Example;

static Example
example_open(const char *name, const char *const *settings)
{
  g_autofree char *path = g_strdup_printf("%s/examples/%s.netwright", RESOURCES, name);
  g_autoptr(NwInference) inference = NULL;
  g_autoptr(NwPlan) plan = NULL;
  g_autofree NwFieldRequest *requests = NULL;
  GError *error = NULL;
  Example example;
  gsize n;

  example.project = nw_project_load(path, &error);
  g_assert_no_error(error);
  for (gsize i = 0; settings != NULL && settings[i] != NULL; i += 2) {
    NwProject *set = nw_project_set(example.project, settings[i], settings[i + 1], &error);
    g_assert_no_error(error);
    nw_project_unref(example.project);
    example.project = set;
  }
  inference = nw_inference_new(nw_project_get_graph(example.project));
  g_assert_cmpuint(nw_inference_get_n_problems(inference), ==, 0);
  plan = nw_plan_new(inference, 1, FALSE, &error);
  g_assert_no_error(error);
  requests = nw_plan_dup_requests(plan, &n);
  example.dataset = nw_dataset_build(nw_project_get_data(example.project), RESOURCES "/examples",
                                     NULL, requests, n, &error);
  g_assert_no_error(error);
  return example;
}

static void
example_clear(Example *example)
{
  nw_project_unref(example->project);
  nw_dataset_unref(example->dataset);
}

static NwWeights *
train(const Example *example, gboolean best)
{
  GError *error = NULL;
  g_autoptr(NwTrainer) trainer = nw_trainer_new(example->project, example->dataset, NULL, &error);

  g_assert_no_error(error);
  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  return nw_trainer_dup_weights(trainer, best);
}

static NwEvaluation *
evaluate(const Example *example, NwWeights *weights, NwSplit split)
{
  GError *error = NULL;
  NwEvaluation *evaluation =
      nw_evaluate(example->project, weights, example->dataset, split, 0, &error);

  g_assert_no_error(error);
  return evaluation;
}

static double
accuracy(const Example *example, NwWeights *weights)
{
  g_autoptr(NwEvaluation) evaluation = evaluate(example, weights, NW_SPLIT_TEST);

  return nw_report_get_summary(evaluation->reports[0])->accuracy;
}

static void
test_iris(void)
{
  Example example = example_open("iris", NULL);
  g_autoptr(NwWeights) weights = train(&example, TRUE);

  g_assert_cmpfloat(accuracy(&example, weights), >=, 0.9);
  example_clear(&example);
}

/* A plain network with 64 units gives 0.956. */
static void
test_digits(void)
{
  double sum = 0;

  for (int seed = 1; seed <= 5; seed++) {
    g_autofree char *text = g_strdup_printf("%d", seed);
    Example example = example_open("digits", (const char *const[]){"training.seed", text, NULL});
    g_autoptr(NwWeights) weights = train(&example, TRUE);
    sum += accuracy(&example, weights);
    example_clear(&example);
  }
  g_test_message("mean test accuracy of “digit” over seeds 1 to 5: %.4f", sum / 5);
  g_assert_cmpfloat(sum / 5, >=, 0.965);
}

/* Mean |predicted − true probability| over test rows and labels. */
static double
gap_to_truth(const Example *example, NwWeights *weights)
{
  GError *error = NULL;
  g_autoptr(NwTable) table = nw_table_read(RESOURCES "/datasets/two-hundred.npz", NULL, &error);
  g_autoptr(NwPredictions) predictions = NULL;
  const guint32 *rows;
  gsize n_rows;
  gssize column;
  double sum = 0;

  g_assert_no_error(error);
  column = nw_table_find(table, "p_true");
  g_assert_cmpint(column, >=, 0);
  rows = nw_dataset_get_split(example->dataset, NW_SPLIT_TEST, &n_rows);
  predictions = nw_predict(example->project, weights, example->dataset, rows, n_rows, 0, &error);
  g_assert_no_error(error);
  g_autofree double *truth = g_new(double, 200);
  for (gsize r = 0; r < n_rows; r++) {
    nw_table_get_numbers(table, (gsize)column, rows[r], 1, truth);
    for (gsize k = 0; k < 200; k++)
      sum += fabs((double)predictions->values[0][r * 200 + k] - truth[k]);
  }
  return sum / (double)(n_rows * 200);
}

/* The labels were drawn from known probabilities; the trained network's answers are nearer to them
 * than those of one that has learned nothing and of one that has learned its rows by heart. */
static void
test_truth(void)
{
  Example example = example_open("two-hundred-outputs", NULL);
  Example untrained = example_open(
      "two-hundred-outputs",
      (const char *const[]){"training.epochs", "1", "optimizer.learning_rate", "0", NULL});
  Example overfitted =
      example_open("two-hundred-outputs",
                   (const char *const[]){"training.epochs", "40", "training.early_stopping",
                                         "false", "*.rate", "0", NULL});
  g_autoptr(NwWeights) weights = train(&example, TRUE);
  g_autoptr(NwWeights) fresh = train(&untrained, FALSE);
  g_autoptr(NwWeights) by_heart = train(&overfitted, FALSE);
  double trained = gap_to_truth(&example, weights);
  double nothing = gap_to_truth(&untrained, fresh);
  double heart = gap_to_truth(&overfitted, by_heart);

  g_test_message("mean |predicted − true|: trained %.4f, untrained %.4f, overfitted %.4f", trained,
                 nothing, heart);
  g_assert_cmpfloat(trained, <, nothing);
  g_assert_cmpfloat(trained, <, heart);
  example_clear(&example);
  example_clear(&untrained);
  example_clear(&overfitted);
}

/* Mean over test pictures of Σ activation² where the penalty stands. */
static double
size_in_the_middle(const Example *example, NwWeights *weights, double rate)
{
  g_autoptr(NwEvaluation) evaluation = evaluate(example, weights, NW_SPLIT_TEST);

  return (evaluation->loss - evaluation->losses[0]) / rate;
}

/* What is penalised is less than a third of what it is without, and the digits are still read. */
static void
test_penalty(void)
{
  static const char *const free_settings[] = {"keep_small.rate", "0", NULL};
  Example example = example_open("middle-penalty", NULL);
  Example free_example = example_open("middle-penalty", free_settings);
  g_autoptr(NwWeights) weights = train(&example, TRUE);
  g_autoptr(NwWeights) free_weights = train(&free_example, TRUE);
  double small = size_in_the_middle(&example, weights, 0.003);
  double large = size_in_the_middle(&example, free_weights, 0.003);
  double read = accuracy(&example, weights), read_free = accuracy(&free_example, free_weights);

  g_test_message("mean Σ activation²: %.2f with the penalty, %.2f without; test accuracy %.3f and "
                 "%.3f",
                 small, large, read, read_free);
  g_assert_cmpfloat(small, <, large / 3);
  g_assert_cmpfloat(read, >=, 0.95);
  example_clear(&example);
  example_clear(&free_example);
}

/* ── how sure is it? ─────────────────────────────────────────────────────────────────────────── */

/* What a report has of its only question. (transfer full) */
static NwForecast *
dup_forecast(const NwReport *report)
{
  gsize n = nw_report_get_summary(report)->rows;
  g_autofree double *p = g_new(double, n), *y = g_new(double, n);
  GError *error = NULL;
  NwForecastInput input = {.predictions = {"p", NW_SHAPE((gint64)n), p},
                           .labels = {"y", NW_SHAPE((gint64)n), y},
                           .task = NW_TASK_BINARY};
  NwForecast *forecast;

  nw_report_read(report, 0, p, y);
  forecast = nw_forecast_new(&input, &error);
  g_assert_no_error(error);
  return forecast;
}

/* √ mean (p − true probability)² over the rows of a report; the truth is a column of the file. */
static double
distance_to_truth(const NwReport *report, const NwForecast *forecast, const Example *example,
                  NwSplit split, const char *file)
{
  GError *error = NULL;
  g_autofree char *path = g_strdup_printf("%s/datasets/%s.npz", RESOURCES, file);
  g_autoptr(NwTable) table = nw_table_read(path, NULL, &error);
  const guint32 *in_report = nw_report_get_rows(report), *rows;
  gsize n;
  double sum = 0;

  g_assert_no_error(error);
  rows = nw_dataset_get_split(example->dataset, split, &n);
  for (gsize i = 0; i < forecast->rows; i++) {
    double truth;
    nw_table_get_numbers(table, (gsize)nw_table_find(table, "p_true"), rows[in_report[i]], 1,
                         &truth);
    sum += (forecast->p[i] - truth) * (forecast->p[i] - truth);
  }
  return sqrt(sum / (double)forecast->rows);
}

/* After 25 epochs it knows its training rows by heart and is surer than it ought to be: mean
 * confidence is far above accuracy. One temperature, fitted on the validation rows, brings log loss
 * and ECE of the test rows down and the probabilities nearer to the truth; accuracy stays. */
static void
test_how_sure(void)
{
  Example example = example_open("how-sure", NULL);
  g_autoptr(NwWeights) weights = train(&example, FALSE);
  g_autoptr(NwEvaluation) validation = evaluate(&example, weights, NW_SPLIT_VALIDATION);
  g_autoptr(NwEvaluation) test = evaluate(&example, weights, NW_SPLIT_TEST);
  g_autoptr(NwForecast) held_out = dup_forecast(validation->reports[0]);
  g_autoptr(NwForecast) before = dup_forecast(test->reports[0]);
  GError *error = NULL;
  g_autoptr(NwRecalibration) map =
      nw_recalibration_fit(nw_recalibrator_kind_find("temperature"), held_out, FALSE, &error);
  g_assert_no_error(error);
  g_autoptr(NwForecast) after = nw_recalibration_apply(map, before, &error);
  g_assert_no_error(error);
  g_autoptr(NwScore) raw = nw_score_new(before, 0);
  g_autoptr(NwScore) calm = nw_score_new(after, 0);
  double confidence = 0;
  double raw_gap = distance_to_truth(test->reports[0], before, &example, NW_SPLIT_TEST, "stripes");
  double calm_gap = distance_to_truth(test->reports[0], after, &example, NW_SPLIT_TEST, "stripes");

  for (gsize i = 0; i < before->rows; i++)
    confidence += MAX(before->p[i], 1 - before->p[i]) / (double)before->rows;
  g_test_message("accuracy %.3f at a mean confidence of %.3f; ECE %.4f → %.4f, log loss %.4f → "
                 "%.4f, distance to the truth %.4f → %.4f",
                 raw->accuracy, confidence, raw->ece, calm->ece, raw->log_loss, calm->log_loss,
                 raw_gap, calm_gap);
  g_assert_cmpfloat(raw->accuracy, >=, 0.7);
  g_assert_cmpfloat(confidence, >, raw->accuracy + 0.08);
  g_assert_cmpfloat(calm->ece, <, raw->ece / 2);
  g_assert_cmpfloat(calm->log_loss, <, raw->log_loss - 0.1);
  g_assert_cmpfloat(calm_gap, <, raw_gap);
  g_assert_cmpfloat(calm->accuracy, ==, raw->accuracy);
  example_clear(&example);
}

/* ── a label for every word ──────────────────────────────────────────────────────────────────── */

/* Two epochs are enough to be right far more often than who always says “not negated”. Steps behind
 * a sentence count nowhere: what is judged are the words of the test sentences. */
static void
test_negation(void)
{
  Example example = example_open(
      "negation-scope",
      (const char *const[]){"training.epochs", "2", "training.early_stopping", "false", NULL});
  g_autoptr(NwWeights) weights = train(&example, TRUE);
  g_autoptr(NwEvaluation) evaluation = evaluate(&example, weights, NW_SPLIT_TEST);
  const NwReportSummary *summary = nw_report_get_summary(evaluation->reports[0]);
  const NwReportLabel *negated = nw_report_get_label(evaluation->reports[0], 0);
  const NwField *words = nw_dataset_get_field(example.dataset, "words");
  double majority = MAX(negated->prevalence, 1 - negated->prevalence);
  const guint32 *rows;
  gsize n, steps = (gsize)words->type.shape.dim[0], count = 0;

  rows = nw_dataset_get_split(example.dataset, NW_SPLIT_TEST, &n);
  for (gsize i = 0; i < n * steps; i++)
    count += words->int32[rows[i / steps] * steps + i % steps] != 0;
  g_test_message("%zu words of %zu sentences: accuracy %.4f, of the majority %.4f; log loss %.4f",
                 count, n, summary->accuracy, majority, summary->log_loss);
  g_assert_cmpuint(summary->rows, ==, count);
  g_assert_cmpfloat(summary->accuracy, >=, majority + 0.15);
  example_clear(&example);
}

/* ── one unit or two? ────────────────────────────────────────────────────────────────────────── */

/* Both heads are right: equally often, and nearly equally sure. */
static void
test_one_or_two(void)
{
  Example example = example_open("one-or-two", NULL);
  g_autoptr(NwWeights) weights = train(&example, TRUE);
  g_autoptr(NwEvaluation) evaluation = evaluate(&example, weights, NW_SPLIT_TEST);
  const NwReportSummary *one = nw_report_get_summary(evaluation->reports[0]);
  const NwReportSummary *two = nw_report_get_summary(evaluation->reports[1]);

  g_test_message("one unit: accuracy %.4f, log loss %.4f; two units: %.4f, %.4f", one->accuracy,
                 one->log_loss, two->accuracy, two->log_loss);
  g_assert_true(one->binary && two->binary);
  g_assert_cmpfloat(one->accuracy, >=, 0.95);
  g_assert_cmpfloat(two->accuracy, >=, 0.95);
  g_assert_cmpfloat(fabs(one->accuracy - two->accuracy), <=, 0.01);
  g_assert_cmpfloat(fabs(one->log_loss - two->log_loss), <=, 0.03);
  example_clear(&example);
}

/* ── time should make it forget ──────────────────────────────────────────────────────────────── */

/* Log loss of “main_output” on the test rows after ten epochs. */
static double
forgetting(const char *decay, const char *seed)
{
  Example example =
      example_open("time-forgets", (const char *const[]){"memory.decay", decay, "training.seed",
                                                         seed, "training.epochs", "10",
                                                         "training.early_stopping", "false", NULL});
  g_autoptr(NwWeights) weights = train(&example, TRUE);
  g_autoptr(NwEvaluation) evaluation = evaluate(&example, weights, NW_SPLIT_TEST);
  double loss = evaluation->losses[0];

  example_clear(&example);
  return loss;
}

/* Both read the time beside each event, have 32 units and ten epochs; but only one has a forget
 * gate that time closes. Who knows the truth has a log loss of 0.378. */
static void
test_time_forgets(void)
{
  double aware = forgetting("exponential", "1"), ordinary = forgetting("none", "1");

  g_test_message("log loss: LSTM that forgets with time %.4f, ordinary LSTM %.4f", aware, ordinary);
  g_assert_cmpfloat(aware, <, ordinary - 0.02);
}

int
main(int argc, char **argv)
{
  int exit_code;

  if (nw_helper_main(argc, argv, &exit_code))
    return exit_code;
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/examples/iris-is-learned", test_iris);
  g_test_add_func("/examples/digits-are-read-at-96.5-percent-over-five-seeds", test_digits);
  g_test_add_func("/examples/trained-probabilities-are-nearest-to-the-truth", test_truth);
  g_test_add_func("/examples/a-penalty-keeps-the-middle-small-and-digits-are-still-read",
                  test_penalty);
  g_test_add_func("/examples/it-is-too-sure-and-a-temperature-calms-it", test_how_sure);
  g_test_add_func("/examples/words-are-tagged-better-than-by-the-majority-without-padding",
                  test_negation);
  g_test_add_func("/examples/one-unit-and-two-are-right-equally-often", test_one_or_two);
  g_test_add_func("/examples/an-lstm-that-forgets-with-time-beats-an-ordinary-one",
                  test_time_forgets);
  return g_test_run();
}
