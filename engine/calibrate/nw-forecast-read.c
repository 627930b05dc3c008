/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Finds predictions, labels and mask in a file; the rules are in nw-forecast.h. */
#include "nw-forecast.h"

#include "nw-error.h"
#include "nw-table.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Several columns of one number per row, put together as [rows, columns]. */
typedef struct {
  const NwTable *table;
  const char *name;
  GArray *columns; /* (nullable) guint: where they are in the table */
} Group;

static void
group_clear(Group *group)
{
  g_clear_pointer(&group->columns, g_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Group, group_clear)

static gpointer
fail(GError **error, const char *problem)
{
  g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT, problem);
  return NULL;
}

/* Says which cell of a column of numbers is none. */
static gpointer
fail_text(const NwTable *table, gsize column, GError **error)
{
  const NwTableColumn *info = nw_table_get_column(table, column);

  for (gsize row = 0; row < info->rows; row++) {
    const char *text = nw_table_get_text(table, row, column);
    double number;
    if (text == NULL || nw_number_from_text(text, &number))
      continue;
    g_autofree char *shown = nw_text_for_message(text);
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("line %zu, column “%s”: “%s” is no number"),
                nw_table_get_line(table, row), info->name, shown);
    return NULL;
  }
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("“%s” holds text, not numbers"), info->name);
  return NULL;
}

/* One array of the file as it is. (transfer full) */
static double *
read_array(const NwTable *table, gsize column, NwForecastArray *array, GError **error)
{
  const NwTableColumn *info = nw_table_get_column(table, column);
  double *values;

  if (info->is_text)
    return fail_text(table, column, error);
  if (info->shape.rank >= NW_MAX_RANK)
    return fail(error, _("an array has too many axes"));
  *array = (NwForecastArray){info->name, {info->shape.rank + 1, {(gint64)info->rows}}, NULL};
  for (int i = 0; i < info->shape.rank; i++)
    array->shape.dim[i + 1] = info->shape.dim[i];
  if (nw_shape_elements(&array->shape) > NW_MAX_ELEMENTS)
    return fail(error, _("an array has more than 2³¹ numbers; score a part of them"));
  values = g_new(double, MAX(nw_shape_elements(&array->shape), 1));
  nw_table_get_numbers(table, column, 0, info->rows, values);
  array->values = values;
  return values;
}

/* Arrays */

static NwForecast *
read_arrays(const NwTable *table, NwTask task, GError **error)
{
  gssize probs = nw_table_find(table, "probs"), logits = nw_table_find(table, "logits");
  gssize labels = nw_table_find(table, "labels"), mask = nw_table_find(table, "mask");
  g_autofree double *p = NULL, *y = NULL, *m = NULL;
  NwForecastInput input = {.task = task, .are_logits = probs < 0};

  if (probs < 0 && logits < 0)
    return fail(error, _("there is no array “probs” or “logits”"));
  if (labels < 0)
    return fail(error, _("there is no array “labels”"));
  p = read_array(table, (gsize)(probs >= 0 ? probs : logits), &input.predictions, error);
  if (p == NULL)
    return NULL;
  y = read_array(table, (gsize)labels, &input.labels, error);
  if (y == NULL)
    return NULL;
  if (mask >= 0) {
    m = read_array(table, (gsize)mask, &input.mask, error);
    if (m == NULL)
      return NULL;
  }
  return nw_forecast_new(&input, error);
}

/* Columns */

static GArray *
columns_with_prefix(const NwTable *table, const char *prefix)
{
  GArray *columns = g_array_new(FALSE, FALSE, sizeof(guint));

  for (guint i = 0; i < nw_table_get_n_columns(table); i++)
    if (g_str_has_prefix(nw_table_get_column(table, i)->name, prefix))
      g_array_append_val(columns, i);
  return columns;
}

/* [rows, columns] (transfer full) */
static double *
read_group(const Group *group, NwForecastArray *array, GError **error)
{
  gsize rows = nw_table_get_n_rows(group->table), cols = group->columns->len;
  g_autofree double *values = g_new(double, MAX(rows * cols, 1)), *column = g_new(double, rows + 1);

  for (gsize col = 0; col < cols; col++) {
    guint at = g_array_index(group->columns, guint, col);
    if (nw_table_get_column(group->table, at)->is_text)
      return fail_text(group->table, at, error);
    nw_table_get_numbers(group->table, at, 0, rows, column);
    for (gsize row = 0; row < rows; row++)
      values[row * cols + col] = column[row];
  }
  *array = (NwForecastArray){group->name, NW_SHAPE((gint64)rows, (gint64)cols), values};
  return g_steal_pointer(&values);
}

/* The name behind the prefix. */
static const char *
suffix(const Group *group, guint i)
{
  guint at = g_array_index(group->columns, guint, i);
  return nw_table_get_column(group->table, at)->name + strlen(group->name);
}

/* The columns y_NAME in the order of the columns p_NAME. (transfer full) */
static GArray *
match_labels(const Group *predictions, GError **error)
{
  g_autoptr(GArray) columns = g_array_new(FALSE, FALSE, sizeof(guint));

  for (guint i = 0; i < predictions->columns->len; i++) {
    g_autofree char *name = g_strconcat(NW_FORECAST_LABEL, suffix(predictions, i), NULL);
    gssize at = nw_table_find(predictions->table, name);
    if (at < 0) {
      g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                  _("the column “%s%s” has no column “%s” beside it"), predictions->name,
                  suffix(predictions, i), name);
      return NULL;
    }
    g_array_append_val(columns, (guint){(guint)at});
  }
  return g_steal_pointer(&columns);
}

/* The class that a cell of the column `label` means: the column p_NAME of that name, else the
 * number of one; −1: none. */
static double
class_of(const Group *predictions, const char *text)
{
  double number;
  gboolean is_number = nw_number_from_text(text, &number);

  for (guint i = 0; i < predictions->columns->len; i++) {
    double name;
    if (strcmp(suffix(predictions, i), text) == 0 ||
        (is_number && nw_number_from_text(suffix(predictions, i), &name) && name == number))
      return i;
  }
  return is_number ? number : -1;
}

/* [rows] (transfer full) */
static double *
read_classes(const Group *predictions, gsize column, NwForecastArray *array, GError **error)
{
  const NwTable *table = predictions->table;
  const NwTableColumn *info = nw_table_get_column(table, column);
  g_autofree double *classes = NULL;

  if (predictions->columns->len == 1)
    return read_array(table, column, array, error);
  classes = g_new(double, MAX(info->rows, 1));
  for (gsize row = 0; row < info->rows; row++) {
    g_autofree char *text = nw_table_dup_cell(table, row, column);
    classes[row] = class_of(predictions, text);
    if (classes[row] >= 0)
      continue;
    g_autofree char *shown = nw_text_for_message(text);
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
                _("line %zu, column “%s”: “%s” is none of the classes"),
                nw_table_get_line(table, row), info->name, shown);
    return NULL;
  }
  *array = (NwForecastArray){info->name, NW_SHAPE((gint64)info->rows), classes};
  return g_steal_pointer(&classes);
}

typedef struct {
  const Group *predictions, *labels;
} Place;

static char *
place_cb(gpointer data, const NwForecastArray *array, gsize row, gssize column)
{
  const Place *place = data;
  gsize line = nw_table_get_line(place->predictions->table, row);
  const Group *group = array->name == place->predictions->name ? place->predictions
                       : array->name == place->labels->name    ? place->labels
                                                               : NULL;

  if (group == NULL)
    return g_strdup_printf(_("line %zu, column “%s”"), line, array->name);
  if (column < 0 && group->columns->len > 1)
    return g_strdup_printf(_("line %zu"), line);
  return g_strdup_printf(_("line %zu, column “%s%s”"), line, group->name,
                         suffix(group, (guint)MAX(column, 0)));
}

/* Labels from columns y_NAME if there are any, else from the column `label`. (transfer full) */
static double *
read_labels(const Group *predictions, Group *labels, NwForecastArray *array, GError **error)
{
  g_autoptr(GArray) any = columns_with_prefix(predictions->table, NW_FORECAST_LABEL);
  gssize label = nw_table_find(predictions->table, "label");

  if (any->len == 0 && label < 0)
    return fail(error, _("there is no column “label”, nor columns “y_…”"));
  if (any->len == 0)
    return read_classes(predictions, (gsize)label, array, error);
  labels->columns = match_labels(predictions, error);
  return labels->columns != NULL ? read_group(labels, array, error) : NULL;
}

static NwForecast *
read_columns(const NwTable *table, NwTask task, GError **error)
{
  g_auto(Group)
      predictions = {table, NW_FORECAST_PREDICTION, columns_with_prefix(table, NW_FORECAST_PREDICTION)};
  g_auto(Group) labels = {table, NW_FORECAST_LABEL, NULL};
  gssize mask = nw_table_find(table, "mask");
  Place place = {&predictions, &labels};
  NwForecastInput input = {.task = task, .place = place_cb, .place_data = &place};
  g_autofree double *p = NULL, *y = NULL, *m = NULL;
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  if (predictions.columns->len == 0)
    return fail(error, _("there is no column “p_…” with probabilities"));
  p = read_group(&predictions, &input.predictions, error);
  if (p == NULL)
    return NULL;
  y = read_labels(&predictions, &labels, &input.labels, error);
  if (y == NULL)
    return NULL;
  if (mask >= 0) {
    m = read_array(table, (gsize)mask, &input.mask, error);
    if (m == NULL)
      return NULL;
  }
  for (guint i = 0; i < predictions.columns->len; i++)
    g_ptr_array_add(names, (gpointer)suffix(&predictions, i));
  input.names = (const char *const *)names->pdata;
  return nw_forecast_new(&input, error);
}

NwForecast *
nw_forecast_read(const char *path, NwTask task, GError **error)
{
  g_autoptr(NwTable) table = nw_table_read(path, NULL, error);
  NwForecast *forecast;

  if (table == NULL)
    return NULL;
  if (nw_table_get_reader(table)->takes_text_options)
    forecast = read_columns(table, task, error);
  else
    forecast = read_arrays(table, task, error);
  if (forecast == NULL)
    g_prefix_error(error, "%s: ", path);
  return forecast;
}
