/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-judge.h"

#include <gio/gio.h>
#include <glib/gi18n.h>

#include "nw-trained.h"

struct _NwJudge {
  GObject parent;

  NwRun *run;
  NwSplit split;
  gboolean foreign; /* the predictions of another program; then there is no run */
  GPtrArray *reports;
  GPtrArray *by_split[NW_N_SPLITS]; /* (nullable) what the run is worth now */
  gsize samples[NW_N_SPLITS];
  GPtrArray *none; /* empty */
  char *sentence;
  GCancellable *evaluating;
};

G_DEFINE_FINAL_TYPE(NwJudge, nw_judge, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, N_SIGNALS };
static guint signals[N_SIGNALS];

GPtrArray *
nw_judge_get_reports(NwJudge *self)
{
  return self->reports;
}

GPtrArray *
nw_judge_get_split_reports(NwJudge *self, NwSplit split)
{
  return self->by_split[split] ? self->by_split[split] : self->none;
}

gboolean
nw_judge_is_busy(NwJudge *self)
{
  return self->evaluating != NULL;
}

const char *
nw_judge_get_sentence(NwJudge *self)
{
  return self->sentence;
}

NwSplit
nw_judge_get_split(NwJudge *self)
{
  return self->split;
}

const guint32 *
nw_judge_get_rows(NwJudge *self, gsize *n)
{
  NwDataset *dataset = self->run ? nw_run_get_dataset(self->run) : NULL;

  *n = 0;
  return dataset ? nw_dataset_get_split(dataset, self->split, n) : NULL;
}

/* NULL among the reports is left out. (transfer full) */
static GPtrArray *
create_list(NwReport *const *reports, guint n)
{
  GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)nw_report_unref);

  for (guint i = 0; i < n; i++)
    if (reports[i])
      g_ptr_array_add(list, nw_report_ref(reports[i]));
  return list;
}

/* Takes the sentence. */
static void
show(NwJudge *self, GPtrArray *reports, char *sentence)
{
  g_ptr_array_ref(reports);
  g_ptr_array_unref(self->reports);
  self->reports = reports;
  g_free(self->sentence);
  self->sentence = sentence;
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

static void
forget(NwJudge *self)
{
  for (guint i = 0; i < NW_N_SPLITS; i++)
    g_clear_pointer(&self->by_split[i], g_ptr_array_unref);
}

/* ── evaluating in a thread ──────────────────────────────────────────────────────────────────── */

typedef struct {
  NwTrained *trained;
  NwSplit shown;
  gboolean wanted[NW_N_SPLITS];
  NwEvaluation *evaluations[NW_N_SPLITS]; /* made by the thread */
} Job;

static void
job_free(Job *job)
{
  nw_trained_free(job->trained);
  for (guint i = 0; i < NW_N_SPLITS; i++)
    g_clear_pointer(&job->evaluations[i], nw_evaluation_free);
  g_free(job);
}

static void
evaluate_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  const NwTrained *trained = job->trained;

  for (guint i = 0; i < NW_N_SPLITS; i++) {
    g_autoptr(GError) error = NULL;

    if (!job->wanted[i] || g_cancellable_is_cancelled(cancellable))
      continue;
    job->evaluations[i] =
        nw_evaluate(trained->project, trained->weights, trained->dataset, (NwSplit)i, 0, &error);
    if (!job->evaluations[i] && i == (guint)job->shown) {
      g_task_return_error(task, g_steal_pointer(&error));
      return;
    }
  }
  g_task_return_boolean(task, TRUE);
}

static char *
dup_evaluated(NwSplit split, gsize samples)
{
  const char *const formats[NW_N_SPLITS] = {
      [NW_SPLIT_TRAIN] = N_("the best weights on %zu training rows"),
      [NW_SPLIT_VALIDATION] = N_("the best weights on %zu validation rows"),
      [NW_SPLIT_TEST] = N_("the best weights on %zu test rows"),
  };

  return g_strdup_printf(_(formats[split]), samples);
}

static void
show_split(NwJudge *self)
{
  show(self, self->by_split[self->split], dup_evaluated(self->split, self->samples[self->split]));
}

static void
evaluated_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  NwJudge *self = NW_JUDGE(object);
  const Job *job = g_task_get_task_data(G_TASK(result));
  g_autoptr(GError) error = NULL;
  gboolean done = g_task_propagate_boolean(G_TASK(result), &error);

  if (self->evaluating != g_task_get_cancellable(G_TASK(result)))
    return;
  g_clear_object(&self->evaluating);
  for (guint i = 0; i < NW_N_SPLITS; i++) {
    const NwEvaluation *evaluation = job->evaluations[i];

    if (!evaluation)
      continue;
    g_clear_pointer(&self->by_split[i], g_ptr_array_unref);
    self->by_split[i] = create_list(evaluation->reports, evaluation->n_outputs);
    self->samples[i] = evaluation->samples;
  }
  if (done)
    show_split(self);
  else
    show(self, self->none, g_strdup(error->message));
}

static gsize
count_rows(NwJudge *self, NwSplit split)
{
  NwDataset *dataset = nw_run_get_dataset(self->run);
  gsize n = 0;

  if (dataset)
    nw_dataset_get_split(dataset, split, &n);
  return n;
}

static void
evaluate(NwJudge *self)
{
  g_autoptr(GTask) task = NULL;
  Job *job = g_new0(Job, 1);

  job->trained = nw_trained_new(self->run);
  job->shown = self->split;
  for (guint i = 0; i < NW_N_SPLITS; i++)
    job->wanted[i] = !self->by_split[i] && count_rows(self, (NwSplit)i) > 0 &&
                     (i == (guint)self->split || i != NW_SPLIT_TRAIN);
  self->evaluating = g_cancellable_new();
  task = g_task_new(self, self->evaluating, evaluated_cb, NULL);
  g_task_set_check_cancellable(task, FALSE);
  g_task_set_task_data(task, job, (GDestroyNotify)job_free);
  g_task_run_in_thread(task, evaluate_thread);
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

/* ── what there is to judge ──────────────────────────────────────────────────────────────────── */

static void
use_newest(NwJudge *self)
{
  guint n = nw_run_get_n_reports(self->run);
  g_autofree NwReport **reports = g_new0(NwReport *, n + 1);
  g_autoptr(GPtrArray) list = NULL;
  gboolean validation = nw_run_has_validation(self->run);

  for (guint i = 0; i < n; i++)
    reports[i] = nw_run_get_report(self->run, i);
  list = create_list(reports, n);
  forget(self);
  if (validation)
    self->by_split[NW_SPLIT_VALIDATION] = g_ptr_array_ref(list);
  show(self, list,
       n == 0 ? g_strdup(_("After the first epoch you see here what the probabilities are worth."))
              : g_strdup_printf(validation ? _("validation rows, epoch %u")
                                           : _("training rows, epoch %u"),
                                nw_run_get_report_epoch(self->run)));
}

static void
refresh(NwJudge *self)
{
  if (self->evaluating)
    g_cancellable_cancel(self->evaluating);
  g_clear_object(&self->evaluating);
  if (!self->run)
    show(self, self->none, g_strdup(_("Train the network first: there is nothing to trust yet.")));
  else if (nw_run_get_weights(self->run) && count_rows(self, self->split) == 0)
    show(self, self->none,
         g_strdup(_("This split has no rows. Change the split on the Data page.")));
  else if (nw_run_get_weights(self->run) && self->by_split[self->split])
    show_split(self);
  else if (nw_run_get_weights(self->run))
    evaluate(self);
  else if (self->split == NW_SPLIT_VALIDATION || !nw_run_has_validation(self->run))
    use_newest(self);
  else
    show(self, self->none, g_strdup(_("Only validation rows are judged while training runs.")));
}

static void
epoch_cb(NwJudge *self)
{
  if (!nw_run_get_weights(self->run))
    refresh(self);
}

static void
state_cb(NwJudge *self)
{
  if (nw_run_is_active(self->run))
    return;
  forget(self);
  refresh(self);
}

void
nw_judge_set(NwJudge *self, NwRun *run, NwSplit split)
{
  g_return_if_fail(NW_IS_JUDGE(self));

  if (run == self->run && split == self->split && !self->foreign)
    return;
  if (run != self->run || self->foreign)
    forget(self);
  self->foreign = FALSE;
  if (self->run)
    g_signal_handlers_disconnect_by_data(self->run, self);
  g_set_object(&self->run, run);
  self->split = split;
  if (run) {
    g_signal_connect_object(run, "epoch", G_CALLBACK(epoch_cb), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(run, "state", G_CALLBACK(state_cb), self, G_CONNECT_SWAPPED);
    g_signal_connect_object(run, "recalibrated", G_CALLBACK(state_cb), self, G_CONNECT_SWAPPED);
  }
  refresh(self);
}

void
nw_judge_set_forecast(NwJudge *self, const NwForecast *forecast, const char *name)
{
  g_autoptr(NwReport) report = nw_report_new_from_forecast(name, forecast);
  g_autoptr(GPtrArray) reports = create_list(&report, 1);

  g_return_if_fail(NW_IS_JUDGE(self));

  nw_judge_set(self, NULL, self->split);
  self->foreign = TRUE;
  show(self, reports,
       g_strdup_printf(ngettext("%zu row of %s", "%zu rows of %s", forecast->rows), forecast->rows,
                       name));
}

static void
nw_judge_finalize(GObject *object)
{
  NwJudge *self = NW_JUDGE(object);

  if (self->run)
    g_signal_handlers_disconnect_by_data(self->run, self);
  g_clear_object(&self->run);
  g_clear_object(&self->evaluating);
  forget(self);
  g_ptr_array_unref(self->reports);
  g_ptr_array_unref(self->none);
  g_free(self->sentence);
  G_OBJECT_CLASS(nw_judge_parent_class)->finalize(object);
}

static void
nw_judge_class_init(NwJudgeClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_judge_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new("changed", NW_TYPE_JUDGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                         NULL, G_TYPE_NONE, 0);
}

static void
nw_judge_init(NwJudge *self)
{
  self->split = NW_SPLIT_VALIDATION;
  self->none = g_ptr_array_new();
  self->reports = g_ptr_array_ref(self->none);
  self->sentence = g_strdup(_("Train the network first: there is nothing to trust yet."));
}

NwJudge *
nw_judge_new(void)
{
  return g_object_new(NW_TYPE_JUDGE, NULL);
}
