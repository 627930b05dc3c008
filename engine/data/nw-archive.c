/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Between the two sides lies one file, whose numbers are in this machine's byte order:
 *
 *   "NWARCH1\n" | entries | end
 *   entry: u64 length of name, u64 length of data | name | zeros | data | zeros
 *   end: two u64 of all ones
 *
 * Zeros fill up to a multiple of 64. */
#include "nw-archive.h"
#include "nw-error.h"
#include "nw-helper.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

static const char magic[8] = {'N', 'W', 'A', 'R', 'C', 'H', '1', '\n'};

#define ALIGN       64
#define MAX_ENTRIES 100000
#define MAX_NAME    4096

typedef struct {
  guint64 name, data; /* bytes */
} Head;

static const Head end_mark = {G_MAXUINT64, G_MAXUINT64};

static guint64
aligned(guint64 place)
{
  return (place + ALIGN - 1) / ALIGN * ALIGN;
}

/* The helper's side */

typedef struct archive Zip;

static void
zip_free(Zip *zip)
{
  archive_read_free(zip);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Zip, zip_free)

static gboolean
put(const void *bytes, gsize length, guint64 place, GError **error)
{
  const char *at = bytes;

  while (length > 0) {
    gssize n = pwrite(STDOUT_FILENO, at, length, (off_t)place);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      g_set_error(error, NW_ERROR, NW_ERROR_LIMIT, _("it cannot be unpacked: %s"),
                  errno == EFBIG ? _("it is too large") : g_strerror(errno));
      return FALSE;
    }
    at += n;
    place += (guint64)n;
    length -= (gsize)n;
  }
  return TRUE;
}

static gboolean
fail_to_unpack(Zip *zip, GError **error)
{
  const char *why = archive_error_string(zip);

  g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("it is no sound zip file: %s"),
              why != NULL ? why : _("damaged"));
  return FALSE;
}

/* Writes the entry's data at *place, which moves on to the next entry. */
static gboolean
unpack_entry(Zip *zip, const char *name, guint64 *place, GError **error)
{
  Head head = {strlen(name), 0};
  guint64 data = aligned(*place + sizeof head + head.name);
  const void *block;
  gsize length;
  la_int64_t offset;
  int result;

  while ((result = archive_read_data_block(zip, &block, &length, &offset)) == ARCHIVE_OK) {
    if (offset < 0 || (guint64)offset < head.data)
      return fail_to_unpack(zip, error);
    if (!put(block, length, data + (guint64)offset, error))
      return FALSE;
    head.data = (guint64)offset + length;
  }
  if (result != ARCHIVE_EOF)
    return fail_to_unpack(zip, error);
  if (!put(&head, sizeof head, *place, error) || !put(name, head.name, *place + sizeof head, error))
    return FALSE;
  *place = aligned(data + head.data);
  return TRUE;
}

gboolean
nw_archive_unpack(const char *suffix, GError **error)
{
  g_autoptr(Zip) zip = archive_read_new();
  guint64 place = aligned(sizeof magic);
  struct archive_entry *entry;
  int result;

  archive_read_support_format_zip(zip);
  if (archive_read_open_fd(zip, STDIN_FILENO, 1 << 16) != ARCHIVE_OK)
    return fail_to_unpack(zip, error);
  if (!put(magic, sizeof magic, 0, error))
    return FALSE;
  for (int n = 0; (result = archive_read_next_header(zip, &entry)) >= ARCHIVE_WARN; n++) {
    const char *name;

    if (result == ARCHIVE_EOF)
      return put(&end_mark, sizeof end_mark, place, error);
    name = archive_entry_pathname_utf8(entry) ?: archive_entry_pathname(entry);
    if (name == NULL || strlen(name) > MAX_NAME || n >= MAX_ENTRIES)
      break;
    if (g_str_has_suffix(name, suffix) && !unpack_entry(zip, name, &place, error))
      return FALSE;
  }
  return fail_to_unpack(zip, error);
}

/* The program's side */

typedef struct {
  char *name;
  const guint8 *data;
  gsize length;
} Entry;

struct _NwArchive {
  GMappedFile *mapped;
  GArray *entries; /* Entry */
};

static void
entry_clear(gpointer data)
{
  g_free(((Entry *)data)->name);
}

void
nw_archive_free(NwArchive *archive)
{
  g_array_unref(archive->entries);
  g_mapped_file_unref(archive->mapped);
  g_free(archive);
}

/* Reads the entry at *place; FALSE when it does not lie in the file. */
static gboolean
read_entry(NwArchive *archive, const guint8 *bytes, gsize length, gsize *place, const Head *head)
{
  gsize rest = length - *place - sizeof *head, data;
  Entry entry;

  if (head->name > MAX_NAME || head->name > rest || head->data > length)
    return FALSE;
  data = (gsize)aligned(*place + sizeof *head + head->name);
  if (data > length || head->data > length - data)
    return FALSE;
  entry.name = g_utf8_make_valid((const char *)bytes + *place + sizeof *head, (gssize)head->name);
  entry.data = bytes + data;
  entry.length = (gsize)head->data;
  g_array_append_val(archive->entries, entry);
  *place = (gsize)aligned(data + head->data);
  return TRUE;
}

static gboolean
read_entries(NwArchive *archive)
{
  const guint8 *bytes = (const guint8 *)g_mapped_file_get_contents(archive->mapped);
  gsize length = g_mapped_file_get_length(archive->mapped), place = ALIGN;

  if (length < sizeof magic || memcmp(bytes, magic, sizeof magic) != 0)
    return FALSE;
  while (place <= length && length - place >= sizeof(Head) &&
         archive->entries->len <= MAX_ENTRIES) {
    Head head;
    memcpy(&head, bytes + place, sizeof head);
    if (memcmp(&head, &end_mark, sizeof head) == 0)
      return TRUE;
    if (!read_entry(archive, bytes, length, &place, &head))
      return FALSE;
  }
  return FALSE;
}

NwArchive *
nw_archive_new_mapped(GMappedFile *mapped, const char *path, GError **error)
{
  g_autoptr(NwArchive) archive = g_new0(NwArchive, 1);

  archive->mapped = mapped;
  archive->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
  g_array_set_clear_func(archive->entries, entry_clear);
  if (!read_entries(archive)) {
    g_autofree char *shown = g_filename_display_basename(path);
    g_set_error(error, NW_ERROR, NW_ERROR_FORMAT, _("“%s”: its reader gave no sensible answer"),
                shown);
    return NULL;
  }
  return g_steal_pointer(&archive);
}

NwArchive *
nw_archive_open(const char *path, const char *suffix, GError **error)
{
  GMappedFile *mapped = nw_helper_run("--read-archive", suffix, path, error);

  return mapped != NULL ? nw_archive_new_mapped(mapped, path, error) : NULL;
}

gsize
nw_archive_get_n(const NwArchive *archive)
{
  return archive->entries->len;
}

const char *
nw_archive_get_name(const NwArchive *archive, gsize i)
{
  return g_array_index(archive->entries, Entry, i).name;
}

const guint8 *
nw_archive_get_data(const NwArchive *archive, gsize i, gsize *length)
{
  const Entry *entry = &g_array_index(archive->entries, Entry, i);

  *length = entry->length;
  return entry->data;
}
