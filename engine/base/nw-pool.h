/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One fixed set of threads for parallel kernels.
 *
 * Work is cut into tasks whose number and borders depend on the work alone, never on the number of
 * threads; each task writes its own part of the output. So results are bit-identical at any number
 * of threads. Built on pthreads and C11 atomics, which ThreadSanitizer understands. */
#pragma once

#include <glib.h>

typedef struct _NwPool NwPool;

/* Called once per task, from any thread of the pool; must not call nw_pool_run on the same pool. */
typedef void (*NwPoolFunc)(gpointer data, gsize task);

/* @threads counts the calling thread: 1 makes a pool without threads of its own. 0: all cores. */
NwPool *nw_pool_new(int threads);
void nw_pool_free(NwPool *pool);
int nw_pool_get_threads(const NwPool *pool);

/**
 * nw_pool_run:
 * @pool: (nullable): NULL runs all tasks in the calling thread
 *
 * Calls @func for tasks 0 … @tasks−1 and returns when all are done. One caller at a time.
 */
void nw_pool_run(NwPool *pool, gsize tasks, NwPoolFunc func, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwPool, nw_pool_free)
