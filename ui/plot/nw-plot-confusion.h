/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A confusion matrix: what was true in rows, what was said in columns. What is right is blue, what
 * is wrong orange, by the share of the row. */
#pragma once

#include "nw-plot-axes.h"
#include "nw-plot-kind.h"

G_BEGIN_DECLS

typedef struct {
  const char *title, *subtitle; /* (nullable) */
  const char *empty;            /* (nullable) */
  const char *const *classes;   /* [n_classes] names */
  const guint64 *counts;        /* [n_classes][n_classes], row = truth */
  guint n_classes;
} NwPlotConfusion;

void nw_plot_confusion_draw(const NwPlotConfusion *data, cairo_t *cr, double width, double height,
                            const NwPlotTheme *theme);
char *nw_plot_confusion_describe(const NwPlotConfusion *data);
void nw_plot_confusion_write_csv(const NwPlotConfusion *data, GString *out);
char *nw_plot_confusion_read_out(const NwPlotConfusion *data, double x, double y, double width,
                                 double height, const NwPlotTheme *theme);
/* The cell at (x, y); FALSE: none. */
gboolean nw_plot_confusion_hit(const NwPlotConfusion *data, double x, double y, double width,
                               double height, const NwPlotTheme *theme, guint *truth, guint *said);

extern const NwPlotKind nw_plot_confusion_kind;

G_END_DECLS
