/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-pr.h"

#include <glib/gi18n-lib.h>

static NwPlotTradeoffStyle
get_style(void)
{
  return (NwPlotTradeoffStyle){
      .x_title = _("recall"),
      .y_title = _("precision"),
      .area_name = _("AP"),
      .color = 2,
      .diagonal = FALSE,
  };
}

void
nw_plot_pr_draw(const NwPlotTradeoff *data, cairo_t *cr, double width, double height,
                const NwPlotTheme *theme)
{
  NwPlotTradeoffStyle style = get_style();

  nw_plot_tradeoff_draw(data, &style, cr, width, height, theme);
}

char *
nw_plot_pr_describe(const NwPlotTradeoff *data)
{
  NwPlotTradeoffStyle style = get_style();

  return nw_plot_tradeoff_describe(data, &style);
}

void
nw_plot_pr_write_csv(const NwPlotTradeoff *data, GString *out)
{
  nw_plot_tradeoff_write_csv(data, "recall", "precision", out);
}

char *
nw_plot_pr_read_out(const NwPlotTradeoff *data, double x, double y, double width, double height,
                    const NwPlotTheme *theme)
{
  NwPlotTradeoffStyle style = get_style();

  return nw_plot_tradeoff_read_out(data, &style, x, y, width, height, theme);
}

const NwPlotKind nw_plot_pr_kind = NW_PLOT_KIND("pr", nw_plot_pr, NW_PLOT_READ_OUT(nw_plot_pr));
