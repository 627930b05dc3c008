/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run.h"

#include <glib/gi18n.h>
#include <math.h>

#define MAX_HEALTHS 1024 /* then every second one goes */

struct _NwRun {
  GObject parent;

  guint number;
  GDateTime *started;
  NwProject *project, *used; /* trained; with the recalibrations made since */
  double coverage;           /* of sets of answers */
  gboolean has_adaptive_sets;
  NwDataset *dataset;
  NwHistory *history;
  NwWeights *weights;
  NwRunProgress progress;
  GPtrArray *reports; /* NwReport, none NULL */
  guint report_epoch;
  NwSnapshots *snapshots;
  GPtrArray *healths; /* NwHealth */
  guint health_stride, n_seen; /* every so many are kept; all there were */
  NwHealth *newest;
  NwEnd end;
  char *message;
  char *texts[NW_N_RUN_TEXTS];

  char *path;     /* (nullable) of the store */
  gint64 id;      /* in it */
  NwStore *store; /* (nullable) open for reading */
  gboolean is_stored, tried_history, tried_reports;
  NwStoredState stored_state;
  GArray *past_epochs;  /* guint; (nullable) that a stored run has reports of */
  GPtrArray *past;      /* NwReport; (nullable) of one of them */
  guint past_epoch;     /* which one */
  gsize n_epochs; /* of a stored run, and what follows */
  double best_loss, mean_ece;
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

NwRun *
nw_run_new_stored(const char *path, const NwStoredRun *stored)
{
  const char *const texts[NW_N_RUN_TEXTS] = {
      [NW_RUN_NAME] = stored->name, [NW_RUN_TAGS] = stored->tags, [NW_RUN_NOTE] = stored->note};
  g_autoptr(GDateTime) started = g_date_time_new_from_unix_utc(stored->started / G_USEC_PER_SEC);
  NwRun *self = g_object_new(NW_TYPE_RUN, NULL);

  self->number = (guint)stored->id;
  if (started) {
    g_date_time_unref(self->started);
    self->started = g_date_time_to_local(started);
  }
  self->is_stored = TRUE;
  self->stored_state = stored->state;
  self->end = stored->end;
  self->message = g_strdup(stored->message);
  self->n_epochs = (gsize)stored->n_epochs;
  self->best_loss = stored->best_loss;
  self->mean_ece = stored->mean_ece;
  self->progress.state = NW_RUN_ENDED;
  self->progress.elapsed = isfinite(stored->seconds) ? stored->seconds : 0;
  self->progress.left = 0;
  self->progress.epoch = self->progress.epochs = (guint)stored->n_epochs;
  self->progress.threads = stored->threads;
  for (guint i = 0; i < NW_N_RUN_TEXTS; i++) {
    g_free(self->texts[i]);
    self->texts[i] = g_strdup(texts[i]);
  }
  nw_run_set_store(self, path, stored->id);
  return self;
}

/* ── the store ───────────────────────────────────────────────────────────────────────────────── */

static NwStore *
get_store(NwRun *self)
{
  if (!self->store && self->path && self->id > 0)
    self->store = nw_store_open(self->path, NW_STORE_READ, NULL);
  return self->store;
}

const char *
nw_run_get_store(NwRun *self, gint64 *id)
{
  if (id)
    *id = self->id;
  return self->id > 0 ? self->path : NULL;
}

void
nw_run_set_store(NwRun *self, const char *path, gint64 id)
{
  if (id == self->id && g_strcmp0(path, self->path) == 0)
    return;
  g_clear_pointer(&self->store, nw_store_free);
  g_free(self->path);
  self->path = g_strdup(path);
  self->id = id;
}

gboolean
nw_run_is_stored(NwRun *self)
{
  return self->is_stored;
}

NwStoredState
nw_run_get_stored_state(NwRun *self)
{
  return self->stored_state;
}

const char *
nw_run_get_text(NwRun *self, NwRunText which)
{
  return self->texts[which];
}

gboolean
nw_run_set_text(NwRun *self, NwRunText which, const char *text, GError **error)
{
  g_autoptr(NwStore) store = NULL;
  g_autoptr(NwStoredRun) run = NULL;

  if (!nw_run_get_store(self, NULL)) {
    g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                        _("This run is not recorded, so nothing can be written beside it."));
    return FALSE;
  }
  store = nw_store_open(self->path, NW_STORE_WRITE, error);
  if (!store || !nw_store_set_text(store, self->id, which, text, error))
    return FALSE;
  run = nw_store_find_run(store, self->id, error);
  if (!run)
    return FALSE;
  g_free(self->texts[which]);
  self->texts[which] = g_strdup(which == NW_RUN_NAME   ? run->name
                                : which == NW_RUN_TAGS ? run->tags
                                                       : run->note);
  g_signal_emit(self, signals[SIGNAL_STATE], 0);
  return TRUE;
}

char *
nw_run_dup_title(NwRun *self)
{
  return *self->texts[NW_RUN_NAME] ? g_strdup(self->texts[NW_RUN_NAME])
                                   : g_strdup_printf(_("run %u"), self->number);
}

GPtrArray *
nw_run_read_reports(NwRun *self, guint epoch)
{
  NwStore *store = get_store(self);
  GPtrArray *reports = store ? nw_store_load_reports(store, self->id, epoch, NULL) : NULL;

  if (!reports)
    reports = g_ptr_array_new_with_free_func((GDestroyNotify)nw_report_unref);
  if (reports->len == 0 && epoch > 0 && epoch == self->report_epoch)
    for (guint i = 0; i < self->reports->len; i++)
      g_ptr_array_add(reports, nw_report_ref(g_ptr_array_index(self->reports, i)));
  return reports;
}

GArray *
nw_run_list_report_epochs(NwRun *self)
{
  NwStore *store = get_store(self);
  GArray *epochs = store ? nw_store_list_report_epochs(store, self->id, NULL) : NULL;

  return epochs ? epochs : g_array_new(FALSE, FALSE, sizeof(guint));
}

/* The newest reports of a stored run, once. */
static void
find_reports(NwRun *self)
{
  g_autoptr(GArray) epochs = NULL;

  if (!self->is_stored || self->tried_reports)
    return;
  self->tried_reports = TRUE;
  epochs = nw_run_list_report_epochs(self);
  if (epochs->len == 0)
    return;
  g_ptr_array_unref(self->reports);
  self->report_epoch = g_array_index(epochs, guint, epochs->len - 1);
  self->reports = nw_run_read_reports(self, self->report_epoch);
}

static NwReport *
find_report(GPtrArray *reports, const char *output)
{
  for (guint i = 0; i < reports->len; i++)
    if (g_strcmp0(nw_report_get_output(g_ptr_array_index(reports, i)), output) == 0)
      return g_ptr_array_index(reports, i);
  return NULL;
}

static NwReport *
find_stored_report(NwRun *self, const char *output, guint wanted, guint *epoch)
{
  if (!self->past_epochs)
    self->past_epochs = nw_run_list_report_epochs(self);
  for (guint i = 0; i < self->past_epochs->len; i++) {
    guint kept = g_array_index(self->past_epochs, guint, i);
    if (i == 0 || kept <= wanted)
      *epoch = kept;
  }
  if (!self->past || self->past_epoch != *epoch) {
    g_clear_pointer(&self->past, g_ptr_array_unref);
    self->past = nw_run_read_reports(self, *epoch);
    self->past_epoch = *epoch;
  }
  return find_report(self->past, output);
}

NwReport *
nw_run_find_past_report(NwRun *self, const char *output, guint wanted, guint *epoch)
{
  NwReport *report = NULL;
  guint n = nw_snapshots_get_n(self->snapshots);

  *epoch = nw_run_get_report_epoch(self);
  if (self->is_stored)
    return find_stored_report(self, output, wanted, epoch);
  for (guint i = 0; i < n && (i == 0 || nw_snapshots_get_epoch(self->snapshots, i) <= wanted); i++) {
    report = nw_snapshots_find(self->snapshots, i, output);
    *epoch = nw_snapshots_get_epoch(self->snapshots, i);
  }
  return report;
}

/* ── what it is ──────────────────────────────────────────────────────────────────────────────── */

void
nw_run_set_number(NwRun *self, guint number)
{
  if (number == self->number)
    return;
  self->number = number;
  g_signal_emit(self, signals[SIGNAL_STATE], 0);
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
  NwStore *store = !self->project && self->is_stored ? get_store(self) : NULL;

  if (store)
    self->project = nw_store_load_project(store, self->id, NULL);
  if (!self->project) /* what is no longer readable is as good as empty */
    self->project = nw_project_new();
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

double
nw_run_get_coverage(NwRun *self)
{
  return self->coverage;
}

gboolean
nw_run_get_adaptive_sets(NwRun *self)
{
  return self->has_adaptive_sets;
}

void
nw_run_set_sets(NwRun *self, double coverage, gboolean adaptive)
{
  self->coverage = coverage;
  self->has_adaptive_sets = adaptive;
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
  if (!self->history && self->is_stored && !self->tried_history) {
    NwStore *store = get_store(self);

    self->tried_history = TRUE;
    self->history = store ? nw_store_load_history(store, self->id, NULL) : NULL;
  }
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
  find_reports(self);
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
  find_reports(self);
  return find_report(self->reports, output);
}

guint
nw_run_get_report_epoch(NwRun *self)
{
  find_reports(self);
  return self->report_epoch;
}

const NwSnapshots *
nw_run_get_snapshots(NwRun *self)
{
  return self->snapshots;
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
  else if (nw_run_get_history(self))
    n = nw_history_find_epoch_series(self->history, "val_loss") >= 0;
  return n > 0;
}

static double
read_epoch(NwRun *self, const char *series, int epoch)
{
  double value = NAN;
  int index = nw_run_get_history(self) ? nw_history_find_epoch_series(self->history, series) : -1;

  if (index >= 0 && epoch >= 0)
    nw_history_read_epochs(self->history, (guint)index, (gsize)epoch, 1, &value);
  return value;
}

double
nw_run_get_latest(NwRun *self, const char *series)
{
  return nw_run_get_history(self)
             ? read_epoch(self, series, (int)nw_history_get_n_epochs(self->history) - 1)
             : NAN;
}

double
nw_run_get_best(NwRun *self, const char *series)
{
  return nw_run_get_history(self)
             ? read_epoch(self, series, nw_history_get_best_epoch(self->history))
             : NAN;
}

gsize
nw_run_get_n_epochs(NwRun *self)
{
  if (self->is_stored)
    return self->n_epochs;
  return self->history ? nw_history_get_n_epochs(self->history) : 0;
}

double
nw_run_get_best_loss(NwRun *self)
{
  double loss;

  if (self->is_stored)
    return self->best_loss;
  loss = nw_run_get_best(self, "val_loss");
  return isnan(loss) ? nw_run_get_best(self, "loss") : loss;
}

double
nw_run_get_mean_ece(NwRun *self)
{
  double sum = 0;
  guint n = 0;

  if (self->is_stored)
    return self->mean_ece;
  for (guint i = 0; i < self->reports->len; i++) {
    double ece = nw_report_get_summary(g_ptr_array_index(self->reports, i))->ece;

    if (isfinite(ece)) {
      sum += ece;
      n++;
    }
  }
  return n ? sum / n : NAN;
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
nw_run_keep_epoch(NwRun *self, const NwEvent *event)
{
  nw_snapshots_add(self->snapshots, event->epoch, event->reports, event->n_reports);
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
nw_run_resume(NwRun *self)
{
  self->progress.state = NW_RUN_RUNNING;
  g_signal_emit(self, signals[SIGNAL_STATE], 0);
}

void
nw_run_finish(NwRun *self, NwEnd end, const char *message, NwWeights *weights)
{
  self->end = end;
  g_free(self->message);
  g_clear_pointer(&self->weights, nw_weights_unref);
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
  nw_snapshots_free(self->snapshots);
  g_clear_pointer(&self->past_epochs, g_array_unref);
  g_clear_pointer(&self->past, g_ptr_array_unref);
  g_ptr_array_unref(self->healths);
  g_clear_pointer(&self->newest, nw_health_unref);
  g_free(self->message);
  for (guint i = 0; i < NW_N_RUN_TEXTS; i++)
    g_free(self->texts[i]);
  nw_store_free(self->store);
  g_free(self->path);
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
  self->snapshots = nw_snapshots_new();
  self->healths = g_ptr_array_new_with_free_func((GDestroyNotify)nw_health_unref);
  self->health_stride = 1;
  self->coverage = 0.9;
  self->progress.left = NAN;
  self->best_loss = self->mean_ece = NAN;
  for (guint i = 0; i < NW_N_RUN_TEXTS; i++)
    self->texts[i] = g_strdup("");
}
