/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-session.h"

#include "nw-examples.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "nw-data-key.h"
#include "nw-plan.h"

#define DRAIN_MS 100

struct _NwSession {
  GObject parent;

  NwDocument *document;
  GListStore *runs;
  NwRun *run;         /* (nullable) the newest */
  NwDataset *dataset; /* of the newest run, for the next one */
  char *dataset_key;
  NwTrainer *trainer;      /* while it runs */
  NwProject *followed;     /* whose learning rate and loss weights the trainer has */
  GCancellable *preparing; /* while the data is read */
  guint drain;             /* source */
  gint64 tick;             /* µs, when drain last looked */
  double busy;             /* s spent running, pauses left out */
  guint batch_size;
};

G_DEFINE_FINAL_TYPE(NwSession, nw_session, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, SIGNAL_PROBLEM, N_SIGNALS };
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
  g_clear_pointer(&self->trainer, nw_trainer_free);
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
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
  while (!end && (event = nw_trainer_pop_event(self->trainer))) {
    NwEvent **kept = event->type == NW_EVENT_END ? &end : &epoch;

    if (event->type == NW_EVENT_HEALTH) {
      nw_run_add_health(self->run, event->health);
      nw_event_unref(event);
      continue;
    }
    g_clear_pointer(kept, nw_event_unref);
    *kept = event;
  }
  if (epoch)
    nw_run_add_epoch(self->run, epoch);
  g_clear_pointer(&epoch, nw_event_unref);
  if (!end)
    return G_SOURCE_CONTINUE;

  end_run(self, end);
  nw_event_unref(end);
  self->drain = 0;
  return G_SOURCE_REMOVE;
}

/* ── how it begins ───────────────────────────────────────────────────────────────────────────── */

/* What the thread needs, and what it gives back. */
typedef struct {
  NwProject *project;
  NwInference *inference;
  char *base_dir, *out_dir;
  int threads;
  NwDataset *dataset; /* in: that of the run before (nullable); out: this run's */
  char *key;          /* names it; see nw-data-key.h */
  NwTrainer *trainer;
  gboolean data_is_at_fault;
} Preparation;

static void
preparation_free(Preparation *job)
{
  g_clear_pointer(&job->project, nw_project_unref);
  g_clear_pointer(&job->inference, nw_inference_unref);
  g_clear_pointer(&job->dataset, nw_dataset_unref);
  g_clear_pointer(&job->trainer, nw_trainer_free);
  g_free(job->base_dir);
  g_free(job->out_dir);
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

static void
prepare_thread(GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Preparation *job = task_data;
  GError *error = NULL;
  NwTrainOptions options = {
      .threads = job->threads,
      .base_dir = job->base_dir,
      .out_dir = job->out_dir,
      .watching = NW_WATCH_SOME,
  };

  job->data_is_at_fault = !find_dataset(job, &error);
  if (!job->data_is_at_fault)
    job->trainer = nw_trainer_new(job->project, job->dataset, &options, &error);
  if (job->trainer)
    g_task_return_boolean(task, TRUE);
  else
    g_task_return_error(task, error);
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

/* Weights lie beside the project, "digits.runs/3"; of an unsaved project, of an example, or where
 * the folder cannot be written, below the user's state folder. NULL: nowhere; training goes on
 * without files. */
static char *
make_out_dir(NwSession *self)
{
  const char *path = nw_document_get_path(self->document);
  g_autofree char *title = nw_document_dup_title(self->document);
  g_autofree char *state = g_build_filename(g_get_user_state_dir(), "netwright", "runs", NULL);
  const char *beside = path ? nw_document_get_base_dir(self->document) : NULL;
  const char *const parents[] = {beside && !nw_examples_is_folder(beside) ? beside : NULL, state};

  for (gsize i = 0; i < G_N_ELEMENTS(parents); i++) {
    g_autofree char *folder = NULL;

    if (!parents[i])
      continue;
    folder = g_strdup_printf("%s/%s.runs", parents[i], title);
    if (g_mkdir_with_parents(folder, 0755) != 0)
      continue;
    for (guint n = 1; n < 100000; n++) {
      g_autofree char *out_dir = g_strdup_printf("%s/%u", folder, n);

      if (g_mkdir(out_dir, 0755) == 0)
        return g_steal_pointer(&out_dir);
      if (errno != EEXIST)
        break;
    }
  }
  return NULL;
}

void
nw_session_start(NwSession *self)
{
  NwProject *project = nw_document_get_project(self->document);
  NwInference *inference = nw_document_get_inference(self->document);
  g_autoptr(GError) error = NULL;
  g_autoptr(GTask) task = NULL;
  Preparation *job;
  guint number = 1;

  g_return_if_fail(!nw_session_is_active(self));

  if (!nw_inference_check(inference, &error)) {
    g_signal_emit(self, signals[SIGNAL_PROBLEM], 0, error->message, "design");
    return;
  }
  if (self->run)
    number = nw_run_get_number(self->run) + 1;
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
  job->out_dir = make_out_dir(self);
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

void
nw_session_clear(NwSession *self)
{
  g_clear_handle_id(&self->drain, g_source_remove);
  g_clear_object(&self->preparing);
  g_clear_pointer(&self->trainer, nw_trainer_free); /* stops and joins */
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
