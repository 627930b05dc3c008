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

/* Takes the sentence. */
static void
set(NwJudge *self, NwReport *const *reports, guint n, char *sentence)
{
  GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)nw_report_unref);

  for (guint i = 0; i < n; i++)
    if (reports[i])
      g_ptr_array_add(list, nw_report_ref(reports[i]));
  g_ptr_array_unref(self->reports);
  self->reports = list;
  g_free(self->sentence);
  self->sentence = sentence;
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

/* ── evaluating in a thread ──────────────────────────────────────────────────────────────────── */

typedef struct {
  NwTrained *trained;
  NwSplit split;
} Job;

static void
job_free(Job *job)
{
  nw_trained_free(job->trained);
  g_free(job);
}

static void
evaluate_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  GError *error = NULL;
  NwEvaluation *evaluation =
      nw_evaluate(job->trained->project, job->trained->weights, job->trained->dataset, job->split,
                  0, &error);

  if (evaluation)
    g_task_return_pointer(task, evaluation, (GDestroyNotify)nw_evaluation_free);
  else
    g_task_return_error(task, error);
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
evaluated_cb(GObject *object, GAsyncResult *result, gpointer data)
{
  NwJudge *self = NW_JUDGE(object);
  g_autoptr(GError) error = NULL;
  g_autoptr(NwEvaluation) evaluation = g_task_propagate_pointer(G_TASK(result), &error);

  if (self->evaluating != g_task_get_cancellable(G_TASK(result)))
    return;
  g_clear_object(&self->evaluating);
  if (evaluation)
    set(self, evaluation->reports, evaluation->n_outputs,
        dup_evaluated(self->split, evaluation->samples));
  else
    set(self, NULL, 0, g_strdup(error->message));
}

static void
evaluate(NwJudge *self)
{
  g_autoptr(GTask) task = NULL;
  Job *job = g_new0(Job, 1);

  job->trained = nw_trained_new(self->run);
  job->split = self->split;
  self->evaluating = g_cancellable_new();
  task = g_task_new(self, self->evaluating, evaluated_cb, NULL);
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
  gboolean validation = nw_run_has_validation(self->run);

  for (guint i = 0; i < n; i++)
    reports[i] = nw_run_get_report(self->run, i);
  set(self, reports, n,
      n == 0 ? g_strdup(_("After the first epoch you see here what the probabilities are worth."))
             : g_strdup_printf(validation ? _("validation rows, epoch %u")
                                          : _("training rows, epoch %u"),
                               nw_run_get_report_epoch(self->run)));
}

static void
refresh(NwJudge *self)
{
  gsize n = 0;

  if (self->evaluating)
    g_cancellable_cancel(self->evaluating);
  g_clear_object(&self->evaluating);
  if (!self->run) {
    set(self, NULL, 0, g_strdup(_("Train the network first: there is nothing to trust yet.")));
    return;
  }
  nw_judge_get_rows(self, &n);
  if (nw_run_get_weights(self->run) && n > 0)
    evaluate(self);
  else if (nw_run_get_weights(self->run))
    set(self, NULL, 0, g_strdup(_("This split has no rows. Change the split on the Data page.")));
  else if (self->split == NW_SPLIT_VALIDATION || !nw_run_has_validation(self->run))
    use_newest(self);
  else
    set(self, NULL, 0, g_strdup(_("Only validation rows are judged while training runs.")));
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
  if (!nw_run_is_active(self->run))
    refresh(self);
}

void
nw_judge_set(NwJudge *self, NwRun *run, NwSplit split)
{
  g_return_if_fail(NW_IS_JUDGE(self));

  if (run == self->run && split == self->split && !self->foreign)
    return;
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

  g_return_if_fail(NW_IS_JUDGE(self));

  nw_judge_set(self, NULL, self->split);
  self->foreign = TRUE;
  set(self, &report, 1,
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
  g_ptr_array_unref(self->reports);
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
  self->reports = g_ptr_array_new_with_free_func((GDestroyNotify)nw_report_unref);
  self->sentence = g_strdup(_("Train the network first: there is nothing to trust yet."));
}

NwJudge *
nw_judge_new(void)
{
  return g_object_new(NW_TYPE_JUDGE, NULL);
}
