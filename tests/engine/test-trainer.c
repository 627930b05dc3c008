/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include <glib/gstdio.h>
#include <string.h>

#include "net.h"
#include "nw-evaluate.h"
#include "nw-rate-test.h"
#include "nw-trainer.h"
#include "test-folder.h"

#define ROWS 230

static const char network[] =
    "x input shape=6\n"
    "hidden dense units=9 activation=tanh kernel_l2=0.001 <- x\n"
    "drop dropout rate=0.3 <- hidden\n"
    "digit dense units=3 activation=softmax bias_constraint=non_neg "
    "kernel_orthogonal=0.0001 <- drop\n"
    "label dense units=2 activation=sigmoid <- drop\n"
    "digit_out output loss=sparse_categorical_crossentropy metrics=accuracy <- digit\n"
    "label_out output loss=binary_crossentropy weight=0.5 "
    "metrics=accuracy,auc,fbeta_score,ece,average_precision average=micro,macro per_label=true "
    "thresholds=0.25,0.5 <- label\n";

/* The same, with a second output that has far to go: its loss falls by more than 1 in every epoch.
 */
static const char far_network[] =
    "x input shape=6\n"
    "hidden dense units=9 activation=tanh <- x\n"
    "drop dropout rate=0.3 <- hidden\n"
    "digit dense units=3 activation=softmax <- drop\n"
    "label dense units=2 bias_initializer=constant(100) <- drop\n"
    "digit_out output loss=sparse_categorical_crossentropy metrics=accuracy <- digit\n"
    "label_out output loss=mean_squared_error <- label\n";

/* The same numbers as three steps of two; the sixteen samples of a batch go on in the next. */
static const char stateful_network[] =
    "x input shape=6\n"
    "steps reshape target_shape=3,2 <- x\n"
    "sequence gru units=5 stateful=true batch_size=16 dropout=0.2 recurrent_dropout=0.3 "
    "return_sequences=true <- steps\n"
    "both lstm units=4 stateful=true batch_size=16 bidirectional=true <- sequence\n"
    "drop dropout rate=0.3 <- both\n"
    "digit dense units=3 activation=softmax <- drop\n"
    "label dense units=2 activation=sigmoid <- drop\n"
    "digit_out output loss=sparse_categorical_crossentropy metrics=accuracy <- digit\n"
    "label_out output loss=binary_crossentropy <- label\n";

/* Three clouds of points; two labels that follow from the first two coordinates. */
static NwDataset *
clouds(void)
{
  static float x[ROWS][6], label[ROWS][2];
  static gint32 digit[ROWS];
  guint32 rows[ROWS];
  NwRng rng = nw_rng(11, NW_RNG_TEST, 0, 0, 0);
  NwField fields[] = {
      {"x", NW_FIELD_INPUT, {NW_SHAPE(6), NW_REAL}, ROWS, {.real = &x[0][0]}, NULL},
      {"digit_out", NW_FIELD_TARGET, {{0, {0}}, NW_INT32}, ROWS, {.int32 = digit}, NULL},
      {"label_out", NW_FIELD_TARGET, {NW_SHAPE(2), NW_REAL}, ROWS, {.real = &label[0][0]}, NULL},
  };

  for (guint32 r = 0; r < ROWS; r++) {
    rows[r] = r;
    digit[r] = (gint32)(r % 3);
    for (guint32 k = 0; k < 6; k++)
      x[r][k] = (float)(nw_rng_normal(&rng, r * 6 + k) + (k % 3 == r % 3 ? 2 : 0));
    label[r][0] = x[r][0] > 0;
    label[r][1] = x[r][1] + x[r][2] > 1;
  }
  return nw_dataset_new_from_fields(fields, G_N_ELEMENTS(fields), ROWS,
                                    (const guint32 *[]){rows, rows + 150, rows + 200},
                                    (gsize[]){150, 50, 30});
}

static NwProject *
with_settings(NwProject *project, const char *const *settings)
{
  nw_project_ref(project);
  for (gsize i = 0; settings[i] != NULL; i += 2) {
    GError *error = NULL;
    NwProject *set = nw_project_set(project, settings[i], settings[i + 1], &error);
    g_assert_no_error(error);
    nw_project_unref(project);
    project = set;
  }
  return project;
}

static NwProject *
project_of(const char *text, const char *const *settings)
{
  g_autoptr(NwProject) empty = nw_project_new();
  g_autoptr(NwGraph) graph = net(text);
  g_autoptr(NwProject) drawn = nw_project_with_graph(empty, graph);

  return with_settings(drawn, settings);
}

#define SETTINGS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Runs to the end; the END event is (transfer full). */
static NwEvent *
finish(NwTrainer *trainer)
{
  NwEvent *event;

  nw_trainer_join(trainer);
  while ((event = nw_trainer_pop_event(trainer)) != NULL) {
    if (event->type == NW_EVENT_END)
      return event;
    nw_event_unref(event);
  }
  g_assert_not_reached();
}

static NwTrainer *
trainer_of(NwProject *project, NwDataset *dataset, const NwTrainOptions *options)
{
  GError *error = NULL;
  NwTrainer *trainer = nw_trainer_new(project, dataset, options, &error);
  g_assert_no_error(error);
  return trainer;
}

static void
assert_same_weights(NwWeights *a, NwWeights *b)
{
  g_assert_cmpuint(nw_weights_get_n(a), ==, nw_weights_get_n(b));
  for (guint i = 0; i < nw_weights_get_n(a); i++) {
    const NwWeight *one = nw_weights_get(a, i), *two = nw_weights_get(b, i);
    g_assert_cmpmem(one->value, one->n * sizeof(NwReal), two->value, two->n * sizeof(NwReal));
  }
}

static double
epoch_value(NwHistory *history, const char *name, gsize epoch)
{
  double value = NAN;
  int series = nw_history_find_epoch_series(history, name);
  g_assert_cmpint(series, >=, 0);
  nw_history_read_epochs(history, (guint)series, epoch, 1, &value);
  return value;
}

static void
test_learns(void)
{
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project =
      project_of(network, SETTINGS("training.epochs", "30", "optimizer.learning_rate", "0.01"));
  g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, NULL);
  NwHistory *history = nw_trainer_get_history(trainer);
  NwEvent *end;

  nw_trainer_start(trainer);
  end = finish(trainer);
  g_assert_cmpint(end->end, ==, NW_END_EPOCHS);
  nw_event_unref(end);
  g_assert_cmpuint(nw_history_get_n_epochs(history), ==, 30);
  g_assert_cmpuint(nw_history_get_n_steps(history), ==, 30 * 5);
  g_assert_cmpfloat(epoch_value(history, "val_digit_out_accuracy", 29), >, 0.8);
  g_assert_cmpfloat(epoch_value(history, "val_label_out_auc", 29), >, 0.9);
  g_assert_cmpfloat(epoch_value(history, "loss", 29), <, 0.6 * epoch_value(history, "loss", 0));
}

/* What the history says of an epoch is what evaluate gives for that epoch's weights. */
static void
test_agrees_with_evaluate(void)
{
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project = project_of(network, SETTINGS("training.epochs", "3"));
  g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, NULL);
  NwHistory *history = nw_trainer_get_history(trainer);
  g_autoptr(NwWeights) weights = NULL;
  g_autoptr(NwEvaluation) evaluation = NULL;
  NwEvent *event;
  GError *error = NULL;
  gboolean seen = FALSE;

  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  weights = nw_trainer_dup_weights(trainer, FALSE);
  evaluation = nw_evaluate(project, weights, dataset, NW_SPLIT_VALIDATION, 1, &error);
  g_assert_no_error(error);
  g_assert_cmpfloat(evaluation->loss, ==, epoch_value(history, "val_loss", 2));
  g_assert_cmpfloat(evaluation->losses[1], ==, epoch_value(history, "val_label_out_loss", 2));
  while ((event = nw_trainer_pop_event(trainer)) != NULL) {
    if (event->type == NW_EVENT_EPOCH && event->epoch == 3) {
      g_assert_cmpfloat(nw_report_get_summary(event->reports[0])->ece, ==,
                        nw_report_get_summary(evaluation->reports[0])->ece);
      seen = TRUE;
    }
    nw_event_unref(event);
  }
  g_assert_true(seen);
}

static void
test_threads(void)
{
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project = project_of(network, SETTINGS("training.epochs", "4"));
  g_autoptr(NwWeights) first = NULL;

  for (int threads = 1; threads <= 3; threads++) {
    NwTrainOptions options = {.threads = threads};
    g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, &options);
    g_autoptr(NwWeights) weights = NULL;
    nw_trainer_start(trainer);
    nw_trainer_join(trainer);
    weights = nw_trainer_dup_weights(trainer, FALSE);
    if (first == NULL)
      first = nw_weights_ref(weights);
    assert_same_weights(first, weights);
  }
}

/* One batch after the other until @batches are done, then paused. */
static void
step_batches(NwTrainer *trainer, gsize batches)
{
  NwHistory *history = nw_trainer_get_history(trainer);

  for (gsize batch = 0; batch <= batches; batch++) {
    while (nw_trainer_get_state(trainer) != NW_TRAINER_PAUSED ||
           nw_history_get_n_steps(history) < batch) {
      if (nw_trainer_get_state(trainer) == NW_TRAINER_ENDED)
        g_error("after batch %" G_GSIZE_FORMAT ": %s", batch, finish(trainer)->message);
      g_thread_yield();
    }
    if (batch < batches)
      nw_trainer_step(trainer);
  }
}

/* Trains @batches batches, stops there, and leaves a checkpoint. */
static void
train_and_stop(NwProject *project, NwDataset *dataset, const NwTrainOptions *options, gsize batches)
{
  g_autoptr(NwTrainer) stopped = trainer_of(project, dataset, options);
  NwEvent *end;

  nw_trainer_pause(stopped);
  nw_trainer_start(stopped);
  step_batches(stopped, batches);
  nw_trainer_stop(stopped);
  end = finish(stopped);
  g_assert_cmpint(end->end, ==, NW_END_STOPPED);
  nw_event_unref(end);
}

static void
assert_same_history(NwHistory *a, NwHistory *b)
{
  g_assert_cmpuint(nw_history_get_n_epochs(a), ==, nw_history_get_n_epochs(b));
  g_assert_cmpint(nw_history_get_best_epoch(a), ==, nw_history_get_best_epoch(b));
  for (guint i = 0; i < nw_history_get_n_epoch_series(a); i++)
    for (gsize epoch = 0; epoch < nw_history_get_n_epochs(a); epoch++) {
      double one, two;
      nw_history_read_epochs(a, i, epoch, 1, &one);
      nw_history_read_epochs(b, i, epoch, 1, &two);
      g_assert_cmpmem(&one, sizeof one, &two, sizeof two);
    }
}

/* All that a run keeps from batch to batch and from epoch to epoch, in play. */
static const struct {
  const char *network, *settings[20];
} in_play[] = {
    {network, {"optimizer", "sgd", "optimizer.momentum", "0.9"}},
    {network,
     {"optimizer.use_ema", "true", "optimizer.ema_momentum", "0.9",
      "optimizer.ema_overwrite_frequency", "7", "optimizer.gradient_accumulation_steps", "3",
      "training.schedule", "cosine_decay", "training.schedule.warmup_steps", "5"}},
    {network,
     {"optimizer", "nadam", "training.schedule", "reduce_lr_on_plateau",
      "training.schedule.patience", "1", "training.schedule.cooldown", "1",
      "training.schedule.min_delta", "0.2", "training.early_stopping", "true", "training.patience",
      "3", "training.min_delta", "0.2"}},
    {far_network,
     {"optimizer.clipping", "global_clipnorm", "optimizer.learning_rate", "0.1",
      "training.early_stopping", "true", "training.patience", "1", "training.min_delta", "1",
      "training.stop_when", "all", "training.freeze_finished", "true", "training.monitor",
      "val_digit_out_accuracy, val_label_out_loss"}},
    {network,
     {"optimizer", "adamw", "optimizer.use_ema", "true", "optimizer.swap_ema_weights", "false",
      "optimizer.clipping", "clipnorm", "training.schedule", "one_cycle"}},
    {stateful_network,
     {"optimizer.use_ema", "true", "optimizer.ema_momentum", "0.9",
      "optimizer.ema_overwrite_frequency", "7", "training.schedule", "cosine_decay",
      "training.schedule.warmup_steps", "5"}},
};

/* Stopped after a batch by chance and resumed, twice, with dropout in play. */
static void
test_resumes(void)
{
  g_autoptr(NwDataset) dataset = clouds();

  for (gsize i = 0; i < G_N_ELEMENTS(in_play); i++) {
    g_autoptr(NwProject) plain = project_of(
        in_play[i].network, SETTINGS("training.epochs", "6", "training.batch_size", "16"));
    g_autoptr(NwProject) project = with_settings(plain, in_play[i].settings);
    g_autoptr(NwTrainer) whole = trainer_of(project, dataset, NULL), resumed = NULL;
    g_autoptr(TestFolder) folder = test_folder_new();
    NwTrainOptions first = {.out_dir = folder->path};
    NwTrainOptions again = {.out_dir = folder->path, .resume_dir = folder->path};

    nw_trainer_start(whole);
    nw_trainer_join(whole);
    train_and_stop(project, dataset, &first, (gsize)g_test_rand_int_range(1, 24));
    train_and_stop(project, dataset, &again, (gsize)g_test_rand_int_range(1, 10));
    resumed = trainer_of(project, dataset, &again);
    nw_trainer_start(resumed);
    nw_trainer_join(resumed);
    for (int best = 0; best < 2; best++) {
      g_autoptr(NwWeights) expected = nw_trainer_dup_weights(whole, best);
      g_autoptr(NwWeights) got = nw_trainer_dup_weights(resumed, best);
      assert_same_weights(expected, got);
    }
    assert_same_history(nw_trainer_get_history(whole), nw_trainer_get_history(resumed));
  }
}

/* The rates that the batches had are those of the schedule, and the last one is the epoch's. */
static void
test_schedule(void)
{
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project = project_of(
      network, SETTINGS("training.epochs", "3", "training.schedule", "exponential_decay",
                        "training.schedule.decay_rate", "0.5", "training.schedule.decay_steps", "5",
                        "optimizer.learning_rate", "0.08"));
  g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, NULL);
  NwHistory *history = nw_trainer_get_history(trainer);
  guint series = nw_history_get_n_step_series(history) - 2;
  double rates[15], norms[15];

  g_assert_cmpstr(nw_history_get_step_series(history, series)->name, ==, "learning_rate");
  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  g_assert_cmpuint(nw_history_read_steps(history, series, 0, 15, rates), ==, 15);
  g_assert_cmpuint(nw_history_read_steps(history, series + 1, 0, 15, norms), ==, 15);
  for (int t = 0; t < 15; t++) {
    g_assert_cmpfloat(fabs(rates[t] - 0.08 * pow(0.5, t / 5.0)), <, 1e-12);
    g_assert_cmpfloat(norms[t], >, 0);
  }
  g_assert_cmpfloat(epoch_value(history, "learning_rate", 2), ==, rates[14]);
}

/* What is changed between two batches holds from the next one on, is written down, and survives. */
static void
test_changes(void)
{
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project = project_of(network, SETTINGS("training.epochs", "3"));
  g_autoptr(TestFolder) folder = test_folder_new();
  NwTrainOptions options = {.out_dir = folder->path};
  NwTrainOptions again = {.out_dir = folder->path, .resume_dir = folder->path};
  g_autoptr(NwWeights) expected = NULL, got = NULL;

  for (int run = 0; run < 2; run++) {
    g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, &options);
    NwHistory *history = nw_trainer_get_history(trainer);
    NwChange change;

    nw_trainer_pause(trainer);
    nw_trainer_start(trainer);
    step_batches(trainer, 2);
    nw_trainer_set_learning_rate(trainer, 0.125);
    nw_trainer_set_loss_weight(trainer, 1, 3);
    nw_trainer_step(trainer);
    while (nw_history_get_n_steps(history) < 3)
      g_thread_yield();
    if (run == 0)
      nw_trainer_resume(trainer);
    else
      nw_trainer_stop(trainer);
    nw_event_unref(finish(trainer));
    g_assert_cmpuint(nw_history_get_n_changes(history), ==, 2);
    change = nw_history_get_change(history, 0);
    g_assert_cmpuint(change.step, ==, 2);
    g_assert_cmpint(change.output, ==, -1);
    g_assert_cmpfloat(change.value, ==, 0.125);
    change = nw_history_get_change(history, 1);
    g_assert_cmpint(change.output, ==, 1);
    if (run == 0)
      expected = nw_trainer_dup_weights(trainer, FALSE);
  }
  {
    g_autoptr(NwTrainer) resumed = trainer_of(project, dataset, &again);
    NwHistory *history = nw_trainer_get_history(resumed);
    double total, digit, label;
    g_assert_cmpfloat(nw_trainer_get_learning_rate(resumed), ==, 0.125);
    g_assert_cmpfloat(nw_trainer_get_loss_weight(resumed, 1), ==, 3);
    g_assert_cmpuint(nw_history_get_n_changes(history), ==, 2);
    nw_trainer_start(resumed);
    nw_trainer_join(resumed);
    got = nw_trainer_dup_weights(resumed, FALSE);
    total = epoch_value(history, "val_loss", 2);
    digit = epoch_value(history, "val_digit_out_loss", 2);
    label = epoch_value(history, "val_label_out_loss", 2);
    g_assert_cmpfloat(total, >=, digit + 3 * label); /* and a penalty */
    g_assert_cmpfloat(total, <, digit + 3.5 * label);
  }
  assert_same_weights(expected, got);
}

static NwReal
first_number(const NwWeights *weights, const char *name)
{
  for (guint i = 0; i < nw_weights_get_n(weights); i++)
    if (strcmp(nw_weights_get(weights, i)->name, name) == 0)
      return nw_weights_get(weights, i)->value[0];
  g_assert_not_reached();
}

/* An output that is done keeps its own layers' weights, while the trunk and the other outputs move.
 */
/* Two epochs and two more, also when the first two were stopped on the way, are four. */
static void
test_extends(void)
{
  static const guint stops[] = {0, 3, 7};
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) four = project_of(network, SETTINGS("training.epochs", "4"));
  g_autoptr(NwProject) two = project_of(network, SETTINGS("training.epochs", "2"));
  g_autoptr(NwTrainer) straight = trainer_of(four, dataset, NULL);
  g_autoptr(NwWeights) expected = NULL;

  nw_trainer_start(straight);
  nw_trainer_join(straight);
  expected = nw_trainer_dup_weights(straight, FALSE);
  for (gsize i = 0; i < G_N_ELEMENTS(stops); i++) {
    g_autoptr(NwTrainer) trainer = trainer_of(two, dataset, NULL);
    g_autoptr(NwWeights) weights = NULL;
    guint epochs;

    if (stops[i] > 0)
      nw_trainer_pause(trainer);
    nw_trainer_start(trainer);
    if (stops[i] > 0) {
      step_batches(trainer, stops[i]);
      nw_trainer_stop(trainer);
    }
    nw_event_unref(finish(trainer));
    g_assert_true(nw_trainer_extend(trainer, 4 - (stops[i] > 0 ? stops[i] / 5 : 2), NULL));
    nw_event_unref(finish(trainer));
    nw_trainer_get_progress(trainer, NULL, &epochs, NULL, NULL);
    g_assert_cmpuint(epochs, ==, 4);
    g_assert_cmpuint(nw_history_get_n_epochs(nw_trainer_get_history(trainer)), ==, 4);
    g_assert_cmpuint(nw_history_get_n_steps(nw_trainer_get_history(trainer)), ==, 20);
    weights = nw_trainer_dup_weights(trainer, FALSE);
    assert_same_weights(weights, expected);
  }
}

static void
test_does_not_extend_schedules(void)
{
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project =
      project_of(network, SETTINGS("training.epochs", "2", "training.schedule", "one_cycle"));
  g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, NULL);
  g_autoptr(GError) error = NULL;

  g_assert_false(nw_trainer_extend(trainer, 1, &error));
  g_assert_nonnull(strstr(error->message, "reaches to the end of the run"));
}

/* With a rate of 0 nothing but the revert moves the weights. */
static void
test_reverts(void)
{
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project =
      project_of(network, SETTINGS("training.epochs", "12", "optimizer.learning_rate", "0.3"));
  g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, NULL);
  NwHistory *history = nw_trainer_get_history(trainer);
  g_autoptr(NwWeights) best = NULL, last = NULL;
  NwChange change;

  g_assert_false(nw_trainer_revert(trainer));
  nw_trainer_start(trainer);
  nw_event_unref(finish(trainer));
  best = nw_trainer_dup_weights(trainer, TRUE);
  g_assert_true(nw_trainer_revert(trainer));
  nw_trainer_set_learning_rate(trainer, 0);
  g_assert_true(nw_trainer_extend(trainer, 1, NULL));
  nw_event_unref(finish(trainer));
  last = nw_trainer_dup_weights(trainer, FALSE);
  assert_same_weights(best, last);
  change = nw_history_get_change(history, 0);
  g_assert_cmpuint(change.step, ==, 60);
  g_assert_cmpint(change.output, ==, NW_CHANGE_EPOCHS);
  g_assert_cmpfloat(change.value, ==, 13);
  change = nw_history_get_change(history, 1);
  g_assert_cmpuint(change.step, ==, 60);
  g_assert_cmpint(change.output, ==, NW_CHANGE_REVERT);
  g_assert_cmpfloat(change.value, ==, nw_history_get_best_epoch(history) + 1);
}

static void
test_freezing(void)
{
  static const char *const names[] = {"hidden/kernel", "digit/kernel", "label/kernel"};
  g_autoptr(NwDataset) dataset = clouds();
  NwReal before[3], after[3];

  for (int epochs = 2; epochs <= 4; epochs += 2) {
    g_autofree char *text = g_strdup_printf("%d", epochs);
    /* Accuracy cannot grow by 1: the patience with digit_out ends with the second epoch. */
    g_autoptr(NwProject) project = project_of(
        far_network,
        SETTINGS("training.early_stopping", "true", "training.patience", "1", "training.min_delta",
                 "1", "training.stop_when", "all", "training.freeze_finished", "true",
                 "training.monitor", "digit_out_accuracy, label_out_loss", "training.epochs", text,
                 "optimizer.weight_decay", "0.1", "optimizer.learning_rate", "0.1"));
    g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, NULL);
    g_autoptr(NwWeights) weights = NULL;

    nw_trainer_start(trainer);
    nw_trainer_join(trainer);
    weights = nw_trainer_dup_weights(trainer, FALSE);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
      (epochs == 2 ? before : after)[i] = first_number(weights, names[i]);
  }
  g_assert_cmpfloat(before[0], !=, after[0]);
  g_assert_cmpfloat(before[1], ==, after[1]);
  g_assert_cmpfloat(before[2], !=, after[2]);
}

/* The newest of what is kept, each as complete as the last; and `last` itself goes on. */
static void
test_kept(void)
{
  static const struct {
    const char *unit, *every, *there, *gone;
  } all[] = {
      {"epochs", "2", "epochs-0000000006.safetensors", "epochs-0000000002.safetensors"},
      {"batches", "7", "batches-0000000028.safetensors", "batches-0000000014.safetensors"},
  };
  g_autoptr(NwDataset) dataset = clouds();

  for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
    g_autoptr(NwProject) project =
        project_of(network, SETTINGS("training.epochs", "6", "training.checkpoint_every",
                                     all[i].every, "training.checkpoint_unit", all[i].unit,
                                     "training.checkpoint_keep", "2"));
    g_autoptr(TestFolder) folder = test_folder_new();
    g_autofree char *there = g_build_filename(folder->path, "checkpoints", all[i].there, NULL);
    g_autofree char *gone = g_build_filename(folder->path, "checkpoints", all[i].gone, NULL);
    g_autofree char *last = g_build_filename(folder->path, "last.safetensors", NULL);
    NwTrainOptions options = {.out_dir = folder->path}, again = {.resume_dir = folder->path};
    g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, &options), resumed = NULL;
    g_autoptr(NwWeights) expected = NULL, got = NULL;

    nw_trainer_start(trainer);
    nw_trainer_join(trainer);
    g_assert_true(g_file_test(there, G_FILE_TEST_EXISTS));
    g_assert_false(g_file_test(gone, G_FILE_TEST_EXISTS));
    g_assert_cmpint(g_rename(there, last), ==, 0);
    resumed = trainer_of(project, dataset, &again);
    nw_trainer_start(resumed);
    nw_trainer_join(resumed);
    expected = nw_trainer_dup_weights(trainer, FALSE);
    got = nw_trainer_dup_weights(resumed, FALSE);
    assert_same_weights(expected, got);
  }
}

/* A run continued into another folder leaves there all that the next --resume needs. */
static void
test_resumes_elsewhere(void)
{
  static const char *const names[] = {"best.safetensors", "last.safetensors"};
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project = project_of(network, SETTINGS("training.epochs", "3"));
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autoptr(TestFolder) other = test_folder_new();
  NwTrainOptions first = {.out_dir = folder->path};
  NwTrainOptions second = {.out_dir = other->path, .resume_dir = folder->path};

  for (int run = 0; run < 2; run++) {
    g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, run == 0 ? &first : &second);
    nw_trainer_start(trainer);
    nw_event_unref(finish(trainer));
  }
  for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *path = g_build_filename(other->path, names[i], NULL);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
  }
}

static void
test_refuses_another_project(void)
{
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) one = project_of(network, SETTINGS("training.epochs", "1"));
  g_autoptr(NwProject) longer = project_of(network, SETTINGS("training.epochs", "2"));
  g_autoptr(NwProject) other = project_of(network, SETTINGS("training.seed", "2"));
  g_autoptr(TestFolder) folder = test_folder_new();
  NwTrainOptions first = {.out_dir = folder->path}, second = {.resume_dir = folder->path};
  g_autoptr(GError) error = NULL;

  {
    g_autoptr(NwTrainer) trainer = trainer_of(one, dataset, &first);
    nw_trainer_start(trainer);
    nw_trainer_join(trainer);
  }
  {
    g_autoptr(NwTrainer) trainer = trainer_of(longer, dataset, &second);
    nw_trainer_start(trainer);
    nw_trainer_join(trainer);
    g_assert_cmpuint(nw_history_get_n_epochs(nw_trainer_get_history(trainer)), ==, 2);
  }
  g_assert_null(nw_trainer_new(other, dataset, &second, &error));
  g_assert_nonnull(strstr(error->message, "other settings"));
}

static void
test_not_finite(void)
{
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project = project_of(
      "x input shape=6\n"
      "big dense units=4 activation=exponential <- x\n"
      "label dense units=2 <- big\n"
      "label_out output loss=mean_squared_error <- label\n",
      SETTINGS("optimizer", "sgd", "optimizer.learning_rate", "1000", "training.epochs", "4"));
  g_autoptr(TestFolder) folder = test_folder_new();
  g_autofree char *best = g_build_filename(folder->path, "best.safetensors", NULL);
  NwTrainOptions options = {.out_dir = folder->path};
  g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, &options);
  NwEvent *end;

  g_assert_true(g_file_set_contents(best, "of an earlier run", -1, NULL));
  nw_trainer_start(trainer);
  end = finish(trainer);
  g_assert_cmpint(end->end, ==, NW_END_NOT_FINITE);
  g_assert_nonnull(strstr(end->message, "there are no best weights"));
  g_assert_false(g_file_test(best, G_FILE_TEST_EXISTS));
  g_assert_nonnull(strstr(end->message, "epoch 1, batch "));
  g_assert_nonnull(strstr(end->message, "“"));
  nw_event_unref(end);
}

static void
test_early_stopping(void)
{
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project =
      project_of(network, SETTINGS("training.early_stopping", "true", "training.patience", "2",
                                   "optimizer.learning_rate", "0", "training.epochs", "50"));
  g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, NULL);
  NwEvent *end;

  nw_trainer_start(trainer);
  end = finish(trainer);
  g_assert_cmpint(end->end, ==, NW_END_EARLY);
  g_assert_cmpuint(end->epoch, ==, 3);
  g_assert_cmpint(nw_history_get_best_epoch(nw_trainer_get_history(trainer)), ==, 0);
  nw_event_unref(end);
}

/* Validation and the best epoch look at the averages, as with Keras' SwapEMAWeights, or at the last
 * batch's weights, as without; the finished network has the averages in either case. */
static void
test_averages(void)
{
  static const char *const judged[] = {"true", "false"};
  g_autoptr(NwDataset) dataset = clouds();

  for (gsize i = 0; i < G_N_ELEMENTS(judged); i++) {
    g_autoptr(NwProject) project =
        project_of(network, SETTINGS("training.epochs", "2", "optimizer.use_ema", "true",
                                     "optimizer.learning_rate", "0.02",
                                     "optimizer.swap_ema_weights", judged[i]));
    g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, NULL);
    NwHistory *history = nw_trainer_get_history(trainer);
    g_autoptr(NwWeights) last = NULL, best = NULL;
    g_autoptr(NwEvaluation) of_last = NULL, of_best = NULL;
    GError *error = NULL;

    nw_trainer_start(trainer);
    nw_trainer_join(trainer);
    last = nw_trainer_dup_weights(trainer, FALSE);
    best = nw_trainer_dup_weights(trainer, TRUE);
    of_last = nw_evaluate(project, last, dataset, NW_SPLIT_VALIDATION, 1, &error);
    of_best = nw_evaluate(project, best, dataset, NW_SPLIT_VALIDATION, 1, &error);
    g_assert_no_error(error);
    g_assert_cmpint(nw_history_get_best_epoch(history), ==, 1);
    g_assert_cmpfloat(of_best->loss, ==, epoch_value(history, "val_loss", 1));
    if (i == 0)
      assert_same_weights(last, best);
    else
      g_assert_cmpfloat(of_last->loss, !=, of_best->loss);
  }
}

/* Both losses written as formulas: what is learned, and what the history shows. */
static void
test_drawn_losses(void)
{
  static const char drawn[] =
      "x input shape=6\n"
      "hidden dense units=9 activation=tanh kernel_regularizer=0.001*sum(w^2) <- x\n"
      "digit dense units=3 activation=softmax <- hidden\n"
      "label dense units=2 activation=sigmoid <- hidden\n"
      "digit_out output loss=sparse_categorical_crossentropy weight=0 metrics=accuracy <- digit\n"
      "label_out output loss=binary_crossentropy weight=0 metrics=accuracy <- label\n"
      "which target output=digit_out\n"
      "whether target output=label_out\n"
      "f expression names=y,p,t,q "
      "expression=-sum(y*log(p))-0.5*mean(t*log(q)+(1-t)*log(1-q)) <- which digit whether label\n"
      "both loss_term <- f\n";
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project =
      project_of(drawn, SETTINGS("training.epochs", "30", "optimizer.learning_rate", "0.01"));
  g_autoptr(NwTrainer) trainer = trainer_of(project, dataset, NULL);
  NwHistory *history = nw_trainer_get_history(trainer);
  double sum;

  nw_trainer_start(trainer);
  nw_event_unref(finish(trainer));
  g_assert_cmpfloat(epoch_value(history, "val_digit_out_accuracy", 29), >, 0.8);
  sum = epoch_value(history, "both", 29) + epoch_value(history, "hidden/kernel", 29);
  g_assert_cmpfloat_with_epsilon(sum, epoch_value(history, "loss", 29), 1e-12);
  sum = epoch_value(history, "val_digit_out_loss", 29) +
        0.5 * epoch_value(history, "val_label_out_loss", 29);
  g_assert_cmpfloat_with_epsilon(sum, epoch_value(history, "val_both", 29), 1e-5 * sum);
}

/* Rates grow to where the loss runs away; below, one is suggested that training does well with. What
 * was given stays as it was, and the same comes out again. */
static void
test_rates(void)
{
  const NwRateTestOptions options = {.from = 1e-6, .to = 1e4, .steps = 80, .threads = 1};
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project = project_of(network, SETTINGS("optimizer", "sgd"));
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(GError) error = NULL;
  g_autoptr(NwWeights) weights = nw_weights_new(inference, 1, &error);
  g_autoptr(NwWeights) before = nw_weights_copy(weights);
  g_autoptr(NwRateTest) fresh = nw_rate_test(project, dataset, &options, NULL, &error);
  g_autoptr(NwRateTest) given = nw_rate_test(project, dataset, &options, weights, &error);

  g_assert_no_error(error);
  assert_same_weights(weights, before);
  g_assert_true(fresh->ran_away);
  g_assert_cmpuint(fresh->n, <, 80);
  g_assert_cmpfloat(fresh->suggestion, >, 1e-4);
  g_assert_cmpfloat(fresh->suggestion, <, fresh->points[fresh->n - 1].rate / 2);
  g_assert_cmpuint(fresh->n, ==, given->n);
  g_assert_cmpmem(fresh->points, fresh->n * sizeof *fresh->points, given->points,
                  given->n * sizeof *given->points);
}

static void
test_read_only(void)
{
  g_autoptr(NwDataset) dataset = clouds();
  g_autoptr(NwProject) project = project_of(network, SETTINGS("training.epochs", "1"));
  NwTrainOptions options = {.out_dir = "/proc/nothing/here"};
  g_autoptr(GError) error = NULL;

  g_assert_null(nw_trainer_new(project, dataset, &options, &error));
  g_assert_nonnull(strstr(error->message, "/proc/nothing/here"));
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/trainer/learns-two-outputs-at-once", test_learns);
  g_test_add_func("/trainer/an-epoch's-numbers-are-those-of-evaluate", test_agrees_with_evaluate);
  g_test_add_func("/trainer/weights-have-the-same-bits-at-any-thread-count", test_threads);
  g_test_add_func("/trainer/resumes-bit-for-bit-at-any-batch", test_resumes);
  g_test_add_func("/trainer/batches-have-the-rates-of-the-schedule", test_schedule);
  g_test_add_func("/trainer/changes-while-it-runs-hold-and-are-written-down", test_changes);
  g_test_add_func("/trainer/two-epochs-and-two-more-are-four", test_extends);
  g_test_add_func("/trainer/says-that-a-schedule-cannot-be-made-longer",
                  test_does_not_extend_schedules);
  g_test_add_func("/trainer/goes-on-from-the-best-weights", test_reverts);
  g_test_add_func("/trainer/a-finished-output-trains-no-more", test_freezing);
  g_test_add_func("/trainer/checkpoints-that-are-kept-continue-as-the-last", test_kept);
  g_test_add_func("/trainer/a-run-continued-elsewhere-can-be-resumed-there",
                  test_resumes_elsewhere);
  g_test_add_func("/trainer/refuses-a-checkpoint-of-other-settings", test_refuses_another_project);
  g_test_add_func("/trainer/says-where-a-loss-stops-being-finite", test_not_finite);
  g_test_add_func("/trainer/stops-early-and-knows-the-best-epoch", test_early_stopping);
  g_test_add_func("/trainer/judges-the-averages-or-the-last-batch's-weights", test_averages);
  g_test_add_func("/trainer/a-range-test-suggests-a-rate-and-changes-nothing", test_rates);
  g_test_add_func("/trainer/says-when-its-folder-cannot-be-made", test_read_only);
  g_test_add_func("/trainer/drawn-losses-teach-as-ready-ones", test_drawn_losses);
  return g_test_run();
}
