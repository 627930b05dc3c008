/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Files from outside that need a big library to parse are parsed in a helper process: this same
 * program, started again with limits on memory, time and output. A crash there is one sentence
 * here.
 *
 * Every program that reads data calls nw_helper_main() before anything else:
 *
 *   int exit_code;
 *   if (nw_helper_main(argc, argv, &exit_code))
 *     return exit_code;
 */
#pragma once

#include <gio/gio.h>

/* TRUE if this process was started as a helper; its work is then done. */
gboolean nw_helper_main(int argc, char **argv, int *exit_code);

/* An archive's unpacked entries, mapped from a private file. */
typedef struct _NwArchive NwArchive;

/**
 * nw_archive_open:
 * @suffix: (nullable): only entries whose name ends so are unpacked
 *
 * Unpacks a zip file in a helper process. Errors are one sentence that names the file.
 * (transfer full)
 */
NwArchive *nw_archive_open(const char *path, const char *suffix, GError **error);
NwArchive *nw_archive_ref(NwArchive *archive);
void nw_archive_unref(NwArchive *archive);
gsize nw_archive_get_n(const NwArchive *archive);
const char *nw_archive_get_name(const NwArchive *archive, gsize i);
/* The entry's bytes, aligned to 64. (transfer none) */
const guint8 *nw_archive_get_data(const NwArchive *archive, gsize i, gsize *length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwArchive, nw_archive_unref)
