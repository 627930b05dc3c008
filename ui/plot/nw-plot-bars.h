/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Counts by name, one horizontal bar each: the balance of classes. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;
  guint64 count;
} NwPlotBar;

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const NwPlotBar *bars;
  guint n_bars;
  guint64 total; /* shares are of this; 0: the sum */
  guint color;   /* index into the theme's series */
} NwPlotBars;

void nw_plot_bars_draw(const NwPlotBars *data, cairo_t *cr, double width, double height,
                       const NwPlotTheme *theme);
char *nw_plot_bars_describe(const NwPlotBars *data);
void nw_plot_bars_write_csv(const NwPlotBars *data, GString *out);
char *nw_plot_bars_read_out(const NwPlotBars *data, double x, double y, double width, double height,
                            const NwPlotTheme *theme);

extern const NwPlotKind nw_plot_bars_kind;

G_END_DECLS
