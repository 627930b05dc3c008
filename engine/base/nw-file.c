/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-file.h"
#include "nw-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct _NwFileWriter {
  char *path; /* where the file goes, links followed */
  char *temporary;
  int fd;
};

/* “Saving “x” failed: No space left on device. The old file is unchanged.” */
static gboolean
fail_to_save(const char *path, int fault, GError **error)
{
  g_autofree char *name = g_filename_display_name(path);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("“%s” could not be saved: %s; what was there before is unchanged"), name,
              g_strerror(fault));
  return FALSE;
}

NwFileWriter *
nw_file_writer_new(const char *path, GError **error)
{
  g_autoptr(NwFileWriter) writer = NULL;
  g_autofree char *folder = NULL, *base = NULL, *hidden = NULL;
  struct stat old;
  char *real;

  g_return_val_if_fail(path != NULL, NULL);
  if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
    fail_to_save(path, EISDIR, error);
    return NULL;
  }
  writer = g_new0(NwFileWriter, 1);
  writer->fd = -1;
  real = realpath(path, NULL); /* a link stays a link */
  writer->path = g_strdup(real != NULL ? real : path);
  free(real);

  folder = g_path_get_dirname(writer->path);
  base = g_path_get_basename(writer->path);
  hidden = g_strdup_printf(".%s.XXXXXX", base);
  writer->temporary = g_build_filename(folder, hidden, NULL);
  writer->fd = g_mkstemp_full(writer->temporary, O_RDWR | O_CLOEXEC, 0666);
  if (writer->fd < 0) {
    fail_to_save(path, errno, error);
    g_clear_pointer(&writer->temporary, g_free);
    return NULL;
  }
  if (stat(writer->path, &old) == 0 && fchmod(writer->fd, old.st_mode & 0777) != 0) {
    fail_to_save(path, errno, error);
    return NULL;
  }
  return g_steal_pointer(&writer);
}

gboolean
nw_file_writer_write(NwFileWriter *writer, const void *data, gsize length, GError **error)
{
  const guint8 *bytes = data;

  while (length > 0) {
    gssize n = write(writer->fd, bytes, MIN(length, (gsize)1 << 30));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fail_to_save(writer->path, errno, error);
    bytes += n;
    length -= (gsize)n;
  }
  return TRUE;
}

/* So that the new name survives a power failure. Some file systems cannot; that is no fault. */
static void
sync_folder(const char *path)
{
  g_autofree char *folder = g_path_get_dirname(path);
  int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  (void)fsync(fd);
  close(fd);
}

gboolean
nw_file_writer_commit(NwFileWriter *writer, GError **error)
{
  int fd = writer->fd;

  writer->fd = -1;
  if (fsync(fd) != 0) {
    int fault = errno;
    close(fd);
    return fail_to_save(writer->path, fault, error);
  }
  if (close(fd) != 0 || g_rename(writer->temporary, writer->path) != 0)
    return fail_to_save(writer->path, errno, error);
  g_clear_pointer(&writer->temporary, g_free);
  sync_folder(writer->path);
  return TRUE;
}

void
nw_file_writer_free(NwFileWriter *writer)
{
  if (writer == NULL)
    return;
  if (writer->fd >= 0)
    close(writer->fd);
  if (writer->temporary != NULL)
    g_unlink(writer->temporary);
  g_free(writer->temporary);
  g_free(writer->path);
  g_free(writer);
}

gboolean
nw_file_write_atomic(const char *path, const void *data, gsize length, GError **error)
{
  g_autoptr(NwFileWriter) writer = nw_file_writer_new(path, error);

  return writer != NULL && nw_file_writer_write(writer, data, length, error) &&
         nw_file_writer_commit(writer, error);
}

int
nw_file_open(const char *path, gsize *length, GError **error)
{
  g_autofree char *name = g_filename_display_name(path);
  struct stat info;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a named pipe must not block */

  if (fd < 0) {
    if (errno == ENOENT || errno == ENOTDIR)
      g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("“%s” does not exist"), name);
    else
      g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("“%s” cannot be opened: %s"), name,
                  g_strerror(errno));
    return -1;
  }
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) {
    *length = (gsize)info.st_size;
    return fd;
  }
  if (S_ISDIR(info.st_mode))
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("“%s” is a folder, not a file"), name);
  else
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("“%s” is not a file"), name);
  close(fd);
  return -1;
}

/* Reads until @length bytes or the file's end; −1 with errno set on failure. */
static gssize
read_all(int fd, char *out, gsize length)
{
  gsize done = 0;

  while (done < length) {
    gssize n = read(fd, out + done, MIN(length - done, (gsize)1 << 30));
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return -1;
    if (n == 0)
      break;
    done += (gsize)n;
  }
  return (gssize)done;
}

char *
nw_file_read(const char *path, gsize max, gsize *length, GError **error)
{
  g_autofree char *name = g_filename_display_name(path);
  g_autofree char *content = NULL;
  gsize size = 0;
  gssize n;
  int fault, fd = nw_file_open(path, &size, error);

  if (fd < 0)
    return NULL;
  if (size <= max)
    content = g_try_malloc(size + 1);
  if (content == NULL) {
    g_autofree char *is = g_format_size(size), *allowed = g_format_size(max);
    close(fd);
    if (size > max)
      g_set_error(error, NW_ERROR, NW_ERROR_LIMIT,
                  _("“%s” is too large: %s, at most %s can be read"), name, is, allowed);
    else
      g_set_error(error, NW_ERROR, NW_ERROR_LIMIT, _("“%s” (%s) does not fit into memory"), name,
                  is);
    return NULL;
  }
  n = read_all(fd, content, size);
  fault = errno;
  close(fd);
  if (n < 0) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("“%s” cannot be read: %s"), name,
                g_strerror(fault));
    return NULL;
  }
  content[n] = '\0';
  *length = (gsize)n;
  return g_steal_pointer(&content);
}

char *
nw_file_checksum(const char *path, GError **error)
{
  enum { PIECE = 1 << 16 };
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autofree char *piece = g_malloc(PIECE);
  gsize length;
  gssize n;
  int fd = nw_file_open(path, &length, error);

  if (fd < 0)
    return NULL;
  while ((n = read_all(fd, piece, PIECE)) > 0)
    g_checksum_update(checksum, (const guchar *)piece, n);
  close(fd);
  return g_strdup(g_checksum_get_string(checksum));
}
