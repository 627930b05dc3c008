/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Runs a stored run again, from its project, data and seed, with what the person changed meanwhile;
 * and compares every number of every step, and the weights, bit for bit.
 *
 *   replay = nw_replay_new(store, 3, 0, &error);
 *   trainer = nw_replay_get_trainer(replay);
 *   … start it, and wait for its end …
 *   same = nw_replay_judge(replay, &sentence); */
#pragma once

#include "nw-store.h"

typedef struct _NwReplay NwReplay;

/* Reads the data again. Refuses with one sentence, which says what differs, when the bits cannot be
 * the same: another build, other kernels or BLAS, other data; or a run that began with weights that
 * are not kept. @threads: 0: all cores; they change nothing. */
NwReplay *nw_replay_new(NwStore *store, gint64 id, int threads, GError **error);
void nw_replay_free(NwReplay *replay);
NwTrainer *nw_replay_get_trainer(const NwReplay *replay); /* (transfer none) */

/* After the end. @sentence: (transfer full): what was compared, or where it first differs. */
gboolean nw_replay_judge(NwReplay *replay, char **sentence);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwReplay, nw_replay_free)
