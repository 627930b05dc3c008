/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-histogram.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static guint64
count_all(const NwPlotHistogram *data)
{
  guint64 n = 0;

  if (!isfinite(data->low) || !isfinite(data->high))
    return 0;
  for (guint i = 0; i < data->n_bins; i++)
    n += data->counts[i];
  return n;
}

static const char *
empty_sentence(const NwPlotHistogram *data)
{
  return data->empty != NULL ? data->empty : _("No numbers yet");
}

static double
edge(const NwPlotHistogram *data, guint i)
{
  /* Not low + i · (high − low) / n: the difference of two huge numbers may overflow. */
  double share = (double)i / data->n_bins;

  return data->low * (1 - share) + data->high * share;
}

static void
layout(const NwPlotHistogram *data, double width, double height, const NwPlotTheme *theme,
       NwPlotAxes *axes)
{
  guint64 most = 0;

  for (guint i = 0; i < data->n_bins; i++)
    most = MAX(most, data->counts[i]);
  *axes = (NwPlotAxes){
      .title = data->title,
      .subtitle = data->subtitle,
      .x_title = data->x_title,
      .x = nw_plot_scale_new(data->low, data->high, FALSE, NW_PLOT_NUMBER),
      .y = nw_plot_scale_new(0, most, FALSE, NW_PLOT_WHOLE),
      .no_y_labels = width < 220,
  };
  nw_plot_axes_layout(axes, width, height, theme);
}

void
nw_plot_histogram_draw(const NwPlotHistogram *data, cairo_t *cr, double width, double height,
                       const NwPlotTheme *theme)
{
  NwPlotAxes axes;

  if (count_all(data) == 0) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle, empty_sentence(data));
    return;
  }
  layout(data, width, height, theme, &axes);
  nw_plot_axes_draw_back(&axes, cr, width, height, theme);
  for (guint i = 0; i < data->n_bins; i++) {
    double left = round(nw_plot_scale_map(&axes.x, edge(data, i)));
    double right = round(nw_plot_scale_map(&axes.x, edge(data, i + 1)));
    double gap = right - left >= 12 ? 2 : right - left >= 4 ? 1 : 0;
    double bottom = axes.plot.y + axes.plot.height;
    double top = MIN(round(nw_plot_scale_map(&axes.y, data->counts[i])), bottom - 1);

    if (data->counts[i] > 0)
      cairo_rectangle(cr, left + floor(gap / 2), top, MAX(right - left - gap, 1), bottom - top);
  }
  nw_plot_color_set(cr,
                    nw_plot_color_mix(theme->paper, nw_plot_theme_color(theme, data->color), 0.8));
  cairo_fill(cr);
  nw_plot_axes_draw_front(&axes, cr, width, height, theme);
}

char *
nw_plot_histogram_describe(const NwPlotHistogram *data)
{
  guint64 all = count_all(data);
  guint fullest = 0;
  g_autofree char *count = NULL, *low = NULL, *high = NULL, *from = NULL, *to = NULL;

  if (all == 0)
    return g_strdup(empty_sentence(data));
  for (guint i = 1; i < data->n_bins; i++)
    if (data->counts[i] > data->counts[fullest])
      fullest = i;
  count = nw_plot_format_count(all);
  low = nw_plot_format_value(data->low);
  high = nw_plot_format_value(data->high);
  from = nw_plot_format_value(edge(data, fullest));
  to = nw_plot_format_value(edge(data, fullest + 1));
  return g_strdup_printf(_("%s values between %s and %s, most of them between %s and %s"), count,
                         low, high, from, to);
}

char *
nw_plot_histogram_read_out(const NwPlotHistogram *data, double x, double y, double width,
                           double height, const NwPlotTheme *theme)
{
  g_autofree char *count = NULL, *low = NULL, *high = NULL;
  NwPlotAxes axes;
  guint i;

  if (count_all(data) == 0)
    return NULL;
  layout(data, width, height, theme, &axes);
  if (!nw_plot_rect_contains(&axes.plot, x, y))
    return NULL;
  for (i = 0; i + 1 < data->n_bins && nw_plot_scale_map(&axes.x, edge(data, i + 1)) < x;)
    i++;
  low = nw_plot_format_value(edge(data, i));
  high = nw_plot_format_value(edge(data, i + 1));
  count = nw_plot_format_count(data->counts[i]);
  return g_strdup_printf(_("%s to %s\n%s values"), low, high, count);
}

void
nw_plot_histogram_write_csv(const NwPlotHistogram *data, GString *out)
{
  g_string_append(out, "low,high,count\n");
  for (guint i = 0; i < data->n_bins; i++) {
    nw_plot_csv_number(out, edge(data, i));
    g_string_append_c(out, ',');
    nw_plot_csv_number(out, edge(data, i + 1));
    g_string_append_printf(out, ",%" G_GUINT64_FORMAT "\n", data->counts[i]);
  }
}

const NwPlotKind nw_plot_histogram_kind =
    NW_PLOT_KIND("histogram", nw_plot_histogram, NW_PLOT_READ_OUT(nw_plot_histogram));
