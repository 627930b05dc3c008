/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-npz.h"
#include "nw-error.h"
#include "nw-file.h"
#include "nw-npy.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <glib/gi18n-lib.h>

typedef struct archive Zip;

static void
zip_free(Zip *zip)
{
  archive_write_free(zip);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Zip, zip_free)

/* Where libarchive's bytes go, and what went wrong there. */
typedef struct {
  NwFileWriter *writer;
  GError **error;
} Sink;

static la_ssize_t
write_cb(Zip *zip, void *data, const void *bytes, size_t length)
{
  Sink *sink = data;

  if (nw_file_writer_write(sink->writer, bytes, length, sink->error))
    return (la_ssize_t)length;
  archive_set_error(zip, EIO, "write");
  return -1;
}

/* An error of the sink is already set; another is libarchive's. */
static gboolean
fail(Zip *zip, GError **error)
{
  if (error == NULL || *error == NULL)
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("the NPZ file could not be written: %s"),
                archive_error_string(zip));
  return FALSE;
}

static gboolean
write_data(Zip *zip, const void *bytes, gsize length)
{
  return length == 0 || archive_write_data(zip, bytes, length) == (la_ssize_t)length;
}

static gboolean
write_array(Zip *zip, const NwFileTensor *tensor)
{
  g_autofree char *name = g_strconcat(tensor->name, ".npy", NULL);
  gsize length, bytes = nw_file_tensor_elements(tensor) * nw_tensor_dtype_size(tensor->dtype);
  g_autofree char *header = nw_npy_make_header(tensor, &length);
  struct archive_entry *entry = archive_entry_new();
  gboolean done;

  archive_entry_set_pathname_utf8(entry, name);
  archive_entry_set_filetype(entry, AE_IFREG);
  archive_entry_set_perm(entry, 0644);
  archive_entry_set_mtime(entry, 315619200, 0); /* 2 January 1980: zip's calendar begins then */
  archive_entry_set_size(entry, (la_int64_t)(length + bytes));
  done = archive_write_header(zip, entry) == ARCHIVE_OK && write_data(zip, header, length) &&
         write_data(zip, tensor->data, bytes) && archive_write_finish_entry(zip) == ARCHIVE_OK;
  archive_entry_free(entry);
  return done;
}

gboolean
nw_npz_write(const char *path, const NwFileTensor *tensors, gsize n, GError **error)
{
  g_autoptr(GError) fault = NULL;
  g_autoptr(NwFileWriter) writer = nw_file_writer_new(path, error);
  Sink sink = {writer, &fault};
  g_autoptr(Zip) zip = NULL;
  gboolean done;

  if (writer == NULL)
    return FALSE;
  zip = archive_write_new();
  archive_write_set_format_zip(zip);
  archive_write_set_options(zip, "zip:compression=store");
  archive_write_set_bytes_in_last_block(zip, 1);
  done = archive_write_open2(zip, &sink, NULL, write_cb, NULL, NULL) == ARCHIVE_OK;
  for (gsize i = 0; done && i < n; i++)
    done = write_array(zip, &tensors[i]);
  done = done && archive_write_close(zip) == ARCHIVE_OK;
  if (!done)
    fail(zip, &fault);
  if (fault != NULL) {
    g_propagate_error(error, g_steal_pointer(&fault));
    return FALSE;
  }
  return nw_file_writer_commit(writer, error);
}
