/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-curves-private.h"
#include "nw-plot-line.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define RAW_FADE 0.35 /* of a raw curve beneath its smoothed one */

gboolean
nw_plot_curve_is_shown(const NwPlotCurve *curve)
{
  return !curve->hidden && curve->points.n > 0;
}

gboolean
nw_plot_curves_is_empty(const NwPlotCurves *data)
{
  for (guint i = 0; i < data->n_curves; i++)
    if (data->curves[i].points.n > 0)
      return FALSE;
  return TRUE;
}

/* ── layout ──────────────────────────────────────────────────────────────────────────────────── */

static void
find_x_range(const NwPlotCurves *data, double *low, double *high)
{
  *low = INFINITY;
  *high = -INFINITY;
  for (guint i = 0; i < data->n_curves; i++) {
    const NwPlotPoints *points = &data->curves[i].points;

    if (!nw_plot_curve_is_shown(&data->curves[i]))
      continue;
    *low = MIN(*low, nw_plot_points_get_x(points, 0));
    *high = MAX(*high, nw_plot_points_get_x(points, points->n - 1));
  }
  if (*low > *high)
    *low = 0, *high = 1;
  /* Runs begin at 0 even if their first number comes a little later. */
  if (!data->log_x && *low > 0 && *low < 0.2 * *high)
    *low = 0;
  if (data->follow > 0)
    *low = MAX(*low, *high - data->follow);
}

static void
find_y_range(const NwPlotCurves *data, double x_low, double x_high, double *low, double *high)
{
  *low = INFINITY;
  *high = -INFINITY;
  for (guint i = 0; i < data->n_curves; i++) {
    const NwPlotPoints *points = &data->curves[i].points;
    double min, max;

    if (!nw_plot_curve_is_shown(&data->curves[i]) ||
        !nw_plot_points_get_range(points, nw_plot_points_find(points, x_low),
                                  nw_plot_points_find(points, nextafter(x_high, INFINITY)),
                                  data->log, &min, &max))
      continue;
    *low = MIN(*low, min);
    *high = MAX(*high, max);
  }
  if (*low > *high) {
    *low = data->log ? 0.1 : 0;
    *high = 1;
  }
  if (data->stacked) {
    *low = MIN(*low, 0);
    *high = MAX(*high, 0);
  }
}

guint
nw_plot_curves_list_legend(const NwPlotCurves *data, const NwPlotTheme *theme, NwPlotLegendEntry *entries)
{
  guint n = MIN(data->n_curves, NW_PLOT_MAX_LEGEND);

  for (guint i = 0; i < n; i++)
    entries[i] = (NwPlotLegendEntry){
        .name = data->curves[i].name,
        .color = nw_plot_theme_color(theme, data->curves[i].color),
        .dashed = data->curves[i].style == NW_PLOT_CURVE_DASHED,
        .off = data->curves[i].hidden,
    };
  return n;
}

void
nw_plot_curves_layout(const NwPlotCurves *data, double width, double height,
                      const NwPlotTheme *theme, NwPlotAxes *axes)
{
  double x_low, x_high, y_low, y_high;
  gboolean is_fixed = data->is_zoomed && !isnan(data->y_low);

  find_x_range(data, &x_low, &x_high);
  if (data->is_zoomed) {
    x_low = data->x_low;
    x_high = data->x_high;
  }
  if (is_fixed) {
    y_low = data->y_low;
    y_high = data->y_high;
  } else {
    find_y_range(data, x_low, x_high, &y_low, &y_high);
  }
  *axes = (NwPlotAxes){
      .title = data->title,
      .subtitle = data->subtitle,
      .x_title = data->x_title,
      .y_title = data->y_title,
      /* Zoomed in between two epochs, whole numbers would not be enough. */
      .x = nw_plot_scale_new(x_low, x_high, data->log_x,
                             x_high - x_low < 2 ? NW_PLOT_NUMBER : data->x_format),
      .y = nw_plot_scale_new(y_low, y_high, data->log, data->y_format),
  };
  if (!is_fixed) {
    /* What comes close to zero may as well show it. */
    if (!data->log && y_low > 0 && y_low < 0.35 * y_high)
      axes->y.low = 0;
    nw_plot_scale_widen(&axes->y, 5);
  }
  if (data->n_curves > 0 && width >= 200 && height >= 130)
    axes->header = nw_plot_legend_height(theme);
  nw_plot_axes_layout(axes, width, height, theme);
}

/* ── drawing ─────────────────────────────────────────────────────────────────────────────────── */

static void
draw_line(cairo_t *cr, const NwPlotPoints *points, const NwPlotAxes *axes, NwPlotColor color,
          double line_width, gboolean dashed)
{
  static const double dashes[] = {5, 3};

  nw_plot_color_set(cr, color);
  cairo_set_line_width(cr, line_width);
  /* Rounded joins and fine coverage of a hairline cost three times as much and are not seen. */
  cairo_set_line_join(cr, line_width > 1 ? CAIRO_LINE_JOIN_ROUND : CAIRO_LINE_JOIN_BEVEL);
  cairo_set_antialias(cr, line_width > 1 ? CAIRO_ANTIALIAS_DEFAULT : CAIRO_ANTIALIAS_FAST);
  if (dashed)
    cairo_set_dash(cr, dashes, G_N_ELEMENTS(dashes), 0);
  nw_plot_line(cr, points, &axes->x, &axes->y);
  cairo_set_dash(cr, NULL, 0, 0);
  cairo_set_antialias(cr, CAIRO_ANTIALIAS_DEFAULT);
}

/* Between the curve and 0; where points are denser than pixels, up to the largest of each column. */
static void
draw_area(cairo_t *cr, const NwPlotPoints *points, const NwPlotAxes *axes, NwPlotColor color)
{
  gsize from = nw_plot_points_find(points, axes->x.low), n = (gsize)MAX(axes->plot.width, 1);
  gsize to = MIN(nw_plot_points_find(points, nextafter(axes->x.high, INFINITY)) + 1, points->n);
  double base = nw_plot_scale_map(&axes->y, 0);

  from = from > 0 ? from - 1 : 0;
  nw_plot_color_set(cr, color);
  if (to - from > n) {
    g_autofree NwPlotColumn *columns = g_new(NwPlotColumn, n);

    nw_plot_decimate(points, &axes->x, columns, n);
    for (gsize c = 0; c < n; c++) {
      double top = columns[c].min <= columns[c].max ? nw_plot_scale_map(&axes->y, columns[c].max)
                                                    : base;
      nw_plot_crisp_rectangle(cr, axes->plot.x + (double)c, MIN(top, base), 1, fabs(base - top));
    }
    cairo_fill(cr);
    return;
  }
  if (to <= from)
    return;
  cairo_move_to(cr, nw_plot_scale_map(&axes->x, nw_plot_points_get_x(points, from)), base);
  for (gsize i = from; i < to; i++) {
    double y = nw_plot_points_get_y(points, i);
    if (isfinite(y))
      cairo_line_to(cr, nw_plot_scale_map(&axes->x, nw_plot_points_get_x(points, i)),
                    nw_plot_scale_map(&axes->y, y));
  }
  cairo_line_to(cr, nw_plot_scale_map(&axes->x, nw_plot_points_get_x(points, to - 1)), base);
  cairo_close_path(cr);
  cairo_fill(cr);
}

static void
draw_dots(cairo_t *cr, const NwPlotPoints *points, const NwPlotAxes *axes, NwPlotColor color,
          double radius)
{
  gsize from = nw_plot_points_find(points, axes->x.low);
  gsize to = nw_plot_points_find(points, nextafter(axes->x.high, INFINITY));

  if ((to - from) * 2.5 * radius > axes->plot.width)
    return; /* they would merge into a band */
  nw_plot_color_set(cr, color);
  for (gsize i = from; i < to; i++) {
    double y = nw_plot_points_get_y(points, i);
    if (isfinite(y))
      nw_plot_dot(cr, nw_plot_scale_map(&axes->x, nw_plot_points_get_x(points, i)),
                  nw_plot_scale_map(&axes->y, y), radius);
  }
}

NwPlotPoints
nw_plot_curve_smooth_points(const NwPlotCurve *curve)
{
  NwPlotPoints points = curve->points;

  points.trace = curve->smooth;
  points.n = MIN(points.n, nw_plot_trace_get_n(curve->smooth));
  return points;
}

static void
draw_curve(cairo_t *cr, const NwPlotCurve *curve, const NwPlotAxes *axes, const NwPlotTheme *theme)
{
  /* Small drawings have thinner lines. */
  double line = axes->has_titles ? theme->line : MAX(theme->line * 0.75, theme->thin);
  NwPlotColor color = nw_plot_theme_color(theme, curve->color);
  gboolean dashed = curve->style == NW_PLOT_CURVE_DASHED;

  if (curve->smooth != NULL) {
    NwPlotPoints smooth = nw_plot_curve_smooth_points(curve);

    draw_line(cr, &smooth, axes, color, line, dashed);
    return;
  }
  draw_line(cr, &curve->points, axes, color, line, dashed);
  if (curve->style == NW_PLOT_CURVE_DOTTED)
    draw_dots(cr, &curve->points, axes, color, axes->has_titles ? 3.5 : 2.5);
}

static void
draw_mark(cairo_t *cr, const NwPlotCurves *data, const NwPlotAxes *axes, const NwPlotTheme *theme)
{
  static const double dots[] = {3, 3};
  const NwPlotRect *p = &axes->plot;
  double x = nw_plot_scale_map(&axes->x, data->mark);
  NwPlotTextStyle style = {.size = theme->small_size, .color = theme->best};
  NwPlotRect size;
  gboolean to_left;

  if (!(x >= p->x && x <= p->x + p->width))
    return;
  cairo_save(cr);
  cairo_set_dash(cr, dots, G_N_ELEMENTS(dots), 0);
  nw_plot_crisp_line(cr, x, p->y, x, p->y + p->height - 1, theme->best);
  cairo_restore(cr);
  if (!axes->has_labels || data->mark_label == NULL)
    return;
  size = nw_plot_text_measure(theme, data->mark_label, &style);
  to_left = x + 5 + size.width > p->x + p->width;
  style.align_x = to_left ? 1 : 0;
  /* The paper behind the word keeps it readable where a curve passes. */
  cairo_rectangle(cr, to_left ? x - 7 - size.width : x + 2, p->y + 1, size.width + 5, size.height);
  nw_plot_color_set(cr, nw_plot_color_fade(theme->paper, 0.85));
  cairo_fill(cr);
  nw_plot_text(cr, theme, to_left ? x - 4 : x + 5, p->y + 1, data->mark_label, &style);
}

/* From the sum of all down to the first, each over the one before. */
static void
draw_stack(cairo_t *cr, const NwPlotCurves *data, const NwPlotAxes *axes, const NwPlotTheme *theme)
{
  for (guint i = data->n_curves; i-- > 0;) {
    const NwPlotCurve *curve = &data->curves[i];
    NwPlotPoints points = curve->smooth != NULL ? nw_plot_curve_smooth_points(curve) : curve->points;
    NwPlotColor color = nw_plot_theme_color(theme, curve->color);

    if (nw_plot_curve_is_shown(curve))
      draw_area(cr, &points, axes, nw_plot_color_mix(theme->paper, color, 0.7));
  }
}

double
nw_plot_curves_get_own(const NwPlotCurves *data, guint k, gsize i)
{
  double value = nw_plot_points_get_y(&data->curves[k].points, i);

  return data->stacked && k > 0 && i < data->curves[k - 1].points.n
             ? value - nw_plot_points_get_y(&data->curves[k - 1].points, i)
             : value;
}

void
nw_plot_curves_draw(const NwPlotCurves *data, cairo_t *cr, double width, double height,
                    const NwPlotTheme *theme)
{
  NwPlotLegendEntry entries[NW_PLOT_MAX_LEGEND];
  NwPlotAxes axes;
  double slack = data->is_zoomed ? 0 : 4;

  if (nw_plot_curves_is_empty(data)) {
    nw_plot_draw_empty(cr, width, height, theme, data->title, data->subtitle,
                       data->empty != NULL ? data->empty : _("No epochs yet"));
    return;
  }
  nw_plot_curves_layout(data, width, height, theme, &axes);
  nw_plot_axes_draw_back(&axes, cr, width, height, theme);

  cairo_save(cr);
  /* A little outside, so that a curve along the edge keeps its width. */
  cairo_rectangle(cr, axes.plot.x - slack, axes.plot.y - slack, axes.plot.width + 2 * slack,
                  axes.plot.height + 2 * slack);
  cairo_clip(cr);
  if (data->stacked)
    draw_stack(cr, data, &axes, theme);
  /* All raw curves lie beneath all lines that people follow. */
  for (guint i = 0; i < data->n_curves && !data->stacked; i++)
    if (nw_plot_curve_is_shown(&data->curves[i]) && data->curves[i].smooth != NULL)
      draw_line(cr, &data->curves[i].points, &axes,
                nw_plot_color_fade(nw_plot_theme_color(theme, data->curves[i].color), RAW_FADE),
                theme->thin, FALSE);
  if (data->has_mark)
    draw_mark(cr, data, &axes, theme);
  for (guint i = 0; i < data->n_curves && !data->stacked; i++)
    if (nw_plot_curve_is_shown(&data->curves[i]))
      draw_curve(cr, &data->curves[i], &axes, theme);
  cairo_restore(cr);

  nw_plot_axes_draw_front(&axes, cr, width, height, theme);
  if (axes.header > 0)
    nw_plot_legend_draw(cr, entries, nw_plot_curves_list_legend(data, theme, entries), axes.header_rect, theme);
}

const NwPlotKind nw_plot_curves_kind = NW_PLOT_KIND(
    "curves", nw_plot_curves, NW_PLOT_READ_OUT(nw_plot_curves), NW_PLOT_HIGHLIGHT(nw_plot_curves));
