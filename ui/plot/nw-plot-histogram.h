/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How often values of a column, or weights of a layer, fall into each interval. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const char *x_title;          /* (nullable) */
  double low, high;             /* ends of the first and last interval */
  const guint64 *counts;        /* [n_bins] */
  guint n_bins;
  guint color; /* index into the theme's series */
} NwPlotHistogram;

void nw_plot_histogram_draw(const NwPlotHistogram *data, cairo_t *cr, double width, double height,
                            const NwPlotTheme *theme);
char *nw_plot_histogram_describe(const NwPlotHistogram *data);
void nw_plot_histogram_write_csv(const NwPlotHistogram *data, GString *out);
char *nw_plot_histogram_read_out(const NwPlotHistogram *data, double x, double y, double width,
                                 double height, const NwPlotTheme *theme);

extern const NwPlotKind nw_plot_histogram_kind;

G_END_DECLS
