/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The example projects do what they promise. */
#include "nw-evaluate.h"
#include "nw-helper.h"
#include "nw-plan.h"
#include "nw-project-json.h"
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

static double
accuracy(const Example *example, NwWeights *weights)
{
  GError *error = NULL;
  g_autoptr(NwEvaluation) evaluation =
      nw_evaluate(example->project, weights, example->dataset, NW_SPLIT_TEST, 0, &error);

  g_assert_no_error(error);
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
  GError *error = NULL;
  g_autoptr(NwEvaluation) evaluation =
      nw_evaluate(example->project, weights, example->dataset, NW_SPLIT_TEST, 0, &error);

  g_assert_no_error(error);
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
  return g_test_run();
}
