/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A stored run's numbers as a history: epochs in memory, steps from the file when asked for. */
#include "nw-store-private.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

#include "nw-error.h"
#include "nw-json.h"

#define MAX_SERIES 100000
#define EPOCHS     512 /* read at a time */

/* ── series as JSON ──────────────────────────────────────────────────────────────────────────── */

static JsonObject *
series_to_json(const NwSeries *series)
{
  JsonObject *object = json_object_new();

  json_object_set_string_member(object, "name", series->name);
  json_object_set_string_member(object, "title", series->title);
  if (series->output != NULL)
    json_object_set_string_member(object, "output", series->output);
  json_object_set_double_member(object, "weight", series->weight);
  json_object_set_boolean_member(object, "validation", series->validation);
  json_object_set_boolean_member(object, "higher_is_better", series->higher_is_better);
  json_object_set_boolean_member(object, "in_total", series->in_total);
  json_object_set_boolean_member(object, "is_metric", series->is_metric);
  json_object_set_boolean_member(object, "is_measured", series->is_measured);
  return object;
}

char *
nw_stored_series_to_json(const NwHistory *history)
{
  g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
  JsonObject *root = json_object_new();
  JsonArray *outputs = json_array_new(), *steps = json_array_new(), *epochs = json_array_new();

  for (guint i = 0; i < nw_history_get_n_outputs(history); i++)
    json_array_add_string_element(outputs, nw_history_get_output(history, i));
  for (guint i = 0; i < nw_history_get_n_step_series(history); i++)
    json_array_add_object_element(steps, series_to_json(nw_history_get_step_series(history, i)));
  for (guint i = 0; i < nw_history_get_n_epoch_series(history); i++)
    json_array_add_object_element(epochs, series_to_json(nw_history_get_epoch_series(history, i)));
  json_object_set_array_member(root, "outputs", outputs);
  json_object_set_array_member(root, "steps", steps);
  json_object_set_array_member(root, "epochs", epochs);
  json_node_take_object(node, root);
  return nw_json_to_text(node, FALSE);
}

static gboolean
series_from_json(JsonNode *node, const char *where, NwSeries *series, GError **error)
{
  JsonObject *object = nw_json_as_object(node, where, error);
  const char *name = NULL, *title = NULL, *output = NULL;

  if (object == NULL || !nw_json_get_text(object, "name", where, &name, error) ||
      !nw_json_get_text(object, "title", where, &title, error) ||
      !nw_json_get_text(object, "output", where, &output, error) ||
      !nw_json_get_number(object, "weight", where, &series->weight, error) ||
      !nw_json_get_bool(object, "validation", where, &series->validation, error) ||
      !nw_json_get_bool(object, "higher_is_better", where, &series->higher_is_better, error) ||
      !nw_json_get_bool(object, "in_total", where, &series->in_total, error) ||
      !nw_json_get_bool(object, "is_metric", where, &series->is_metric, error) ||
      !nw_json_get_bool(object, "is_measured", where, &series->is_measured, error))
    return FALSE;
  series->name = (char *)(name != NULL ? name : "");
  series->title = (char *)(title != NULL ? title : series->name);
  series->output = (char *)output;
  /* Runs of before it was written: all that an output has but its loss. */
  if (!json_object_has_member(object, "is_metric"))
    series->is_metric = output != NULL && !g_str_has_suffix(series->name, "_loss");
  return TRUE;
}

/* NwSeries; their texts belong to @root. */
static GArray *
list_from_json(JsonObject *root, const char *key, const char *where, GError **error)
{
  g_autoptr(GArray) list = g_array_new(FALSE, TRUE, sizeof(NwSeries));
  JsonArray *array = NULL;
  guint n;

  if (!nw_json_get_array(root, key, where, &array, error))
    return NULL;
  n = array != NULL ? json_array_get_length(array) : 0;
  g_array_set_size(list, n);
  for (guint i = 0; i < n; i++)
    if (!series_from_json(json_array_get_element(array, i), where,
                          &g_array_index(list, NwSeries, i), error))
      return NULL;
  return g_steal_pointer(&list);
}

/* ── steps from the file ─────────────────────────────────────────────────────────────────────── */

/* Who draws a long curve asks for what lies on the borders of columns of pixels: some values each
 * of many blocks, and the same ones for every frame. Blocks that were read lately are kept; each
 * has one place where it can be. */
#define BLOCK            NW_RANGE
#define BLOCKS_PER_CHUNK (NW_CHUNK / NW_RANGE)
#define PLACES           32749 /* a prime, so that even distances fall on all places */
#define MOST_KEPT        16384 /* 32 MiB; then all go */

typedef struct {
  guint series;
  gsize block;
  double *values; /* [BLOCK]; NULL: nothing is kept here */
} Kept;

typedef struct {
  NwStore *store;
  gint64 run;
  Kept *kept; /* [PLACES] */
  guint n_kept;
  guint last_series; /* what was looked for last */
  gsize last_block;
} Source;

static Kept *
get_place(Source *source, guint series, gsize block)
{
  return &source->kept[(block + (gsize)series * (PLACES / 8)) % PLACES];
}

static void
forget(Source *source)
{
  for (gsize i = 0; i < PLACES; i++)
    g_clear_pointer(&source->kept[i].values, g_free);
  source->n_kept = 0;
}

static void
keep(Source *source, guint series, gsize block, const double *values)
{
  Kept *kept = get_place(source, series, block);

  if (kept->values == NULL) {
    kept->values = g_new(double, BLOCK);
    source->n_kept++;
  }
  kept->series = series;
  kept->block = block;
  memcpy(kept->values, values, BLOCK * sizeof *values);
}

/* Values [from, from + n) of one full block; FALSE: there is no such block. Whoever asks for one
 * block after the other gets those of a chunk together. */
static gboolean
read_block(Source *source, guint series, gsize from, gsize n, double *out)
{
  gsize block = from / BLOCK, wanted = 1, got = 0;
  const Kept *kept = get_place(source, series, block);
  double values[NW_CHUNK];

  if (kept->values == NULL || kept->series != series || kept->block != block) {
    if (series == source->last_series && block == source->last_block + 1)
      wanted = BLOCKS_PER_CHUNK - block % BLOCKS_PER_CHUNK;
    if (!nw_store_read_values(source->store, source->run, NW_AXIS_STEPS, series, block * BLOCK,
                              wanted * BLOCK, values, &got, NULL) ||
        got < BLOCK)
      return FALSE;
    if (source->n_kept > MOST_KEPT)
      forget(source);
    for (gsize i = 0; i < got / BLOCK; i++)
      keep(source, series, block + i, values + i * BLOCK);
  }
  source->last_series = series;
  source->last_block = block;
  memcpy(out, kept->values + from % BLOCK, n * sizeof *out);
  return TRUE;
}

/* What cannot be read any more is not there. */
static gsize
read_cb(gpointer data, guint series, gsize from, gsize n, double *out)
{
  Source *source = data;
  gsize got = 0;

  if (n > 0 && from / BLOCK == (from + n - 1) / BLOCK && read_block(source, series, from, n, out))
    return n;
  nw_store_read_values(source->store, source->run, NW_AXIS_STEPS, series, from, n, out, &got, NULL);
  return got;
}

static gsize
read_ranges_cb(gpointer data, guint series, gsize from, gsize n, double *low, double *high)
{
  const Source *source = data;
  gsize got = 0;

  nw_store_read_ranges(source->store, source->run, NW_AXIS_STEPS, series, from, n, low, high, &got,
                       NULL);
  return got;
}

static void
free_cb(gpointer data)
{
  Source *source = data;

  forget(source);
  g_free(source->kept);
  nw_store_free(source->store);
  g_free(source);
}

static const NwHistorySource stored = {read_cb, read_ranges_cb, free_cb};

/* ── loading ─────────────────────────────────────────────────────────────────────────────────── */

/* The last series of the epochs is their time. */
static gboolean
load_epochs(NwStore *self, gint64 id, guint64 n_epochs, int best, NwHistory *history,
            GError **error)
{
  guint n_series = nw_history_get_n_epoch_series(history) + 1;
  g_autofree double *columns = g_new(double, (gsize)n_series *EPOCHS);
  g_autofree double *row = g_new(double, n_series);
  guint64 done = 0;
  gsize got = EPOCHS;

  while (done < n_epochs && got == EPOCHS) {
    for (guint s = 0; s < n_series; s++)
      if (!nw_store_read_values(self, id, NW_AXIS_EPOCHS, s, done,
                                (gsize)MIN(EPOCHS, n_epochs - done), columns + (gsize)s * EPOCHS,
                                &got, error))
        return FALSE;
    for (gsize e = 0; e < got; e++) {
      for (guint s = 0; s < n_series; s++)
        row[s] = columns[(gsize)s * EPOCHS + e];
      nw_history_append_epoch(history, row, row[n_series - 1], done + e == (guint64)best);
    }
    done += got;
  }
  return TRUE;
}

static gboolean
load_changes(NwStore *self, gint64 id, NwHistory *history, GError **error)
{
  g_autoptr(sqlite3_stmt) statement = nw_store_query(
      self, error, "SELECT step, output, value FROM change WHERE run = ? ORDER BY rowid", "i", id);
  int answer = -1;

  while (statement != NULL && (answer = nw_store_step(self, statement, error)) > 0) {
    NwChange change = {(guint64)sqlite3_column_int64(statement, 0),
                       sqlite3_column_int(statement, 1), sqlite3_column_double(statement, 2)};
    if (change.output >= NW_CHANGE_EPOCHS && change.value >= 0 && change.value < G_MAXINT &&
        change.output < (int)nw_history_get_n_outputs(history))
      nw_history_append_change(history, &change);
  }
  return answer == 0;
}

static NwHistory *
make_history(NwStore *self, sqlite3_stmt *statement, gint64 id, GError **error)
{
  g_autofree char *where = g_strdup_printf(_("run %u"), (guint)id);
  const char *text = (const char *)sqlite3_column_text(statement, 0);
  g_autoptr(JsonNode) node =
      nw_json_parse(text != NULL ? text : "", (gsize)sqlite3_column_bytes(statement, 0), where,
                    8 * MAX_SERIES, error);
  JsonObject *root = node != NULL ? nw_json_as_object(node, where, error) : NULL;
  g_autoptr(GArray) steps = root != NULL ? list_from_json(root, "steps", where, error) : NULL;
  g_autoptr(GArray) epochs = steps != NULL ? list_from_json(root, "epochs", where, error) : NULL;
  g_auto(GStrv) outputs = NULL;

  if (epochs == NULL || !nw_json_get_texts(root, "outputs", where, &outputs, error))
    return NULL;
  if (outputs == NULL)
    outputs = g_new0(char *, 1);
  return nw_history_new((const NwSeries *)steps->data, steps->len, (const NwSeries *)epochs->data,
                        epochs->len, (const char *const *)outputs,
                        (guint)MAX(1, sqlite3_column_int(statement, 1)));
}

/* Within a transaction, so that the numbers belong together while another process goes on. */
static NwHistory *
load(NwStore *self, gint64 id, guint64 *n_steps, GError **error)
{
  g_autoptr(sqlite3_stmt) statement =
      nw_store_query(self, error,
                     "SELECT series, steps_per_epoch, n_steps, n_epochs, best_epoch FROM run"
                     " WHERE id = ? AND project IS NOT NULL",
                     "i", id);
  int answer = statement != NULL ? nw_store_step(self, statement, error) : -1;
  g_autoptr(NwHistory) history = NULL;

  if (answer == 0)
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("There is no run %u in %s."), (guint)id,
                self->path);
  if (answer <= 0)
    return NULL;
  history = make_history(self, statement, id, error);
  if (history == NULL ||
      !load_epochs(self, id, (guint64)sqlite3_column_int64(statement, 3),
                   sqlite3_column_int(statement, 4), history, error) ||
      !load_changes(self, id, history, error))
    return NULL;
  *n_steps = (guint64)sqlite3_column_int64(statement, 2);
  return g_steal_pointer(&history);
}

NwHistory *
nw_store_load_history(NwStore *self, gint64 id, GError **error)
{
  g_autoptr(NwHistory) history = NULL;
  guint64 n_steps = 0;
  Source *source;
  NwStore *own;

  if (!nw_store_begin(self, FALSE, error))
    return NULL;
  history = load(self, id, &n_steps, error);
  nw_store_rollback(self);
  own = history != NULL ? nw_store_open(self->path, NW_STORE_READ, error) : NULL;
  if (own == NULL)
    return NULL;
  source = g_new0(Source, 1);
  source->store = own;
  source->run = id;
  source->kept = g_new0(Kept, PLACES);
  nw_history_set_source(history, &stored, source, (gsize)n_steps);
  return g_steal_pointer(&history);
}
