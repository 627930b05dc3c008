/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A sweep as plots: its trials as lines over settings and results, and as dots by size, result and
 * calibration. What `plot sweep` draws. */
#pragma once

#include "nw-plot-parallel.h"
#include "nw-plot-scatter.h"
#include "nw-sweep-run.h"

G_BEGIN_DECLS

typedef struct _NwSweepDrawing NwSweepDrawing;

/* Copies what it needs; trials that were not judged are left out. (transfer full) */
NwSweepDrawing *nw_sweep_drawing_new(const NwSweepRun *run);
void nw_sweep_drawing_free(NwSweepDrawing *drawing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwSweepDrawing, nw_sweep_drawing_free)

/* They live as long as the drawing. (transfer none) */
const NwPlotParallel *nw_sweep_drawing_get_parallel(const NwSweepDrawing *drawing);
const NwPlotScatter *nw_sweep_drawing_get_scatter(const NwSweepDrawing *drawing);

G_END_DECLS
