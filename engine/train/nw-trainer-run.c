/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The worker's half of the trainer: batches, epochs, and what is written down of them. */
#include "nw-trainer-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>

#include "nw-optimize.h"
#include "nw-run-history.h"

/* ── telling ─────────────────────────────────────────────────────────────────────────────────── */

static void
push_event(NwTrainer *self, NwEvent *event)
{
  pthread_mutex_lock(&self->lock);
  g_queue_push_tail(&self->events, event);
  pthread_mutex_unlock(&self->lock);
}

void
nw_trainer_push_end(NwTrainer *self, guint epoch, NwEnd end, char *message)
{
  NwEvent *event = g_new0(NwEvent, 1);
  atomic_init(&event->refs, 1);
  event->type = NW_EVENT_END;
  event->epoch = epoch;
  event->end = end;
  event->message = message;
  push_event(self, event);
}

/* ── working ──────────────────────────────────────────────────────────────────────────────── */

static double
elapsed(const NwTrainer *self)
{
  return self->seconds + (double)(g_get_monotonic_time() - self->started) / G_USEC_PER_SEC;
}

static gboolean
write_last(NwTrainer *self, guint epoch, guint batch, GError **error)
{
  NwCheckpoint checkpoint = nw_trainer_checkpoint(self, epoch, batch);

  if (self->last_path == NULL)
    return TRUE;
  self->saved = g_get_monotonic_time();
  self->last_written = nw_checkpoint_save(&checkpoint, self->weights, self->fingerprint,
                                          self->metadata, self->last_path, error);
  return self->last_written;
}

/* Waits while paused. Returns FALSE when the run shall stop. */
static gboolean
obey(NwTrainer *self, gboolean epoch_begins)
{
  gboolean go = TRUE;

  pthread_mutex_lock(&self->lock);
  if (self->command == NW_STEP_EPOCH && epoch_begins)
    self->command = NW_PAUSE;
  while (self->command == NW_PAUSE) {
    atomic_store(&self->state, NW_TRAINER_PAUSED);
    pthread_cond_wait(&self->wake, &self->lock);
    if (self->command == NW_STEP_EPOCH)
      break;
  }
  atomic_store(&self->state, NW_TRAINER_RUNNING);
  go = self->command != NW_STOP;
  if (self->command == NW_STEP)
    self->command = NW_PAUSE;
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
    self->best_weights = nw_weights_copy(self->judged);
  else
    nw_weights_assign(self->best_weights, self->judged);
  pthread_mutex_unlock(&self->lock);
}

static void
push_epoch(NwTrainer *self, guint epoch, gboolean is_best)
{
  NwEvent *event = g_new0(NwEvent, 1);

  atomic_init(&event->refs, 1);
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

  if (self->judged != self->weights)
    nw_weights_assign_averages(self->judged, self->weights);
  if (self->evaluator != NULL) {
    const guint32 *rows = nw_dataset_get_split(self->dataset, NW_SPLIT_VALIDATION, &n_rows);
    nw_evaluator_run(self->evaluator, rows, n_rows, NULL);
  }
  nw_run_history_take(self->plan, self->tally, nw_trainer_validation_plan(self),
                      nw_trainer_validation_tally(self), atomic_load(&self->learning_rate), values);
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
      !nw_weights_save(self->judged, self->best_path, FALSE, self->metadata, error))
    return FALSE;
  return write_last(self, epoch + 1, 0, error);
}

static char *
not_finite_message(NwTrainer *self, guint epoch, guint batch)
{
  g_autofree char *where = nw_exec_find_not_finite(self->exec);
  const char *format =
      self->best_weights != NULL
          ? _("The loss became infinite or not a number in epoch %u, batch %u: first %s. The best "
              "weights are kept; try a smaller learning rate, or scale the inputs.")
          : _("The loss became infinite or not a number in epoch %u, batch %u: first %s. No epoch "
              "ended before, so there are no best weights; try a smaller learning rate, or scale "
              "the inputs.");

  return g_strdup_printf(format, epoch + 1, batch + 1, where != NULL ? where : _("in the total"));
}

/* Into another folder than the one it continues, a run takes along what the next one needs. */
static gboolean
begin_folder(NwTrainer *self, GError **error)
{
  if (self->last_path == NULL || (self->first_epoch == 0 && self->restored_batch == 0))
    return TRUE;
  if (self->best_weights != NULL &&
      !nw_weights_save(self->best_weights, self->best_path, FALSE, self->metadata, error))
    return FALSE;
  return write_last(self, self->first_epoch, self->restored_batch, error);
}

/* What an earlier run left in the folder does not pass for the weights of this one. Nothing is
 * taken away before this run has ended with none of its own. */
static void
end_folder(NwTrainer *self)
{
  if (self->last_path == NULL)
    return;
  if (self->best_weights == NULL)
    g_unlink(self->best_path);
  if (!self->last_written)
    g_unlink(self->last_path);
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

  if (!begin_folder(self, &error)) {
    *message = g_strdup(error->message);
    return NW_END_FAILED;
  }
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

void *
nw_trainer_run(void *arg)
{
  NwTrainer *self = arg;
  guint epoch = self->first_epoch;
  char *message = NULL;
  NwEnd end = run(self, &epoch, &message);

  if (end != NW_END_FAILED)
    end_folder(self);
  atomic_store(&self->state, NW_TRAINER_ENDED);
  nw_trainer_push_end(self, epoch, end, message);
  return NULL;
}
