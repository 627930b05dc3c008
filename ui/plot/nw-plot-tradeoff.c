/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-tradeoff.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MAX_CURVES NW_PLOT_MAX_LEGEND

static gboolean
is_empty(const NwPlotTradeoff *data)
{
  for (guint i = 0; i < data->n_curves; i++)
    if (data->curves[i].n_points > 0)
      return FALSE;
  return TRUE;
}

static const char *
empty_sentence(const NwPlotTradeoff *data)
{
  return data->empty != NULL ? data->empty : _("Needs samples of both classes");
}

static void
layout(const NwPlotTradeoff *data, const NwPlotTradeoffStyle *style, double width, double height,
       const NwPlotTheme *theme, NwPlotAxes *axes)
{
  *axes = (NwPlotAxes){
      .title = data->title,
      .subtitle = data->subtitle,
      .x_title = style->x_title,
      .y_title = style->y_title,
      .x = nw_plot_scale_new(0, 1, FALSE, NW_PLOT_NUMBER),
      .y = nw_plot_scale_new(0, 1, FALSE, NW_PLOT_NUMBER),
      .square = TRUE,
      .boxed = TRUE,
  };
  if (data->n_curves > 1 && width >= 200 && height >= 170)
    axes->header = nw_plot_legend_height(theme);
  nw_plot_axes_layout(axes, width, height, theme);
}

/* Precision and recall jump from step to step; the points are joined as they are. */
static void
draw_curve(cairo_t *cr, const NwPlotTradeoffCurve *curve, const NwPlotAxes *axes)
{
  for (guint i = 0; i < curve->n_points; i++) {
    double x = nw_plot_scale_map(&axes->x, curve->points[i].x);
    double y = nw_plot_scale_map(&axes->y, curve->points[i].y);

    if (!isfinite(curve->points[i].x) || !isfinite(curve->points[i].y))
      continue;
    cairo_line_to(cr, x, y); /* the first one begins the path */
  }
  cairo_stroke(cr);
}

/* Under all curves, so that none is dimmed by the band of another. */
static void
draw_band(cairo_t *cr, const NwBandPoint *band, const NwPlotAxes *axes, NwPlotColor color)
{
  for (int i = 0; i < NW_BAND_POINTS; i++)
    cairo_line_to(cr, nw_plot_scale_map(&axes->x, band[i].x),
                  nw_plot_scale_map(&axes->y, band[i].low));
  for (int i = NW_BAND_POINTS - 1; i >= 0; i--)
    cairo_line_to(cr, nw_plot_scale_map(&axes->x, band[i].x),
                  nw_plot_scale_map(&axes->y, band[i].high));
  cairo_close_path(cr);
  nw_plot_color_set(cr, nw_plot_color_fade(color, 0.2));
  cairo_fill(cr);
}

/* The last point whose prediction is still above the threshold: “yes” is p > threshold. */
static const NwCurvePoint *
point_at(const NwPlotTradeoffCurve *curve, double threshold)
{
  const NwCurvePoint *at = curve->n_points > 0 ? &curve->points[0] : NULL;

  for (guint i = 0; i < curve->n_points && curve->points[i].p > threshold; i++)
    at = &curve->points[i];
  return at;
}

static void
draw_reference(cairo_t *cr, const NwPlotTradeoff *data, const NwPlotTradeoffStyle *style,
               const NwPlotAxes *axes, const NwPlotTheme *theme)
{
  static const double dashes[] = {3, 2};
  const NwPlotRect *p = &axes->plot;

  cairo_save(cr);
  cairo_set_dash(cr, dashes, G_N_ELEMENTS(dashes), 0);
  cairo_set_line_width(cr, 1);
  nw_plot_color_set(cr, nw_plot_color_fade(theme->text, 0.45));
  if (style->diagonal) {
    cairo_move_to(cr, p->x, p->y + p->height);
    cairo_line_to(cr, p->x + p->width, p->y);
  } else if (isfinite(data->base)) {
    double y = nw_plot_snap(nw_plot_scale_map(&axes->y, data->base));
    cairo_move_to(cr, p->x, y);
    cairo_line_to(cr, p->x + p->width, y);
  }
  cairo_stroke(cr);
  cairo_restore(cr);
}

static void
draw_legend(cairo_t *cr, const NwPlotTradeoff *data, const NwPlotTradeoffStyle *style,
            const NwPlotAxes *axes, const NwPlotTheme *theme)
{
  NwPlotLegendEntry entries[MAX_CURVES];
  char *names[MAX_CURVES];
  guint n = MIN(data->n_curves, MAX_CURVES);

  for (guint i = 0; i < n; i++) {
    const char *name = data->curves[i].name != NULL ? data->curves[i].name : "";
    g_autofree char *area = nw_plot_format_value(data->curves[i].area);

    names[i] =
        isfinite(data->curves[i].area) ? g_strdup_printf("%s %s", name, area) : g_strdup(name);
    entries[i] = (NwPlotLegendEntry){names[i], nw_plot_theme_color(theme, style->color + i)};
  }
  nw_plot_legend_draw(cr, entries, n, axes->header_rect, theme);
  for (guint i = 0; i < n; i++)
    g_free(names[i]);
}

/* “AUC 0.94” in the corner that the curve leaves free. */
static void
draw_area(cairo_t *cr, const NwPlotTradeoff *data, const NwPlotTradeoffStyle *style,
          const NwPlotAxes *axes, const NwPlotTheme *theme)
{
  const NwPlotRect *p = &axes->plot;
  g_autofree char *value = NULL, *label = NULL;
  NwPlotTextStyle text = {.color = theme->text, .align_y = 1, .max_width = p->width - 12};
  double x = p->x + 6, y;

  if (!isfinite(data->curves[0].area) || p->width < 70)
    return;
  value = nw_plot_format_value(data->curves[0].area);
  label = g_strdup_printf("%s %s", style->area_name, value);
  if (style->diagonal) {
    x = p->x + p->width - 6;
    text.align_x = 1;
  }
  y = p->y + p->height - 4;
  if (!style->diagonal && data->curves[0].area < 0.5) { /* it runs low: the top is free */
    x = p->x + p->width - 6;
    y = p->y + 4;
    text.align_x = 1;
    text.align_y = 0;
  } else if (!style->diagonal && isfinite(data->base)) { /* above the line of the prevalence */
    y = MIN(y, MAX(nw_plot_scale_map(&axes->y, data->base) - 3, p->y + p->height / 2));
  }
  nw_plot_text(cr, theme, x, y, label, &text);
}

void
nw_plot_tradeoff_draw(const NwPlotTradeoff *data, const NwPlotTradeoffStyle *style, cairo_t *cr,
                      double width, double height, const NwPlotTheme *theme)
{
  NwPlotAxes axes;

  if (is_empty(data)) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle, empty_sentence(data));
    return;
  }
  layout(data, style, width, height, theme, &axes);
  nw_plot_axes_draw_back(&axes, cr, width, height, theme);
  for (guint i = 0; i < data->n_curves; i++)
    if (data->curves[i].band != NULL)
      draw_band(cr, data->curves[i].band, &axes, nw_plot_theme_color(theme, style->color + i));
  draw_reference(cr, data, style, &axes, theme);
  nw_plot_axes_draw_front(&axes, cr, width, height, theme);
  cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_width(cr, axes.has_titles ? theme->line : theme->line * 0.75);
  for (guint i = 0; i < data->n_curves; i++) {
    nw_plot_color_set(cr, nw_plot_theme_color(theme, style->color + i));
    draw_curve(cr, &data->curves[i], &axes);
  }
  if (data->has_threshold && data->curves[0].n_points > 0) {
    const NwCurvePoint *at = point_at(&data->curves[0], data->threshold);
    double x = nw_plot_scale_map(&axes.x, at->x), y = nw_plot_scale_map(&axes.y, at->y);

    nw_plot_color_set(cr, theme->paper);
    nw_plot_dot(cr, x, y, 6);
    nw_plot_color_set(cr, nw_plot_theme_color(theme, style->color));
    nw_plot_dot(cr, x, y, 4);
  }
  if (axes.header > 0)
    draw_legend(cr, data, style, &axes, theme);
  else
    draw_area(cr, data, style, &axes, theme);
}

char *
nw_plot_tradeoff_describe(const NwPlotTradeoff *data, const NwPlotTradeoffStyle *style)
{
  g_autoptr(GString) words = g_string_new(NULL);

  if (is_empty(data))
    return g_strdup(empty_sentence(data));
  g_string_append_printf(words, _("%s over %s"), style->y_title, style->x_title);
  for (guint i = 0; i < data->n_curves; i++) {
    g_autofree char *area = nw_plot_format_value(data->curves[i].area);

    if (!isfinite(data->curves[i].area))
      continue;
    g_string_append(words, "; ");
    if (data->curves[i].name != NULL)
      g_string_append_printf(words, "%s: ", data->curves[i].name);
    g_string_append_printf(words, "%s %s", style->area_name, area);
  }
  if (data->curves[0].band != NULL)
    g_string_append(words, _("; shaded: where it may be in truth, 95 % at each place"));
  return g_string_free(g_steal_pointer(&words), FALSE);
}

static void
write_band(GString *out, const NwBandPoint *band, double x)
{
  double low = NAN, high = NAN;

  if (band != NULL)
    nw_band_at(band, x, &low, &high);
  g_string_append_c(out, ',');
  nw_plot_csv_number(out, low);
  g_string_append_c(out, ',');
  nw_plot_csv_number(out, high);
}

void
nw_plot_tradeoff_write_csv(const NwPlotTradeoff *data, const char *x, const char *y, GString *out)
{
  gboolean has_band = FALSE;

  for (guint i = 0; i < data->n_curves; i++)
    has_band |= data->curves[i].band != NULL;
  g_string_append_printf(out, "curve,threshold,%s,%s", x, y);
  if (has_band)
    g_string_append_printf(out, ",%s_low,%s_high", y, y);
  g_string_append_c(out, '\n');
  for (guint i = 0; i < data->n_curves; i++)
    for (guint k = 0; k < data->curves[i].n_points; k++) {
      const NwCurvePoint *point = &data->curves[i].points[k];

      nw_plot_csv_text(out, data->curves[i].name);
      g_string_append_c(out, ',');
      nw_plot_csv_number(out, point->p);
      g_string_append_c(out, ',');
      nw_plot_csv_number(out, point->x);
      g_string_append_c(out, ',');
      nw_plot_csv_number(out, point->y);
      if (has_band)
        write_band(out, data->curves[i].band, point->x);
      g_string_append_c(out, '\n');
    }
}

static const NwCurvePoint *
find_nearest(const NwPlotTradeoffCurve *curve, double x, double y, const NwPlotAxes *axes)
{
  const NwCurvePoint *nearest = NULL;
  double best = INFINITY;

  for (guint i = 0; i < curve->n_points; i++) {
    const NwCurvePoint *point = &curve->points[i];
    double distance =
        hypot(nw_plot_scale_map(&axes->x, point->x) - x, nw_plot_scale_map(&axes->y, point->y) - y);
    if (distance < best) {
      best = distance;
      nearest = point;
    }
  }
  return nearest;
}

char *
nw_plot_tradeoff_read_out(const NwPlotTradeoff *data, const NwPlotTradeoffStyle *style, double x,
                          double y, double width, double height, const NwPlotTheme *theme)
{
  g_autoptr(GString) words = g_string_new(NULL);
  g_autofree char *at_x = NULL, *at_y = NULL, *threshold = NULL;
  const NwCurvePoint *nearest;
  NwPlotAxes axes;

  if (is_empty(data))
    return NULL;
  layout(data, style, width, height, theme, &axes);
  if (!nw_plot_rect_contains(&axes.plot, x, y))
    return NULL;
  nearest = find_nearest(&data->curves[0], x, y, &axes);
  if (nearest == NULL)
    return NULL;
  at_x = nw_plot_format_value(nearest->x);
  at_y = nw_plot_format_value(nearest->y);
  threshold = nw_plot_format_value(nearest->p);
  if (isfinite(nearest->p))
    g_string_append_printf(words, _("threshold %s\n"), threshold);
  g_string_append_printf(words, "%s %s\n%s %s", style->x_title, at_x, style->y_title, at_y);
  if (data->curves[0].band != NULL) {
    double low, high;

    nw_band_at(data->curves[0].band, nearest->x, &low, &high);
    g_autofree char *at_low = nw_plot_format_value(low), *at_high = nw_plot_format_value(high);
    g_string_append_printf(words, _(" (95 %%: %s to %s)"), at_low, at_high);
  }
  return g_string_free(g_steal_pointer(&words), FALSE);
}
