/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-recorder.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "nw-blas.h"
#include "nw-build.h"
#include "nw-cpu.h"
#include "nw-error.h"
#include "nw-project-json.h"
#include "nw-report-queue.h"
#include "nw-store-private.h"

#define FLUSH_MS     400           /* between transactions */
#define RETRY_MS     2000          /* after one that failed */
#define MOST_NUMBERS (1024 * 1024) /* in one transaction */
#define MOST_REPORTS 200           /* evaluations in one transaction */

struct _NwRecorder {
  char *path; /* immutable */
  _Atomic gint64 run;

  /* immutable after begin */
  NwHistory *history;
  guint64 first_step; /* batches that an earlier session of this run did */
  NwRunFacts facts;
  char *texts[8]; /* what facts point to */
  char *resumed;
  gint64 again; /* 0: a new run; else the one that goes on with all its numbers */

  /* thread only, after begin */
  NwStore *store; /* NULL: could not be opened */
  gboolean begun; /* the run's row is complete */
  NwRunStand written;
  gsize n_changes;

  pthread_t thread;
  gboolean has_thread; /* owner only */
  pthread_mutex_t lock;
  pthread_cond_t wake, done;
  NwReportQueue *queue;          /* has a lock of its own */
  gboolean leaving;              /* guarded by lock; the owner waits for the thread */
  guint64 asked, answered;       /* guarded by lock; flushes */
  gboolean has_end, end_written; /* guarded by lock */
  NwEnd end;                     /* guarded by lock, and what follows */
  char *message;
  NwWeights *best, *last;
  char *problem;
  gboolean told; /* about the failure that still lasts */
};

static void
lock(NwRecorder *self)
{
  pthread_mutex_lock(&self->lock);
}

static void
unlock(NwRecorder *self)
{
  pthread_mutex_unlock(&self->lock);
}

/* Takes @sentence. The first of a row of failures is told. */
static void
tell(NwRecorder *self, char *sentence)
{
  lock(self);
  g_free(self->problem);
  self->problem = sentence;
  unlock(self);
}

char *
nw_recorder_dup_problem(NwRecorder *self)
{
  lock(self);
  char *problem = g_steal_pointer(&self->problem);
  unlock(self);
  return problem;
}

gint64
nw_recorder_get_run(NwRecorder *self)
{
  return atomic_load(&self->run);
}

const char *
nw_recorder_get_path(const NwRecorder *self)
{
  return self->path;
}

/* ── opening ─────────────────────────────────────────────────────────────────────────────────── */

static gboolean
open_store(NwRecorder *self, GError **error)
{
  g_autofree char *folder = g_path_get_dirname(self->path);

  if (g_mkdir_with_parents(folder, 0755) != 0) {
    int code = errno;
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("The folder %s for the history of runs cannot be made: %s."), folder,
                g_strerror(code));
    return FALSE;
  }
  self->store = nw_store_open(self->path, NW_STORE_WRITE, error);
  return self->store != NULL;
}

static gboolean
has_run(NwRecorder *self, gint64 run)
{
  g_autoptr(NwStoredRun) found = run != 0 ? nw_store_find_run(self->store, run, NULL) : NULL;

  return found != NULL;
}

/* A fresh row, all of whose numbers are still to be written; or that of the run that goes on. */
static gboolean
reserve(NwRecorder *self, GError **error)
{
  self->begun = FALSE;
  self->written = (NwRunStand){.best_loss = NAN, .mean_ece = NAN, .best_epoch = -1};
  self->n_changes = 0;
  if (!has_run(self, self->again))
    self->again = 0;
  atomic_store(&self->run,
               self->again != 0 ? self->again : nw_store_reserve_run(self->store, error));
  return nw_recorder_get_run(self) != 0;
}

static gboolean
prepare(NwRecorder *self, GError **error)
{
  return (self->store != NULL || open_store(self, error)) && reserve(self, error);
}

/* A damaged file, or one of another program, makes room; @error is then cleared. */
static gboolean
put_aside(NwRecorder *self, GError **error)
{
  char *notice;

  if (!g_error_matches(*error, NW_ERROR, NW_ERROR_FORMAT))
    return FALSE;
  g_clear_pointer(&self->store, nw_store_free);
  notice = nw_store_put_aside(self->path, *error);
  if (notice == NULL)
    return FALSE;
  g_clear_error(error);
  tell(self, notice);
  return TRUE;
}

static NwRecorder *
recorder_new(const char *path, gint64 again)
{
  NwRecorder *self = g_new0(NwRecorder, 1);
  g_autoptr(GError) error = NULL;
  pthread_condattr_t clock;

  self->path = g_canonicalize_filename(path, NULL);
  self->again = again;
  pthread_mutex_init(&self->lock, NULL);
  pthread_condattr_init(&clock);
  pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
  pthread_cond_init(&self->wake, &clock);
  pthread_cond_init(&self->done, NULL);
  pthread_condattr_destroy(&clock);
  self->queue = nw_report_queue_new();
  if (!prepare(self, &error) && !(put_aside(self, &error) && prepare(self, &error))) {
    tell(self, g_strdup_printf(_("%s The run is not recorded for now."), error->message));
    self->told = TRUE;
  }
  return self;
}

NwRecorder *
nw_recorder_new(const char *path)
{
  return recorder_new(path, 0);
}

NwRecorder *
nw_recorder_new_again(const char *path, gint64 run)
{
  return recorder_new(path, run);
}

/* ── writing ─────────────────────────────────────────────────────────────────────────────────── */

/* The run that goes on is there up to its end. */
static gint64
find_old(NwRecorder *self)
{
  if (self->again != 0)
    return self->again;
  return self->resumed != NULL ? nw_store_find_folder(self->store, self->resumed) : 0;
}

/* The stored run goes on: where it ended, or, of the folder that is resumed, cut to where its checkpoint
 * stands. */
static gboolean
take_up(NwRecorder *self, gboolean *found, GError **error)
{
  gint64 reserved = nw_recorder_get_run(self), old = find_old(self);
  g_autoptr(NwStoredRun) run = old != 0 ? nw_store_find_run(self->store, old, NULL) : NULL;
  guint n_steps = nw_history_get_n_step_series(self->history);
  guint n_epochs = nw_history_get_n_epoch_series(self->history) + 1;
  g_autofree char *series = run != NULL ? nw_store_dup_series(self->store, old) : NULL;

  *found = run != NULL && (run->state != NW_STORED_RUNNING || self->again != 0) &&
           g_strcmp0(series, self->facts.series) == 0;
  if (!*found)
    return TRUE;
  self->written.n_steps = MIN(run->n_steps, self->first_step);
  self->written.mean_ece = run->mean_ece;
  if (self->again != 0) {
    self->written.n_steps =
        MIN(run->n_steps, self->first_step + nw_history_get_n_steps(self->history));
    self->written.n_epochs = MIN(run->n_epochs, nw_history_get_n_epochs(self->history));
  }
  if (!nw_store_continue_run(self->store, old, &self->facts, error) ||
      !nw_store_cut_values(self->store, old, NW_AXIS_STEPS, n_steps, self->written.n_steps,
                           error) ||
      !nw_store_cut_values(self->store, old, NW_AXIS_EPOCHS, n_epochs, self->written.n_epochs,
                           error))
    return FALSE;
  if (reserved != old)
    nw_store_drop_run(self->store, reserved);
  atomic_store(&self->run, old);
  return TRUE;
}

static gboolean
write_beginning(NwRecorder *self, GError **error)
{
  gboolean resumed;

  return take_up(self, &resumed, error) &&
         (resumed ||
          nw_store_begin_run(self->store, nw_recorder_get_run(self), &self->facts, error));
}

/* Rows [@from, @from + @n) of all series into @rows. */
static void
read_rows(NwRecorder *self, NwAxis axis, guint n_series, guint64 from, gsize n, double *rows)
{
  g_autofree double *column = g_new(double, n);

  for (guint s = 0; s < n_series; s++) {
    gsize gap = 0; /* steps that only another session saw */

    if (axis == NW_AXIS_STEPS) {
      gap = from < self->first_step ? (gsize)MIN(n, self->first_step - from) : 0;
      nw_history_read_steps(self->history, s, (gsize)(from + gap - self->first_step), n - gap,
                            column + gap);
    } else if (s + 1 < n_series) {
      nw_history_read_epochs(self->history, s, (gsize)from, n, column);
    } else {
      for (gsize i = 0; i < n; i++)
        column[i] = nw_history_get_epoch_time(self->history, (gsize)from + i);
    }
    for (gsize i = 0; i < gap; i++)
      column[i] = NAN;
    for (gsize i = 0; i < n; i++)
      rows[i * n_series + s] = column[i];
  }
}

/* What is new, but no more than one transaction should hold; in pieces, so that the worker never
 * waits for long. @more: there is. */
static gboolean
write_axis(NwRecorder *self, NwAxis axis, guint n_series, guint64 there, guint64 *done,
           gboolean *more, GError **error)
{
  guint64 end = MIN(there, *done + MOST_NUMBERS / MAX(n_series, 1) + 1);
  g_autofree double *rows = g_new(double, (gsize)NW_CHUNK *n_series + 1);

  while (*done < end) {
    gsize n = (gsize)MIN(end - *done, NW_CHUNK);

    read_rows(self, axis, n_series, *done, n, rows);
    if (!nw_store_append_values(self->store, nw_recorder_get_run(self), axis, n_series, *done, n,
                                rows, error))
      return FALSE;
    *done += n;
  }
  *more |= end < there;
  return TRUE;
}

static gboolean
write_changes(NwRecorder *self, gsize *n, GError **error)
{
  for (; *n < nw_history_get_n_changes(self->history); (*n)++) {
    NwChange change = nw_history_get_change(self->history, *n);
    if (!nw_store_add_change(self->store, nw_recorder_get_run(self), &change, error))
      return FALSE;
  }
  return TRUE;
}

static double
mean_ece(GPtrArray *reports)
{
  double sum = 0, n = 0;

  for (guint i = 0; i < reports->len; i++) {
    double ece = nw_report_get_summary(g_ptr_array_index(reports, i))->ece;
    if (isfinite(ece)) {
      sum += ece;
      n++;
    }
  }
  return n > 0 ? sum / n : NAN;
}

/* The first @n that wait; they leave the queue when the transaction has held. */
static gboolean
write_evaluations(NwRecorder *self, GPtrArray *evaluations, NwRunStand *stand, GError **error)
{
  for (guint i = 0; i < evaluations->len; i++) {
    const NwEvaluated *evaluation = g_ptr_array_index(evaluations, i);

    if (!nw_store_add_reports(self->store, nw_recorder_get_run(self), evaluation->epoch,
                              (NwReport *const *)evaluation->reports->pdata,
                              evaluation->reports->len, error))
      return FALSE;
    stand->mean_ece = mean_ece(evaluation->reports);
  }
  return TRUE;
}

static double
best_loss(const NwHistory *history, int epoch)
{
  double loss = NAN;
  int series = nw_history_find_epoch_series(history, "val_loss");

  if (series < 0)
    series = nw_history_find_epoch_series(history, "loss");
  if (series >= 0 && epoch >= 0)
    nw_history_read_epochs(history, (guint)series, (gsize)epoch, 1, &loss);
  return loss;
}

static gboolean
write_end(NwRecorder *self, gboolean *has_end, GError **error)
{
  g_autofree char *best = NULL, *last = NULL;

  lock(self);
  *has_end = self->has_end && !self->end_written;
  unlock(self);
  if (!*has_end) /* from here on nobody changes them */
    return TRUE;
  best = self->best != NULL ? nw_weights_checksum(self->best) : NULL;
  last = self->last != NULL ? nw_weights_checksum(self->last) : NULL;
  return nw_store_end_run(self->store, nw_recorder_get_run(self), self->end, self->message, best,
                          last, error);
}

/* One transaction; FALSE: nothing of it holds. */
static gboolean
write_some(NwRecorder *self, gboolean *more, GError **error)
{
  NwRunStand stand;
  guint64 steps = self->first_step + nw_history_get_n_steps(self->history);
  guint64 epochs = nw_history_get_n_epochs(self->history);
  guint n_step_series = nw_history_get_n_step_series(self->history);
  guint n_epoch_series = nw_history_get_n_epoch_series(self->history) + 1;
  gboolean has_end = FALSE;
  gsize n_changes = self->n_changes;
  guint stride;
  g_autoptr(GPtrArray) evaluations = nw_report_queue_take(self->queue, MOST_REPORTS, &stride);

  *more = evaluations->len == MOST_REPORTS;
  if (!nw_store_begin(self->store, TRUE, error) || (!self->begun && !write_beginning(self, error)))
    goto failed;
  stand = self->written;
  if (!write_axis(self, NW_AXIS_STEPS, n_step_series, steps, &stand.n_steps, more, error) ||
      !write_axis(self, NW_AXIS_EPOCHS, n_epoch_series, epochs, &stand.n_epochs, more, error) ||
      !write_changes(self, &n_changes, error) ||
      !write_evaluations(self, evaluations, &stand, error))
    goto failed;
  stand.best_epoch = nw_history_get_best_epoch(self->history);
  if (stand.best_epoch >= (int)stand.n_epochs)
    stand.best_epoch = -1;
  stand.best_loss = best_loss(self->history, stand.best_epoch);
  stand.seconds = epochs > 0 ? nw_history_get_epoch_time(self->history, epochs - 1) : 0;
  if (evaluations->len > 0 &&
      !nw_store_thin_reports(
          self->store, nw_recorder_get_run(self), stride, (guint)(stand.best_epoch + 1),
          ((NwEvaluated *)g_ptr_array_index(evaluations, evaluations->len - 1))->epoch, error))
    goto failed;
  if (!nw_store_update_run(self->store, nw_recorder_get_run(self), &stand, error) ||
      (!*more && !write_end(self, &has_end, error)) || !nw_store_commit(self->store, error))
    goto failed;
  self->begun = TRUE;
  self->written = stand;
  self->n_changes = n_changes;
  lock(self);
  self->end_written |= has_end;
  unlock(self);
  return TRUE;

failed:
  nw_store_rollback(self->store);
  nw_report_queue_give_back(self->queue, evaluations);
  return FALSE;
}

/* ── the thread ──────────────────────────────────────────────────────────────────────────────── */

/* Opens the store again; where the run is not in it (any more), it is written down anew. */
static gboolean
reopen(NwRecorder *self, GError **error)
{
  gint64 run = nw_recorder_get_run(self);
  g_autoptr(NwStoredRun) old = NULL;

  if (!open_store(self, error))
    return FALSE;
  old = self->begun ? nw_store_find_run(self->store, run, NULL) : NULL;
  return old != NULL || reserve(self, error);
}

/* Everything that is new; FALSE: try again later. */
static gboolean
write_all(NwRecorder *self)
{
  g_autoptr(GError) error = NULL;
  gboolean more = TRUE, written = TRUE;

  for (guint attempt = 0; attempt < 2; attempt++) {
    written = self->store != NULL || reopen(self, &error);
    for (more = written; more && written;)
      written = write_some(self, &more, &error);
    if (written || !put_aside(self, &error))
      break;
  }
  /* In use or full: the connection is as good as before. Else what lies there then is looked at. */
  if (!written && !g_error_matches(error, NW_ERROR, NW_ERROR_LIMIT))
    g_clear_pointer(&self->store, nw_store_free);
  if (!written && !self->told)
    tell(self,
         g_strdup_printf(_("%s Training goes on; the run is recorded as soon as that is possible."),
                         error != NULL ? error->message : ""));
  self->told = !written;
  return written;
}

static void
wait_for(NwRecorder *self, guint ms)
{
  struct timespec until;

  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += ms / 1000;
  until.tv_nsec += (long)(ms % 1000) * 1000000;
  if (until.tv_nsec >= 1000000000) {
    until.tv_nsec -= 1000000000;
    until.tv_sec++;
  }
  while (!self->leaving && self->asked == self->answered &&
         pthread_cond_timedwait(&self->wake, &self->lock, &until) == 0)
    ;
}

static void *
thread_main(void *data)
{
  NwRecorder *self = data;
  gboolean leaving = FALSE, written = TRUE;

  while (!leaving) {
    guint64 asked;

    lock(self);
    wait_for(self, written ? FLUSH_MS : RETRY_MS);
    leaving = self->leaving;
    asked = self->asked;
    unlock(self);
    written = write_all(self);
    lock(self);
    self->answered = asked;
    pthread_cond_broadcast(&self->done);
    unlock(self);
  }
  return NULL;
}

/* ── for the owner ───────────────────────────────────────────────────────────────────────────── */

static const char *
keep(NwRecorder *self, char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS(self->texts); i++)
    if (self->texts[i] == NULL)
      return self->texts[i] = text;
  g_assert_not_reached();
}

void
nw_recorder_begin(NwRecorder *self, NwTrainer *trainer, const NwRecorderAbout *about)
{
  NwProject *project = about->project != NULL ? about->project : nw_trainer_get_project(trainer);
  NwDataset *dataset = nw_trainer_get_dataset(trainer);

  g_return_if_fail(self->history == NULL);
  self->history = nw_history_ref(nw_trainer_get_history(trainer));
  self->first_step = nw_trainer_get_first_step(trainer);
  self->resumed = g_strdup(about->resumed);
  self->facts = (NwRunFacts){
      .project = keep(self, nw_project_to_json(project)),
      .series = keep(self, nw_stored_series_to_json(self->history)),
      .seed = nw_params_get_int(nw_project_get_training(project), "seed"),
      .threads = about->threads,
      .build = nw_build_describe(),
      .kernels = nw_cpu_name(nw_cpu_get()),
      .blas = nw_blas_describe(),
      .steps_per_epoch = nw_history_get_steps_per_epoch(self->history),
  };
  if (about->base_dir != NULL)
    self->facts.base_dir = keep(self, g_strdup(about->base_dir));
  if (about->folder != NULL)
    self->facts.folder = keep(self, g_strdup(about->folder));
  if (about->start_hash != NULL)
    self->facts.start_hash = keep(self, g_strdup(about->start_hash));
  if (nw_dataset_get_hash(dataset) != NULL)
    self->facts.data_hash = keep(self, g_strdup(nw_dataset_get_hash(dataset)));
  write_all(self); /* the run is there before its first number */
  self->has_thread = pthread_create(&self->thread, NULL, thread_main, self) == 0;
}

static void
take_end(NwRecorder *self, NwTrainer *trainer, const NwEvent *event)
{
  self->end = event->end;
  self->message = g_strdup(event->message);
  self->best = nw_trainer_dup_weights(trainer, TRUE);
  self->last = nw_trainer_dup_weights(trainer, FALSE);
  self->has_end = TRUE;
  self->asked++;
  pthread_cond_signal(&self->wake);
}

void
nw_recorder_take(NwRecorder *self, NwTrainer *trainer, const NwEvent *event)
{
  if (event->type == NW_EVENT_EPOCH)
    nw_report_queue_push(self->queue, event, (guint)(nw_history_get_best_epoch(self->history) + 1));
  lock(self);
  if (event->type == NW_EVENT_END && !self->has_end)
    take_end(self, trainer, event);
  unlock(self);
}

void
nw_recorder_flush(NwRecorder *self)
{
  if (!self->has_thread)
    return;
  lock(self);
  guint64 ticket = ++self->asked;
  pthread_cond_signal(&self->wake);
  while (self->answered < ticket)
    pthread_cond_wait(&self->done, &self->lock);
  unlock(self);
}

static void
leave(NwRecorder *self)
{
  lock(self);
  if (!self->has_end) {
    self->end = NW_END_STOPPED;
    self->has_end = TRUE;
  }
  self->leaving = TRUE;
  pthread_cond_signal(&self->wake);
  unlock(self);
  if (self->has_thread)
    pthread_join(self->thread, NULL);
}

/* The trainer was never started: there is nothing to remember. */
static gboolean
is_empty(const NwRecorder *self)
{
  return self->has_end == FALSE && self->first_step == 0 &&
         nw_history_get_n_steps(self->history) == 0;
}

void
nw_recorder_free(NwRecorder *self)
{
  gboolean drop;

  if (self == NULL)
    return;
  drop = self->history == NULL || is_empty(self);
  if (self->history != NULL)
    leave(self);
  if (drop && self->store != NULL)
    nw_store_drop_run(self->store, nw_recorder_get_run(self));
  nw_store_free(self->store);
  pthread_mutex_destroy(&self->lock);
  pthread_cond_destroy(&self->wake);
  pthread_cond_destroy(&self->done);
  nw_report_queue_free(self->queue);
  nw_history_unref(self->history);
  nw_weights_unref(self->best);
  nw_weights_unref(self->last);
  for (gsize i = 0; i < G_N_ELEMENTS(self->texts); i++)
    g_free(self->texts[i]);
  g_free(self->resumed);
  g_free(self->message);
  g_free(self->problem);
  g_free(self->path);
  g_free(self);
}
