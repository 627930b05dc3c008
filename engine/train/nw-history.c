/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-history.h"

#include <pthread.h>
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "nw-file.h"

/* Steps are kept in blocks, so that appending never moves what a reader may be copying. */
#define BLOCK_STEPS 4096

struct _NwHistory {
  atomic_int refs;
  NwSeries *steps, *epochs; /* immutable */
  guint n_steps_series, n_epoch_series, n_outputs, steps_per_epoch;
  char **outputs;
  const NwHistorySource *source; /* (nullable) immutable; of the steps of a stored run */
  gpointer source_data;          /* guarded by lock */
  GHashTable *index;             /* immutable; name of an epoch series → its number + 1 */

  pthread_mutex_t lock;
  GPtrArray *blocks; /* guarded by lock; double[BLOCK_STEPS][n_steps_series] */
  gsize n_steps;     /* guarded by lock */
  GArray *values;    /* guarded by lock; double[n_epochs][n_epoch_series] */
  GArray *times;     /* guarded by lock; double, seconds */
  GArray *changes;   /* guarded by lock; NwChange */
  int best;          /* guarded by lock */
};

static NwSeries *
copy_series(const NwSeries *series, guint n)
{
  NwSeries *copy = g_new0(NwSeries, n + 1);
  for (guint i = 0; i < n; i++) {
    copy[i] = series[i];
    copy[i].name = g_strdup(series[i].name);
    copy[i].title = g_strdup(series[i].title);
    copy[i].output = g_strdup(series[i].output);
  }
  return copy;
}

static void
free_series(NwSeries *series, guint n)
{
  for (guint i = 0; i < n; i++) {
    g_free(series[i].name);
    g_free(series[i].title);
    g_free(series[i].output);
  }
  g_free(series);
}

NwHistory *
nw_history_new(const NwSeries *steps, guint n_steps, const NwSeries *epochs, guint n_epochs,
               const char *const *outputs, guint steps_per_epoch)
{
  NwHistory *self = g_new0(NwHistory, 1);

  atomic_init(&self->refs, 1);
  self->steps = copy_series(steps, n_steps);
  self->n_steps_series = n_steps;
  self->epochs = copy_series(epochs, n_epochs);
  self->n_epoch_series = n_epochs;
  self->index = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = n_epochs; i-- > 0;)
    g_hash_table_insert(self->index, self->epochs[i].name, GUINT_TO_POINTER(i + 1));
  self->outputs = g_strdupv((char **)outputs);
  self->n_outputs = g_strv_length(self->outputs);
  self->steps_per_epoch = steps_per_epoch;
  pthread_mutex_init(&self->lock, NULL);
  self->blocks = g_ptr_array_new_with_free_func(g_free);
  self->values = g_array_new(FALSE, FALSE, sizeof(double));
  self->times = g_array_new(FALSE, FALSE, sizeof(double));
  self->changes = g_array_new(FALSE, FALSE, sizeof(NwChange));
  self->best = -1;
  return self;
}

void
nw_history_set_source(NwHistory *self, const NwHistorySource *source, gpointer data, gsize n_steps)
{
  g_return_if_fail(self->source == NULL && self->n_steps == 0);
  self->source = source;
  self->source_data = data;
  self->n_steps = n_steps;
}

NwHistory *
nw_history_ref(NwHistory *self)
{
  atomic_fetch_add(&self->refs, 1);
  return self;
}

void
nw_history_unref(NwHistory *self)
{
  if (self == NULL || atomic_fetch_sub(&self->refs, 1) != 1)
    return;
  g_hash_table_unref(self->index);
  free_series(self->steps, self->n_steps_series);
  free_series(self->epochs, self->n_epoch_series);
  g_strfreev(self->outputs);
  if (self->source != NULL)
    self->source->free(self->source_data);
  pthread_mutex_destroy(&self->lock);
  g_ptr_array_unref(self->blocks);
  g_array_unref(self->values);
  g_array_unref(self->times);
  g_array_unref(self->changes);
  g_free(self);
}

guint
nw_history_get_n_step_series(const NwHistory *self)
{
  return self->n_steps_series;
}

const NwSeries *
nw_history_get_step_series(const NwHistory *self, guint i)
{
  g_return_val_if_fail(i < self->n_steps_series, NULL);
  return &self->steps[i];
}

guint
nw_history_get_n_epoch_series(const NwHistory *self)
{
  return self->n_epoch_series;
}

const NwSeries *
nw_history_get_epoch_series(const NwHistory *self, guint i)
{
  g_return_val_if_fail(i < self->n_epoch_series, NULL);
  return &self->epochs[i];
}

int
nw_history_find_epoch_series(const NwHistory *self, const char *name)
{
  return GPOINTER_TO_INT(g_hash_table_lookup(self->index, name)) - 1;
}

guint
nw_history_get_n_outputs(const NwHistory *self)
{
  return self->n_outputs;
}

const char *
nw_history_get_output(const NwHistory *self, guint i)
{
  g_return_val_if_fail(i < self->n_outputs, NULL);
  return self->outputs[i];
}

guint
nw_history_get_steps_per_epoch(const NwHistory *self)
{
  return self->steps_per_epoch;
}

/* The lock is no part of the value: readers hold a const history. */
static void
lock(const NwHistory *self)
{
  pthread_mutex_lock((pthread_mutex_t *)&self->lock);
}

static void
unlock(const NwHistory *self)
{
  pthread_mutex_unlock((pthread_mutex_t *)&self->lock);
}

gsize
nw_history_get_n_steps(const NwHistory *self)
{
  lock(self);
  gsize n = self->n_steps;
  unlock(self);
  return n;
}

static double
step_at(const NwHistory *self, guint i, gsize step)
{
  const double *block = g_ptr_array_index(self->blocks, step / BLOCK_STEPS);
  return block[step % BLOCK_STEPS * self->n_steps_series + i];
}

gsize
nw_history_read_steps(const NwHistory *self, guint i, gsize from, gsize n, double *out)
{
  g_return_val_if_fail(i < self->n_steps_series, 0);
  lock(self);
  n = from >= self->n_steps ? 0 : MIN(n, self->n_steps - from);
  if (self->source != NULL)
    n = self->source->read(self->source_data, i, from, n, out);
  for (gsize k = 0; self->source == NULL && k < n; k++)
    out[k] = step_at(self, i, from + k);
  unlock(self);
  return n;
}

static void
find_range(const NwHistory *self, guint i, gsize from, gsize to, double *low, double *high)
{
  *low = *high = NAN;
  for (gsize k = from; k < to; k++) {
    double value = step_at(self, i, k);
    if (isnan(value))
      continue;
    if (!(value >= *low))
      *low = value;
    if (!(value <= *high))
      *high = value;
  }
}

gsize
nw_history_read_step_ranges(const NwHistory *self, guint i, gsize from, gsize n, double *low,
                            double *high)
{
  g_return_val_if_fail(i < self->n_steps_series, 0);
  lock(self);
  gsize all = (self->n_steps + NW_HISTORY_RANGE - 1) / NW_HISTORY_RANGE;
  n = from >= all ? 0 : MIN(n, all - from);
  if (self->source != NULL)
    n = self->source->read_ranges(self->source_data, i, from, n, low, high);
  for (gsize k = 0; self->source == NULL && k < n; k++)
    find_range(self, i, (from + k) * NW_HISTORY_RANGE,
               MIN((from + k + 1) * NW_HISTORY_RANGE, self->n_steps), &low[k], &high[k]);
  unlock(self);
  return n;
}

gsize
nw_history_get_n_epochs(const NwHistory *self)
{
  lock(self);
  gsize n = self->times->len;
  unlock(self);
  return n;
}

gsize
nw_history_read_epochs(const NwHistory *self, guint i, gsize from, gsize n, double *out)
{
  g_return_val_if_fail(i < self->n_epoch_series, 0);
  lock(self);
  n = from >= self->times->len ? 0 : MIN(n, self->times->len - from);
  for (gsize k = 0; k < n; k++)
    out[k] = g_array_index(self->values, double, (from + k) * self->n_epoch_series + i);
  unlock(self);
  return n;
}

double
nw_history_get_epoch_time(const NwHistory *self, gsize epoch)
{
  lock(self);
  double time = epoch < self->times->len ? g_array_index(self->times, double, epoch) : NAN;
  unlock(self);
  return time;
}

int
nw_history_get_best_epoch(const NwHistory *self)
{
  lock(self);
  int best = self->best;
  unlock(self);
  return best;
}

void
nw_history_append_step(NwHistory *self, const double *values)
{
  g_return_if_fail(self->source == NULL);
  lock(self);
  if (self->n_steps % BLOCK_STEPS == 0)
    g_ptr_array_add(self->blocks, g_new(double, (gsize)BLOCK_STEPS * self->n_steps_series));
  double *block = g_ptr_array_index(self->blocks, self->n_steps / BLOCK_STEPS);
  memcpy(block + self->n_steps % BLOCK_STEPS * self->n_steps_series, values,
         self->n_steps_series * sizeof *values);
  self->n_steps++;
  unlock(self);
}

void
nw_history_append_epoch(NwHistory *self, const double *values, double seconds, gboolean is_best)
{
  lock(self);
  if (is_best)
    self->best = (int)self->times->len;
  g_array_append_vals(self->values, values, self->n_epoch_series);
  g_array_append_val(self->times, seconds);
  unlock(self);
}

void
nw_history_append_change(NwHistory *self, const NwChange *change)
{
  lock(self);
  g_array_append_val(self->changes, *change);
  unlock(self);
}

gsize
nw_history_get_n_changes(const NwHistory *self)
{
  lock(self);
  gsize n = self->changes->len;
  unlock(self);
  return n;
}

NwChange
nw_history_get_change(const NwHistory *self, gsize i)
{
  lock(self);
  NwChange change = g_array_index(self->changes, NwChange, i);
  unlock(self);
  return change;
}

/* Quoted where a reader of CSV would stumble. */
static void
append_name(GString *text, const char *name)
{
  if (strpbrk(name, ",\"\r\n") == NULL) {
    g_string_append_printf(text, ",%s", name);
    return;
  }
  g_string_append(text, ",\"");
  for (const char *c = name; *c != '\0'; c++)
    g_string_append(text, *c == '"' ? "\"\"" : (char[]){*c, '\0'});
  g_string_append_c(text, '"');
}

gboolean
nw_history_save_csv(const NwHistory *self, const char *path, GError **error)
{
  g_autoptr(GString) text = g_string_new("epoch,seconds");
  gsize n = nw_history_get_n_epochs(self);
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < self->n_epoch_series; i++)
    append_name(text, self->epochs[i].name);
  g_string_append_c(text, '\n');
  for (gsize epoch = 0; epoch < n; epoch++) {
    g_ascii_formatd(number, sizeof number, "%.3f", nw_history_get_epoch_time(self, epoch));
    g_string_append_printf(text, "%" G_GSIZE_FORMAT ",%s", epoch + 1, number);
    for (guint i = 0; i < self->n_epoch_series; i++) {
      double value = NAN;
      nw_history_read_epochs(self, i, epoch, 1, &value);
      g_string_append_c(text, ',');
      if (isfinite(value))
        g_string_append(text, g_ascii_formatd(number, sizeof number, "%.9g", value));
    }
    g_string_append_c(text, '\n');
  }
  return nw_file_write_atomic(path, text->str, text->len, error);
}

#define CSV_STEPS 1024 /* written at a time */

gboolean
nw_history_save_steps_csv(const NwHistory *self, const char *path, GError **error)
{
  g_autoptr(NwFileWriter) writer = nw_file_writer_new(path, error);
  g_autoptr(GString) text = g_string_new("step");
  g_autofree double *values = g_new(double, (gsize)CSV_STEPS * MAX(self->n_steps_series, 1));
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  gsize n = self->n_steps_series > 0 ? CSV_STEPS : 0;

  if (writer == NULL)
    return FALSE;
  for (guint i = 0; i < self->n_steps_series; i++)
    append_name(text, self->steps[i].name);
  g_string_append_c(text, '\n');
  for (gsize from = 0; n == CSV_STEPS; from += n) {
    for (guint i = 0; i < self->n_steps_series; i++)
      n = MIN(n, nw_history_read_steps(self, i, from, CSV_STEPS, values + (gsize)i * CSV_STEPS));
    for (gsize step = 0; step < n; step++) {
      g_string_append_printf(text, "%" G_GSIZE_FORMAT, from + step + 1);
      for (guint i = 0; i < self->n_steps_series; i++) {
        double value = values[(gsize)i * CSV_STEPS + step];
        g_string_append_c(text, ',');
        if (isfinite(value))
          g_string_append(text, g_ascii_formatd(number, sizeof number, "%.9g", value));
      }
      g_string_append_c(text, '\n');
    }
    if (!nw_file_writer_write(writer, text->str, text->len, error))
      return FALSE;
    g_string_truncate(text, 0);
  }
  return nw_file_writer_commit(writer, error);
}
