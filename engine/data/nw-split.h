/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Which rows train, validate and test. */
#pragma once

#include "nw-data-settings.h"
#include "nw-dataset.h"

/**
 * nw_split_rows:
 * @n: rows, at least 1
 * @validation, @test: fractions; every fraction above 0 gets at least one row where there are three
 * @split: seed and shuffle are used
 * @strata: (nullable): [n] a number below @n_strata per row; each stratum is split alike, by chance
 *   within it, and keeps at least one training row
 * @part: (out): [n] an NwSplit per row
 */
void nw_split_rows(gsize n, double validation, double test, const NwSplitSettings *split,
                   const guint32 *strata, gsize n_strata, guint8 *part);
