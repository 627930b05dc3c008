/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A file of predictions once more, with other probabilities. */
#include "nw-forecast.h"

#include "nw-error.h"
#include "nw-file.h"
#include "nw-npz.h"
#include "nw-table.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Sets what @forecast has of values[rows, cols]: the file's own columns, of which one yes/no
 * question may have two. */
static void
put(const NwForecast *forecast, double *values, gsize cols)
{
  for (gsize row = 0; row < forecast->rows; row++) {
    double *to = values + forecast->from[row] * cols;
    const double *p = forecast->p + row * forecast->cols;

    if (cols > forecast->cols)
      to[0] = 1 - p[0];
    memcpy(to + cols - forecast->cols, p, forecast->cols * sizeof *p);
  }
}

static gboolean
fail_shape(const char *source, GError **error)
{
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("%s has other rows or columns than the predictions that were read from it"),
              source);
  return FALSE;
}

/* ── NPZ ─────────────────────────────────────────────────────────────────────────────────────── */

/* A column of the table as an array of its own: whole numbers stay whole. */
static void
add_array(GArray *tensors, GPtrArray *owned, const NwTable *table, gsize column)
{
  const NwTableColumn *info = nw_table_get_column(table, column);
  gboolean whole = info->whole && info->missing == 0 && info->infinite == 0;
  NwFileTensor tensor = {info->name,
                         whole ? NW_TENSOR_I64 : NW_TENSOR_F64,
                         info->shape.rank + 1,
                         {(gint64)info->rows}};
  gsize n = info->rows * (gsize)nw_shape_elements(&info->shape);
  double *values = g_new(double, MAX(n, 1));

  for (int i = 0; i < info->shape.rank; i++)
    tensor.shape[i + 1] = info->shape.dim[i];
  nw_table_get_numbers(table, column, 0, info->rows, values);
  for (gsize i = 0; i < n && whole; i++) {
    gint64 number = (gint64)values[i];
    memcpy(&values[i], &number, sizeof number);
  }
  tensor.data = values;
  g_ptr_array_add(owned, values);
  g_array_append_val(tensors, tensor);
}

static gboolean
write_arrays(const NwForecast *forecast, const NwTable *table, const char *path, GError **error)
{
  g_autoptr(GArray) tensors = g_array_new(FALSE, TRUE, sizeof(NwFileTensor));
  g_autoptr(GPtrArray) owned = g_ptr_array_new_with_free_func(g_free);
  gssize probs = nw_table_find(table, "probs"), logits = nw_table_find(table, "logits");
  gssize given = probs >= 0 ? probs : logits;
  gsize rows = forecast->rows + forecast->masked, n;
  const NwTableColumn *info;
  NwFileTensor *tensor;
  double *values;

  if (given < 0)
    return fail_shape(nw_table_get_path(table), error);
  info = nw_table_get_column(table, (gsize)given);
  n = info->rows * (gsize)nw_shape_elements(&info->shape);
  if (n % rows != 0 || (n / rows != forecast->cols && n / rows != 2))
    return fail_shape(nw_table_get_path(table), error);
  values = g_new0(double, MAX(n, 1));
  g_ptr_array_add(owned, values);
  if (probs >= 0)
    nw_table_get_numbers(table, (gsize)probs, 0, info->rows, values);
  put(forecast, values, n / rows);
  g_array_set_size(tensors, 1);
  tensor = &g_array_index(tensors, NwFileTensor, 0);
  *tensor =
      (NwFileTensor){"probs", NW_TENSOR_F64, info->shape.rank + 1, {(gint64)info->rows}, values};
  for (int i = 0; i < info->shape.rank; i++)
    tensor->shape[i + 1] = info->shape.dim[i];
  for (gsize i = 0; i < nw_table_get_n_columns(table); i++)
    if ((gssize)i != probs && (gssize)i != logits && !nw_table_get_column(table, i)->is_text)
      add_array(tensors, owned, table, i);
  return nw_npz_write(path, (const NwFileTensor *)tensors->data, tensors->len, error);
}

/* ── CSV ─────────────────────────────────────────────────────────────────────────────────────── */

static gboolean
is_prediction(const NwTable *table, gsize column)
{
  return g_str_has_prefix(nw_table_get_column(table, column)->name, NW_FORECAST_PREDICTION);
}

/* Line @row, where the header is the one before the first. */
static void
append_line(GString *line, const NwTable *table, gssize row, const double *values)
{
  for (gsize i = 0; i < nw_table_get_n_columns(table); i++) {
    g_autofree char *cell = NULL;

    if (row < 0)
      cell = g_strdup(nw_table_get_column(table, i)->name);
    else if (is_prediction(table, i))
      cell = nw_number_to_text(*values++);
    else
      cell = nw_table_dup_cell(table, (gsize)row, i);
    nw_text_append_cell(line, cell);
  }
  g_string_append_c(line, '\n');
}

static gboolean
write_columns(const NwForecast *forecast, const NwTable *table, const char *path, GError **error)
{
  gsize rows = nw_table_get_n_rows(table), cols = 0, filled = 0;
  g_autoptr(GString) line = g_string_new(NULL);
  g_autofree double *values = NULL, *column = g_new(double, MAX(rows, 1));
  g_autoptr(NwFileWriter) writer = NULL;

  for (gsize i = 0; i < nw_table_get_n_columns(table); i++)
    cols += is_prediction(table, i);
  if (rows != forecast->rows + forecast->masked || cols < forecast->cols ||
      (cols > forecast->cols && cols != 2))
    return fail_shape(nw_table_get_path(table), error);
  values = g_new(double, MAX(rows * cols, 1));
  for (gsize i = 0; i < nw_table_get_n_columns(table); i++) {
    if (!is_prediction(table, i))
      continue;
    nw_table_get_numbers(table, i, 0, rows, column);
    for (gsize row = 0; row < rows; row++)
      values[row * cols + filled] = column[row];
    filled++;
  }
  put(forecast, values, cols);
  writer = nw_file_writer_new(path, error);
  for (gssize row = -1; writer != NULL && row < (gssize)rows; row++) {
    g_string_truncate(line, 0);
    append_line(line, table, row, values + MAX(row, 0) * (gssize)cols);
    if (!nw_file_writer_write(writer, line->str, line->len, error))
      return FALSE;
  }
  return writer != NULL && nw_file_writer_commit(writer, error);
}

gboolean
nw_forecast_write(const NwForecast *forecast, const char *source, const char *path, GError **error)
{
  g_autoptr(NwTable) table = nw_table_read(source, NULL, error);
  gboolean csv;

  if (table == NULL)
    return FALSE;
  csv = nw_table_get_reader(table)->takes_text_options;
  if (!g_str_has_suffix(path, csv ? ".csv" : ".npz")) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("%s: the file is written as %s is, so its name must end in %s"), path, source,
                csv ? ".csv" : ".npz");
    return FALSE;
  }
  return (csv ? write_columns : write_arrays)(forecast, table, path, error);
}
