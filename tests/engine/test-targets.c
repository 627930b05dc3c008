/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How much the rows of an output count, and what its targets may be: from the file to the loss. */
#include "net.h"
#include "nw-evaluate.h"
#include "nw-helper.h"
#include "nw-plan.h"
#include "nw-project.h"
#include "nw-trainer.h"
#include "test-folder.h"

#include <math.h>

/* A network and its data in a folder of its own. */
typedef struct {
  TestFolder *folder;
  NwProject *project;
} Desk;

static void
take(Desk *desk, NwProject *next)
{
  g_assert_nonnull(next);
  nw_project_unref(desk->project);
  desk->project = next;
}

static void
take_data(Desk *desk, NwDataSettings *data)
{
  take(desk, nw_project_with_data(desk->project, data));
  nw_data_settings_unref(data);
}

static void
set(Desk *desk, const char *key, const char *value)
{
  g_autoptr(GError) error = NULL;
  NwProject *next = nw_project_set(desk->project, key, value, &error);

  g_assert_no_error(error);
  take(desk, next);
}

static void
bind(Desk *desk, const char *field, const char *column)
{
  take_data(desk, nw_data_settings_with_binding(nw_project_get_data(desk->project), field, "t",
                                                (const char *const[]){column, NULL}));
}

/* @network as net.h has it; @table becomes the source “t”. */
static Desk
desk_new(const char *network, const char *table)
{
  Desk desk = {.folder = test_folder_new(), .project = nw_project_new()};
  g_autoptr(NwGraph) graph = net(network);
  const NwDataSource source = {.name = (char *)"t", .path = (char *)"t.csv"};

  g_free(test_folder_file(desk.folder, "t.csv", table, -1));
  take(&desk, nw_project_with_graph(desk.project, graph));
  take_data(&desk, nw_data_settings_with_source(nw_project_get_data(desk.project), &source));
  return desk;
}

static void
desk_clear(Desk *desk)
{
  test_folder_free(desk->folder);
  nw_project_unref(desk->project);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_clear)

static NwDataset *
build(const Desk *desk, GError **error)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(desk->project));
  g_autoptr(NwPlan) plan = nw_plan_new(inference, 1, FALSE, error);
  g_autofree NwFieldRequest *requests = NULL;
  gsize n;

  if (plan == NULL)
    return NULL;
  requests = nw_plan_dup_requests(plan, &n);
  return nw_dataset_build(nw_project_get_data(desk->project), desk->folder->path, NULL, requests, n,
                          error);
}

static NwDataset *
build_well(const Desk *desk)
{
  g_autoptr(GError) error = NULL;
  NwDataset *dataset = build(desk, &error);

  g_assert_no_error(error);
  return dataset;
}

static void
assert_refused(const Desk *desk, const char *piece)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(build(desk, &error));
  test_assert_error(error, piece);
}

static NwWeights *
fresh_weights(const Desk *desk)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(desk->project));
  g_autoptr(GError) error = NULL;
  NwWeights *weights = nw_weights_new(inference, 1, &error);

  g_assert_no_error(error);
  return weights;
}

static void
split_in_order(Desk *desk, double validation, double test)
{
  const NwSplitSettings split = {validation, test, 1, FALSE, NULL};

  take_data(desk, nw_data_settings_with_split(nw_project_get_data(desk->project), &split));
}

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

/* (transfer full) */
static NwTrainer *
train(const Desk *desk, NwDataset *dataset)
{
  g_autoptr(GError) error = NULL;
  NwTrainer *trainer = nw_trainer_new(desk->project, dataset, NULL, &error);
  NwEvent *event;

  g_assert_no_error(error);
  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  while ((event = nw_trainer_pop_event(trainer)) != NULL)
    nw_event_unref(event);
  return trainer;
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

/* ── what is not known ───────────────────────────────────────────────────────────────────────── */

/* Each loss that goes by number: of labels that are known in part, the mean over those that are. */
static void
test_unknown_numbers(void)
{
  static const char *const losses[] = {"binary_crossentropy",
                                       "mean_squared_error",
                                       "mean_absolute_error",
                                       "huber",
                                       "log_cosh",
                                       "poisson",
                                       "hinge",
                                       "squared_hinge",
                                       "mean_squared_logarithmic_error",
                                       "binary_focal_crossentropy",
                                       "mean_absolute_percentage_error"};
  static const char rows[] = "a,p,q,r\n1,1,-9,0\n2,0,1,-9\n3,-9,-9,-9\n4,1,1,1\n";

  for (gsize l = 0; l < G_N_ELEMENTS(losses); l++) {
    const NwLossKind *kind = nw_loss_kind_find(losses[l]);
    g_autofree char *text =
        g_strdup_printf("x input shape=1\nd dense units=3 activation=sigmoid <- x\n"
                        "y output loss=%s metrics=mae ignored=-9 <- d\n",
                        losses[l]);
    g_auto(Desk) desk = desk_new(text, rows);
    g_autoptr(NwDataset) dataset = NULL;
    g_autoptr(NwWeights) weights = fresh_weights(&desk);
    g_autoptr(NwEvaluation) evaluation = NULL;
    g_autoptr(NwPredictions) predictions = NULL;
    const NwNode *output = nw_graph_find_node_by_name(nw_project_get_graph(desk.project), "y");
    double sum = 0, off = 0;
    gsize known = 0, n;
    const guint32 *all;
    const float *y;

    bind(&desk, "x", "a");
    take_data(&desk, nw_data_settings_with_binding(nw_project_get_data(desk.project), "y", "t",
                                                   (const char *const[]){"p", "q", "r", NULL}));
    split_in_order(&desk, 0, 0);
    dataset = build_well(&desk);
    y = nw_dataset_get_field(dataset, "y")->real;
    g_assert_true(isnan(y[1]) && isnan(y[8]) && y[3] == 0);
    all = nw_dataset_get_split(dataset, NW_SPLIT_TRAIN, &n);
    predictions = nw_predict(desk.project, weights, dataset, all, n, 1, NULL);
    evaluation = nw_evaluate(desk.project, weights, dataset, NW_SPLIT_TRAIN, 1, NULL);
    for (gsize i = 0; i < 12; i++) {
      NwReal p = (NwReal)predictions->values[0][i], target = (NwReal)y[i], scale = 1, loss = 0;
      NwLossCall call = {.params = output->layer->params,
                         .rows = 1,
                         .cols = 1,
                         .p = &p,
                         .y = &target,
                         .scale = &scale,
                         .losses = &loss};
      if (isnan(target))
        continue;
      kind->compute(&call);
      sum += (double)loss;
      off += fabs((double)(p - target));
      known++;
    }
    g_assert_cmpuint(known, ==, 7);
    g_assert_cmpfloat(fabs(evaluation->loss - sum / 7), <=, 1e-5 * fabs(sum / 7));
    g_assert_cmpfloat(fabs(evaluation->metrics[0] - off / 7), <=, 1e-6);
    g_assert_cmpuint(nw_report_get_summary(evaluation->reports[0])->rows, ==, 3);
  }
}

/* A class, by index and by 0 and 1, that is -1 in the file is in no vocabulary, no scale, no loss.
 */
static void
test_unknown_classes(void)
{
  static const char *const heads[] = {"sparse_categorical_crossentropy",
                                      "categorical_crossentropy"};
  double losses[2];

  for (gsize h = 0; h < 2; h++) {
    g_autofree char *text =
        g_strdup_printf("x input shape=1\nd dense units=3 activation=softmax <- "
                        "x\ny output loss=%s ignored=-1 <- d\n",
                        heads[h]);
    g_auto(Desk) desk =
        desk_new(text, "a,b,c\n1,4,ant\n2,-1,bee\n3,6,-1\n4,4,cat\n5,-1,ant\n6,9,-1\n");
    const NwColumnSetting kind = {(char *)"t", (char *)"b", TRUE, NW_COLUMN_CATEGORY,
                                  NW_SCALING_NONE};
    g_autoptr(NwDataset) dataset = NULL, texts = NULL;
    g_autoptr(NwWeights) weights = fresh_weights(&desk);
    g_autoptr(NwEvaluation) evaluation = NULL;
    const NwField *field;

    bind(&desk, "x", "a");
    bind(&desk, "y", "b");
    take_data(&desk, nw_data_settings_with_column(nw_project_get_data(desk.project), &kind));
    split_in_order(&desk, 0, 0);
    dataset = build_well(&desk);
    field = nw_dataset_get_field(dataset, "y");
    g_assert_cmpuint(g_strv_length(field->labels), ==, 3);
    g_assert_cmpstr(field->labels[0], ==, "4");
    if (h == 0)
      g_assert_true(field->int32[0] == 0 && field->int32[1] == NW_UNKNOWN_CLASS &&
                    field->int32[5] == 2);
    else
      g_assert_true(field->real[0] == 1 && isnan(field->real[3]) && isnan(field->real[5]) &&
                    field->real[17] == 1);
    evaluation = nw_evaluate(desk.project, weights, dataset, NW_SPLIT_TRAIN, 1, NULL);
    losses[h] = evaluation->loss;
    g_assert_true(isfinite(losses[h]));
    g_assert_cmpuint(nw_report_get_summary(evaluation->reports[0])->rows, ==, 4);
    g_assert_cmpuint(nw_report_get_summary(evaluation->reports[0])->not_finite, ==, 0);
    bind(&desk, "y", "c");
    texts = build_well(&desk);
    field = nw_dataset_get_field(texts, "y");
    g_assert_cmpuint(g_strv_length(field->labels), ==, 3);
    g_assert_true(h == 0 ? field->int32[2] == NW_UNKNOWN_CLASS : isnan(field->real[6]));
  }
  g_assert_cmpfloat(fabs(losses[0] - losses[1]), <=, 1e-6 * losses[0]);
}

/* A column of -1, 0 and 1 is one of 0 and 1, and scales do not look at what is not known. */
static void
test_unknown_columns(void)
{
  g_auto(Desk) desk = desk_new("x input shape=1\nd dense units=1 <- x\n"
                               "y output loss=mean_squared_error ignored=-1,99 <- d\n",
                               "a,b,c\n1,1,10\n2,-1,99\n3,0,20\n4,1,30\n5,-1,-1\n6,0,20\n");
  const NwColumnSetting scaled = {(char *)"t", (char *)"c", TRUE, NW_COLUMN_NUMBER,
                                  NW_SCALING_MINMAX};
  g_autoptr(NwDataset) binary = NULL, numbers = NULL;
  const float *y;

  bind(&desk, "x", "a");
  bind(&desk, "y", "b");
  split_in_order(&desk, 0, 0);
  binary = build_well(&desk);
  y = nw_dataset_get_field(binary, "y")->real;
  g_assert_true(y[0] == 1 && isnan(y[1]) && y[2] == 0);
  take_data(&desk, nw_data_settings_with_column(nw_project_get_data(desk.project), &scaled));
  bind(&desk, "y", "c");
  numbers = build_well(&desk);
  y = nw_dataset_get_field(numbers, "y")->real;
  g_assert_true(y[0] == 0 && isnan(y[1]) && y[2] == 0.5f && y[3] == 1 && isnan(y[4]));
}

/* With all of a batch unknown nothing moves, and nothing is divided by nothing. */
static void
test_unknown_batch(void)
{
  g_auto(Desk) desk = desk_new("x input shape=1\nd dense units=1 <- x\n"
                               "y output loss=mean_squared_error ignored=-1 <- d\n",
                               "a,b\n1,-1\n2,-1\n3,2\n4,3\n");
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwTrainer) trainer = NULL;
  g_autoptr(NwWeights) weights = NULL;

  bind(&desk, "x", "a");
  bind(&desk, "y", "b");
  split_in_order(&desk, 0, 0);
  set(&desk, "training.batch_size", "2");
  set(&desk, "training.shuffle", "false");
  set(&desk, "training.epochs", "3");
  dataset = build_well(&desk);
  trainer = train(&desk, dataset);
  weights = nw_trainer_dup_weights(trainer, FALSE);
  for (guint i = 0; i < nw_weights_get_n(weights); i++)
    g_assert_true(isfinite(nw_weights_get(weights, i)->value[0]));
}

/* A formula has no number for it. */
static void
test_unknown_in_formulas(void)
{
  g_autoptr(NwGraph) graph = net("x input shape=1\nd dense units=1 <- x\n"
                                 "y output loss=mean_squared_error ignored=-1 <- d\n"
                                 "t target\ns subtract <- d t\nl loss_term <- s\n");
  g_autoptr(NwInference) inference = nw_inference_new(graph);
  g_autoptr(GError) error = NULL;

  g_assert_false(nw_inference_check(inference, &error));
  test_assert_error(error, "the target of “y” has Ignored labels");
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
  g_test_add_func("/targets/class-weights-count-in-training-alone", test_class_weights);
  g_test_add_func("/targets/weights-are-numbers-as-they-are", test_as_they_are);
  g_test_add_func("/targets/weights-that-cannot-be-are-named-by-line", test_bad_weights);
  g_test_add_func("/targets/steps-can-be-weighed-where-there-are-steps", test_no_steps);
  g_test_add_func("/targets/weights-go-by-the-name-of-their-output", test_names);
  g_test_add_func("/targets/numbers-that-a-loss-cannot-take-are-named-by-line", test_ranges);
  g_test_add_func("/targets/classes-that-an-output-does-not-tell-are-named", test_classes);
  g_test_add_func("/targets/ids-outside-a-vocabulary-are-named", test_vocabulary);
  g_test_add_func("/targets/ids-met-while-training-stop-it-with-their-row", test_vocabulary_met);
  g_test_add_func("/targets/numbers-that-are-not-known-do-not-count", test_unknown_numbers);
  g_test_add_func("/targets/classes-that-are-not-known-do-not-count", test_unknown_classes);
  g_test_add_func("/targets/what-is-not-known-is-not-fitted", test_unknown_columns);
  g_test_add_func("/targets/a-batch-of-which-nothing-is-known-moves-nothing", test_unknown_batch);
  g_test_add_func("/targets/formulas-do-not-take-what-is-not-known", test_unknown_in_formulas);
  g_test_add_func("/targets/labels-in-their-order-are-learnt", test_labels);
  g_test_add_func("/targets/labels-are-shared-out-over-threads", test_labels_and_threads);
  g_test_add_func("/targets/labels-that-do-not-fit-are-named-by-line", test_bad_labels);
  g_test_add_func("/targets/labels-that-a-mask-cuts-off-are-met-by-row", test_labels_met);
  return g_test_run();
}
