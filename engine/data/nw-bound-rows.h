/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The rows of what is bound: the rows of the sources (which lie side by side), then the validation
 * rows, then the test rows that come from files of their own; and which of them train. */
#pragma once

#include "nw-bound.h"
#include "nw-dataset.h"

/**
 * NwBoundRows:
 * @n: rows of each block, by NwSourceUse
 * @part: [total] the NwSplit of each row, once they are dealt out
 */
typedef struct {
  gsize n[NW_N_SOURCE_USES];
  gsize total;
  guint8 *part;
} NwBoundRows;

void nw_bound_rows_clear(NwBoundRows *rows);

/* Counts the rows of a binding: its columns exist in all parts, and have as many rows as what was
 * counted before. */
gboolean nw_bound_rows_add(NwBoundRows *rows, const NwBound *bound, const NwBinding *binding,
                           GError **error);
/* Every bound source has the same blocks; deals their rows out as @split says (NULL: all are test
 * rows). */
gboolean nw_bound_rows_deal(NwBoundRows *rows, const NwBoundSources *sources,
                            const NwSplitSettings *split, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NwBoundRows, nw_bound_rows_clear)
