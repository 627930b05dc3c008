/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-session-private.h"

#include <math.h>

#define DRAIN_MS     100
#define LAST_LOOK_MS 1500 /* after the end: has it been written down? */

static void
end_run(NwSession *self, const NwEvent *event)
{
  const NwParams *training = nw_project_get_training(nw_trainer_get_project(self->trainer));
  g_autoptr(NwWeights) weights = NULL;

  nw_trainer_join(self->trainer);
  weights = nw_trainer_dup_weights(self->trainer, nw_params_get_bool(training, "restore_best"));
  nw_run_finish(self->run, event->end, event->message, weights);
  self->ended = g_steal_pointer(&self->trainer);
  nw_session_tell_changed(self);
}

/* What happens to the history does not stop the run, but is to be known. */
static void
tell_of_history(NwSession *self)
{
  g_autofree char *sentence = self->recorder ? nw_recorder_dup_problem(self->recorder) : NULL;

  if (sentence)
    nw_session_tell_notice(self, sentence);
  if (!self->recorder)
    return;
  nw_run_set_store(self->run, nw_recorder_get_path(self->recorder),
                   nw_recorder_get_run(self->recorder));
}

static gboolean
last_look_cb(gpointer data)
{
  NwSession *self = data;

  self->last_look = 0;
  tell_of_history(self);
  nw_session_gather_runs(self); /* the document may have been saved meanwhile */
  return G_SOURCE_REMOVE;
}

static NwRunState
state_of_trainer(NwSession *self)
{
  if (nw_run_get_progress(self->run)->state == NW_RUN_STOPPING)
    return NW_RUN_STOPPING;
  return nw_trainer_get_state(self->trainer) == NW_TRAINER_PAUSED ? NW_RUN_PAUSED : NW_RUN_RUNNING;
}

static void
update_progress(NwSession *self)
{
  NwRunProgress progress = *nw_run_get_progress(self->run);
  NwRunState before = progress.state;
  gint64 now = g_get_monotonic_time();
  double done, all;

  progress.state = state_of_trainer(self);
  nw_trainer_get_progress(self->trainer, &progress.epoch, &progress.epochs, &progress.batch,
                          &progress.n_batches);
  if (before != NW_RUN_PAUSED)
    self->busy += (double)(now - self->tick) / G_USEC_PER_SEC;
  self->tick = now;
  progress.elapsed = self->busy;
  done = (progress.epoch ? progress.epoch - 1.0 : 0.0) * progress.n_batches + progress.batch;
  all = (double)progress.epochs * progress.n_batches;
  progress.left = done > 0 && self->busy > 0.5 ? self->busy * (all - done) / done : NAN;
  progress.samples_per_second = self->busy > 0 ? done * self->batch_size / self->busy : 0;
  progress.bytes = nw_trainer_get_bytes(self->trainer);
  nw_run_set_progress(self->run, &progress);
  if (before != progress.state)
    nw_session_tell_changed(self);
}

/* NAN: there is no such output */
static double
get_loss_weight(NwProject *project, const char *output)
{
  NwGraph *graph = nw_project_get_graph(project);

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwLayer *layer = nw_graph_get_node(graph, i)->layer;

    if (layer->kind->role == NW_ROLE_OUTPUT && g_str_equal(layer->name, output) &&
        nw_params_find_spec(layer->params, "weight"))
      return nw_params_get_real(layer->params, "weight");
  }
  return NAN;
}

static double
get_learning_rate(NwProject *project)
{
  return nw_params_get_real(nw_project_get_optimizer_params(project), "learning_rate");
}

void
nw_session_follow_edits(NwSession *self)
{
  NwProject *now = nw_document_get_project(self->document);
  const NwHistory *history = nw_trainer_get_history(self->trainer);

  if (!self->followed || now == self->followed)
    return;
  if (nw_project_get_optimizer(now) == nw_project_get_optimizer(self->followed) &&
      get_learning_rate(now) != get_learning_rate(self->followed))
    nw_trainer_set_learning_rate(self->trainer, get_learning_rate(now));
  for (guint i = 0; i < nw_history_get_n_outputs(history); i++) {
    const char *output = nw_history_get_output(history, i);
    double weight = get_loss_weight(now, output);

    if (isfinite(weight) && weight != get_loss_weight(self->followed, output))
      nw_trainer_set_loss_weight(self->trainer, i, weight);
  }
  nw_project_ref(now);
  nw_project_unref(self->followed);
  self->followed = now;
}

/* Small epochs end faster than a page can show them: the newest is shown, the history has all. Layers
 * are never looked at as often. */
static gboolean
drain_cb(gpointer data)
{
  NwSession *self = data;
  NwEvent *event, *epoch = NULL, *end = NULL;

  nw_session_follow_edits(self);
  update_progress(self);
  tell_of_history(self);
  while (!end && (event = nw_trainer_pop_event(self->trainer))) {
    NwEvent **kept = event->type == NW_EVENT_END ? &end : &epoch;

    if (event->type == NW_EVENT_HEALTH) {
      nw_run_add_health(self->run, event->health);
      nw_event_unref(event);
      continue;
    }
    if (event->type == NW_EVENT_EPOCH)
      nw_run_keep_epoch(self->run, event);
    if (self->recorder)
      nw_recorder_take(self->recorder, self->trainer, event);
    g_clear_pointer(kept, nw_event_unref);
    *kept = event;
  }
  if (epoch)
    nw_run_add_epoch(self->run, epoch);
  if (epoch && epoch->epoch == 1) /* there is a best one now */
    nw_session_tell_changed(self);
  g_clear_pointer(&epoch, nw_event_unref);
  if (!end)
    return G_SOURCE_CONTINUE;

  end_run(self, end);
  nw_event_unref(end);
  self->drain = 0;
  g_clear_handle_id(&self->last_look, g_source_remove);
  self->last_look = g_timeout_add(LAST_LOOK_MS, last_look_cb, self);
  nw_session_begin_next(self);
  return G_SOURCE_REMOVE;
}

void
nw_session_follow(NwSession *self)
{
  self->tick = g_get_monotonic_time();
  self->drain = g_timeout_add(DRAIN_MS, drain_cb, self);
}
