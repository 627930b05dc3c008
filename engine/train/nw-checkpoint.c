/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-checkpoint.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "nw-error.h"
#include "nw-project-json.h"
#include "nw-schedule.h"

/* Numbers of the checkpoint that travel in the header; 17 digits are exact. */
typedef struct {
  const char *key;
  gsize offset;
  enum { COUNT, LONG_COUNT, NUMBER } type;
} Field;

static const Field fields[] = {
    {"epoch", G_STRUCT_OFFSET(NwCheckpoint, epoch), COUNT},
    {"batch", G_STRUCT_OFFSET(NwCheckpoint, batch), COUNT},
    {"step", G_STRUCT_OFFSET(NwCheckpoint, step), LONG_COUNT},
    {"learning_rate", G_STRUCT_OFFSET(NwCheckpoint, learning_rate), NUMBER},
    {"scheduled_rate", G_STRUCT_OFFSET(NwCheckpoint, scheduled), NUMBER},
    {"seconds", G_STRUCT_OFFSET(NwCheckpoint, seconds), NUMBER},
};

/* The settings, without those that another session of the same run may have otherwise. More epochs
 * are none of these when the schedule reaches to the end of the run. */
static NwParams *
without_free_settings(NwParams *training)
{
  static const char *const settings[][2] = {
      {"threads", "0"},         {"checkpoint_every", "0"}, {"checkpoint_unit", "epochs"},
      {"checkpoint_keep", "0"}, {"epochs", "1"},
  };
  gsize n = G_N_ELEMENTS(settings) - (nw_schedule_spans_run(training) ? 1 : 0);

  nw_params_ref(training);
  for (gsize i = 0; i < n; i++) {
    NwParams *changed = nw_params_with(training, settings[i][0], settings[i][1], NULL);
    nw_params_unref(training);
    training = changed;
  }
  return training;
}

char *
nw_checkpoint_fingerprint(NwProject *project)
{
  g_autoptr(NwGraph) graph = nw_graph_arrange(nw_project_get_graph(project));
  g_autoptr(NwProject) placed = nw_project_with_graph(project, graph);
  g_autoptr(NwProject) described = nw_project_with_description(placed, "");
  g_autoptr(NwParams) training = without_free_settings(nw_project_get_training(project));
  g_autoptr(NwProject) plain = nw_project_with_training(described, training);
  g_autofree char *json = nw_project_to_json(plain);

  return g_compute_checksum_for_string(G_CHECKSUM_SHA256, json, -1);
}

static char *
field_to_text(const NwCheckpoint *checkpoint, const Field *field)
{
  const char *at = (const char *)checkpoint + field->offset;
  switch (field->type) {
  case COUNT:
    return g_strdup_printf("%u", *(const guint *)at);
  case LONG_COUNT:
    return g_strdup_printf("%" G_GUINT64_FORMAT, *(const guint64 *)at);
  default:
    return g_strdup_printf("%.17g", *(const double *)at);
  }
}

static gboolean
field_from_text(NwCheckpoint *checkpoint, const Field *field, const char *text)
{
  char *at = (char *)checkpoint + field->offset;
  guint64 count = 0;

  if (text == NULL)
    return FALSE;
  if (field->type == NUMBER) {
    char *end;
    *(double *)at = g_ascii_strtod(text, &end);
    return end != text && *end == '\0';
  }
  if (!g_ascii_string_to_unsigned(text, 10, 0, field->type == COUNT ? G_MAXUINT : G_MAXINT64,
                                  &count, NULL))
    return FALSE;
  if (field->type == COUNT)
    *(guint *)at = (guint)count;
  else
    *(guint64 *)at = count;
  return TRUE;
}

static void
append_numbers(GArray *tensors, const char *name, const double *values, gsize rows, gsize cols)
{
  NwFileTensor tensor = {.name = name,
                         .dtype = NW_TENSOR_F64,
                         .rank = 2,
                         .shape = {(gint64)rows, (gint64)cols},
                         .data = values};
  g_array_append_val(tensors, tensor);
}

/* All epochs so far, a row each: seconds, then the series. */
static double *
epochs_of(const NwHistory *history, gsize *rows, gsize *cols)
{
  double *values;

  *rows = nw_history_get_n_epochs(history);
  *cols = 1 + nw_history_get_n_epoch_series(history);
  values = g_new(double, *rows **cols + 1);
  for (gsize r = 0; r < *rows; r++) {
    values[r * *cols] = nw_history_get_epoch_time(history, r);
    for (guint c = 1; c < *cols; c++)
      nw_history_read_epochs(history, c - 1, r, 1, &values[r * *cols + c]);
  }
  return values;
}

/* What the person changed, a row each: step, output (−1: the learning rate), value. */
#define CHANGE_COLS 3

static double *
changes_of(NwHistory *history, gsize *rows)
{
  gsize n = nw_history_get_n_changes(history);
  double *values = g_new(double, n *CHANGE_COLS + 1);

  for (gsize r = 0; r < n; r++) {
    NwChange change = nw_history_get_change(history, r);
    values[r * CHANGE_COLS] = (double)change.step;
    values[r * CHANGE_COLS + 1] = change.output;
    values[r * CHANGE_COLS + 2] = change.value;
  }
  *rows = n;
  return values;
}

gboolean
nw_checkpoint_save(const NwCheckpoint *checkpoint, const NwWeights *weights,
                   const char *fingerprint, const char *const *metadata, const char *path,
                   GError **error)
{
  g_autoptr(GArray) tensors = g_array_new(FALSE, FALSE, sizeof(NwFileTensor));
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) pairs = g_ptr_array_new();
  g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
  g_autofree double *epochs = NULL, *changes = NULL;
  gsize rows, cols;

  nw_weights_append_tensors(weights, TRUE, tensors, names);
  for (gsize i = 0; i < NW_CHECKPOINT_STATES; i++)
    append_numbers(tensors, checkpoint->states[i].name, checkpoint->states[i].values, 1,
                   checkpoint->states[i].n);
  epochs = epochs_of(checkpoint->history, &rows, &cols);
  append_numbers(tensors, "run/epochs", epochs, rows, cols);
  changes = changes_of(checkpoint->history, &rows);
  append_numbers(tensors, "run/changes", changes, rows, CHANGE_COLS);

  g_ptr_array_add(pairs, (gpointer) "fingerprint");
  g_ptr_array_add(pairs, (gpointer)fingerprint);
  g_ptr_array_add(texts, g_strdup_printf("%d", nw_history_get_best_epoch(checkpoint->history)));
  g_ptr_array_add(pairs, (gpointer) "best_epoch");
  g_ptr_array_add(pairs, g_ptr_array_index(texts, 0));
  for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
    g_ptr_array_add(texts, field_to_text(checkpoint, &fields[i]));
    g_ptr_array_add(pairs, (gpointer)fields[i].key);
    g_ptr_array_add(pairs, g_ptr_array_index(texts, texts->len - 1));
  }
  for (gsize i = 0; metadata != NULL && metadata[i] != NULL; i++)
    g_ptr_array_add(pairs, (gpointer)metadata[i]);
  g_ptr_array_add(pairs, NULL);
  return nw_safetensors_write(path, (const NwFileTensor *)tensors->data, tensors->len,
                              (const char *const *)pairs->pdata, error);
}

static gboolean
refuse(GError **error, const char *path)
{
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT,
              _("%s is no checkpoint of a run; give the folder that “train --out” wrote."), path);
  return FALSE;
}

static gboolean
append_epochs(NwHistory *history, const NwFileTensor *tensor, int best)
{
  guint n_series = nw_history_get_n_epoch_series(history);

  if (tensor->rank != 2 || tensor->shape[1] != 1 + (gint64)n_series)
    return FALSE;
  g_autofree double *row = g_new(double, n_series + 1);
  for (gint64 r = 0; r < tensor->shape[0]; r++) {
    nw_file_tensor_read_double(tensor, (gsize)r * (n_series + 1), n_series + 1, row);
    nw_history_append_epoch(history, row + 1, row[0], r == best);
  }
  return TRUE;
}

static gboolean
append_changes(NwHistory *history, const NwFileTensor *tensor)
{
  if (tensor->rank != 2 || tensor->shape[1] != CHANGE_COLS)
    return FALSE;
  for (gint64 r = 0; r < tensor->shape[0]; r++) {
    double row[CHANGE_COLS];
    nw_file_tensor_read_double(tensor, (gsize)r * CHANGE_COLS, CHANGE_COLS, row);
    if (!(row[0] >= 0 && row[0] < 9e15 && row[1] >= -1 &&
          row[1] < nw_history_get_n_outputs(history)))
      return FALSE;
    nw_history_append_change(history, &(NwChange){(guint64)row[0], (int)row[1], row[2]});
  }
  return TRUE;
}

/* All that the run's parts keep is there, in the right size. */
static gboolean
has_states(const NwSafetensors *file, const NwCheckpoint *checkpoint)
{
  for (gsize i = 0; i < NW_CHECKPOINT_STATES; i++) {
    const NwFileTensor *tensor = nw_safetensors_find(file, checkpoint->states[i].name);
    if (tensor == NULL || nw_file_tensor_elements(tensor) != checkpoint->states[i].n)
      return FALSE;
  }
  return TRUE;
}

gboolean
nw_checkpoint_load(NwCheckpoint *checkpoint, NwWeights *weights, const char *fingerprint,
                   const char *path, GError **error)
{
  g_autoptr(NwSafetensors) file = nw_safetensors_open(path, error);
  NwCheckpoint read = *checkpoint;
  const NwFileTensor *epochs, *changes;
  const char *saved, *best;

  if (file == NULL)
    return FALSE;
  saved = nw_safetensors_get_metadata(file, "fingerprint");
  best = nw_safetensors_get_metadata(file, "best_epoch");
  epochs = nw_safetensors_find(file, "run/epochs");
  changes = nw_safetensors_find(file, "run/changes");
  if (saved == NULL || best == NULL || epochs == NULL || changes == NULL)
    return refuse(error, path);
  if (strcmp(saved, fingerprint) != 0) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("%s was trained with other settings (network, data, optimiser, batch size or "
                  "seed); resume the project.netwright beside it, or train anew."),
                path);
    return FALSE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
    if (!field_from_text(&read, &fields[i], nw_safetensors_get_metadata(file, fields[i].key)))
      return refuse(error, path);
  if (!has_states(file, &read) || epochs->rank != 2 || epochs->shape[0] != (gint64)read.epoch)
    return refuse(error, path);
  if (!nw_weights_load_from(weights, file, path, error))
    return FALSE;
  if (!append_epochs(read.history, epochs, (int)g_ascii_strtoll(best, NULL, 10)) ||
      !append_changes(read.history, changes))
    return refuse(error, path);
  for (gsize i = 0; i < NW_CHECKPOINT_STATES; i++)
    nw_file_tensor_read_double(nw_safetensors_find(file, read.states[i].name), 0, read.states[i].n,
                               read.states[i].values);
  *checkpoint = read;
  return TRUE;
}
