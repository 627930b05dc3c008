/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-readback.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "nw-error.h"
#include "nw-evaluate.h"
#include "nw-table.h"

#define MAX_ROWS 1000 /* predicted for comparing weights */

static void
compare(NwReadback *out, double wrote, double read)
{
  double difference = fabs(wrote - read);

  out->numbers++;
  if (wrote == read || (isnan(wrote) && isnan(read)))
    return;
  if (!(difference <= out->largest))
    out->largest = isnan(difference) ? INFINITY : difference;
}

static gboolean
fail(GError **error, const char *path, const char *name)
{
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT,
              _("%s, read back, does not hold “%s” as it should."), path, name);
  return FALSE;
}

/* ── weights, by what they predict ───────────────────────────────────────────────────────────── */

static void
compare_weights(NwReadback *out, const NwWeights *a, const NwWeights *b)
{
  for (guint i = 0; i < nw_weights_get_n(a); i++) {
    const NwWeight *wrote = nw_weights_get(a, i), *read = nw_weights_get(b, i);

    for (gsize j = 0; j < wrote->n; j++)
      compare(out, (double)wrote->value[j], (double)read->value[j]);
  }
}

static gboolean
compare_predictions(const NwExport *what, NwWeights *read, NwReadback *out, GError **error)
{
  gsize n;
  const guint32 *rows = nw_dataset_get_split(what->dataset, what->split, &n);
  g_autoptr(NwPredictions) a = NULL;
  g_autoptr(NwPredictions) b = NULL;

  n = MIN(n, MAX_ROWS);
  a = nw_predict(what->project, what->weights, what->dataset, rows, n, what->threads, error);
  if (!a)
    return FALSE;
  b = nw_predict(what->project, read, what->dataset, rows, n, what->threads, error);
  if (!b)
    return FALSE;
  out->predictions = TRUE;
  for (guint o = 0; o < a->n_outputs; o++) {
    gsize numbers = a->rows * (gsize)nw_shape_elements(&a->shapes[o]);

    for (gsize i = 0; i < numbers; i++)
      compare(out, (double)a->values[o][i], (double)b->values[o][i]);
  }
  return TRUE;
}

static gboolean
measure_safetensors(const NwExport *what, const char *path, NwReadback *out, GError **error)
{
  g_autoptr(NwWeights) read = nw_weights_copy(what->weights);

  /* Nothing that is read back may be what was there before. */
  for (guint i = 0; i < nw_weights_get_n(read); i++)
    for (gsize j = 0; j < nw_weights_get(read, i)->n; j++)
      nw_weights_get(read, i)->value[j] = NAN;
  if (!nw_weights_load(read, path, error))
    return FALSE;
  if (what->dataset)
    return compare_predictions(what, read, out, error);
  compare_weights(out, what->weights, read);
  return TRUE;
}

/* ── arrays and tables, number by number ─────────────────────────────────────────────────────── */

/* All @n numbers of an array; NULL with a sentence when it has not as many. */
static double *
read_array(NwTable *table, const char *path, gssize index, const char *name, gsize n,
           GError **error)
{
  const NwTableColumn *column = index < 0 ? NULL : nw_table_get_column(table, (gsize)index);
  double *read;

  if (!column || column->is_text || column->rows * (gsize)nw_shape_elements(&column->shape) != n) {
    fail(error, path, name);
    return NULL;
  }
  read = g_new(double, n + 1);
  nw_table_get_numbers(table, (gsize)index, 0, column->rows, read);
  return read;
}

/* Whatever the file is called. */
static NwTable *
read_npz(const char *path, GError **error)
{
  return nw_table_read(path, &(NwReadOptions){.reader = nw_reader_find("npz")}, error);
}

static gboolean
measure_npz(const NwExport *what, const char *path, NwReadback *out, GError **error)
{
  g_autoptr(NwTable) table = read_npz(path, error);

  if (!table)
    return FALSE;
  for (guint i = 0; i < nw_weights_get_n(what->weights); i++) {
    const NwWeight *weight = nw_weights_get(what->weights, i);
    g_autofree double *read =
        read_array(table, path, nw_table_find(table, weight->name), weight->name, weight->n, error);

    if (!read)
      return FALSE;
    for (gsize j = 0; j < weight->n; j++)
      compare(out, (double)weight->value[j], read[j]);
  }
  return TRUE;
}

static NwPredictions *
predict_split(const NwExport *what, GError **error)
{
  gsize n;
  const guint32 *rows = nw_dataset_get_split(what->dataset, what->split, &n);

  return nw_predict(what->project, what->weights, what->dataset, rows, n, what->threads, error);
}

static gboolean
measure_predictions_npz(const NwExport *what, const char *path, NwReadback *out, GError **error)
{
  g_autoptr(NwTable) table = read_npz(path, error);
  g_autoptr(NwPredictions) predictions = table ? predict_split(what, error) : NULL;

  if (!predictions)
    return FALSE;
  out->predictions = TRUE;
  for (guint o = 0; o < predictions->n_outputs; o++) {
    const char *name = predictions->outputs[o];
    gssize index = nw_table_find(table, name);
    gsize n = predictions->rows * (gsize)nw_shape_elements(&predictions->shapes[o]);
    g_autofree double *read = NULL;

    if (index < 0 && predictions->n_outputs == 1)
      index = nw_table_find(table, "probs");
    read = read_array(table, path, index, name, n, error);
    if (!read)
      return FALSE;
    for (gsize i = 0; i < n; i++)
      compare(out, (double)predictions->values[o][i], read[i]);
  }
  return TRUE;
}

/* Behind an output's numbers stand its class and its targets. */
static gsize
skip_others(const NwTable *table, gsize at)
{
  while (at < nw_table_get_n_columns(table) &&
         (g_str_has_prefix(nw_table_get_column(table, at)->name, "class_") ||
          g_str_has_prefix(nw_table_get_column(table, at)->name, "y_")))
    at++;
  return at;
}

/* What stands in a cell: nothing where a mask leaves the step out. */
static double
answer(const NwPredictions *predictions, guint output, gsize i)
{
  const guint8 *mask = predictions->masks[output];
  gsize each = (gsize)nw_shape_last(&predictions->shapes[output]);

  return mask == NULL || mask[i / each] ? (double)predictions->values[output][i] : NAN;
}

static gboolean
measure_predictions_csv(const NwExport *what, const char *path, NwReadback *out, GError **error)
{
  NwReadOptions options = {
      .reader = nw_reader_find("csv"), .delimiter = NW_DELIMITER_COMMA, .header = NW_HEADER_YES};
  g_autoptr(NwTable) table = nw_table_read(path, &options, error);
  g_autoptr(NwPredictions) predictions = table ? predict_split(what, error) : NULL;
  g_autofree double *read = NULL;
  gsize at = 0;

  if (!predictions)
    return FALSE;
  if (nw_table_get_n_rows(table) != predictions->rows)
    return fail(error, path, predictions->outputs[0]);
  out->predictions = TRUE;
  read = g_new(double, predictions->rows + 1);
  for (guint o = 0; o < predictions->n_outputs; o++) {
    gsize cols = (gsize)nw_shape_elements(&predictions->shapes[o]);

    if (at + cols > nw_table_get_n_columns(table))
      return fail(error, path, predictions->outputs[o]);
    for (gsize c = 0; c < cols; c++, at++) {
      if (nw_table_get_column(table, at)->is_text)
        return fail(error, path, predictions->outputs[o]);
      nw_table_get_numbers(table, at, 0, predictions->rows, read);
      for (gsize row = 0; row < predictions->rows; row++)
        compare(out, answer(predictions, o, row * cols + c), read[row]);
    }
    at = skip_others(table, at);
  }
  return TRUE;
}

static const struct {
  const char *format;
  gboolean (*measure)(const NwExport *what, const char *path, NwReadback *out, GError **error);
} measures[] = {
    {"safetensors", measure_safetensors},
    {"npz", measure_npz},
    {"csv", measure_predictions_csv},
    {"predictions-npz", measure_predictions_npz},
};

gboolean
nw_readback_measure(const NwFormat *format, const NwExport *what, const char *path, NwReadback *out,
                    GError **error)
{
  *out = (NwReadback){0};
  for (gsize i = 0; i < G_N_ELEMENTS(measures); i++)
    if (g_str_equal(measures[i].format, format->id))
      return measures[i].measure(what, path, out, error);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("“%s” cannot be read back."), _(format->title));
  return FALSE;
}
