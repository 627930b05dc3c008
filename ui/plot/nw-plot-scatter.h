/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Items by two quantities, and by a third as colour: accuracy, size and calibration of trials. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;
  double x, y; /* not finite: left out */
  double z;    /* colour; NaN: grey */
} NwPlotScatterItem;

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const char *x_title, *y_title;
  const char *z_title; /* (nullable): no colours */
  gboolean x_log, y_log;
  gboolean z_percent; /* z is said in per cent */
  const NwPlotScatterItem *items;
  guint n_items;
  int best; /* index of the item with a ring; −1: none */
  guint chosen; /* number (1 …) of the item that stands out; 0: none */
} NwPlotScatter;

void nw_plot_scatter_draw(const NwPlotScatter *data, cairo_t *cr, double width, double height,
                          const NwPlotTheme *theme);
char *nw_plot_scatter_describe(const NwPlotScatter *data);
void nw_plot_scatter_write_csv(const NwPlotScatter *data, GString *out);
char *nw_plot_scatter_read_out(const NwPlotScatter *data, double x, double y, double width,
                               double height, const NwPlotTheme *theme);
void nw_plot_scatter_highlight(const NwPlotScatter *data, cairo_t *cr, double x, double y,
                               double width, double height, const NwPlotTheme *theme);
/* The item at (x, y); −1: none. */
int nw_plot_scatter_hit(const NwPlotScatter *data, double x, double y, double width, double height,
                        const NwPlotTheme *theme);

extern const NwPlotKind nw_plot_scatter_kind;

G_END_DECLS
