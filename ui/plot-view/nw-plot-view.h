/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A plot in the window: any kind, with read-out under the pointer, context menu (save as SVG, PDF,
 * PNG; copy the numbers), and a description in words for people who do not see it. Curves can be
 * zoomed by dragging, reset by a double click, and switched off in the legend.
 *
 *   view = nw_plot_view_new();
 *   nw_plot_view_set(view, &nw_plot_curves_kind, curves, NULL);
 *   … change what curves points to … nw_plot_view_invalidate(view);
 *
 * Signals:
 *   “item-activated” (guint index): an item (tile, small multiple) was clicked
 *   “dragged” (double x1, double y1, double x2, double y2): the pointer is held down and moves, of
 *     plots that are no curves; whoever listens shows what that means
 *   “failed” (const char *sentence): a file could not be saved; unhandled, a dialog says so */
#pragma once

#include <gtk/gtk.h>

#include "nw-plot-kind.h"

#define NW_TYPE_PLOT_VIEW (nw_plot_view_get_type())
G_DECLARE_FINAL_TYPE(NwPlotView, nw_plot_view, NW, PLOT_VIEW, GtkWidget)

GtkWidget *nw_plot_view_new(void);

/**
 * nw_plot_view_set:
 * @kind: (nullable): NULL shows nothing
 * @data: the kind's struct; read at every drawing, so it must stay valid until the next call
 * @destroy: (nullable): called on @data when it is replaced or the view goes
 *
 * Zoom and switched-off curves stay as they are when the kind does.
 */
void
nw_plot_view_set(NwPlotView *view, const NwPlotKind *kind, gpointer data, GDestroyNotify destroy);

/* What @data points to has changed. Cheap; call it as often as numbers come. */
void nw_plot_view_invalidate(NwPlotView *view);

/* Begins the suggested file name: “run 14 loss”. NULL: the kind's id. */
void nw_plot_view_set_file_name(NwPlotView *view, const char *name);

/* No read-out, zoom or menu: for pictures in table rows and on nodes. */
void nw_plot_view_set_passive(NwPlotView *view, gboolean passive);

/* The colours and sizes the view draws with now. (transfer none) */
const NwPlotTheme *nw_plot_view_get_theme(NwPlotView *view);
