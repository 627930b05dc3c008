/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Memory for arrays of numbers. */
#pragma once

#include <glib.h>

/* Vectors of every CPU variant start on this border. */
#define NW_MEMORY_ALIGNMENT 64

/* @bytes that begin on that border; what is large lies in large pages where the system has them,
 * since a step that goes through all weights otherwise waits a third of its time for addresses.
 * NULL when there is no memory; free() frees it. */
gpointer nw_memory_new(gsize bytes);

/* What nw_memory_new() asks the system for when it is asked for @bytes: whole pages of either size.
 */
gsize nw_memory_round(gsize bytes);

/* Bytes of this process that are in memory now; 0: the system does not say. */
gsize nw_memory_get_resident(void);
