/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Which recalibrator is recommended, and how it becomes a layer of the graph. */
#include "net.h"
#include "test-folder.h"

#include <math.h>

#include "nw-calibrate.h"
#include "nw-json.h"
#include "nw-logistic.h"
#include "nw-rng.h"
#include "nw-report.h"
#include "nw-score.h"

/* Yes/no questions whose log-odds are slope[col]·z, asked with z. */
static NwForecast *
questions(guint seed, gsize rows, gsize cols, const double *slopes)
{
  g_autofree double *z = g_new(double, rows *cols), *y = g_new(double, rows *cols);
  NwRng rng = nw_rng(seed, NW_RNG_TEST, 0, 0, 0);
  g_autoptr(GError) error = NULL;

  for (gsize i = 0; i < rows * cols; i++) {
    z[i] = 2 * nw_rng_normal(&rng, 2 * i);
    y[i] = nw_rng_uniform(&rng, 4 * rows * cols + i) < nw_sigmoid(slopes[i % cols] * z[i]);
  }
  NwForecastInput input = {
      .predictions = {"x", NW_SHAPE((gint64)rows, (gint64)cols), z},
      .are_logits = TRUE,
      .labels = {"y", NW_SHAPE((gint64)rows, (gint64)cols), y},
      .task = cols == 1 ? NW_TASK_BINARY : NW_TASK_MULTILABEL,
  };
  NwForecast *forecast = nw_forecast_new(&input, &error);
  g_assert_no_error(error);
  return forecast;
}

static const NwContender *
best(const NwContest *contest)
{
  return &contest->contenders[contest->best];
}

static void
test_what_is_honest_is_left_as_it_is(void)
{
  double slope[] = {1};
  g_autoptr(NwForecast) known = questions(1, 600, 1, slope), judge = questions(2, 600, 1, slope);
  g_autoptr(NwContest) contest = nw_contest_new(known, judge, 1, NULL);

  g_assert_null(best(contest)->kind);
  g_assert_nonnull(strstr(contest->reason, "leave it as it is"));
  g_assert_true(contest->apart);
  g_assert_cmpuint(contest->crossed, ==, 600);
}

static void
test_what_is_too_sure_is_softened_by_one_number(void)
{
  double slope[] = {0.5};
  g_autoptr(NwForecast) known = questions(3, 1500, 1, slope), judge = questions(4, 1500, 1, slope);
  g_autoptr(NwContest) contest = nw_contest_new(known, judge, 1, NULL);
  const NwContender *none = &contest->contenders[0];

  g_assert_cmpstr(best(contest)->kind->id, ==, "temperature");
  g_assert_cmpfloat(best(contest)->gain, >, 5 * best(contest)->gain_error);
  g_assert_cmpfloat_with_epsilon(best(contest)->gain, none->log_loss - best(contest)->log_loss,
                                 1e-12);
  g_assert_cmpuint(contest->crossed, ==, 0);
  /* What is proven to be off stays so; what was mended may be perfect. */
  g_assert_cmpfloat(none->ece_low, >, 0.03);
  g_assert_cmpfloat(best(contest)->ece_low, <, 0.01);
}

/* Curves with many numbers can lower the ECE of what they saw, and raise the log loss of what not.
 */
static void
test_few_rows_do_not_buy_a_curve(void)
{
  double slope[] = {0.5};
  g_autoptr(NwForecast) known = questions(5, 40, 1, slope), judge = questions(6, 2000, 1, slope);
  g_autoptr(NwContest) contest = nw_contest_new(known, judge, 1, NULL);
  const NwContender *isotonic =
      nw_contest_find(contest, nw_recalibrator_kind_find("isotonic"), FALSE);

  g_assert_cmpfloat(isotonic->log_loss, >, contest->contenders[0].log_loss);
  g_assert_cmpuint(best(contest)->n_numbers, <=, 2);
}

static void
test_labels_each_when_they_differ(void)
{
  double differ[] = {0.3, 1, 2.5}, alike[] = {0.4, 0.4, 0.4};
  g_autoptr(NwForecast) known = questions(7, 1500, 3, differ),
                        judge = questions(8, 1500, 3, differ);
  g_autoptr(NwForecast) same = questions(9, 1500, 3, alike), test = questions(10, 1500, 3, alike);
  g_autoptr(NwContest) each = nw_contest_new(known, judge, 1, NULL);
  g_autoptr(NwContest) all = nw_contest_new(same, test, 1, NULL);

  g_assert_true(best(each)->per_output);
  g_assert_nonnull(strstr(best(each)->title, ", each"));
  g_assert_false(best(all)->per_output);
  g_assert_cmpstr(best(all)->kind->id, ==, "temperature");
}

static void
test_without_other_rows_each_is_judged_by_maps_fitted_without_it(void)
{
  double slope[] = {0.4};
  g_autoptr(NwForecast) known = questions(11, 800, 1, slope);
  g_autoptr(NwContest) contest = nw_contest_new(known, NULL, 1, NULL);
  const NwContender *temperature = &contest->contenders[1];
  g_autoptr(NwForecast) fooled = nw_recalibration_apply(temperature->map, known, NULL);
  g_autoptr(NwScore) score = nw_score_new(fooled, 0);

  g_assert_false(contest->apart);
  g_assert_cmpuint(contest->judged, ==, 800);
  g_assert_cmpuint(temperature->after->rows, ==, 800);
  g_assert_cmpfloat(temperature->log_loss, >, score->log_loss); /* what was fitted looks better */
  g_assert_nonnull(best(contest)->kind);
}

/* Every fifth row came true, in this order: folds that followed it would each miss what the others
 * say. */
static void
test_the_order_of_the_rows_does_not_matter(void)
{
  enum { N = 600 };
  double slope[] = {0.5};
  g_autoptr(NwForecast) known = questions(31, N, 1, slope);

  for (gsize i = 0; i < N; i++) {
    known->p[i] = 0.5;
    known->logits[i] = 0;
    known->y[i] = i % 5 == 0;
  }
  g_autoptr(NwContest) contest =
      nw_contest_new(known, NULL, 1, nw_recalibrator_kind_find("isotonic"));
  g_assert_cmpfloat_with_epsilon(contest->contenders[1].log_loss,
                                 -0.2 * log(0.2) - 0.8 * log(0.8), 0.02);
}

/* Steps of a sequence are no independent witnesses: the same rows as one sample say less. */
static void
test_steps_of_a_sample_count_together(void)
{
  double slope[] = {0.8};
  g_autoptr(NwForecast) one = questions(12, 12000, 1, slope),
                        other = questions(12, 12000, 1, slope);
  g_autoptr(NwForecast) judge = questions(13, 1200, 1, slope);
  const NwRecalibratorKind *kind = nw_recalibrator_kind_find("temperature");

  for (gsize i = 0; i < judge->rows; i++) { /* every tenth, ten times */
    judge->logits[i] = judge->logits[i - i % 10];
    judge->p[i] = judge->p[i - i % 10];
    judge->y[i] = judge->y[i - i % 10];
  }
  g_autoptr(NwContest) steps = nw_contest_new(one, judge, 10, kind);
  g_autoptr(NwContest) rows = nw_contest_new(other, judge, 1, kind);
  const NwContender *a = &steps->contenders[1], *b = &rows->contenders[1];
  g_assert_cmpfloat_with_epsilon(a->gain, b->gain, 1e-12);
  g_assert_cmpfloat(a->gain_error, >, 2.5 * b->gain_error);
  g_assert_cmpfloat(a->ece_high - a->ece_low, >, 1.5 * (b->ece_high - b->ece_low));
}

/* Intervals of the ECE of many forecasts with a known error hold it about as often as they say. */
static void
test_ece_intervals_cover(void)
{
  enum { TIMES = 60 };
  double slope[] = {0.5}, truth = 0;
  guint covered = 0;

  for (guint i = 0; i < 4; i++) {
    g_autoptr(NwForecast) large = questions(900 + i, 50000, 1, slope);
    g_autoptr(NwScore) score = nw_score_new(large, 0);
    truth += score->ece / 4;
  }
  for (guint i = 0; i < TIMES; i++) {
    g_autoptr(NwForecast) forecast = questions(100 + i, 500, 1, slope);
    g_autoptr(NwScore) score = nw_score_new(forecast, 0);
    double low, high;
    nw_ece_interval(forecast, 1, score->ece, &low, &high);
    covered += low <= truth && truth <= high;
  }
  g_test_message("%u of %u intervals hold %.4f", covered, TIMES, truth);
  g_assert_cmpuint(covered, >=, TIMES * 85 / 100);
}

static void
test_json(void)
{
  double slope[] = {0.5};
  g_autoptr(NwForecast) known = questions(3, 300, 1, slope);
  g_autoptr(NwContest) contest = nw_contest_new(known, NULL, 1, NULL);
  g_autoptr(JsonNode) node = nw_contest_to_json(contest);
  JsonObject *object = json_node_get_object(node);

  g_assert_cmpstr(json_object_get_string_member(object, "reason"), ==, contest->reason);
  g_assert_cmpuint(json_array_get_length(json_object_get_array_member(object, "options")), ==,
                   contest->n);
}

/* The window judges predictions of other programs by the report that it makes of its own. */
static void
test_reports_of_other_programs_say_what_score_says(void)
{
  double slopes[] = {0.5, 1, 2};
  g_autoptr(NwForecast) many = questions(21, 400, 3, slopes), one = questions(22, 400, 1, slopes);
  const NwForecast *forecasts[] = {many, one};

  for (guint i = 0; i < 2; i++) {
    g_autoptr(NwReport) report = nw_report_new_from_forecast("rain.csv", forecasts[i]);
    g_autoptr(NwScore) score = nw_score_new(forecasts[i], 0);
    const NwReportSummary *summary = nw_report_get_summary(report);
    g_assert_cmpuint(summary->rows, ==, 400);
    g_assert_cmpuint(summary->n_labels, ==, forecasts[i]->cols);
    g_assert_cmpstr(nw_report_get_output(report), ==, "rain.csv");
    g_assert_cmpfloat_with_epsilon(summary->log_loss, score->log_loss, 1e-6);
    g_assert_cmpfloat_with_epsilon(summary->ece, score->ece, 1e-6);
  }
}

/* ── the layer ───────────────────────────────────────────────────────────────────────────────── */

static NwProject *
project(const char *text)
{
  g_autoptr(NwGraph) graph = net(text);
  g_autoptr(NwProject) empty = nw_project_new();
  return nw_project_with_graph(empty, graph);
}

static const char *
param(NwProject *project, const char *layer, const char *key)
{
  const NwNode *node = nw_graph_find_node_by_name(nw_project_get_graph(project), layer);
  g_assert_nonnull(node);
  return nw_params_get_choice(node->layer->params, key);
}

static void
check_place(const char *text, const char *form, const char *head)
{
  g_autoptr(GError) error = NULL;
  const gsize starts[] = {0, 1};
  const double numbers[] = {1.5};
  NwMaps maps = {nw_recalibrator_kind_find("temperature"), NW_TASK_BINARY, 1, 1, starts, numbers};
  g_autoptr(NwProject) before = project(text), after = NULL, again = NULL, none = NULL,
                       moved = NULL;
  g_autoptr(NwGraph) stripped = NULL;
  gboolean per_output;

  after = nw_calibrate_apply(before, "y", &maps, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(param(after, "y_recalibration", "form"), ==, form);
  g_assert_cmpstr(param(after, "y_recalibration", "head"), ==, head);
  g_assert_true(nw_calibrate_get_method(after, "y", &per_output) == maps.kind);
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(after));
  nw_inference_check(inference, &error);
  g_assert_no_error(error);
  /* Once more changes nothing; none takes the numbers away; what is trained is what it was. */
  again = nw_calibrate_apply(after, "y", &maps, &error);
  g_assert_true(nw_project_equal(again, after));
  none = nw_calibrate_apply(after, "y", NULL, &error);
  g_assert_null(nw_calibrate_get_method(none, "y", &per_output));
  moved = nw_calibrate_transfer(before, after);
  g_assert_true(nw_project_equal(moved, after));
  stripped = nw_calibrate_strip(nw_project_get_graph(after));
  g_assert_cmpuint(nw_graph_get_n_nodes(stripped), ==,
                   nw_graph_get_n_nodes(nw_project_get_graph(before)));
  for (guint i = 0; i < nw_graph_get_n_nodes(stripped); i++) {
    const NwNode *a = nw_graph_get_node(stripped, i);
    const NwNode *b = nw_graph_find_node(nw_project_get_graph(before), a->uid);
    g_assert_true(nw_params_equal(a->layer->params, b->layer->params));
    for (guint input = 0; input < a->n_inputs; input++)
      g_assert_cmpuint(a->inputs[input].node, ==, b->inputs[input].node);
  }
}

static void
test_the_layer_goes_between_logits_and_activation(void)
{
  check_place("x input shape=3\nd dense units=1 activation=sigmoid <- x\n"
              "y output loss=binary_crossentropy <- d\n",
              "logits_to_probabilities", "sigmoid");
  check_place("x input shape=3\nd dense units=2 <- x\na activation activation=softmax <- d\n"
              "y output loss=categorical_crossentropy <- a\n",
              "logits_to_probabilities", "softmax");
  check_place("x input shape=3\nd dense units=2 <- x\n"
              "y output loss=categorical_crossentropy from_logits=true <- d\n",
              "logits", "softmax");
}

/* Probabilities that others read too, or that are a part of what a sigmoid made, stay what they
 * are. */
static void
test_else_it_goes_behind_the_probabilities(void)
{
  check_place("x input shape=3\nd dense units=2 activation=softmax <- x\n"
              "y output loss=categorical_crossentropy <- d\n"
              "other output loss=activation_l2 <- d\n",
              "probabilities", "softmax");
  check_place(
      "x input shape=3\nd dense units=4 activation=sigmoid <- x\ns slice slices=...,:1 <- d\n"
      "y output loss=binary_crossentropy <- s\n",
      "probabilities", "sigmoid");
}

static void
test_outputs_of_values_are_refused(void)
{
  g_autoptr(NwProject) values = project("x input shape=3\nd dense units=1 <- x\n"
                                        "y output loss=mean_squared_error <- d\n");
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) names = nw_calibrate_list_outputs(values);

  g_assert_null(names[0]);
  g_assert_null(nw_calibrate_apply(values, "y", NULL, &error));
  test_assert_error(error, "“y” gives no probabilities");
  g_clear_error(&error);
  g_assert_null(nw_calibrate_apply(values, "zebra", NULL, &error));
  test_assert_error(error, "there is no output “zebra”");
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/contest/what-is-honest-is-left-as-it-is", test_what_is_honest_is_left_as_it_is);
  g_test_add_func("/contest/what-is-too-sure-is-softened-by-one-number",
                  test_what_is_too_sure_is_softened_by_one_number);
  g_test_add_func("/contest/few-rows-do-not-buy-a-curve", test_few_rows_do_not_buy_a_curve);
  g_test_add_func("/contest/labels-each-when-they-differ", test_labels_each_when_they_differ);
  g_test_add_func("/contest/without-other-rows-each-is-judged-by-maps-fitted-without-it",
                  test_without_other_rows_each_is_judged_by_maps_fitted_without_it);
  g_test_add_func("/contest/steps-of-a-sample-count-together",
                  test_steps_of_a_sample_count_together);
  g_test_add_func("/contest/the-order-of-the-rows-does-not-matter",
                  test_the_order_of_the_rows_does_not_matter);
  g_test_add_func("/contest/ece-intervals-cover", test_ece_intervals_cover);
  g_test_add_func("/contest/json", test_json);
  g_test_add_func("/contest/reports-of-other-programs-say-what-score-says",
                  test_reports_of_other_programs_say_what_score_says);
  g_test_add_func("/recalibration/the-layer-goes-between-logits-and-activation",
                  test_the_layer_goes_between_logits_and_activation);
  g_test_add_func("/recalibration/else-it-goes-behind-the-probabilities",
                  test_else_it_goes_behind_the_probabilities);
  g_test_add_func("/recalibration/outputs-of-values-are-refused",
                  test_outputs_of_values_are_refused);
  return g_test_run();
}
