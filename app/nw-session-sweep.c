/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A sweep trains its trials in a thread of its own, which tells how it stands; the main thread
 * looks ten times a second. */
#include "nw-session-private.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <pthread.h>
#include <stdatomic.h>

#include "nw-plot-text.h"

#define LOOK_MS  100
#define PATIENCE 3 /* s until the thread has stopped after the running batch */

/* What the session and the thread share; the last of both frees it. */
struct _NwSweepJob {
  atomic_int refs;
  NwSweepRun *run; /* the thread's */
  GCancellable *cancellable;
  char *history; /* immutable; path of the store */
  pthread_mutex_t lock;
  pthread_cond_t ended;
  NwSweepStand *stand;  /* guarded by lock; (nullable) the newest that nobody has taken */
  GArray *runs;         /* guarded by lock; gint64: those that have paused or ended since */
  gboolean is_training; /* guarded by lock: data were read */
  gboolean is_done;     /* guarded by lock */
  double share;         /* the thread's */
  GError *error;        /* the thread's, once it is done the session's */
};

static void
job_unref(NwSweepJob *job)
{
  if (atomic_fetch_sub(&job->refs, 1) != 1)
    return;
  nw_sweep_run_free(job->run);
  nw_sweep_stand_free(job->stand);
  g_object_unref(job->cancellable);
  g_array_unref(job->runs);
  g_clear_error(&job->error);
  g_free(job->history);
  pthread_cond_destroy(&job->ended);
  pthread_mutex_destroy(&job->lock);
  g_free(job);
}

/* ── the thread ──────────────────────────────────────────────────────────────────────────────── */

static void
put_stand(NwSweepJob *job, guint trial)
{
  NwSweepStand *stand = nw_sweep_stand_new(job->run, trial, job->share), *before;

  pthread_mutex_lock(&job->lock);
  before = job->stand;
  job->stand = stand;
  pthread_mutex_unlock(&job->lock);
  nw_sweep_stand_free(before);
}

/* As often as somebody looks, and whenever a trial ends. */
static void
told_cb(NwSweepRun *run, NwSweepNews news, guint trial, double share, gpointer data)
{
  NwSweepJob *job = data;
  gint64 id = nw_sweep_run_get_trial(run, trial)->run;
  gboolean wanted;

  job->share = share;
  pthread_mutex_lock(&job->lock);
  job->is_training = TRUE;
  if (news == NW_SWEEP_TRIAL && id > 0)
    g_array_append_val(job->runs, id);
  wanted = !job->stand || news == NW_SWEEP_TRIAL || news == NW_SWEEP_COMPARED;
  pthread_mutex_unlock(&job->lock);
  if (wanted)
    put_stand(job, trial);
}

static void *
sweep_thread(void *data)
{
  NwSweepJob *job = data;

  if (nw_sweep_run_go(job->run, job->cancellable, told_cb, job, &job->error))
    job->share = 1;
  put_stand(job, 0);
  pthread_mutex_lock(&job->lock);
  job->is_done = TRUE;
  pthread_cond_signal(&job->ended);
  pthread_mutex_unlock(&job->lock);
  job_unref(job);
  return NULL;
}

/* ── following it ────────────────────────────────────────────────────────────────────────────── */

/* Sets or adds the run @id in the list, as it is in the history now. */
static void
list_run(NwSession *self, NwStore *store, gint64 id)
{
  GListModel *runs = G_LIST_MODEL(self->runs);
  g_autoptr(NwStoredRun) stored = nw_store_find_run(store, id, NULL);
  g_autoptr(NwRun) run = NULL;

  if (!stored)
    return;
  run = nw_run_new_stored(nw_store_get_path(store), stored);
  for (guint i = 0; i < g_list_model_get_n_items(runs); i++) {
    g_autoptr(NwRun) old = g_list_model_get_item(runs, i);
    gint64 number;

    if (g_strcmp0(nw_run_get_store(old, &number), nw_store_get_path(store)) != 0 || number != id)
      continue;
    g_list_store_splice(self->runs, i, 1, (gpointer *)&run, 1);
    return;
  }
  g_list_store_append(self->runs, run);
}

static void
list_runs(NwSession *self, GArray *ids)
{
  g_autoptr(NwStore) store =
      ids->len > 0 ? nw_store_open(self->sweep_job->history, NW_STORE_READ, NULL) : NULL;

  for (guint i = 0; store && i < ids->len; i++)
    list_run(self, store, g_array_index(ids, gint64, i));
}

static char *
dup_end(const NwSweepJob *job, const NwSweepStand *stand, const NwSweep *sweep)
{
  g_autofree char *judged = NULL;

  if (g_error_matches(job->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_strdup_printf(_("Stopped. “%s” goes on from here when it is started again."),
                           sweep->name);
  if (job->error)
    return g_strdup(job->error->message);
  if (!stand || stand->best < 0)
    return g_strdup(_("No trial has a number to judge by."));
  judged = nw_plot_format_value(
      ((const NwSweepTrial *)g_ptr_array_index(stand->trials, (guint)stand->best))->judged);
  return g_strdup_printf(_("The best of %u trials is number %d: %s %s"), stand->trials->len,
                         stand->best + 1, sweep->judge, judged);
}

static void
end_sweep(NwSession *self)
{
  NwSweepJob *job = self->sweep_job;
  gboolean failed = job->error && !g_error_matches(job->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_autofree char *message =
      dup_end(job, nw_sweep_model_get_stand(self->sweep), nw_sweep_model_get_sweep(self->sweep));

  self->sweep_job = NULL;
  job_unref(job);
  nw_sweep_model_end(self->sweep, message, failed);
  nw_session_begin_next(self);
  nw_session_tell_changed(self);
}

static gboolean
look_cb(gpointer data)
{
  NwSession *self = data;
  NwSweepJob *job = self->sweep_job;
  NwSweepStand *stand;
  gboolean is_done;
  g_autoptr(GArray) runs = NULL;

  pthread_mutex_lock(&job->lock);
  stand = g_steal_pointer(&job->stand);
  is_done = job->is_done;
  runs = job->runs;
  job->runs = g_array_new(FALSE, FALSE, sizeof(gint64));
  pthread_mutex_unlock(&job->lock);

  if (stand)
    nw_sweep_model_update(self->sweep, stand);
  list_runs(self, runs);
  if (!is_done)
    return G_SOURCE_CONTINUE;
  self->sweep_look = 0;
  end_sweep(self);
  return G_SOURCE_REMOVE;
}

/* ── control ─────────────────────────────────────────────────────────────────────────────────── */

NwSweepModel *
nw_session_get_sweep(NwSession *self)
{
  return self->sweep;
}

gboolean
nw_session_is_sweeping(NwSession *self)
{
  return self->sweep_job != NULL;
}

static NwSweepJob *
job_new(NwSweepRun *run, const char *runs)
{
  NwSweepJob *job = g_new0(NwSweepJob, 1);

  atomic_init(&job->refs, 1);
  job->run = run;
  job->cancellable = g_cancellable_new();
  job->history = nw_place_dup_history(runs);
  job->runs = g_array_new(FALSE, FALSE, sizeof(gint64));
  pthread_mutex_init(&job->lock, NULL);
  pthread_cond_init(&job->ended, NULL);
  return job;
}

/* Nobody waits for its end. */
static gboolean
start_thread(NwSweepJob *job, GError **error)
{
  pthread_t thread;
  int code;

  atomic_fetch_add(&job->refs, 1);
  code = pthread_create(&thread, NULL, sweep_thread, job);
  if (code == 0) {
    pthread_detach(thread);
    return TRUE;
  }
  atomic_fetch_sub(&job->refs, 1);
  g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, _("No thread could be started: %s."),
              g_strerror(code));
  return FALSE;
}

gboolean
nw_session_start_sweep(NwSession *self, const NwSweep *sweep, guint epochs, GError **error)
{
  g_autofree char *text = g_strdup_printf("%u", epochs), *runs = nw_session_dup_runs_folder(self);
  g_autoptr(NwProject) project =
      nw_project_set(nw_document_get_project(self->document), "training.epochs", text, error);
  NwSweepPlace place = {.base_dir = nw_document_get_base_dir(self->document), .runs = runs};
  NwSweepRun *run;
  NwSweepJob *job;
  NwSweepStand *stand;

  g_return_val_if_fail(!nw_session_is_active(self) && !nw_session_is_sweeping(self), FALSE);

  if (!project)
    return FALSE;
  place.threads = (int)nw_params_get_int(nw_project_get_training(project), "threads");
  run = nw_sweep_run_new(sweep, project, &place, error);
  if (!run)
    return FALSE;
  job = job_new(run, runs);
  stand = nw_sweep_stand_new(run, 0, 0);
  if (!start_thread(job, error)) {
    nw_sweep_stand_free(stand);
    job_unref(job);
    return FALSE;
  }
  self->sweep_job = job;
  self->sweep_look = g_timeout_add(LOOK_MS, look_cb, self);
  nw_sweep_model_set(self->sweep, sweep, epochs, stand, TRUE);
  nw_session_tell_changed(self);
  return TRUE;
}

void
nw_session_stop_sweep(NwSession *self)
{
  if (!self->sweep_job)
    return;
  g_cancellable_cancel(self->sweep_job->cancellable);
  nw_sweep_model_stop(self->sweep);
  nw_session_tell_changed(self);
}

char **
nw_session_list_sweeps(NwSession *self)
{
  g_autofree char *runs = nw_session_dup_runs_folder(self);

  return nw_sweep_list(runs);
}

gboolean
nw_session_open_sweep(NwSession *self, const char *name, GError **error)
{
  g_autofree char *runs = nw_session_dup_runs_folder(self);
  g_autoptr(NwSweepRun) run = NULL;

  g_return_val_if_fail(!nw_session_is_sweeping(self), FALSE);

  run = nw_sweep_run_load(runs, name, error);
  if (!run)
    return FALSE;
  nw_sweep_model_set(self->sweep, nw_sweep_run_get_sweep(run), nw_sweep_run_get_epochs(run),
                     nw_sweep_stand_new(run, 0, 0), FALSE);
  return TRUE;
}

/* While data are read, which may take long, nothing is lost when the thread goes on alone. */
static void
wait_for_thread(NwSweepJob *job)
{
  struct timespec until;

  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += PATIENCE;
  pthread_mutex_lock(&job->lock);
  while (job->is_training && !job->is_done &&
         pthread_cond_timedwait(&job->ended, &job->lock, &until) != ETIMEDOUT)
    ;
  pthread_mutex_unlock(&job->lock);
}

void
nw_session_clear_sweep(NwSession *self)
{
  NwSweepJob *job = g_steal_pointer(&self->sweep_job);

  g_clear_handle_id(&self->sweep_look, g_source_remove);
  if (job) {
    g_cancellable_cancel(job->cancellable);
    wait_for_thread(job);
    job_unref(job);
  }
  nw_sweep_model_clear(self->sweep);
}
