/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* All plots. */
#pragma once

#include "nw-model-drawing.h"
#include "nw-plot-bars.h"
#include "nw-plot-confusion.h"
#include "nw-plot-curves.h"
#include "nw-plot-effects.h"
#include "nw-plot-export.h"
#include "nw-plot-flow.h"
#include "nw-plot-graph.h"
#include "nw-plot-heatmap.h"
#include "nw-plot-histogram.h"
#include "nw-plot-map.h"
#include "nw-plot-multiples.h"
#include "nw-plot-parallel.h"
#include "nw-plot-pr.h"
#include "nw-plot-probabilities.h"
#include "nw-plot-reliability.h"
#include "nw-plot-roc.h"
#include "nw-plot-scatter.h"
#include "nw-plot-sparkline.h"
#include "nw-plot-strips.h"
#include "nw-plot-subgroups.h"
#include "nw-run-report.h"
#include "nw-sweep-drawing.h"
