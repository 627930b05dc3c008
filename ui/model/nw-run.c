/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run.h"

#define MAX_HEALTHS 1024 /* then every second one goes */

struct _NwRun {
  GObject parent;

  guint number;
  GDateTime *started;
  NwProject *project, *used; /* trained; with the recalibrations made since */
  NwDataset *dataset;
  NwHistory *history;
  NwWeights *weights;
  NwRunProgress progress;
  GPtrArray *reports; /* NwReport, none NULL */
  guint report_epoch;
  GPtrArray *healths; /* NwHealth */
  guint health_stride, n_seen; /* every so many are kept; all there were */
  NwHealth *newest;
  NwEnd end;
  char *message;
};

G_DEFINE_FINAL_TYPE(NwRun, nw_run, G_TYPE_OBJECT)

enum { SIGNAL_PROGRESS, SIGNAL_EPOCH, SIGNAL_HEALTH, SIGNAL_STATE, SIGNAL_RECALIBRATED, N_SIGNALS };
static guint signals[N_SIGNALS];

NwRun *
nw_run_new(guint number, NwProject *project)
{
  NwRun *self = g_object_new(NW_TYPE_RUN, NULL);

  self->number = number;
  self->project = nw_project_ref(project);
  self->used = nw_project_ref(project);
  return self;
}

guint
nw_run_get_number(NwRun *self)
{
  return self->number;
}

GDateTime *
nw_run_get_started(NwRun *self)
{
  return self->started;
}

NwProject *
nw_run_get_project(NwRun *self)
{
  return self->project;
}

NwProject *
nw_run_get_used_project(NwRun *self)
{
  return self->used;
}

void
nw_run_recalibrate(NwRun *self, NwProject *project)
{
  g_autoptr(NwProject) used = nw_calibrate_transfer(self->project, project);

  if (nw_project_equal(used, self->used))
    return;
  nw_project_unref(self->used);
  self->used = g_steal_pointer(&used);
  g_signal_emit(self, signals[SIGNAL_RECALIBRATED], 0);
}

const NwRunProgress *
nw_run_get_progress(NwRun *self)
{
  return &self->progress;
}

gboolean
nw_run_is_active(NwRun *self)
{
  return self->progress.state != NW_RUN_ENDED;
}

NwDataset *
nw_run_get_dataset(NwRun *self)
{
  return self->dataset;
}

NwHistory *
nw_run_get_history(NwRun *self)
{
  return self->history;
}

NwWeights *
nw_run_get_weights(NwRun *self)
{
  return self->weights;
}

const char *
nw_run_get_message(NwRun *self)
{
  return self->message;
}

NwEnd
nw_run_get_end(NwRun *self)
{
  return self->end;
}

guint
nw_run_get_n_reports(NwRun *self)
{
  return self->reports->len;
}

NwReport *
nw_run_get_report(NwRun *self, guint i)
{
  return g_ptr_array_index(self->reports, i);
}

NwReport *
nw_run_find_report(NwRun *self, const char *output)
{
  for (guint i = 0; i < self->reports->len; i++) {
    NwReport *report = g_ptr_array_index(self->reports, i);

    if (g_strcmp0(nw_report_get_output(report), output) == 0)
      return report;
  }
  return NULL;
}

guint
nw_run_get_report_epoch(NwRun *self)
{
  return self->report_epoch;
}

guint
nw_run_get_n_healths(NwRun *self)
{
  return self->healths->len;
}

NwHealth *
nw_run_get_health(NwRun *self, guint i)
{
  return g_ptr_array_index(self->healths, i);
}

NwHealth *
nw_run_get_newest_health(NwRun *self)
{
  return self->newest;
}

gboolean
nw_run_has_validation(NwRun *self)
{
  gsize n = 0;

  if (self->dataset)
    nw_dataset_get_split(self->dataset, NW_SPLIT_VALIDATION, &n);
  return n > 0;
}

static double
read_epoch(NwRun *self, const char *series, int epoch)
{
  double value = NAN;
  int index = self->history ? nw_history_find_epoch_series(self->history, series) : -1;

  if (index >= 0 && epoch >= 0)
    nw_history_read_epochs(self->history, (guint)index, (gsize)epoch, 1, &value);
  return value;
}

double
nw_run_get_latest(NwRun *self, const char *series)
{
  return self->history ? read_epoch(self, series, (int)nw_history_get_n_epochs(self->history) - 1)
                       : NAN;
}

double
nw_run_get_best(NwRun *self, const char *series)
{
  return self->history ? read_epoch(self, series, nw_history_get_best_epoch(self->history)) : NAN;
}

void
nw_run_begin(NwRun *self, NwDataset *dataset, NwHistory *history)
{
  g_return_if_fail(!self->history);

  self->dataset = nw_dataset_ref(dataset);
  self->history = nw_history_ref(history);
  self->progress.state = NW_RUN_RUNNING;
  g_signal_emit(self, signals[SIGNAL_STATE], 0);
}

void
nw_run_set_progress(NwRun *self, const NwRunProgress *progress)
{
  gboolean state_changed = self->progress.state != progress->state;

  self->progress = *progress;
  if (state_changed)
    g_signal_emit(self, signals[SIGNAL_STATE], 0);
  g_signal_emit(self, signals[SIGNAL_PROGRESS], 0);
}

void
nw_run_add_epoch(NwRun *self, const NwEvent *event)
{
  g_ptr_array_set_size(self->reports, 0);
  for (guint i = 0; i < event->n_reports; i++)
    if (event->reports[i])
      g_ptr_array_add(self->reports, nw_report_ref(event->reports[i]));
  self->report_epoch = event->epoch;
  g_signal_emit(self, signals[SIGNAL_EPOCH], 0);
}

void
nw_run_add_health(NwRun *self, NwHealth *health)
{
  g_clear_pointer(&self->newest, nw_health_unref);
  self->newest = nw_health_ref(health);
  if (self->n_seen++ % self->health_stride == 0)
    g_ptr_array_add(self->healths, nw_health_ref(health));
  if (self->healths->len >= MAX_HEALTHS) {
    for (guint i = MAX_HEALTHS - 1; i < MAX_HEALTHS; i -= 2)
      g_ptr_array_remove_index(self->healths, i);
    self->health_stride *= 2;
  }
  g_signal_emit(self, signals[SIGNAL_HEALTH], 0);
}

void
nw_run_finish(NwRun *self, NwEnd end, const char *message, NwWeights *weights)
{
  self->end = end;
  self->message = g_strdup(message);
  self->weights = weights ? nw_weights_ref(weights) : NULL;
  self->progress.state = NW_RUN_ENDED;
  self->progress.left = 0;
  g_signal_emit(self, signals[SIGNAL_STATE], 0);
}

static void
nw_run_finalize(GObject *object)
{
  NwRun *self = NW_RUN(object);

  g_date_time_unref(self->started);
  g_clear_pointer(&self->project, nw_project_unref);
  g_clear_pointer(&self->used, nw_project_unref);
  g_clear_pointer(&self->dataset, nw_dataset_unref);
  g_clear_pointer(&self->history, nw_history_unref);
  g_clear_pointer(&self->weights, nw_weights_unref);
  g_ptr_array_unref(self->reports);
  g_ptr_array_unref(self->healths);
  g_clear_pointer(&self->newest, nw_health_unref);
  g_free(self->message);
  G_OBJECT_CLASS(nw_run_parent_class)->finalize(object);
}

static void
nw_run_class_init(NwRunClass *class)
{
  static const char *const names[N_SIGNALS] = {"progress", "epoch", "health", "state",
                                               "recalibrated"};

  G_OBJECT_CLASS(class)->finalize = nw_run_finalize;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] =
        g_signal_new(names[i], NW_TYPE_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
nw_run_init(NwRun *self)
{
  self->started = g_date_time_new_now_local();
  self->reports = g_ptr_array_new_with_free_func((GDestroyNotify)nw_report_unref);
  self->healths = g_ptr_array_new_with_free_func((GDestroyNotify)nw_health_unref);
  self->health_stride = 1;
  self->progress.left = NAN;
}
