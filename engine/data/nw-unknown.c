/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-unknown.h"

#include <math.h>

gboolean
nw_unknown_equal(const NwUnknown *a, const NwUnknown *b)
{
  if (a->n != b->n || a->empty != b->empty)
    return FALSE;
  for (gsize i = 0; i < a->n; i++)
    if (a->numbers[i] != b->numbers[i])
      return FALSE;
  return TRUE;
}

NwUnknown
nw_unknown_copy(const NwUnknown *unknown)
{
  NwUnknown copy = *unknown;

  copy.numbers = copy.n > 0 ? g_memdup2(copy.numbers, copy.n * sizeof *copy.numbers) : NULL;
  return copy;
}

void
nw_unknown_clear(NwUnknown *unknown)
{
  g_free((gpointer)unknown->numbers);
  *unknown = (NwUnknown){0};
}

gboolean
nw_unknown_has(const NwUnknown *unknown, double x)
{
  if (isnan(x))
    return unknown->empty;
  for (gsize i = 0; i < unknown->n; i++)
    if (x == unknown->numbers[i])
      return TRUE;
  return FALSE;
}

gboolean
nw_unknown_has_text(const NwUnknown *unknown, const char *text)
{
  char *end;
  double x;

  if (text == NULL)
    return unknown->empty;
  x = g_ascii_strtod(text, &end);
  return end != text && *end == '\0' && !isnan(x) && nw_unknown_has(unknown, x);
}

gsize
nw_unknown_count(const NwUnknown *unknown, const NwTableColumn *column)
{
  gsize n = unknown->empty ? column->missing : 0;

  for (gsize i = 0; unknown->n > 0 && i < column->n_values; i++)
    if (nw_unknown_has_text(unknown, column->values[i].text))
      n += column->values[i].count;
  return n;
}

gboolean
nw_unknown_leaves_binary(const NwUnknown *unknown, const NwTableColumn *column)
{
  if (unknown->n == 0 || column->is_text || column->many_values || column->n_values == 0)
    return FALSE;
  for (gsize i = 0; i < column->n_values; i++) {
    double x = g_ascii_strtod(column->values[i].text, NULL);
    if (x != 0 && x != 1 && !nw_unknown_has(unknown, x))
      return FALSE;
  }
  return TRUE;
}
