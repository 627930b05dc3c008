/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-given-weights.h"

#include <glib/gi18n-lib.h>

#include "nw-error.h"
#include "nw-table.h"

/* Numbers read at once. */
#define CHUNK 65536

typedef struct {
  const NwInfer *infer;
  const NwWeightSpec *spec;
  NwWeight *weight;
  NwTable *table;
  char *file; /* as shown */
} Given;

/* The shape of a whole column: its rows, then what each holds. */
static NwShape
shape_of(const NwTableColumn *column)
{
  NwShape shape = {.rank = 1, .dim = {(gint64)column->rows}};
  for (int axis = 0; axis < column->shape.rank && shape.rank < NW_MAX_RANK; axis++)
    shape.dim[shape.rank++] = column->shape.dim[axis];
  return shape;
}

/* “a, b, c …” */
static char *
list_arrays(const NwTable *table)
{
  GString *text = g_string_new(NULL);
  for (gsize i = 0; i < nw_table_get_n_columns(table) && i < 6; i++)
    g_string_append_printf(text, "%s%s", i > 0 ? ", " : "", nw_table_get_column(table, i)->name);
  if (nw_table_get_n_columns(table) > 6)
    g_string_append(text, " …");
  return g_string_free(text, FALSE);
}

/* The array that is meant: the named one, or the only one. −1 with a sentence. */
static gssize
find_array(const Given *given, GError **error)
{
  const char *name = given->spec->array;
  gssize found = name != NULL && *name != '\0'               ? nw_table_find(given->table, name)
                 : nw_table_get_n_columns(given->table) == 1 ? 0
                                                             : -1;
  g_autofree char *arrays = list_arrays(given->table);

  if (found >= 0)
    return found;
  if (name != NULL && *name != '\0')
    nw_infer_fail(given->infer, error, _("%s has no array “%s”, only %s"), given->file, name,
                  arrays);
  else
    nw_infer_fail(given->infer, error, _("%s has several arrays (%s); name the one that is meant"),
                  given->file, arrays);
  return -1;
}

static gboolean
read_array(const Given *given, gsize index, GError **error)
{
  const NwTableColumn *column = nw_table_get_column(given->table, index);
  NwShape shape = shape_of(column);
  g_autofree double *chunk = NULL;
  gsize each, step;

  if (column->is_text)
    return nw_infer_fail(given->infer, error, _("“%s” of %s holds text, not numbers"), column->name,
                         given->file);
  if (!nw_shape_equal(&shape, &given->weight->shape)) {
    g_autofree char *has = nw_shape_to_text(&shape);
    g_autofree char *needs = nw_shape_to_text(&given->weight->shape);
    return nw_infer_fail(
        given->infer, error,
        _("“%s” of %s has %s numbers, but its %s are %s; change its sizes, or take "
          "another file"),
        column->name, given->file, has, given->spec->name, needs);
  }
  if (column->missing + column->infinite > 0)
    return nw_infer_fail(given->infer, error,
                         _("“%s” of %s has numbers that are missing or infinite (%zu); mend the "
                           "file"),
                         column->name, given->file, column->missing + column->infinite);
  each = given->weight->n / column->rows;
  step = MAX(CHUNK / each, 1);
  chunk = g_new(double, step *each);
  for (gsize row = 0; row < column->rows; row += step) {
    gsize n = MIN(step, column->rows - row);
    nw_table_get_numbers(given->table, index, row, n, chunk);
    for (gsize i = 0; i < n * each; i++)
      given->weight->value[row * each + i] = (NwReal)chunk[i];
  }
  return TRUE;
}

static gboolean
give(NwWeight *weight, const NwInfer *infer, const NwWeightSpec *spec, const char *base_dir,
     GError **error)
{
  g_autofree char *path = base_dir == NULL || g_path_is_absolute(spec->file)
                              ? g_strdup(spec->file)
                              : g_build_filename(base_dir, spec->file, NULL);
  g_autofree char *file = g_filename_display_basename(path);
  g_autoptr(GError) fault = NULL;
  g_autoptr(NwTable) table = nw_table_read(path, NULL, &fault);
  Given given = {infer, spec, weight, table, file};
  gssize array;

  if (table == NULL)
    return nw_infer_fail(infer, error, "%s", fault->message);
  array = find_array(&given, error);
  return array >= 0 && read_array(&given, (gsize)array, error);
}

gboolean
nw_weights_give(NwWeights *weights, const NwInference *inference, const char *base_dir,
                GError **error)
{
  NwGraph *graph = nw_inference_get_flat_graph(inference);
  g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

  for (guint i = 0; i < nw_graph_get_n_nodes(graph); i++) {
    const NwNode *node = nw_graph_get_node(graph, i);
    const NwInfer *infer = &nw_inference_get_node(inference, node->uid)->infer;
    guint n;
    int first = nw_weights_find_layer(weights, node->layer->uid, &n);
    if (first < 0 || !g_hash_table_add(seen, GUINT_TO_POINTER(node->layer->uid)))
      continue;
    for (gsize w = 0; w < infer->n_weights; w++)
      if (infer->weights[w].file != NULL && !give(nw_weights_get(weights, (guint)first + (guint)w),
                                                  infer, &infer->weights[w], base_dir, error))
        return FALSE;
  }
  return TRUE;
}
