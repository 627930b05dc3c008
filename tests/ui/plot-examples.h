/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Every kind of plot with realistic made-up data, for the gallery and the tests. */
#pragma once

#include "nw-plot.h"

/* A run to look at: steps, epochs, bins, classes. Made once, from fixed seeds. */
typedef struct {
  const char *name;
  const NwPlotKind *kind;
  gconstpointer data;
} PlotExample;

/* Ended by a NULL name; static. */
const PlotExample *plot_examples_get(void);
/* The same kinds with nothing, with one thing, with NaN, with huge numbers. */
const PlotExample *plot_examples_get_hostile(void);
