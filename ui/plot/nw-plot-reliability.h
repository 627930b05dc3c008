/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A reliability diagram: does what is predicted with 70 % happen in 70 % of cases?
 *
 * Per bin a blue bar up to the observed frequency or the mean prediction, whichever is less; above
 * it the gap: pale red where more was predicted than happened, violet where more happened than was
 * predicted. The whisker is the 95 % interval of the frequency, standing at the mean prediction, so
 * that it crosses the diagonal where the two agree. Empty bins are nothing. Counts stand beneath.
 */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"
#include "nw-reliability.h"

G_BEGIN_DECLS

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) sentence for when there are no samples */
  const char *x_title;          /* (nullable) “predicted probability”; “confidence” */
  const NwBin *bins;
  guint n_bins;
  const double *after_x, *after_y; /* (nullable) [n_after] the curve after recalibration */
  guint n_after;
  const char *after_label; /* (nullable) “after temperature” */
} NwPlotReliability;

void nw_plot_reliability_draw(const NwPlotReliability *data, cairo_t *cr, double width,
                              double height, const NwPlotTheme *theme);
char *nw_plot_reliability_describe(const NwPlotReliability *data);
void nw_plot_reliability_write_csv(const NwPlotReliability *data, GString *out);
char *nw_plot_reliability_read_out(const NwPlotReliability *data, double x, double y, double width,
                                   double height, const NwPlotTheme *theme);

/* Bars, gaps and diagonal alone inside @plot: what the small multiples are made of. */
void
nw_plot_reliability_draw_bars(cairo_t *cr, const NwBin *bins, guint n_bins, const NwPlotRect *plot,
                              gboolean whiskers, const NwPlotTheme *theme);

extern const NwPlotKind nw_plot_reliability_kind;

G_END_DECLS
