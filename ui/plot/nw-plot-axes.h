/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The frame around a plot: title, axes with ticks, grid; and less of it the smaller the drawing is.
 *
 * Fill in NwPlotAxes, call nw_plot_axes_layout, draw the grid, the data clipped to axes->plot, then
 * the rest. Layout needs no cairo context, so pointers are resolved by the same numbers. */
#pragma once

#include "nw-plot-scale.h"
#include "nw-plot-text.h"

G_BEGIN_DECLS

typedef struct {
  /* given */
  const char *title;             /* (nullable) what is plotted */
  const char *subtitle;          /* (nullable) on what: “validation, epoch 6 · 15 bins” */
  const char *x_title, *y_title; /* (nullable) */
  NwPlotScale x, y;              /* layout sets from and to */
  gboolean square;               /* the plot is as wide as it is high */
  gboolean boxed;                /* a frame all round instead of a base line */
  gboolean no_y_labels;
  double header; /* room between title and plot, for a legend */
  double footer; /* room under the plot's axis, for a histogram that shares x */

  /* made by layout */
  NwPlotRect plot;
  NwPlotRect header_rect, footer_rect;
  gboolean has_labels, has_titles;
  double title_height;
  NwPlotTicks x_ticks, y_ticks;
} NwPlotAxes;

void nw_plot_axes_layout(NwPlotAxes *axes, double width, double height, const NwPlotTheme *theme);
/* Background and grid; before the data. */
void nw_plot_axes_draw_back(const NwPlotAxes *axes, cairo_t *cr, double width, double height,
                            const NwPlotTheme *theme);
/* Axis, labels, titles; after the data. */
void nw_plot_axes_draw_front(const NwPlotAxes *axes, cairo_t *cr, double width, double height,
                             const NwPlotTheme *theme);

/* For plots without axes: background, title on the left, subtitle on the right of the same line
 * (the subtitle gives way; drawings too small for a title have none). Returns what is left. */
NwPlotRect nw_plot_begin(cairo_t *cr, double width, double height, const NwPlotTheme *theme,
                         const char *title, const char *subtitle);
/* The rectangle nw_plot_begin would return. */
NwPlotRect
nw_plot_content(double width, double height, const NwPlotTheme *theme, const char *title);
gboolean nw_plot_rect_contains(const NwPlotRect *rect, double x, double y);
/* A whole plot with nothing in it but @sentence. */
void nw_plot_draw_empty(cairo_t *cr, double width, double height, const NwPlotTheme *theme,
                        const char *title, const char *subtitle, const char *sentence);

/* A row of legend entries. */
typedef struct {
  const char *name;
  NwPlotColor color;
  gboolean dashed;
  gboolean off; /* greyed: the series is hidden */
} NwPlotLegendEntry;

#define NW_PLOT_MAX_LEGEND 16

/* Where each of the entries goes in @row, left to right, names elided, as many as fit. Fills
 * @places[n] and returns how many are shown; what is left over becomes “+3” behind the last. */
guint nw_plot_legend_layout(const NwPlotLegendEntry *entries, guint n, NwPlotRect row,
                            const NwPlotTheme *theme, NwPlotRect *places);
void nw_plot_legend_draw(cairo_t *cr, const NwPlotLegendEntry *entries, guint n, NwPlotRect row,
                         const NwPlotTheme *theme);
double nw_plot_legend_height(const NwPlotTheme *theme);

G_END_DECLS
