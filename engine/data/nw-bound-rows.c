/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-bound-rows.h"

#include "nw-error.h"
#include "nw-split.h"
#include "nw-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

G_GNUC_PRINTF(2, 3)
static gboolean
fail(GError **error, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list arguments;

  va_start(arguments, format);
  what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT, what);
  return FALSE;
}

void
nw_bound_rows_clear(NwBoundRows *rows)
{
  g_clear_pointer(&rows->part, g_free);
}

static gboolean
fail_no_column(const NwTable *table, const char *column, const char *field, GError **error)
{
  g_autofree char *file = g_filename_display_basename(nw_table_get_path(table));
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  const char *near;

  for (gsize i = 0; i < nw_table_get_n_columns(table); i++)
    g_ptr_array_add(names, nw_table_get_column(table, i)->name);
  g_ptr_array_add(names, NULL);
  near = nw_nearest_word(column, (const char *const *)names->pdata);
  if (near != NULL)
    return fail(error, _("“%s” has no column “%s”, which feeds “%s”; did you mean “%s”?"), file,
                column, field, near);
  return fail(error, _("“%s” has no column “%s”, which feeds “%s”"), file, column, field);
}

gboolean
nw_bound_rows_add(NwBoundRows *self, const NwBound *bound, const NwBinding *binding, GError **error)
{
  for (int use = 0; use < NW_N_SOURCE_USES; use++) {
    const NwTable *table = bound->parts[use];
    for (char **name = binding->columns; table != NULL && *name != NULL; name++) {
      gssize column = nw_bound_find_column(bound, (NwSourceUse)use, *name);
      gsize rows;
      if (column < 0)
        return fail_no_column(table, *name, binding->field, error);
      rows = nw_table_get_column(table, (gsize)column)->rows;
      if (rows == 0) {
        g_autofree char *file = g_filename_display_basename(nw_table_get_path(table));
        return fail(error, _("“%s” has no rows"), file);
      }
      if (self->n[use] == 0)
        self->n[use] = rows;
      if (rows != self->n[use])
        return fail(error,
                    _("“%s” of “%s” has %zu rows, other data have %zu"
                      "; rows must match"),
                    *name, bound->source->name, rows, self->n[use]);
    }
  }
  return TRUE;
}

/* Every bound source must have a file for a block of rows that one of them has. */
static gboolean
check_blocks(NwBoundRows *self, const NwBoundSources *sources, GError **error)
{
  for (int use = 0; use < NW_N_SOURCE_USES; use++)
    for (guint i = 0; self->n[use] > 0 && i < nw_bound_sources_get_n(sources); i++) {
      const NwBound *bound = nw_bound_sources_get(sources, i);
      if (bound->parts[use] == NULL)
        return fail(error,
                    use == NW_SOURCE_TEST
                        ? _("another source has a file with test rows, “%s” has none")
                        : _("another source has a file with validation rows, “%s” has none"),
                    bound->source->name);
    }
  for (int use = 0; use < NW_N_SOURCE_USES; use++)
    self->total += self->n[use];
  if (self->total > G_MAXUINT32)
    return fail(error, _("there are more rows than can be counted"));
  return TRUE;
}

/* The split */

/* A number per row and distinct value of the column that is to be equally frequent everywhere. */
static gboolean
make_strata(const NwBoundRows *self, const NwBoundSources *sources, const char *name,
            guint32 **strata, gsize *n, GError **error)
{
  const NwTable *table = NULL;
  const NwTableColumn *info;
  gssize column = -1;
  g_autoptr(GHashTable) seen = NULL;

  for (gsize i = 0; column < 0 && i < nw_bound_sources_get_n(sources); i++) {
    table = nw_bound_sources_get(sources, i)->parts[NW_SOURCE_ROWS];
    column = nw_table_find(table, name);
  }
  if (column < 0)
    return fail(error, _("the split is stratified by “%s”, but no such column is in use"), name);
  info = nw_table_get_column(table, (gsize)column);
  if (info->many_values || nw_shape_elements(&info->shape) != 1 ||
      info->rows != self->n[NW_SOURCE_ROWS])
    return fail(error, _("“%s” has too many different values to stratify the split by"), name);
  seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  *strata = g_new(guint32, info->rows);
  for (gsize row = 0; row < info->rows; row++) {
    g_autofree char *cell = nw_table_dup_cell(table, row, (gsize)column);
    gpointer number;
    if (!g_hash_table_lookup_extended(seen, cell, NULL, &number)) {
      number = GUINT_TO_POINTER(g_hash_table_size(seen));
      g_hash_table_insert(seen, g_steal_pointer(&cell), number);
    }
    (*strata)[row] = GPOINTER_TO_UINT(number);
  }
  *n = g_hash_table_size(seen);
  return TRUE;
}

static gboolean
split(NwBoundRows *self, const NwBoundSources *sources, const NwSplitSettings *settings,
      GError **error)
{
  gsize n = self->n[NW_SOURCE_ROWS], n_strata = 0;
  double validation = self->n[NW_SOURCE_VALIDATION] > 0 ? 0 : settings->validation;
  double test = self->n[NW_SOURCE_TEST] > 0 ? 0 : settings->test;
  g_autofree guint32 *strata = NULL;

  if (n < 2) {
    const NwBound *bound = nw_bound_sources_get(sources, 0);
    g_autofree char *file =
        g_filename_display_basename(nw_table_get_path(bound->parts[NW_SOURCE_ROWS]));
    return fail(error, _("“%s” has a single row; nothing can be learnt from that"), file);
  }
  if (settings->stratify != NULL && settings->shuffle && validation + test > 0 &&
      !make_strata(self, sources, settings->stratify, &strata, &n_strata, error))
    return FALSE;
  nw_split_rows(n, validation, test, settings, strata, n_strata, self->part);
  memset(self->part + n, NW_SPLIT_VALIDATION, self->n[NW_SOURCE_VALIDATION]);
  memset(self->part + n + self->n[NW_SOURCE_VALIDATION], NW_SPLIT_TEST, self->n[NW_SOURCE_TEST]);
  return TRUE;
}

gboolean
nw_bound_rows_deal(NwBoundRows *self, const NwBoundSources *sources,
                   const NwSplitSettings *settings, GError **error)
{
  if (!check_blocks(self, sources, error))
    return FALSE;
  self->part = g_new(guint8, self->total);
  if (settings != NULL)
    return split(self, sources, settings, error);
  memset(self->part, NW_SPLIT_TEST, self->total);
  return TRUE;
}
