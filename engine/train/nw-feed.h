/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Copies rows of a dataset into the batch that a runner reads. */
#pragma once

#include "nw-dataset.h"
#include "nw-exec.h"

typedef struct _NwFeed NwFeed;

/* Binds every input and target of the plan to a field of the dataset; one sentence when a field is
 * missing or has another type. @targets FALSE: inputs only. */
NwFeed *nw_feed_new(NwExec *exec, NwDataset *dataset, gboolean targets, GError **error);
void nw_feed_free(NwFeed *feed);

/* Fills the batch with rows[0 … n−1]. */
void nw_feed_rows(NwFeed *feed, const guint32 *rows, gsize n);

/* The dataset's field of target @output of the plan; NULL: it has none. */
const NwField *nw_feed_get_target(const NwFeed *feed, guint output);
/* The names of its columns or classes; NULL: it has none, or not as many as the output has columns. */
char **nw_feed_get_labels(const NwFeed *feed, guint output, gsize cols);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwFeed, nw_feed_free)
