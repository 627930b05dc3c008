/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "golden.h"
#include "test-folder.h"

#include "nw-error.h"
#include "nw-helper.h"
#include "nw-json.h"
#include "nw-rng.h"
#include "nw-score.h"

#include <string.h>

static void
assert_near(double got, double expected)
{
  g_assert_cmpfloat_with_epsilon(got, expected, 1e-12);
}

static NwForecast *
forecast_of(const NwForecastInput *input)
{
  g_autoptr(GError) error = NULL;
  NwForecast *forecast = nw_forecast_new(input, &error);

  g_assert_no_error(error);
  return forecast;
}

static void
assert_refused(const NwForecastInput *input, const char *message)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_forecast_new(input, &error));
  g_assert_error(error, NW_ERROR, NW_ERROR_INPUT);
  g_assert_cmpstr(error->message, ==, message);
}

/* From arrays */

static void
test_binary(void)
{
  g_autoptr(Golden) golden = golden_open("calibration");
  const GoldenTensor *p = golden_get(golden, "binary/hundredths/p");
  const GoldenTensor *y = golden_get(golden, "binary/hundredths/y");
  NwForecastInput input = {
      .predictions = {"probs", NW_SHAPE((gint64)p->n), p->values},
      .labels = {"labels", NW_SHAPE((gint64)p->n, 1), y->values},
  };
  g_autoptr(NwForecast) forecast = forecast_of(&input);
  g_autoptr(NwScore) score = nw_score_new(forecast, 0);
  g_autoptr(NwScore) twenty = nw_score_new(forecast, 20);

  g_assert_cmpint(score->task, ==, NW_TASK_BINARY);
  g_assert_cmpint(forecast->edges, ==, NW_EDGES_DOUBLE);
  g_assert_cmpuint(score->classes, ==, 2);
  g_assert_cmpuint(score->n_bins, ==, 10);
  assert_near(score->ece, golden_get_number(golden, "binary/hundredths/10/ece"));
  assert_near(twenty->ece, golden_get_number(golden, "binary/hundredths/20/ece"));
  assert_near(score->auc, golden_get_number(golden, "binary/hundredths/auc"));
  assert_near(score->brier, golden_get_number(golden, "binary/hundredths/brier"));
  g_assert_cmpfloat_with_epsilon(score->log_loss,
                                 golden_get_number(golden, "binary/hundredths/log_loss"), 1e-10);
  assert_near(score->ks, golden_get_number(golden, "binary/hundredths/ks"));
  g_assert_true(isnan(score->classwise_ece) && isnan(score->pooled_ece));
}

static void
test_multiclass(void)
{
  g_autoptr(Golden) golden = golden_open("calibration");
  static const char *const cases[] = {"multiclass/overconfident", "multiclass/underconfident"};

  for (guint c = 0; c < 2 * G_N_ELEMENTS(cases); c++) {
    const char *prefix = cases[c / 2];
    const GoldenTensor *given = golden_get(golden, "%s/%s", prefix, c % 2 ? "logits" : "p");
    const GoldenTensor *classes = golden_get(golden, "%s/classes", prefix);
    NwForecastInput input = {
        .predictions = {"x", NW_SHAPE((gint64)given->dim[0], (gint64)given->dim[1]), given->values},
        .are_logits = c % 2,
        .labels = {"labels", NW_SHAPE((gint64)given->dim[0]), classes->values},
    };
    g_autoptr(NwForecast) forecast = forecast_of(&input);
    g_autoptr(NwScore) score = nw_score_new(forecast, 15);

    g_assert_cmpint(score->task, ==, NW_TASK_MULTICLASS);
    assert_near(score->ece, golden_get_number(golden, "%s/confidence/ece", prefix));
    assert_near(score->mce, golden_get_number(golden, "%s/confidence/mce", prefix));
    assert_near(score->classwise_ece, golden_get_number(golden, "%s/classwise_ece", prefix));
    assert_near(score->accuracy, golden_get_number(golden, "%s/accuracy", prefix));
    assert_near(score->brier, golden_get_number(golden, "%s/brier", prefix));
    assert_near(score->log_loss, golden_get_number(golden, "%s/log_loss", prefix));
  }
}

static void
test_multilabel(void)
{
  double p[] = {0.9, 0.2, 0.6, 0.7, 0.1, 0.3, 0.8, 0.9}, y[] = {1, 0, 1, 1, 0, 0, 1, 0};
  NwForecastInput input = {
      .predictions = {"probs", NW_SHAPE(4, 2), p},
      .labels = {"labels", NW_SHAPE(4, 2), y},
  };
  g_autoptr(NwForecast) forecast = forecast_of(&input);
  g_autoptr(NwScore) score = nw_score_new(forecast, 0);

  g_assert_cmpint(score->task, ==, NW_TASK_MULTILABEL);
  g_assert_cmpuint(score->n_outputs, ==, 2);
  g_assert_cmpuint(score->outputs[0].positives, ==, 3);
  assert_near(score->outputs[0].ece, (0.1 + 0.4 + 0.1 + 0.2) / 4);
  assert_near(score->ece, (score->outputs[0].ece + score->outputs[1].ece) / 2);
  assert_near(score->outputs[1].auc, 2.0 / 3);
  assert_near(score->accuracy, 7.0 / 8);
  assert_near(score->pooled_ece, 2.3 / 8); /* the two that say 0.9 share a bin */
  g_assert_cmpstr(score->outputs[score->worst].name, ==, "1");
}

/* One-hot labels are classes; two columns that exclude each other are one question. */
static void
test_tasks_are_found_out(void)
{
  double three[] = {0.5, 0.3, 0.2, 0.1, 0.8, 0.1}, hot[] = {1, 0, 0, 0, 0, 1};
  double pair[] = {0.75, 0.25, 0.25, 0.75}, pair_hot[] = {0, 1, 0, 1}, one[] = {1, 1};
  NwForecastInput input = {
      .predictions = {"probs", NW_SHAPE(2, 3), three},
      .labels = {"labels", NW_SHAPE(2, 3), hot},
  };
  g_autoptr(NwForecast) classes = forecast_of(&input);
  g_assert_cmpint(classes->task, ==, NW_TASK_MULTICLASS);

  input.task = NW_TASK_MULTILABEL;
  g_autoptr(NwForecast) questions = forecast_of(&input);
  g_assert_cmpint(questions->task, ==, NW_TASK_MULTILABEL);

  input = (NwForecastInput){
      .predictions = {"probs", NW_SHAPE(2, 2), pair},
      .labels = {"labels", NW_SHAPE(2), one},
  };
  g_autoptr(NwForecast) by_class = forecast_of(&input);
  input.labels = (NwForecastArray){"labels", NW_SHAPE(2, 2), pair_hot};
  g_autoptr(NwForecast) by_column = forecast_of(&input);
  input.task = NW_TASK_MULTICLASS;
  g_autoptr(NwForecast) as_classes = forecast_of(&input);
  g_assert_cmpint(by_class->task, ==, NW_TASK_BINARY);
  g_assert_cmpint(by_column->task, ==, NW_TASK_BINARY);
  g_assert_cmpuint(by_class->cols, ==, 1);
  g_assert_cmpstr(by_class->names[0], ==, "1");
  g_assert_cmpmem(by_class->p, 16, by_column->p, 16);
  g_assert_cmpfloat(by_class->p[0], ==, 0.25);
  g_assert_cmpfloat(by_class->y[1], ==, 1);
  g_assert_cmpint(by_class->edges, ==, NW_EDGES_SINGLE);
  g_assert_cmpuint(as_classes->cols, ==, 2);
}

/* (rows, steps, classes): the steps that the mask keeps are one pool; what it hides may be
 * anything. */
static void
test_steps_are_pooled(void)
{
  double logits[2 * 3 * 4] = {0}, labels[] = {0, 1, 99, 2, NAN, -1}, mask[] = {1, 1, 0, 1, 0, 0};
  double flat[] = {0.25, 0.5, 7, 0.75, 1, 0}, answers[] = {0, 1, 5, 1, 1, 0};
  NwForecastInput input = {
      .predictions = {"logits", NW_SHAPE(2, 3, 4), logits},
      .are_logits = TRUE,
      .labels = {"labels", NW_SHAPE(2, 3), labels},
      .mask = {"mask", NW_SHAPE(2, 3), mask},
  };
  logits[8] = NAN;
  logits[0] = 900;
  g_autoptr(NwForecast) forecast = forecast_of(&input);
  g_assert_cmpint(forecast->task, ==, NW_TASK_MULTICLASS);
  g_assert_cmpuint(forecast->rows, ==, 3);
  g_assert_cmpuint(forecast->masked, ==, 3);
  g_assert_cmpfloat(forecast->p[0], ==, 1);
  assert_near(forecast->p[4], 0.25);
  g_assert_cmpfloat(forecast->y[2 * 4 + 2], ==, 1);

  input = (NwForecastInput){
      .predictions = {"probs", NW_SHAPE(2, 3), flat},
      .labels = {"labels", NW_SHAPE(2, 3), answers},
      .mask = {"mask", NW_SHAPE(2, 3), mask},
  };
  g_autoptr(NwForecast) steps = forecast_of(&input);
  g_assert_cmpint(steps->task, ==, NW_TASK_BINARY);
  g_assert_cmpuint(steps->rows, ==, 3);
}

static void
test_soft_labels(void)
{
  double p[] = {0.2, 0.8, 0.5}, y[] = {0.25, 0.75, 0.5};
  NwForecastInput input = {
      .predictions = {"probs", NW_SHAPE(3), p},
      .labels = {"labels", NW_SHAPE(3), y},
  };
  g_autoptr(NwForecast) forecast = forecast_of(&input);
  g_autoptr(NwScore) score = nw_score_new(forecast, 0);

  g_assert_true(forecast->soft && score->soft);
  g_assert_true(isnan(score->accuracy) && isnan(score->auc));
  assert_near(score->ece, 0.1 / 3);
}

static void
test_bad_arrays(void)
{
  double p[] = {0.5, 0.5, 0.1, 0.9}, y[] = {0, 1, 0, 1}, none[4] = {0};
  NwForecastInput input = {
      .predictions = {"probs", NW_SHAPE(2, 2), p},
      .labels = {"labels", NW_SHAPE(2), y},
  };

  p[3] = 1.5;
  assert_refused(&input, "probs, row 1, column 1 (counted from 0): 1.5 is no probability; it must "
                         "lie between 0 and 1");
  p[3] = NAN;
  assert_refused(&input, "probs, row 1, column 1 (counted from 0): nan is no finite number");
  p[3] = 0.5;
  assert_refused(&input, "probs, row 1 (counted from 0): 0.6 is what the probabilities of the "
                         "classes add up to, instead of 1");
  p[3] = 0.9;
  y[1] = 2;
  assert_refused(&input, "labels, row 1 (counted from 0): 2 is no class; classes are whole numbers "
                         "from 0, one per column");
  y[1] = 0.5;
  assert_refused(&input, "labels, row 1 (counted from 0): 0.5 is no class; classes are whole "
                         "numbers from 0, one per column");
  y[1] = 1;
  input.labels.shape = NW_SHAPE(3);
  assert_refused(&input,
                 "“labels” has the shape 3, which does not fit “probs” with 2 × 2: it needs "
                 "one number for each row of it");
  input.labels.shape = NW_SHAPE(2);
  input.mask = (NwForecastArray){"mask", NW_SHAPE(2), none};
  assert_refused(&input, "“probs” has no row to score");
  input.mask.shape = NW_SHAPE(4);
  assert_refused(&input, "“mask” has the shape 4, which does not fit “probs” with 2 × 2: it needs "
                         "one number for each row of it");
  input.mask.values = NULL;
  input.task = NW_TASK_MULTILABEL;
  assert_refused(&input, "“probs” has 2 columns: several yes/no questions need a 0 or 1 for each, "
                         "not one class per row");
  input.predictions.shape = NW_SHAPE(1, 1, 2, 2);
  assert_refused(&input, "“probs” has the shape 1 × 1 × 2 × 2; it must be (rows), (rows, classes) "
                         "or (rows, steps, classes)");
  input.predictions.shape = NW_SHAPE(0);
  input.labels.shape = NW_SHAPE(0);
  input.task = NW_TASK_AUTO;
  assert_refused(&input, "“probs” has no row to score");
}

/* A shape and numbers for it; often the axes of @like, so that some fit. (transfer full) */
static double *
random_array(const NwRng *rng, guint64 from, const NwShape *like, NwForecastArray *array)
{
  static const double palette[] = {0, 0, 1, 1, 0.5, 0.25, 0.75, 2, -1, NAN, INFINITY, 1e300};
  guint n_values = nw_rng_below(rng, from, 2) ? 4 : G_N_ELEMENTS(palette);
  gsize n;
  double *values;

  array->shape.rank = (int)nw_rng_below(rng, from + 1, 5);
  for (int i = 0; i < array->shape.rank; i++)
    array->shape.dim[i] = (gint64)nw_rng_below(rng, from + 2 + i, 4);
  if (like != NULL && nw_rng_below(rng, from + 8, 4) > 0) {
    array->shape = *like;
    array->shape.rank -= like->rank > 1 && nw_rng_below(rng, from + 9, 2);
  }
  n = (gsize)nw_shape_elements(&array->shape);
  values = g_new(double, n + 1);
  for (gsize i = 0; i < n; i++)
    values[i] = palette[nw_rng_below(rng, from + 10 + i, n_values)];
  return values;
}

static void
check_score(const NwForecast *forecast, const NwScore *score)
{
  gsize count = 0, pools = forecast->task == NW_TASK_MULTILABEL ? forecast->cols : 1;

  for (guint b = 0; b < score->n_bins; b++)
    count += score->bins[b].count;
  g_assert_cmpuint(count, ==, score->samples * pools);
  g_assert_true(score->ece >= 0 && score->ece <= score->mce + 1e-12 && score->mce <= 1);
  g_assert_true(isnan(score->accuracy) || (score->accuracy >= 0 && score->accuracy <= 1));
  g_assert_true(isfinite(score->log_loss) && isfinite(score->brier));
}

/* Whatever the arrays are: a sentence, or numbers within their bounds. */
static void
test_random_arrays(void)
{
  guint judged = 0;

  for (guint round = 0; round < 6000; round++) {
    NwRng rng = nw_rng(round, NW_RNG_TEST, 0, 0, 0);
    NwForecastInput input = {
        .predictions = {.name = "probs"},
        .labels = {.name = "labels"},
        .mask = {.name = "mask"},
        .are_logits = nw_rng_below(&rng, 1, 2) > 0,
        .task = (NwTask)nw_rng_below(&rng, 2, NW_N_TASKS),
    };
    g_autofree double *p = random_array(&rng, 1000, NULL, &input.predictions);
    g_autofree double *y = random_array(&rng, 2000, &input.predictions.shape, &input.labels);
    g_autofree double *mask = random_array(&rng, 3000, &input.predictions.shape, &input.mask);
    g_autoptr(GError) error = NULL;

    input.predictions.values = p;
    input.labels.values = y;
    input.mask.values = nw_rng_below(&rng, 3, 2) ? mask : NULL;
    g_autoptr(NwForecast) forecast = nw_forecast_new(&input, &error);
    if (forecast == NULL) {
      g_assert_error(error, NW_ERROR, NW_ERROR_INPUT);
      continue;
    }
    g_autoptr(NwScore) score = nw_score_new(forecast, 1 + (guint)nw_rng_below(&rng, 4, 20));
    check_score(forecast, score);
    judged++;
  }
  g_assert_cmpuint(judged, >, 200);
}

/* From files */

static NwForecast *
read_text(const char *text, NwTask task, GError **error)
{
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *path = test_folder_file(folder, "predictions.csv", text, -1);

  return nw_forecast_read(path, task, error);
}

static NwForecast *
read_good(const char *text)
{
  g_autoptr(GError) error = NULL;
  NwForecast *forecast = read_text(text, NW_TASK_AUTO, &error);

  g_assert_no_error(error);
  return forecast;
}

static void
assert_text_refused(const char *text, const char *message)
{
  g_autoptr(GError) error = NULL;
  const char *file = "predictions.csv: ";

  g_assert_null(read_text(text, NW_TASK_AUTO, &error));
  test_assert_error(error, file);
  g_assert_cmpstr(strstr(error->message, file) + strlen(file), ==, message);
}

static void
test_csv_multilabel(void)
{
  g_autoptr(NwForecast) forecast = read_good("p_cat,p_dog,y_dog,y_cat,mask\n"
                                             "0.1,0.9,1,0,1\n"
                                             "0.4,0.3,0,1,1\n"
                                             "7,7,7,7,0\n"
                                             "0.6,0.8,1,1,1\n");

  g_assert_cmpint(forecast->task, ==, NW_TASK_MULTILABEL);
  g_assert_cmpuint(forecast->rows, ==, 3);
  g_assert_cmpuint(forecast->masked, ==, 1);
  g_assert_cmpstr(forecast->names[1], ==, "dog");
  g_assert_cmpfloat(forecast->p[3], ==, 0.3);
  g_assert_cmpfloat(forecast->y[1], ==, 1);
  g_assert_cmpfloat(forecast->y[2], ==, 1);
  g_assert_cmpint(forecast->edges, ==, NW_EDGES_DOUBLE);
}

static void
test_csv_classes(void)
{
  g_autoptr(NwForecast) by_name = read_good("p_red,p_green,p_blue,label\n"
                                            "0.2,0.3,0.5,blue\n0.7,0.2,0.1,red\n");
  g_autoptr(NwForecast) by_number = read_good("p_red,p_green,p_blue,label\n"
                                              "0.2,0.3,0.5,2\n0.7,0.2,0.1,0\n");
  g_autoptr(NwForecast) numbers_as_names = read_good("p_3,p_1,p_2,label\n"
                                                     "0.2,0.3,0.5,2\n0.7,0.2,0.1,3\n");
  const NwForecast *alike[] = {by_name, by_number, numbers_as_names};

  for (guint i = 0; i < G_N_ELEMENTS(alike); i++) {
    g_assert_cmpint(alike[i]->task, ==, NW_TASK_MULTICLASS);
    g_assert_cmpfloat(alike[i]->y[2], ==, 1);
    g_assert_cmpfloat(alike[i]->y[3], ==, 1);
  }
  g_assert_cmpstr(by_name->names[2], ==, "blue");
}

static void
test_csv_binary(void)
{
  g_autoptr(NwForecast) one = read_good("p_sick,y_sick\n0.2,0\n0.9,1\n");
  g_autoptr(NwForecast) label = read_good("p_sick,label\n0.2,0\n0.9,1\n");
  g_autoptr(NwForecast) two = read_good("p_well,p_sick,label\n0.8,0.2,well\n0.1,0.9,sick\n");
  const NwForecast *alike[] = {one, label, two};

  for (guint i = 0; i < G_N_ELEMENTS(alike); i++) {
    g_assert_cmpint(alike[i]->task, ==, NW_TASK_BINARY);
    g_assert_cmpstr(alike[i]->names[0], ==, "sick");
    g_assert_cmpfloat(alike[i]->p[1], ==, 0.9);
    g_assert_cmpfloat(alike[i]->y[0], ==, 0);
    g_assert_cmpfloat(alike[i]->y[1], ==, 1);
  }
}

static void
test_bad_csv(void)
{
  assert_text_refused("a,b\n1,2\n", "there is no column “p_…” with probabilities");
  assert_text_refused("p_a,b\n1,2\n", "there is no column “label”, nor columns “y_…”");
  assert_text_refused("p_a,p_b,y_a\n0.5,0.5,1\n", "the column “p_b” has no column “y_b” beside it");
  assert_text_refused("p_a,y_a\n0.5,1\n1.25,0\n",
                      "line 3, column “p_a”: 1.25 is no probability; it must lie between 0 and 1");
  assert_text_refused("p_a,y_a\n0.5,1\n0.25,-1\n",
                      "line 3, column “y_a”: -1 is no label; it must be 0, 1 or between");
  assert_text_refused("p_a,p_b,y_a,y_b\n0.5,1,1,1\n0.25,0.5,0,2\n",
                      "line 3, column “y_b”: 2 is no label; it must be 0, 1 or between");
  assert_text_refused("p_a,y_a\n0.5,1\n,0\n", "line 3, column “p_a”: nan is no finite number");
  assert_text_refused("p_a,y_a\n0.5,1\nlots,0\n", "line 3, column “p_a”: “lots” is no number");
  assert_text_refused("p_a,p_b,label\n0.5,0.5,a\n0.5,0.5,c\n",
                      "line 3, column “label”: “c” is none of the classes");
  assert_text_refused(
      "p_a,p_b,label\n0.5,0.5,0\n0.5,0.5,2\n",
      "line 3, column “label”: 2 is no class; classes are whole numbers from 0, one "
      "per column");
  assert_text_refused("p_a,p_b,label\n0.5,0.5,0\n0.5,0.25,1\n",
                      "line 3: 0.75 is what the probabilities of the classes add up to, instead of "
                      "1");
}

/* Float32 numbers on the edges of bins, as numpy wrote them. */
static void
test_npz_of_questions(void)
{
  g_autoptr(Golden) golden = golden_open("calibration");
  g_autoptr(GError) error = NULL;
  g_autoptr(NwForecast) forecast =
      nw_forecast_read(TEST_DATA "/questions.npz", NW_TASK_AUTO, &error);

  g_assert_no_error(error);
  g_assert_cmpint(forecast->task, ==, NW_TASK_MULTILABEL);
  g_assert_cmpint(forecast->edges, ==, NW_EDGES_SINGLE);
  g_autoptr(NwScore) score = nw_score_new(forecast, 0);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat_with_epsilon(score->outputs[i].ece,
                                   golden_get_number(golden, "questions/%u/ece", i), 1e-7);
}

static void
test_npz_of_steps(void)
{
  g_autoptr(Golden) golden = golden_open("calibration");
  g_autoptr(GError) error = NULL;
  g_autoptr(NwForecast) forecast = nw_forecast_read(TEST_DATA "/steps.npz", NW_TASK_AUTO, &error);

  g_assert_no_error(error);
  g_assert_cmpint(forecast->task, ==, NW_TASK_MULTICLASS);
  g_assert_cmpfloat(forecast->rows, ==, golden_get_number(golden, "steps/rows"));
  g_autoptr(NwScore) score = nw_score_new(forecast, 0);
  assert_near(score->accuracy, golden_get_number(golden, "steps/accuracy"));
  assert_near(score->ece, golden_get_number(golden, "steps/ece"));
}

static void
test_bad_npz(void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_forecast_read(TEST_DATA "/stored.npz", NW_TASK_AUTO, &error));
  test_assert_error(error, "stored.npz: there is no array “probs” or “logits”");
  g_clear_error(&error);
  g_assert_null(nw_forecast_read(TEST_DATA "/nowhere.npz", NW_TASK_AUTO, &error));
  test_assert_error(error, "nowhere.npz");
  g_clear_error(&error);
  g_assert_null(nw_forecast_read(TEST_DATA "/steps.npz", NW_TASK_BINARY, &error));
  test_assert_error(error, "“logits” has 3 columns: one yes/no question needs one column");
}

static void
test_json(void)
{
  g_autoptr(NwForecast) forecast =
      read_good("p_cat,p_dog,y_cat,y_dog\n0.15,0.9,0,1\n0.45,0.3,1,1\n");
  g_autoptr(NwScore) score = nw_score_new(forecast, 2);
  g_autoptr(JsonNode) node = nw_score_to_json(score);
  g_autofree char *text = nw_json_to_text(node, FALSE);
  static const char *const keys[] = {"task",     "samples",       "classes", "accuracy",
                                     "log_loss", "brier",         "ece",     "mce",
                                     "bins",     "classwise_ece", "outputs"};
  static const char *const pieces[] = {
      "{\"task\":\"multilabel\",\"samples\":2,", "\"classwise_ece\":null",
      "{\"low\":0,\"high\":0.5,\"count\":3,\"confidence\":0.3,\"frequency\":0.6666666666666666,",
      "\"outputs\":[{\"name\":\"cat\",\"positives\":1,",
      "{\"name\":\"dog\",\"positives\":2,\"prevalence\":1,\"auc\":null,\"average_precision\":1,"};

  for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
    g_assert_true(json_object_has_member(json_node_get_object(node), keys[i]));
  g_test_message("%s", text);
  for (guint i = 0; i < G_N_ELEMENTS(pieces); i++)
    g_assert_nonnull(strstr(text, pieces[i]));
}

int
main(int argc, char **argv)
{
  int exit_code;

  if (nw_helper_main(argc, argv, &exit_code))
    return exit_code;
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/score/binary", test_binary);
  g_test_add_func("/score/multiclass-from-probabilities-and-logits", test_multiclass);
  g_test_add_func("/score/multilabel", test_multilabel);
  g_test_add_func("/score/tasks-are-found-out", test_tasks_are_found_out);
  g_test_add_func("/score/unmasked-steps-are-pooled", test_steps_are_pooled);
  g_test_add_func("/score/soft-labels", test_soft_labels);
  g_test_add_func("/score/bad-arrays-are-refused-in-a-sentence", test_bad_arrays);
  g_test_add_func("/score/random-arrays-are-judged-or-refused", test_random_arrays);
  g_test_add_func("/score/csv-of-several-questions", test_csv_multilabel);
  g_test_add_func("/score/csv-of-classes-by-name-and-by-number", test_csv_classes);
  g_test_add_func("/score/csv-of-one-question", test_csv_binary);
  g_test_add_func("/score/bad-csv-is-refused-with-line-and-column", test_bad_csv);
  g_test_add_func("/score/npz-of-several-questions", test_npz_of_questions);
  g_test_add_func("/score/npz-of-masked-steps", test_npz_of_steps);
  g_test_add_func("/score/bad-npz-is-refused", test_bad_npz);
  g_test_add_func("/score/json-has-the-promised-keys", test_json);
  return g_test_run();
}
