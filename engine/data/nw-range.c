/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-range.h"

#include "nw-error.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static gboolean
allows(const NwRange *range, double x)
{
  return x >= range->min && x <= range->max && (!range->whole || x == floor(x));
}

/* With what stands in the file, where the network sees something else: a category by its name, a
 * number that is scaled. (transfer full) */
static char *
describe_number(const NwTable *table, gsize row, gsize column, double x)
{
  g_autofree char *cell = nw_table_dup_cell(table, row, column);
  g_autofree char *number = nw_single_to_text((float)x), *shown = NULL;

  if (nw_shape_elements(&nw_table_get_column(table, column)->shape) != 1 ||
      (float)g_ascii_strtod(cell, NULL) == (float)x)
    return g_steal_pointer(&number);
  shown = nw_text_for_message(cell);
  return g_strdup_printf(_("%s (“%s”)"), number, shown);
}

/* Why @number is not possible. (transfer full) */
static char *
explain(const NwFieldRequest *request, const char *number)
{
  const NwRange *range = &request->allowed;
  g_autofree char *min = nw_number_to_text(range->min), *max = nw_number_to_text(range->max);

  if (request->role == NW_FIELD_WEIGHT)
    return g_strdup_printf(
        _("%s weighs a sample; weights are numbers from 0, and 0 leaves a sample "
          "out"),
        number);
  if (request->role == NW_FIELD_INPUT)
    return g_strdup_printf(
        _("“%s” looks up ids from %s to %s, but here is %s; give it more ids, or "
          "correct the data"),
        range->of, min, max, number);
  if (request->type.dtype == NW_INT32)
    return g_strdup_printf(_("“%s” tells classes from %s to %s apart, but here is %s; change its "
                             "units, or correct the data"),
                           request->name, min, max, number);
  if (range->whole)
    return g_strdup_printf(_("the loss of “%s” wants whole numbers from %s to %s, but here is %s; "
                             "correct the data, or choose another loss"),
                           request->name, min, max, number);
  if (range->max == G_MAXDOUBLE)
    return g_strdup_printf(
        _("the loss of “%s” wants numbers from %s up, but here is %s; scale them, "
          "or choose another loss"),
        request->name, min, number);
  return g_strdup_printf(
      _("the loss of “%s” wants numbers from %s to %s, but here is %s; scale them, "
        "or choose another loss"),
      request->name, min, max, number);
}

gboolean
nw_range_check(const NwFieldRequest *request, const NwTable *table, gsize at, NwEncodeAs as,
               gconstpointer data, gsize width, gsize stride, GError **error)
{
  const NwRange *range = &request->allowed;
  gsize rows = nw_table_get_column(table, at)->rows;

  if ((range->min == 0 && range->max == 0) || as == NW_ENCODE_ONE_HOT)
    return TRUE;
  for (gsize row = 0; row < rows; row++)
    for (gsize i = row * stride; i < row * stride + width; i++) {
      double x =
          as == NW_ENCODE_INDEX ? ((const gint32 *)data)[i] : (double)((const float *)data)[i];
      gboolean unknown = as == NW_ENCODE_INDEX ? x == NW_UNKNOWN_CLASS : isnan(x);
      if (allows(range, x) || (nw_unknown_is_possible(&request->unknown) && unknown))
        continue;
      g_autofree char *place = nw_table_describe_place(table, row, at);
      g_autofree char *number = describe_number(table, row, at, x);
      g_autofree char *why = explain(request, number);
      g_set_error(error, NW_ERROR, NW_ERROR_INPUT, "%s: %s", place, why);
      return FALSE;
    }
  return TRUE;
}

gsize
nw_labels_count_steps(const gint32 *labels, gsize n)
{
  gsize steps = 0;
  gint32 before = 0;

  for (gsize i = 0; i < n; i++) {
    if (labels[i] == 0)
      continue;
    steps += labels[i] == before ? 2 : 1;
    before = labels[i];
  }
  return steps;
}

gboolean
nw_range_check_labels(const NwFieldRequest *request, const NwTable *table, gsize at,
                      const gint32 *labels, gsize width, GError **error)
{
  for (gsize row = 0; row < nw_table_get_column(table, at)->rows; row++) {
    gsize steps = nw_labels_count_steps(labels + row * width, width);
    g_autofree char *place = NULL;
    if (steps <= (gsize)request->n_steps)
      continue;
    place = nw_table_describe_place(table, row, at);
    g_set_error(
        error, NW_ERROR, NW_ERROR_INPUT,
        _("%s: these labels need %zu steps (one each, and one between equal neighbours), but "
          "“%s” has %d; shorten them, or give it more steps"),
        place, steps, request->name, (int)request->n_steps);
    return FALSE;
  }
  return TRUE;
}
