/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A network as the boxes and wires of a plot: what `plot graph` and the run's report draw. */
#pragma once

#include "nw-graph.h"
#include "nw-plot-graph.h"

G_BEGIN_DECLS

typedef struct _NwModelDrawing NwModelDrawing;

/* Nodes where they lie on the canvas, shapes on the wires. (transfer full) */
NwModelDrawing *nw_model_drawing_new(NwGraph *graph);
void nw_model_drawing_free(NwModelDrawing *drawing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwModelDrawing, nw_model_drawing_free)

/* From top to bottom instead of left to right, for paper that is higher than wide. */
void nw_model_drawing_turn_upright(NwModelDrawing *drawing);

/* Without title; lives as long as the drawing. (transfer none) */
const NwPlotGraph *nw_model_drawing_get_plot(const NwModelDrawing *drawing);

G_END_DECLS
