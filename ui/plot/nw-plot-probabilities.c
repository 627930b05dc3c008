/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-probabilities.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MAX_CLASSES 12

static guint64
count_class(const NwPlotProbabilities *data, guint c)
{
  guint64 n = 0;

  for (guint i = 0; i < data->n_bins; i++)
    n += data->classes[c].counts[i];
  return n;
}

static guint64
count_all(const NwPlotProbabilities *data)
{
  guint64 n = 0;

  for (guint c = 0; c < data->n_classes; c++)
    n += count_class(data, c);
  return n;
}

static NwPlotColor
color_of(guint c, const NwPlotTheme *theme)
{
  /* Violet and green first: they differ in lightness, too. */
  static const guint order[] = {2, 3, 1, 0, 5, 6, 4, 7};

  return nw_plot_theme_color(theme, order[c % G_N_ELEMENTS(order)]);
}

static double
value_at(const NwPlotProbabilities *data, guint c, guint bin, guint64 total)
{
  double count = data->classes[c].counts[bin];

  return data->shares && total > 0 ? count / total : count;
}

static void
layout(const NwPlotProbabilities *data, double width, double height, const NwPlotTheme *theme,
       NwPlotAxes *axes)
{
  double most = 0;

  for (guint c = 0; c < data->n_classes; c++) {
    guint64 total = count_class(data, c);
    for (guint i = 0; i < data->n_bins; i++)
      most = MAX(most, value_at(data, c, i, total));
  }
  *axes = (NwPlotAxes){
      .title = data->title,
      .subtitle = data->subtitle,
      .x_title = _("predicted probability"),
      .y_title = data->shares ? _("share of the class") : _("samples"),
      .x = nw_plot_scale_new(0, 1, FALSE, NW_PLOT_NUMBER),
      .y = nw_plot_scale_new(0, most, FALSE, data->shares ? NW_PLOT_PERCENT : NW_PLOT_WHOLE),
  };
  if (width >= 180 && height >= 110)
    axes->header = nw_plot_legend_height(theme);
  nw_plot_axes_layout(axes, width, height, theme);
}

/* In each bin the tallest class stands behind, so that every class is seen in every bin. */
static void
draw_bin(cairo_t *cr, const NwPlotProbabilities *data, const NwPlotAxes *axes, guint bin,
         const guint64 *totals, const NwPlotTheme *theme)
{
  double left = round(nw_plot_scale_map(&axes->x, (double)bin / data->n_bins));
  double right = round(nw_plot_scale_map(&axes->x, (bin + 1.0) / data->n_bins));
  double gap = right - left >= 12 ? 2 : right - left >= 4 ? 1 : 0;
  double bottom = axes->plot.y + axes->plot.height;
  gboolean is_drawn[MAX_CLASSES] = {FALSE};
  guint n = MIN(data->n_classes, MAX_CLASSES);

  for (guint round_ = 0; round_ < n; round_++) {
    guint tallest = n;
    double top;

    for (guint c = 0; c < n; c++)
      if (!is_drawn[c] && (tallest == n || value_at(data, c, bin, totals[c]) >
                                               value_at(data, tallest, bin, totals[tallest])))
        tallest = c;
    is_drawn[tallest] = TRUE;
    if (data->classes[tallest].counts[bin] == 0)
      continue;
    top = nw_plot_scale_map(&axes->y, value_at(data, tallest, bin, totals[tallest]));
    top = MIN(round(top), bottom - 1);
    cairo_rectangle(cr, left + floor(gap / 2), top, MAX(right - left - gap, 1), bottom - top);
    nw_plot_color_set(cr, nw_plot_color_mix(theme->paper, color_of(tallest, theme), 0.75));
    cairo_fill(cr);
  }
}

void
nw_plot_probabilities_draw(const NwPlotProbabilities *data, cairo_t *cr, double width,
                           double height, const NwPlotTheme *theme)
{
  static const double dashes[] = {3, 3};
  g_autofree guint64 *totals = g_new(guint64, MAX(data->n_classes, 1));
  NwPlotAxes axes;

  if (count_all(data) == 0) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle,
                       data->empty != NULL ? data->empty : _("No predictions yet"));
    return;
  }
  layout(data, width, height, theme, &axes);
  nw_plot_axes_draw_back(&axes, cr, width, height, theme);
  for (guint c = 0; c < data->n_classes; c++)
    totals[c] = count_class(data, c);
  for (guint i = 0; i < data->n_bins; i++)
    draw_bin(cr, data, &axes, i, totals, theme);
  if (data->has_threshold) {
    double x = nw_plot_scale_map(&axes.x, CLAMP(data->threshold, 0, 1));

    cairo_save(cr);
    cairo_set_dash(cr, dashes, G_N_ELEMENTS(dashes), 0);
    nw_plot_crisp_line(cr, MIN(x, axes.plot.x + axes.plot.width - 1), axes.plot.y,
                       MIN(x, axes.plot.x + axes.plot.width - 1),
                       axes.plot.y + axes.plot.height - 1, theme->text);
    cairo_restore(cr);
  }
  nw_plot_axes_draw_front(&axes, cr, width, height, theme);
  if (axes.header > 0) {
    NwPlotLegendEntry entries[MAX_CLASSES];
    char *names[MAX_CLASSES];
    guint n = MIN(data->n_classes, MAX_CLASSES);

    for (guint c = 0; c < n; c++) {
      g_autofree char *count = nw_plot_format_count(totals[c]);
      names[c] = g_strdup_printf("%s (%s)", data->classes[c].name, count);
      entries[c] = (NwPlotLegendEntry){names[c], color_of(c, theme)};
    }
    nw_plot_legend_draw(cr, entries, n, axes.header_rect, theme);
    for (guint c = 0; c < n; c++)
      g_free(names[c]);
  }
}

char *
nw_plot_probabilities_describe(const NwPlotProbabilities *data)
{
  g_autoptr(GString) words = g_string_new(_("Predicted probabilities"));
  gboolean is_first = TRUE;

  if (count_all(data) == 0)
    return g_strdup(data->empty != NULL ? data->empty : _("No predictions yet"));
  for (guint c = 0; c < data->n_classes; c++) {
    guint64 total = count_class(data, c);
    g_autofree char *count = nw_plot_format_count(total), *mean = NULL;
    double sum = 0;

    if (total == 0)
      continue;
    for (guint i = 0; i < data->n_bins; i++)
      sum += data->classes[c].counts[i] * (i + 0.5) / data->n_bins;
    mean = nw_plot_format_percent(sum / total);
    g_string_append(words, is_first ? ": " : "; ");
    is_first = FALSE;
    g_string_append_printf(words, _("%s %s samples, on average about %s"), data->classes[c].name,
                           count, mean);
  }
  return g_string_free(g_steal_pointer(&words), FALSE);
}

char *
nw_plot_probabilities_read_out(const NwPlotProbabilities *data, double x, double y, double width,
                               double height, const NwPlotTheme *theme)
{
  g_autoptr(GString) words = NULL;
  g_autofree char *low = NULL, *high = NULL;
  NwPlotAxes axes;
  guint bin;

  if (count_all(data) == 0)
    return NULL;
  layout(data, width, height, theme, &axes);
  if (!nw_plot_rect_contains(&axes.plot, x, y))
    return NULL;
  bin = MIN((guint)(nw_plot_scale_unmap(&axes.x, x) * data->n_bins), data->n_bins - 1);
  low = nw_plot_format_percent((double)bin / data->n_bins);
  high = nw_plot_format_percent((bin + 1.0) / data->n_bins);
  words = g_string_new(NULL);
  g_string_append_printf(words, _("predicted %s to %s"), low, high);
  for (guint c = 0; c < data->n_classes; c++) {
    g_autofree char *count = nw_plot_format_count(data->classes[c].counts[bin]);
    g_string_append_printf(words, "\n%s: %s", data->classes[c].name, count);
  }
  return g_string_free(g_steal_pointer(&words), FALSE);
}

void
nw_plot_probabilities_write_csv(const NwPlotProbabilities *data, GString *out)
{
  g_string_append(out, "low,high");
  for (guint c = 0; c < data->n_classes; c++) {
    g_string_append_c(out, ',');
    nw_plot_csv_text(out, data->classes[c].name);
  }
  g_string_append_c(out, '\n');
  for (guint i = 0; i < data->n_bins; i++) {
    nw_plot_csv_number(out, (double)i / data->n_bins);
    g_string_append_c(out, ',');
    nw_plot_csv_number(out, (i + 1.0) / data->n_bins);
    for (guint c = 0; c < data->n_classes; c++)
      g_string_append_printf(out, ",%u", data->classes[c].counts[i]);
    g_string_append_c(out, '\n');
  }
}

const NwPlotKind nw_plot_probabilities_kind =
    NW_PLOT_KIND("probabilities", nw_plot_probabilities, NW_PLOT_READ_OUT(nw_plot_probabilities));
