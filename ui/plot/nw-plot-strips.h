/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One strip per layer, one sliver per batch, the darker the larger: norms of gradients or
 * activations, on a log scale, so that vanishing and exploding are seen; or shares, from 0 to all. What
 * is not finite is red. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const char *const *names;     /* [n_strips] */
  guint n_strips;
  const double *values; /* [n_strips][n_steps], ≥ 0 */
  gsize n_steps;
  gsize first_step; /* number of the first step, for the read-out */
  const double *epochs; /* (nullable) [n_steps]: where the steps are, instead */
  const char *place;    /* (nullable) “batch %s”, to name a step that is no batch */
  gboolean shares;      /* below 0: nothing; values are shares, 0 … 1, on a linear scale */
} NwPlotStrips;

/* Where several steps share a pixel it shows the largest. */
void nw_plot_strips_draw(const NwPlotStrips *data, cairo_t *cr, double width, double height,
                         const NwPlotTheme *theme);
char *nw_plot_strips_describe(const NwPlotStrips *data);
void nw_plot_strips_write_csv(const NwPlotStrips *data, GString *out);
char *nw_plot_strips_read_out(const NwPlotStrips *data, double x, double y, double width,
                              double height, const NwPlotTheme *theme);

extern const NwPlotKind nw_plot_strips_kind;

G_END_DECLS
