/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-grid.h"

#include <math.h>

/* How far @columns are from cells of @aspect, and how much of the last row stays empty. */
static double
misfit(const NwPlotRect *area, guint n, guint columns, double aspect)
{
  guint rows = (n + columns - 1) / columns;
  double cell = (area->width / columns) / (MAX(area->height, 1) / rows);

  return fabs(log(cell / aspect)) + 2.0 * (rows * columns - n) / (rows * columns);
}

NwPlotGrid
nw_plot_grid_fill(NwPlotRect area, guint n, double aspect, double gap, double widest)
{
  NwPlotGrid grid = {.area = area, .n = n, .columns = 1, .rows = 1};
  double least = INFINITY, cell;
  guint ideal;

  if (n == 0)
    return grid;
  /* columns · w = width, rows · h = height, columns · rows ≥ n, w / h = aspect; then look around */
  ideal = CLAMP((guint)round(sqrt(n * area.width / (aspect * MAX(area.height, 1)))), 1, n);
  for (guint columns = MAX(ideal / 2, 1); columns <= MIN(2 * ideal, n); columns++) {
    double m = misfit(&area, n, columns, aspect);
    if (m < least) {
      least = m;
      grid.columns = columns;
    }
  }
  /* Few cells in much room: side by side rather than stretched. */
  if (n * widest * (widest / aspect) < area.width * area.height)
    grid.columns = CLAMP((guint)((area.width + gap) / (widest + gap)), 1, n);
  grid.rows = (n + grid.columns - 1) / grid.columns;
  cell = MIN(area.width / grid.columns, area.height / grid.rows);
  grid.gap_x = grid.gap_y = cell >= 10 ? gap : cell >= 5 ? 1 : 0;
  grid.width = (area.width + grid.gap_x) / grid.columns - grid.gap_x;
  grid.height = (area.height + grid.gap_y) / grid.rows - grid.gap_y;
  grid.width = CLAMP(grid.width, 0.5, widest);
  grid.height = CLAMP(grid.height, 0.5, widest / aspect);
  return grid;
}

NwPlotGrid
nw_plot_grid_squares(NwPlotRect area, guint n, double caption, double gap, double smallest,
                     double largest)
{
  NwPlotGrid grid = {.area = area, .n = n, .columns = 1, .rows = 1, .gap_x = gap, .gap_y = gap};
  guint most = MAX((guint)((area.width + gap) / (smallest + gap)), 1);
  double side = 0;

  for (guint columns = 1; columns <= MIN(most, MAX(n, 1)); columns++) {
    guint rows = (n + columns - 1) / columns;
    double by_width = (area.width + gap) / columns - gap;
    double by_height = (area.height + gap) / MAX(rows, 1) - gap - caption;

    if (MIN(by_width, by_height) > side) {
      side = MIN(by_width, by_height);
      grid.columns = columns;
    }
  }
  if (side < smallest) {
    /* Not all fit: as many as do at the smallest size, stretched to the width. */
    grid.columns = MIN(most, MAX(n, 1));
    side = (area.width + gap) / grid.columns - gap;
  }
  side = floor(MAX(MIN(side, largest), 1));
  grid.width = side;
  grid.height = side + caption;
  grid.rows = CLAMP((guint)((area.height + gap) / (grid.height + gap)), 1, G_MAXUINT16);
  grid.rows = MIN(grid.rows, (MAX(n, 1) + grid.columns - 1) / grid.columns);
  return grid;
}

guint
nw_plot_grid_get_shown(const NwPlotGrid *grid)
{
  return MIN(grid->n, grid->columns * grid->rows);
}

NwPlotRect
nw_plot_grid_get_cell(const NwPlotGrid *grid, guint i)
{
  double left = grid->area.x + (i % grid->columns) * (grid->width + grid->gap_x);
  double top = grid->area.y + (i / grid->columns) * (grid->height + grid->gap_y);
  double right = round(left + grid->width), bottom = round(top + grid->height);

  left = round(left);
  top = round(top);
  return (NwPlotRect){left, top, MAX(right - left, 1), MAX(bottom - top, 1)};
}

int
nw_plot_grid_find(const NwPlotGrid *grid, double x, double y)
{
  double column = floor((x - grid->area.x) / (grid->width + grid->gap_x));
  double row = floor((y - grid->area.y) / (grid->height + grid->gap_y));
  double i = row * grid->columns + column;

  if (column < 0 || column >= grid->columns || row < 0 || row >= grid->rows || i >= grid->n)
    return -1;
  return (int)i;
}
