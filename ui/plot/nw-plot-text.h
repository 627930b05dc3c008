/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Words and numbers on a plot: placed by a point, elided before they touch anything. */
#pragma once

#include "nw-plot-theme.h"

G_BEGIN_DECLS

typedef struct {
  double size;       /* 0: theme->text_size */
  NwPlotColor color; /* alpha 0: theme->text */
  gboolean bold;
  double align_x;   /* which part of the text sits at the point: 0 left, ½ middle, 1 right */
  double align_y;   /* 0 top, ½ middle, 1 bottom */
  double max_width; /* 0: as wide as it is; otherwise elided, and left out if only … would fit */
  gboolean wrap;    /* break into lines at max_width instead of eliding */
  gboolean upwards; /* turned by 90°, read from bottom to top; align_x and max_width run along */
  gboolean halo;    /* readable where lines cross it: the paper shows around each letter */
} NwPlotTextStyle;

/* Draws @text (UTF-8) by the point (x, y). Returns how wide and how tall it came out (along the
 * text and across), width 0 if it was left out. */
NwPlotRect nw_plot_text(cairo_t *cr, const NwPlotTheme *theme, double x, double y, const char *text,
                        const NwPlotTextStyle *style);

/* The size nw_plot_text would give. Needs no drawing. */
NwPlotRect
nw_plot_text_measure(const NwPlotTheme *theme, const char *text, const NwPlotTextStyle *style);
double nw_plot_text_width(const NwPlotTheme *theme, const char *text, double size);
double nw_plot_text_height(const NwPlotTheme *theme, double size);

/* A small card with @words (lines) beside the point (x, y), inside the drawing: what a read-out
 * says. */
void nw_plot_note(cairo_t *cr, double x, double y, double width, double height, const char *words,
                  const NwPlotTheme *theme);

/* Numbers for people; a true minus, thin spaces between thousands, no NaN: “–”. (transfer full) */
char *nw_plot_format_value(double value); /* three significant digits: 0.0712, 41 200, 2·10⁻⁷ */
char *nw_plot_format_percent(double share); /* 0.142 → 14.2 % */
char *nw_plot_format_count(guint64 count);  /* 5452 → 5 452 */
/* @decimals digits behind the point, into @buffer. */
void nw_plot_format_fixed(double value, int decimals, char *buffer, gsize size);
/* mantissa·10ⁿ with @decimals digits in the mantissa. */
void nw_plot_format_power(double value, int decimals, char *buffer, gsize size);

/* For CSV: quotes where needed; numbers round-trip, what is not finite is empty. */
void nw_plot_csv_text(GString *out, const char *text);
void nw_plot_csv_number(GString *out, double value);

G_END_DECLS
