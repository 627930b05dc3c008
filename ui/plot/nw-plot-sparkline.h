/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A curve the size of a word, for table rows and nodes: shape only, no axes. */
#pragma once

#include "nw-plot-decimate.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;     /* (nullable) for the description */
  const double *values; /* [n], NaN: a gap */
  gsize n;
  guint color;      /* index into the theme's series */
  gboolean has_dot; /* on the newest value */
} NwPlotSparkline;

void nw_plot_sparkline_draw(const NwPlotSparkline *data, cairo_t *cr, double width, double height,
                            const NwPlotTheme *theme);
char *nw_plot_sparkline_describe(const NwPlotSparkline *data);
void nw_plot_sparkline_write_csv(const NwPlotSparkline *data, GString *out);

extern const NwPlotKind nw_plot_sparkline_kind;

G_END_DECLS
