/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-bars.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define ROW_MAX 22.0

static guint64
count_total(const NwPlotBars *data)
{
  guint64 n = 0;

  if (data->total > 0)
    return data->total;
  for (guint i = 0; i < data->n_bars; i++)
    n += data->bars[i].count;
  return n;
}

static const char *
empty_sentence(const NwPlotBars *data)
{
  return data->empty != NULL ? data->empty : _("No samples yet");
}

static double
row_height(const NwPlotBars *data, const NwPlotRect *area)
{
  return MIN(area->height / data->n_bars, ROW_MAX);
}

void
nw_plot_bars_draw(const NwPlotBars *data, cairo_t *cr, double width, double height,
                  const NwPlotTheme *theme)
{
  NwPlotRect area;
  guint64 total = count_total(data), most = 1;
  double row, line, names = 0, numbers = 0;
  guint stride;

  if (total == 0 || data->n_bars == 0) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle, empty_sentence(data));
    return;
  }
  area = nw_plot_begin(cr, width, height, theme, data->title, data->subtitle);
  row = row_height(data, &area);
  line = ceil(nw_plot_text_height(theme, theme->small_size));
  /* With more bars than lines of text every few bars have a name. */
  stride = (guint)ceil(line / row);
  for (guint i = 0; i < data->n_bars; i++) {
    g_autofree char *count = nw_plot_format_count(data->bars[i].count);

    most = MAX(most, data->bars[i].count);
    if (i % stride != 0)
      continue;
    names = MAX(names, nw_plot_text_width(theme, data->bars[i].name, theme->small_size));
    numbers = MAX(numbers, nw_plot_text_width(theme, count, theme->small_size));
  }
  names = MIN(ceil(names) + 6, area.width * 0.35);
  numbers = ceil(numbers) + 5;
  if (area.width >= 240 && stride == 1) /* “1 234 · 12.3 %” */
    numbers += nw_plot_text_width(theme, " · 100.0\u202f%", theme->small_size);
  if (stride > 1 || numbers > area.width * 0.4)
    numbers = 0;

  for (guint i = 0; i < data->n_bars; i++) {
    double top = round(area.y + i * row), bottom = round(area.y + (i + 1) * row);
    double gap = row >= 8 ? 3 : row >= 3 ? 1 : 0;
    double length = (area.width - names - numbers) * data->bars[i].count / most;
    double middle = (top + bottom - gap) / 2;

    if (i % stride == 0)
      nw_plot_text(cr, theme, area.x + names - 6, middle, data->bars[i].name,
                   &(NwPlotTextStyle){.size = theme->small_size,
                                      .align_x = 1,
                                      .align_y = 0.5,
                                      .max_width = MAX(names - 6, 1)});
    if (data->bars[i].count > 0) {
      cairo_rectangle(cr, round(area.x + names), top, MAX(round(length), 1),
                      MAX(bottom - top - gap, 1));
      nw_plot_color_set(
          cr, nw_plot_color_mix(theme->paper, nw_plot_theme_color(theme, data->color), 0.8));
      cairo_fill(cr);
    }
    if (numbers > 0) {
      g_autofree char *count = nw_plot_format_count(data->bars[i].count);
      g_autofree char *share = nw_plot_format_percent((double)data->bars[i].count / total);
      g_autofree char *both = g_strdup_printf("%s · %s", count, share);

      nw_plot_text(
          cr, theme, round(area.x + names) + length + 5, middle, area.width >= 240 ? both : count,
          &(NwPlotTextStyle){.size = theme->small_size, .color = theme->dim, .align_y = 0.5});
    }
  }
}

char *
nw_plot_bars_read_out(const NwPlotBars *data, double x, double y, double width, double height,
                      const NwPlotTheme *theme)
{
  NwPlotRect area = nw_plot_content(width, height, theme, data->title);
  g_autofree char *count = NULL, *share = NULL;
  double i;

  if (data->n_bars == 0 || count_total(data) == 0)
    return NULL;
  i = floor((y - area.y) / row_height(data, &area));
  if (i < 0 || i >= data->n_bars || x < area.x || x > area.x + area.width)
    return NULL;
  count = nw_plot_format_count(data->bars[(guint)i].count);
  share = nw_plot_format_percent((double)data->bars[(guint)i].count / count_total(data));
  return g_strdup_printf("%s\n%s · %s", data->bars[(guint)i].name, count, share);
}

char *
nw_plot_bars_describe(const NwPlotBars *data)
{
  const NwPlotBar *least = NULL, *most = NULL;
  g_autofree char *low = NULL, *high = NULL;

  if (data->n_bars == 0 || count_total(data) == 0)
    return g_strdup(empty_sentence(data));
  for (guint i = 0; i < data->n_bars; i++) {
    if (least == NULL || data->bars[i].count < least->count)
      least = &data->bars[i];
    if (most == NULL || data->bars[i].count > most->count)
      most = &data->bars[i];
  }
  low = nw_plot_format_count(least->count);
  high = nw_plot_format_count(most->count);
  return g_strdup_printf(_("%u bars, from %s (%s) to %s (%s)"), data->n_bars, least->name, low,
                         most->name, high);
}

void
nw_plot_bars_write_csv(const NwPlotBars *data, GString *out)
{
  g_string_append(out, "name,count\n");
  for (guint i = 0; i < data->n_bars; i++) {
    nw_plot_csv_text(out, data->bars[i].name);
    g_string_append_printf(out, ",%" G_GUINT64_FORMAT "\n", data->bars[i].count);
  }
}

const NwPlotKind nw_plot_bars_kind =
    NW_PLOT_KIND("bars", nw_plot_bars, NW_PLOT_READ_OUT(nw_plot_bars));
