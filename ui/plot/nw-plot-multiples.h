/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Small reliability diagrams side by side, to compare many outputs. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"
#include "nw-reliability.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;
  const char *value; /* (nullable) “ECE 14.2 %”, behind the name */
  const NwBin *bins;
  guint n_bins;
  gboolean is_muted; /* too few positives to judge: pale */
} NwPlotMultiple;

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const NwPlotMultiple *items;  /* in the order in which they are drawn */
  guint n_items;
  gboolean has_selection;
  guint selected;
} NwPlotMultiples;

/* Draws as many as fit at a readable size. */
void nw_plot_multiples_draw(const NwPlotMultiples *data, cairo_t *cr, double width, double height,
                            const NwPlotTheme *theme);
char *nw_plot_multiples_describe(const NwPlotMultiples *data);
/* One row per item and bin. */
void nw_plot_multiples_write_csv(const NwPlotMultiples *data, GString *out);
char *nw_plot_multiples_read_out(const NwPlotMultiples *data, double x, double y, double width,
                                 double height, const NwPlotTheme *theme);
/* The item at (x, y); −1: none. */
int nw_plot_multiples_hit(const NwPlotMultiples *data, double x, double y, double width,
                          double height, const NwPlotTheme *theme);
/* How many are drawn, and the height at which all are, for a view that scrolls. */
guint nw_plot_multiples_get_shown(const NwPlotMultiples *data, double width, double height,
                                  const NwPlotTheme *theme);
double
nw_plot_multiples_get_height(const NwPlotMultiples *data, double width, const NwPlotTheme *theme);

extern const NwPlotKind nw_plot_multiples_kind;

G_END_DECLS
