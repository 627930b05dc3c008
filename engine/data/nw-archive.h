/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A zip file's entries, unpacked by libarchive in a helper process and mapped here. */
#pragma once

#include <gio/gio.h>

typedef struct _NwArchive NwArchive;

/**
 * nw_archive_open:
 * @suffix: only entries whose name ends so are unpacked; "" is all
 *
 * Errors are one sentence that names the file. (transfer full)
 */
NwArchive *nw_archive_open(const char *path, const char *suffix, GError **error);
void nw_archive_free(NwArchive *archive);

/* In the order of the archive. */
gsize nw_archive_get_n(const NwArchive *archive);
const char *nw_archive_get_name(const NwArchive *archive, gsize i); /* UTF-8 */
/* The entry's bytes, aligned to 64; valid as long as the archive. */
const guint8 *nw_archive_get_data(const NwArchive *archive, gsize i, gsize *length);

/* The helper's side. */
gboolean nw_archive_unpack(const char *suffix, GError **error);

/* Parses what a helper wrote; for tests. Takes @mapped. */
NwArchive *nw_archive_new_mapped(GMappedFile *mapped, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwArchive, nw_archive_free)
