/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-heatmap.h"
#include "nw-plot-grid.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define TILE_ASPECT 1.3
#define TILE_WIDEST 96.0
#define SCALE_WIDTH 120.0

static double
full_value(const NwPlotHeatmap *data)
{
  double largest = 0.05;

  if (data->full > 0)
    return data->full;
  for (guint i = 0; i < data->n_tiles; i++)
    if (data->tiles[i].value > largest)
      largest = data->tiles[i].value;
  return largest;
}

static gboolean
has_scale(double width, double height)
{
  return width >= 260 && height >= 150;
}

static NwPlotGrid
layout(const NwPlotHeatmap *data, double width, double height, const NwPlotTheme *theme)
{
  NwPlotRect area = nw_plot_content(width, height, theme, data->title);

  if (has_scale(width, height))
    area.height -= nw_plot_legend_height(theme) + 2;
  return nw_plot_grid_fill(area, data->n_tiles, TILE_ASPECT, 2, TILE_WIDEST);
}

static NwPlotColor
tile_color(const NwPlotTile *tile, double full, const NwPlotTheme *theme)
{
  NwPlotColor color = nw_plot_color_mix(theme->good, theme->bad, tile->value / full);

  return tile->is_muted ? nw_plot_color_mix(theme->paper, color, 0.35) : color;
}

static void
draw_tile(cairo_t *cr, const NwPlotTile *tile, const NwPlotRect *cell, double full,
          const NwPlotTheme *theme)
{
  double radius = MIN(cell->width, cell->height) >= 12 ? 3 : 0;
  NwPlotColor color = tile_color(tile, full, theme);

  if (isnan(tile->value)) {
    NwPlotRect inner = {cell->x + 0.5, cell->y + 0.5, cell->width - 1, cell->height - 1};
    nw_plot_rounded_rectangle(cr, inner, radius);
    cairo_set_line_width(cr, 1);
    nw_plot_color_set(cr, theme->grid);
    cairo_stroke(cr);
    color = theme->paper;
  } else {
    nw_plot_rounded_rectangle(cr, *cell, radius);
    nw_plot_color_set(cr, color);
    cairo_fill(cr);
  }
  if (cell->width < 22 || cell->height < theme->small_size + 4)
    return;
  nw_plot_text(cr, theme, cell->x + cell->width / 2, cell->y + cell->height / 2,
               tile->label != NULL ? tile->label : tile->name,
               &(NwPlotTextStyle){.size = theme->small_size,
                                  .color = nw_plot_color_fade(nw_plot_color_ink(color),
                                                              tile->is_muted ? 0.6 : 0.85),
                                  .align_x = 0.5,
                                  .align_y = 0.5,
                                  .max_width = cell->width - 4});
}

/* A strip from 0 to the full value: what the colours mean. */
static void
draw_scale(cairo_t *cr, const NwPlotHeatmap *data, double width, double height, double full,
           const NwPlotTheme *theme)
{
  double line = nw_plot_legend_height(theme), middle = round(height - 4 - line / 2 + 1);
  double right = width - 4, left;
  g_autofree char *high = nw_plot_format_percent(full);
  g_autofree char *low = g_strdup_printf("%s 0", data->measure != NULL ? data->measure : "");
  NwPlotTextStyle style = {
      .size = theme->small_size, .color = theme->dim, .align_x = 1, .align_y = 0.5};
  cairo_pattern_t *pattern;

  right -= nw_plot_text(cr, theme, right, middle, high, &style).width + 6;
  left = right - SCALE_WIDTH;
  pattern = cairo_pattern_create_linear(left, 0, right, 0);
  cairo_pattern_add_color_stop_rgb(pattern, 0, theme->good.red, theme->good.green,
                                   theme->good.blue);
  cairo_pattern_add_color_stop_rgb(pattern, 1, theme->bad.red, theme->bad.green, theme->bad.blue);
  cairo_rectangle(cr, round(left), middle - 4, SCALE_WIDTH, 8);
  cairo_set_source(cr, pattern);
  cairo_fill(cr);
  cairo_pattern_destroy(pattern);
  style.max_width = left - 10;
  nw_plot_text(cr, theme, left - 6, middle, low, &style);
}

void
nw_plot_heatmap_draw(const NwPlotHeatmap *data, cairo_t *cr, double width, double height,
                     const NwPlotTheme *theme)
{
  double full = full_value(data);
  NwPlotGrid grid;

  if (data->n_tiles == 0) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle,
                       data->empty != NULL ? data->empty : _("No outputs judged yet"));
    return;
  }
  nw_plot_begin(cr, width, height, theme, data->title, data->subtitle);
  grid = layout(data, width, height, theme);
  for (guint i = 0; i < data->n_tiles; i++) {
    NwPlotRect cell = nw_plot_grid_get_cell(&grid, i);
    draw_tile(cr, &data->tiles[i], &cell, full, theme);
  }
  if (data->has_selection && data->selected < data->n_tiles) {
    NwPlotRect cell = nw_plot_grid_get_cell(&grid, data->selected);

    nw_plot_rounded_rectangle(cr, cell, 3);
    cairo_set_line_width(cr, MIN(cell.width, cell.height) >= 12 ? 2 : 1);
    nw_plot_color_set(cr, theme->selection);
    cairo_stroke(cr);
  }
  if (has_scale(width, height))
    draw_scale(cr, data, width, height, full, theme);
}

int
nw_plot_heatmap_hit(const NwPlotHeatmap *data, double x, double y, double width, double height,
                    const NwPlotTheme *theme)
{
  NwPlotGrid grid = layout(data, width, height, theme);

  return nw_plot_grid_find(&grid, x, y);
}

char *
nw_plot_heatmap_read_out(const NwPlotHeatmap *data, double x, double y, double width, double height,
                         const NwPlotTheme *theme)
{
  int i = nw_plot_heatmap_hit(data, x, y, width, height, theme);
  g_autofree char *value = NULL;

  if (i < 0)
    return NULL;
  value = nw_plot_format_percent(data->tiles[i].value);
  if (data->tiles[i].is_muted)
    return g_strdup_printf(_("%s\n%s %s (too few positives to judge)"), data->tiles[i].name,
                           data->measure != NULL ? data->measure : "", value);
  return g_strdup_printf("%s\n%s %s", data->tiles[i].name,
                         data->measure != NULL ? data->measure : "", value);
}

char *
nw_plot_heatmap_describe(const NwPlotHeatmap *data)
{
  const NwPlotTile *worst = NULL;
  double sum = 0;
  guint n = 0;
  g_autofree char *mean = NULL, *largest = NULL, *count = NULL;

  for (guint i = 0; i < data->n_tiles; i++) {
    if (isnan(data->tiles[i].value))
      continue;
    sum += data->tiles[i].value;
    n++;
    if (worst == NULL || data->tiles[i].value > worst->value)
      worst = &data->tiles[i];
  }
  if (worst == NULL)
    return g_strdup(data->empty != NULL ? data->empty : _("No outputs judged yet"));
  mean = nw_plot_format_percent(sum / n);
  largest = nw_plot_format_percent(worst->value);
  count = nw_plot_format_count(data->n_tiles);
  return g_strdup_printf(_("%s outputs: mean %s %s, worst %s with %s"), count,
                         data->measure != NULL ? data->measure : _("error"), mean, worst->name,
                         largest);
}

void
nw_plot_heatmap_write_csv(const NwPlotHeatmap *data, GString *out)
{
  g_string_append(out, "output,");
  nw_plot_csv_text(out, data->measure != NULL ? data->measure : "value");
  g_string_append_c(out, '\n');
  for (guint i = 0; i < data->n_tiles; i++) {
    nw_plot_csv_text(out, data->tiles[i].name);
    g_string_append_c(out, ',');
    nw_plot_csv_number(out, data->tiles[i].value);
    g_string_append_c(out, '\n');
  }
}

const NwPlotKind nw_plot_heatmap_kind = NW_PLOT_KIND(
    "heatmap", nw_plot_heatmap, NW_PLOT_READ_OUT(nw_plot_heatmap), NW_PLOT_HIT(nw_plot_heatmap));
