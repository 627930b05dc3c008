/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A drawing of a network: boxes with a coloured category, a name and a line of description, and the
 * wires between them. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef struct {
  double x, y, width, height; /* canvas units; the drawing is scaled to fit */
  const char *name;
  const char *description; /* (nullable) */
  NwPlotColor color;       /* of the category */
} NwPlotBox;

/* Leaves @from at the right, enters @to at the left (upright: below and above); ports are spread
 * over that side. */
typedef struct {
  guint from, from_port, n_from_ports; /* index of a box; n_…_ports ≥ 1 */
  guint to, to_port, n_to_ports;
  const char *label; /* (nullable) the shape: “50 × 64” */
} NwPlotWire;

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const NwPlotBox *boxes;
  guint n_boxes;
  const NwPlotWire *wires;
  guint n_wires;
  gboolean is_upright; /* wires run from top to bottom */
} NwPlotGraph;

void nw_plot_graph_draw(const NwPlotGraph *data, cairo_t *cr, double width, double height,
                        const NwPlotTheme *theme);
char *nw_plot_graph_describe(const NwPlotGraph *data);
void nw_plot_graph_write_csv(const NwPlotGraph *data, GString *out);
char *nw_plot_graph_read_out(const NwPlotGraph *data, double x, double y, double width,
                             double height, const NwPlotTheme *theme);

/* The size at which the drawing is neither shrunk nor surrounded by more than its margin. */
void nw_plot_graph_get_size(const NwPlotGraph *data, const NwPlotTheme *theme, double *width,
                            double *height);

extern const NwPlotKind nw_plot_graph_kind;

G_END_DECLS
