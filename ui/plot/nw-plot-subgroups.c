/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-subgroups.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define ROW_MAX 26.0

static const char *
empty_sentence(const NwPlotSubgroups *data)
{
  return data->empty != NULL ? data->empty : _("No rows to group");
}

static double
row_height(const NwPlotSubgroups *data, const NwPlotRect *area, double line)
{
  return MIN((area->height - line - 4) / data->n_groups, ROW_MAX);
}

/* The prediction is outside what chance explains. */
static gboolean
is_off(const NwSubgroup *group)
{
  return group->predicted < group->observed_low || group->predicted > group->observed_high;
}

/* Names at the left, counts at the right, 0 … 100 % between them. */
static NwPlotRect
place_scale(const NwPlotSubgroups *data, const NwPlotTheme *theme, NwPlotRect area)
{
  double names = 0, counts = 0;

  for (guint i = 0; i < data->n_groups; i++) {
    g_autofree char *count = nw_plot_format_count(data->groups[i].count);
    names = MAX(names, nw_plot_text_width(theme, data->names[i], theme->small_size));
    counts = MAX(counts, nw_plot_text_width(theme, count, theme->small_size));
  }
  names = MIN(ceil(names) + 12, area.width * 0.35);
  counts = MIN(ceil(counts) + 16, area.width * 0.25);
  return (NwPlotRect){round(area.x + names), area.y, floor(area.width - names - counts),
                      area.height};
}

static void
draw_grid(cairo_t *cr, const NwPlotTheme *theme, NwPlotRect scale, double bottom)
{
  for (guint k = 0; k <= 4; k++) {
    double x = nw_plot_snap(scale.x + (scale.width - 1) * k / 4);
    g_autofree char *text = g_strdup_printf("%u\u202f%%", k * 25);
    nw_plot_crisp_line(cr, x, scale.y, x, bottom, k == 0 ? theme->axis : theme->grid);
    nw_plot_text(cr, theme, x, bottom + 2, text,
                 &(NwPlotTextStyle){
                     .size = theme->small_size, .color = theme->dim, .align_x = k == 4 ? 1 : 0.5});
  }
}

static double
place_share(NwPlotRect scale, double share)
{
  return scale.x + (scale.width - 1) * CLAMP(share, 0, 1);
}

static void
draw_group(cairo_t *cr, const NwPlotTheme *theme, NwPlotRect scale, double middle,
           const NwSubgroup *group)
{
  double said = nw_plot_snap(place_share(scale, group->predicted));

  if (!isfinite(group->predicted + group->observed + group->observed_low + group->observed_high))
    return;
  cairo_set_line_width(cr, 2);
  cairo_move_to(cr, place_share(scale, group->observed_low), middle);
  cairo_line_to(cr, place_share(scale, group->observed_high), middle);
  nw_plot_color_set(cr, nw_plot_color_fade(nw_plot_theme_color(theme, 0), 0.55));
  cairo_stroke(cr);
  nw_plot_color_set(cr, nw_plot_theme_color(theme, 0));
  nw_plot_dot(cr, place_share(scale, group->observed), middle, 4);
  cairo_move_to(cr, said, middle - 7);
  cairo_line_to(cr, said, middle + 7);
  cairo_set_line_width(cr, 3);
  nw_plot_color_set(cr, nw_plot_theme_color(theme, 1));
  cairo_stroke(cr);
}

void
nw_plot_subgroups_draw(const NwPlotSubgroups *data, cairo_t *cr, double width, double height,
                       const NwPlotTheme *theme)
{
  double line = ceil(nw_plot_text_height(theme, theme->small_size)), row;
  NwPlotRect area, scale;
  guint stride;

  if (data->n_groups == 0) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle, empty_sentence(data));
    return;
  }
  area = nw_plot_begin(cr, width, height, theme, data->title, data->subtitle);
  scale = place_scale(data, theme, area);
  row = row_height(data, &area, line);
  stride = (guint)ceil(line / row);
  draw_grid(cr, theme, scale, area.y + row * data->n_groups);
  for (guint i = 0; i < data->n_groups; i++) {
    double middle = round(area.y + (i + 0.5) * row);
    g_autofree char *count = nw_plot_format_count(data->groups[i].count);

    draw_group(cr, theme, scale, middle, &data->groups[i]);
    if (i % stride != 0)
      continue;
    nw_plot_text(cr, theme, scale.x - 12, middle, data->names[i],
                 &(NwPlotTextStyle){.size = theme->small_size,
                                    .bold = is_off(&data->groups[i]),
                                    .align_x = 1,
                                    .align_y = 0.5,
                                    .max_width = MAX(scale.x - 12 - area.x, 1)});
    nw_plot_text(cr, theme, area.x + area.width, middle, count,
                 &(NwPlotTextStyle){
                     .size = theme->small_size, .color = theme->dim, .align_x = 1, .align_y = 0.5});
  }
}

static char *
describe_group(const NwPlotSubgroups *data, guint i)
{
  const NwSubgroup *group = &data->groups[i];
  g_autofree char *said = nw_plot_format_percent(group->predicted);
  g_autofree char *seen = nw_plot_format_percent(group->observed);
  g_autofree char *low = nw_plot_format_percent(group->observed_low);
  g_autofree char *high = nw_plot_format_percent(group->observed_high);
  g_autofree char *count = nw_plot_format_count(group->count);

  return g_strdup_printf(_("%s: predicted %s, happened %s (%s to %s), %s rows"), data->names[i],
                         said, seen, low, high, count);
}

char *
nw_plot_subgroups_read_out(const NwPlotSubgroups *data, double x, double y, double width,
                           double height, const NwPlotTheme *theme)
{
  NwPlotRect area = nw_plot_content(width, height, theme, data->title);
  double i;

  if (data->n_groups == 0)
    return NULL;
  i = floor((y - area.y) /
            row_height(data, &area, ceil(nw_plot_text_height(theme, theme->small_size))));
  return i < 0 || i >= data->n_groups ? NULL : describe_group(data, (guint)i);
}

char *
nw_plot_subgroups_describe(const NwPlotSubgroups *data)
{
  guint worst = 0, n_off = 0;
  g_autofree char *words = NULL;

  if (data->n_groups == 0)
    return g_strdup(empty_sentence(data));
  for (guint i = 0; i < data->n_groups; i++) {
    const NwSubgroup *group = &data->groups[i], *other = &data->groups[worst];
    n_off += is_off(group);
    if (fabs(group->predicted - group->observed) > fabs(other->predicted - other->observed))
      worst = i;
  }
  words = describe_group(data, worst);
  return g_strdup_printf(_("%u groups, in %u of them the prediction is outside the interval; "
                           "furthest apart %s"),
                         data->n_groups, n_off, words);
}

void
nw_plot_subgroups_write_csv(const NwPlotSubgroups *data, GString *out)
{
  g_string_append(out, "group,rows,predicted,observed,observed_low,observed_high\n");
  for (guint i = 0; i < data->n_groups; i++) {
    const NwSubgroup *group = &data->groups[i];
    const double numbers[] = {group->predicted, group->observed, group->observed_low,
                              group->observed_high};
    nw_plot_csv_text(out, data->names[i]);
    g_string_append_printf(out, ",%zu", group->count);
    for (gsize k = 0; k < G_N_ELEMENTS(numbers); k++) {
      g_string_append_c(out, ',');
      nw_plot_csv_number(out, numbers[k]);
    }
    g_string_append_c(out, '\n');
  }
}

const NwPlotKind nw_plot_subgroups_kind =
    NW_PLOT_KIND("subgroups", nw_plot_subgroups, NW_PLOT_READ_OUT(nw_plot_subgroups));
