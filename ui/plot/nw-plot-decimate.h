/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Exact drawing of more points than there are pixels.
 *
 * A trace is a growing row of values with a pyramid of minima and maxima above it: the lowest level
 * holds one pair per NW_PLOT_BLOCK values, each other one per 16 pairs of the level beneath. Any
 * range is answered from a few dozen pairs and the values at its two ends, so ten million points
 * become 1,200 columns in a few milliseconds, and no point is ever left out.
 *
 * The values are the trace's own, or lie elsewhere (in the memory of a run that goes on, in the
 * file of one that has ended, or are a function of those) and are read when they are wanted. Who
 * draws does not see the difference. */
#pragma once

#include "nw-plot-scale.h"
#include "nw-plot-theme.h"

G_BEGIN_DECLS

#define NW_PLOT_BLOCK 256 /* values under the lowest pairs of a pyramid */

typedef struct _NwPlotTrace NwPlotTrace;

/* Values [@from, @from + @n) of a row that is kept elsewhere; what cannot be read is NaN. Who draws
 * asks for whole blocks of NW_PLOT_BLOCK, often for the same ones. */
typedef void (*NwPlotReadFunc)(gpointer data, gsize from, gsize n, double *out);

/* Keeps its values. */
NwPlotTrace *nw_plot_trace_new(void);
/* Keeps none. @data must outlive the trace. */
NwPlotTrace *nw_plot_trace_new_over(NwPlotReadFunc read, gpointer data);
void nw_plot_trace_free(NwPlotTrace *trace);
/* Infinities count as NaN: a gap. Of a trace that keeps no values: what it will be given. */
void nw_plot_trace_append(NwPlotTrace *trace, const double *values, gsize n);
/* Of a trace that keeps none: the row has @n values now, and @low and @high [n / NW_PLOT_BLOCK −
 * blocks so far] are the smallest and largest of each block that became full (NaN: it has no
 * number). */
void nw_plot_trace_extend(NwPlotTrace *trace, gsize n, const double *low, const double *high);
gsize nw_plot_trace_get_n(const NwPlotTrace *trace);
/* Full blocks. */
gsize nw_plot_trace_get_n_blocks(const NwPlotTrace *trace);
double nw_plot_trace_get(const NwPlotTrace *trace, gsize i);
/* Values [from, from + n), all of which must be there. */
void nw_plot_trace_read(const NwPlotTrace *trace, gsize from, gsize n, double *out);
/* Smallest and largest of values [from, to); FALSE if there is none. */
gboolean
nw_plot_trace_get_range(const NwPlotTrace *trace, gsize from, gsize to, double *min, double *max);
/* The same of those above 0; of more than NW_PLOT_BLOCK blocks in which both lie, evenly spread
 * ones stand for all: it is for the ends of a log axis. */
gboolean nw_plot_trace_get_positive(const NwPlotTrace *trace, gsize from, gsize to, double *min,
                                    double *max);
/* Of a row that never falls: the first value ≥ @at; n if there is none. */
gsize nw_plot_trace_find(const NwPlotTrace *trace, double at);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwPlotTrace, nw_plot_trace_free)

/* Exponential smoothing: s ← w·s + (1 − w)·y, shown as s / (1 − wⁿ) so that the start is not pulled
 * towards 0. Zero-initialise, set @weight (0 … <1), feed. NaN passes through as a gap. */
typedef struct {
  double weight;
  double sum, share;
} NwPlotSmoother;

/* @out may be @values. */
void nw_plot_smoother_run(NwPlotSmoother *smoother, const double *values, gsize n, double *out);
void
nw_plot_smoother_feed(NwPlotSmoother *smoother, const double *values, gsize n, NwPlotTrace *out);

/* Points in order of x: at x[i], else at the values of @x_trace, else at x0 + i·dx. Their values
 * are
 * @trace's, else y[i]. */
typedef struct {
  const double *x, *y;
  gsize n;
  double x0, dx;
  const NwPlotTrace *x_trace, *trace; /* (nullable) */
} NwPlotPoints;

/* The first point with x ≥ @at; n if there is none. */
gsize nw_plot_points_find(const NwPlotPoints *points, double at);
double nw_plot_points_get_x(const NwPlotPoints *points, gsize i);
double nw_plot_points_get_y(const NwPlotPoints *points, gsize i);
/* Values of points [from, from + n). */
void nw_plot_points_read(const NwPlotPoints *points, gsize from, gsize n, double *out);
/* Smallest and largest of points [from, to), or of those above 0; FALSE if there is none. */
gboolean nw_plot_points_get_range(const NwPlotPoints *points, gsize from, gsize to,
                                  gboolean only_positive, double *min, double *max);
/* The first and the last point with a number; FALSE if none has one. */
gboolean nw_plot_points_get_ends(const NwPlotPoints *points, gsize *first, gsize *last);

/* What falls into one column of pixels. */
typedef struct {
  double min, max; /* min > max: nothing */
  /* NaN next to a gap. Of more than NW_PLOT_BLOCK points: what is nearest to the neighbour's. */
  double first, last;
  gsize n; /* points, gaps included */
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
