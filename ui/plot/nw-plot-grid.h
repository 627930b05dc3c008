/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Many equal cells in a rectangle: how many columns, where each one is, which one is at a point. */
#pragma once

#include "nw-plot-theme.h"

G_BEGIN_DECLS

typedef struct {
  NwPlotRect area;
  guint n, columns, rows; /* rows that fit; with @n > columns·rows the rest is left out */
  double width, height;   /* of a cell */
  double gap_x, gap_y;
} NwPlotGrid;

/* @n cells of equal size that fill @area, near to @aspect (width / height) and with few places left
 * empty; no wider than @widest. */
NwPlotGrid nw_plot_grid_fill(NwPlotRect area, guint n, double aspect, double gap, double widest);
/* @n cells of a square and @caption beneath; the largest squares with which all fit, but between
 * @smallest and @largest. */
NwPlotGrid nw_plot_grid_squares(NwPlotRect area, guint n, double caption, double gap,
                                double smallest, double largest);
guint nw_plot_grid_get_shown(const NwPlotGrid *grid);
NwPlotRect nw_plot_grid_get_cell(const NwPlotGrid *grid, guint i);
/* −1: none. */
int nw_plot_grid_find(const NwPlotGrid *grid, double x, double y);

G_END_DECLS
