/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-multiples.h"
#include "nw-plot-grid.h"
#include "nw-plot-reliability.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define SMALLEST 66.0
#define LARGEST  220.0
#define GAP      14.0

static const char *
empty_sentence(const NwPlotMultiples *data)
{
  return data->empty != NULL ? data->empty : _("No outputs judged yet");
}

static double
caption_height(const NwPlotTheme *theme)
{
  return ceil(nw_plot_text_height(theme, theme->small_size)) + 4;
}

static NwPlotGrid
layout(const NwPlotMultiples *data, double width, double height, const NwPlotTheme *theme)
{
  NwPlotRect area = nw_plot_content(width, height, theme, data->title);
  double smallest = MIN(SMALLEST, MIN(area.width, area.height) / 2);

  area.x += 1; /* room for the frames */
  area.width -= 2;
  return nw_plot_grid_squares(area, data->n_items, caption_height(theme), GAP, smallest, LARGEST);
}

/* The value stays whole and a long name gives way; where not even a few letters of it would be
 * left, the name stands alone. */
static void
draw_caption(cairo_t *cr, const NwPlotMultiple *item, double x, double y, double width,
             gboolean is_selected, const NwPlotTheme *theme)
{
  g_autofree char *value = item->value != NULL ? g_strconcat(" · ", item->value, NULL) : NULL;
  NwPlotTextStyle style = {.size = theme->small_size, .bold = is_selected, .max_width = width};
  double room = width - nw_plot_text_width(theme, value, theme->small_size) - 1;
  double whole = nw_plot_text_width(theme, item->name, theme->small_size) + 1;
  NwPlotRect name;

  if (room < MIN(whole, 3.5 * theme->small_size)) {
    nw_plot_text(cr, theme, x, y, item->name, &style);
    return;
  }
  style.max_width = room;
  name = nw_plot_text(cr, theme, x, y, item->name, &style);
  nw_plot_text(cr, theme, x + name.width, y, value,
               &(NwPlotTextStyle){.size = theme->small_size, .color = theme->dim});
}

static void
draw_item(cairo_t *cr, const NwPlotMultiple *item, const NwPlotRect *cell, gboolean is_selected,
          const NwPlotTheme *theme)
{
  NwPlotRect plot = {cell->x, cell->y, cell->width, cell->width};
  double caption_y = cell->y + cell->width + 3;

  if (item->is_muted)
    cairo_push_group(cr);
  nw_plot_reliability_draw_bars(cr, item->bins, item->n_bins, &plot, FALSE, theme);
  if (item->is_muted) {
    cairo_pop_group_to_source(cr);
    cairo_paint_with_alpha(cr, 0.35);
  }
  cairo_rectangle(cr, plot.x - 0.5, plot.y - 0.5, plot.width + 1, plot.height + 1);
  cairo_set_line_width(cr, is_selected ? 2 : 1);
  nw_plot_color_set(cr, is_selected ? theme->selection : theme->axis);
  cairo_stroke(cr);

  draw_caption(cr, item, cell->x, caption_y, cell->width, is_selected, theme);
}

void
nw_plot_multiples_draw(const NwPlotMultiples *data, cairo_t *cr, double width, double height,
                       const NwPlotTheme *theme)
{
  NwPlotGrid grid;

  if (data->n_items == 0) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle, empty_sentence(data));
    return;
  }
  nw_plot_begin(cr, width, height, theme, data->title, data->subtitle);
  grid = layout(data, width, height, theme);
  for (guint i = 0; i < nw_plot_grid_get_shown(&grid); i++) {
    NwPlotRect cell = nw_plot_grid_get_cell(&grid, i);
    draw_item(cr, &data->items[i], &cell, data->has_selection && data->selected == i, theme);
  }
}

int
nw_plot_multiples_hit(const NwPlotMultiples *data, double x, double y, double width, double height,
                      const NwPlotTheme *theme)
{
  NwPlotGrid grid = layout(data, width, height, theme);

  return nw_plot_grid_find(&grid, x, y);
}

guint
nw_plot_multiples_get_shown(const NwPlotMultiples *data, double width, double height,
                            const NwPlotTheme *theme)
{
  NwPlotGrid grid = layout(data, width, height, theme);

  return nw_plot_grid_get_shown(&grid);
}

double
nw_plot_multiples_get_height(const NwPlotMultiples *data, double width, const NwPlotTheme *theme)
{
  NwPlotRect area = nw_plot_content(width, 1e4, theme, data->title);
  guint columns = MAX((guint)((area.width - 2 + GAP) / (112 + GAP)), 1);
  double side = MIN(floor((area.width - 2 + GAP) / columns - GAP), LARGEST);
  guint rows = (data->n_items + columns - 1) / columns;

  return ceil(area.y + rows * (side + caption_height(theme) + GAP) + 4);
}

char *
nw_plot_multiples_read_out(const NwPlotMultiples *data, double x, double y, double width,
                           double height, const NwPlotTheme *theme)
{
  int i = nw_plot_multiples_hit(data, x, y, width, height, theme);

  if (i < 0)
    return NULL;
  if (data->items[i].value == NULL)
    return g_strdup(data->items[i].name);
  return g_strdup_printf("%s\n%s", data->items[i].name, data->items[i].value);
}

char *
nw_plot_multiples_describe(const NwPlotMultiples *data)
{
  g_autofree char *count = nw_plot_format_count(data->n_items);

  if (data->n_items == 0)
    return g_strdup(empty_sentence(data));
  return g_strdup_printf(_("Reliability diagrams of %s outputs, beginning with %s%s%s"), count,
                         data->items[0].name, data->items[0].value != NULL ? ", " : "",
                         data->items[0].value != NULL ? data->items[0].value : "");
}

void
nw_plot_multiples_write_csv(const NwPlotMultiples *data, GString *out)
{
  g_string_append(out, "output,low,high,count,predicted,observed\n");
  for (guint i = 0; i < data->n_items; i++)
    for (guint k = 0; k < data->items[i].n_bins; k++) {
      const NwBin *bin = &data->items[i].bins[k];

      nw_plot_csv_text(out, data->items[i].name);
      g_string_append_c(out, ',');
      nw_plot_csv_number(out, bin->low);
      g_string_append_c(out, ',');
      nw_plot_csv_number(out, bin->high);
      g_string_append_printf(out, ",%" G_GSIZE_FORMAT ",", bin->count);
      nw_plot_csv_number(out, bin->count > 0 ? bin->predicted : NAN);
      g_string_append_c(out, ',');
      nw_plot_csv_number(out, bin->count > 0 ? bin->observed : NAN);
      g_string_append_c(out, '\n');
    }
}

const NwPlotKind nw_plot_multiples_kind =
    NW_PLOT_KIND("multiples", nw_plot_multiples, NW_PLOT_READ_OUT(nw_plot_multiples),
                 NW_PLOT_HIT(nw_plot_multiples));
