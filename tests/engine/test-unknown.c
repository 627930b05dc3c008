/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Targets that are not known, as ignored labels and as empty cells: from the file to the loss, to
 * metrics and reports. */
#include "desk.h"
#include "nw-helper.h"
#include "nw-loss.h"

#include <math.h>

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

/* An empty cell, once that is chosen, is what an ignored label is, in training bit for bit. */
static void
test_empty_numbers(void)
{
  static const char *const how[] = {"ignored=-9", "ignore_empty=true"};
  static const char *const tables[] = {
      "a,p,q\n1,1,-9\n2,0,1\n3,-9,-9\n4,1,1\n5,1,0\n6,-9,0\n7,0,1\n",
      "a,p,q\n1,1,\n2,0,1\n3,,NaN\n4,1,1\n5,1,0\n6,,0\n7,0,1\n"};
  NwWeights *learnt[2];

  for (int i = 0; i < 2; i++) {
    g_autofree char *text = g_strdup_printf("x input shape=1\n"
                                            "d dense units=2 activation=sigmoid <- x\n"
                                            "y output loss=binary_crossentropy %s <- d\n",
                                            how[i]);
    g_auto(Desk) desk = desk_new(text, tables[i]);
    g_autoptr(NwDataset) dataset = NULL;
    g_autoptr(NwTrainer) trainer = NULL;

    bind(&desk, "x", "a");
    take_data(&desk, nw_data_settings_with_binding(nw_project_get_data(desk.project), "y", "t",
                                                   (const char *const[]){"p", "q", NULL}));
    split_in_order(&desk, 0.3, 0);
    set(&desk, "training.batch_size", "2");
    set(&desk, "training.epochs", "4");
    dataset = build_well(&desk);
    g_assert_true(isnan(nw_dataset_get_field(dataset, "y")->real[1]));
    trainer = train(&desk, dataset);
    learnt[i] = nw_trainer_dup_weights(trainer, FALSE);
  }
  for (guint i = 0; i < nw_weights_get_n(learnt[0]); i++) {
    const NwWeight *a = nw_weights_get(learnt[0], i), *b = nw_weights_get(learnt[1], i);
    g_assert_cmpmem(a->value, a->n * sizeof(NwReal), b->value, b->n * sizeof(NwReal));
  }
  nw_weights_unref(learnt[0]);
  nw_weights_unref(learnt[1]);
}

/* Of text and of numbers that are classes, and in rows that are predicted for. */
static void
test_empty_classes(void)
{
  static const char *const columns[] = {"b", "c"};
  g_auto(Desk) desk = desk_new("x input shape=1\nd dense units=3 activation=softmax <- x\n"
                               "y output loss=sparse_categorical_crossentropy ignore_empty=true "
                               "<- d\n",
                               "a,b,c\n1,4,ant\n2,,bee\n3,6,\n4,4,cat\n5,,ant\n6,9,\n");
  const NwColumnSetting kinds[] = {
      {(char *)"t", (char *)"b", TRUE, NW_COLUMN_CATEGORY, NW_SCALING_NONE},
      {(char *)"t", (char *)"c", TRUE, NW_COLUMN_CATEGORY, NW_SCALING_NONE}};

  bind(&desk, "x", "a");
  take_data(&desk, nw_data_settings_with_columns(nw_project_get_data(desk.project), kinds, 2));
  split_in_order(&desk, 0, 0);
  for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
    g_autoptr(NwDataset) dataset = NULL, again = NULL;
    g_autoptr(NwWeights) weights = fresh_weights(&desk);
    g_autoptr(NwEvaluation) evaluation = NULL;
    g_autoptr(NwInference) inference = NULL;
    g_autoptr(NwPlan) plan = NULL;
    g_autofree NwFieldRequest *requests = NULL;
    g_autoptr(GError) error = NULL;
    const NwField *field;
    gsize n;

    bind(&desk, "y", columns[i]);
    dataset = build_well(&desk);
    field = nw_dataset_get_field(dataset, "y");
    g_assert_cmpuint(g_strv_length(field->labels), ==, 3);
    g_assert_cmpint(field->int32[i == 0 ? 1 : 2], ==, NW_UNKNOWN_CLASS);
    evaluation = nw_evaluate(desk.project, weights, dataset, NW_SPLIT_TRAIN, 1, NULL);
    g_assert_true(isfinite(evaluation->loss));
    g_assert_cmpuint(evaluation->known[0], ==, 4);
    g_assert_cmpuint(evaluation->unknown[0], ==, 2);

    inference = nw_inference_new(nw_project_get_graph(desk.project));
    plan = nw_plan_new(inference, 1, FALSE, NULL);
    requests = nw_plan_dup_requests(plan, &n);
    again =
        nw_dataset_build_for_prediction(nw_project_get_data(desk.project), desk.folder->path, NULL,
                                        nw_dataset_get_preparation(dataset), requests, n, &error);
    g_assert_no_error(error);
    g_assert_cmpmem(nw_dataset_get_field(again, "y")->int32, 6 * sizeof(gint32), field->int32,
                    6 * sizeof(gint32));
  }
}

/* Without the choice it is a fault; in an input, and as a weight, always. */
static void
test_empty_refused(void)
{
  g_auto(Desk) desk = desk_new("x input shape=1\nd dense units=1 <- x\n"
                               "y output loss=mean_squared_error <- d\n",
                               "a,b,c,d\n1,1,u,1\n2,,v,2\n3,3,,inf\n4,4,u,4\n");

  split_in_order(&desk, 0, 0);
  bind(&desk, "x", "a");
  bind(&desk, "y", "b");
  assert_refused(&desk, "“t.csv”, line 3, column “b”: there is no number (empty or NaN); fill it "
                        "in, or turn on Ignore empty cells of the output");
  bind(&desk, "y", "c");
  assert_refused(&desk, "line 4, column “c”: the cell is empty; fill it in, or turn on Ignore "
                        "empty cells");
  set(&desk, "y.ignore_empty", "true");
  bind(&desk, "y", "d");
  assert_refused(&desk, "line 4, column “d”: the number is infinite");
  bind(&desk, "y", "b");
  bind(&desk, "x", "b");
  assert_refused(&desk, "line 3, column “b”: there is no number (empty or NaN); fill it in, or "
                        "leave the column out");
}

/* Means over an epoch are over what is known in it, however it is dealt out over the batches. */
static void
test_known_over_batches(void)
{
  g_auto(Desk) desk =
      desk_new("x input shape=1\nd dense units=1 <- x\n"
               "y output loss=mean_squared_error ignore_empty=true weight=0.5 <- d\n"
               "z output loss=mean_absolute_error <- d\n",
               "a,b,c\n1,,1\n2,,2\n3,2,5\n4,3,1\n5,,2\n6,9,1\n");
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwTrainer) trainer = NULL;
  g_autoptr(NwWeights) weights = NULL;
  g_autoptr(NwEvaluation) evaluation = NULL;
  static const char *const names[] = {"loss", "y_loss", "z_loss"};
  NwHistory *history;

  bind(&desk, "x", "a");
  bind(&desk, "y", "b");
  bind(&desk, "z", "c");
  split_in_order(&desk, 0, 0);
  set(&desk, "training.batch_size", "2");
  set(&desk, "training.shuffle", "false");
  set(&desk, "training.epochs", "1");
  set(&desk, "optimizer.learning_rate", "0");
  dataset = build_well(&desk);
  trainer = train(&desk, dataset);
  weights = nw_trainer_dup_weights(trainer, FALSE);
  evaluation = nw_evaluate(desk.project, weights, dataset, NW_SPLIT_TRAIN, 1, NULL);
  history = nw_trainer_get_history(trainer);
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    int series = nw_history_find_epoch_series(history, names[i]);
    double got, wanted = i == 0 ? evaluation->loss : evaluation->losses[i - 1];
    g_assert_cmpint(series, >=, 0);
    nw_history_read_epochs(history, (guint)series, 0, 1, &got);
    g_assert_cmpfloat(fabs(got - wanted), <=, 1e-6 * wanted);
  }
  g_assert_cmpfloat(fabs(evaluation->loss - 0.5 * evaluation->losses[0] - evaluation->losses[1]),
                    <=, 1e-9 * evaluation->loss);
  g_assert_cmpuint(evaluation->known[0], ==, 3);
  g_assert_cmpuint(evaluation->unknown[0], ==, 3);
  g_assert_cmpuint(evaluation->known[1] + evaluation->unknown[1], ==, 0);
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

int
main(int argc, char **argv)
{
  int exit_code;

  if (nw_helper_main(argc, argv, &exit_code))
    return exit_code;
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/unknown/numbers-that-are-not-known-do-not-count", test_unknown_numbers);
  g_test_add_func("/unknown/classes-that-are-not-known-do-not-count", test_unknown_classes);
  g_test_add_func("/unknown/what-is-not-known-is-not-fitted", test_unknown_columns);
  g_test_add_func("/unknown/empty-cells-can-be-numbers-that-are-not-known", test_empty_numbers);
  g_test_add_func("/unknown/empty-cells-can-be-classes-that-are-not-known", test_empty_classes);
  g_test_add_func("/unknown/empty-cells-that-nobody-allowed-are-named", test_empty_refused);
  g_test_add_func("/unknown/means-over-batches-are-of-what-is-known", test_known_over_batches);
  g_test_add_func("/unknown/a-batch-of-which-nothing-is-known-moves-nothing", test_unknown_batch);
  g_test_add_func("/unknown/formulas-do-not-take-what-is-not-known", test_unknown_in_formulas);
  return g_test_run();
}
