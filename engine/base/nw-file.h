/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Whole files: written so that the old one survives any failure, read with a bound. */
#pragma once

#include <gio/gio.h>

/**
 * nw_file_write_atomic:
 *
 * Writes a temporary file in the same folder, syncs it, renames it over @path and syncs the folder.
 * On a full disk or in a read-only folder the old file stays as it was, and the error is one
 * sentence.
 */
gboolean nw_file_write_atomic(const char *path, const void *data, gsize length, GError **error);

/* The same in pieces: data goes to nw_file_writer_write() as often as needed; nothing is at @path
 * before nw_file_writer_commit(), and nothing of a writer that is freed without it. */
typedef struct _NwFileWriter NwFileWriter;
NwFileWriter *nw_file_writer_new(const char *path, GError **error);
gboolean nw_file_writer_write(NwFileWriter *writer, const void *data, gsize length, GError **error);
gboolean nw_file_writer_commit(NwFileWriter *writer, GError **error);
void nw_file_writer_free(NwFileWriter *writer);

/**
 * nw_file_read:
 * @max: a longer file is refused before anything is allocated
 *
 * The whole content, with a 0 byte behind it that @length does not count. Folders, missing files
 * and what is not a file are one sentence each. (transfer full)
 */
char *nw_file_read(const char *path, gsize max, gsize *length, GError **error);

/* SHA-256 of the content, in hexadecimal. (transfer full) */
char *nw_file_checksum(const char *path, GError **error);

/* Opens a regular file for reading, or says in one sentence why not. −1 on failure. */
int nw_file_open(const char *path, gsize *length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwFileWriter, nw_file_writer_free)
