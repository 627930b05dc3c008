/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The worker's half of the trainer: batches, epochs, and what is written down of them. */
#include "nw-trainer-private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "nw-memory.h"
#include "nw-optimize.h"
#include "nw-run-history.h"

/* ── telling ─────────────────────────────────────────────────────────────────────────────────── */

static NwEvent *
new_event(NwEventType type, guint epoch)
{
  NwEvent *event = g_new0(NwEvent, 1);

  atomic_init(&event->refs, 1);
  event->type = type;
  event->epoch = epoch;
  return event;
}

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
  NwEvent *event = new_event(NW_EVENT_END, epoch);

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

/* ── checkpoints that are kept ───────────────────────────────────────────────────────────────── */

static int
compare_names_cb(gconstpointer a, gconstpointer b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Takes away the oldest checkpoints in @folder, whose names count up, until @keep are left. */
static void
remove_oldest(const char *folder, const char *prefix, guint keep)
{
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name(dir)) != NULL)
    if (g_str_has_prefix(name, prefix) && g_str_has_suffix(name, ".safetensors"))
      g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, compare_names_cb);
  for (guint i = 0; i + keep < names->len; i++) {
    g_autofree char *path = g_build_filename(folder, g_ptr_array_index(names, i), NULL);
    g_unlink(path);
  }
}

/* Every so many epochs or batches (@count) one more file in the folder “checkpoints”, complete as
 * last.safetensors is. */
static gboolean
keep_checkpoint(NwTrainer *self, const char *unit, guint64 count, guint epoch, guint batch,
                GError **error)
{
  gint64 every = nw_params_get_int(self->training, "checkpoint_every");
  gint64 keep = nw_params_get_int(self->training, "checkpoint_keep");
  NwCheckpoint checkpoint = nw_trainer_checkpoint(self, epoch, batch);
  g_autofree char *folder = NULL, *name = NULL, *path = NULL, *prefix = NULL;

  if (self->folder == NULL || every == 0 || count % (guint64)every != 0 ||
      strcmp(nw_params_get_choice(self->training, "checkpoint_unit"), unit) != 0)
    return TRUE;
  folder = g_build_filename(self->folder, "checkpoints", NULL);
  prefix = g_strdup_printf("%s-", unit);
  name = g_strdup_printf("%s%010" G_GUINT64_FORMAT ".safetensors", prefix, count);
  path = g_build_filename(folder, name, NULL);
  g_mkdir_with_parents(folder, 0755);
  if (!nw_checkpoint_save(&checkpoint, self->weights, self->fingerprint, self->metadata, path,
                          error))
    return FALSE;
  if (keep > 0)
    remove_oldest(folder, prefix, (guint)keep);
  return TRUE;
}

static gboolean
keep_epoch(NwTrainer *self, guint epoch, GError **error)
{
  return keep_checkpoint(self, "epochs", epoch, epoch, 0, error);
}

static gboolean
keep_batch(NwTrainer *self, guint epoch, guint batch, GError **error)
{
  return keep_checkpoint(self, "batches", self->step, epoch, batch, error);
}

/* ── batches and epochs ──────────────────────────────────────────────────────────────────────── */

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
  self->alone = self->command == NW_STEP;
  if (self->command == NW_STEP)
    self->command = NW_PAUSE;
  pthread_mutex_unlock(&self->lock);
  return go;
}

/* Looks ten times a second: steps may be shorter than a look. */
static double
measure_memory(NwTrainer *self, double now)
{
  if (self->memory == 0 || now - self->measured > 0.1) {
    gsize bytes = nw_memory_get_resident();
    self->memory = bytes > 0 ? (double)bytes : NAN;
    self->measured = now;
  }
  return self->memory;
}

static void
record_step(NwTrainer *self, double total, double rate, double norm, double *values)
{
  guint n = nw_plan_get_n_terms(self->plan);
  double now = elapsed(self);

  values[0] = total;
  for (guint i = 0; i < n; i++)
    values[1 + i] = nw_exec_get_term(self->exec, i);
  values[1 + n] = now;
  values[2 + n] = measure_memory(self, now);
  values[3 + n] = rate;
  values[4 + n] = norm;
  nw_history_append_step(self->history, values);
}

void
nw_trainer_apply_loss_weight(NwTrainer *self, guint output)
{
  nw_exec_set_output_weight(self->exec, output, self->loss_weights[output]);
  if (self->evaluator != NULL)
    nw_evaluator_set_output_weight(self->evaluator, output, self->loss_weights[output]);
}

/* Batches so far, as the history counts them. */
static guint64
count_batches(const NwTrainer *self)
{
  return self->step + self->n_failed;
}

static void
repeat_change(NwTrainer *self, const NwChange *change)
{
  if (change->output == NW_CHANGE_RATE)
    atomic_store(&self->learning_rate, change->value);
  else if (change->output == NW_CHANGE_REVERT)
    atomic_store(&self->wants_revert, TRUE);
  else if (change->output == NW_CHANGE_EPOCHS) {
    pthread_mutex_lock(&self->lock);
    atomic_store(&self->epochs, (guint)change->value);
    self->is_extended = TRUE;
    pthread_mutex_unlock(&self->lock);
  } else if ((guint)change->output < nw_plan_get_n_outputs(self->plan))
    atomic_store(&self->wanted_weights[change->output], change->value);
}

/* What was changed at this step of a run that is repeated. */
static void
repeat_changes(NwTrainer *self)
{
  for (; self->next_repeated < self->n_changes &&
         self->changes[self->next_repeated].step <= count_batches(self);
       self->next_repeated++)
    repeat_change(self, &self->changes[self->next_repeated]);
}

/* Of a run that is repeated: had it ended here, and gone on for more epochs? */
static gboolean
was_extended_here(const NwTrainer *self)
{
  for (gsize i = self->next_repeated;
       i < self->n_changes && self->changes[i].step <= count_batches(self); i++)
    if (self->changes[i].output == NW_CHANGE_EPOCHS)
      return TRUE;
  return FALSE;
}

static gboolean
take_extension(NwTrainer *self)
{
  pthread_mutex_lock(&self->lock);
  gboolean is_extended = self->is_extended;
  self->is_extended = FALSE;
  self->known_epochs = atomic_load(&self->epochs);
  pthread_mutex_unlock(&self->lock);
  return is_extended;
}

static void
write_change(NwTrainer *self, int output, double value)
{
  nw_history_append_change(self->history, &(NwChange){count_batches(self), output, value});
}

/* Values, and averages that are kept of them. */
static void
revert(NwTrainer *self)
{
  double epoch = nw_history_get_best_epoch(self->history) + 1;

  nw_weights_assign(self->weights, self->best_weights);
  for (guint i = 0; i < nw_weights_get_n(self->weights); i++) {
    NwWeight *weight = nw_weights_get(self->weights, i);
    if (weight->average != NULL)
      memcpy(weight->average, weight->value, weight->n * sizeof *weight->value);
  }
  write_change(self, NW_CHANGE_REVERT, epoch);
}

/* What the person changed since the last batch. */
static void
take_changes(NwTrainer *self)
{
  repeat_changes(self);
  double rate = atomic_load(&self->learning_rate);

  if (take_extension(self)) {
    write_change(self, NW_CHANGE_EPOCHS, self->known_epochs);
    nw_monitor_renew(self->monitor);
    nw_trainer_freeze_finished(self);
  }
  if (atomic_exchange(&self->wants_revert, FALSE))
    revert(self);
  if (rate != self->rate) {
    write_change(self, NW_CHANGE_RATE, rate);
    self->rate = rate;
  }
  for (guint i = 0; i < nw_plan_get_n_outputs(self->plan); i++) {
    double weight = atomic_load(&self->wanted_weights[i]);
    if (weight == self->loss_weights[i])
      continue;
    write_change(self, (int)i, weight);
    self->loss_weights[i] = weight;
    nw_trainer_apply_loss_weight(self, i);
  }
}

/* Of the batch at hand, the schedule applied. */
static double
scheduled_rate(const NwTrainer *self)
{
  if (self->schedule->at == NULL)
    return self->rate;
  return self->schedule->at(self->training, self->rate, self->step,
                            (guint64)self->known_epochs * self->n_batches);
}

/* Ends a look at the layers, if this was a batch to look at. */
static void
push_health(NwTrainer *self, guint epoch, guint batch, gboolean moved)
{
  double epochs = epoch + (batch + 1.0) / self->n_batches;
  NwHealth *health = nw_watch_end_step(self->watch, epochs, moved);
  NwEvent *event;

  if (health == NULL)
    return;
  event = new_event(NW_EVENT_HEALTH, epoch + 1);
  event->health = health;
  push_event(self, event);
}

/* One batch: forward, losses, backward, and the optimiser. Returns FALSE when the loss is not
 * finite; the weights are then as before. */
static gboolean
train_batch(NwTrainer *self, guint epoch, guint batch, gsize n_train, double *values)
{
  gsize from = (gsize)batch * self->batch_size;
  gsize n = MIN(self->batch_size, n_train - from);
  double total, norm;

  self->scheduled = scheduled_rate(self);
  nw_watch_begin_step(self->watch, self->step + 1, batch + 1 == self->n_batches, self->alone);
  nw_feed_rows(self->feed, self->order + from, n);
  nw_exec_run(self->exec, n, epoch, batch);
  total = nw_exec_get_total(self->exec);
  if (!isfinite(total)) {
    push_health(self, epoch, batch, FALSE);
    record_step(self, total, self->scheduled, NAN, values);
    self->n_failed++;
    return FALSE;
  }
  nw_tally_add(self->tally, self->exec, n);
  self->step++;
  norm = nw_optimize(self->weights, self->optimizer, self->optimizer_params, self->step,
                     self->scheduled, self->pool);
  nw_constrain(self->weights, self->pool);
  push_health(self, epoch, batch, TRUE);
  record_step(self, total, self->scheduled, norm, values);
  return TRUE;
}

/* A schedule that looks at results, unless the person has just decided otherwise. */
static void
reduce_rate(NwTrainer *self, double value)
{
  double rate = self->rate, reduced;

  if (self->schedule->after_epoch == NULL)
    return;
  reduced = self->schedule->after_epoch(self->training, self->schedule_state, value, rate);
  if (atomic_compare_exchange_strong(&self->learning_rate, &rate, reduced))
    self->rate = reduced;
}

/* The layers of @node and of all that it is made from. */
static void
add_layers_before(NwGraph *graph, const NwNode *node, GHashTable *nodes, GHashTable *layers)
{
  if (node == NULL || !g_hash_table_add(nodes, GUINT_TO_POINTER(node->uid)))
    return;
  g_hash_table_add(layers, GUINT_TO_POINTER(node->layer->uid));
  for (guint i = 0; i < node->n_inputs; i++)
    add_layers_before(graph, nw_graph_find_node(graph, node->inputs[i].node), nodes, layers);
}

/* Is the node an end of the network that still trains? */
static gboolean
trains(const NwTrainer *self, const NwNode *node)
{
  for (guint i = 0; i < nw_plan_get_n_outputs(self->plan); i++)
    if (nw_plan_get_output(self->plan, i)->node == node->uid)
      return !nw_monitor_is_finished(self->monitor, i);
  return nw_layer_kind_n_outputs(node->layer->kind) == 0;
}

/* The loss of a finished output has no gradient, and layers that lead to finished outputs alone
 * keep their weights: no decay, no momentum, no average moves them. */
void
nw_trainer_freeze_finished(NwTrainer *self)
{
  NwGraph *graph = nw_project_get_graph(self->project);
  g_autoptr(GHashTable) nodes = g_hash_table_new(NULL, NULL), layers = g_hash_table_new(NULL, NULL);
  gboolean any = FALSE;

  for (guint i = 0; i < nw_plan_get_n_outputs(self->plan); i++) {
    gboolean frozen = nw_monitor_is_finished(self->monitor, i);
    nw_exec_set_output_frozen(self->exec, i, frozen);
    any |= frozen;
  }
  for (guint i = 0; any && i < nw_graph_get_n_nodes(graph); i++)
    if (trains(self, nw_graph_get_node(graph, i)))
      add_layers_before(graph, nw_graph_get_node(graph, i), nodes, layers);
  for (guint i = 0; i < nw_weights_get_n(self->weights); i++) {
    NwWeight *weight = nw_weights_get(self->weights, i);
    weight->resting = any && !g_hash_table_contains(layers, GUINT_TO_POINTER(weight->layer));
  }
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
  NwEvent *event = new_event(NW_EVENT_EPOCH, epoch);

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
    nw_evaluator_run(self->evaluator, rows, n_rows, NULL, NULL);
  }
  nw_run_history_take(self->plan, self->tally, nw_trainer_validation_plan(self),
                      nw_trainer_validation_tally(self), self->scheduled, values);
  is_best = nw_monitor_judge(self->monitor, epoch, values);
  reduce_rate(self, nw_monitor_get_value(self->monitor, values));
  nw_trainer_freeze_finished(self);
  nw_history_append_epoch(self->history, values, elapsed(self), is_best);
  if (is_best)
    keep_best(self);
  push_epoch(self, epoch + 1, is_best);
  nw_tally_reset(self->tally);
  if (is_best && self->best_path != NULL &&
      !nw_weights_save(self->judged, self->best_path, FALSE, self->metadata, error))
    return FALSE;
  return write_last(self, epoch + 1, 0, error) && keep_epoch(self, epoch + 1, error);
}

static char *
not_finite_message(NwTrainer *self, guint epoch, guint batch)
{
  const guint32 *rows = self->order + (gsize)batch * self->batch_size;
  g_autofree char *fault = nw_exec_find_bad_data(self->exec, rows);
  g_autofree char *where = nw_exec_find_not_finite(self->exec);
  const char *format;

  if (fault != NULL)
    return g_strdup_printf(self->best_weights != NULL
                               ? _("Stopped in epoch %u, batch %u: %s. The best weights are kept.")
                               : _("Stopped in epoch %u, batch %u: %s. No epoch ended before, so "
                                   "there are no best weights."),
                           epoch + 1, batch + 1, fault);
  format =
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
  g_autofree double *values = g_new(double, nw_history_get_n_step_series(self->history));
  g_autoptr(GError) error = NULL;
  gsize n_train;
  const guint32 *rows = nw_dataset_get_split(self->dataset, NW_SPLIT_TRAIN, &n_train);
  g_autofree guint32 *places = g_new(guint32, n_train);
  guint first_batch = self->restored_batch;

  if (!begin_folder(self, &error)) {
    *message = g_strdup(error->message);
    return NW_END_FAILED;
  }
  for (guint epoch = self->first_epoch; take_changes(self), epoch < self->known_epochs; epoch++) {
    NwRng rng = nw_rng(self->seed, NW_RNG_SHUFFLE, 0, epoch, 0);

    *epoch_out = epoch + 1;
    self->first_epoch = epoch;
    self->restored_batch = first_batch;
    *message = nw_monitor_dup_stop_message(self->monitor);
    if (*message != NULL) {
      *epoch_out = epoch;
      return NW_END_EARLY;
    }
    atomic_store(&self->epoch, epoch + 1);
    if (self->shuffle) {
      nw_rng_permutation(&rng, n_train, places);
      for (gsize i = 0; i < n_train; i++)
        self->order[i] = rows[places[i]];
    }
    for (guint batch = first_batch; batch < self->n_batches; batch++) {
      gboolean go;

      atomic_store(&self->batch, batch);
      self->restored_batch = batch;
      if (self->stop_after > 0 && count_batches(self) == self->stop_after)
        nw_trainer_stop(self);
      go = obey(self, batch == 0);
      take_changes(self);
      if (!go) {
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
      if (!keep_batch(self, epoch, batch + 1, &error) ||
          (self->last_path != NULL &&
           g_get_monotonic_time() - self->saved >
               (gint64)self->checkpoint_seconds * G_USEC_PER_SEC &&
           !write_last(self, epoch, batch + 1, &error))) {
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
  self->first_epoch = self->known_epochs;
  self->restored_batch = 0;
  *message = g_strdup_printf(
      ngettext("Trained for %u epoch.", "Trained for %u epochs.", self->known_epochs),
      self->known_epochs);
  return NW_END_EPOCHS;
}

/* FALSE: more epochs were asked for in the very moment of the end, or of the end that is repeated. */
static gboolean
may_end(NwTrainer *self, NwEnd end)
{
  gboolean goes_on = end != NW_END_FAILED && was_extended_here(self);

  pthread_mutex_lock(&self->lock);
  goes_on |= self->is_extended && (end == NW_END_EPOCHS || end == NW_END_EARLY);
  if (!goes_on)
    atomic_store(&self->state, NW_TRAINER_ENDED);
  pthread_mutex_unlock(&self->lock);
  return !goes_on;
}

void *
nw_trainer_run(void *arg)
{
  NwTrainer *self = arg;
  guint epoch;
  char *message = NULL;
  NwEnd end;

  do {
    epoch = self->first_epoch;
    message = (g_free(message), NULL);
    end = run(self, &epoch, &message);
    self->seconds = elapsed(self);
    self->started = g_get_monotonic_time();
    if (end != NW_END_FAILED)
      end_folder(self);
  } while (!may_end(self, end));
  nw_trainer_push_end(self, epoch, end, message);
  return NULL;
}
