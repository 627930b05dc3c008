/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A document of headings, text, tables and plots: said once, written as pages of a PDF or as HTML.
 */
#pragma once

#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef struct _NwPlotFlow NwPlotFlow;

/* A4 upright. @footer: (nullable) at the bottom of each page, before the page number. */
NwPlotFlow *nw_plot_flow_new(const char *footer);
void nw_plot_flow_free(NwPlotFlow *flow);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwPlotFlow, nw_plot_flow_free)

double nw_plot_flow_get_width(const NwPlotFlow *flow); /* points between the margins */

/* Keeps @data until the flow is freed, for plots that borrow from it. Returns @data. */
gpointer nw_plot_flow_keep(NwPlotFlow *flow, gpointer data, GDestroyNotify destroy);

void nw_plot_flow_add_title(NwPlotFlow *flow, const char *title, const char *subtitle);
/* Never the last thing on a page. */
void nw_plot_flow_add_heading(NwPlotFlow *flow, const char *text);
void nw_plot_flow_add_text(NwPlotFlow *flow, const char *text);
void nw_plot_flow_add_space(NwPlotFlow *flow, double height);

/* @data is borrowed until the flow has been written; the second plot stands at the right of the
 * first and may be NULL, its place is then empty. */
void
nw_plot_flow_add_plot(NwPlotFlow *flow, double height, const NwPlotKind *kind, gconstpointer data);
void
nw_plot_flow_add_pair(NwPlotFlow *flow, double height, const NwPlotKind *left,
                      gconstpointer left_data, const NwPlotKind *right, gconstpointer right_data);

#define NW_PLOT_FLOW_MAX_COLUMNS 12

/* A table begins with its head, which is repeated on each new page. @shares: of the width, summing
 * to 1; the first column is set left, all others right. */
void nw_plot_flow_begin_table(NwPlotFlow *flow, const double *shares, guint n_columns,
                              const char *const *head);
/* @cells: [n_columns], NULL for nothing. @is_part: set smaller and indented, under the row before.
 */
void nw_plot_flow_add_row(NwPlotFlow *flow, const char *const *cells, gboolean is_part);
/* Pairs of a name and a value, without a head. */
void nw_plot_flow_add_entry(NwPlotFlow *flow, const char *name, const char *value);

/* @path: its ending says the format: .pdf (A4 pages) or .html (one file, light and dark, with the
 * plots drawn in it). Atomic. FALSE with one sentence. */
gboolean nw_plot_flow_write(NwPlotFlow *flow, const char *title, const char *path, GError **error);

G_END_DECLS
