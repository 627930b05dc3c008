/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Exact drawing of more points than there are pixels.
 *
 * A trace is a growing row of values with a pyramid of minima and maxima above it: level k holds
 * one pair per 16ᵏ values. Any range is answered from a few dozen pairs, so a million points become
 * 1,200 columns in a fraction of a millisecond, and no point is ever left out. */
#pragma once

#include "nw-plot-scale.h"
#include "nw-plot-theme.h"

G_BEGIN_DECLS

typedef struct _NwPlotTrace NwPlotTrace;

NwPlotTrace *nw_plot_trace_new(void);
void nw_plot_trace_free(NwPlotTrace *trace);
void nw_plot_trace_clear(NwPlotTrace *trace);
/* Infinities are kept as NaN: a gap. */
void nw_plot_trace_append(NwPlotTrace *trace, const double *values, gsize n);
gsize nw_plot_trace_get_n(const NwPlotTrace *trace);
/* Until the next append. */
const double *nw_plot_trace_get_values(const NwPlotTrace *trace);
/* Smallest and largest of values [from, to); FALSE if there is none. */
gboolean
nw_plot_trace_get_range(const NwPlotTrace *trace, gsize from, gsize to, double *min, double *max);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwPlotTrace, nw_plot_trace_free)

/* Exponential smoothing: s ← w·s + (1 − w)·y, shown as s / (1 − wⁿ) so that the start is not pulled
 * towards 0. Zero-initialise, set @weight (0 … <1), feed. NaN passes through as a gap. */
typedef struct {
  double weight;
  double sum, share;
} NwPlotSmoother;

void
nw_plot_smoother_feed(NwPlotSmoother *smoother, const double *values, gsize n, NwPlotTrace *out);

/* Points in order of x: x[i], or x0 + i·dx where @x is NULL. */
typedef struct {
  const double *x, *y;
  gsize n;
  double x0, dx;
  const NwPlotTrace *trace; /* (nullable) the pyramid over @y, [n] */
} NwPlotPoints;

/* The first point with x ≥ @at; n if there is none. */
gsize nw_plot_points_find(const NwPlotPoints *points, double at);
double nw_plot_points_get_x(const NwPlotPoints *points, gsize i);

/* What falls into one column of pixels. */
typedef struct {
  double min, max;    /* min > max: nothing */
  double first, last; /* NaN next to a gap */
  gsize n;            /* points, gaps included */
} NwPlotColumn;

/* Fills @columns [n_columns], one per unit from scale->from to the right; every point in exactly
 * one of them. Returns the number of columns that hold something. */
gsize nw_plot_decimate(const NwPlotPoints *points, const NwPlotScale *x, NwPlotColumn *columns,
                       gsize n_columns);

/* Adds at most one rectangle per column to the path, joined to its neighbours; returns how many.
 * Column 0 begins at @left. */
gsize nw_plot_columns_path(cairo_t *cr, const NwPlotColumn *columns, gsize n, double left,
                           const NwPlotScale *y, double line_width);

G_END_DECLS
