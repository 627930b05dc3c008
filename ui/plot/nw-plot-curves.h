/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Curves over steps or epochs: losses, metrics, learning rates. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-decimate.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef enum {
  NW_PLOT_CURVE_LINE,
  NW_PLOT_CURVE_DOTTED, /* a line with a dot on each point: validations */
  NW_PLOT_CURVE_DASHED,
} NwPlotCurveStyle;

typedef struct {
  const char *name;
  guint color; /* index into the theme's series */
  NwPlotCurveStyle style;
  gboolean hidden; /* switched off in the legend */
  NwPlotPoints points;
  const NwPlotTrace *smooth; /* (nullable) [≤ points.n]; drawn bold over the pale raw curve */
} NwPlotCurve;

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char
      *about; /* (nullable) what the curves are of, where no title says it: for who hears them */
  const char *x_title, *y_title;
  const char *empty; /* (nullable) sentence to show when no curve has a point */
  const NwPlotCurve *curves;
  guint n_curves;
  gboolean log;     /* the y axis; values ≤ 0 fall to its lower end */
  gboolean log_x;   /* the x axis; all x are > 0 then */
  gboolean stacked; /* each curve holds all before it: the areas between them are what they add */
  NwPlotFormat x_format, y_format;
  gboolean has_mark; /* a vertical line at @mark, “best” */
  double mark;
  const char *mark_label;
  double follow;      /* > 0: only the last this much of x, unless zoomed */
  gboolean is_zoomed; /* show exactly this window; y_low NaN: as high as what is in it */
  double x_low, x_high, y_low, y_high;
} NwPlotCurves;

void nw_plot_curves_draw(const NwPlotCurves *data, cairo_t *cr, double width, double height,
                         const NwPlotTheme *theme);
char *nw_plot_curves_describe(const NwPlotCurves *data);
/* One row per point in long form: curve, x, y, smoothed; where curves are stacked, what it adds. */
void nw_plot_curves_write_csv(const NwPlotCurves *data, GString *out);
char *nw_plot_curves_read_out(const NwPlotCurves *data, double x, double y, double width,
                              double height, const NwPlotTheme *theme);
void nw_plot_curves_highlight(const NwPlotCurves *data, cairo_t *cr, double x, double y,
                              double width, double height, const NwPlotTheme *theme);

/* For each curve the index of the point nearest to place @x, −1 where it has none; [n_curves].
 * FALSE if (x, y) lies outside the plot. */
gboolean nw_plot_curves_find(const NwPlotCurves *data, double x, double y, double width,
                             double height, const NwPlotTheme *theme, gssize *indices);
/* The curve whose legend entry is at (x, y); −1: none. */
int nw_plot_curves_hit_legend(const NwPlotCurves *data, double x, double y, double width,
                              double height, const NwPlotTheme *theme);
/* The window between two corners of a drag, clipped to the plot; FALSE if it is too small to mean
 * one. Set it as x_low … y_high with is_zoomed. */
gboolean nw_plot_curves_drag(const NwPlotCurves *data, double x1, double y1, double x2, double y2,
                             double width, double height, const NwPlotTheme *theme, double *x_low,
                             double *x_high, double *y_low, double *y_high);

/* The window that is @factor times as wide, about place @x, and then moved by @by pixels, clipped
 * to where there are points; FALSE: that is all of them. */
gboolean
nw_plot_curves_scroll(const NwPlotCurves *data, double x, double factor, double by, double width,
                      double height, const NwPlotTheme *theme, double *x_low, double *x_high);

extern const NwPlotKind nw_plot_curves_kind;

G_END_DECLS
