/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-map.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define ROW_MAX 22.0
#define GAP     14.0 /* between the halves */

/* As in the plot of one label. */
enum { NOT_TRUE_COLOR = 2, TRUE_COLOR = 3 }; /* purple, green */

typedef struct {
  NwPlotRect halves[2];
  double names, row;
  guint stride; /* every so many rows have a name */
} Layout;

static const char *
get_half_name(int half)
{
  return half == 0 ? _("where it is not true") : _("where it is true");
}

static gboolean
is_empty(const NwPlotMap *data)
{
  return data->n_rows == 0 || data->n_bins == 0;
}

static Layout
layout(const NwPlotMap *data, double width, double height, const NwPlotTheme *theme)
{
  NwPlotRect area = nw_plot_content(width, height, theme, data->title);
  double line = ceil(nw_plot_text_height(theme, theme->small_size)) + 2;
  Layout l = {0};
  double half;

  area.y += line; /* names of the halves above, 0 and 1 below */
  area.height = MAX(area.height - 2 * line, 1);
  l.row = MIN(area.height / data->n_rows, ROW_MAX);
  l.stride = MAX((guint)ceil(line / l.row), 1);
  for (guint i = 0; i < data->n_rows; i += l.stride)
    l.names = MAX(l.names, nw_plot_text_width(theme, data->rows[i].name, theme->small_size));
  l.names = MIN(ceil(l.names) + 8, round(area.width * 0.3));
  half = MAX((area.width - l.names - GAP) / 2, 1);
  for (int i = 0; i < 2; i++)
    l.halves[i] = (NwPlotRect){area.x + l.names + i * (half + GAP), area.y, half,
                               l.row * data->n_rows};
  return l;
}

static guint
count_of(const NwPlotMap *data, guint row, int half)
{
  guint all = 0;

  for (guint b = 0; b < data->n_bins; b++)
    all += data->rows[row].counts[half][b];
  return all;
}

static void
draw_row(cairo_t *cr, const NwPlotMap *data, const Layout *l, guint row, int half,
         const NwPlotTheme *theme)
{
  const NwPlotRect *area = &l->halves[half];
  NwPlotColor full = nw_plot_theme_color(theme, half == 0 ? NOT_TRUE_COLOR : TRUE_COLOR);
  NwPlotColor none = nw_plot_color_mix(theme->paper, theme->grid, 0.35);
  double gap = l->row >= 8 ? 2 : l->row >= 4 ? 1 : 0;
  double top = round(area->y + row * l->row);
  double bottom = MAX(round(area->y + (row + 1) * l->row) - gap, top + 1);
  guint all = count_of(data, row, half);

  for (guint b = 0; b < data->n_bins; b++) {
    double left = round(area->x + area->width * b / data->n_bins);
    double right = round(area->x + area->width * (b + 1) / data->n_bins);
    double share = all > 0 ? (double)data->rows[row].counts[half][b] / all : 0;

    /* The root, so that one row in a hundred is seen. */
    cairo_rectangle(cr, left, top, MAX(right - left, 1), bottom - top);
    nw_plot_color_set(cr, share > 0 ? nw_plot_color_mix(none, full, 0.15 + 0.85 * sqrt(share)) : none);
    cairo_fill(cr);
  }
}

void
nw_plot_map_draw(const NwPlotMap *data, cairo_t *cr, double width, double height,
                 const NwPlotTheme *theme)
{
  NwPlotTextStyle style = {.size = theme->small_size, .color = theme->dim};
  Layout l;

  if (is_empty(data)) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle,
                       data->empty != NULL ? data->empty : _("No labels yet"));
    return;
  }
  nw_plot_begin(cr, width, height, theme, data->title, data->subtitle);
  l = layout(data, width, height, theme);
  for (int half = 0; half < 2; half++) {
    const NwPlotRect *area = &l.halves[half];
    double below = area->y + area->height + 1;

    style.max_width = area->width;
    style.align_x = style.align_y = 0;
    nw_plot_text(cr, theme, area->x,
                 area->y - ceil(nw_plot_text_height(theme, theme->small_size)) - 2,
                 get_half_name(half), &style);
    for (guint row = 0; row < data->n_rows; row++)
      draw_row(cr, data, &l, row, half, theme);
    nw_plot_text(cr, theme, area->x, below, "0", &style);
    style.align_x = 1;
    nw_plot_text(cr, theme, area->x + area->width, below, "1", &style);
  }
  for (guint row = 0; row < data->n_rows; row += l.stride)
    nw_plot_text(cr, theme, l.halves[0].x - l.names, l.halves[0].y + (row + 0.5) * l.row,
                 data->rows[row].name,
                 &(NwPlotTextStyle){.size = theme->small_size,
                                    .align_y = 0.5,
                                    .max_width = MAX(l.names - 6, 1)});
}

/* The row and half at a place; FALSE outside. */
static gboolean
find(const NwPlotMap *data, const Layout *l, double x, double y, guint *row, int *half)
{
  for (*half = 0; *half < 2; (*half)++) {
    if (!nw_plot_rect_contains(&l->halves[*half], x, y))
      continue;
    *row = MIN((guint)((y - l->halves[*half].y) / l->row), data->n_rows - 1);
    return TRUE;
  }
  return FALSE;
}

int
nw_plot_map_hit(const NwPlotMap *data, double x, double y, double width, double height,
                const NwPlotTheme *theme)
{
  guint row;
  int half;
  Layout l;

  if (is_empty(data))
    return -1;
  l = layout(data, width, height, theme);
  return find(data, &l, x, y, &row, &half) ? (int)row : -1;
}

char *
nw_plot_map_read_out(const NwPlotMap *data, double x, double y, double width, double height,
                     const NwPlotTheme *theme)
{
  g_autofree char *low = NULL, *high = NULL, *share = NULL;
  guint row, bin, all;
  int half;
  Layout l;

  if (is_empty(data))
    return NULL;
  l = layout(data, width, height, theme);
  if (!find(data, &l, x, y, &row, &half))
    return NULL;
  bin = MIN((guint)((x - l.halves[half].x) / l.halves[half].width * data->n_bins), data->n_bins - 1);
  all = count_of(data, row, half);
  low = nw_plot_format_value((double)bin / data->n_bins);
  high = nw_plot_format_value((bin + 1.0) / data->n_bins);
  share = nw_plot_format_percent(all > 0 ? (double)data->rows[row].counts[half][bin] / all : 0);
  return g_strdup_printf(_("%s, %s\n%s to %s: %s of %u rows"), data->rows[row].name,
                         get_half_name(half), low, high, share, all);
}

char *
nw_plot_map_describe(const NwPlotMap *data)
{
  if (is_empty(data))
    return g_strdup(data->empty != NULL ? data->empty : _("No labels yet"));
  return g_strdup_printf(ngettext("Predicted probabilities of %u label, where it is true and where not",
                                  "Predicted probabilities of %u labels, where they are true and "
                                  "where not",
                                  data->n_rows),
                         data->n_rows);
}

void
nw_plot_map_write_csv(const NwPlotMap *data, GString *out)
{
  g_string_append(out, "label,true,low,high,count\n");
  for (guint row = 0; row < data->n_rows; row++)
    for (int half = 0; half < 2; half++)
      for (guint b = 0; b < data->n_bins; b++) {
        nw_plot_csv_text(out, data->rows[row].name);
        g_string_append_printf(out, ",%d,", half);
        nw_plot_csv_number(out, (double)b / data->n_bins);
        g_string_append_c(out, ',');
        nw_plot_csv_number(out, (b + 1.0) / data->n_bins);
        g_string_append_printf(out, ",%u\n", data->rows[row].counts[half][b]);
      }
}

const NwPlotKind nw_plot_map_kind = NW_PLOT_KIND("map", nw_plot_map, NW_PLOT_READ_OUT(nw_plot_map),
                                                 NW_PLOT_HIT(nw_plot_map));
