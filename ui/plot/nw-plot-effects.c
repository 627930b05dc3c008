/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-effects.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define ROW_MAX 22.0

static double
get_largest(const NwPlotEffects *data)
{
  double largest = 0;

  for (guint i = 0; i < data->n_effects; i++)
    if (isfinite(data->effects[i].value))
      largest = MAX(largest, fabs(data->effects[i].value));
  return largest;
}

char *
nw_plot_effects_format(double value, gboolean is_share)
{
  g_autofree char *number =
      is_share ? nw_plot_format_percent(fabs(value)) : nw_plot_format_value(fabs(value));

  if (!isfinite(value) || value == 0)
    return g_steal_pointer(&number);
  return g_strconcat(value > 0 ? "+" : "\u2212", number, NULL);
}

static const char *
empty_sentence(const NwPlotEffects *data)
{
  return data->empty != NULL ? data->empty : _("Nothing makes a difference");
}

static double
row_height(const NwPlotEffects *data, const NwPlotRect *area)
{
  return MIN(area->height / data->n_effects, ROW_MAX);
}

/* The bars' part of the area: names before, numbers behind. */
static NwPlotRect
place_bars(const NwPlotEffects *data, const NwPlotTheme *theme, NwPlotRect area)
{
  double names = 0, numbers = 0;

  for (guint i = 0; i < data->n_effects; i++) {
    g_autofree char *number = nw_plot_effects_format(data->effects[i].value, data->shares);
    names = MAX(names, nw_plot_text_width(theme, data->effects[i].name, theme->small_size));
    numbers = MAX(numbers, nw_plot_text_width(theme, number, theme->small_size));
  }
  names = MIN(ceil(names) + 8, area.width * 0.4);
  numbers = MIN(ceil(numbers) + 8, area.width * 0.3);
  return (NwPlotRect){round(area.x + names), area.y, floor(area.width - names - numbers),
                      area.height};
}

void
nw_plot_effects_draw(const NwPlotEffects *data, cairo_t *cr, double width, double height,
                     const NwPlotTheme *theme)
{
  double largest = get_largest(data), row, line, middle;
  NwPlotRect area, bars;
  guint stride;

  if (data->n_effects == 0 || largest == 0) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle, empty_sentence(data));
    return;
  }
  area = nw_plot_begin(cr, width, height, theme, data->title, data->subtitle);
  bars = place_bars(data, theme, area);
  row = row_height(data, &area);
  line = ceil(nw_plot_text_height(theme, theme->small_size));
  stride = (guint)ceil(line / row);
  middle = nw_plot_snap(bars.x + bars.width / 2);
  for (guint i = 0; i < data->n_effects; i++) {
    double value = data->effects[i].value, gap = row >= 8 ? 4 : row >= 3 ? 1 : 0;
    double top = round(area.y + i * row), bottom = round(area.y + (i + 1) * row) - gap;
    double length = isfinite(value) ? round(bars.width / 2 * fabs(value) / largest) : 0;
    g_autofree char *number = nw_plot_effects_format(value, data->shares);

    if (i % stride == 0) {
      nw_plot_text(cr, theme, bars.x - 8, (top + bottom) / 2, data->effects[i].name,
                   &(NwPlotTextStyle){.size = theme->small_size,
                                      .align_x = 1,
                                      .align_y = 0.5,
                                      .max_width = MAX(bars.x - 8 - area.x, 1)});
      nw_plot_text(cr, theme, area.x + area.width, (top + bottom) / 2, number,
                   &(NwPlotTextStyle){.size = theme->small_size,
                                      .color = theme->dim,
                                      .align_x = 1,
                                      .align_y = 0.5,
                                      .max_width = area.x + area.width - bars.x - bars.width});
    }
    if (length < 1)
      continue;
    cairo_rectangle(cr, floor(value > 0 ? middle : middle - length), top, length,
                    MAX(bottom - top, 1));
    nw_plot_color_set(cr, nw_plot_theme_color(theme, value < 0));
    cairo_fill(cr);
  }
  nw_plot_crisp_line(cr, middle, area.y, middle, area.y + row * data->n_effects, theme->axis);
}

char *
nw_plot_effects_read_out(const NwPlotEffects *data, double x, double y, double width, double height,
                         const NwPlotTheme *theme)
{
  NwPlotRect area = nw_plot_content(width, height, theme, data->title);
  g_autofree char *number = NULL;
  double i;

  if (data->n_effects == 0 || get_largest(data) == 0)
    return NULL;
  i = floor((y - area.y) / row_height(data, &area));
  if (i < 0 || i >= data->n_effects || x < area.x || x > area.x + area.width)
    return NULL;
  number = nw_plot_effects_format(data->effects[(guint)i].value, data->shares);
  return g_strdup_printf("%s\n%s", data->effects[(guint)i].name, number);
}

char *
nw_plot_effects_describe(const NwPlotEffects *data)
{
  const NwPlotEffect *most = NULL, *least = NULL;
  g_autofree char *up = NULL, *down = NULL;

  if (data->n_effects == 0 || get_largest(data) == 0)
    return g_strdup(empty_sentence(data));
  for (guint i = 0; i < data->n_effects; i++) {
    if (!isfinite(data->effects[i].value))
      continue;
    if (most == NULL || data->effects[i].value > most->value)
      most = &data->effects[i];
    if (least == NULL || data->effects[i].value < least->value)
      least = &data->effects[i];
  }
  if (most == NULL)
    return g_strdup(empty_sentence(data));
  up = nw_plot_effects_format(most->value, data->shares);
  down = nw_plot_effects_format(least->value, data->shares);
  return g_strdup_printf(_("Effects of %u entries, from %s of %s to %s of %s"), data->n_effects, up,
                         most->name, down, least->name);
}

void
nw_plot_effects_write_csv(const NwPlotEffects *data, GString *out)
{
  g_string_append(out, "name,effect\n");
  for (guint i = 0; i < data->n_effects; i++) {
    nw_plot_csv_text(out, data->effects[i].name);
    g_string_append_c(out, ',');
    nw_plot_csv_number(out, data->effects[i].value);
    g_string_append_c(out, '\n');
  }
}

const NwPlotKind nw_plot_effects_kind =
    NW_PLOT_KIND("effects", nw_plot_effects, NW_PLOT_READ_OUT(nw_plot_effects));
