/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-reliability.h"

#include <glib/gi18n-lib.h>
#include <math.h>

static guint64
count_samples(const NwPlotReliability *data)
{
  guint64 n = 0;

  for (guint i = 0; i < data->n_bins; i++)
    n += data->bins[i].count;
  return n;
}

static const char *
empty_sentence(const NwPlotReliability *data)
{
  return data->empty != NULL ? data->empty : _("No predictions yet");
}

static const char *
after_label(const NwPlotReliability *data)
{
  return data->after_label != NULL ? data->after_label : _("after recalibration");
}

/* ── layout ──────────────────────────────────────────────────────────────────────────────────── */

static guint
legend_entries(const NwPlotReliability *data, double width, const NwPlotTheme *theme,
               NwPlotLegendEntry *entries)
{
  guint n = 0;

  entries[n++] = (NwPlotLegendEntry){_("observed"), theme->bar};
  entries[n++] =
      (NwPlotLegendEntry){width >= 300 ? _("predicted too high") : _("too high"), theme->over};
  entries[n++] = (NwPlotLegendEntry){_("too low"), theme->under};
  if (data->n_after > 0)
    entries[n++] = (NwPlotLegendEntry){after_label(data), theme->best};
  return n;
}

static void
layout(const NwPlotReliability *data, double width, double height, const NwPlotTheme *theme,
       NwPlotAxes *axes)
{
  *axes = (NwPlotAxes){
      .title = data->title,
      .subtitle = data->subtitle,
      .x_title = data->x_title != NULL ? data->x_title : _("predicted probability"),
      .y_title = _("observed frequency, 95 % interval"),
      .x = nw_plot_scale_new(0, 1, FALSE, NW_PLOT_NUMBER),
      .y = nw_plot_scale_new(0, 1, FALSE, NW_PLOT_NUMBER),
      .square = TRUE,
      .boxed = TRUE,
  };
  if (width >= 240 && height >= 250)
    axes->header = nw_plot_legend_height(theme) + 2;
  if (width >= 150 && height >= 170)
    axes->footer = CLAMP(round(height * 0.12), 22, 54);
  nw_plot_axes_layout(axes, width, height, theme);
}

/* ── drawing ─────────────────────────────────────────────────────────────────────────────────── */

static void
draw_bar(cairo_t *cr, const NwBin *bin, const NwPlotScale *x, const NwPlotScale *y,
         const NwPlotTheme *theme)
{
  double left = round(nw_plot_scale_map(x, bin->low)),
         right = round(nw_plot_scale_map(x, bin->high));
  double gap = right - left >= 12 ? 2 : right - left >= 4 ? 1 : 0;
  double floor_y = round(nw_plot_scale_map(y, 0));
  double predicted = round(nw_plot_scale_map(y, bin->predicted));
  double observed = round(nw_plot_scale_map(y, bin->observed));
  double shared = MAX(predicted, observed); /* the lower of the two: y points down */
  double width = MAX(right - left - gap, 1);

  if (shared < floor_y) {
    cairo_rectangle(cr, left + floor(gap / 2), shared, width, floor_y - shared);
    nw_plot_color_set(cr, theme->bar);
    cairo_fill(cr);
  }
  if (predicted != observed) {
    cairo_rectangle(cr, left + floor(gap / 2), MIN(predicted, observed), width,
                    fabs(predicted - observed));
    nw_plot_color_set(cr, predicted < observed ? theme->over : theme->under);
    cairo_fill(cr);
  }
}

static void
draw_whisker(cairo_t *cr, const NwBin *bin, const NwPlotScale *x, const NwPlotScale *y,
             const NwPlotTheme *theme)
{
  double at, width;

  if (!isfinite(bin->observed_low) || !isfinite(bin->observed_high))
    return;
  width = nw_plot_scale_map(x, bin->high) - nw_plot_scale_map(x, bin->low);
  at = nw_plot_scale_map(x, CLAMP(bin->predicted, bin->low, bin->high));
  cairo_set_line_width(cr, width >= 14 ? 1.5 : 1);
  nw_plot_color_set(cr, nw_plot_color_fade(theme->text, 0.75));
  cairo_move_to(cr, nw_plot_snap(at), nw_plot_scale_map(y, bin->observed_low));
  cairo_line_to(cr, nw_plot_snap(at), nw_plot_scale_map(y, bin->observed_high));
  cairo_stroke(cr);
  if (width >= 14)
    nw_plot_dot(cr, nw_plot_snap(at), nw_plot_scale_map(y, bin->observed), 2.5);
}

void
nw_plot_reliability_draw_bars(cairo_t *cr, const NwBin *bins, guint n_bins, const NwPlotRect *plot,
                              gboolean whiskers, const NwPlotTheme *theme)
{
  static const double dashes[] = {3, 2};
  NwPlotScale x = nw_plot_scale_new(0, 1, FALSE, NW_PLOT_NUMBER), y = x;

  x.from = plot->x;
  x.to = plot->x + plot->width;
  y.from = plot->y + plot->height;
  y.to = plot->y;
  cairo_save(cr);
  cairo_rectangle(cr, plot->x, plot->y, plot->width, plot->height);
  cairo_clip(cr);
  for (guint i = 0; i < n_bins; i++)
    if (bins[i].count > 0 && isfinite(bins[i].predicted) && isfinite(bins[i].observed))
      draw_bar(cr, &bins[i], &x, &y, theme);
  cairo_set_dash(cr, dashes, G_N_ELEMENTS(dashes), 0);
  cairo_set_line_width(cr, 1);
  nw_plot_color_set(cr, nw_plot_color_fade(theme->text, 0.55));
  cairo_move_to(cr, x.from, y.from);
  cairo_line_to(cr, x.to, y.to);
  cairo_stroke(cr);
  cairo_set_dash(cr, NULL, 0, 0);
  for (guint i = 0; i < n_bins && whiskers; i++)
    if (bins[i].count > 0)
      draw_whisker(cr, &bins[i], &x, &y, theme);
  cairo_restore(cr);
}

static void
draw_after(cairo_t *cr, const NwPlotReliability *data, const NwPlotAxes *axes,
           const NwPlotTheme *theme)
{
  gboolean is_open = FALSE;

  cairo_save(cr);
  cairo_rectangle(cr, axes->plot.x, axes->plot.y, axes->plot.width, axes->plot.height);
  cairo_clip(cr);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  for (guint i = 0; i < data->n_after; i++) {
    double x = nw_plot_scale_map(&axes->x, data->after_x[i]);
    double y = nw_plot_scale_map(&axes->y, data->after_y[i]);

    if (!isfinite(data->after_x[i]) || !isfinite(data->after_y[i])) {
      is_open = FALSE;
      continue;
    }
    if (is_open)
      cairo_line_to(cr, x, y);
    else
      cairo_move_to(cr, x, y);
    is_open = TRUE;
  }
  cairo_set_line_width(cr, theme->line);
  nw_plot_color_set(cr, theme->best);
  cairo_stroke(cr);
  cairo_restore(cr);
}

/* All counts or none: a few of them would look like all. */
static gboolean
counts_fit(const NwPlotReliability *data, const NwPlotAxes *axes, const NwPlotTheme *theme)
{
  for (guint i = 0; i < data->n_bins; i++) {
    const NwBin *bin = &data->bins[i];
    g_autofree char *number = nw_plot_format_count(bin->count);

    if (bin->count > 0 &&
        nw_plot_text_width(theme, number, theme->small_size - 1) + 2 >
            nw_plot_scale_map(&axes->x, bin->high) - nw_plot_scale_map(&axes->x, bin->low))
      return FALSE;
  }
  return TRUE;
}

/* How often each probability was predicted. A bin with few samples still shows a pixel. */
static void
draw_counts(cairo_t *cr, const NwPlotReliability *data, const NwPlotAxes *axes,
            const NwPlotTheme *theme)
{
  const NwPlotRect *r = &axes->footer_rect;
  double bottom = r->y + r->height, text = ceil(nw_plot_text_height(theme, theme->small_size));
  gboolean has_numbers = r->height >= text + 8 && counts_fit(data, axes, theme);
  double room = r->height - (has_numbers ? text : 0);
  guint64 most = 1;

  for (guint i = 0; i < data->n_bins; i++)
    most = MAX(most, data->bins[i].count);
  for (guint i = 0; i < data->n_bins; i++) {
    const NwBin *bin = &data->bins[i];
    double left = round(nw_plot_scale_map(&axes->x, bin->low));
    double right = round(nw_plot_scale_map(&axes->x, bin->high));
    double height = MAX(round(room * bin->count / most), 1);
    double gap = right - left >= 12 ? 2 : right - left >= 4 ? 1 : 0;
    g_autofree char *number = NULL;

    if (bin->count == 0)
      continue;
    cairo_rectangle(cr, left + floor(gap / 2), bottom - height, MAX(right - left - gap, 1), height);
    nw_plot_color_set(cr, theme->count);
    cairo_fill(cr);
    number = nw_plot_format_count(bin->count);
    if (has_numbers)
      nw_plot_text(
          cr, theme, (left + right) / 2, bottom - height, number,
          &(NwPlotTextStyle){
              .size = theme->small_size - 1, .color = theme->dim, .align_x = 0.5, .align_y = 1});
  }
  nw_plot_crisp_line(cr, r->x, bottom, r->x + r->width - 1, bottom, theme->axis);
  nw_plot_text(cr, theme, r->x - 5, bottom - room / 2, _("count"),
               &(NwPlotTextStyle){.size = theme->small_size,
                                  .color = theme->dim,
                                  .align_x = 1,
                                  .align_y = 0.5,
                                  .max_width = MAX(r->x - 7, 1)});
}

/* Over the plot where it fits, else further left: the drawing is often wider than the plot. */
static void
draw_legend(cairo_t *cr, const NwPlotReliability *data, const NwPlotAxes *axes, double width,
            const NwPlotTheme *theme)
{
  NwPlotLegendEntry entries[4];
  NwPlotRect places[NW_PLOT_MAX_LEGEND],
      row = {0, axes->header_rect.y, 1e4, axes->header_rect.height};
  guint n = legend_entries(data, width, theme, entries);
  guint shown = nw_plot_legend_layout(entries, n, row, theme, places);
  double need = places[shown - 1].x + places[shown - 1].width;

  row.x = CLAMP(width - 4 - need, 4, axes->header_rect.x);
  row.width = width - 4 - row.x;
  nw_plot_legend_draw(cr, entries, n, row, theme);
}

void
nw_plot_reliability_draw(const NwPlotReliability *data, cairo_t *cr, double width, double height,
                         const NwPlotTheme *theme)
{
  NwPlotAxes axes;

  if (count_samples(data) == 0) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle, empty_sentence(data));
    return;
  }
  layout(data, width, height, theme, &axes);
  nw_plot_axes_draw_back(&axes, cr, width, height, theme);
  nw_plot_reliability_draw_bars(cr, data->bins, data->n_bins, &axes.plot, axes.plot.width >= 90,
                                theme);
  draw_after(cr, data, &axes, theme);
  nw_plot_axes_draw_front(&axes, cr, width, height, theme);
  if (axes.footer > 0)
    draw_counts(cr, data, &axes, theme);
  if (axes.header > 0)
    draw_legend(cr, data, &axes, width, theme);
}

/* ── words and table ─────────────────────────────────────────────────────────────────────────── */

char *
nw_plot_reliability_describe(const NwPlotReliability *data)
{
  guint64 n = count_samples(data);
  double ece = 0, worst = -1;
  const NwBin *at = NULL;
  g_autofree char *count = NULL, *error = NULL, *predicted = NULL, *observed = NULL;

  if (n == 0)
    return g_strdup(empty_sentence(data));
  for (guint i = 0; i < data->n_bins; i++) {
    const NwBin *bin = &data->bins[i];
    double gap = fabs(bin->predicted - bin->observed);

    if (bin->count == 0)
      continue;
    ece += gap * bin->count / n;
    if (gap > worst) {
      worst = gap;
      at = bin;
    }
  }
  count = nw_plot_format_count(n);
  error = nw_plot_format_percent(ece);
  if (at == NULL)
    return g_strdup_printf(_("Reliability of %s predictions"), count);
  predicted = nw_plot_format_percent(at->predicted);
  observed = nw_plot_format_percent(at->observed);
  return g_strdup_printf(
      _("Reliability of %s predictions: calibration error %s; the largest gap is where %s was "
        "predicted and %s happened"),
      count, error, predicted, observed);
}

char *
nw_plot_reliability_read_out(const NwPlotReliability *data, double x, double y, double width,
                             double height, const NwPlotTheme *theme)
{
  NwPlotAxes axes;
  double at;

  if (count_samples(data) == 0)
    return NULL;
  layout(data, width, height, theme, &axes);
  if (!nw_plot_rect_contains(&axes.plot, x, y) && !nw_plot_rect_contains(&axes.footer_rect, x, y))
    return NULL;
  at = nw_plot_scale_unmap(&axes.x, x);
  for (guint i = 0; i < data->n_bins; i++) {
    const NwBin *bin = &data->bins[i];
    g_autofree char *count = NULL, *predicted = NULL, *observed = NULL, *low = NULL, *high = NULL;

    if (bin->count == 0 || at < bin->low || at > bin->high)
      continue;
    count = nw_plot_format_count(bin->count);
    predicted = nw_plot_format_percent(bin->predicted);
    observed = nw_plot_format_percent(bin->observed);
    low = nw_plot_format_percent(bin->observed_low);
    high = nw_plot_format_percent(bin->observed_high);
    return g_strdup_printf(_("predicted %s\nhappened %s (95 %% interval %s to %s)\n%s samples"),
                           predicted, observed, low, high, count);
  }
  return NULL;
}

void
nw_plot_reliability_write_csv(const NwPlotReliability *data, GString *out)
{
  g_string_append(out, "low,high,count,predicted,observed,observed_low,observed_high\n");
  for (guint i = 0; i < data->n_bins; i++) {
    const NwBin *bin = &data->bins[i];
    const double values[] = {bin->predicted, bin->observed, bin->observed_low, bin->observed_high};

    nw_plot_csv_number(out, bin->low);
    g_string_append_c(out, ',');
    nw_plot_csv_number(out, bin->high);
    g_string_append_printf(out, ",%" G_GSIZE_FORMAT, bin->count);
    for (guint k = 0; k < G_N_ELEMENTS(values); k++) {
      g_string_append_c(out, ',');
      if (bin->count > 0)
        nw_plot_csv_number(out, values[k]);
    }
    g_string_append_c(out, '\n');
  }
}

const NwPlotKind nw_plot_reliability_kind =
    NW_PLOT_KIND("reliability", nw_plot_reliability, NW_PLOT_READ_OUT(nw_plot_reliability));
