/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-session.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "nw-data-key.h"
#include "nw-plan.h"

#define DRAIN_MS     100
#define LAST_LOOK_MS 1500 /* after the end: has it been written down? */

struct _NwSession {
  GObject parent;

  NwDocument *document;
  GListStore *runs;
  NwRun *run;         /* (nullable) the newest */
  NwDataset *dataset; /* of the newest run, for the next one */
  char *dataset_key;
  NwTrainer *trainer;      /* while it runs */
  NwTrainer *ended;        /* (nullable) the same afterwards: it can go on */
  NwProject *followed;     /* whose learning rate and loss weights the trainer has */
  GCancellable *preparing; /* while the data is read */
  guint drain;             /* source */
  gint64 tick;             /* µs, when drain last looked */
  double busy;             /* s spent running, pauses left out */
  guint batch_size;
  NwRecorder *recorder; /* (nullable) writes the newest run down, and goes on after its end */
  guint last_look;      /* source */
};

G_DEFINE_FINAL_TYPE(NwSession, nw_session, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, SIGNAL_PROBLEM, SIGNAL_NOTICE, N_SIGNALS };
static guint signals[N_SIGNALS];

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

/* ── while it runs ───────────────────────────────────────────────────────────────────────────── */

static void
end_run(NwSession *self, const NwEvent *event)
{
  const NwParams *training = nw_project_get_training(nw_trainer_get_project(self->trainer));
  g_autoptr(NwWeights) weights = NULL;

  nw_trainer_join(self->trainer);
  weights = nw_trainer_dup_weights(self->trainer, nw_params_get_bool(training, "restore_best"));
  nw_run_finish(self->run, event->end, event->message, weights);
  self->ended = g_steal_pointer(&self->trainer);
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

/* What happens to the history does not stop the run, but is to be known. */
static void
tell_of_history(NwSession *self)
{
  g_autofree char *sentence = self->recorder ? nw_recorder_dup_problem(self->recorder) : NULL;

  if (sentence)
    g_signal_emit(self, signals[SIGNAL_NOTICE], 0, sentence);
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
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
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

/* An edit of the learning rate or of a loss's weight reaches the run, from the next batch on. */
static void
follow_edits(NwSession *self)
{
  NwProject *now = nw_document_get_project(self->document);
  const NwHistory *history = nw_trainer_get_history(self->trainer);

  if (now == self->followed)
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

  follow_edits(self);
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
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
  g_clear_pointer(&epoch, nw_event_unref);
  if (!end)
    return G_SOURCE_CONTINUE;

  end_run(self, end);
  nw_event_unref(end);
  self->drain = 0;
  self->last_look = g_timeout_add(LAST_LOOK_MS, last_look_cb, self);
  return G_SOURCE_REMOVE;
}

/* ── how it begins ───────────────────────────────────────────────────────────────────────────── */

/* What the thread needs, and what it gives back. */
typedef struct {
  NwProject *project;
  NwInference *inference;
  char *base_dir;
  char *runs; /* the folder of the project's runs */
  int threads;
  NwDataset *dataset; /* in: that of the run before (nullable); out: this run's */
  char *key;          /* names it; see nw-data-key.h */
  NwTrainer *trainer;
  NwRecorder *recorder;
  gboolean data_is_at_fault;
} Preparation;

static void
preparation_free(Preparation *job)
{
  g_clear_pointer(&job->project, nw_project_unref);
  g_clear_pointer(&job->inference, nw_inference_unref);
  g_clear_pointer(&job->dataset, nw_dataset_unref);
  g_clear_pointer(&job->trainer, nw_trainer_free);
  nw_recorder_free(job->recorder);
  g_free(job->base_dir);
  g_free(job->runs);
  g_free(job->key);
  g_free(job);
}

/* Keeps the dataset of the run before where nothing about it has changed. */
static gboolean
find_dataset(Preparation *job, GError **error)
{
  g_autoptr(NwPlan) plan = nw_plan_new(job->inference, 1, FALSE, error);
  g_autofree NwFieldRequest *requests = NULL;
  g_autofree char *key = NULL;
  gsize n;

  if (!plan)
    return FALSE;
  requests = nw_plan_dup_requests(plan, &n);
  key = nw_data_key_new(nw_project_get_data(job->project), job->base_dir, requests, n);
  if (job->dataset && g_strcmp0(key, job->key) == 0)
    return TRUE;
  g_free(job->key);
  job->key = g_steal_pointer(&key);
  g_clear_pointer(&job->dataset, nw_dataset_unref);
  job->dataset =
      nw_dataset_build(nw_project_get_data(job->project), job->base_dir, NULL, requests, n, error);
  return job->dataset != NULL;
}

/* The weights of run 3 lie in “digits.runs/3”, or in the next folder that is free. NULL: the folder
 * cannot be written; training goes on without files. */
static char *
make_out_dir(const char *runs, gint64 run)
{
  for (gint64 n = MAX(run, 1); n < 1000000; n++) {
    g_autofree char *out_dir = g_strdup_printf("%s/%" G_GINT64_FORMAT, runs, n);

    if (g_mkdir(out_dir, 0755) == 0)
      return g_steal_pointer(&out_dir);
    if (errno != EEXIST)
      break;
  }
  return NULL;
}

/* The run's number comes from the history, and names the folder of its weights. */
static gboolean
prepare_run(Preparation *job, GError **error)
{
  g_autofree char *history = nw_place_dup_history(job->runs);
  g_autofree char *out_dir = NULL;
  NwTrainOptions options = {
      .threads = job->threads,
      .base_dir = job->base_dir,
      .watching = NW_WATCH_SOME,
  };
  NwRecorderAbout about = {.base_dir = job->base_dir, .threads = job->threads};

  job->recorder = nw_recorder_new(history);
  out_dir = make_out_dir(job->runs, nw_recorder_get_run(job->recorder));
  options.out_dir = about.folder = out_dir;
  job->trainer = nw_trainer_new(job->project, job->dataset, &options, error);
  if (!job->trainer) {
    if (out_dir)
      g_rmdir(out_dir);
    return FALSE;
  }
  nw_recorder_begin(job->recorder, job->trainer, &about);
  return TRUE;
}

static void
prepare_thread(GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Preparation *job = task_data;
  GError *error = NULL;

  job->data_is_at_fault = !find_dataset(job, &error);
  if (!job->data_is_at_fault && !g_cancellable_is_cancelled(cancellable))
    prepare_run(job, &error);
  if (error)
    g_task_return_error(task, error);
  else
    g_task_return_boolean(task, TRUE);
}

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

static void
prepared_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  NwSession *self = NW_SESSION(object);
  Preparation *job = g_task_get_task_data(G_TASK(result));
  g_autoptr(GError) error = NULL;
  NwRunProgress progress = {.threads = job->threads, .left = NAN, .state = NW_RUN_RUNNING};

  if (self->preparing != g_task_get_cancellable(G_TASK(result)))
    return; /* the session was cleared, or moved on */
  g_clear_object(&self->preparing);

  if (!g_task_propagate_boolean(G_TASK(result), &error)) {
    gboolean stopped = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

    forget_run(self);
    g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
    if (!stopped)
      g_signal_emit(self, signals[SIGNAL_PROBLEM], 0, error->message,
                    job->data_is_at_fault ? "data" : "design");
    return;
  }
  self->trainer = g_steal_pointer(&job->trainer);
  self->recorder = g_steal_pointer(&job->recorder);
  if (nw_recorder_get_run(self->recorder) > 0)
    nw_run_set_number(self->run, (guint)nw_recorder_get_run(self->recorder));
  g_clear_pointer(&self->followed, nw_project_unref);
  self->followed = nw_project_ref(job->project);
  self->busy = 0;
  self->tick = g_get_monotonic_time();
  g_clear_pointer(&self->dataset, nw_dataset_unref);
  self->dataset = nw_dataset_ref(job->dataset);
  g_free(self->dataset_key);
  self->dataset_key = g_strdup(job->key);
  nw_run_begin(self->run, job->dataset, nw_trainer_get_history(self->trainer));
  nw_trainer_get_progress(self->trainer, &progress.epoch, &progress.epochs, &progress.batch,
                          &progress.n_batches);
  nw_run_set_progress(self->run, &progress);
  nw_trainer_start(self->trainer);
  self->drain = g_timeout_add(DRAIN_MS, drain_cb, self);
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static char *
dup_runs_folder(NwSession *self)
{
  g_autofree char *title = nw_document_dup_title(self->document);

  return nw_place_dup_runs(nw_document_get_path(self->document), title);
}

static guint
get_newest_number(NwSession *self)
{
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->runs)), newest = 0;

  for (guint i = 0; i < n; i++) {
    g_autoptr(NwRun) run = g_list_model_get_item(G_LIST_MODEL(self->runs), i);

    newest = MAX(newest, nw_run_get_number(run));
  }
  return newest;
}

/* Waits until the newest run is written down. */
static void
finish_recording(NwSession *self)
{
  NwEvent *event;

  g_clear_handle_id(&self->last_look, g_source_remove);
  if (self->trainer) {
    nw_trainer_stop(self->trainer);
    nw_trainer_join(self->trainer);
  }
  while (self->trainer && self->recorder && (event = nw_trainer_pop_event(self->trainer))) {
    nw_recorder_take(self->recorder, self->trainer, event);
    nw_event_unref(event);
  }
  g_clear_pointer(&self->recorder, nw_recorder_free);
}

void
nw_session_start(NwSession *self)
{
  NwProject *project = nw_document_get_project(self->document);
  NwInference *inference = nw_document_get_inference(self->document);
  g_autoptr(GError) error = NULL;
  g_autoptr(GTask) task = NULL;
  Preparation *job;
  guint number = get_newest_number(self) + 1; /* the history may know of newer ones */

  g_return_if_fail(!nw_session_is_active(self));

  g_clear_pointer(&self->ended, nw_trainer_free);
  if (!nw_inference_check(inference, &error)) {
    g_signal_emit(self, signals[SIGNAL_PROBLEM], 0, error->message, "design");
    return;
  }
  finish_recording(self);
  g_clear_object(&self->run);
  self->run = nw_run_new(number, project);
  g_list_store_append(self->runs, self->run);
  self->batch_size = (guint)nw_params_get_int(nw_project_get_training(project), "batch_size");

  job = g_new0(Preparation, 1);
  job->project = nw_project_ref(project);
  job->inference = nw_inference_ref(inference);
  job->dataset = self->dataset ? nw_dataset_ref(self->dataset) : NULL;
  job->key = g_strdup(self->dataset_key);
  job->base_dir = g_strdup(nw_document_get_base_dir(self->document));
  job->runs = dup_runs_folder(self);
  job->threads = (int)nw_params_get_int(nw_project_get_training(project), "threads");
  if (job->threads == 0)
    job->threads = (int)g_get_num_processors();

  self->preparing = g_cancellable_new();
  task = g_task_new(self, self->preparing, prepared_cb, NULL);
  g_task_set_task_data(task, job, (GDestroyNotify)preparation_free);
  g_task_run_in_thread(task, prepare_thread);
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
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
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

/* With what has been edited since the run ended. */
static gboolean
go_on(NwSession *self, guint n, GError **error)
{
  self->trainer = g_steal_pointer(&self->ended);
  follow_edits(self);
  if (!nw_trainer_extend(self->trainer, n, error)) {
    self->ended = g_steal_pointer(&self->trainer);
    return FALSE;
  }
  self->tick = g_get_monotonic_time();
  nw_run_resume(self->run);
  self->drain = g_timeout_add(DRAIN_MS, drain_cb, self);
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
    g_signal_emit(self, signals[SIGNAL_PROBLEM], 0, error->message, "train");
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
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
  IDLE = 1 << 0,    /* no run */
  RUNNING = 1 << 1, /* … or paused */
  GOES_ON = 1 << 2, /* … or ended, to go on */
  HAS_BEST = 1 << 3,
} Need;

static const Need needs[NW_N_CONTROLS] = {
    [NW_CONTROL_TRAIN] = IDLE,         [NW_CONTROL_FIND_RATE] = IDLE,
    [NW_CONTROL_PAUSE] = RUNNING,
    [NW_CONTROL_STEP] = RUNNING,       [NW_CONTROL_STEP_EPOCH] = RUNNING,
    [NW_CONTROL_STOP] = RUNNING,       [NW_CONTROL_EXTEND] = GOES_ON,
    [NW_CONTROL_REVERT] = GOES_ON | HAS_BEST,
};

const char *
nw_session_get_reason(NwSession *self, NwControl control)
{
  NwRunState state = self->run ? nw_run_get_progress(self->run)->state : NW_RUN_ENDED;
  NwHistory *history = self->run ? nw_run_get_history(self->run) : NULL;
  Need need = needs[control];

  if (state == NW_RUN_STOPPING)
    return _("The run is about to stop.");
  if (state == NW_RUN_PREPARING && control != NW_CONTROL_STOP)
    return _("The data is being read.");
  if (need & IDLE)
    return nw_session_is_active(self) ? _("A run is going on; stop it first.") : NULL;
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
  finish_recording(self);
  g_clear_pointer(&self->trainer, nw_trainer_free); /* stops and joins */
  g_clear_pointer(&self->ended, nw_trainer_free);
  if (nw_session_is_active(self))
    nw_run_finish(self->run, NW_END_STOPPED, NULL, NULL);
  g_clear_object(&self->run);
  g_list_store_remove_all(self->runs);
  g_clear_pointer(&self->followed, nw_project_unref);
  g_clear_pointer(&self->dataset, nw_dataset_unref);
  g_clear_pointer(&self->dataset_key, g_free);
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static void
gather_run(NwSession *self, NwStore *store, NwRun *run)
{
  const char *path = nw_store_get_path(store);
  gint64 id, moved;
  const char *from = nw_run_get_store(run, &id);

  /* Saved elsewhere, a project's runs stay with the file that they were made from. */
  if (nw_run_is_stored(run) || nw_run_is_active(run) || !from || g_str_equal(from, path) ||
      !g_str_has_prefix(from, g_get_user_state_dir()))
    return;
  if (run == self->run)
    finish_recording(self);
  moved = nw_store_move_run(store, from, id, NULL);
  if (moved == 0)
    return;
  nw_run_set_store(run, path, moved);
  nw_run_set_number(run, (guint)moved);
}

void
nw_session_gather_runs(NwSession *self)
{
  g_autofree char *folder = dup_runs_folder(self);
  g_autofree char *path = nw_place_dup_history(folder);
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->runs));
  g_autoptr(NwStore) store = NULL;

  if (!nw_document_get_path(self->document) || n == 0 || g_mkdir_with_parents(folder, 0755) != 0)
    return;
  store = nw_store_open(path, NW_STORE_WRITE, NULL);
  for (guint i = 0; store && i < n; i++) {
    g_autoptr(NwRun) run = g_list_model_get_item(G_LIST_MODEL(self->runs), i);

    gather_run(self, store, run);
  }
}

gboolean
nw_session_delete_run(NwSession *self, NwRun *run, GError **error)
{
  gint64 id;
  const char *path;
  g_autoptr(NwStore) store = NULL;
  guint position;

  g_return_val_if_fail(!nw_run_is_active(run), FALSE);
  if (run == self->run)
    finish_recording(self);
  path = nw_run_get_store(run, &id);
  store = path ? nw_store_open(path, NW_STORE_WRITE, error) : NULL;
  if (path && (!store || !nw_store_delete_run(store, id, error)))
    return FALSE;
  if (g_list_store_find(self->runs, run, &position))
    g_list_store_remove(self->runs, position);
  if (run == self->run)
    g_clear_object(&self->run);
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
  return TRUE;
}

/* Of a project that was never saved, earlier runs may be those of any other. */
static gboolean
has_own_history(NwSession *self)
{
  const char *base_dir = nw_document_get_base_dir(self->document);

  return nw_document_get_path(self->document) || (base_dir && nw_place_is_examples(base_dir));
}

void
nw_session_list_earlier(NwSession *self)
{
  g_autofree char *folder = dup_runs_folder(self);
  g_autofree char *path = nw_place_dup_history(folder);
  g_autoptr(GError) error = NULL;
  g_autoptr(NwStore) store = NULL;
  g_autoptr(GPtrArray) stored = NULL;

  if (!has_own_history(self) || !g_file_test(path, G_FILE_TEST_EXISTS))
    return;
  store = nw_store_open(path, NW_STORE_READ, &error);
  stored = store ? nw_store_list_runs(store, &error) : NULL;
  for (guint i = 0; stored && i < stored->len; i++) {
    g_autoptr(NwRun) run = nw_run_new_stored(path, g_ptr_array_index(stored, i));

    g_list_store_append(self->runs, run);
  }
  if (error)
    g_signal_emit(self, signals[SIGNAL_NOTICE], 0, error->message);
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
}

NwSession *
nw_session_new(NwDocument *document)
{
  NwSession *self = g_object_new(NW_TYPE_SESSION, NULL);

  self->document = g_object_ref(document);
  return self;
}
