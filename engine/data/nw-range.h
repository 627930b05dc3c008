/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Numbers that the network cannot take, said with their place before anything is trained. */
#pragma once

#include "nw-prepare.h"

/**
 * nw_range_check:
 * @at, @as: the column, and how it was encoded
 * @data: float or gint32 (NW_ENCODE_INDEX) of the first row
 * @width, @stride: elements of a row, elements from row to row
 *
 * Is every number what the request allows? Otherwise a sentence names file, line, column and
 * number.
 */
gboolean
nw_range_check(const NwFieldRequest *request, const NwTable *table, gsize at, NwEncodeAs as,
               gconstpointer data, gsize width, gsize stride, GError **error);

/* Steps that labels in their order need: one for each, and a blank between equal neighbours. Zeros
 * do not count. */
gsize nw_labels_count_steps(const gint32 *labels, gsize n);
/* Do the labels of every row ([@width], @width from row to row) fit into the steps of the request?
 * @at: their first column */
gboolean nw_range_check_labels(const NwFieldRequest *request, const NwTable *table, gsize at,
                               const gint32 *labels, gsize width, GError **error);
