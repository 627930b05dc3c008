/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-strips.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define ROW_MAX     24.0
#define MAX_DECADES 6.0 /* below the largest by more is palest */
#define SCALE_WIDTH 90.0

static gboolean
is_empty(const NwPlotStrips *data)
{
  return data->n_strips == 0 || data->n_steps == 0;
}

static const char *
empty_sentence(const NwPlotStrips *data)
{
  return data->empty != NULL ? data->empty : _("No batches yet");
}

typedef struct {
  NwPlotRect strips;
  double names, row;
  guint stride; /* every so many strips have a name */
  gboolean has_scale;
} Layout;

static Layout
layout(const NwPlotStrips *data, double width, double height, const NwPlotTheme *theme)
{
  NwPlotRect area = nw_plot_content(width, height, theme, data->title);
  double line = ceil(nw_plot_text_height(theme, theme->small_size));
  Layout l = {0};

  l.has_scale = width >= 260 && height >= 110;
  if (l.has_scale)
    area.height -= nw_plot_legend_height(theme);
  l.row = MIN(area.height / data->n_strips, ROW_MAX);
  l.stride = MAX((guint)ceil(line / l.row), 1);
  for (guint i = 0; i < data->n_strips; i += l.stride)
    l.names = MAX(l.names, nw_plot_text_width(theme, data->names[i], theme->small_size));
  l.names = MIN(ceil(l.names) + 8, round(area.width * 0.35));
  l.strips = (NwPlotRect){area.x + l.names, area.y, area.width - l.names, l.row * data->n_strips};
  return l;
}

/* Of shares always 0 to 1. Smallest (cut off MAX_DECADES below the largest) and largest finite positive value. */
static void
find_range(const NwPlotStrips *data, double *low, double *high)
{
  *low = data->shares ? 0 : INFINITY;
  *high = data->shares ? 1 : 0;
  if (data->shares)
    return;
  for (gsize i = 0; i < data->n_strips * data->n_steps; i++) {
    double value = data->values[i];
    if (!isfinite(value) || value <= 0)
      continue;
    *low = MIN(*low, value);
    *high = MAX(*high, value);
  }
  if (*high <= 0)
    *low = *high = 1;
  *low = MAX(*low, *high * pow(10, -MAX_DECADES));
}

/* From 0 to 1 on the scale, which is linear from 0. */
static double
share_of(double value, double low, double high)
{
  if (low <= 0)
    return CLAMP(value / high, 0, 1);
  return high > low ? log(value / low) / log(high / low) : 0.5;
}

static double
value_at(double share, double low, double high)
{
  return low <= 0 ? share * high : low * pow(high / low, share);
}

static char *
format_value(const NwPlotStrips *data, double value)
{
  return data->shares ? nw_plot_format_percent(value) : nw_plot_format_value(value);
}

static NwPlotColor
sliver_color(double value, double low, double high, const NwPlotTheme *theme)
{
  NwPlotColor pale = nw_plot_color_mix(theme->paper, theme->series[0], 0.12);
  double share = share_of(value, low, high);

  if (!isfinite(value))
    return theme->warning;
  if (value < 0)
    return theme->paper;
  if (value <= 0)
    return nw_plot_color_mix(theme->paper, theme->grid, 0.7);
  return nw_plot_color_mix(pale, theme->series[0], share);
}

/* A value that is not finite outweighs all others. */
static double
largest_of(const double *values, gsize from, gsize to)
{
  double most = values[from];

  for (gsize i = from; i < to; i++) {
    if (!isfinite(values[i]))
      return NAN;
    most = MAX(most, values[i]);
  }
  return most;
}

static void
draw_strip(cairo_t *cr, const NwPlotStrips *data, const Layout *l, guint strip, double low,
           double high, const NwPlotTheme *theme)
{
  const double *values = data->values + strip * data->n_steps;
  double gap = l->row >= 10 ? 4 : l->row >= 4 ? 1 : 0;
  double top = round(l->strips.y + strip * l->row);
  double bottom = MAX(round(l->strips.y + (strip + 1) * l->row) - gap, top + 1);
  gsize slivers = MIN(data->n_steps, (gsize)MAX(l->strips.width, 1));

  for (gsize s = 0; s < slivers; s++) {
    gsize from = s * data->n_steps / slivers, to = (s + 1) * data->n_steps / slivers;
    double left = round(l->strips.x + l->strips.width * s / slivers);
    double right = round(l->strips.x + l->strips.width * (s + 1) / slivers);

    cairo_rectangle(cr, left, top, MAX(right - left, 1), bottom - top);
    nw_plot_color_set(cr, sliver_color(largest_of(values, from, to), low, high, theme));
    cairo_fill(cr);
  }
  if (strip % l->stride == 0)
    nw_plot_text(cr, theme, l->strips.x - l->names, (top + bottom) / 2, data->names[strip],
                 &(NwPlotTextStyle){
                     .size = theme->small_size, .align_y = 0.5, .max_width = MAX(l->names - 6, 1)});
}

/* “epoch 3.4”, “batch 2 801” */
static char *
format_place(const NwPlotStrips *data, gsize step)
{
  g_autofree char *number = NULL;

  if (data->epochs != NULL)
    return g_strdup_printf(_("epoch %.3g"), data->epochs[step]);
  number = nw_plot_format_count(data->first_step + step);
  if (data->place != NULL) {
    g_auto(GStrv) parts = g_strsplit(data->place, "%s", 2);
    return g_strjoinv(number, parts);
  }
  return g_strdup_printf(_("batch %s"), number);
}

/* Which times the strips are of. */
static void
draw_span(cairo_t *cr, const NwPlotStrips *data, const Layout *l, const NwPlotTheme *theme)
{
  g_autofree char *first = format_place(data, 0), *last = format_place(data, data->n_steps - 1);
  g_autofree char *text = g_strdup_printf("%s … %s", first, last);
  double middle = round(l->strips.y + l->strips.height + nw_plot_legend_height(theme) / 2);

  nw_plot_text(cr, theme, l->strips.x, middle, text,
               &(NwPlotTextStyle){.size = theme->small_size,
                                  .color = theme->dim,
                                  .align_y = 0.5,
                                  .max_width = MAX(l->strips.width - SCALE_WIDTH - 110, 1)});
}

static void
draw_scale(cairo_t *cr, const NwPlotStrips *data, const Layout *l, double low, double high,
           const NwPlotTheme *theme)
{
  double line = nw_plot_legend_height(theme);
  double middle = round(l->strips.y + l->strips.height + line / 2);
  double right = l->strips.x + l->strips.width, left;
  g_autofree char *most = format_value(data, high), *least = format_value(data, low);
  NwPlotTextStyle style = {
      .size = theme->small_size, .color = theme->dim, .align_x = 1, .align_y = 0.5};

  right = round(right - nw_plot_text(cr, theme, right, middle, most, &style).width - 6);
  left = right - SCALE_WIDTH;
  for (double x = left; x < right; x += 3) {
    cairo_rectangle(cr, x, middle - 4, 3, 8);
    nw_plot_color_set(
        cr, sliver_color(value_at((x - left) / (SCALE_WIDTH - 3), low, high), low, high, theme));
    cairo_fill(cr);
  }
  nw_plot_text(cr, theme, left - 6, middle, least, &style);
}

void
nw_plot_strips_draw(const NwPlotStrips *data, cairo_t *cr, double width, double height,
                    const NwPlotTheme *theme)
{
  double low, high;
  Layout l;

  if (is_empty(data)) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle, empty_sentence(data));
    return;
  }
  nw_plot_begin(cr, width, height, theme, data->title, data->subtitle);
  l = layout(data, width, height, theme);
  find_range(data, &low, &high);
  for (guint i = 0; i < data->n_strips; i++)
    draw_strip(cr, data, &l, i, low, high, theme);
  if (l.has_scale) {
    draw_scale(cr, data, &l, low, high, theme);
    draw_span(cr, data, &l, theme);
  }
}

char *
nw_plot_strips_read_out(const NwPlotStrips *data, double x, double y, double width, double height,
                        const NwPlotTheme *theme)
{
  g_autofree char *value = NULL, *place = NULL;
  gsize step;
  guint strip;
  Layout l;

  if (is_empty(data))
    return NULL;
  l = layout(data, width, height, theme);
  if (!nw_plot_rect_contains(&l.strips, x, y))
    return NULL;
  strip = MIN((guint)((y - l.strips.y) / l.row), data->n_strips - 1);
  step = MIN((gsize)((x - l.strips.x) / l.strips.width * data->n_steps), data->n_steps - 1);
  place = format_place(data, step);
  if (data->shares && data->values[strip * data->n_steps + step] < 0)
    return NULL;
  if (!isfinite(data->values[strip * data->n_steps + step]))
    return g_strdup_printf(_("%s\n%s: not a finite number"), data->names[strip], place);
  value = format_value(data, data->values[strip * data->n_steps + step]);
  return g_strdup_printf("%s\n%s: %s", data->names[strip], place, value);
}

char *
nw_plot_strips_describe(const NwPlotStrips *data)
{
  double low, high;
  guint bad = 0;
  g_autofree char *from = NULL, *to = NULL;

  if (is_empty(data))
    return g_strdup(empty_sentence(data));
  find_range(data, &low, &high);
  for (gsize i = 0; i < data->n_strips * data->n_steps; i++)
    bad += !isfinite(data->values[i]);
  from = format_value(data, low);
  to = format_value(data, high);
  if (bad > 0)
    return g_strdup_printf(_("%u layers, values from %s to %s, and %u that are not finite"),
                           data->n_strips, from, to, bad);
  return g_strdup_printf(_("%u layers, values from %s to %s"), data->n_strips, from, to);
}

void
nw_plot_strips_write_csv(const NwPlotStrips *data, GString *out)
{
  g_string_append(out, data->epochs != NULL ? "epoch" : "batch");
  for (guint i = 0; i < data->n_strips; i++) {
    g_string_append_c(out, ',');
    nw_plot_csv_text(out, data->names[i]);
  }
  g_string_append_c(out, '\n');
  for (gsize s = 0; s < data->n_steps; s++) {
    if (data->epochs != NULL)
      nw_plot_csv_number(out, data->epochs[s]);
    else
      g_string_append_printf(out, "%" G_GSIZE_FORMAT, data->first_step + s);
    for (guint i = 0; i < data->n_strips; i++) {
      g_string_append_c(out, ',');
      nw_plot_csv_number(out, data->values[i * data->n_steps + s]);
    }
    g_string_append_c(out, '\n');
  }
}

const NwPlotKind nw_plot_strips_kind =
    NW_PLOT_KIND("strips", nw_plot_strips, NW_PLOT_READ_OUT(nw_plot_strips));
