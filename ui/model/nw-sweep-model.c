/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-sweep-model.h"

#include <glib/gi18n.h>
#include <math.h>

#include "nw-sweep-item.h"

#define SURE_AFTER 1.0 /* s; before that nobody knows how long it takes */

struct _NwSweepModel {
  GObject parent;

  NwSweepModelState state;
  NwSweep *sweep;
  guint epochs;
  GListStore *trials;
  NwSweepStand *stand;
  gint64 begun;    /* µs, monotonic */
  double begun_at; /* share that was done then */
  char *message;
  gboolean failed;
};

G_DEFINE_FINAL_TYPE(NwSweepModel, nw_sweep_model, G_TYPE_OBJECT)

enum { SIGNAL_CHANGED, SIGNAL_STATE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* ── a moment ────────────────────────────────────────────────────────────────────────────────── */

/* A trial that has trained to its end is done for whoever looks; for the sweep only once all are.
 */
static NwSweepTrial *
copy_trial(const NwSweepRun *run, guint i)
{
  NwSweepTrial *trial = nw_sweep_trial_copy(nw_sweep_run_get_trial(run, i));

  if (trial->state == NW_TRIAL_WAITING &&
      (trial->ended_early || trial->epochs >= nw_sweep_run_get_epochs(run)))
    trial->state = NW_TRIAL_DONE;
  return trial;
}

NwSweepStand *
nw_sweep_stand_new(const NwSweepRun *run, guint at, double share)
{
  NwSweepStand *stand = g_new0(NwSweepStand, 1);
  guint n = nw_sweep_run_get_n_trials(run);

  stand->trials = g_ptr_array_new_full(n, (GDestroyNotify)nw_sweep_trial_free);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add(stand->trials, copy_trial(run, i));
  stand->drawing = nw_sweep_drawing_new(run);
  stand->at = at;
  stand->share = share;
  stand->best = nw_sweep_run_get_best(run);
  stand->higher_is_better = nw_sweep_run_is_higher_better(run);
  return stand;
}

void
nw_sweep_stand_free(NwSweepStand *stand)
{
  if (!stand)
    return;
  g_ptr_array_unref(stand->trials);
  nw_sweep_drawing_free(stand->drawing);
  g_free(stand);
}

/* ── following it ────────────────────────────────────────────────────────────────────────────── */

static void
set_state(NwSweepModel *self, NwSweepModelState state)
{
  self->state = state;
  g_signal_emit(self, signals[SIGNAL_STATE], 0);
}

/* Takes @stand; the plots of the one before are gone once “changed” has been emitted. */
static void
take_stand(NwSweepModel *self, NwSweepStand *stand)
{
  g_autoptr(NwSweepStand) before G_GNUC_UNUSED = g_steal_pointer(&self->stand);
  guint n = g_list_model_get_n_items(G_LIST_MODEL(self->trials));

  if (stand->trials->len != n)
    g_list_store_remove_all(self->trials);
  for (guint i = 0; i < stand->trials->len; i++) {
    NwSweepTrial *trial = nw_sweep_trial_copy(g_ptr_array_index(stand->trials, i));
    g_autoptr(NwSweepItem) item = g_list_model_get_item(G_LIST_MODEL(self->trials), i);

    if (item) {
      nw_sweep_item_update(item, trial);
    } else {
      item = nw_sweep_item_new(trial);
      g_list_store_append(self->trials, item);
    }
  }
  self->stand = stand;
  g_signal_emit(self, signals[SIGNAL_CHANGED], 0);
}

void
nw_sweep_model_set(NwSweepModel *self, const NwSweep *sweep, guint epochs, NwSweepStand *stand,
                   gboolean running)
{
  NwSweep *copy = nw_sweep_copy(sweep); /* it may be the one that is here */

  nw_sweep_free(self->sweep);
  self->sweep = copy;
  self->epochs = epochs;
  self->begun = g_get_monotonic_time();
  self->begun_at = stand->share;
  g_clear_pointer(&self->message, g_free);
  self->failed = FALSE;
  g_list_store_remove_all(self->trials);
  set_state(self, running ? NW_SWEEP_MODEL_RUNNING : NW_SWEEP_MODEL_ENDED);
  take_stand(self, stand);
}

void
nw_sweep_model_update(NwSweepModel *self, NwSweepStand *stand)
{
  take_stand(self, stand);
}

void
nw_sweep_model_stop(NwSweepModel *self)
{
  if (self->state == NW_SWEEP_MODEL_RUNNING)
    set_state(self, NW_SWEEP_MODEL_STOPPING);
}

void
nw_sweep_model_end(NwSweepModel *self, const char *message, gboolean failed)
{
  g_free(self->message);
  self->message = g_strdup(message);
  self->failed = failed;
  set_state(self, self->sweep ? NW_SWEEP_MODEL_ENDED : NW_SWEEP_MODEL_NONE);
}

void
nw_sweep_model_clear(NwSweepModel *self)
{
  NwSweepStand *stand = g_steal_pointer(&self->stand);

  g_clear_pointer(&self->sweep, nw_sweep_free);
  g_clear_pointer(&self->message, g_free);
  g_list_store_remove_all(self->trials);
  set_state(self, NW_SWEEP_MODEL_NONE);
  nw_sweep_stand_free(stand);
}

/* ── asking ──────────────────────────────────────────────────────────────────────────────────── */

NwSweepModelState
nw_sweep_model_get_state(NwSweepModel *self)
{
  return self->state;
}

gboolean
nw_sweep_model_is_active(NwSweepModel *self)
{
  return self->state == NW_SWEEP_MODEL_RUNNING || self->state == NW_SWEEP_MODEL_STOPPING;
}

const NwSweep *
nw_sweep_model_get_sweep(NwSweepModel *self)
{
  return self->sweep;
}

guint
nw_sweep_model_get_epochs(NwSweepModel *self)
{
  return self->epochs;
}

GListModel *
nw_sweep_model_get_trials(NwSweepModel *self)
{
  return G_LIST_MODEL(self->trials);
}

const NwSweepStand *
nw_sweep_model_get_stand(NwSweepModel *self)
{
  return self->stand;
}

const char *
nw_sweep_model_get_message(NwSweepModel *self, gboolean *failed)
{
  *failed = self->failed;
  return self->message;
}

double
nw_sweep_model_get_left(NwSweepModel *self)
{
  double elapsed = (double)(g_get_monotonic_time() - self->begun) / G_USEC_PER_SEC;
  double done = self->stand ? self->stand->share - self->begun_at : 0;

  if (self->state != NW_SWEEP_MODEL_RUNNING || elapsed < SURE_AFTER || done <= 0)
    return NAN;
  return elapsed * (1 - self->stand->share) / done;
}

char *
nw_sweep_model_dup_where(NwSweepModel *self)
{
  double left = nw_sweep_model_get_left(self);
  g_autofree char *trial = NULL;
  guint seconds;

  if (self->state == NW_SWEEP_MODEL_STOPPING)
    return g_strdup(_("Stopping…"));
  if (self->state != NW_SWEEP_MODEL_RUNNING || !self->stand)
    return g_strdup(self->message ? self->message : "");
  trial = g_strdup_printf(_("Trial %u of %u"), self->stand->at + 1, self->stand->trials->len);
  if (!isfinite(left))
    return g_steal_pointer(&trial);
  seconds = (guint)MIN(left, 359999);
  if (seconds >= 3600)
    return g_strdup_printf(_("%s · about %u:%02u:%02u left"), trial, seconds / 3600,
                           seconds / 60 % 60, seconds % 60);
  return g_strdup_printf(_("%s · about %u:%02u left"), trial, seconds / 60, seconds % 60);
}

/* ── object ──────────────────────────────────────────────────────────────────────────────────── */

static void
nw_sweep_model_finalize(GObject *object)
{
  NwSweepModel *self = NW_SWEEP_MODEL(object);

  nw_sweep_free(self->sweep);
  nw_sweep_stand_free(self->stand);
  g_free(self->message);
  g_object_unref(self->trials);
  G_OBJECT_CLASS(nw_sweep_model_parent_class)->finalize(object);
}

static void
nw_sweep_model_class_init(NwSweepModelClass *class)
{
  G_OBJECT_CLASS(class)->finalize = nw_sweep_model_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new("changed", NW_TYPE_SWEEP_MODEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_STATE] = g_signal_new("state", NW_TYPE_SWEEP_MODEL, G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
}

static void
nw_sweep_model_init(NwSweepModel *self)
{
  self->trials = g_list_store_new(NW_TYPE_SWEEP_ITEM);
}

NwSweepModel *
nw_sweep_model_new(void)
{
  return g_object_new(NW_TYPE_SWEEP_MODEL, NULL);
}
