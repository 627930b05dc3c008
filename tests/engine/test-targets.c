/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How much the rows of an output count, and what its targets may be: from the file to the loss. */
#include "desk.h"
#include "nw-helper.h"

#include <math.h>

/* ── sample weights ──────────────────────────────────────────────────────────────────────────── */

#define REGRESSION                                                                                 \
  "x input shape=1\n"                                                                              \
  "d dense units=1 <- x\n"                                                                         \
  "y output loss=mean_squared_error metrics=mse sample_weight=sample <- d\n"
#define ROWS                                                                                       \
  "a,b,w,two\n1,2,1,1\n2,1,0,1\n3,5,2.5,1\n4,3,1,2\n5,4,2.5,1\n6,1,0.25,2\n7,2,4,1\n8,3,1,1\n"

static Desk
regression(const char *table)
{
  Desk desk = desk_new(REGRESSION, table);

  bind(&desk, "x", "a");
  bind(&desk, "y", "b");
  bind(&desk, "y/weight", "w");
  return desk;
}

/* loss = Σ w (p − y)² / n over a split: batches of another size, the last one smaller, change
 * nothing. Metrics count all rows alike. */
static void
test_evaluation(void)
{
  g_auto(Desk) desk = regression(ROWS);
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwWeights) weights = fresh_weights(&desk);
  g_autoptr(NwEvaluation) evaluation = NULL;
  g_autoptr(NwPredictions) predictions = NULL;
  const float *y, *w;
  const guint32 *rows;
  double weighted = 0, plain = 0;
  gsize n;

  split_in_order(&desk, 0.7, 0);
  dataset = build_well(&desk);
  y = nw_dataset_get_field(dataset, "y")->real;
  w = nw_dataset_get_field(dataset, "y/weight")->real;
  g_assert_cmpint(nw_dataset_get_field(dataset, "y/weight")->role, ==, NW_FIELD_WEIGHT);
  rows = nw_dataset_get_split(dataset, NW_SPLIT_VALIDATION, &n);
  predictions = nw_predict(desk.project, weights, dataset, rows, n, 1, NULL);
  evaluation = nw_evaluate(desk.project, weights, dataset, NW_SPLIT_VALIDATION, 1, NULL);
  for (gsize i = 0; i < n; i++) {
    double d = (double)(predictions->values[0][i] - y[rows[i]]);
    weighted += (double)w[rows[i]] * d * d / (double)n;
    plain += d * d / (double)n;
  }
  g_assert_cmpfloat(fabs(evaluation->loss - weighted), <=, 1e-5 * weighted);
  g_assert_cmpfloat(fabs(evaluation->metrics[0] - plain), <=, 1e-5 * plain);
}

/* Σ w·|p − y| / Σ w, beside the metrics that count all rows alike; without weights there is none.
 */
static void
test_weighted_metrics(void)
{
  g_auto(Desk) desk = regression(ROWS);
  g_autoptr(NwDataset) dataset = NULL, plain = NULL;
  g_autoptr(NwWeights) weights = fresh_weights(&desk);
  g_autoptr(NwEvaluation) evaluation = NULL, without = NULL;
  g_autoptr(NwPredictions) predictions = NULL;
  const float *y, *w;
  const guint32 *rows;
  double sum = 0, off = 0;
  gsize n;

  split_in_order(&desk, 0.7, 0);
  set(&desk, "y.metrics", "mae");
  set(&desk, "y.weighted_metrics", "mae, mse");
  dataset = build_well(&desk);
  y = nw_dataset_get_field(dataset, "y")->real;
  w = nw_dataset_get_field(dataset, "y/weight")->real;
  rows = nw_dataset_get_split(dataset, NW_SPLIT_VALIDATION, &n);
  predictions = nw_predict(desk.project, weights, dataset, rows, n, 1, NULL);
  evaluation = nw_evaluate(desk.project, weights, dataset, NW_SPLIT_VALIDATION, 1, NULL);
  for (gsize i = 0; i < n; i++) {
    sum += (double)w[rows[i]];
    off += (double)w[rows[i]] * fabs((double)(predictions->values[0][i] - y[rows[i]]));
  }
  g_assert_cmpuint(evaluation->n_metrics, ==, 3);
  g_assert_cmpstr(evaluation->metric_names[0], ==, "mae");
  g_assert_cmpstr(evaluation->metric_names[1], ==, "weighted_mae");
  g_assert_cmpstr(evaluation->metric_titles[1], ==, "Mean absolute error, weighted");
  g_assert_cmpfloat(fabs(evaluation->metrics[1] - off / sum), <=, 1e-5 * off / sum);
  g_assert_cmpfloat(fabs(evaluation->metrics[0] - evaluation->metrics[1]), >, 1e-3);
  set(&desk, "y.sample_weight", "none");
  plain = build_well(&desk);
  without = nw_evaluate(desk.project, weights, plain, NW_SPLIT_VALIDATION, 1, NULL);
  g_assert_cmpuint(without->n_metrics, ==, 1);
}

/* Bins and ranks count a row or not. */
static void
test_counted_once(void)
{
  static const char *const ids[] = {"ece", "adaptive_ece", "roc_auc", "label_error_rate"};
  g_auto(Desk) desk = regression(ROWS);

  for (gsize i = 0; i < G_N_ELEMENTS(ids); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(nw_project_set(desk.project, "y.weighted_metrics", ids[i], &error));
    test_assert_error(error, ids[i]);
  }
}

/* Class weights are for training: neither validation nor evaluation knows them. */
static void
test_class_weights(void)
{
  g_auto(Desk) desk = desk_new("x input shape=1\n"
                               "d dense units=2 activation=softmax <- x\n"
                               "y output loss=sparse_categorical_crossentropy <- d\n",
                               "a,b\n1,1\n2,0\n3,0\n4,1\n5,0\n6,1\n7,0\n8,0\n");
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwWeights) weights = fresh_weights(&desk);
  g_autoptr(NwEvaluation) plain = NULL, weighted = NULL;
  g_autoptr(NwTrainer) one = NULL, two = NULL;
  double losses[2][2];

  bind(&desk, "x", "a");
  bind(&desk, "y", "b");
  split_in_order(&desk, 0.25, 0);
  set(&desk, "training.epochs", "1");
  set(&desk, "optimizer.learning_rate", "0");
  dataset = build_well(&desk);
  plain = nw_evaluate(desk.project, weights, dataset, NW_SPLIT_VALIDATION, 1, NULL);
  one = train(&desk, dataset);
  set(&desk, "y.class_weights", "3, 3");
  weighted = nw_evaluate(desk.project, weights, dataset, NW_SPLIT_VALIDATION, 1, NULL);
  two = train(&desk, dataset);
  g_assert_cmpfloat(weighted->loss, ==, plain->loss);
  for (int i = 0; i < 2; i++) {
    NwHistory *history = nw_trainer_get_history(i == 0 ? one : two);
    const char *const names[] = {"loss", "val_loss"};
    for (int k = 0; k < 2; k++) {
      int series = nw_history_find_epoch_series(history, names[k]);
      g_assert_cmpint(series, >=, 0);
      nw_history_read_epochs(history, (guint)series, 0, 1, &losses[i][k]);
    }
  }
  g_assert_cmpfloat(losses[0][1], ==, losses[1][1]);
  g_assert_cmpfloat(fabs(3 * losses[0][0] - losses[1][0]), <=, 1e-5 * losses[1][0]);
}

/* Half a weight for each row of all batches, the last one too, is half a weight for the loss. */
static void
test_training(void)
{
  g_auto(Desk) desk = regression("a,b,w\n1,2,0.5\n2,1,0.5\n3,5,0.5\n4,3,0.5\n5,4,0.5\n6,1,0.5\n"
                                 "7,2,0.5\n8,3,0.5\n");
  g_auto(Desk) other = regression(ROWS);
  g_autoptr(NwDataset) weighted = NULL, plain = NULL;
  g_autoptr(NwTrainer) one = NULL, two = NULL;
  g_autoptr(NwWeights) of_one = NULL, of_two = NULL;

  set(&desk, "training.batch_size", "3");
  set(&desk, "training.epochs", "2");
  split_in_order(&desk, 0, 0);
  set(&other, "training.batch_size", "3");
  set(&other, "training.epochs", "2");
  set(&other, "y.sample_weight", "none");
  set(&other, "y.weight", "0.5");
  split_in_order(&other, 0, 0);
  weighted = build_well(&desk);
  plain = build_well(&other);
  g_assert_null(nw_dataset_get_field(plain, "y/weight"));
  one = train(&desk, weighted);
  two = train(&other, plain);
  of_one = nw_trainer_dup_weights(one, FALSE);
  of_two = nw_trainer_dup_weights(two, FALSE);
  for (guint i = 0; i < nw_weights_get_n(of_one); i++) {
    const NwWeight *a = nw_weights_get(of_one, i), *b = nw_weights_get(of_two, i);
    g_assert_cmpmem(a->value, a->n * sizeof(NwReal), b->value, b->n * sizeof(NwReal));
  }
}

/* Weights are the numbers of the file, whatever the column is to inputs and targets. */
static void
test_as_they_are(void)
{
  g_auto(Desk) desk = regression(ROWS);
  const NwColumnSetting kinds[] = {
      {(char *)"t", (char *)"two", TRUE, NW_COLUMN_CATEGORY, NW_SCALING_NONE},
      {(char *)"t", (char *)"w", TRUE, NW_COLUMN_NUMBER, NW_SCALING_STANDARDIZE}};
  g_autoptr(NwDataset) dataset = NULL, again = NULL;

  take_data(&desk, nw_data_settings_with_columns(nw_project_get_data(desk.project), kinds, 2));
  dataset = build_well(&desk);
  g_assert_cmpfloat(nw_dataset_get_field(dataset, "y/weight")->real[2], ==, 2.5f);
  bind(&desk, "y/weight", "two");
  again = build_well(&desk);
  g_assert_cmpfloat(nw_dataset_get_field(again, "y/weight")->real[3], ==, 2);
  g_assert_cmpfloat(nw_dataset_get_field(again, "y/weight")->real[2], ==, 1);
}

static void
test_bad_weights(void)
{
  g_auto(Desk) desk = regression("a,b,w,v,u\n1,2,1,1,1\n2,1,-0.5,,x\n3,5,1,2,3\n");

  assert_refused(&desk, "“t.csv”, line 3, column “w”: -0.5 weighs a sample; weights are numbers "
                        "from 0");
  bind(&desk, "y/weight", "v");
  assert_refused(&desk, "line 3, column “v”: there is no number (empty or NaN)");
  bind(&desk, "y/weight", "u");
  assert_refused(&desk, "line 3, column “u”");
  take_data(&desk, nw_data_settings_with_binding(nw_project_get_data(desk.project), "y/weight", "t",
                                                 (const char *const[]){"a", "b", NULL}));
  assert_refused(&desk, "“y/weight” takes 1 but its columns give 2; choose other columns, or "
                        "change Sample weights");
  take_data(&desk, nw_data_settings_with_binding(nw_project_get_data(desk.project), "y/weight", "t",
                                                 NULL));
  assert_refused(&desk, "nothing feeds “y/weight” yet");
}

static void
test_no_steps(void)
{
  g_auto(Desk) desk = regression(ROWS);
  g_autoptr(NwInference) inference = NULL;
  g_autoptr(GError) error = NULL;

  set(&desk, "y.sample_weight", "step");
  inference = nw_inference_new(nw_project_get_graph(desk.project));
  g_assert_false(nw_inference_check(inference, &error));
  test_assert_error(error, "it gives one answer per sample, so there are no steps to weigh");
}

/* The name of the field follows that of the output, and new rows need no weights. */
static void
test_names(void)
{
  g_auto(Desk) desk = regression(ROWS);
  g_autoptr(NwDataset) dataset = build_well(&desk), new_rows = NULL;
  g_autoptr(NwInference) inference = NULL;
  g_autoptr(NwPlan) plan = NULL;
  g_autofree NwFieldRequest *requests = NULL;
  g_autoptr(GError) error = NULL;
  const NwNode *y = nw_graph_find_node_by_name(nw_project_get_graph(desk.project), "y");
  gsize n;

  take(&desk, nw_project_with_node_renamed(desk.project, y->uid, "price", NULL));
  g_assert_nonnull(
      nw_data_settings_find_binding(nw_project_get_data(desk.project), "price/weight"));
  g_assert_null(nw_data_settings_find_binding(nw_project_get_data(desk.project), "y/weight"));
  g_free(test_folder_file(desk.folder, "t.csv", "a\n1\n2\n", -1));
  inference = nw_inference_new(nw_project_get_graph(desk.project));
  plan = nw_plan_new(inference, 1, FALSE, NULL);
  requests = nw_plan_dup_requests(plan, &n);
  g_assert_cmpuint(n, ==, 3);
  new_rows =
      nw_dataset_build_for_prediction(nw_project_get_data(desk.project), desk.folder->path, NULL,
                                      nw_dataset_get_preparation(dataset), requests, n, &error);
  g_assert_no_error(error);
  g_assert_null(nw_dataset_get_field(new_rows, "price/weight"));
}

/* ── what targets and ids may be ─────────────────────────────────────────────────────────────── */

static void
test_ranges(void)
{
  static const struct {
    const char *loss, *bad, *says;
  } cases[] = {
      {"binary_crossentropy", "1.3",
       "column “b”: the loss of “y” wants numbers from 0 to 1, but here is 1.3; scale them, or "
       "choose "
       "another loss"},
      {"binary_focal_crossentropy", "-0.5", "wants numbers from 0 to 1, but here is -0.5"},
      {"kl_divergence", "2", "wants numbers from 0 to 1, but here is 2"},
      {"poisson", "-1", "the loss of “y” wants numbers from 0 up, but here is -1"},
      {"mean_squared_logarithmic_error", "-3", "wants numbers from 0 up, but here is -3"},
      {"hinge", "2", "wants whole numbers from -1 to 1, but here is 2"},
      {"squared_hinge", "0.5", "wants whole numbers from -1 to 1, but here is 0.5"},
      {"categorical_hinge", "-1.5", "wants numbers from -1 to 1, but here is -1.5"},
      {"mean_squared_error", "-1000", NULL},
      {"cosine_similarity", "-1000", NULL},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *text = g_strdup_printf("x input shape=1\nd dense units=1 <- x\n"
                                            "y output loss=%s <- d\n",
                                            cases[i].loss);
    g_autofree char *rows = g_strdup_printf("a,b\n1,1\n2,0\n3,%s\n4,1\n", cases[i].bad);
    const NwColumnSetting number = {(char *)"t", (char *)"b", TRUE, NW_COLUMN_NUMBER,
                                    NW_SCALING_NONE};
    g_auto(Desk) desk = desk_new(text, rows);

    bind(&desk, "x", "a");
    bind(&desk, "y", "b");
    take_data(&desk, nw_data_settings_with_column(nw_project_get_data(desk.project), &number));
    if (cases[i].says == NULL) {
      G_GNUC_UNUSED g_autoptr(NwDataset) dataset = build_well(&desk);
      continue;
    }
    assert_refused(&desk, cases[i].says);
    assert_refused(&desk, "“t.csv”, line 4, column “b”");
  }
}

static void
test_classes(void)
{
  g_auto(Desk) desk = desk_new("x input shape=1\nd dense units=3 activation=softmax <- x\n"
                               "y output loss=sparse_categorical_crossentropy <- d\n",
                               "a,b,c\n1,0,ant\n2,2,bee\n3,3,cat\n4,1,dog\n5,1,ant\n");
  const NwColumnSetting kinds[] = {
      {(char *)"t", (char *)"b", TRUE, NW_COLUMN_NUMBER, NW_SCALING_NONE},
      {(char *)"t", (char *)"c", TRUE, NW_COLUMN_CATEGORY, NW_SCALING_NONE}};

  take_data(&desk, nw_data_settings_with_columns(nw_project_get_data(desk.project), kinds, 2));
  split_in_order(&desk, 0, 0);
  bind(&desk, "x", "a");
  bind(&desk, "y", "b");
  assert_refused(&desk,
                 "“t.csv”, line 4, column “b”: “y” tells classes from 0 to 2 apart, but here "
                 "is 3; change its units, or correct the data");
  bind(&desk, "y", "c");
  assert_refused(&desk, "line 5, column “c”: “y” tells classes from 0 to 2 apart, but here is 3 "
                        "(“dog”)");
}

#define LOOK_UP "y output loss=mean_squared_error <- d\n"
#define WORDS   "a,b,c\n1,0,2\n2,1,3\n3,0,4\n4,1,5\n5,1,2\n"

static Desk
words(const char *network)
{
  Desk desk = desk_new(network, WORDS);
  const NwColumnSetting kinds[] = {
      {(char *)"t", (char *)"a", TRUE, NW_COLUMN_NUMBER, NW_SCALING_NONE},
      {(char *)"t", (char *)"c", TRUE, NW_COLUMN_NUMBER, NW_SCALING_NONE}};

  take_data(&desk, nw_data_settings_with_columns(nw_project_get_data(desk.project), kinds, 2));
  split_in_order(&desk, 0, 0);
  bind(&desk, "y", "b");
  return desk;
}

static void
test_vocabulary(void)
{
  g_auto(Desk) desk = words("w input shape=1 dtype=int32\n"
                            "r reshape target_shape=1,1 <- w\n"
                            "e embedding input_dim=4 output_dim=2 <- r\n"
                            "f flatten <- e\nd dense units=1 <- f\n" LOOK_UP);

  bind(&desk, "w", "a");
  assert_refused(&desk, "“t.csv”, line 5, column “a”: “e” looks up ids from 0 to 3, but here is 4; "
                        "give it more ids, or correct the data");
}

/* Where ids are put together on the way, they are met while training: it stops with the row, and
 * what was trained before is kept. */
static void
test_vocabulary_met(void)
{
  g_auto(Desk) desk = words("w input shape=1 dtype=int32\n"
                            "v input shape=1 dtype=int32\n"
                            "both concatenate <- w v\n"
                            "e embedding input_dim=5 output_dim=2 <- both\n"
                            "f flatten <- e\nd dense units=1 <- f\n" LOOK_UP);
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwTrainer) trainer = NULL;
  NwEvent *event;

  bind(&desk, "w", "b");
  bind(&desk, "v", "c");
  set(&desk, "training.shuffle", "false");
  set(&desk, "training.batch_size", "2");
  dataset = build_well(&desk);
  trainer = nw_trainer_new(desk.project, dataset, NULL, NULL);
  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  while ((event = nw_trainer_pop_event(trainer)) != NULL && event->type != NW_EVENT_END)
    nw_event_unref(event);
  g_assert_nonnull(event);
  g_assert_cmpint(event->end, ==, NW_END_NOT_FINITE);
  g_assert_cmpstr(
      event->message, ==,
      "Stopped in epoch 1, batch 2: Embedding “e” looks up ids from 0 to 4, but row 4 of "
      "the data brings it 5; give it more ids, or correct the data. No epoch ended "
      "before, so there are no best weights.");
  nw_event_unref(event);
}

/* ── labels in their order ───────────────────────────────────────────────────────────────────── */

/* Three steps of two numbers, and two labels out of two classes beside the blank. */
#define SPOKEN                                                                                     \
  "x input shape=3,2\n"                                                                            \
  "m masking mask_value=9 <- x\n"                                                                  \
  "h dense units=8 activation=tanh <- m\n"                                                         \
  "d dense units=3 <- h\n"                                                                         \
  "y output loss=ctc label_length=2 metrics=accuracy,label_error_rate <- d\n"

static Desk
spoken(const char *rows)
{
  g_autofree char *table = g_strconcat("a,b,c,d,e,f,p,q,r,s\n", rows, NULL);
  Desk desk = desk_new(SPOKEN, table);

  take_data(&desk, nw_data_settings_with_binding(
                       nw_project_get_data(desk.project), "x", "t",
                       (const char *const[]){"a", "b", "c", "d", "e", "f", NULL}));
  take_data(&desk, nw_data_settings_with_binding(nw_project_get_data(desk.project), "y", "t",
                                                 (const char *const[]){"p", "q", NULL}));
  split_in_order(&desk, 0, 0);
  set(&desk, "training.shuffle", "false");
  return desk;
}

/* What a step says is learnt, and at which step it was said. Labels are numbers as they are, though
 * here no row has a 0 in its first. */
static void
test_labels(void)
{
  g_auto(Desk) desk = spoken("1,0,0,1,0,0,1,2,1,0\n0,1,1,0,0,0,2,1,1,0\n0,0,1,0,0,0,1,0,1,0\n"
                             "0,1,0,0,0,0,2,0,1,0\n1,0,0,0,1,0,1,1,1,0\n0,1,0,0,0,1,2,2,1,0\n");
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwTrainer) trainer = NULL;
  g_autoptr(NwWeights) weights = NULL;
  g_autoptr(NwEvaluation) evaluation = NULL;
  g_autoptr(NwPredictions) predictions = NULL;
  const float *scores;

  set(&desk, "training.epochs", "600");
  set(&desk, "optimizer.learning_rate", "0.02");
  dataset = build_well(&desk);
  g_assert_cmpint(nw_dataset_get_field(dataset, "y")->int32[6], ==, 2);
  g_assert_cmpint(nw_dataset_get_field(dataset, "y")->int32[7], ==, 0);
  trainer = train(&desk, dataset);
  weights = nw_trainer_dup_weights(trainer, FALSE);
  evaluation = nw_evaluate(desk.project, weights, dataset, NW_SPLIT_TRAIN, 1, NULL);
  g_assert_cmpfloat(evaluation->loss, <, 0.1);
  g_assert_cmpuint(evaluation->n_metrics, ==, 1);
  g_assert_cmpstr(evaluation->metric_names[0], ==, "label_error_rate");
  g_assert_cmpfloat(evaluation->metrics[0], ==, 0);
  g_assert_null(evaluation->reports[0]);
  predictions = nw_predict(desk.project, weights, dataset, (guint32[]){2}, 1, 1, NULL);
  scores = predictions->values[0]; /* nothing, the first class, nothing */
  for (int t = 0; t < 3; t++)
    g_assert_true(t == 1 ? scores[3 * t + 1] > scores[3 * t] : scores[3 * t] > scores[3 * t + 1]);
}

/* Samples are shared out over the threads, and that changes no bit. */
static void
test_labels_and_threads(void)
{
  g_auto(Desk) desk = spoken("1,0,0,1,0,0,1,2,1,0\n0,1,1,0,0,0,2,1,1,0\n0,0,1,0,0,0,1,0,1,0\n"
                             "0,1,0,0,0,0,2,0,1,0\n1,0,9,9,1,0,1,1,1,0\n0,1,0,0,0,1,2,2,1,0\n");
  g_autoptr(NwDataset) dataset = build_well(&desk);
  g_autoptr(NwTrainer) one = NULL, two = NULL;
  g_autoptr(NwWeights) of_one = NULL, of_two = NULL;

  set(&desk, "training.epochs", "5");
  set(&desk, "training.threads", "1");
  one = train(&desk, dataset);
  set(&desk, "training.threads", "2");
  two = train(&desk, dataset);
  of_one = nw_trainer_dup_weights(one, FALSE);
  of_two = nw_trainer_dup_weights(two, FALSE);
  for (guint i = 0; i < nw_weights_get_n(of_one); i++) {
    const NwWeight *a = nw_weights_get(of_one, i), *b = nw_weights_get(of_two, i);
    g_assert_cmpmem(a->value, a->n * sizeof(NwReal), b->value, b->n * sizeof(NwReal));
  }
}

static void
test_bad_labels(void)
{
  g_auto(Desk) desk = spoken("1,0,0,1,0,0,1,3,1,0\n0,1,1,0,0,0,2,1,1,0\n");
  g_auto(Desk) repeated = desk_new("x input shape=2,1\nd dense units=3 <- x\n"
                                   "y output loss=ctc label_length=2 <- d\n",
                                   "a,b,p,q\n1,2,1,2\n1,2,1,1\n");
  g_auto(Desk) flat =
      desk_new("x input shape=2\nd dense units=3 <- x\ny output loss=ctc <- d\n", "a\n1\n2\n");
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(flat.project));
  g_autoptr(GError) error = NULL;

  assert_refused(&desk,
                 "“t.csv”, line 2, column “q”: “y” tells classes from 0 to 2 apart, but here "
                 "is 3");
  take_data(&repeated, nw_data_settings_with_binding(nw_project_get_data(repeated.project), "x",
                                                     "t", (const char *const[]){"a", "b", NULL}));
  take_data(&repeated, nw_data_settings_with_binding(nw_project_get_data(repeated.project), "y",
                                                     "t", (const char *const[]){"p", "q", NULL}));
  assert_refused(&repeated, "line 3, column “p”: these labels need 3 steps (one each, and one "
                            "between equal neighbours), but “y” has 2");
  g_assert_false(nw_inference_check(inference, &error));
  test_assert_error(error, "scores for each step (steps × classes), but 3 arrives");
}

/* What a mask hides is known when it is met. */
static void
test_labels_met(void)
{
  g_auto(Desk) desk = spoken("1,0,0,1,0,0,1,2,1,0\n0,1,9,9,9,9,2,1,1,0\n");
  g_autoptr(NwDataset) dataset = build_well(&desk);
  g_autoptr(NwTrainer) trainer = nw_trainer_new(desk.project, dataset, NULL, NULL);
  NwEvent *event;

  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  while ((event = nw_trainer_pop_event(trainer)) != NULL && event->type != NW_EVENT_END)
    nw_event_unref(event);
  g_assert_nonnull(event);
  g_assert_nonnull(strstr(event->message,
                          "the labels of “y” in row 2 of the data need 2 steps (one each, and one "
                          "between equal neighbours), but only 1 of its steps count"));
  nw_event_unref(event);
}

int
main(int argc, char **argv)
{
  int exit_code;

  if (nw_helper_main(argc, argv, &exit_code))
    return exit_code;
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/targets/weights-multiply-before-the-mean", test_evaluation);
  g_test_add_func("/targets/weights-of-samples-are-weights-of-gradients", test_training);
  g_test_add_func("/targets/metrics-can-count-by-weights", test_weighted_metrics);
  g_test_add_func("/targets/metrics-that-count-rows-once-have-no-weights", test_counted_once);
  g_test_add_func("/targets/class-weights-count-in-training-alone", test_class_weights);
  g_test_add_func("/targets/weights-are-numbers-as-they-are", test_as_they_are);
  g_test_add_func("/targets/weights-that-cannot-be-are-named-by-line", test_bad_weights);
  g_test_add_func("/targets/steps-can-be-weighed-where-there-are-steps", test_no_steps);
  g_test_add_func("/targets/weights-go-by-the-name-of-their-output", test_names);
  g_test_add_func("/targets/numbers-that-a-loss-cannot-take-are-named-by-line", test_ranges);
  g_test_add_func("/targets/classes-that-an-output-does-not-tell-are-named", test_classes);
  g_test_add_func("/targets/ids-outside-a-vocabulary-are-named", test_vocabulary);
  g_test_add_func("/targets/ids-met-while-training-stop-it-with-their-row", test_vocabulary_met);
  g_test_add_func("/targets/labels-in-their-order-are-learnt", test_labels);
  g_test_add_func("/targets/labels-are-shared-out-over-threads", test_labels_and_threads);
  g_test_add_func("/targets/labels-that-do-not-fit-are-named-by-line", test_bad_labels);
  g_test_add_func("/targets/labels-that-a-mask-cuts-off-are-met-by-row", test_labels_met);
  return g_test_run();
}
