/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-shape.h"

NwShape
nw_shape_of(const gint64 *dims, int rank)
{
  NwShape shape = {rank, {0}};
  g_assert(rank >= 0 && rank <= NW_MAX_RANK);
  for (int i = 0; i < rank; i++)
    shape.dim[i] = dims[i];
  return shape;
}

gboolean
nw_shape_equal(const NwShape *a, const NwShape *b)
{
  if (a->rank != b->rank)
    return FALSE;
  for (int i = 0; i < a->rank; i++)
    if (a->dim[i] != b->dim[i])
      return FALSE;
  return TRUE;
}

gint64
nw_shape_elements(const NwShape *shape)
{
  gint64 n = 1;
  for (int i = 0; i < shape->rank; i++) {
    if (shape->dim[i] > 0 && n > NW_MAX_ELEMENTS / shape->dim[i])
      return NW_MAX_ELEMENTS + 1;
    n *= shape->dim[i];
  }
  return n;
}

gint64
nw_shape_rows(const NwShape *shape)
{
  NwShape rows = *shape;
  rows.rank = MAX(shape->rank - 1, 0);
  return nw_shape_elements(&rows);
}

gint64
nw_shape_last(const NwShape *shape)
{
  return shape->rank == 0 ? 1 : shape->dim[shape->rank - 1];
}

char *
nw_shape_to_text(const NwShape *shape)
{
  GString *text = g_string_new(shape->rank == 0 ? "1" : NULL);
  for (int i = 0; i < shape->rank; i++)
    g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i > 0 ? " × " : "", shape->dim[i]);
  return g_string_free(text, FALSE);
}
