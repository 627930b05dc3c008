/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What speaks for and against an answer: a signed bar for each name, from a line in the middle. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;
  double value; /* > 0 to the right; what is not finite has no bar */
} NwPlotEffect;

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const NwPlotEffect *effects;  /* in the order in which they are shown */
  guint n_effects;
  gboolean shares; /* values are differences of probabilities, shown in per cent */
} NwPlotEffects;

void nw_plot_effects_draw(const NwPlotEffects *data, cairo_t *cr, double width, double height,
                          const NwPlotTheme *theme);
char *nw_plot_effects_describe(const NwPlotEffects *data);
void nw_plot_effects_write_csv(const NwPlotEffects *data, GString *out);
char *nw_plot_effects_read_out(const NwPlotEffects *data, double x, double y, double width,
                               double height, const NwPlotTheme *theme);

extern const NwPlotKind nw_plot_effects_kind;

/* A signed number as the plot shows it: “+12.3 %”. (transfer full) */
char *nw_plot_effects_format(double value, gboolean is_share);

G_END_DECLS
