/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-axes.h"

#include <math.h>

#define MARGIN          4.0
#define LABEL_GAP       5.0
#define TICK_ROOM_X_MIN 44.0
#define TICK_ROOM_Y_MIN 26.0

static double
title_size(double width, const NwPlotTheme *theme)
{
  return width >= 200 ? theme->title_size : theme->text_size;
}

static double
measure_title(const char *title, double width, double height, const NwPlotTheme *theme)
{
  if (title == NULL || width < 110 || height < 84)
    return 0;
  return ceil(nw_plot_text_height(theme, title_size(width, theme))) + 5;
}

static void
draw_title(cairo_t *cr, const char *title, const char *subtitle, double x, double width,
           const NwPlotTheme *theme)
{
  NwPlotTextStyle style = {.size = title_size(width, theme), .bold = TRUE, .max_width = width};
  NwPlotRect used = nw_plot_text(cr, theme, x, 1, title, &style);
  double left = width - used.width - 12, natural;

  if (subtitle == NULL)
    return;
  /* Whole, or at least a good half of something long: half a number would mislead. */
  natural = nw_plot_text_width(theme, subtitle, theme->small_size);
  if (left < MIN(natural, MAX(natural / 2, 100)))
    return;
  nw_plot_text(cr, theme, x + width, 1 + used.height - 1.5, subtitle,
               &(NwPlotTextStyle){.color = theme->dim,
                                  .size = theme->small_size,
                                  .align_x = 1,
                                  .align_y = 1,
                                  .max_width = left});
}

NwPlotRect
nw_plot_content(double width, double height, const NwPlotTheme *theme, const char *title)
{
  double taken = measure_title(title, width, height, theme);
  double top = taken > 0 ? taken + 1 : MARGIN;

  return (NwPlotRect){MARGIN, top, MAX(width - 2 * MARGIN, 1), MAX(height - top - MARGIN, 1)};
}

NwPlotRect
nw_plot_begin(cairo_t *cr, double width, double height, const NwPlotTheme *theme, const char *title,
              const char *subtitle)
{
  nw_plot_paint_background(cr, width, height, theme);
  if (measure_title(title, width, height, theme) > 0)
    draw_title(cr, title, subtitle, MARGIN, width - 2 * MARGIN, theme);
  return nw_plot_content(width, height, theme, title);
}

void
nw_plot_draw_empty(cairo_t *cr, double width, double height, const NwPlotTheme *theme,
                   const char *title, const char *subtitle, const char *sentence)
{
  NwPlotRect rest = nw_plot_begin(cr, width, height, theme, title, subtitle);

  nw_plot_text(cr, theme, width / 2, rest.y + rest.height / 2, sentence,
               &(NwPlotTextStyle){.color = theme->dim,
                                  .align_x = 0.5,
                                  .align_y = 0.5,
                                  .max_width = MAX(rest.width - 8, 1),
                                  .wrap = TRUE});
}

gboolean
nw_plot_rect_contains(const NwPlotRect *r, double x, double y)
{
  return x >= r->x && x <= r->x + r->width && y >= r->y && y <= r->y + r->height;
}

static double
widest_label(const NwPlotTicks *ticks, const NwPlotTheme *theme)
{
  double widest = 0;

  for (guint i = 0; i < ticks->n_major; i++)
    widest = MAX(widest, nw_plot_text_width(theme, ticks->major[i].label, theme->small_size));
  return widest;
}

/* Ticks so far apart that their labels never touch: as wide as the labels turn out, tried twice,
 * because wider labels need fewer ticks, and fewer ticks may have shorter labels. */
static void
find_x_ticks(NwPlotAxes *axes, const NwPlotTheme *theme)
{
  double room = TICK_ROOM_X_MIN;

  for (int i = 0; i < 3; i++) {
    double need;

    nw_plot_scale_find_ticks(&axes->x, room, &axes->x_ticks);
    need = widest_label(&axes->x_ticks, theme) + 14;
    if (need <= room)
      return;
    room = need;
  }
}

void
nw_plot_axes_layout(NwPlotAxes *axes, double width, double height, const NwPlotTheme *theme)
{
  double line = ceil(nw_plot_text_height(theme, theme->small_size));
  double left, right, top, bottom, header_top;

  axes->title_height = measure_title(axes->title, width, height, theme);
  axes->has_labels = width >= 150 && height >= 100;
  axes->has_titles = width >= 230 && height >= 170;

  header_top = axes->title_height > 0 ? axes->title_height : MARGIN;
  top = header_top + axes->header;
  if (axes->has_labels)
    top += MAX(0, line / 2 - 2); /* half a label above the highest tick */
  bottom = height - MARGIN;
  if (axes->has_titles && axes->x_title != NULL)
    bottom -= line + 2;
  if (axes->has_labels)
    bottom -= line + LABEL_GAP;
  bottom -= axes->footer;
  bottom = MAX(bottom, top + 8);

  left = MARGIN;
  right = width - MARGIN;
  if (axes->has_labels) {
    if (axes->has_titles && axes->y_title != NULL)
      left += line + 4;
    axes->y.from = round(bottom);
    axes->y.to = round(top);
    nw_plot_scale_find_ticks(&axes->y, TICK_ROOM_Y_MIN, &axes->y_ticks);
    if (!axes->no_y_labels)
      left += ceil(widest_label(&axes->y_ticks, theme)) + LABEL_GAP;
    right -= 8; /* half a label beyond the last tick of x */
  }
  right = MAX(right, left + 8);

  if (axes->square) {
    double side = MIN(right - left, bottom - top);

    left += floor((right - left - side) / 2);
    right = left + side;
    top += floor((bottom - top - side) / 2);
    bottom = top + side;
  }
  left = round(left);
  right = round(right);
  top = round(top);
  bottom = round(bottom);
  axes->plot = (NwPlotRect){left, top, right - left, bottom - top};
  axes->header_rect = (NwPlotRect){left, header_top, right - left, axes->header};
  axes->x.from = left;
  axes->x.to = right;
  axes->y.from = bottom;
  axes->y.to = top;
  find_x_ticks(axes, theme);
  nw_plot_scale_find_ticks(&axes->y, TICK_ROOM_Y_MIN, &axes->y_ticks);

  bottom += axes->has_labels ? line + LABEL_GAP : 2;
  if (axes->has_titles && axes->x_title != NULL)
    bottom += line + 2;
  axes->footer_rect = (NwPlotRect){left, bottom, right - left, MAX(axes->footer - 2, 0)};
}

void
nw_plot_axes_draw_back(const NwPlotAxes *axes, cairo_t *cr, double width, double height,
                       const NwPlotTheme *theme)
{
  const NwPlotRect *p = &axes->plot;

  nw_plot_paint_background(cr, width, height, theme);
  if (!axes->has_labels)
    return;
  for (guint i = 0; i < axes->y_ticks.n_major; i++) {
    double y = nw_plot_scale_map(&axes->y, axes->y_ticks.major[i].value);
    if (y > p->y - 0.5 && y < p->y + p->height - 0.5)
      nw_plot_crisp_line(cr, p->x, y, p->x + p->width - 1, y, theme->grid);
  }
  if (!axes->boxed)
    return;
  for (guint i = 0; i < axes->x_ticks.n_major; i++) {
    double x = nw_plot_scale_map(&axes->x, axes->x_ticks.major[i].value);
    if (x > p->x + 0.5 && x < p->x + p->width - 0.5)
      nw_plot_crisp_line(cr, x, p->y, x, p->y + p->height - 1, theme->grid);
  }
}

static void
draw_x_axis(const NwPlotAxes *axes, cairo_t *cr, double width, const NwPlotTheme *theme)
{
  const NwPlotRect *p = &axes->plot;
  double bottom = p->y + p->height, line = ceil(nw_plot_text_height(theme, theme->small_size));

  for (guint i = 0; i < axes->x_ticks.n_minor; i++) {
    double x = MIN(nw_plot_scale_map(&axes->x, axes->x_ticks.minor[i]), p->x + p->width - 1);
    nw_plot_crisp_line(cr, x, bottom, x, bottom + 1, theme->axis);
  }
  for (guint i = 0; i < axes->x_ticks.n_major; i++) {
    double x = MIN(nw_plot_scale_map(&axes->x, axes->x_ticks.major[i].value), p->x + p->width - 1);
    double half = nw_plot_text_width(theme, axes->x_ticks.major[i].label, theme->small_size) / 2;

    nw_plot_crisp_line(cr, x, bottom, x, bottom + 3, theme->axis);
    nw_plot_text(
        cr, theme, CLAMP(x, half + 1, MAX(width - half - 1, half + 1)), bottom + LABEL_GAP,
        axes->x_ticks.major[i].label,
        &(NwPlotTextStyle){.size = theme->small_size, .color = theme->dim, .align_x = 0.5});
  }
  if (axes->has_titles && axes->x_title != NULL)
    nw_plot_text(
        cr, theme, p->x + p->width / 2, bottom + LABEL_GAP + line + 1, axes->x_title,
        &(NwPlotTextStyle){
            .size = theme->small_size, .color = theme->dim, .align_x = 0.5, .max_width = p->width});
}

static void
draw_y_axis(const NwPlotAxes *axes, cairo_t *cr, const NwPlotTheme *theme)
{
  const NwPlotRect *p = &axes->plot;
  double widest = axes->no_y_labels ? 0 : ceil(widest_label(&axes->y_ticks, theme)) + LABEL_GAP;
  double line = ceil(nw_plot_text_height(theme, theme->small_size));

  for (guint i = 0; i < axes->y_ticks.n_major && !axes->no_y_labels; i++)
    nw_plot_text(cr, theme, p->x - LABEL_GAP,
                 nw_plot_scale_map(&axes->y, axes->y_ticks.major[i].value),
                 axes->y_ticks.major[i].label,
                 &(NwPlotTextStyle){
                     .size = theme->small_size, .color = theme->dim, .align_x = 1, .align_y = 0.5});
  if (axes->has_titles && axes->y_title != NULL)
    nw_plot_text(cr, theme, p->x - widest - line - 3, p->y + p->height / 2, axes->y_title,
                 &(NwPlotTextStyle){.size = theme->small_size,
                                    .color = theme->dim,
                                    .align_x = 0.5,
                                    .max_width = p->height,
                                    .upwards = TRUE});
}

void
nw_plot_axes_draw_front(const NwPlotAxes *axes, cairo_t *cr, double width, double height,
                        const NwPlotTheme *theme)
{
  const NwPlotRect *p = &axes->plot;

  if (axes->boxed) {
    cairo_rectangle(cr, p->x - 0.5, p->y - 0.5, p->width + 1, p->height + 1);
    cairo_set_line_width(cr, 1);
    nw_plot_color_set(cr, theme->axis);
    cairo_stroke(cr);
  } else {
    nw_plot_crisp_line(cr, p->x, p->y + p->height, p->x + p->width - 1, p->y + p->height,
                       theme->axis);
  }
  if (axes->has_labels) {
    draw_x_axis(axes, cr, width, theme);
    draw_y_axis(axes, cr, theme);
  }
  if (axes->title_height > 0)
    draw_title(cr, axes->title, axes->subtitle, MARGIN, width - 2 * MARGIN, theme);
}

/* ── legend ──────────────────────────────────────────────────────────────────────────────────── */

#define DOT     8.0
#define DOT_GAP 5.0
#define SPACING 14.0

double
nw_plot_legend_height(const NwPlotTheme *theme)
{
  return ceil(nw_plot_text_height(theme, theme->small_size)) + 6;
}

guint
nw_plot_legend_layout(const NwPlotLegendEntry *entries, guint n, NwPlotRect row,
                      const NwPlotTheme *theme, NwPlotRect *places)
{
  double x = row.x, right = row.x + row.width;
  guint shown = 0;

  for (guint i = 0; i < n && i < NW_PLOT_MAX_LEGEND; i++) {
    /* One very long name leaves room for the others. */
    double name = MIN(nw_plot_text_width(theme, entries[i].name, theme->small_size) + 1,
                      n == 1 ? row.width : row.width * 0.45);
    double width = DOT + DOT_GAP + name;
    double rest = i + 1 < n ? 26 : 0; /* “+3” */

    if (x + width > right - rest) {
      width = right - rest - x;
      if (width < DOT + DOT_GAP + 2.5 * theme->small_size)
        break;
    }
    places[shown++] = (NwPlotRect){x, row.y, width, row.height};
    x += width + SPACING;
  }
  return shown;
}

void
nw_plot_legend_draw(cairo_t *cr, const NwPlotLegendEntry *entries, guint n, NwPlotRect row,
                    const NwPlotTheme *theme)
{
  NwPlotRect places[NW_PLOT_MAX_LEGEND];
  guint shown = nw_plot_legend_layout(entries, n, row, theme, places);

  for (guint i = 0; i < shown; i++) {
    const NwPlotRect *p = &places[i];
    double middle = p->y + p->height / 2;
    double fade = entries[i].off ? 0.35 : 1;

    nw_plot_color_set(cr, nw_plot_color_fade(entries[i].color, fade));
    if (entries[i].dashed) {
      cairo_rectangle(cr, p->x, round(middle) - 1, 3.5, 2);
      cairo_rectangle(cr, p->x + 5.5, round(middle) - 1, 3.5, 2);
      cairo_fill(cr);
    } else {
      nw_plot_dot(cr, p->x + DOT / 2, middle, DOT / 2);
    }
    nw_plot_text(cr, theme, p->x + DOT + DOT_GAP, middle, entries[i].name,
                 &(NwPlotTextStyle){.size = theme->small_size,
                                    .color = nw_plot_color_fade(theme->text, fade),
                                    .align_y = 0.5,
                                    .max_width = MAX(p->width - DOT - DOT_GAP, 1)});
  }
  if (shown < n && shown > 0) {
    char more[16];

    g_snprintf(more, sizeof more, "+%u", n - shown);
    nw_plot_text(
        cr, theme, places[shown - 1].x + places[shown - 1].width + SPACING / 2,
        row.y + row.height / 2, more,
        &(NwPlotTextStyle){.size = theme->small_size, .color = theme->dim, .align_y = 0.5});
  }
}
