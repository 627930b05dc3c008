/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What stands in a target for “not known”: it counts neither in the loss nor in what is measured,
 * and no scale or vocabulary is made of it. From the data set on it is NaN, or NW_UNKNOWN_CLASS. */
#pragma once

#include "nw-table.h"

/**
 * NwUnknown:
 * @numbers: (nullable): [n] that mean it, as they stand in the file
 * @empty: cells that are empty, or NaN, mean it; otherwise they are faults
 */
typedef struct {
  const double *numbers;
  gsize n;
  gboolean empty;
} NwUnknown;

/* Can anything of the target be unknown? */
static inline gboolean
nw_unknown_is_possible(const NwUnknown *unknown)
{
  return unknown->n > 0 || unknown->empty;
}

gboolean nw_unknown_equal(const NwUnknown *a, const NwUnknown *b);
/* Of numbers of its own; ended by nw_unknown_clear(). */
NwUnknown nw_unknown_copy(const NwUnknown *unknown);
void nw_unknown_clear(NwUnknown *unknown);

/* Does @x, NaN for an empty cell, mean it? */
gboolean nw_unknown_has(const NwUnknown *unknown, double x);
/* @text: (nullable): an empty cell */
gboolean nw_unknown_has_text(const NwUnknown *unknown, const char *text);

/* How many numbers of the column mean it, as far as its statistics tell: with too many different
 * values those in @numbers are not counted. */
gsize nw_unknown_count(const NwUnknown *unknown, const NwTableColumn *column);
/* Has a column of numbers nothing but 0, 1 and some of @numbers? FALSE where there are none. */
gboolean nw_unknown_leaves_binary(const NwUnknown *unknown, const NwTableColumn *column);
