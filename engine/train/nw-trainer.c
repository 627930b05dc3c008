/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-trainer-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "nw-blas.h"
#include "nw-cpu.h"
#include "nw-error.h"
#include "nw-given-weights.h"
#include "nw-run-history.h"

/* Seconds between writes of `last` inside an epoch, unless the options say otherwise. */
#define CHECKPOINT_SECONDS 30

/* ── making ──────────────────────────────────────────────────────────────────────────────────── */

static void
read_settings(NwTrainer *self, gsize n_train)
{
  const NwParams *training = nw_project_get_training(self->project);

  self->training = training;
  self->schedule = nw_schedule_kind_find(nw_params_get_choice(training, "schedule"));
  self->known_epochs = (guint)nw_params_get_int(training, "epochs");
  atomic_store(&self->epochs, self->known_epochs);
  self->batch_size = (guint)MIN((gsize)nw_params_get_int(training, "batch_size"), n_train);
  self->n_batches = (guint)((n_train + self->batch_size - 1) / self->batch_size);
  self->seed = (guint64)nw_params_get_int(training, "seed");
  self->shuffle = nw_params_get_bool(training, "shuffle");
  self->optimizer = nw_project_get_optimizer(self->project);
  self->optimizer_params = nw_project_get_optimizer_params(self->project);
  self->rate = nw_params_get_real(self->optimizer_params, "learning_rate");
  atomic_store(&self->learning_rate, self->rate);
  for (gsize i = 0; i < NW_SCHEDULE_MAX_STATE; i++)
    self->schedule_state[i] = NAN;
}

/* Losses weigh what the network says until somebody changes it. */
static void
prepare_loss_weights(NwTrainer *self)
{
  guint n = nw_plan_get_n_outputs(self->plan);

  self->loss_weights = g_new(double, n + 1);
  self->wanted_weights = g_new(_Atomic double, n + 1);
  for (guint i = 0; i < n; i++) {
    self->loss_weights[i] = nw_plan_get_output(self->plan, i)->weight;
    atomic_init(&self->wanted_weights[i], self->loss_weights[i]);
  }
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
  self->folder = g_strdup(folder);
  self->last_path = g_build_filename(folder, "last.safetensors", NULL);
  self->best_path = g_build_filename(folder, "best.safetensors", NULL);
  return TRUE;
}

NwCheckpoint
nw_trainer_checkpoint(NwTrainer *self, guint epoch, guint batch)
{
  return (NwCheckpoint){
      .epoch = epoch,
      .batch = batch,
      .step = self->step,
      .learning_rate = self->rate,
      .scheduled = self->scheduled,
      .seconds = self->seconds + (double)(g_get_monotonic_time() - self->started) / G_USEC_PER_SEC,
      .states = {{"run/tally", nw_tally_get_state(self->tally), nw_tally_get_n_state(self->tally)},
                 {"run/monitor", nw_monitor_get_state(self->monitor),
                  nw_monitor_get_n_state(self->monitor)},
                 {"run/schedule", self->schedule_state, NW_SCHEDULE_MAX_STATE},
                 {"run/loss_weights", self->loss_weights, nw_plan_get_n_outputs(self->plan)}},
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
  NwCheckpoint checkpoint = nw_trainer_checkpoint(self, 0, 0);

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
  self->step = self->earlier_steps = checkpoint.step;
  self->seconds = checkpoint.seconds;
  self->rate = checkpoint.learning_rate;
  self->scheduled = checkpoint.scheduled;
  atomic_store(&self->learning_rate, self->rate);
  for (guint i = 0; i < nw_plan_get_n_outputs(self->plan); i++) {
    atomic_store(&self->wanted_weights[i], self->loss_weights[i]);
    nw_trainer_apply_loss_weight(self, i);
  }
  nw_trainer_freeze_finished(self);
  atomic_store(&self->epoch, checkpoint.epoch + 1);
  if (nw_monitor_has_best(self->monitor)) {
    g_autoptr(NwWeights) weights = nw_weights_copy(self->weights);
    if (!nw_weights_load(weights, best, error))
      return FALSE;
    self->best_weights = g_steal_pointer(&weights);
  }
  return TRUE;
}

/* The header of both files: the same seed gives the same bits only with the same kernels and the
 * same BLAS. */
static void
describe_files(NwTrainer *self)
{
  const char *preparation = nw_dataset_get_preparation(self->dataset);
  const char *const pairs[] = {"kernels",
                               nw_cpu_name(nw_cpu_get()),
                               "blas",
                               nw_blas_describe(),
                               preparation != NULL ? "preparation" : NULL,
                               preparation,
                               NULL};

  G_STATIC_ASSERT(sizeof pairs == sizeof self->metadata);
  memcpy(self->metadata, pairs, sizeof pairs);
}

static gboolean
build(NwTrainer *self, const NwTrainOptions *options, GError **error)
{
  gsize n_train, n_validation;
  const guint32 *rows = nw_dataset_get_split(self->dataset, NW_SPLIT_TRAIN, &n_train);

  nw_dataset_get_split(self->dataset, NW_SPLIT_VALIDATION, &n_validation);
  if (n_train == 0) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("The training split has no rows; make the validation and test parts "
                          "smaller on the Data page."));
    return FALSE;
  }
  read_settings(self, n_train);
  if (self->schedule->check != NULL && !self->schedule->check(self->training, error))
    return FALSE;
  self->plan = nw_plan_new(self->inference, self->batch_size, TRUE, error);
  if (self->plan == NULL)
    return FALSE;
  if (options->weights != NULL)
    self->weights = nw_weights_copy(options->weights);
  else
    self->weights = nw_weights_new(self->inference, self->seed, error);
  if (self->weights == NULL)
    return FALSE;
  if (options->weights == NULL && options->resume_dir == NULL &&
      !nw_weights_give(self->weights, self->inference, options->base_dir, error))
    return FALSE;
  if (!nw_weights_prepare_training(self->weights, self->optimizer, self->optimizer_params, error))
    return FALSE;
  self->pool = nw_pool_new(options->threads);
  self->exec = nw_exec_new(self->plan, self->weights, self->pool, self->seed, error);
  if (self->exec != NULL)
    nw_exec_defer_gradients(self->exec);
  if (self->exec == NULL)
    return FALSE;
  self->watch = nw_watch_new(self->inference, self->exec, self->weights, options->watching);
  self->feed = nw_feed_new(self->exec, self->dataset, TRUE, error);
  if (self->feed == NULL)
    return FALSE;
  self->tally = nw_tally_new(self->plan, self->feed, FALSE);
  self->judged = nw_weights_get_common(self->weights)->judge_average
                     ? nw_weights_copy(self->weights)
                     : nw_weights_ref(self->weights);
  if (n_validation > 0) {
    self->evaluator = nw_evaluator_new(self->inference, self->judged, self->dataset, TRUE,
                                       n_validation, self->pool, error);
    if (self->evaluator == NULL)
      return FALSE;
    nw_evaluator_bypass_recalibration(self->evaluator);
  }
  self->history = nw_run_history_new(self->plan, self->tally, nw_trainer_validation_plan(self),
                                     nw_trainer_validation_tally(self), self->n_batches);
  self->monitor = nw_monitor_new(self->training, self->history, error);
  if (self->monitor == NULL)
    return FALSE;
  prepare_loss_weights(self);
  self->order = g_memdup2(rows, n_train * sizeof *rows);
  self->checkpoint_seconds =
      options->checkpoint_seconds > 0 ? options->checkpoint_seconds : CHECKPOINT_SECONDS;
  self->changes = g_memdup2(options->changes, options->n_changes * sizeof *options->changes);
  self->n_changes = options->n_changes;
  self->stop_after = options->stop_after;
  self->fingerprint = nw_checkpoint_fingerprint(self->project);
  describe_files(self);
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
  nw_watch_free(self->watch);
  nw_feed_free(self->feed);
  nw_exec_free(self->exec);
  nw_pool_free(self->pool);
  nw_plan_unref(self->plan);
  nw_weights_unref(self->weights);
  nw_weights_unref(self->judged);
  nw_weights_unref(self->best_weights);
  nw_history_unref(self->history);
  nw_inference_unref(self->inference);
  nw_dataset_unref(self->dataset);
  nw_project_unref(self->project);
  nw_monitor_free(self->monitor);
  g_free(self->loss_weights);
  g_free(self->wanted_weights);
  g_free(self->order);
  g_free(self->changes);
  g_free(self->folder);
  g_free(self->last_path);
  g_free(self->best_path);
  g_free(self->fingerprint);
  g_free(self);
}

/* ── for the main thread ─────────────────────────────────────────────────────────────────────── */

static void
command(NwTrainer *self, NwCommand what)
{
  pthread_mutex_lock(&self->lock);
  if (self->command != NW_STOP)
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
  if (pthread_create(&self->thread, NULL, nw_trainer_run, self) != 0) {
    atomic_store(&self->state, NW_TRAINER_ENDED);
    nw_trainer_push_end(
        self, 0, NW_END_FAILED,
        g_strdup(_("The system gives no thread to train in; close other programs.")));
    return;
  }
  self->has_thread = TRUE;
}

void
nw_trainer_pause(NwTrainer *self)
{
  command(self, NW_PAUSE);
}

void
nw_trainer_resume(NwTrainer *self)
{
  command(self, NW_GO);
}

void
nw_trainer_step(NwTrainer *self)
{
  command(self, NW_STEP);
}

void
nw_trainer_step_epoch(NwTrainer *self)
{
  command(self, NW_STEP_EPOCH);
}

void
nw_trainer_stop(NwTrainer *self)
{
  command(self, NW_STOP);
}

void
nw_trainer_join(NwTrainer *self)
{
  if (self->has_thread)
    pthread_join(self->thread, NULL);
  self->has_thread = FALSE;
}

/* Epochs to be trained; a run that has ended stands at first_epoch. TRUE: it had ended. */
static gboolean
add_epochs(NwTrainer *self, guint n)
{
  pthread_mutex_lock(&self->lock);
  gboolean ended = nw_trainer_get_state(self) == NW_TRAINER_ENDED;
  atomic_store(&self->epochs, n + (ended ? self->first_epoch : atomic_load(&self->epochs)));
  self->is_extended = TRUE;
  if (ended)
    self->command = NW_GO;
  pthread_mutex_unlock(&self->lock);
  return ended;
}

gboolean
nw_trainer_may_extend(const NwTrainer *self, GError **error)
{
  if (!nw_schedule_spans_run(self->training))
    return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("The schedule “%s” reaches to the end of the run, so that it cannot be made longer; "
                "choose another schedule, or more epochs, and train anew."),
              _(self->schedule->title));
  return FALSE;
}

gboolean
nw_trainer_extend(NwTrainer *self, guint n, GError **error)
{
  if (!nw_trainer_may_extend(self, error))
    return FALSE;
  if (add_epochs(self, n)) {
    nw_trainer_join(self);
    nw_trainer_start(self);
  }
  return TRUE;
}

gboolean
nw_trainer_revert(NwTrainer *self)
{
  gboolean has_best;

  pthread_mutex_lock(&self->lock);
  has_best = self->best_weights != NULL;
  pthread_mutex_unlock(&self->lock);
  if (has_best)
    atomic_store(&self->wants_revert, TRUE);
  return has_best;
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

void
nw_trainer_set_loss_weight(NwTrainer *self, guint output, double weight)
{
  g_return_if_fail(output < nw_plan_get_n_outputs(self->plan) && isfinite(weight) && weight >= 0);
  atomic_store(&self->wanted_weights[output], weight);
}

double
nw_trainer_get_loss_weight(const NwTrainer *self, guint output)
{
  g_return_val_if_fail(output < nw_plan_get_n_outputs(self->plan), 0);
  return atomic_load(&self->wanted_weights[output]);
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
    *epochs = atomic_load(&self->epochs);
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

NwDataset *
nw_trainer_get_dataset(const NwTrainer *self)
{
  return self->dataset;
}

guint64
nw_trainer_get_first_step(const NwTrainer *self)
{
  return self->earlier_steps;
}

gsize
nw_trainer_get_bytes(const NwTrainer *self)
{
  gsize bytes = nw_plan_get_arena_bytes(self->plan);

  if (self->evaluator != NULL)
    bytes += nw_plan_get_arena_bytes(nw_evaluator_get_plan(self->evaluator));
  for (guint i = 0; i < nw_weights_get_n(self->weights); i++) {
    const NwWeight *weight = nw_weights_get(self->weights, i);
    gsize copies = 1 + (weight->gradient != NULL) + (weight->average != NULL) +
                   (weight->accumulated != NULL) + (self->judged != self->weights);
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
  if (copy == NULL && nw_trainer_get_state(self) != NW_TRAINER_RUNNING) {
    copy = nw_weights_copy(self->weights);
    nw_weights_assign_averages(copy, self->weights);
  }
  return copy;
}

NwEvent *
nw_trainer_pop_event(NwTrainer *self)
{
  pthread_mutex_lock(&self->lock);
  NwEvent *event = g_queue_pop_head(&self->events);
  pthread_mutex_unlock(&self->lock);
  return event;
}

void
nw_event_unref(NwEvent *event)
{
  if (event == NULL || atomic_fetch_sub(&event->refs, 1) != 1)
    return;
  for (guint i = 0; i < event->n_reports; i++)
    g_clear_pointer(&event->reports[i], nw_report_unref);
  nw_health_unref(event->health);
  g_free(event->reports);
  g_free(event->message);
  g_free(event);
}
