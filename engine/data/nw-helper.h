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

/* What a helper does: reads file descriptor 0, writes file descriptor 1 (a file, both can be
 * sought), and says in one sentence why it cannot. */
typedef gboolean (*NwHelperTask)(const char *argument, GError **error);

/**
 * nw_helper_run:
 * @task: a name from the table in nw-helper.c
 * @argument: handed to the task
 * @path: read by the helper as its descriptor 0
 *
 * Runs the task and waits. Returns what it wrote, mapped from a private file without a name, which
 * the caller must validate; or NULL and one sentence that names the file. (transfer full)
 */
GMappedFile *
nw_helper_run(const char *task, const char *argument, const char *path, GError **error);
