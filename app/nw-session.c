/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-session-private.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE(NwSession, nw_session, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, SIGNAL_PROBLEM, SIGNAL_NOTICE, N_SIGNALS };
static guint signals[N_SIGNALS];

void
nw_session_tell_changed(NwSession *self)
{
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

void
nw_session_tell_notice(NwSession *self, const char *sentence)
{
  g_signal_emit(self, signals[SIGNAL_NOTICE], 0, sentence);
}

void
nw_session_tell_problem(NwSession *self, const char *sentence, const char *page)
{
  g_signal_emit(self, signals[SIGNAL_PROBLEM], 0, sentence, page);
}

GListModel *
nw_session_get_runs(NwSession *self)
{
  return G_LIST_MODEL(self->runs);
}

NwRun *
nw_session_get_run(NwSession *self)
{
  return self->run;
}

gboolean
nw_session_is_active(NwSession *self)
{
  return self->run && nw_run_is_active(self->run);
}

/* ── is it still the same model? ─────────────────────────────────────────────────────────────── */

static gboolean
node_trains_alike(const NwNode *a, const NwNode *b)
{
  if (a->uid != b->uid || a->n_inputs != b->n_inputs)
    return FALSE;
  for (guint i = 0; i < a->n_inputs; i++)
    if (a->inputs[i].node != b->inputs[i].node || a->inputs[i].port != b->inputs[i].port)
      return FALSE;
  return a->layer == b->layer ||
         (a->layer->kind == b->layer->kind && g_str_equal(a->layer->name, b->layer->name) &&
          nw_params_equal(a->layer->params, b->layer->params));
}

static gboolean
graph_trains_alike(NwGraph *a, NwGraph *b)
{
  guint n = nw_graph_get_n_nodes(a);

  if (a == b)
    return TRUE;
  if (nw_graph_get_n_nodes(b) != n)
    return FALSE;
  for (guint i = 0; i < n; i++) {
    const NwNode *node = nw_graph_get_node(a, i);
    const NwNode *other = nw_graph_find_node(b, node->uid);

    if (!other || !node_trains_alike(node, other))
      return FALSE;
  }
  return TRUE;
}

gboolean
nw_session_is_outdated(NwSession *self, NwRun *run)
{
  NwProject *now = nw_document_get_project(self->document), *then = nw_run_get_project(run);

  g_autoptr(NwGraph) drawn = nw_calibrate_strip(nw_project_get_graph(now));
  g_autoptr(NwGraph) trained = nw_calibrate_strip(nw_project_get_graph(then));

  return now != then &&
         !(graph_trains_alike(drawn, trained) &&
           nw_data_settings_equal(nw_project_get_data(now), nw_project_get_data(then)) &&
           nw_params_equal(nw_project_get_training(now), nw_project_get_training(then)) &&
           nw_project_get_optimizer(now) == nw_project_get_optimizer(then) &&
           nw_params_equal(nw_project_get_optimizer_params(now),
                           nw_project_get_optimizer_params(then)));
}

/* ── how it begins ───────────────────────────────────────────────────────────────────────────── */

static void
forget_run(NwSession *self)
{
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->runs));

  nw_run_finish(self->run, NW_END_FAILED, NULL, NULL);
  g_list_store_remove(self->runs, n - 1);
  g_clear_object(&self->run);
  if (n > 1)
    self->run = g_list_model_get_item(G_LIST_MODEL(self->runs), n - 2);
  if (self->run && nw_run_is_stored(self->run)) /* it has neither data nor weights */
    g_clear_object(&self->run);
}

/* A run that comes up by itself sends nobody away from what they are doing. */
static void
tell_fault(NwSession *self, const NwRunPreparation *job, const char *sentence)
{
  g_autofree char *longer = NULL;

  if (!job->is_queued) {
    nw_session_tell_problem(self, sentence, job->data_is_at_fault ? "data" : "design");
    return;
  }
  longer = g_strdup_printf(_("A run of the queue could not begin. %s"), sentence);
  nw_session_tell_notice(self, longer);
}

static void
prepared_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  NwSession *self = NW_SESSION(object);
  g_autoptr(NwRunPreparation) owned = data;
  NwRunPreparation *job = owned;
  g_autoptr(GError) error = NULL;
  NwRunProgress progress = {.threads = job->threads, .left = NAN, .state = NW_RUN_RUNNING};

  if (self->preparing != g_task_get_cancellable(G_TASK(result)))
    return; /* the session was cleared, or moved on */
  g_clear_object(&self->preparing);

  if (!g_task_propagate_boolean(G_TASK(result), &error)) {
    gboolean stopped = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

    forget_run(self);
    nw_session_begin_next(self);
    nw_session_tell_changed(self);
    if (!stopped)
      tell_fault(self, job, error->message);
    return;
  }
  g_clear_pointer(&self->prepared, nw_run_preparation_free);
  self->prepared = g_steal_pointer(&owned);
  self->trainer = g_steal_pointer(&job->trainer);
  self->recorder = g_steal_pointer(&job->recorder);
  if (nw_recorder_get_run(self->recorder) > 0)
    nw_run_set_number(self->run, (guint)nw_recorder_get_run(self->recorder));
  g_clear_pointer(&self->followed, nw_project_unref);
  self->followed = job->is_queued ? NULL : nw_project_ref(job->project);
  self->busy = 0;
  nw_run_begin(self->run, job->dataset, nw_trainer_get_history(self->trainer));
  nw_trainer_get_progress(self->trainer, &progress.epoch, &progress.epochs, &progress.batch,
                          &progress.n_batches);
  nw_run_set_progress(self->run, &progress);
  nw_trainer_start(self->trainer);
  nw_session_follow(self);
  nw_session_tell_changed(self);
}

void
nw_session_begin(NwSession *self, NwProject *project, NwInference *inference, gboolean is_queued)
{
  g_autoptr(GTask) task = NULL;
  NwRunPreparation *job;
  guint number = nw_session_get_newest_number(self) + 1; /* the history may know of newer ones */

  g_clear_pointer(&self->ended, nw_trainer_free);
  nw_session_finish_recording(self);
  g_clear_object(&self->run);
  self->run = nw_run_new(number, project);
  g_list_store_append(self->runs, self->run);
  self->batch_size = (guint)nw_params_get_int(nw_project_get_training(project), "batch_size");

  job = g_new0(NwRunPreparation, 1);
  job->is_queued = is_queued;
  job->project = nw_project_ref(project);
  job->inference = nw_inference_ref(inference);
  if (self->prepared) {
    job->dataset = nw_dataset_ref(self->prepared->dataset);
    job->key = g_strdup(self->prepared->key);
  }
  job->base_dir = g_strdup(nw_document_get_base_dir(self->document));
  job->runs = nw_session_dup_runs_folder(self);
  job->threads = (int)nw_params_get_int(nw_project_get_training(project), "threads");
  if (job->threads == 0)
    job->threads = (int)g_get_num_processors();

  self->preparing = g_cancellable_new();
  task = g_task_new(self, self->preparing, prepared_cb, job);
  g_task_set_task_data(task, job, NULL);
  g_task_run_in_thread(task, nw_run_preparation_thread);
  nw_session_tell_changed(self);
}

void
nw_session_start(NwSession *self)
{
  NwInference *inference = nw_document_get_inference(self->document);
  g_autoptr(GError) error = NULL;

  g_return_if_fail(!nw_session_is_active(self) && !nw_session_is_sweeping(self));

  if (nw_inference_check(inference, &error)) {
    nw_session_begin(self, nw_document_get_project(self->document), inference, FALSE);
    return;
  }
  g_clear_pointer(&self->ended, nw_trainer_free);
  nw_session_tell_problem(self, error->message, "design");
}

void
nw_session_pause(NwSession *self)
{
  if (self->trainer)
    nw_trainer_pause(self->trainer);
}

void
nw_session_resume(NwSession *self)
{
  if (self->trainer)
    nw_trainer_resume(self->trainer);
}

void
nw_session_step(NwSession *self)
{
  if (self->trainer)
    nw_trainer_step(self->trainer);
}

void
nw_session_step_epoch(NwSession *self)
{
  if (self->trainer)
    nw_trainer_step_epoch(self->trainer);
}

void
nw_session_stop(NwSession *self)
{
  NwRunProgress progress;

  if (self->sweep_job) {
    nw_session_stop_sweep(self);
    return;
  }
  if (self->preparing) {
    g_cancellable_cancel(self->preparing);
    return;
  }
  if (!self->trainer)
    return;
  nw_trainer_stop(self->trainer);
  progress = *nw_run_get_progress(self->run);
  progress.state = NW_RUN_STOPPING;
  nw_run_set_progress(self->run, &progress);
  nw_session_tell_changed(self);
}

/* With what has been edited since the run ended. */
static gboolean
go_on(NwSession *self, guint n, GError **error)
{
  if (!nw_trainer_may_extend(self->ended, error))
    return FALSE;
  nw_session_record_again(self, self->ended);
  self->trainer = g_steal_pointer(&self->ended);
  nw_session_follow_edits(self);
  nw_run_resume(self->run);
  nw_trainer_extend(self->trainer, n, NULL);
  nw_session_follow(self);
  return TRUE;
}

void
nw_session_extend(NwSession *self, guint n)
{
  g_autoptr(GError) error = NULL;
  gboolean done;

  if (!self->trainer && !self->ended)
    return;
  done = self->trainer ? nw_trainer_extend(self->trainer, n, &error) : go_on(self, n, &error);
  if (!done)
    nw_session_tell_problem(self, error->message, "train");
  nw_session_tell_changed(self);
}

void
nw_session_revert(NwSession *self)
{
  NwTrainer *trainer = self->trainer ? self->trainer : self->ended;

  if (trainer)
    nw_trainer_revert(trainer);
}

/* ── what can be done ────────────────────────────────────────────────────────────────────────── */

/* What a control needs. */
typedef enum {
  ANY = 0,
  IDLE = 1 << 0,    /* no run */
  RUNNING = 1 << 1, /* … or paused */
  GOES_ON = 1 << 2, /* … or ended, to go on */
  HAS_BEST = 1 << 3,
} Need;

static const Need needs[NW_N_CONTROLS] = {
    [NW_CONTROL_TRAIN] = IDLE,         [NW_CONTROL_FIND_RATE] = IDLE,
    [NW_CONTROL_QUEUE] = ANY,          [NW_CONTROL_SWEEP] = ANY,
    [NW_CONTROL_PAUSE] = RUNNING,      [NW_CONTROL_STEP] = RUNNING,
    [NW_CONTROL_STEP_EPOCH] = RUNNING, [NW_CONTROL_STOP] = RUNNING,
    [NW_CONTROL_EXTEND] = GOES_ON,     [NW_CONTROL_REVERT] = GOES_ON | HAS_BEST,
};

const char *
nw_session_get_reason(NwSession *self, NwControl control)
{
  NwRunState state = self->run ? nw_run_get_progress(self->run)->state : NW_RUN_ENDED;
  NwHistory *history = self->run ? nw_run_get_history(self->run) : NULL;
  Need need = needs[control];

  if (need == ANY)
    return NULL;
  if (self->sweep_job)
    return control != NW_CONTROL_STOP ? _("A sweep is going on; stop it first, or queue the run.")
           : nw_sweep_model_get_state(self->sweep) == NW_SWEEP_MODEL_STOPPING
               ? _("The sweep is about to stop.")
               : NULL;
  if (state == NW_RUN_STOPPING)
    return _("The run is about to stop.");
  if (state == NW_RUN_PREPARING && control != NW_CONTROL_STOP)
    return _("The data is being read.");
  if (need & IDLE)
    return nw_session_is_active(self) ? _("A run is going on; stop it first, or queue this one.")
                                      : NULL;
  if (need & RUNNING)
    return nw_session_is_active(self) ? NULL : _("Nothing is being trained.");
  if (!self->trainer && !self->ended)
    return _("There is no run that could go on: train first.");
  if (need & HAS_BEST && (!history || nw_history_get_best_epoch(history) < 0))
    return _("No epoch has ended yet.");
  return NULL;
}

void
nw_session_clear(NwSession *self)
{
  g_clear_handle_id(&self->drain, g_source_remove);
  g_clear_object(&self->preparing);
  g_list_store_remove_all(self->queue);
  nw_session_clear_sweep(self);
  nw_session_finish_recording(self);
  g_clear_pointer(&self->trainer, nw_trainer_free); /* stops and joins */
  g_clear_pointer(&self->ended, nw_trainer_free);
  if (nw_session_is_active(self))
    nw_run_finish(self->run, NW_END_STOPPED, NULL, NULL);
  g_clear_object(&self->run);
  g_list_store_remove_all(self->runs);
  g_clear_pointer(&self->followed, nw_project_unref);
  g_clear_pointer(&self->prepared, nw_run_preparation_free);
  nw_session_tell_changed(self);
}

static void
nw_session_dispose(GObject *object)
{
  NwSession *self = NW_SESSION(object);

  if (self->document)
    nw_session_clear(self);
  g_clear_object(&self->document);
  G_OBJECT_CLASS(nw_session_parent_class)->dispose(object);
}

static void
nw_session_finalize(GObject *object)
{
  g_object_unref(NW_SESSION(object)->runs);
  g_object_unref(NW_SESSION(object)->queue);
  g_object_unref(NW_SESSION(object)->sweep);
  G_OBJECT_CLASS(nw_session_parent_class)->finalize(object);
}

static void
nw_session_class_init(NwSessionClass *class)
{
  G_OBJECT_CLASS(class)->dispose = nw_session_dispose;
  G_OBJECT_CLASS(class)->finalize = nw_session_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new("changed", NW_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_PROBLEM] = g_signal_new("problem", NW_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_NOTICE] = g_signal_new("notice", NW_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
nw_session_init(NwSession *self)
{
  self->runs = g_list_store_new(NW_TYPE_RUN);
  self->queue = g_list_store_new(NW_TYPE_QUEUED_RUN);
  self->sweep = nw_sweep_model_new();
}

NwSession *
nw_session_new(NwDocument *document)
{
  NwSession *self = g_object_new(NW_TYPE_SESSION, NULL);

  self->document = g_object_ref(document);
  return self;
}
