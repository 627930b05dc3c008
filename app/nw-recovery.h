/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Copies of unsaved projects that survive a crash:
 * `$XDG_STATE_HOME/netwright/recovery/ID.netwright` beside `ID.lock`. The lock file names the
 * project's path and base folder and stays locked by the program that owns it, so whatever can be
 * locked belongs to a program that is gone. */
#pragma once

#include "nw.h"

typedef struct _NwRecovery NwRecovery;

/* Claims a new, empty slot. NULL with a sentence when the folder cannot be written. */
NwRecovery *nw_recovery_new(GError **error);
/* Gives up the slot; its copy stays only if @keep. */
void nw_recovery_free(NwRecovery *recovery, gboolean keep);

/* @path, @base_dir: (nullable): where the project was opened from. Atomic. */
gboolean nw_recovery_write(NwRecovery *recovery, const NwProject *project, const char *path,
                           const char *base_dir, GError **error);
/* Everything is saved: the copy goes, the slot stays. */
void nw_recovery_clear(NwRecovery *recovery);

/* A copy that its program could not save. */
typedef struct {
  char *file;     /* the slot's copy */
  char *path;     /* (nullable) */
  char *base_dir; /* (nullable) */
  gint64 time;    /* s since 1970, of the copy */
} NwRecovered;

/* Newest first. (transfer full): an array of NwRecovered. */
GPtrArray *nw_recovery_list(void);
/* Removes a copy that was taken over or not wanted. */
void nw_recovery_discard(const NwRecovered *recovered);
