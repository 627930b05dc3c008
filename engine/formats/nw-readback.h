/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Trust, but measure: reads an exported file back and says how far it is from the engine. */
#pragma once

#include "nw-format.h"

/**
 * NwReadback:
 * @numbers: how many were compared
 * @largest: the largest absolute difference among them
 * @predictions: TRUE: of predictions; FALSE: of weights
 */
typedef struct {
  gsize numbers;
  double largest;
  gboolean predictions;
} NwReadback;

/**
 * nw_readback_measure:
 * @what: what was written to @path in @format
 *
 * Weights that the engine itself can load are compared by what they predict (for up to 1000 rows,
 * when there is data); other weights, and predictions, number by number. One sentence when the file
 * does not hold what it should.
 */
gboolean nw_readback_measure(const NwFormat *format, const NwExport *what, const char *path,
                             NwReadback *out, GError **error);
