/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a ROC curve and a precision-recall curve share: curves in the unit square, one point per
 * threshold. Used by nw-plot-roc.c and nw-plot-pr.c. */
#pragma once

#include "nw-curve-band.h"
#include "nw-plot-axes.h"
#include "nw-plot-kind.h"
#include "nw-threshold.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;           /* (nullable) for the legend, shown with more than one curve */
  const NwCurvePoint *points; /* [n_points] by descending threshold */
  guint n_points;
  double area;             /* AUC, average precision; NaN: not shown */
  const NwBandPoint *band; /* (nullable) [NW_BAND_POINTS] shaded: where the curve may be in truth */
} NwPlotTradeoffCurve;

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const NwPlotTradeoffCurve *curves;
  guint n_curves;
  double base;            /* precision-recall: the prevalence, drawn as a line; NaN: none */
  gboolean has_threshold; /* a dot on the first curve */
  double threshold;
} NwPlotTradeoff;

typedef struct {
  const char *x_title, *y_title, *area_name;
  guint color;
  gboolean diagonal; /* what guessing gives */
} NwPlotTradeoffStyle;

void nw_plot_tradeoff_draw(const NwPlotTradeoff *data, const NwPlotTradeoffStyle *style,
                           cairo_t *cr, double width, double height, const NwPlotTheme *theme);
char *nw_plot_tradeoff_describe(const NwPlotTradeoff *data, const NwPlotTradeoffStyle *style);
void
nw_plot_tradeoff_write_csv(const NwPlotTradeoff *data, const char *x, const char *y, GString *out);
/* Threshold and both rates of the nearest point of the first curve, with the second's interval. */
char *
nw_plot_tradeoff_read_out(const NwPlotTradeoff *data, const NwPlotTradeoffStyle *style, double x,
                          double y, double width, double height, const NwPlotTheme *theme);

G_END_DECLS
