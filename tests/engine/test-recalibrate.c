/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "golden.h"
#include "test-folder.h"

#include "nw-json.h"
#include "nw-recalibrate.h"
#include "nw-rng.h"
#include "nw-score.h"

static Golden *golden;

static NwForecast *
questions(const double *given, gboolean are_logits, const double *y, gint64 rows, gint64 cols)
{
  g_autoptr(GError) error = NULL;
  NwForecastInput input = {
      .predictions = {"x", NW_SHAPE(rows, cols), given},
      .are_logits = are_logits,
      .labels = {"labels", NW_SHAPE(rows, cols), y},
      .task = cols == 1 ? NW_TASK_BINARY : NW_TASK_MULTILABEL,
  };
  NwForecast *forecast = nw_forecast_new(&input, &error);

  g_assert_no_error(error);
  return forecast;
}

static NwForecast *
classes(const char *name, const char *given)
{
  g_autoptr(GError) error = NULL;
  const GoldenTensor *x = golden_get(golden, "multiclass/%s/%s", name, given);
  const GoldenTensor *y = golden_get(golden, "multiclass/%s/classes", name);
  NwForecastInput input = {
      .predictions = {"x", NW_SHAPE((gint64)x->dim[0], (gint64)x->dim[1]), x->values},
      .are_logits = g_str_equal(given, "logits"),
      .labels = {"labels", NW_SHAPE((gint64)x->dim[0]), y->values},
  };
  NwForecast *forecast = nw_forecast_new(&input, &error);

  g_assert_no_error(error);
  return forecast;
}

static NwRecalibration *
fit(const char *kind, const NwForecast *forecast, gboolean per_output)
{
  g_autoptr(GError) error = NULL;
  NwRecalibration *map =
      nw_recalibration_fit(nw_recalibrator_kind_find(kind), forecast, per_output, &error);

  g_assert_no_error(error);
  return map;
}

static NwForecast *
apply(const NwRecalibration *map, const NwForecast *forecast)
{
  g_autoptr(GError) error = NULL;
  NwForecast *after = nw_recalibration_apply(map, forecast, &error);

  g_assert_no_error(error);
  return after;
}

/* Number @i of the parameter @name. */
static double
parameter(const NwRecalibration *map, const char *name, guint i)
{
  g_autoptr(JsonNode) node = nw_recalibration_to_json(map);
  JsonNode *member = json_object_get_member(json_node_get_object(node), name);

  if (JSON_NODE_HOLDS_ARRAY(member))
    return json_array_get_double_element(json_node_get_array(member), i);
  return json_node_get_double(member);
}

static double
log_loss(const NwForecast *forecast)
{
  g_autoptr(NwScore) score = nw_score_new(forecast, 0);
  return score->log_loss;
}

static double
accuracy(const NwForecast *forecast)
{
  g_autoptr(NwScore) score = nw_score_new(forecast, 0);
  return score->accuracy;
}

static void
test_temperature(void)
{
  static const char *const names[] = {"overconfident", "underconfident"};

  for (guint i = 0; i < 4; i++) {
    g_autoptr(NwForecast) before = classes(names[i / 2], i % 2 ? "logits" : "p");
    g_autoptr(NwRecalibration) map = fit("temperature", before, FALSE);
    g_autoptr(NwForecast) after = apply(map, before);
    double expected = golden_get_number(golden, "multiclass/%s/temperature", names[i / 2]);

    g_assert_cmpfloat_with_epsilon(parameter(map, "temperature", 0), expected, 1e-6 * expected);
    g_assert_cmpfloat(log_loss(after), <, log_loss(before));
    g_assert_cmpfloat(accuracy(after), ==, accuracy(before));
  }
}

/* Answers that are all right ask for T → 0, answers that are noise for T → ∞. */
static void
test_temperature_stays_in_its_range(void)
{
  double z[] = {3, -2, 1, -4}, right[] = {1, 0, 1, 0}, wrong[] = {0, 1, 0, 1};
  g_autoptr(NwForecast) sure = questions(z, TRUE, right, 4, 1);
  g_autoptr(NwForecast) lost = questions(z, TRUE, wrong, 4, 1);
  g_autoptr(NwRecalibration) cold = fit("temperature", sure, FALSE);
  g_autoptr(NwRecalibration) hot = fit("temperature", lost, FALSE);
  g_autoptr(NwForecast) after = apply(cold, sure);

  g_assert_cmpfloat_with_epsilon(parameter(cold, "temperature", 0), 0.02, 1e-9);
  g_assert_cmpfloat_with_epsilon(parameter(hot, "temperature", 0), 50, 1e-9);
  g_assert_true(isfinite(log_loss(after)));
}

static void
test_vector(void)
{
  static const char *const names[] = {"overconfident", "underconfident"};

  for (guint c = 0; c < G_N_ELEMENTS(names); c++) {
    g_autoptr(NwForecast) before = classes(names[c], "logits");
    g_autoptr(NwRecalibration) map = fit("vector", before, FALSE);
    const GoldenTensor *expected = golden_get(golden, "multiclass/%s/vector", names[c]);
    guint k = (guint)before->cols;
    double shift = 0;

    for (guint j = 0; j < k; j++)
      shift += parameter(map, "intercept", j) / k;
    for (guint j = 0; j < k; j++) {
      g_assert_cmpfloat_with_epsilon(parameter(map, "slope", j), expected->values[j], 2e-3);
      g_assert_cmpfloat_with_epsilon(parameter(map, "intercept", j) - shift,
                                     expected->values[k + j], 2e-3);
    }
    g_autoptr(NwForecast) after = apply(map, before);
    g_assert_cmpfloat(log_loss(after), <, log_loss(before));
  }
}

static void
test_platt(void)
{
  const GoldenTensor *z = golden_get(golden, "platt/logits"), *y = golden_get(golden, "platt/y");
  const GoldenTensor *expected = golden_get(golden, "platt/fit");
  g_autoptr(NwForecast) before = questions(z->values, TRUE, y->values, (gint64)z->n, 1);
  g_autoptr(NwRecalibration) map = fit("platt", before, FALSE);

  g_assert_cmpfloat_with_epsilon(parameter(map, "slope", 0), expected->values[0], 1e-6);
  g_assert_cmpfloat_with_epsilon(parameter(map, "intercept", 0), expected->values[1], 1e-6);
}

static void
test_platt_never_turns_the_ranking(void)
{
  double z[] = {-1, 0, 1, 2, 3}, y[] = {1, 1, 0, 0, 0};
  g_autoptr(NwForecast) forecast = questions(z, TRUE, y, 5, 1);
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_recalibration_fit(nw_recalibrator_kind_find("platt"), forecast, FALSE, &error));
  test_assert_error(error, "“0”: higher predictions do not come true more often here");
}

static void
test_beta(void)
{
  const GoldenTensor *p = golden_get(golden, "beta/p"), *y = golden_get(golden, "beta/y");
  const GoldenTensor *expected = golden_get(golden, "beta/fit");
  g_autoptr(NwForecast) before = questions(p->values, FALSE, y->values, (gint64)p->n, 1);
  g_autoptr(NwRecalibration) map = fit("beta", before, FALSE);
  static const char *const names[] = {"a", "b", "c"};

  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat_with_epsilon(parameter(map, names[i], 0), expected->values[i], 1e-5);
}

static void
test_isotonic(void)
{
  static const char *const names[] = {"hundredths", "smooth", "three-positives",
                                      "exact-zeros-and-ones"};

  for (guint c = 0; c < G_N_ELEMENTS(names); c++) {
    const GoldenTensor *p = golden_get(golden, "binary/%s/p", names[c]);
    const GoldenTensor *y = golden_get(golden, "binary/%s/y", names[c]);
    const GoldenTensor *expected = golden_get(golden, "binary/%s/isotonic", names[c]);
    g_autoptr(NwForecast) before = questions(p->values, FALSE, y->values, (gint64)p->n, 1);
    g_autoptr(NwRecalibration) map = fit("isotonic", before, FALSE);
    g_autoptr(NwForecast) after = apply(map, before);

    for (gsize i = 0; i < p->n; i++)
      g_assert_cmpfloat_with_epsilon(after->p[i], expected->values[i], 1e-12);
    g_assert_true(isfinite(log_loss(after)));
  }
}

static void
test_isotonic_between_and_outside_of_its_points(void)
{
  double p[] = {0.2, 0.4, 0.6}, y[] = {0, 0.5, 1}, other[] = {0.1, 0.3, 0.5, 0.9};
  double y_other[] = {0, 0, 1, 1}, expected[] = {0, 0.25, 0.75, 1};
  g_autoptr(NwForecast) few = questions(p, FALSE, y, 3, 1);
  g_autoptr(NwForecast) many = questions(other, FALSE, y_other, 4, 1);
  g_autoptr(NwRecalibration) map = fit("isotonic", few, FALSE);
  g_autoptr(NwForecast) after = apply(map, many);

  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon(after->p[i], expected[i], 1e-12);
}

/* Two questions: one map for both, or each its own; a question without a map stays as it is. */
static void
test_several_questions(void)
{
  enum { N = 400 };
  double z[2 * N], y[2 * N];
  NwRng rng = nw_rng(5, NW_RNG_TEST, 0, 0, 0);

  for (guint i = 0; i < N; i++) {
    z[2 * i] = 3 * nw_rng_normal(&rng, 2 * i);
    z[2 * i + 1] = nw_rng_normal(&rng, 2 * i + 1);
    y[2 * i] = nw_rng_uniform(&rng, 5000 + i) < 1 / (1 + exp(-z[2 * i] / 2));
    y[2 * i + 1] = nw_rng_uniform(&rng, 9000 + i) < 1 / (1 + exp(z[2 * i + 1]));
  }
  g_autoptr(NwForecast) before = questions(z, TRUE, y, N, 2);
  g_autoptr(NwRecalibration) one = fit("temperature", before, FALSE);
  g_autoptr(NwRecalibration) each = fit("platt", before, TRUE);
  g_autoptr(NwForecast) after = apply(each, before);
  g_autoptr(JsonNode) node = nw_recalibration_to_json(each);
  g_autofree char *text = nw_json_to_text(node, FALSE);

  g_assert_cmpuint(nw_recalibration_get_n_maps(one), ==, 1);
  g_assert_cmpuint(nw_recalibration_get_n_maps(each), ==, 2);
  g_assert_cmpfloat_with_epsilon(parameter(each, "slope", 0), 0.5, 0.1);
  g_assert_null(nw_recalibration_get_problem(each, 0));
  g_assert_nonnull(strstr(nw_recalibration_get_problem(each, 1), "“1”: "));
  g_assert_nonnull(strstr(text, ",null]"));
  for (guint i = 0; i < N; i++)
    g_assert_cmpfloat(after->p[2 * i + 1], ==, before->p[2 * i + 1]);
}

static void
test_other_columns_are_refused(void)
{
  double p[] = {0.2, 0.8, 0.3, 0.6}, y[] = {0, 1, 1, 1};
  g_autoptr(NwForecast) one = questions(p, FALSE, y, 4, 1), two = questions(p, FALSE, y, 2, 2);
  g_autoptr(NwRecalibration) map = fit("temperature", one, FALSE);
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_recalibration_apply(map, two, &error));
  test_assert_error(error, "the map was fitted for “binary” (columns: 1), but these predictions");
}

/* Each kind, on classes and on questions: probabilities stay probabilities, the fit does not lose
 * to doing nothing, and the ranking within a question stays. */
static void
check_kind(const NwRecalibratorKind *kind, const NwForecast *before)
{
  g_autoptr(NwRecalibration) map = fit(kind->id, before, FALSE);
  g_autoptr(NwForecast) after = apply(map, before);

  for (gsize row = 0; row < after->rows; row++) {
    double sum = 0;
    for (gsize col = 0; col < after->cols; col++) {
      double p = after->p[row * after->cols + col];
      g_assert_true(p >= 0 && p <= 1);
      sum += p;
    }
    if (after->task == NW_TASK_MULTICLASS)
      g_assert_cmpfloat_with_epsilon(sum, 1, 1e-9);
  }
  g_assert_cmpfloat(log_loss(after), <=, log_loss(before) + 2e-3);
  /* Frequencies of neighbouring bins may fall; all others keep the ranking. */
  for (gsize row = 1;
       row < after->rows && after->cols == 1 && !g_str_equal(kind->id, "histogram"); row++)
    g_assert_true((before->p[row] <= before->p[row - 1] || after->p[row] >= after->p[row - 1]) &&
                  (before->p[row] >= before->p[row - 1] || after->p[row] <= after->p[row - 1]));
}

static void
test_every_kind(void)
{
  const GoldenTensor *z = golden_get(golden, "platt/logits"), *y = golden_get(golden, "platt/y");
  const NwChoice *choices = nw_recalibrator_choices();
  guint n = 0;

  for (; nw_recalibrator_kinds[n] != NULL; n++) {
    const NwRecalibratorKind *kind = nw_recalibrator_kinds[n];
    g_autoptr(NwForecast) question = questions(z->values, TRUE, y->values, (gint64)z->n, 1);
    g_autoptr(NwForecast) many = classes("overconfident", "logits");

    g_assert_true(nw_recalibrator_kind_find(kind->id) == kind);
    g_assert_cmpstr(choices[n].id, ==, kind->id);
    if (kind->only_classes == NULL)
      check_kind(kind, question);
    check_kind(kind, many);
  }
  g_assert_null(choices[n].id);
  g_assert_null(nw_recalibrator_kind_find("none"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  golden = golden_open("calibration");
  g_test_add_func("/recalibrate/temperature-equals-scipy", test_temperature);
  g_test_add_func("/recalibrate/temperature-stays-in-its-range",
                  test_temperature_stays_in_its_range);
  g_test_add_func("/recalibrate/vector-equals-scipy", test_vector);
  g_test_add_func("/recalibrate/platt-equals-scipy", test_platt);
  g_test_add_func("/recalibrate/platt-never-turns-the-ranking", test_platt_never_turns_the_ranking);
  g_test_add_func("/recalibrate/beta-equals-scipy", test_beta);
  g_test_add_func("/recalibrate/isotonic-equals-scikit-learn", test_isotonic);
  g_test_add_func("/recalibrate/isotonic-between-and-outside-of-its-points",
                  test_isotonic_between_and_outside_of_its_points);
  g_test_add_func("/recalibrate/several-questions", test_several_questions);
  g_test_add_func("/recalibrate/other-columns-are-refused", test_other_columns_are_refused);
  g_test_add_func("/recalibrate/every-kind-keeps-probabilities", test_every_kind);
  int failed = g_test_run();
  golden_free(golden);
  return failed;
}
