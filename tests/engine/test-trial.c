/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Trying an input: the row in the person's units, what is answered, what mattered. */
#include "nw-trial.h"
#include "nw-evaluate.h"
#include "nw-graph-text.h"
#include "nw-plan.h"
#include "test-folder.h"

#include <math.h>

/* A network and a file that is bound to it. */
typedef struct {
  TestFolder *folder;
  NwProject *project;
  NwWeights *weights;
  NwDataset *dataset;
  NwTrial *trial;
} Fixture;

static NwDataSettings *
settings_new(Fixture *f, const char *csv, const char *bindings, const NwColumnSetting *columns,
             gsize n_columns)
{
  NwDataSettings *settings = nw_data_settings_new(), *next;
  const NwDataSource source = {.name = (char *)"t", .path = (char *)"t.csv"};
  const NwSplitSettings split = {.validation = 0.2, .test = 0.2, .seed = 1};
  g_auto(GStrv) fields = g_strsplit(bindings, ";", -1);

#define TAKE(edit)                                                                                 \
  next = edit;                                                                                     \
  nw_data_settings_unref(settings);                                                                \
  settings = next
  g_free(test_folder_file(f->folder, "t.csv", csv, -1));
  TAKE(nw_data_settings_with_source(settings, &source));
  TAKE(nw_data_settings_with_columns(settings, columns, n_columns));
  TAKE(nw_data_settings_with_split(settings, &split));
  for (guint i = 0; fields[i] != NULL; i++) {
    g_auto(GStrv) parts = g_strsplit(fields[i], "=", 2);
    g_auto(GStrv) names = g_strsplit(parts[1], "|", -1);
    TAKE(nw_data_settings_with_binding(settings, parts[0], "t", (const char *const *)names));
  }
#undef TAKE
  return settings;
}

/* @bindings: "FIELD=COLUMN|COLUMN;FIELD=COLUMN" */
static void
begin(Fixture *f, const char *network, const char *csv, const char *bindings,
      const NwColumnSetting *columns, gsize n_columns)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(NwGraph) graph = nw_graph_from_text(network, &error);
  g_autoptr(NwInference) inference = NULL;
  g_autoptr(NwPlan) plan = NULL;
  g_autoptr(NwProject) empty = nw_project_new(), drawn = NULL;
  g_autoptr(NwDataSettings) settings = settings_new(f, csv, bindings, columns, n_columns);
  g_autofree NwFieldRequest *requests = NULL;
  gsize n;

  g_assert_no_error(error);
  inference = nw_inference_new(graph);
  drawn = nw_project_with_graph(empty, graph);
  f->project = nw_project_with_data(drawn, settings);
  f->weights = nw_weights_new(inference, 7, &error);
  g_assert_no_error(error);
  plan = nw_plan_new(inference, 1, FALSE, &error);
  g_assert_no_error(error);
  requests = nw_plan_dup_requests(plan, &n);
  f->dataset = nw_dataset_build(settings, f->folder->path, NULL, requests, n, &error);
  g_assert_no_error(error);
  f->trial = nw_trial_new(f->project, f->weights, f->dataset, &error);
  g_assert_no_error(error);
}

static void
setup(Fixture *f, gconstpointer unused)
{
  f->folder = test_folder_new();
}

static void
teardown(Fixture *f, gconstpointer unused)
{
  g_clear_pointer(&f->trial, nw_trial_free);
  g_clear_pointer(&f->dataset, nw_dataset_unref);
  g_clear_pointer(&f->weights, nw_weights_unref);
  g_clear_pointer(&f->project, nw_project_unref);
  test_folder_free(f->folder);
}

static double *
ask(Fixture *f)
{
  double *answers = g_new0(double, nw_trial_get_n_answers(f->trial));
  g_autofree gpointer numbers = nw_trial_dup_numbers(f->trial);

  nw_trial_answer(f->trial, numbers, answers);
  return answers;
}

static double *
occlude(Fixture *f, guint answer)
{
  double *effects = g_new0(double, nw_trial_get_n_entries(f->trial));
  g_autofree gpointer numbers = nw_trial_dup_numbers(f->trial);

  g_assert_true(nw_trial_occlude(f->trial, numbers, answer, effects, NULL));
  return effects;
}

static void
assert_near(double a, double b)
{
  if (!(fabs(a - b) <= 1e-5 * MAX(1, fabs(b))))
    g_error("%.9g is not %.9g", a, b);
}

/* Numbers with each scale, a category, a 0/1 column of words, and a scaled target. */
static const NwColumnSetting all_kinds[] = {
    {(char *)"t", (char *)"width", TRUE, NW_COLUMN_NUMBER, NW_SCALING_STANDARDIZE},
    {(char *)"t", (char *)"height", TRUE, NW_COLUMN_NUMBER, NW_SCALING_MINMAX},
    {(char *)"t", (char *)"visits", TRUE, NW_COLUMN_NUMBER, NW_SCALING_LOG1P},
    {(char *)"t", (char *)"species", TRUE, NW_COLUMN_CATEGORY, NW_SCALING_NONE},
    {(char *)"t", (char *)"wild", TRUE, NW_COLUMN_BINARY, NW_SCALING_NONE},
    {(char *)"t", (char *)"age", TRUE, NW_COLUMN_NUMBER, NW_SCALING_STANDARDIZE},
    {(char *)"t", (char *)"kind", TRUE, NW_COLUMN_CATEGORY, NW_SCALING_NONE},
};
static const char flowers[] =
    "width,height,visits,species,wild,age,kind\n"
    "1.5,10,0,rose,no,3,a\n2.25,20,7,lily,yes,5,b\n3.125,35,1000,tulip,no,8,a\n"
    "4.7,41,12,rose,yes,9,b\n5.1,52,3,lily,no,1,a\n6.3,60,5,tulip,yes,2,b\n"
    "7.9,74,88,rose,no,4,a\n8.8,80,41,lily,yes,6,b\n9.01,99,2,rose,no,7,a\n1.1,7,9,lily,no,2,b\n";
static const char flower_network[] =
    "x input shape=7\nhidden dense units=5 activation=tanh <- x\n"
    "age_value dense units=1 <- hidden\nage output loss=mean_squared_error <- age_value\n"
    "kind_score dense units=2 activation=softmax <- hidden\n"
    "kind output loss=sparse_categorical_crossentropy <- kind_score\n";
static const char flower_bindings[] = "x=width|height|visits|species|wild;age=age;kind=kind";

static void
begin_flowers(Fixture *f)
{
  begin(f, flower_network, flowers, flower_bindings, all_kinds, G_N_ELEMENTS(all_kinds));
}

static void
test_predict(Fixture *f, gconstpointer unused)
{
  g_autoptr(GError) error = NULL;

  begin_flowers(f);
  g_assert_cmpuint(nw_trial_get_n_answers(f->trial), ==, 3);
  for (guint32 row = 0; row < 10; row++) {
    g_autoptr(NwPredictions) predictions =
        nw_predict(f->project, f->weights, f->dataset, &row, 1, 1, &error);
    g_autofree double *answers = NULL;

    g_assert_no_error(error);
    nw_trial_set_row(f->trial, row);
    answers = ask(f);
    g_assert_cmpfloat((float)answers[1], ==, predictions->values[1][0]);
    g_assert_cmpfloat((float)answers[2], ==, predictions->values[1][1]);
    /* the age is answered in years: the mean of the training rows is 28/6 */
    assert_near((answers[0] - 28.0 / 6) / sqrt(184.0 / 6 - 28.0 / 6 * 28 / 6),
                (double)predictions->values[0][0]);
  }
}

static void
test_truth(Fixture *f, gconstpointer unused)
{
  begin_flowers(f);
  nw_trial_set_row(f->trial, 3);
  assert_near(nw_trial_get_truth(f->trial, 0), 9);
  g_assert_cmpfloat(nw_trial_get_truth(f->trial, 1), ==, 0);
  g_assert_cmpfloat(nw_trial_get_truth(f->trial, 2), ==, 1);
  assert_near(nw_trial_read_truth(f->trial, 0, 1), 5);
  g_assert_cmpstr(nw_trial_get_answer(f->trial, 2)->name, ==, "kind");
  g_assert_cmpstr(nw_trial_get_answer(f->trial, 2)->label, ==, "b");
}

static void
test_entries(Fixture *f, gconstpointer unused)
{
  static const char *const names[] = {"width", "height", "visits", "species", "wild"};
  static const char *const texts[] = {"4.7", "41", "12", "rose", "yes"};

  begin_flowers(f);
  g_assert_cmpuint(nw_trial_get_n_entries(f->trial), ==, 5);
  nw_trial_set_row(f->trial, 3);
  for (guint i = 0; i < 5; i++) {
    g_autofree char *name = nw_trial_dup_entry_name(f->trial, i);
    g_autofree char *text = nw_trial_dup_text(f->trial, i);

    g_assert_cmpstr(name, ==, names[i]);
    g_assert_cmpstr(text, ==, texts[i]);
    g_assert_cmpfloat(nw_trial_read_entry(f->trial, i, 3), ==, nw_trial_get(f->trial, i));
  }
  assert_near(nw_trial_read_entry(f->trial, 2, 2), 1000);
  g_assert_cmpstr(nw_trial_get_choices(f->trial, 3)[1], ==, "rose");
  assert_near(nw_trial_get_entry(f->trial, 0)->low, 1.5);
  assert_near(nw_trial_get_entry(f->trial, 2)->high, 1000);
}

/* Row 3 becomes row 5 by typing what the file has there: bit for bit. */
static void
test_edit(Fixture *f, gconstpointer unused)
{
  static const char *const typed[] = {"6.3", "60", "5", "tulip", "yes"};
  g_autoptr(GError) error = NULL;
  g_autofree float *edited = NULL, *there = NULL;

  begin_flowers(f);
  nw_trial_set_row(f->trial, 3);
  for (guint i = 0; i < 5; i++)
    g_assert_true(nw_trial_set_text(f->trial, i, typed[i], &error));
  g_assert_no_error(error);
  edited = nw_trial_dup_numbers(f->trial);
  nw_trial_set_row(f->trial, 5);
  there = nw_trial_dup_numbers(f->trial);
  for (guint i = 0; i < 7; i++)
    g_assert_cmpfloat(edited[i], ==, there[i]);
}

static void
test_faults(Fixture *f, gconstpointer unused)
{
  static const struct {
    guint entry;
    const char *text, *says;
  } faults[] = {
      {0, "wide", "width: “wide” is not a number"},
      {0, "1e300", "too large"},
      {2, "-1", "visits: its logarithm is taken"},
      {3, "daisy", "species: “daisy” is not among"},
      {4, "", "wild: “” is not among"},
  };
  g_autofree float *before = NULL, *after = NULL;

  begin_flowers(f);
  before = nw_trial_dup_numbers(f->trial);
  for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_false(nw_trial_set_text(f->trial, faults[i].entry, faults[i].text, &error));
    test_assert_error(error, faults[i].says);
  }
  after = nw_trial_dup_numbers(f->trial);
  g_assert_cmpmem(before, 7 * sizeof(float), after, 7 * sizeof(float));
}

/* ── what mattered ───────────────────────────────────────────────────────────────────────────── */

static const char linear[] = "x input shape=7\ny_value dense units=2 <- x\n"
                             "y output loss=mean_squared_error <- y_value\n";

/* y = xW + b: the effect of an entry is Σ w·(x − mean) over its elements. */
static void
test_linear(Fixture *f, gconstpointer unused)
{
  const NwField *x;
  const NwReal *w;
  gsize n;
  const guint32 *rows;
  static const guint first[] = {0, 1, 2, 3, 6, 7};

  begin(f, linear, flowers, "x=width|height|visits|species|wild;y=age|age", all_kinds,
        5); /* the ages are not scaled */
  x = nw_dataset_get_field(f->dataset, "x");
  w = nw_weights_get(f->weights, 0)->value;
  rows = nw_dataset_get_split(f->dataset, NW_SPLIT_TRAIN, &n);
  for (guint32 row = 0; row < 10; row += 4)
    for (guint answer = 0; answer < 2; answer++) {
      g_autofree double *effects = NULL;

      nw_trial_set_row(f->trial, row);
      effects = occlude(f, answer);
      for (guint e = 0; e < 5; e++) {
        double expected = 0;
        for (guint k = first[e]; k < first[e + 1]; k++) {
          double mean = 0;
          for (gsize r = 0; r < n; r++)
            mean += (double)x->real[rows[r] * 7 + k] / (double)n;
          expected += (double)w[k * 2 + answer] * ((double)x->real[row * 7 + k] - mean);
        }
        assert_near(effects[e], expected);
      }
    }
}

/* 4 × 4 pixels; what is written in row r, column c is unlike all others. */
static char *
write_pixels(void)
{
  GString *csv = g_string_new(NULL);

  for (guint i = 0; i < 16; i++)
    g_string_append_printf(csv, "pixel_%u_%u,", i / 4 + 1, i % 4 + 1);
  g_string_append(csv, "y\n");
  for (guint row = 0; row < 10; row++) {
    for (guint i = 0; i < 16; i++)
      g_string_append_printf(csv, "%u,", (row * 7 + i * i * 3 + row * i) % 17);
    g_string_append_printf(csv, "%u\n", row);
  }
  return g_string_free(csv, FALSE);
}

static void
test_picture(Fixture *f, gconstpointer unused)
{
  g_autoptr(GString) bindings = g_string_new("x=");
  g_autofree char *csv = write_pixels();
  g_autofree double *points = NULL, *squares = NULL;
  NwTrialPicture picture;

  for (guint i = 0; i < 16; i++)
    g_string_append_printf(bindings, "%spixel_%u_%u", i > 0 ? "|" : "", i / 4 + 1, i % 4 + 1);
  g_string_append(bindings, ";y=y");
  begin(f,
        "x input shape=16\ny_value dense units=1 <- x\n"
        "y output loss=mean_squared_error <- y_value\n",
        csv, bindings->str, NULL, 0);
  g_assert_true(nw_trial_get_picture(f->trial, 0, &picture));
  g_assert_cmpuint(picture.height, ==, 4);
  g_assert_cmpuint(picture.width, ==, 4);
  g_assert_cmpuint(picture.depth, ==, 1);
  points = occlude(f, 0);
  nw_trial_set_radius(f->trial, 0, 1);
  squares = occlude(f, 0);
  /* of a linear network, a square's effect is the sum of its points' */
  assert_near(squares[0], points[0] + points[1] + points[4] + points[5]);
  assert_near(squares[5], points[0] + points[1] + points[2] + points[4] + points[5] + points[6] +
                              points[8] + points[9] + points[10]);
  assert_near(squares[15], points[10] + points[11] + points[14] + points[15]);
}

/* Without a scale every digit is there: a value that is masked stays one. */
static void
test_digits(Fixture *f, gconstpointer unused)
{
  static const char csv[] = "a,y\n12345678,1\n0.1,2\n3,3\n4,4\n5,5\n";
  g_autofree char *large = NULL, *small = NULL;

  begin(f, "x input shape=1\nv dense units=1 <- x\ny output loss=mean_squared_error <- v\n", csv,
        "x=a;y=y", NULL, 0);
  large = nw_trial_dup_text(f->trial, 0);
  g_assert_cmpfloat(g_ascii_strtod(large, NULL), ==, 12345678);
  nw_trial_set_row(f->trial, 1);
  small = nw_trial_dup_text(f->trial, 0);
  g_assert_cmpstr(small, ==, "0.1");
}

static void
test_no_picture(Fixture *f, gconstpointer unused)
{
  NwTrialPicture picture;

  begin_flowers(f);
  g_assert_false(nw_trial_get_picture(f->trial, 0, &picture));
}

/* ── ids ─────────────────────────────────────────────────────────────────────────────────────── */

#define STEPS 4

/* Sentences of four words out of ten, padded with 9. */
static void
begin_words(Fixture *f)
{
  static const gint32 words[6 * STEPS] = {1, 2, 3, 9, 4, 5, 9, 9, 6, 7, 8, 1,
                                          2, 9, 9, 9, 3, 3, 3, 9, 1, 0, 5, 9};
  static const float y[6 * STEPS] = {0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0,
                                     0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0};
  static const guint32 order[] = {0, 1, 2, 3, 4, 5};
  const guint32 *const splits[NW_N_SPLITS] = {order, order + 4, order + 5};
  const gsize sizes[NW_N_SPLITS] = {4, 1, 1};
  g_autoptr(GError) error = NULL;
  g_autoptr(NwGraph) graph =
      nw_graph_from_text("x input shape=4 dtype=int32\n"
                         "e embedding input_dim=10 output_dim=3 mask_zero=true mask_id=9 <- x\n"
                         "s dense units=1 activation=sigmoid <- e\n"
                         "y output loss=binary_crossentropy <- s\n",
                         &error);
  g_autoptr(NwInference) inference = NULL;
  g_autoptr(NwProject) empty = nw_project_new();
  NwField fields[] = {
      {.name = (char *)"x", .type = {NW_SHAPE(STEPS), NW_INT32}, .rows = 6, .int32 = words},
      {.name = (char *)"y", .type = {NW_SHAPE(STEPS, 1), NW_REAL}, .rows = 6, .real = y},
  };

  g_assert_no_error(error);
  inference = nw_inference_new(graph);
  f->project = nw_project_with_graph(empty, graph);
  f->weights = nw_weights_new(inference, 3, NULL);
  f->dataset = nw_dataset_new_from_fields(fields, 2, 6, splits, sizes);
  f->trial = nw_trial_new(f->project, f->weights, f->dataset, &error);
  g_assert_no_error(error);
}

static void
test_ids(Fixture *f, gconstpointer unused)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *name = NULL, *text = NULL;
  g_autofree double *answers = NULL;

  begin_words(f);
  g_assert_cmpuint(nw_trial_get_n_entries(f->trial), ==, 4);
  name = nw_trial_dup_entry_name(f->trial, 2);
  text = nw_trial_dup_text(f->trial, 2);
  g_assert_cmpfloat(nw_trial_get_absent(f->trial, 2), ==, 9);
  g_assert_cmpstr(name, ==, "x[2]");
  g_assert_cmpstr(text, ==, "3");
  g_assert_false(nw_trial_set_text(f->trial, 2, "10", &error));
  test_assert_error(error, "x[2]: give a whole number from 0 to 9");
  g_clear_error(&error);
  g_assert_false(nw_trial_set_text(f->trial, 2, "1.5", &error));
  answers = ask(f);
  g_assert_cmpuint(nw_trial_get_n_answers(f->trial), ==, 4);
  g_assert_true(isfinite(answers[2]));
  g_assert_true(isnan(answers[3])); /* padding is not answered */
  g_assert_cmpfloat(nw_trial_get_truth(f->trial, 1), ==, 1);
}

/* Each word matters to its own step alone. */
static void
test_padding(Fixture *f, gconstpointer unused)
{
  g_autofree double *effects = NULL;

  begin_words(f);
  effects = occlude(f, 1);
  for (guint e = 0; e < STEPS; e++)
    g_assert_true((effects[e] != 0) == (e == 1));
}

static void
test_cancel(Fixture *f, gconstpointer unused)
{
  g_autoptr(GCancellable) cancellable = g_cancellable_new();
  g_autofree gpointer numbers = NULL;
  double effects[5];

  begin_flowers(f);
  numbers = nw_trial_dup_numbers(f->trial);
  g_cancellable_cancel(cancellable);
  g_assert_false(nw_trial_occlude(f->trial, numbers, 0, effects, cancellable));
}

/* ── slopes ──────────────────────────────────────────────────────────────────────────────────── */

static double *
follow(Fixture *f, guint answer)
{
  double *effects = g_new0(double, nw_trial_get_n_entries(f->trial));
  g_autofree gpointer numbers = nw_trial_dup_numbers(f->trial);

  nw_trial_follow_slopes(f->trial, numbers, answer, effects);
  return effects;
}

/* y = xW + b: the effect of an entry is Σ w·x over its elements, in the units of y: the second
 * target is scaled by its spread over the training rows. */
static void
test_slopes(Fixture *f, gconstpointer unused)
{
  static const guint first[] = {0, 1, 2, 3, 6, 7};
  const NwField *x;
  const NwReal *w;

  begin(f, linear, flowers, "x=width|height|visits|species|wild;y=age|age", all_kinds, 6);
  x = nw_dataset_get_field(f->dataset, "x");
  w = nw_weights_get(f->weights, 0)->value;
  nw_trial_set_row(f->trial, 4);
  for (guint answer = 0; answer < 2; answer++) {
    g_autofree double *effects = follow(f, answer);
    double unit = nw_trial_move_answer(f->trial, answer, 0, 1);
    g_assert_false(nw_trial_asks_odds(f->trial, answer));
    g_assert_cmpfloat(fabs(unit), >, 1.5);
    for (guint e = 0; e < 5; e++) {
      double expected = 0;
      for (guint k = first[e]; k < first[e + 1]; k++)
        expected += unit * (double)w[k * 2 + answer] * (double)x->real[4 * 7 + k];
      assert_near(effects[e], expected);
    }
  }
}

/* ln p/(1 − p) of step t is E[word t]·w + b: its word has that effect, less b, and no other has
 * one.
 */
static void
test_slopes_of_ids(Fixture *f, gconstpointer unused)
{
  g_autofree double *effects = NULL, *answers = NULL;
  double bias;

  begin_words(f);
  effects = follow(f, 1);
  answers = ask(f);
  bias = (double)nw_weights_get(f->weights, 2)->value[0];
  g_assert_true(nw_trial_asks_odds(f->trial, 1));
  for (guint e = 0; e < STEPS; e++)
    assert_near(effects[e], e == 1 ? log(answers[1] / (1 - answers[1])) - bias : 0);
}

/* A network of one field “x” of @shape, all of it @value, without a project's columns. */
static void
begin_field(Fixture *f, const char *network, NwShape shape, float value)
{
  static const guint32 order[] = {0, 1, 2};
  const guint32 *const splits[NW_N_SPLITS] = {order, order + 1, order + 2};
  const gsize sizes[NW_N_SPLITS] = {1, 1, 1};
  gsize n = 3 * (gsize)nw_shape_elements(&shape);
  g_autofree float *x = g_new(float, n);
  static const float y[3];
  g_autoptr(GError) error = NULL;
  g_autoptr(NwGraph) graph = nw_graph_from_text(network, &error);
  g_autoptr(NwInference) inference = NULL;
  g_autoptr(NwProject) empty = nw_project_new();
  NwField fields[] = {
      {.name = (char *)"x", .type = {shape, NW_REAL}, .rows = 3, .real = x},
      {.name = (char *)"y", .type = {NW_SHAPE(1), NW_REAL}, .rows = 3, .real = y},
  };

  g_assert_no_error(error);
  for (gsize i = 0; i < n; i++)
    x[i] = value;
  inference = nw_inference_new(graph);
  f->project = nw_project_with_graph(empty, graph);
  f->weights = nw_weights_new(inference, 3, NULL);
  f->dataset = nw_dataset_new_from_fields(fields, 2, 3, splits, sizes);
  f->trial = nw_trial_new(f->project, f->weights, f->dataset, &error);
  g_assert_no_error(error);
}

/* A point of a picture counts with all its colours. */
static void
test_slopes_of_colours(Fixture *f, gconstpointer unused)
{
  g_autofree double *effects = NULL;
  const NwReal *w;

  begin_field(f,
              "x input shape=3,4,3\nflat flatten <- x\nv dense units=1 <- flat\n"
              "y output loss=mean_squared_error <- v\n",
              NW_SHAPE(3, 4, 3), 0.5f);
  w = nw_weights_get(f->weights, 0)->value;
  effects = follow(f, 0);
  for (guint p = 0; p < 12; p++)
    for (guint k = 0; k < 3; k++)
      assert_near(effects[3 * p + k], 0.5 * (double)(w[3 * p] + w[3 * p + 1] + w[3 * p + 2]));
}

/* ── several answers ─────────────────────────────────────────────────────────────────────────── */

#define PASSES 300 /* more than a batch has */

/* v = w·x/(1 − rate) or 0, as often as the rate says; the same every time it is asked. */
static void
test_dropping(Fixture *f, gconstpointer unused)
{
  g_autofree double *samples = g_new(double, PASSES), *again = g_new(double, PASSES);
  g_autofree gpointer numbers = NULL;
  g_autofree double *plain = NULL;
  guint dropped = 0;
  NwTrialSpread spread;
  double w;

  begin_field(f,
              "x input shape=1\nd dropout rate=0.25 <- x\nv dense units=1 <- d\n"
              "y output loss=mean_squared_error <- v\n",
              NW_SHAPE(1), 3);
  w = (double)nw_weights_get(f->weights, 0)->value[0];
  numbers = nw_trial_dup_numbers(f->trial);
  g_assert_cmpuint(nw_trial_get_n_dropping(f->trial), ==, 1);
  nw_trial_answer_dropping(f->trial, numbers, PASSES, samples);
  plain = ask(f);
  assert_near(plain[0], 3 * w);
  for (guint i = 0; i < PASSES; i++) {
    dropped += samples[i] == 0;
    if (samples[i] != 0)
      assert_near(samples[i], 3 * w / 0.75);
  }
  g_assert_cmpuint(dropped, >, PASSES / 4 - 30); /* four standard deviations */
  g_assert_cmpuint(dropped, <, PASSES / 4 + 30);
  nw_trial_answer_dropping(f->trial, numbers, PASSES, again);
  g_assert_cmpmem(samples, PASSES * sizeof *samples, again, PASSES * sizeof *again);
  nw_trial_spread(samples, PASSES, 1, &spread);
  assert_near(spread.mean, 3 * w / 0.75 * (PASSES - dropped) / PASSES);
  assert_near(spread.low, MIN(0, 3 * w / 0.75));
  assert_near(spread.high, MAX(0, 3 * w / 0.75));
}

/* Dropout inside recurrent layers and attention goes on, too; without any there is nothing to ask.
 */
static void
test_dropping_inside(Fixture *f, gconstpointer unused)
{
  static const struct {
    const char *layer;
    guint n;
  } layers[] = {{"lstm units=4 dropout=0.5", 1},
                {"gru units=4 recurrent_dropout=0.5", 1},
                {"simple_rnn units=4 dropout=0.5 bidirectional=true", 1},
                {"lstm units=4", 0}};

  for (gsize i = 0; i < G_N_ELEMENTS(layers); i++) {
    g_autofree char *network =
        g_strdup_printf("x input shape=5,2\nh %s <- x\nv dense units=1 <- h\n"
                        "y output loss=mean_squared_error <- v\n",
                        layers[i].layer);
    g_autofree gpointer numbers = NULL;
    double samples[40];
    NwTrialSpread spread;

    begin_field(f, network, NW_SHAPE(5, 2), 1);
    numbers = nw_trial_dup_numbers(f->trial);
    g_assert_cmpuint(nw_trial_get_n_dropping(f->trial), ==, layers[i].n);
    nw_trial_answer_dropping(f->trial, numbers, 40, samples);
    nw_trial_spread(samples, 40, 1, &spread);
    if (layers[i].n > 0)
      g_assert_cmpfloat(spread.high - spread.low, >, 1e-3);
    else
      g_assert_cmpfloat(spread.high, ==, spread.low);
    g_clear_pointer(&f->trial, nw_trial_free);
    g_clear_pointer(&f->dataset, nw_dataset_unref);
    g_clear_pointer(&f->weights, nw_weights_unref);
    g_clear_pointer(&f->project, nw_project_unref);
  }
}

/* Of 40 the two at each end are left out; of less than 20, none. */
static void
test_spread(Fixture *f, gconstpointer unused)
{
  double samples[80];
  NwTrialSpread spreads[2];

  for (guint i = 0; i < 40; i++) {
    samples[2 * i] = (i * 17) % 40; /* every number once */
    samples[2 * i + 1] = i == 3 ? NAN : 1;
  }
  nw_trial_spread(samples, 40, 2, spreads);
  g_assert_cmpfloat(spreads[0].mean, ==, 19.5);
  g_assert_cmpfloat(spreads[0].low, ==, 2);
  g_assert_cmpfloat(spreads[0].high, ==, 37);
  g_assert_true(isnan(spreads[1].mean));
  nw_trial_spread(samples, 3, 2, spreads);
  g_assert_cmpfloat(spreads[0].low, ==, 0);
  g_assert_cmpfloat(spreads[0].high, ==, 34);
  g_assert_cmpfloat(spreads[1].mean, ==, 1);
}

int
main(int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test)(Fixture *f, gconstpointer unused);
  } tests[] = {
      {"/trial/answers-what-predict-answers", test_predict},
      {"/trial/truth-is-in-the-persons-units", test_truth},
      {"/trial/entries-are-columns-in-the-persons-units", test_entries},
      {"/trial/an-edited-row-is-the-row-of-a-file-that-has-those-values", test_edit},
      {"/trial/what-cannot-be-is-a-sentence-and-changes-nothing", test_faults},
      {"/trial/occlusion-of-a-linear-network-is-weight-times-distance-from-the-mean", test_linear},
      {"/trial/columns-named-by-row-and-column-are-a-picture", test_picture},
      {"/trial/unscaled-numbers-keep-all-digits", test_digits},
      {"/trial/other-columns-are-no-picture", test_no_picture},
      {"/trial/ids-stay-within-the-embedding-and-padding-is-not-answered", test_ids},
      {"/trial/ids-are-covered-with-padding", test_padding},
      {"/trial/occlusion-can-be-cancelled", test_cancel},
      {"/trial/slopes-of-a-linear-network-are-weight-times-number", test_slopes},
      {"/trial/slopes-of-ids-are-summed-over-their-embedding", test_slopes_of_ids},
      {"/trial/slopes-of-colours-are-summed-over-the-point", test_slopes_of_colours},
      {"/trial/passes-with-dropout-answer-as-it-drops", test_dropping},
      {"/trial/recurrent-layers-drop-too", test_dropping_inside},
      {"/trial/the-middle-nine-tenths", test_spread},
  };

  g_test_init(&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].path, Fixture, NULL, setup, tests[i].test, teardown);
  return g_test_run();
}
