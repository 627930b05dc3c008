/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a person did to curves in a view: a window into them, and curves switched off. It is laid
 * over the data each time they are drawn, so whoever owns the data need not know. */
#pragma once

#include "nw-plot-curves.h"

typedef struct _NwPlotZoom NwPlotZoom;

NwPlotZoom *nw_plot_zoom_new(void);
void nw_plot_zoom_free(NwPlotZoom *zoom);

/* @data as it is to be drawn; valid until the next call. */
const NwPlotCurves *nw_plot_zoom_apply(NwPlotZoom *zoom, const NwPlotCurves *data);

gboolean nw_plot_zoom_is_set(const NwPlotZoom *zoom);
void nw_plot_zoom_reset(NwPlotZoom *zoom);
/* Takes the window between two corners of a drag; FALSE if it is too small. */
gboolean
nw_plot_zoom_drag(NwPlotZoom *zoom, const NwPlotCurves *data, double x1, double y1, double x2,
                  double y2, double width, double height, const NwPlotTheme *theme);
/* Shows @factor as much of x about place @x, moved by @by pixels, and as high as what is in it. */
void nw_plot_zoom_scroll(NwPlotZoom *zoom, const NwPlotCurves *data, double x, double factor,
                         double by, double width, double height, const NwPlotTheme *theme);
/* Switches the curve whose legend entry is at (x, y) on or off; FALSE if none is there. */
gboolean nw_plot_zoom_toggle(NwPlotZoom *zoom, const NwPlotCurves *data, double x, double y,
                             double width, double height, const NwPlotTheme *theme);
