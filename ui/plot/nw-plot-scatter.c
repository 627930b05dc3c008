/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-scatter.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define RADIUS 4.5
#define NEAR   14.0 /* px; a pointer so near to a dot means it */

static gboolean
has_place(const NwPlotScatter *data, const NwPlotScatterItem *item)
{
  return isfinite(item->x) && isfinite(item->y) && (!data->x_log || item->x > 0) &&
         (!data->y_log || item->y > 0);
}

static guint
count_items(const NwPlotScatter *data)
{
  guint n = 0;

  for (guint i = 0; i < data->n_items; i++)
    n += has_place(data, &data->items[i]);
  return n;
}

static const char *
empty_sentence(const NwPlotScatter *data)
{
  return data->empty != NULL ? data->empty : _("Nothing to compare yet");
}

/* What z spans; low > high: nobody knows. */
static void
find_colors(const NwPlotScatter *data, double *low, double *high)
{
  *low = INFINITY;
  *high = -INFINITY;
  for (guint i = 0; i < data->n_items && data->z_title != NULL; i++)
    if (isfinite(data->items[i].z)) {
      *low = MIN(*low, data->items[i].z);
      *high = MAX(*high, data->items[i].z);
    }
}

static void
layout(const NwPlotScatter *data, double width, double height, const NwPlotTheme *theme,
       NwPlotAxes *axes)
{
  double x0 = INFINITY, x1 = -INFINITY, y0 = INFINITY, y1 = -INFINITY, z0, z1;

  for (guint i = 0; i < data->n_items; i++) {
    if (!has_place(data, &data->items[i]))
      continue;
    x0 = MIN(x0, data->items[i].x);
    x1 = MAX(x1, data->items[i].x);
    y0 = MIN(y0, data->items[i].y);
    y1 = MAX(y1, data->items[i].y);
  }
  find_colors(data, &z0, &z1);
  *axes = (NwPlotAxes){
      .title = data->title,
      .subtitle = data->subtitle,
      .x_title = data->x_title,
      .y_title = data->y_title,
      .x = nw_plot_scale_new(x0, x1, data->x_log, NW_PLOT_NUMBER),
      .y = nw_plot_scale_new(y0, y1, data->y_log, NW_PLOT_NUMBER),
      .boxed = TRUE,
  };
  nw_plot_scale_widen(&axes->x, 5);
  nw_plot_scale_widen(&axes->y, 5);
  if (z0 <= z1 && width >= 200 && height >= 150)
    axes->header = nw_plot_legend_height(theme);
  nw_plot_axes_layout(axes, width, height, theme);
}

static NwPlotColor
color_of(double z, double low, double high, const NwPlotTheme *theme)
{
  if (!isfinite(z))
    return theme->count;
  return nw_plot_color_mix(nw_plot_theme_color(theme, 0), nw_plot_theme_color(theme, 1),
                           high > low ? (z - low) / (high - low) : 0);
}

static char *
dup_z(const NwPlotScatter *data, double z)
{
  return data->z_percent ? nw_plot_format_percent(z) : nw_plot_format_value(z);
}

static void
draw_colors(const NwPlotScatter *data, cairo_t *cr, const NwPlotAxes *axes,
            const NwPlotTheme *theme)
{
  double low, high;
  g_autofree char *from = NULL, *to = NULL, *least = NULL, *most = NULL;
  NwPlotLegendEntry entries[2];

  find_colors(data, &low, &high);
  from = dup_z(data, low);
  to = dup_z(data, high);
  least = g_strdup_printf("%s %s", data->z_title, from);
  most = g_strdup_printf("%s %s", data->z_title, to);
  entries[0] = (NwPlotLegendEntry){least, color_of(low, low, high, theme)};
  entries[1] = (NwPlotLegendEntry){most, color_of(high, low, high, theme)};
  nw_plot_legend_draw(cr, entries, high > low ? 2 : 1, axes->header_rect, theme);
}

static void
draw_item(const NwPlotScatter *data, guint i, const NwPlotAxes *axes, NwPlotColor color,
          cairo_t *cr, const NwPlotTheme *theme)
{
  const NwPlotScatterItem *item = &data->items[i];
  double x = nw_plot_scale_map(&axes->x, item->x), y = nw_plot_scale_map(&axes->y, item->y);

  if ((int)i == data->best) {
    nw_plot_color_set(cr, theme->best);
    nw_plot_dot(cr, x, y, RADIUS + 4);
  }
  nw_plot_color_set(cr, theme->paper);
  nw_plot_dot(cr, x, y, RADIUS + ((int)i == data->best ? 2 : 1));
  nw_plot_color_set(cr, color);
  nw_plot_dot(cr, x, y, RADIUS);
}

static void
draw_ring(const NwPlotScatter *data, guint i, const NwPlotAxes *axes, cairo_t *cr,
          const NwPlotTheme *theme)
{
  nw_plot_color_set(cr, theme->selection);
  cairo_set_line_width(cr, theme->line);
  cairo_new_sub_path(cr);
  cairo_arc(cr, nw_plot_scale_map(&axes->x, data->items[i].x),
            nw_plot_scale_map(&axes->y, data->items[i].y), RADIUS + 3, 0, 2 * G_PI);
  cairo_stroke(cr);
}

void
nw_plot_scatter_draw(const NwPlotScatter *data, cairo_t *cr, double width, double height,
                     const NwPlotTheme *theme)
{
  double low, high;
  NwPlotAxes axes;

  if (count_items(data) == 0) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle, empty_sentence(data));
    return;
  }
  layout(data, width, height, theme, &axes);
  find_colors(data, &low, &high);
  nw_plot_axes_draw_back(&axes, cr, width, height, theme);
  nw_plot_axes_draw_front(&axes, cr, width, height, theme);
  for (guint pass = 0; pass < 2; pass++) /* the best lies on top */
    for (guint i = 0; i < data->n_items; i++)
      if (has_place(data, &data->items[i]) && ((int)i == data->best) == (pass == 1))
        draw_item(data, i, &axes, color_of(data->items[i].z, low, high, theme), cr, theme);
  if (data->chosen > 0 && data->chosen <= data->n_items &&
      has_place(data, &data->items[data->chosen - 1]))
    draw_ring(data, data->chosen - 1, &axes, cr, theme);
  if (axes.header > 0)
    draw_colors(data, cr, &axes, theme);
}

int
nw_plot_scatter_hit(const NwPlotScatter *data, double x, double y, double width, double height,
                    const NwPlotTheme *theme)
{
  double nearest = NEAR;
  int found = -1;
  NwPlotAxes axes;

  if (count_items(data) == 0)
    return -1;
  layout(data, width, height, theme, &axes);
  for (guint i = 0; i < data->n_items; i++) {
    double distance;

    if (!has_place(data, &data->items[i]))
      continue;
    distance = hypot(nw_plot_scale_map(&axes.x, data->items[i].x) - x,
                     nw_plot_scale_map(&axes.y, data->items[i].y) - y);
    if (distance < nearest) {
      nearest = distance;
      found = (int)i;
    }
  }
  return found;
}

char *
nw_plot_scatter_read_out(const NwPlotScatter *data, double x, double y, double width, double height,
                         const NwPlotTheme *theme)
{
  int i = nw_plot_scatter_hit(data, x, y, width, height, theme);
  g_autofree char *at_x = NULL, *at_y = NULL, *at_z = NULL;

  if (i < 0)
    return NULL;
  at_x = nw_plot_format_value(data->items[i].x);
  at_y = nw_plot_format_value(data->items[i].y);
  at_z = dup_z(data, data->items[i].z);
  return g_strdup_printf("%s\n%s %s\n%s %s%s%s%s%s", data->items[i].name, data->x_title, at_x,
                         data->y_title, at_y, data->z_title != NULL ? "\n" : "",
                         data->z_title != NULL ? data->z_title : "",
                         data->z_title != NULL ? " " : "", data->z_title != NULL ? at_z : "");
}

void
nw_plot_scatter_highlight(const NwPlotScatter *data, cairo_t *cr, double x, double y, double width,
                          double height, const NwPlotTheme *theme)
{
  int i = nw_plot_scatter_hit(data, x, y, width, height, theme);
  NwPlotAxes axes;

  if (i < 0)
    return;
  layout(data, width, height, theme, &axes);
  draw_ring(data, (guint)i, &axes, cr, theme);
}

char *
nw_plot_scatter_describe(const NwPlotScatter *data)
{
  guint n = count_items(data);
  g_autofree char *at_x = NULL, *at_y = NULL;

  if (n == 0)
    return g_strdup(empty_sentence(data));
  if (data->best < 0 || data->best >= (int)data->n_items)
    return g_strdup_printf(ngettext("%s over %s of %u item", "%s over %s of %u items", n),
                           data->y_title, data->x_title, n);
  at_x = nw_plot_format_value(data->items[data->best].x);
  at_y = nw_plot_format_value(data->items[data->best].y);
  return g_strdup_printf(ngettext("%s over %s of %u item; the best is %s with %s and %s",
                                  "%s over %s of %u items; the best is %s with %s and %s", n),
                         data->y_title, data->x_title, n, data->items[data->best].name, at_y, at_x);
}

void
nw_plot_scatter_write_csv(const NwPlotScatter *data, GString *out)
{
  g_string_append(out, "name,");
  nw_plot_csv_text(out, data->x_title);
  g_string_append_c(out, ',');
  nw_plot_csv_text(out, data->y_title);
  if (data->z_title != NULL) {
    g_string_append_c(out, ',');
    nw_plot_csv_text(out, data->z_title);
  }
  g_string_append_c(out, '\n');
  for (guint i = 0; i < data->n_items; i++) {
    nw_plot_csv_text(out, data->items[i].name);
    g_string_append_c(out, ',');
    nw_plot_csv_number(out, data->items[i].x);
    g_string_append_c(out, ',');
    nw_plot_csv_number(out, data->items[i].y);
    if (data->z_title != NULL) {
      g_string_append_c(out, ',');
      nw_plot_csv_number(out, data->items[i].z);
    }
    g_string_append_c(out, '\n');
  }
}

const NwPlotKind nw_plot_scatter_kind =
    NW_PLOT_KIND("scatter", nw_plot_scatter, NW_PLOT_READ_OUT(nw_plot_scatter),
                 NW_PLOT_HIGHLIGHT(nw_plot_scatter), NW_PLOT_HIT(nw_plot_scatter));
