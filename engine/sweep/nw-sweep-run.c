/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep-private.h"

#include "nw-checkpoint.h"
#include "nw-data-key.h"
#include "nw-error.h"
#include "nw-infer.h"
#include "nw-place.h"
#include "nw-plan.h"
#include "nw-recorder.h"
#include "nw-store.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define POLL_USEC  20000
#define TELL_EVERY 5 /* looks between two words about the progress */

void
nw_sweep_run_free(NwSweepRun *run)
{
  if (run == NULL)
    return;
  nw_sweep_free(run->sweep);
  g_clear_pointer(&run->project, nw_project_unref);
  g_clear_pointer(&run->dataset, nw_dataset_unref);
  g_ptr_array_unref(run->trials);
  g_free(run->data_key);
  g_free(run->fingerprint);
  g_free(run->base_dir);
  g_free(run->runs);
  g_free(run);
}

const NwSweep *
nw_sweep_run_get_sweep(const NwSweepRun *run)
{
  return run->sweep;
}

guint
nw_sweep_run_get_n_trials(const NwSweepRun *run)
{
  return run->trials->len;
}

static NwSweepTrial *
get_trial(const NwSweepRun *run, guint i)
{
  return g_ptr_array_index(run->trials, i);
}

const NwSweepTrial *
nw_sweep_run_get_trial(const NwSweepRun *run, guint i)
{
  return get_trial(run, i);
}

gboolean
nw_sweep_run_is_higher_better(const NwSweepRun *run)
{
  return run->higher_is_better;
}

static gboolean
is_better(const NwSweepRun *run, double a, double b)
{
  if (!isfinite(a))
    return FALSE;
  return !isfinite(b) || (run->higher_is_better ? a > b : a < b);
}

int
nw_sweep_run_get_best(const NwSweepRun *run)
{
  int best = -1;

  for (guint i = 0; i < run->trials->len; i++)
    if (is_better(run, get_trial(run, i)->judged,
                  best < 0 ? NAN : get_trial(run, (guint)best)->judged))
      best = (int)i;
  return best;
}

/* ── what there is to do ─────────────────────────────────────────────────────────────────────── */

static void
list_trials(NwSweepRun *run)
{
  guint n = (guint)run->sweep->strategy->count(run->sweep), n_params = run->sweep->params->len;

  for (guint i = 0; i < n; i++) {
    NwSweepTrial *trial = g_new0(NwSweepTrial, 1);

    trial->number = i + 1;
    trial->values = g_new0(char *, n_params + 1);
    for (guint p = 0; p < n_params; p++)
      trial->values[p] = run->sweep->strategy->dup_value(run->sweep, p, i);
    trial->judged = trial->ece = NAN;
    g_ptr_array_add(run->trials, trial);
  }
}

static NwSweepRun *
run_new(NwSweep *sweep, const char *runs)
{
  NwSweepRun *run = g_new0(NwSweepRun, 1);

  run->sweep = sweep;
  run->runs = g_strdup(runs);
  run->trials = g_ptr_array_new_with_free_func((GDestroyNotify)nw_sweep_trial_free);
  return run;
}

/* What trials must have in common with those of before: all but positions. */
static char *
dup_fingerprint(NwProject *project)
{
  g_autofree char *but_epochs = nw_checkpoint_fingerprint(project);

  return g_strdup_printf("%s %" G_GINT64_FORMAT, but_epochs,
                         nw_params_get_int(nw_project_get_training(project), "epochs"));
}

/* Where nothing could be trained at all, something else was at fault: a file that is there now. */
static void
try_again(NwSweepRun *run)
{
  for (guint i = 0; i < run->trials->len; i++)
    if (get_trial(run, i)->run > 0)
      return;
  for (guint i = 0; i < run->trials->len; i++) {
    NwSweepTrial *trial = get_trial(run, i);

    trial->state = NW_TRIAL_WAITING;
    g_clear_pointer(&trial->message, g_free);
  }
  run->rung = 0;
}

NwSweepRun *
nw_sweep_run_new(const NwSweep *sweep, NwProject *project, const NwSweepPlace *place,
                 GError **error)
{
  g_autoptr(NwSweepRun) run = run_new(nw_sweep_copy(sweep), place->runs);
  gboolean found;

  if (!nw_sweep_check(run->sweep, project, error))
    return NULL;
  run->project = nw_project_ref(project);
  run->fingerprint = dup_fingerprint(project);
  run->base_dir = g_strdup(place->base_dir);
  run->threads = place->threads;
  if (!nw_sweep_state_load(run, &found, error))
    return NULL;
  if (run->trials->len == 0)
    list_trials(run);
  try_again(run);
  return g_steal_pointer(&run);
}

NwSweepRun *
nw_sweep_run_load(const char *runs, const char *name, GError **error)
{
  g_autoptr(NwSweepRun) run = run_new(nw_sweep_new(name), runs);
  gboolean found;

  if (!nw_sweep_state_load(run, &found, error))
    return NULL;
  if (found)
    return g_steal_pointer(&run);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("There is no sweep “%s”."), name);
  return NULL;
}

/* ── one trial ───────────────────────────────────────────────────────────────────────────────── */

/* What a trial is trained with. */
typedef struct {
  NwSweepRun *run;
  NwSweepTrial *trial;
  guint epochs;
  NwProject *project;
  NwTrainer *trainer;
  NwRecorder *recorder;
  int series; /* that judges */
} Attempt;

static void
attempt_clear(Attempt *self)
{
  g_clear_pointer(&self->recorder, nw_recorder_free);
  g_clear_pointer(&self->trainer, nw_trainer_free);
  g_clear_pointer(&self->project, nw_project_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Attempt, attempt_clear)

/* Keeps the data of the trial before where nothing about it has changed. */
static gboolean
find_dataset(NwSweepRun *run, NwProject *project, NwPlan *plan, GError **error)
{
  gsize n;
  g_autofree NwFieldRequest *requests = nw_plan_dup_requests(plan, &n);
  g_autofree char *key = nw_data_key_new(nw_project_get_data(project), run->base_dir, requests, n);

  if (run->dataset != NULL && g_strcmp0(key, run->data_key) == 0)
    return TRUE;
  g_free(run->data_key);
  run->data_key = g_steal_pointer(&key);
  g_clear_pointer(&run->dataset, nw_dataset_unref);
  run->dataset =
      nw_dataset_build(nw_project_get_data(project), run->base_dir, NULL, requests, n, error);
  return run->dataset != NULL;
}

static gboolean
begins_with_data(Attempt *self, GError **error)
{
  NwSweepRun *run = self->run;
  g_autofree char *epochs = g_strdup_printf("%u", self->epochs);
  g_autoptr(NwProject) applied =
      nw_sweep_apply(run->sweep, run->project, self->trial->values, error);
  g_autoptr(NwInference) inference = NULL;
  g_autoptr(NwPlan) plan = NULL;

  self->project =
      applied != NULL ? nw_project_set(applied, "training.epochs", epochs, error) : NULL;
  if (self->project == NULL)
    return FALSE;
  inference = nw_inference_new(nw_project_get_graph(self->project));
  if (!nw_inference_check(inference, error))
    return FALSE;
  plan = nw_plan_new(inference, 1, FALSE, error);
  if (plan == NULL)
    return FALSE;
  self->trial->n_weights = (gsize)nw_inference_get_n_trainable(inference);
  return find_dataset(run, self->project, plan, error);
}

/* Is there a checkpoint to go on from? */
static gboolean
may_continue(const NwSweepTrial *trial)
{
  g_autofree char *path =
      trial->folder != NULL ? g_build_filename(trial->folder, "last.safetensors", NULL) : NULL;

  return path != NULL && g_file_test(path, G_FILE_TEST_EXISTS);
}

static gboolean
make_folder(Attempt *self, GError **error)
{
  NwSweepTrial *trial = self->trial;

  if (trial->folder == NULL)
    trial->folder = nw_place_make_run_folder(self->run->runs, nw_recorder_get_run(self->recorder));
  if (trial->folder != NULL)
    return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("No folder for a run can be made in “%s”."),
              self->run->runs);
  return FALSE;
}

/* Name and tag, so that people find it among the other runs. */
static void
mark_run(Attempt *self, gint64 id)
{
  g_autoptr(NwStore) store =
      nw_store_open(nw_recorder_get_path(self->recorder), NW_STORE_WRITE, NULL);
  g_autofree char *name = g_strdup_printf("%s %u", self->run->sweep->name, self->trial->number);

  if (store == NULL || id <= 0)
    return;
  nw_store_set_text(store, id, NW_RUN_NAME, name, NULL);
  nw_store_set_text(store, id, NW_RUN_TAGS, self->run->sweep->name, NULL);
}

static gboolean
find_series(Attempt *self, GError **error)
{
  NwHistory *history = nw_trainer_get_history(self->trainer);
  const NwSweep *sweep = self->run->sweep;
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  g_autofree char *shown = NULL;
  const char *nearest;

  self->series = nw_history_find_epoch_series(history, sweep->judge);
  if (self->series >= 0) {
    self->run->higher_is_better =
        sweep->mode == NW_SWEEP_AUTO
            ? nw_history_get_epoch_series(history, (guint)self->series)->higher_is_better
            : sweep->mode == NW_SWEEP_MAX;
    return TRUE;
  }
  for (guint i = 0; i < nw_history_get_n_epoch_series(history); i++)
    g_ptr_array_add(names, nw_history_get_epoch_series(history, i)->name);
  g_ptr_array_add(names, NULL);
  nearest = nw_nearest_word(sweep->judge, (const char *const *)names->pdata);
  shown = nw_text_for_message(sweep->judge);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("No run of this project has a number “%s” to judge by; take “%s”."), shown,
              nearest != NULL ? nearest : (const char *)names->pdata[0]);
  return FALSE;
}

static void
judge(Attempt *self)
{
  NwSweepTrial *trial = self->trial;
  NwHistory *history = nw_trainer_get_history(self->trainer);
  gsize n = nw_history_get_n_epochs(history);
  g_autofree double *values = g_new(double, n + 1);

  n = nw_history_read_epochs(history, (guint)self->series, 0, n, values);
  trial->judged = NAN;
  trial->judged_epoch = 0;
  for (gsize i = 0; i < n; i++)
    if (is_better(self->run, values[i], trial->judged)) {
      trial->judged = values[i];
      trial->judged_epoch = (guint)i + 1;
    }
  trial->epochs = (guint)n;
  trial->seconds = n > 0 ? nw_history_get_epoch_time(history, n - 1) : 0;
}

/* As it was recorded at the epoch that counts. */
static void
read_ece(Attempt *self)
{
  g_autoptr(NwStore) store =
      nw_store_open(nw_recorder_get_path(self->recorder), NW_STORE_READ, NULL);
  g_autoptr(GPtrArray) reports =
      store != NULL && self->trial->judged_epoch > 0
          ? nw_store_load_reports(store, self->trial->run, self->trial->judged_epoch, NULL)
          : NULL;
  double sum = 0;
  guint n = 0;

  for (guint i = 0; reports != NULL && i < reports->len; i++) {
    double ece = nw_report_get_summary(g_ptr_array_index(reports, i))->ece;

    if (isfinite(ece)) {
      sum += ece;
      n++;
    }
  }
  self->trial->ece = n > 0 ? sum / n : NAN;
}

/* What the loop tells of. */
typedef struct {
  NwSweepFunc func;
  gpointer data;
  double before, weight; /* of this trial in the whole sweep */
} Teller;

static void
tell(const Attempt *self, const Teller *teller, NwSweepNews news, double share)
{
  if (teller->func != NULL)
    teller->func(self->run, news, self->trial->number - 1, teller->before + teller->weight * share,
                 teller->data);
}

static double
fraction_done(const Attempt *self, guint first)
{
  guint epoch, epochs, batch, n_batches;

  nw_trainer_get_progress(self->trainer, &epoch, &epochs, &batch, &n_batches);
  return CLAMP((MAX(epoch, 1) - 1.0 - first + (double)batch / MAX(n_batches, 1)) /
                   MAX(1, (int)epochs - (int)first),
               0, 1);
}

/* Until the worker has ended. */
static NwEnd
follow(Attempt *self, GCancellable *cancellable, const Teller *teller)
{
  guint first = self->trial->epochs;
  NwEnd end = NW_END_FAILED;
  gboolean ended = FALSE, news;

  nw_trainer_start(self->trainer);
  for (guint look = 0; !ended; look++) {
    NwEvent *event;

    news = FALSE;
    if (g_cancellable_is_cancelled(cancellable))
      nw_trainer_stop(self->trainer);
    while (!ended && (event = nw_trainer_pop_event(self->trainer)) != NULL) {
      nw_recorder_take(self->recorder, self->trainer, event);
      ended = event->type == NW_EVENT_END;
      news = news || event->type == NW_EVENT_EPOCH;
      if (ended) {
        end = event->end;
        g_free(self->trial->message);
        self->trial->message =
            end == NW_END_NOT_FINITE || end == NW_END_FAILED ? g_strdup(event->message) : NULL;
      }
      nw_event_unref(event);
    }
    if (news)
      judge(self);
    if (news || look % TELL_EVERY == 0)
      tell(self, teller, news ? NW_SWEEP_EPOCH : NW_SWEEP_PROGRESS, fraction_done(self, first));
    if (!ended)
      g_usleep(POLL_USEC);
  }
  nw_trainer_join(self->trainer);
  judge(self);
  return end;
}

/* The trial cannot be trained: that is its result. */
static gboolean
give_up(Attempt *self, GError *fault)
{
  self->trial->state = NW_TRIAL_FAILED;
  g_free(self->trial->message);
  self->trial->message = g_strdup(fault->message);
  g_error_free(fault);
  return TRUE;
}

static gboolean
begin_training(Attempt *self, GError **error)
{
  NwSweepRun *run = self->run;
  NwSweepTrial *trial = self->trial;
  g_autofree char *history = nw_place_dup_history(run->runs);
  gboolean goes_on = may_continue(trial);
  NwTrainOptions options = {.threads = run->threads, .base_dir = run->base_dir};
  NwRecorderAbout about = {.base_dir = run->base_dir, .threads = run->threads};

  self->recorder = nw_recorder_new(history);
  if (!make_folder(self, error))
    return FALSE;
  options.out_dir = about.folder = trial->folder;
  options.resume_dir = about.resumed = goes_on ? trial->folder : NULL;
  self->trainer = nw_trainer_new(self->project, run->dataset, &options, error);
  if (self->trainer == NULL || !find_series(self, error))
    return FALSE;
  nw_recorder_begin(self->recorder, self->trainer, &about);
  nw_recorder_flush(self->recorder);
  trial->run = nw_recorder_get_run(self->recorder);
  mark_run(self, trial->run);
  return nw_sweep_state_save(run, error);
}

/* Nothing was trained: without its folder, the next time begins anew. */
static void
drop_folder(NwSweepTrial *trial)
{
  if (trial->folder != NULL && g_rmdir(trial->folder) == 0)
    g_clear_pointer(&trial->folder, g_free);
}

/* FALSE: the sweep cannot go on. */
static gboolean
try_trial(Attempt *self, GCancellable *cancellable, const Teller *teller, GError **error)
{
  GError *fault = NULL;
  NwEnd end;

  if (!begins_with_data(self, &fault))
    return give_up(self, fault);
  if (!begin_training(self, &fault)) {
    drop_folder(self->trial);
    if (self->trainer == NULL && self->recorder != NULL && fault->domain != G_IO_ERROR)
      return give_up(self, fault);
    g_propagate_error(error, fault);
    return FALSE;
  }
  end = follow(self, cancellable, teller);
  nw_recorder_flush(self->recorder);
  self->trial->run = nw_recorder_get_run(self->recorder);
  read_ece(self);
  self->trial->ended_early = end == NW_END_EARLY;
  if (end == NW_END_NOT_FINITE || end == NW_END_FAILED)
    self->trial->state = NW_TRIAL_FAILED;
  return TRUE;
}

static gboolean
train_trial(NwSweepRun *run, guint i, guint epochs, GCancellable *cancellable, const Teller *teller,
            GError **error)
{
  g_auto(Attempt) attempt = {.run = run, .trial = get_trial(run, i), .epochs = epochs};

  if (!try_trial(&attempt, cancellable, teller, error) || !nw_sweep_state_save(run, error))
    return FALSE;
  tell(&attempt, teller, NW_SWEEP_TRIAL, 1);
  return TRUE;
}

/* ── all of them ─────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_in(const NwSweepTrial *trial)
{
  return trial->state == NW_TRIAL_WAITING;
}

static guint
count_in(const NwSweepRun *run)
{
  guint n = 0;

  for (guint i = 0; i < run->trials->len; i++)
    n += is_in(get_trial(run, i));
  return n;
}

/* Equal numbers: the earlier one is better, so that nothing is left to chance. */
static int
compare_trials_cb(gconstpointer a, gconstpointer b, gpointer data)
{
  const NwSweepRun *run = data;
  const NwSweepTrial *one = *(NwSweepTrial *const *)a, *two = *(NwSweepTrial *const *)b;

  if (is_better(run, one->judged, two->judged))
    return -1;
  if (is_better(run, two->judged, one->judged))
    return 1;
  return one->number < two->number ? -1 : 1;
}

/* After a comparison: all are done, or the best of them go on. */
static void
compare(NwSweepRun *run, gboolean is_last)
{
  g_autoptr(GPtrArray) in = g_ptr_array_new();
  guint go_on;

  for (guint i = 0; i < run->trials->len; i++)
    if (is_in(get_trial(run, i)))
      g_ptr_array_add(in, get_trial(run, i));
  go_on = (in->len + run->sweep->eta - 1) / run->sweep->eta;
  if (!is_last)
    g_ptr_array_sort_with_data(in, compare_trials_cb, run);
  for (guint i = 0; i < in->len; i++) {
    NwSweepTrial *trial = g_ptr_array_index(in, i);

    if (is_last)
      trial->state = NW_TRIAL_DONE;
    else if (i >= go_on)
      trial->state = NW_TRIAL_LEFT;
  }
  run->rung++;
}

/* Batches are equally long, so that epochs measure the work. */
static double
count_work(const NwSweepRun *run, guint first_rung, guint n, guint all)
{
  double work = 0;

  for (guint rung = first_rung, before = 0; n > 0; rung++) {
    guint epochs = run->sweep->strategy->epochs(run->sweep, rung, all);

    before = rung > 0 ? run->sweep->strategy->epochs(run->sweep, rung - 1, all) : 0;
    work += n * (double)(epochs - before);
    if (epochs >= all)
      break;
    n = (n + run->sweep->eta - 1) / run->sweep->eta;
  }
  return work;
}

/* When none could, the reason of the first is the sweep's. */
static gboolean
has_trained(const NwSweepRun *run, GError **error)
{
  for (guint i = 0; i < run->trials->len; i++)
    if (get_trial(run, i)->run > 0)
      return TRUE;
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("No trial can be trained. %s"),
              get_trial(run, 0)->message);
  return FALSE;
}

gboolean
nw_sweep_run_go(NwSweepRun *run, GCancellable *cancellable, NwSweepFunc progress, gpointer data,
                GError **error)
{
  const NwSweepStrategy *strategy = run->sweep->strategy;
  double whole;
  guint all;

  g_return_val_if_fail(run->project != NULL, FALSE);
  all = (guint)nw_params_get_int(nw_project_get_training(run->project), "epochs");
  whole = count_work(run, 0, run->trials->len, all);
  while (count_in(run) > 0) {
    guint epochs = strategy->epochs(run->sweep, run->rung, all);
    guint before = run->rung > 0 ? strategy->epochs(run->sweep, run->rung - 1, all) : 0;
    guint n = count_in(run), done = 0;
    double left = count_work(run, run->rung, n, all);
    double each = (epochs - before) / whole;

    for (guint i = 0; i < run->trials->len; i++) {
      const NwSweepTrial *trial = get_trial(run, i);
      Teller teller = {progress, data, 1 - left / whole + done * each, each};

      if (!is_in(trial))
        continue;
      done++;
      if (trial->epochs >= epochs || trial->ended_early)
        continue;
      if (g_cancellable_set_error_if_cancelled(cancellable, error) ||
          !train_trial(run, i, epochs, cancellable, &teller, error))
        return FALSE;
    }
    if (g_cancellable_set_error_if_cancelled(cancellable, error))
      return FALSE;
    compare(run, epochs >= all);
    if (!nw_sweep_state_save(run, error))
      return FALSE;
    if (progress != NULL)
      progress(run, NW_SWEEP_COMPARED, 0,
               1 - count_work(run, run->rung, count_in(run), all) / whole, data);
  }
  return has_trained(run, error);
}
