/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A line through any number of points, in a few milliseconds and without leaving one out. */
#pragma once

#include "nw-plot-decimate.h"

G_BEGIN_DECLS

/* Draws with cr's source, line width and dash. Gaps where there is no number, a dot for a point
 * between two gaps. Few points are joined as they are; more than about two per pixel become a
 * zigzag through the extremes of each column of pixels or, where that would be a carpet, one
 * rectangle per column. Clip before: it may reach one point beyond the scales. */
void
nw_plot_line(cairo_t *cr, const NwPlotPoints *points, const NwPlotScale *x, const NwPlotScale *y);

G_END_DECLS
