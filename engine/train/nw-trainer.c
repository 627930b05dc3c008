/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-trainer.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "nw-blas.h"
#include "nw-checkpoint.h"
#include "nw-error.h"
#include "nw-evaluator.h"
#include "nw-optimize.h"
#include "nw-run-history.h"

/* Seconds between writes of `last` inside an epoch, unless the options say otherwise. */
#define CHECKPOINT_SECONDS 30

/* What the person asked for; the worker looks between batches. */
typedef enum { GO, PAUSE, STEP, STEP_EPOCH, STOP } Command;

struct _NwTrainer {
  /* immutable after nw_trainer_new */
  NwProject *project;
  NwDataset *dataset;
  NwInference *inference;
  NwPlan *plan;
  NwPool *pool;
  const NwOptimizerKind *optimizer;
  const NwParams *optimizer_params;
  guint epochs, batch_size, n_batches, patience, checkpoint_seconds;
  guint64 seed;
  gboolean shuffle, early_stopping;
  double min_delta;
  int monitored;                             /* epoch series */
  char *last_path, *best_path, *fingerprint; /* NULL without out_dir */
  const char *metadata[3];                   /* of both files: how to prepare new data */
  NwHistory *history;

  /* worker only, once started */
  NwExec *exec;
  NwFeed *feed;
  NwTally *tally;
  NwEvaluator *evaluator; /* NULL: no validation rows */
  NwWeights *weights;
  guint32 *order; /* [n rows of the training split] this epoch's */
  guint64 step;
  guint wait;
  double best, seconds;  /* seconds of earlier sessions of this run */
  gint64 started, saved; /* µs, monotonic */
  guint restored_batch;  /* batches of the first epoch that a checkpoint had done */
  guint first_epoch;

  /* between the threads */
  pthread_t thread;
  gboolean has_thread; /* main only */
  pthread_mutex_t lock;
  pthread_cond_t wake;
  Command command;         /* guarded by lock */
  GQueue events;           /* guarded by lock; NwEvent */
  NwWeights *best_weights; /* guarded by lock; NULL until an epoch was best */
  atomic_int state;        /* NwTrainerState */
  atomic_uint epoch, batch;
  _Atomic double learning_rate;
};

/* ── events ──────────────────────────────────────────────────────────────────────────────────── */

void
nw_event_unref(NwEvent *event)
{
  if (event == NULL || !g_atomic_ref_count_dec(&event->refs))
    return;
  for (guint i = 0; i < event->n_reports; i++)
    g_clear_pointer(&event->reports[i], nw_report_unref);
  g_free(event->reports);
  g_free(event->message);
  g_free(event);
}

static void
push_event(NwTrainer *self, NwEvent *event)
{
  pthread_mutex_lock(&self->lock);
  g_queue_push_tail(&self->events, event);
  pthread_mutex_unlock(&self->lock);
}

static void
push_end(NwTrainer *self, guint epoch, NwEnd end, char *message)
{
  NwEvent *event = g_new0(NwEvent, 1);
  g_atomic_ref_count_init(&event->refs);
  event->type = NW_EVENT_END;
  event->epoch = epoch;
  event->end = end;
  event->message = message;
  push_event(self, event);
}

NwEvent *
nw_trainer_pop_event(NwTrainer *self)
{
  pthread_mutex_lock(&self->lock);
  NwEvent *event = g_queue_pop_head(&self->events);
  pthread_mutex_unlock(&self->lock);
  return event;
}

/* ── making ──────────────────────────────────────────────────────────────────────────────────── */

static void
read_settings(NwTrainer *self, gsize n_train)
{
  const NwParams *training = nw_project_get_training(self->project);

  self->epochs = (guint)nw_params_get_int(training, "epochs");
  self->batch_size = (guint)MIN((gsize)nw_params_get_int(training, "batch_size"), n_train);
  self->n_batches = (guint)((n_train + self->batch_size - 1) / self->batch_size);
  self->seed = (guint64)nw_params_get_int(training, "seed");
  self->shuffle = nw_params_get_bool(training, "shuffle");
  self->early_stopping = nw_params_get_bool(training, "early_stopping");
  self->patience = (guint)nw_params_get_int(training, "patience");
  self->min_delta = nw_params_get_real(training, "min_delta");
  self->optimizer = nw_project_get_optimizer(self->project);
  self->optimizer_params = nw_project_get_optimizer_params(self->project);
  atomic_store(&self->learning_rate, nw_params_get_real(self->optimizer_params, "learning_rate"));
}

static const NwPlan *
validation_plan(const NwTrainer *self)
{
  return self->evaluator == NULL ? NULL : nw_evaluator_get_plan(self->evaluator);
}

static const NwTally *
validation_tally(const NwTrainer *self)
{
  return self->evaluator == NULL ? NULL : nw_evaluator_get_tally(self->evaluator);
}

static gboolean
prepare_folder(NwTrainer *self, const char *folder, GError **error)
{
  if (g_mkdir_with_parents(folder, 0755) != 0) {
    int code = errno;
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("The folder %s cannot be made: %s. Choose another one."), folder,
                g_strerror(code));
    return FALSE;
  }
  self->last_path = g_build_filename(folder, "last.safetensors", NULL);
  self->best_path = g_build_filename(folder, "best.safetensors", NULL);
  return TRUE;
}

static NwCheckpoint
checkpoint_of(NwTrainer *self, guint epoch, guint batch)
{
  return (NwCheckpoint){
      .epoch = epoch,
      .batch = batch,
      .step = self->step,
      .wait = self->wait,
      .best = self->best,
      .learning_rate = atomic_load(&self->learning_rate),
      .seconds = self->seconds + (double)(g_get_monotonic_time() - self->started) / G_USEC_PER_SEC,
      .tally = nw_tally_get_state(self->tally),
      .n_tally = nw_tally_get_n_state(self->tally),
      .history = self->history,
  };
}

/* A folder without a checkpoint was stopped before its first one: the run starts again, which gives
 * the same weights. */
static gboolean
restore(NwTrainer *self, const char *folder, GError **error)
{
  g_autofree char *last = g_build_filename(folder, "last.safetensors", NULL);
  g_autofree char *best = g_build_filename(folder, "best.safetensors", NULL);
  NwCheckpoint checkpoint = checkpoint_of(self, 0, 0);

  if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("%s is no folder; give the one that “train --out” wrote."), folder);
    return FALSE;
  }
  if (!g_file_test(last, G_FILE_TEST_EXISTS))
    return TRUE;
  if (!nw_checkpoint_load(&checkpoint, self->weights, self->fingerprint, last, error))
    return FALSE;
  self->first_epoch = checkpoint.epoch;
  self->restored_batch = checkpoint.batch;
  self->step = checkpoint.step;
  self->wait = checkpoint.wait;
  self->best = checkpoint.best;
  self->seconds = checkpoint.seconds;
  atomic_store(&self->learning_rate, checkpoint.learning_rate);
  atomic_store(&self->epoch, checkpoint.epoch + 1);
  if (!isnan(self->best)) {
    g_autoptr(NwWeights) weights = nw_weights_copy(self->weights);
    if (!nw_weights_load(weights, best, error))
      return FALSE;
    self->best_weights = g_steal_pointer(&weights);
  }
  return TRUE;
}

static gboolean
build(NwTrainer *self, const NwTrainOptions *options, GError **error)
{
  gsize n_train, n_validation;
  const guint32 *rows = nw_dataset_get_split(self->dataset, NW_SPLIT_TRAIN, &n_train);
  const char *monitor;

  nw_dataset_get_split(self->dataset, NW_SPLIT_VALIDATION, &n_validation);
  if (n_train == 0) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("The training split has no rows; make the validation and test parts "
                          "smaller on the Data page."));
    return FALSE;
  }
  read_settings(self, n_train);
  self->plan = nw_plan_new(self->inference, self->batch_size, TRUE, error);
  if (self->plan == NULL)
    return FALSE;
  if (options->weights != NULL)
    self->weights = nw_weights_copy(options->weights);
  else
    self->weights = nw_weights_new(self->inference, self->seed, error);
  if (self->weights == NULL)
    return FALSE;
  nw_weights_prepare_training(self->weights, self->optimizer, self->optimizer_params);
  self->pool = nw_pool_new(options->threads);
  self->exec = nw_exec_new(self->plan, self->weights, self->pool, self->seed, error);
  if (self->exec == NULL)
    return FALSE;
  self->feed = nw_feed_new(self->exec, self->dataset, TRUE, error);
  if (self->feed == NULL)
    return FALSE;
  self->tally = nw_tally_new(self->plan, self->feed);
  if (n_validation > 0) {
    self->evaluator = nw_evaluator_new(self->inference, self->weights, self->dataset, TRUE,
                                       n_validation, self->pool, error);
    if (self->evaluator == NULL)
      return FALSE;
  }
  self->history = nw_run_history_new(self->plan, self->tally, validation_plan(self),
                                     validation_tally(self), self->n_batches);
  monitor = nw_params_get_choice(nw_project_get_training(self->project), "monitor");
  self->monitored = nw_history_find_epoch_series(self->history, monitor);
  if (self->monitored < 0) /* val_loss without validation rows */
    self->monitored = nw_history_find_epoch_series(self->history, "loss");
  self->order = g_memdup2(rows, n_train * sizeof *rows);
  self->checkpoint_seconds =
      options->checkpoint_seconds > 0 ? options->checkpoint_seconds : CHECKPOINT_SECONDS;
  self->fingerprint = nw_checkpoint_fingerprint(self->project);
  self->metadata[1] = nw_dataset_get_preparation(self->dataset);
  self->metadata[0] = self->metadata[1] != NULL ? "preparation" : NULL;
  if (options->out_dir != NULL && !prepare_folder(self, options->out_dir, error))
    return FALSE;
  return options->resume_dir == NULL || restore(self, options->resume_dir, error);
}

NwTrainer *
nw_trainer_new(NwProject *project, NwDataset *dataset, const NwTrainOptions *options,
               GError **error)
{
  static const NwTrainOptions none = {0};
  g_autoptr(NwTrainer) self = g_new0(NwTrainer, 1);

  self->project = nw_project_ref(project);
  self->dataset = nw_dataset_ref(dataset);
  self->inference = nw_inference_new(nw_project_get_graph(project));
  self->best = NAN;
  self->started = g_get_monotonic_time();
  g_queue_init(&self->events);
  pthread_mutex_init(&self->lock, NULL);
  pthread_cond_init(&self->wake, NULL);
  if (!build(self, options != NULL ? options : &none, error))
    return NULL;
  return g_steal_pointer(&self);
}

void
nw_trainer_free(NwTrainer *self)
{
  if (self == NULL)
    return;
  nw_trainer_stop(self);
  nw_trainer_join(self);
  for (NwEvent *event; (event = nw_trainer_pop_event(self)) != NULL;)
    nw_event_unref(event);
  pthread_mutex_destroy(&self->lock);
  pthread_cond_destroy(&self->wake);
  nw_evaluator_free(self->evaluator);
  nw_tally_free(self->tally);
  nw_feed_free(self->feed);
  nw_exec_free(self->exec);
  nw_pool_free(self->pool);
  nw_plan_unref(self->plan);
  nw_weights_unref(self->weights);
  nw_weights_unref(self->best_weights);
  nw_history_unref(self->history);
  nw_inference_unref(self->inference);
  nw_dataset_unref(self->dataset);
  nw_project_unref(self->project);
  g_free(self->order);
  g_free(self->last_path);
  g_free(self->best_path);
  g_free(self->fingerprint);
  g_free(self);
}

/* ── the worker ──────────────────────────────────────────────────────────────────────────────── */

static double
elapsed(const NwTrainer *self)
{
  return self->seconds + (double)(g_get_monotonic_time() - self->started) / G_USEC_PER_SEC;
}

static gboolean
write_last(NwTrainer *self, guint epoch, guint batch, GError **error)
{
  NwCheckpoint checkpoint = checkpoint_of(self, epoch, batch);

  if (self->last_path == NULL)
    return TRUE;
  self->saved = g_get_monotonic_time();
  return nw_checkpoint_save(&checkpoint, self->weights, self->fingerprint, self->metadata,
                            self->last_path, error);
}

/* Waits while paused. Returns FALSE when the run shall stop. */
static gboolean
obey(NwTrainer *self, gboolean epoch_begins)
{
  gboolean go = TRUE;

  pthread_mutex_lock(&self->lock);
  if (self->command == STEP_EPOCH && epoch_begins)
    self->command = PAUSE;
  while (self->command == PAUSE) {
    atomic_store(&self->state, NW_TRAINER_PAUSED);
    pthread_cond_wait(&self->wake, &self->lock);
    if (self->command == STEP_EPOCH)
      break;
  }
  atomic_store(&self->state, NW_TRAINER_RUNNING);
  go = self->command != STOP;
  if (self->command == STEP)
    self->command = PAUSE;
  pthread_mutex_unlock(&self->lock);
  return go;
}

static void
record_step(NwTrainer *self, double total, double *values)
{
  guint n = nw_plan_get_n_terms(self->plan);
  values[0] = total;
  for (guint i = 0; i < n; i++)
    values[1 + i] = nw_exec_get_term(self->exec, i);
  nw_history_append_step(self->history, values);
}

/* One batch: forward, losses, backward, and the optimiser. Returns FALSE when the loss is not
 * finite; the weights are then as before. */
static gboolean
train_batch(NwTrainer *self, guint epoch, guint batch, gsize n_train, double *values)
{
  gsize from = (gsize)batch * self->batch_size;
  gsize n = MIN(self->batch_size, n_train - from);
  double total;

  nw_feed_rows(self->feed, self->order + from, n);
  nw_exec_run(self->exec, n, epoch, batch);
  total = nw_exec_get_total(self->exec);
  record_step(self, total, values);
  if (!isfinite(total))
    return FALSE;
  nw_tally_add(self->tally, self->exec, n);
  self->step++;
  nw_optimize(self->weights, self->optimizer, self->optimizer_params, self->step,
              atomic_load(&self->learning_rate), self->pool);
  return TRUE;
}

/* Better than the best so far by more than min_delta (facts C.4)? */
static gboolean
improves(const NwTrainer *self, double value)
{
  return isnan(self->best) ? isfinite(value) : value < self->best - self->min_delta;
}

static void
keep_best(NwTrainer *self)
{
  pthread_mutex_lock(&self->lock);
  if (self->best_weights == NULL)
    self->best_weights = nw_weights_copy(self->weights);
  else
    nw_weights_assign(self->best_weights, self->weights);
  pthread_mutex_unlock(&self->lock);
}

static void
push_epoch(NwTrainer *self, guint epoch, gboolean is_best)
{
  NwEvent *event = g_new0(NwEvent, 1);

  g_atomic_ref_count_init(&event->refs);
  event->type = NW_EVENT_EPOCH;
  event->epoch = epoch;
  event->is_best = is_best;
  event->n_reports = nw_plan_get_n_outputs(self->plan);
  event->reports = g_new0(NwReport *, event->n_reports + 1);
  for (guint i = 0; self->evaluator != NULL && i < event->n_reports; i++) {
    NwReport *report = nw_evaluator_get_report(self->evaluator, i);
    event->reports[i] = report == NULL ? NULL : nw_report_ref(report);
  }
  push_event(self, event);
}

/* Validation, history, best weights, checkpoints. */
static gboolean
end_epoch(NwTrainer *self, guint epoch, GError **error)
{
  g_autofree double *values = g_new(double, nw_history_get_n_epoch_series(self->history) + 1);
  gboolean is_best;
  gsize n_rows;

  if (self->evaluator != NULL) {
    const guint32 *rows = nw_dataset_get_split(self->dataset, NW_SPLIT_VALIDATION, &n_rows);
    nw_evaluator_run(self->evaluator, rows, n_rows, NULL);
  }
  nw_run_history_take(self->plan, self->tally, validation_plan(self), validation_tally(self),
                      atomic_load(&self->learning_rate), values);
  is_best = improves(self, values[self->monitored]);
  self->wait = is_best ? 0 : self->wait + 1;
  if (is_best)
    self->best = values[self->monitored];
  nw_history_append_epoch(self->history, values, elapsed(self), is_best);
  if (is_best)
    keep_best(self);
  push_epoch(self, epoch + 1, is_best);
  nw_tally_reset(self->tally);
  if (is_best && self->best_path != NULL &&
      !nw_weights_save(self->weights, self->best_path, FALSE, self->metadata, error))
    return FALSE;
  return write_last(self, epoch + 1, 0, error);
}

static char *
not_finite_message(NwTrainer *self, guint epoch, guint batch)
{
  g_autofree char *where = nw_exec_find_not_finite(self->exec);

  return g_strdup_printf(_("The loss became infinite or not a number in epoch %u, batch %u: first "
                           "%s. The best weights are kept; try a smaller learning rate, or scale "
                           "the inputs."),
                         epoch + 1, batch + 1, where != NULL ? where : _("in the total"));
}

/* Trains until the end; returns why, with a sentence. */
static NwEnd
run(NwTrainer *self, guint *epoch_out, char **message)
{
  g_autofree double *values = g_new(double, nw_plan_get_n_terms(self->plan) + 1);
  g_autoptr(GError) error = NULL;
  gsize n_train;
  const guint32 *rows = nw_dataset_get_split(self->dataset, NW_SPLIT_TRAIN, &n_train);
  g_autofree guint32 *places = g_new(guint32, n_train);
  guint first_batch = self->restored_batch;

  for (guint epoch = self->first_epoch; epoch < self->epochs; epoch++) {
    NwRng rng = nw_rng(self->seed, NW_RNG_SHUFFLE, 0, epoch, 0);

    *epoch_out = epoch + 1;
    if (self->early_stopping && epoch > 0 && self->wait >= MAX(self->patience, 1)) {
      *epoch_out = epoch;
      *message = g_strdup_printf(
          _("Stopped after epoch %u: %s did not improve for %u epochs."), epoch,
          nw_history_get_epoch_series(self->history, (guint)self->monitored)->name, self->wait);
      return NW_END_EARLY;
    }
    atomic_store(&self->epoch, epoch + 1);
    if (self->shuffle) {
      nw_rng_permutation(&rng, n_train, places);
      for (gsize i = 0; i < n_train; i++)
        self->order[i] = rows[places[i]];
    }
    for (guint batch = first_batch; batch < self->n_batches; batch++) {
      atomic_store(&self->batch, batch);
      if (!obey(self, batch == 0)) {
        *message = g_strdup_printf(_("Stopped in epoch %u after batch %u."), epoch + 1, batch);
        if (write_last(self, epoch, batch, &error))
          return NW_END_STOPPED;
        *message = (g_free(*message), g_strdup(error->message));
        return NW_END_FAILED;
      }
      if (!train_batch(self, epoch, batch, n_train, values)) {
        *message = not_finite_message(self, epoch, batch);
        return NW_END_NOT_FINITE;
      }
      if (self->last_path != NULL &&
          g_get_monotonic_time() - self->saved >
              (gint64)self->checkpoint_seconds * G_USEC_PER_SEC &&
          !write_last(self, epoch, batch + 1, &error)) {
        *message = g_strdup(error->message);
        return NW_END_FAILED;
      }
    }
    first_batch = 0;
    atomic_store(&self->batch, self->n_batches);
    if (!end_epoch(self, epoch, &error)) {
      *message = g_strdup(error->message);
      return NW_END_FAILED;
    }
  }
  *message = g_strdup_printf(
      ngettext("Trained for %u epoch.", "Trained for %u epochs.", self->epochs), self->epochs);
  return NW_END_EPOCHS;
}

static void *
worker_main(void *arg)
{
  NwTrainer *self = arg;
  guint epoch = self->first_epoch;
  char *message = NULL;
  NwEnd end = run(self, &epoch, &message);

  atomic_store(&self->state, NW_TRAINER_ENDED);
  push_end(self, epoch, end, message);
  return NULL;
}

/* ── for the main thread ─────────────────────────────────────────────────────────────────────── */

static void
command(NwTrainer *self, Command what)
{
  pthread_mutex_lock(&self->lock);
  if (self->command != STOP)
    self->command = what;
  pthread_cond_broadcast(&self->wake);
  pthread_mutex_unlock(&self->lock);
}

void
nw_trainer_start(NwTrainer *self)
{
  g_return_if_fail(!self->has_thread);
  self->started = self->saved = g_get_monotonic_time();
  atomic_store(&self->state, NW_TRAINER_RUNNING);
  if (pthread_create(&self->thread, NULL, worker_main, self) != 0) {
    atomic_store(&self->state, NW_TRAINER_ENDED);
    push_end(self, 0, NW_END_FAILED,
             g_strdup(_("The system gives no thread to train in; close other programs.")));
    return;
  }
  self->has_thread = TRUE;
}

void
nw_trainer_pause(NwTrainer *self)
{
  command(self, PAUSE);
}

void
nw_trainer_resume(NwTrainer *self)
{
  command(self, GO);
}

void
nw_trainer_step(NwTrainer *self)
{
  command(self, STEP);
}

void
nw_trainer_step_epoch(NwTrainer *self)
{
  command(self, STEP_EPOCH);
}

void
nw_trainer_stop(NwTrainer *self)
{
  command(self, STOP);
}

void
nw_trainer_join(NwTrainer *self)
{
  if (self->has_thread)
    pthread_join(self->thread, NULL);
  self->has_thread = FALSE;
}

void
nw_trainer_set_learning_rate(NwTrainer *self, double rate)
{
  g_return_if_fail(isfinite(rate) && rate >= 0);
  atomic_store(&self->learning_rate, rate);
}

double
nw_trainer_get_learning_rate(const NwTrainer *self)
{
  return atomic_load(&self->learning_rate);
}

NwTrainerState
nw_trainer_get_state(const NwTrainer *self)
{
  return (NwTrainerState)atomic_load(&self->state);
}

void
nw_trainer_get_progress(const NwTrainer *self, guint *epoch, guint *epochs, guint *batch,
                        guint *n_batches)
{
  if (epoch != NULL)
    *epoch = MAX(atomic_load(&self->epoch), 1);
  if (epochs != NULL)
    *epochs = self->epochs;
  if (batch != NULL)
    *batch = atomic_load(&self->batch);
  if (n_batches != NULL)
    *n_batches = self->n_batches;
}

NwHistory *
nw_trainer_get_history(const NwTrainer *self)
{
  return self->history;
}

NwProject *
nw_trainer_get_project(const NwTrainer *self)
{
  return self->project;
}

gsize
nw_trainer_get_bytes(const NwTrainer *self)
{
  gsize bytes = nw_plan_get_arena_bytes(self->plan);

  if (self->evaluator != NULL)
    bytes += nw_plan_get_arena_bytes(nw_evaluator_get_plan(self->evaluator));
  for (guint i = 0; i < nw_weights_get_n(self->weights); i++) {
    const NwWeight *weight = nw_weights_get(self->weights, i);
    gsize copies = 1 + (weight->gradient != NULL);
    for (gsize s = 0; s < NW_MAX_SLOTS; s++)
      copies += weight->slots[s] != NULL;
    bytes += copies * weight->n * sizeof(NwReal);
  }
  return bytes;
}

NwWeights *
nw_trainer_dup_weights(NwTrainer *self, gboolean best)
{
  NwWeights *copy = NULL;

  pthread_mutex_lock(&self->lock);
  if (best && self->best_weights != NULL)
    copy = nw_weights_copy(self->best_weights);
  pthread_mutex_unlock(&self->lock);
  if (copy == NULL && nw_trainer_get_state(self) != NW_TRAINER_RUNNING)
    copy = nw_weights_copy(self->weights);
  return copy;
}
