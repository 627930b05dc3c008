/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-monitor.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "nw-error.h"
#include "nw-text.h"

typedef enum { STOP_WEIGHTED, STOP_ALL, STOP_ANY } StopRule;

static const char *const rule_ids[] = {"weighted", "all", "any", NULL};

typedef struct {
  guint series;
  double sign; /* −1: the larger the better */
  double weight;
  int output; /* −1: of the whole */
} Item;

/* What one number leaves to the next epoch; all of it is smaller-is-better. */
typedef struct {
  double best; /* NaN: none yet */
  double wait; /* epochs since it was set, or since the baseline was beaten, too */
  double done; /* 1: patience is over */
} Track;

#define TRACK_NUMBERS (sizeof(Track) / sizeof(double))

struct _NwMonitor {
  char *text;        /* of the setting, or the one series that it names */
  GArray *items;     /* Item */
  double *baselines; /* one per item, and the one of the sum; NaN: none */
  gboolean stops, freezes;
  StopRule rule;
  guint patience, start;
  double min_delta;
  gsize n_state;
  double
      *state; /* epochs judged, the Track of the sum, then one per item, then a flag per output */
  guint n_outputs;
};

static Track *
get_track(const NwMonitor *self, guint i)
{
  return (Track *)(self->state + 1) + i;
}

static double *
finished_flag(const NwMonitor *self, guint output)
{
  return self->state + 1 + (1 + self->items->len) * TRACK_NUMBERS + output;
}

/* ── reading the setting ─────────────────────────────────────────────────────────────────────── */

static int
find_output(const NwHistory *history, const char *name)
{
  for (guint i = 0; name != NULL && i < nw_history_get_n_outputs(history); i++)
    if (strcmp(nw_history_get_output(history, i), name) == 0)
      return (int)i;
  return -1;
}

static void
add_item(NwMonitor *self, const NwHistory *history, guint series, double weight)
{
  const NwSeries *s = nw_history_get_epoch_series(history, series);
  Item item = {series, s->higher_is_better ? -1 : 1, weight, find_output(history, s->output)};
  g_array_append_val(self->items, item);
}

static gboolean
fail_unknown(const NwHistory *history, const char *name, GError **error)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  const char *nearest;

  for (guint i = 0; i < nw_history_get_n_epoch_series(history); i++)
    g_ptr_array_add(names, nw_history_get_epoch_series(history, i)->name);
  g_ptr_array_add(names, NULL);
  nearest = nw_nearest_word(name, (const char *const *)names->pdata);
  if (nearest == NULL)
    nearest = g_ptr_array_index(names, 0);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("Best by: this run has no number called “%s”; try “%s”."), name, nearest);
  return FALSE;
}

/* “NAME”, “FACTOR*NAME”, with a * in the name for whatever may stand there. */
static gboolean
parse_item(NwMonitor *self, const NwHistory *history, char *text, GError **error)
{
  g_autofree char *word = g_strdup(g_strstrip(text));
  char *star = strchr(word, '*'), *name = word;
  guint before = self->items->len;
  double weight = 1;

  if (star != NULL) {
    *star = '\0';
    if (nw_number_from_text(word, &weight))
      name = g_strstrip(star + 1);
    else
      *star = '*';
  }
  if (strcmp(name, "val_loss") == 0 && nw_history_find_epoch_series(history, name) < 0)
    name += strlen("val_"); /* no validation rows */
  for (guint i = 0; i < nw_history_get_n_epoch_series(history); i++)
    if (g_pattern_match_simple(name, nw_history_get_epoch_series(history, i)->name))
      add_item(self, history, i, weight);
  return self->items->len > before || fail_unknown(history, name, error);
}

static gboolean
parse_items(NwMonitor *self, const NwHistory *history, GError **error)
{
  g_auto(GStrv) words = g_strsplit(self->text, ",", -1);

  for (gsize i = 0; words[i] != NULL; i++)
    if (!parse_item(self, history, words[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
read_baselines(NwMonitor *self, const NwParams *training, GError **error)
{
  guint n_items = self->items->len;
  gboolean of_sum = self->rule == STOP_WEIGHTED && n_items > 1;
  gsize n;
  const double *given = nw_params_get_reals(training, "baseline", &n);

  self->baselines = g_new(double, n_items + 1);
  for (guint i = 0; i <= n_items; i++)
    self->baselines[i] = NAN;
  if (n == 0 || !self->stops)
    return TRUE;
  if (n != (of_sum ? 1 : n_items)) {
    g_set_error(
        error, NW_ERROR, NW_ERROR_INPUT,
        ngettext("Baseline: there is %u number to beat, so give one baseline or none.",
                 "Baseline: there are %u numbers to beat, so give as many baselines, or none.",
                 of_sum ? 1 : n_items),
        of_sum ? 1 : n_items);
    return FALSE;
  }
  for (guint i = 0; !of_sum && i < n_items; i++)
    self->baselines[1 + i] = g_array_index(self->items, Item, i).sign * given[i];
  self->baselines[0] = of_sum ? given[0] : n_items == 1 ? self->baselines[1] : NAN;
  return TRUE;
}

NwMonitor *
nw_monitor_new(const NwParams *training, const NwHistory *history, GError **error)
{
  g_autoptr(NwMonitor) self = g_new0(NwMonitor, 1);

  self->text = g_strdup(nw_params_get_text(training, "monitor"));
  self->items = g_array_new(FALSE, FALSE, sizeof(Item));
  self->stops = nw_params_get_bool(training, "early_stopping");
  while (strcmp(rule_ids[self->rule], nw_params_get_choice(training, "stop_when")) != 0)
    self->rule++;
  self->freezes =
      self->stops && self->rule == STOP_ALL && nw_params_get_bool(training, "freeze_finished");
  self->patience = (guint)nw_params_get_int(training, "patience");
  self->min_delta = self->stops ? nw_params_get_real(training, "min_delta") : 0;
  self->start = self->stops ? (guint)nw_params_get_int(training, "start_from_epoch") : 0;
  self->n_outputs = nw_history_get_n_outputs(history);
  if (!parse_items(self, history, error) || !read_baselines(self, training, error))
    return NULL;
  if (self->items->len == 1) {
    g_free(self->text);
    self->text = g_strdup(
        nw_history_get_epoch_series(history, g_array_index(self->items, Item, 0).series)->name);
  }
  self->n_state = 1 + (1 + self->items->len) * TRACK_NUMBERS + self->n_outputs;
  self->state = g_new0(double, self->n_state);
  for (guint i = 0; i <= self->items->len; i++)
    get_track(self, i)->best = NAN;
  return g_steal_pointer(&self);
}

void
nw_monitor_free(NwMonitor *self)
{
  if (self == NULL)
    return;
  g_array_unref(self->items);
  g_free(self->text);
  g_free(self->baselines);
  g_free(self->state);
  g_free(self);
}

/* ── judging ─────────────────────────────────────────────────────────────────────────────────── */

/* Is @value better than @best by more than min_delta? Anything finite is better than nothing. */
static gboolean
beats(const NwMonitor *self, double value, double best)
{
  return isnan(best) ? isfinite(value) : value < best - self->min_delta;
}

/* Keras' EarlyStopping.on_epoch_end; TRUE: improved. */
static gboolean
follow(NwMonitor *self, Track *track, double baseline, guint epoch, double value)
{
  track->wait++;
  if (beats(self, value, track->best)) {
    track->best = value;
    track->done = 0;
    if (isnan(baseline) || beats(self, value, baseline))
      track->wait = 0;
    return TRUE;
  }
  track->done = track->wait >= self->patience && epoch > 0;
  return FALSE;
}

double
nw_monitor_get_value(const NwMonitor *self, const double *values)
{
  double sum = 0;

  for (guint i = 0; i < self->items->len; i++) {
    const Item *item = &g_array_index(self->items, Item, i);
    sum += item->weight * item->sign * values[item->series];
  }
  return sum;
}

/* An output is finished when all that is monitored of it is done. */
static void
finish_outputs(NwMonitor *self)
{
  for (guint output = 0; output < self->n_outputs; output++) {
    gboolean any = FALSE, all = TRUE;
    for (guint i = 0; i < self->items->len; i++) {
      if (g_array_index(self->items, Item, i).output != (int)output)
        continue;
      any = TRUE;
      all &= get_track(self, 1 + i)->done != 0;
    }
    if (any && all)
      *finished_flag(self, output) = 1;
  }
}

gboolean
nw_monitor_judge(NwMonitor *self, guint epoch, const double *values)
{
  gboolean is_best;

  self->state[0] = epoch + 1;
  if (epoch < self->start)
    return FALSE;
  is_best = follow(self, get_track(self, 0), self->baselines[0], epoch,
                   nw_monitor_get_value(self, values));
  for (guint i = 0; i < self->items->len; i++) {
    const Item *item = &g_array_index(self->items, Item, i);
    follow(self, get_track(self, 1 + i), self->baselines[1 + i], epoch,
           item->sign * values[item->series]);
  }
  if (self->freezes)
    finish_outputs(self);
  return is_best;
}

gboolean
nw_monitor_has_best(const NwMonitor *self)
{
  return !isnan(get_track(self, 0)->best);
}

void
nw_monitor_renew(NwMonitor *self)
{
  for (guint i = 0; i <= self->items->len; i++)
    get_track(self, i)->wait = get_track(self, i)->done = 0;
  for (guint i = 0; i < self->n_outputs; i++)
    *finished_flag(self, i) = 0;
}

gboolean
nw_monitor_is_finished(const NwMonitor *self, guint output)
{
  return *finished_flag(self, output) != 0;
}

static gboolean
is_done(const NwMonitor *self, guint i)
{
  int output = g_array_index(self->items, Item, i).output;

  return get_track(self, 1 + i)->done != 0 ||
         (output >= 0 && nw_monitor_is_finished(self, (guint)output));
}

char *
nw_monitor_dup_stop_message(const NwMonitor *self)
{
  guint n_done = 0, n = self->items->len, epoch = (guint)self->state[0];

  if (!self->stops)
    return NULL;
  for (guint i = 0; i < n; i++)
    n_done += is_done(self, i);
  if (self->rule == STOP_WEIGHTED ? get_track(self, 0)->done == 0
      : self->rule == STOP_ALL    ? n_done < n
                                  : n_done == 0)
    return NULL;
  if (n == 1 || self->rule == STOP_WEIGHTED)
    return g_strdup_printf(_("Stopped after epoch %u: %s did not improve for %u epochs."), epoch,
                           self->text, (guint)get_track(self, 0)->wait);
  return g_strdup_printf(
      ngettext("Stopped after epoch %u: %u of the numbers in “%s” has stopped improving.",
               "Stopped after epoch %u: %u of the numbers in “%s” have stopped improving.", n_done),
      epoch, n_done, self->text);
}

gsize
nw_monitor_get_n_state(const NwMonitor *self)
{
  return self->n_state;
}

double *
nw_monitor_get_state(NwMonitor *self)
{
  return self->state;
}
