/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Where things are: the examples that come with the program, and the runs of a project. */
#pragma once

#include <glib.h>

/* `$NETWRIGHT_DATA/examples`, else that of the installed data, else that of the source tree.
 * (transfer full) */
char *nw_place_dup_examples(void);
/* Is @folder the one of the examples? They are to be tried, not written to. */
gboolean nw_place_is_examples(const char *folder);

/* Where the runs of a project are kept: “FOLDER/digits.runs” for FOLDER/digits.netwright. Of an
 * example, of a project without a file (@path NULL; @title instead), or where the folder cannot be
 * written: below the user's state folder. (transfer full) */
char *nw_place_dup_runs(const char *path, const char *title);
/* The history in that folder. (transfer full) */
char *nw_place_dup_history(const char *runs);
/* Makes the folder of run @id in it, “digits.runs/3”, or the next that is free. NULL: nothing can
 * be written there. (transfer full) */
char *nw_place_make_run_folder(const char *runs, gint64 id);
