/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Parallel coordinates (Inselberg 1985): an upright axis for each quantity, a line through all of
 * them for each item, coloured by how good it is. Ranges brushed on axes grey out the lines that
 * miss one. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

/**
 * NwPlotParallelAxis:
 * @name: under the axis
 * @log: numbers on a logarithmic scale
 * @words: (nullable): [n_words] names of the values 0, 1, …, for what is not a number
 * @is_brushed: only lines between @low and @high stay in colour
 */
typedef struct {
  const char *name;
  gboolean log;
  const char *const *words;
  guint n_words;
  gboolean is_brushed;
  double low, high;
} NwPlotParallelAxis;

/**
 * NwPlotParallel:
 * @axes: [n_axes]
 * @names: [n_lines] “trial 3”
 * @values: [n_lines, n_axes]; NaN: the line has a gap there
 * @judge: the axis by which lines are coloured
 * @best: index of the line drawn last and thick; −1: none
 * @chosen: number (1 …) of the line that stands out over all others; 0: none
 */
typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const NwPlotParallelAxis *axes;
  guint n_axes;
  const char *const *names;
  const double *values;
  guint n_lines;
  guint judge;
  int best;
  guint chosen;
  gboolean higher_is_better;
} NwPlotParallel;

void nw_plot_parallel_draw(const NwPlotParallel *data, cairo_t *cr, double width, double height,
                           const NwPlotTheme *theme);
char *nw_plot_parallel_describe(const NwPlotParallel *data);
void nw_plot_parallel_write_csv(const NwPlotParallel *data, GString *out);
char *nw_plot_parallel_read_out(const NwPlotParallel *data, double x, double y, double width,
                                double height, const NwPlotTheme *theme);
void nw_plot_parallel_highlight(const NwPlotParallel *data, cairo_t *cr, double x, double y,
                                double width, double height, const NwPlotTheme *theme);
/* The line at (x, y); −1: none. */
int nw_plot_parallel_hit(const NwPlotParallel *data, double x, double y, double width,
                         double height, const NwPlotTheme *theme);
/* Is line @i within all brushed ranges? */
gboolean nw_plot_parallel_is_in(const NwPlotParallel *data, guint i);
/* The axis nearest to @x, and the value at @y on it; for brushing. FALSE: there are no axes. */
gboolean
nw_plot_parallel_find_axis(const NwPlotParallel *data, double x, double y, double width,
                           double height, const NwPlotTheme *theme, guint *axis, double *value);

extern const NwPlotKind nw_plot_parallel_kind;

G_END_DECLS
