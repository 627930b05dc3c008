/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-confusion.h"

#include <glib/gi18n-lib.h>
#include <math.h>

typedef struct {
  NwPlotRect cells;    /* the matrix, square */
  double side;         /* of a cell */
  double left, bottom; /* room for the names of rows and columns; 0: none */
  gboolean has_titles, upwards;
} Layout;

static guint64
count_at(const NwPlotConfusion *data, guint truth, guint said)
{
  return data->counts[truth * data->n_classes + said];
}

static guint64
count_row(const NwPlotConfusion *data, guint truth)
{
  guint64 n = 0;

  for (guint said = 0; said < data->n_classes; said++)
    n += count_at(data, truth, said);
  return n;
}

static guint64
count_all(const NwPlotConfusion *data)
{
  guint64 n = 0;

  for (guint truth = 0; truth < data->n_classes; truth++)
    n += count_row(data, truth);
  return n;
}

static double
widest_name(const NwPlotConfusion *data, const NwPlotTheme *theme)
{
  double widest = 0;

  for (guint i = 0; i < data->n_classes; i++)
    widest = MAX(widest, nw_plot_text_width(theme, data->classes[i], theme->small_size));
  return ceil(widest) + 2;
}

static Layout
layout(const NwPlotConfusion *data, double width, double height, const NwPlotTheme *theme)
{
  NwPlotRect area = nw_plot_content(width, height, theme, data->title);
  double line = ceil(nw_plot_text_height(theme, theme->small_size)), side;
  guint n = data->n_classes;
  Layout l = {0};

  l.has_titles = width >= 180 && height >= 150;
  if (l.has_titles) {
    area.x += line + 2;
    area.width -= line + 2;
    area.height -= line + 2;
  }
  /* Names only where a row is high enough for them. */
  if (MIN(area.width, area.height) / n >= line && width >= 110) {
    double names = MIN(widest_name(data, theme), area.width * 0.3);

    side = (MIN(area.width - names - 6, area.height - line - 4)) / n;
    l.left = names + 6;
    l.bottom = line + 4;
    if (names > side - 2 && names > 2.5 * theme->small_size) {
      l.upwards = TRUE;
      l.bottom = MIN(names, area.height * 0.3) + 6;
    }
  }
  side = MAX(floor(MIN(area.width - l.left, area.height - l.bottom) / n), 1);
  if (side * n > MIN(area.width, area.height)) /* more classes than pixels */
    side = MIN(area.width, area.height) / n;
  l.side = side;
  l.cells = (NwPlotRect){round(area.x + l.left + MAX(0, (area.width - l.left - side * n) / 2)),
                         round(area.y + MAX(0, (area.height - l.bottom - side * n) / 2)), side * n,
                         side * n};
  return l;
}

/* √ makes few mistakes visible beside many right answers. */
static NwPlotColor
cell_color(const NwPlotConfusion *data, guint truth, guint said, guint64 row,
           const NwPlotTheme *theme)
{
  double share = row > 0 ? (double)count_at(data, truth, said) / row : 0;
  NwPlotColor full = truth == said ? theme->series[0] : theme->series[1];
  NwPlotColor none = nw_plot_color_mix(theme->paper, theme->grid, 0.6);

  return share > 0 ? nw_plot_color_mix(none, full, 0.08 + 0.87 * sqrt(share)) : none;
}

static void
draw_cell(cairo_t *cr, const NwPlotConfusion *data, const Layout *l, guint truth, guint said,
          guint64 row, const NwPlotTheme *theme)
{
  double gap = l->side >= 12 ? 2 : l->side >= 5 ? 1 : 0;
  double x = l->cells.x + said * l->side, y = l->cells.y + truth * l->side;
  double line = nw_plot_text_height(theme, theme->small_size);
  NwPlotColor color = cell_color(data, truth, said, row, theme);
  NwPlotTextStyle style = {.size = theme->small_size,
                           .color = nw_plot_color_ink(color),
                           .align_x = 0.5,
                           .align_y = 0.5,
                           .max_width = l->side - gap - 2};
  g_autofree char *count = nw_plot_format_count(count_at(data, truth, said));
  gboolean has_share;

  cairo_rectangle(cr, x, y, l->side - gap, l->side - gap);
  nw_plot_color_set(cr, color);
  cairo_fill(cr);
  if (l->side < line + 4 || count_at(data, truth, said) == 0 ||
      nw_plot_text_width(theme, count, style.size) > style.max_width)
    return;
  has_share = l->side >= 2 * line + 10 && row > 0;
  x += (l->side - gap) / 2;
  y += (l->side - gap) / 2;
  if (l->side >= 60)
    style.size = theme->title_size;
  nw_plot_text(cr, theme, x, has_share ? y - line / 2 : y, count, &style);
  if (has_share) {
    g_autofree char *share = nw_plot_format_percent((double)count_at(data, truth, said) / row);

    style.size = theme->small_size - 1;
    style.color = nw_plot_color_fade(style.color, 0.75);
    nw_plot_text(cr, theme, x, y + line / 2 + 2, share, &style);
  }
}

static void
draw_names(cairo_t *cr, const NwPlotConfusion *data, const Layout *l, const NwPlotTheme *theme)
{
  double below = l->cells.y + l->cells.height + 3;

  for (guint i = 0; i < data->n_classes; i++) {
    double middle = (i + 0.5) * l->side - 1;

    nw_plot_text(cr, theme, l->cells.x - 5, l->cells.y + middle, data->classes[i],
                 &(NwPlotTextStyle){.size = theme->small_size,
                                    .color = theme->dim,
                                    .align_x = 1,
                                    .align_y = 0.5,
                                    .max_width = l->left - 5});
    nw_plot_text(cr, theme, l->cells.x + middle, below, data->classes[i],
                 &(NwPlotTextStyle){.size = theme->small_size,
                                    .color = theme->dim,
                                    .align_x = l->upwards ? 1 : 0.5,
                                    .align_y = l->upwards ? 0.5 : 0,
                                    .max_width = l->upwards ? l->bottom - 5 : l->side - 2,
                                    .upwards = l->upwards});
  }
}

void
nw_plot_confusion_draw(const NwPlotConfusion *data, cairo_t *cr, double width, double height,
                       const NwPlotTheme *theme)
{
  NwPlotTextStyle style = {.size = theme->small_size, .color = theme->dim, .align_x = 0.5};
  Layout l;

  if (count_all(data) == 0) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle,
                       data->empty != NULL ? data->empty : _("No predictions yet"));
    return;
  }
  nw_plot_begin(cr, width, height, theme, data->title, data->subtitle);
  l = layout(data, width, height, theme);
  for (guint truth = 0; truth < data->n_classes; truth++) {
    guint64 row = count_row(data, truth);
    for (guint said = 0; said < data->n_classes; said++)
      draw_cell(cr, data, &l, truth, said, row, theme);
  }
  if (l.left > 0)
    draw_names(cr, data, &l, theme);
  if (!l.has_titles)
    return;
  style.max_width = l.cells.width + 2 * MIN(l.left, 40);
  nw_plot_text(cr, theme, l.cells.x + l.cells.width / 2, l.cells.y + l.cells.height + l.bottom + 1,
               _("predicted"), &style);
  style.upwards = TRUE;
  style.align_y = 1;
  nw_plot_text(cr, theme, l.cells.x - l.left - 2, l.cells.y + l.cells.height / 2, _("true"),
               &style);
}

gboolean
nw_plot_confusion_hit(const NwPlotConfusion *data, double x, double y, double width, double height,
                      const NwPlotTheme *theme, guint *truth, guint *said)
{
  Layout l;

  if (count_all(data) == 0)
    return FALSE;
  l = layout(data, width, height, theme);
  if (!nw_plot_rect_contains(&l.cells, x, y))
    return FALSE;
  *truth = MIN((guint)((y - l.cells.y) / l.side), data->n_classes - 1);
  *said = MIN((guint)((x - l.cells.x) / l.side), data->n_classes - 1);
  return TRUE;
}

char *
nw_plot_confusion_read_out(const NwPlotConfusion *data, double x, double y, double width,
                           double height, const NwPlotTheme *theme)
{
  guint truth, said;
  g_autofree char *count = NULL, *share = NULL;

  if (!nw_plot_confusion_hit(data, x, y, width, height, theme, &truth, &said))
    return NULL;
  count = nw_plot_format_count(count_at(data, truth, said));
  share =
      nw_plot_format_percent((double)count_at(data, truth, said) / MAX(count_row(data, truth), 1));
  return g_strdup_printf(_("true %s, predicted %s\n%s samples, %s of the row"),
                         data->classes[truth], data->classes[said], count, share);
}

char *
nw_plot_confusion_describe(const NwPlotConfusion *data)
{
  guint64 all = count_all(data), right = 0, most = 0;
  guint truth = 0, said = 0;
  g_autofree char *share = NULL, *count = NULL, *times = NULL;

  if (all == 0)
    return g_strdup(data->empty != NULL ? data->empty : _("No predictions yet"));
  for (guint i = 0; i < data->n_classes; i++) {
    right += count_at(data, i, i);
    for (guint j = 0; j < data->n_classes; j++)
      if (i != j && count_at(data, i, j) > most) {
        most = count_at(data, i, j);
        truth = i;
        said = j;
      }
  }
  share = nw_plot_format_percent((double)right / all);
  count = nw_plot_format_count(all);
  if (most == 0)
    return g_strdup_printf(_("Confusion matrix of %s samples: all right"), count);
  times = nw_plot_format_count(most);
  return g_strdup_printf(
      _("Confusion matrix of %s samples: %s right; most often %s was called %s (%s times)"), count,
      share, data->classes[truth], data->classes[said], times);
}

void
nw_plot_confusion_write_csv(const NwPlotConfusion *data, GString *out)
{
  g_string_append(out, "true \\ predicted");
  for (guint i = 0; i < data->n_classes; i++) {
    g_string_append_c(out, ',');
    nw_plot_csv_text(out, data->classes[i]);
  }
  g_string_append_c(out, '\n');
  for (guint truth = 0; truth < data->n_classes; truth++) {
    nw_plot_csv_text(out, data->classes[truth]);
    for (guint said = 0; said < data->n_classes; said++)
      g_string_append_printf(out, ",%" G_GUINT64_FORMAT, count_at(data, truth, said));
    g_string_append_c(out, '\n');
  }
}

const NwPlotKind nw_plot_confusion_kind =
    NW_PLOT_KIND("confusion", nw_plot_confusion, NW_PLOT_READ_OUT(nw_plot_confusion));
