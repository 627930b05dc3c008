/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A kind of plot: one constant struct, at the bottom of the file that draws it.
 *
 * The data of a plot is a struct of plain values that borrow what they point to. The same kind and
 * data draw in the window, in a picture and on paper, say themselves in words and as a table. */
#pragma once

#include "nw-plot-theme.h"

G_BEGIN_DECLS

typedef void (*NwPlotDrawFunc)(gconstpointer data, cairo_t *cr, double width, double height,
                               const NwPlotTheme *theme);
/* One or two sentences. (transfer full) */
typedef char *(*NwPlotDescribeFunc)(gconstpointer data);
/* Appends a line of column names and the rows. */
typedef void (*NwPlotCsvFunc)(gconstpointer data, GString *out);
/* What is at (x, y), in words; NULL if nothing is. (transfer full) */
typedef char *(*NwPlotReadOutFunc)(gconstpointer data, double x, double y, double width,
                                   double height, const NwPlotTheme *theme);
/* Marks, over the drawing, what the read-out reads. */
typedef void (*NwPlotHighlightFunc)(gconstpointer data, cairo_t *cr, double x, double y,
                                    double width, double height, const NwPlotTheme *theme);

/* The index of the item at (x, y); −1: none. */
typedef int (*NwPlotHitFunc)(gconstpointer data, double x, double y, double width, double height,
                             const NwPlotTheme *theme);

typedef struct {
  const char *id; /* "curves"; also begins the suggested file name */
  NwPlotDrawFunc draw;
  NwPlotDescribeFunc describe;
  NwPlotCsvFunc write_csv;
  NwPlotReadOutFunc read_out;    /* (nullable) */
  NwPlotHighlightFunc highlight; /* (nullable) */
  NwPlotHitFunc hit;             /* (nullable) for plots of items that can be chosen */
} NwPlotKind;

/* The typed functions of one kind as a table, as in NW_PLOT_KIND("curves", nw_plot_curves). */
#define NW_PLOT_KIND(id_, prefix, ...)                                                             \
  {                                                                                                \
    .id = id_, .draw = (NwPlotDrawFunc)prefix##_draw,                                              \
    .describe = (NwPlotDescribeFunc)prefix##_describe,                                             \
    .write_csv = (NwPlotCsvFunc)prefix##_write_csv, __VA_ARGS__                                    \
  }
#define NW_PLOT_READ_OUT(prefix)  .read_out = (NwPlotReadOutFunc)prefix##_read_out
#define NW_PLOT_HIGHLIGHT(prefix) .highlight = (NwPlotHighlightFunc)prefix##_highlight
#define NW_PLOT_HIT(prefix)       .hit = (NwPlotHitFunc)prefix##_hit

G_END_DECLS
