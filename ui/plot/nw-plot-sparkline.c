/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-sparkline.h"
#include "nw-plot-line.h"
#include "nw-plot-text.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define INSET 3.0

static void
find_range(const NwPlotSparkline *data, double *low, double *high)
{
  *low = INFINITY;
  *high = -INFINITY;
  for (gsize i = 0; i < data->n; i++) {
    if (!isfinite(data->values[i]))
      continue;
    *low = MIN(*low, data->values[i]);
    *high = MAX(*high, data->values[i]);
  }
}

void
nw_plot_sparkline_draw(const NwPlotSparkline *data, cairo_t *cr, double width, double height,
                       const NwPlotTheme *theme)
{
  double low, high;
  NwPlotScale x, y;
  NwPlotPoints points = {.y = data->values, .n = data->n, .dx = 1};
  gsize last = data->n;

  nw_plot_paint_background(cr, width, height, theme);
  find_range(data, &low, &high);
  if (low > high)
    return; /* a sentence would not fit: nothing is calm enough */
  x = nw_plot_scale_new(0, data->n > 1 ? data->n - 1 : 1, FALSE, NW_PLOT_NUMBER);
  y = nw_plot_scale_new(low, high, FALSE, NW_PLOT_NUMBER);
  x.from = INSET;
  x.to = MAX(width - INSET, INSET + 1);
  y.from = MAX(height - INSET, INSET + 1);
  y.to = INSET;
  nw_plot_color_set(cr, nw_plot_theme_color(theme, data->color));
  cairo_set_line_width(cr, height >= 28 ? 1.5 : 1.25);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  nw_plot_line(cr, &points, &x, &y);
  while (last > 0 && !isfinite(data->values[last - 1]))
    last--;
  if (data->has_dot || data->n == 1)
    nw_plot_dot(cr, nw_plot_scale_map(&x, last - 1), nw_plot_scale_map(&y, data->values[last - 1]),
                2);
}

char *
nw_plot_sparkline_describe(const NwPlotSparkline *data)
{
  gsize first = 0, last = data->n;
  g_autofree char *from = NULL, *to = NULL;
  const char *name = data->name != NULL ? data->name : _("value");

  while (first < data->n && !isfinite(data->values[first]))
    first++;
  if (first == data->n)
    return g_strdup_printf(_("%s: no numbers yet"), name);
  while (!isfinite(data->values[last - 1]))
    last--;
  from = nw_plot_format_value(data->values[first]);
  to = nw_plot_format_value(data->values[last - 1]);
  return g_strdup_printf(_("%s: from %s to %s"), name, from, to);
}

void
nw_plot_sparkline_write_csv(const NwPlotSparkline *data, GString *out)
{
  g_string_append(out, "step,");
  nw_plot_csv_text(out, data->name != NULL ? data->name : "value");
  g_string_append_c(out, '\n');
  for (gsize i = 0; i < data->n; i++) {
    g_string_append_printf(out, "%" G_GSIZE_FORMAT ",", i + 1);
    nw_plot_csv_number(out, data->values[i]);
    g_string_append_c(out, '\n');
  }
}

const NwPlotKind nw_plot_sparkline_kind = NW_PLOT_KIND("sparkline", nw_plot_sparkline);
