/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Reads an NPZ file: one column per array. */
#include "nw-archive.h"
#include "nw-error.h"
#include "nw-file.h"
#include "nw-npy.h"
#include "nw-table-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

extern const NwReaderKind nw_reader_npz;

static gboolean
read_array(NwTable *table, const NwArchive *archive, gsize i, const char *shown, GError **error)
{
  const char *entry = nw_archive_get_name(archive, i);
  g_autofree char *key = g_strndup(entry, strlen(entry) - strlen(".npy"));
  g_autofree char *where = g_strdup_printf(_("“%s”, array “%s”"), shown, key);
  gsize length;
  const guint8 *bytes = nw_archive_get_data(archive, i, &length);
  g_auto(NwNpy) npy = {0};

  return nw_npy_parse(bytes, length, where, &npy, error) &&
         nw_table_take_npy(table, key, &npy, where, error);
}

static NwTable *
read_npz(const char *path, const NwReadOptions *options, GError **error)
{
  g_autoptr(NwTable) table = nw_table_new(path, &nw_reader_npz);
  g_autofree char *shown = g_filename_display_basename(path);
  char *hash = nw_file_checksum(path, error);
  NwArchive *archive = hash != NULL ? nw_archive_open(path, ".npy", error) : NULL;

  nw_table_take_hash(table, hash);
  if (archive == NULL)
    return NULL;
  nw_table_keep(table, archive, (GDestroyNotify)nw_archive_free);
  for (gsize i = 0; i < nw_archive_get_n(archive); i++)
    if (!read_array(table, archive, i, shown, error))
      return NULL;
  if (nw_table_get_n_columns(table) == 0) {
    g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("“%s” has no arrays"), shown);
    return NULL;
  }
  nw_table_finish(table);
  return g_steal_pointer(&table);
}

static const char *const suffixes[] = {".npz", NULL};

const NwReaderKind nw_reader_npz = {
    .id = "npz",
    .title = N_("NPZ (numpy arrays)"),
    .suffixes = suffixes,
    .magic = "PK\3\4",
    .read = read_npz,
};
