/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-roc.h"

#include <glib/gi18n-lib.h>

static NwPlotTradeoffStyle
get_style(void)
{
  return (NwPlotTradeoffStyle){
      .x_title = _("false positives"),
      .y_title = _("true positives"),
      .area_name = _("AUC"),
      .color = 1,
      .diagonal = TRUE,
  };
}

void
nw_plot_roc_draw(const NwPlotTradeoff *data, cairo_t *cr, double width, double height,
                 const NwPlotTheme *theme)
{
  NwPlotTradeoffStyle style = get_style();

  nw_plot_tradeoff_draw(data, &style, cr, width, height, theme);
}

char *
nw_plot_roc_describe(const NwPlotTradeoff *data)
{
  NwPlotTradeoffStyle style = get_style();

  return nw_plot_tradeoff_describe(data, &style);
}

void
nw_plot_roc_write_csv(const NwPlotTradeoff *data, GString *out)
{
  nw_plot_tradeoff_write_csv(data, "false_positive_rate", "true_positive_rate", out);
}

char *
nw_plot_roc_read_out(const NwPlotTradeoff *data, double x, double y, double width, double height,
                     const NwPlotTheme *theme)
{
  NwPlotTradeoffStyle style = get_style();

  return nw_plot_tradeoff_read_out(data, &style, x, y, width, height, theme);
}

const NwPlotKind nw_plot_roc_kind = NW_PLOT_KIND("roc", nw_plot_roc, NW_PLOT_READ_OUT(nw_plot_roc));
