/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Reads one NPY file: one column, named like the file. */
#include "nw-npy.h"
#include "nw-error.h"
#include "nw-file.h"
#include "nw-table-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_FILE ((gsize)64 << 30)

extern const NwReaderKind nw_reader_npy;

static gboolean
fail(const char *where, const char *what, GError **error)
{
  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, "%s: %s", where, what);
  return FALSE;
}

/* Is it rows of something that can be a sample? */
static gboolean
check_shape(const NwFileTensor *tensor, const char *where, GError **error)
{
  NwShape shape;

  if (tensor->rank == 0)
    return fail(where, _("it is a single value; an array of rows is needed"), error);
  if (tensor->rank > NW_MAX_RANK + 1)
    return fail(where, _("it has more axes than can be read"), error);
  shape = nw_shape_of(tensor->shape + 1, tensor->rank - 1);
  for (int i = 0; i < shape.rank; i++)
    if (shape.dim[i] == 0)
      return fail(where, _("one of its axes has length 0"), error);
  if (nw_shape_elements(&shape) > NW_MAX_ELEMENTS)
    return fail(where, _("one row of it is too large"), error);
  return TRUE;
}

gboolean
nw_table_take_npy(NwTable *table, const char *name, NwNpy *npy, const char *where, GError **error)
{
  const NwFileTensor *tensor = &npy->tensor;
  gsize rows = nw_file_tensor_elements(tensor);
  g_autoptr(NwTextCodes) codes = NULL;

  if (!check_shape(tensor, where, error))
    return FALSE;
  if (npy->text_width == 0) {
    nw_table_add_numbers(table, name, tensor);
    if (npy->owned != NULL)
      nw_table_keep(table, g_steal_pointer(&npy->owned), g_free);
    return TRUE;
  }
  if (rows != (gsize)tensor->shape[0])
    return fail(where, _("only one text per row can be read"), error);
  codes = nw_text_codes_new();
  for (gsize i = 0; i < rows; i++) {
    g_autofree char *text = nw_npy_dup_text(npy, i);
    nw_text_codes_append(codes, text);
  }
  nw_table_take_text(table, name, g_steal_pointer(&codes));
  return TRUE;
}

static NwTable *
read_npy(const char *path, const NwReadOptions *options, GError **error)
{
  g_autoptr(NwTable) table = nw_table_new(path, &nw_reader_npy);
  g_autofree char *shown = g_filename_display_basename(path);
  g_autofree char *where = g_strdup_printf("“%s”", shown);
  g_auto(NwNpy) npy = {0};
  gsize length;
  char *content = nw_file_read(path, MAX_FILE, &length, error);

  if (content == NULL)
    return NULL;
  nw_table_keep(table, content, g_free);
  nw_table_take_hash(
      table, g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)content, length));
  if (g_str_has_suffix(shown, ".npy"))
    shown[strlen(shown) - 4] = '\0';
  if (!nw_npy_parse((const guint8 *)content, length, where, &npy, error) ||
      !nw_table_take_npy(table, shown, &npy, where, error))
    return NULL;
  nw_table_finish(table);
  return g_steal_pointer(&table);
}

static const char *const suffixes[] = {".npy", NULL};

const NwReaderKind nw_reader_npy = {
    .id = "npy",
    .title = N_("NPY (one numpy array)"),
    .suffixes = suffixes,
    .magic = "\x93NUMPY",
    .read = read_npy,
};
