/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The precision-recall curve: how many alarms are right, against how many cases are found. */
#pragma once

#include "nw-plot-tradeoff.h"

G_BEGIN_DECLS

void nw_plot_pr_draw(const NwPlotTradeoff *data, cairo_t *cr, double width, double height,
                     const NwPlotTheme *theme);
char *nw_plot_pr_describe(const NwPlotTradeoff *data);
void nw_plot_pr_write_csv(const NwPlotTradeoff *data, GString *out);
char *nw_plot_pr_read_out(const NwPlotTradeoff *data, double x, double y, double width,
                          double height, const NwPlotTheme *theme);

extern const NwPlotKind nw_plot_pr_kind;

G_END_DECLS
