/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Plots as files: SVG, PDF, PNG, and their numbers as CSV. The old file survives any failure. */
#pragma once

#include "nw-plot-kind.h"

G_BEGIN_DECLS

/**
 * nw_plot_export:
 * @path: its ending says the format: .svg, .pdf, .png (at twice the size) or .csv
 * @theme: (nullable): light when NULL
 * @width: in pixels (SVG, PNG) or points (PDF)
 *
 * Returns: FALSE with one sentence in domain NW_ERROR
 */
gboolean nw_plot_export(const NwPlotKind *kind, gconstpointer data, const char *path, double width,
                        double height, const NwPlotTheme *theme, GError **error);

/* The same for anything that draws; no CSV. @title: (nullable) for a PDF's metadata. */
gboolean
nw_plot_export_drawing(NwPlotDrawFunc draw, gconstpointer data, const char *title, const char *path,
                       double width, double height, const NwPlotTheme *theme, GError **error);

/* The table behind a plot, for the clipboard. (transfer full) */
char *nw_plot_to_csv(const NwPlotKind *kind, gconstpointer data);

/* As an element to stand in HTML, without an XML declaration. @prefix: of its ids, so that several
 * may stand in one document. (transfer full), or NULL with one sentence. */
char *nw_plot_to_svg(const NwPlotKind *kind, gconstpointer data, double width, double height,
                     const NwPlotTheme *theme, const char *prefix, GError **error);

/* Pages of a PDF at @path. @draw is called with page 0, 1, … and returns whether there is another
 * one; each call draws one page of @width × @height points. */
typedef gboolean (*NwPlotPageFunc)(gpointer data, cairo_t *cr, guint page);
gboolean nw_plot_export_pages(NwPlotPageFunc draw, gpointer data, const char *title,
                              const char *path, double width, double height, GError **error);

G_END_DECLS
