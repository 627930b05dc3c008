/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The probabilities of many labels at once: a row for each, coloured by how often each probability was
 * predicted; at the left of rows where the label was not true, at the right where it was. A good label
 * is dark at the left end of the left half and at the right end of the right half. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;
  const guint *counts[2]; /* [n_bins] not true, true */
} NwPlotMapRow;

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const NwPlotMapRow *rows;
  guint n_rows;
  guint n_bins; /* of equal width on 0 … 1 */
} NwPlotMap;

void nw_plot_map_draw(const NwPlotMap *data, cairo_t *cr, double width, double height,
                      const NwPlotTheme *theme);
char *nw_plot_map_describe(const NwPlotMap *data);
/* One row per label, half and bin. */
void nw_plot_map_write_csv(const NwPlotMap *data, GString *out);
char *nw_plot_map_read_out(const NwPlotMap *data, double x, double y, double width, double height,
                           const NwPlotTheme *theme);
/* The row at (x, y); −1: none. */
int nw_plot_map_hit(const NwPlotMap *data, double x, double y, double width, double height,
                    const NwPlotTheme *theme);

extern const NwPlotKind nw_plot_map_kind;

G_END_DECLS
