/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What all plots look like: colours, sizes, widths.
 *
 * Colours come from the GNOME palette in an order that people who confuse red and green still tell
 * apart; where two colours meet in one plot they differ in lightness too. Sizes are in the units of
 * the drawing (pixels in the window, points in a PDF). */
#pragma once

#include <cairo.h>
#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  double red, green, blue, alpha; /* 0 … 1, not premultiplied */
} NwPlotColor;

typedef struct {
  double x, y, width, height;
} NwPlotRect;

#define NW_PLOT_N_COLORS 8

typedef struct {
  gboolean dark;
  NwPlotColor background; /* painted first; alpha 0 leaves what is beneath */
  NwPlotColor paper;      /* what the background looks like, also where it is not painted */
  NwPlotColor text, dim;  /* titles and numbers; labels */
  NwPlotColor axis, grid;
  NwPlotColor series[NW_PLOT_N_COLORS]; /* blue, orange, purple, green, red, brown, teal, grey */
  NwPlotColor bar;                      /* observed frequency, plain columns */
  NwPlotColor over, under;              /* the gap where a model promises too much, too little */
  NwPlotColor count;                    /* how many samples */
  NwPlotColor good, bad;                /* ends of the heat scale */
  NwPlotColor best;                     /* the best epoch, the recalibrated curve */
  NwPlotColor warning;                  /* not a number */
  NwPlotColor selection;
  const char *font; /* Pango family; static or interned */
  double title_size, text_size, small_size;
  double line, thin; /* stroke widths */
} NwPlotTheme;

/* (transfer none) Opaque backgrounds; copy and change for a window. */
const NwPlotTheme *nw_plot_theme_get(gboolean dark);

/* Colour @i of the series, round and round. */
NwPlotColor nw_plot_theme_color(const NwPlotTheme *theme, guint i);

NwPlotColor nw_plot_color_from_rgb(guint32 rgb); /* 0xRRGGBB, opaque */
/* "#3584e4"; what cannot be read is grey. */
NwPlotColor nw_plot_color_parse(const char *text);
NwPlotColor nw_plot_color_fade(NwPlotColor color, double alpha);
/* @a at 0, @b at 1. */
NwPlotColor nw_plot_color_mix(NwPlotColor a, NwPlotColor b, double amount);
/* Black or white, whichever is easier to read on @color. */
NwPlotColor nw_plot_color_ink(NwPlotColor color);
void nw_plot_color_set(cairo_t *cr, NwPlotColor color);

/* Paints theme->background over the whole drawing. Every plot begins with it. */
void nw_plot_paint_background(cairo_t *cr, double width, double height, const NwPlotTheme *theme);

/* The middle of the pixel that holds @v: lines of width 1 come out crisp there. */
double nw_plot_snap(double v);
/* Adds a rectangle whose edges are whole pixels and which never vanishes between two of them. */
void nw_plot_crisp_rectangle(cairo_t *cr, double x, double y, double width, double height);
/* A line of width 1 in @color, from pixel middle to pixel middle; horizontal or vertical. */
void nw_plot_crisp_line(cairo_t *cr, double x1, double y1, double x2, double y2, NwPlotColor color);
void nw_plot_rounded_rectangle(cairo_t *cr, NwPlotRect rect, double radius);
void nw_plot_dot(cairo_t *cr, double x, double y, double radius);

G_END_DECLS
