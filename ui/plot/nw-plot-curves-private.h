/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What drawing curves, pointing at them and saying them share. */
#pragma once

#include "nw-plot-curves.h"

/* Not switched off, and with points. */
gboolean nw_plot_curve_is_shown(const NwPlotCurve *curve);
/* Of a curve that is smoothed; fewer than its points while more are being smoothed. */
NwPlotPoints nw_plot_curve_smooth_points(const NwPlotCurve *curve);
/* No curve has a point. */
gboolean nw_plot_curves_is_empty(const NwPlotCurves *data);
/* What curve @k adds at its point @i. */
double nw_plot_curves_get_own(const NwPlotCurves *data, guint k, gsize i);
/* @entries [NW_PLOT_MAX_LEGEND]; returns how many there are. */
guint nw_plot_curves_list_legend(const NwPlotCurves *data, const NwPlotTheme *theme,
                                 NwPlotLegendEntry *entries);
void nw_plot_curves_layout(const NwPlotCurves *data, double width, double height,
                           const NwPlotTheme *theme, NwPlotAxes *axes);
