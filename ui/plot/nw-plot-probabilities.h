/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How often each probability was predicted, split by what was true. Two well separated hills are a
 * model that can tell the classes apart; two hills on one another are one that cannot. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;    /* “no”, “yes” */
  const guint *counts; /* [n_bins] */
} NwPlotProbabilityClass;

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const NwPlotProbabilityClass *classes;
  guint n_classes;
  guint n_bins;    /* of equal width on 0 … 1 */
  gboolean shares; /* each class as a share of its own samples: rare classes stay visible */
  gboolean has_threshold;
  double threshold;
} NwPlotProbabilities;

void nw_plot_probabilities_draw(const NwPlotProbabilities *data, cairo_t *cr, double width,
                                double height, const NwPlotTheme *theme);
char *nw_plot_probabilities_describe(const NwPlotProbabilities *data);
void nw_plot_probabilities_write_csv(const NwPlotProbabilities *data, GString *out);
char *nw_plot_probabilities_read_out(const NwPlotProbabilities *data, double x, double y,
                                     double width, double height, const NwPlotTheme *theme);

extern const NwPlotKind nw_plot_probabilities_kind;

G_END_DECLS
