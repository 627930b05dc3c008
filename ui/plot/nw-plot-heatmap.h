/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* All outputs at a glance: one tile each, coloured by an error from pale green to red. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;
  const char *label; /* (nullable) shorter, for the tile; NULL: the name */
  double value;      /* NaN: nothing known, an empty tile */
  gboolean is_muted; /* too few positives to judge: pale */
} NwPlotTile;

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const char *measure;          /* “ECE” */
  const NwPlotTile *tiles;      /* in the order in which they are drawn, row by row */
  guint n_tiles;
  double full; /* the value that is fully red; 0: the largest, but at least 5 % */
  gboolean has_selection;
  guint selected;
} NwPlotHeatmap;

void nw_plot_heatmap_draw(const NwPlotHeatmap *data, cairo_t *cr, double width, double height,
                          const NwPlotTheme *theme);
char *nw_plot_heatmap_describe(const NwPlotHeatmap *data);
void nw_plot_heatmap_write_csv(const NwPlotHeatmap *data, GString *out);
char *nw_plot_heatmap_read_out(const NwPlotHeatmap *data, double x, double y, double width,
                               double height, const NwPlotTheme *theme);
/* The tile at (x, y); −1: none. */
int nw_plot_heatmap_hit(const NwPlotHeatmap *data, double x, double y, double width, double height,
                        const NwPlotTheme *theme);

extern const NwPlotKind nw_plot_heatmap_kind;

G_END_DECLS
