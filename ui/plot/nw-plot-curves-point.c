/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Curves and the pointer: what it is at, what it drags. */
#include "nw-plot-curves-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define LEAST_WINDOW 1e-6 /* of all; ten of ten million steps */

static gssize
nearest(const NwPlotCurve *curve, double at)
{
  const NwPlotPoints *points = &curve->points;
  gsize i;

  if (!nw_plot_curve_is_shown(curve))
    return -1;
  i = nw_plot_points_find(points, at);
  if (i == points->n)
    return points->n - 1;
  if (i > 0 && at - nw_plot_points_get_x(points, i - 1) < nw_plot_points_get_x(points, i) - at)
    i--;
  return i;
}

gboolean
nw_plot_curves_find(const NwPlotCurves *data, double x, double y, double width, double height,
                    const NwPlotTheme *theme, gssize *indices)
{
  NwPlotAxes axes;
  double at;

  nw_plot_curves_layout(data, width, height, theme, &axes);
  if (nw_plot_curves_is_empty(data) || !nw_plot_rect_contains(&axes.plot, x, y))
    return FALSE;
  at = nw_plot_scale_unmap(&axes.x, x);
  for (guint i = 0; i < data->n_curves; i++)
    indices[i] = nearest(&data->curves[i], at);
  return TRUE;
}

/* “ (epoch 3)” behind a value that belongs to another place than the pointer's. */
static void
say_where(const NwPlotCurves *data, const NwPlotCurve *curve, gsize i, double at,
          const NwPlotAxes *axes, GString *words)
{
  double x = nw_plot_points_get_x(&curve->points, i);
  g_autofree char *place = NULL;

  if (fabs(x - at) < 0.01 * (axes->x.high - axes->x.low))
    return;
  place = nw_plot_format_value(x);
  g_string_append_printf(words, " (%s %s)", data->x_title != NULL ? data->x_title : "x", place);
}

char *
nw_plot_curves_read_out(const NwPlotCurves *data, double x, double y, double width, double height,
                        const NwPlotTheme *theme)
{
  g_autofree gssize *indices = g_new(gssize, MAX(data->n_curves, 1));
  g_autoptr(GString) words = g_string_new(NULL);
  g_autofree char *place = NULL;
  NwPlotAxes axes;

  if (!nw_plot_curves_find(data, x, y, width, height, theme, indices))
    return NULL;
  nw_plot_curves_layout(data, width, height, theme, &axes);
  place = nw_plot_format_value(nw_plot_scale_unmap(&axes.x, x));
  g_string_append_printf(words, "%s %s", data->x_title != NULL ? data->x_title : "x", place);
  for (guint i = 0; i < data->n_curves; i++) {
    const NwPlotCurve *curve = &data->curves[i];
    g_autofree char *value = NULL;

    if (indices[i] < 0)
      continue;
    value = data->y_format == NW_PLOT_PERCENT
                ? nw_plot_format_percent(nw_plot_curves_get_own(data, i, (gsize)indices[i]))
                : nw_plot_format_value(nw_plot_curves_get_own(data, i, (gsize)indices[i]));
    g_string_append_printf(words, "\n%s %s", curve->name, value);
    say_where(data, curve, (gsize)indices[i], nw_plot_scale_unmap(&axes.x, x), &axes, words);
    if (!data->stacked && curve->smooth != NULL &&
        (gsize)indices[i] < nw_plot_trace_get_n(curve->smooth)) {
      g_autofree char *smooth =
          nw_plot_format_value(nw_plot_trace_get(curve->smooth, (gsize)indices[i]));
      g_string_append_printf(words, _(" (smoothed %s)"), smooth);
    }
  }
  if (data->stacked && data->n_curves > 1 && indices[data->n_curves - 1] >= 0) {
    guint last = data->n_curves - 1;
    g_autofree char *total = nw_plot_format_value(
        nw_plot_points_get_y(&data->curves[last].points, (gsize)indices[last]));
    g_string_append_printf(words, _("\nin all %s"), total);
  }
  return g_string_free(g_steal_pointer(&words), FALSE);
}

void
nw_plot_curves_highlight(const NwPlotCurves *data, cairo_t *cr, double x, double y, double width,
                         double height, const NwPlotTheme *theme)
{
  g_autofree gssize *indices = g_new(gssize, MAX(data->n_curves, 1));
  NwPlotAxes axes;

  if (!nw_plot_curves_find(data, x, y, width, height, theme, indices))
    return;
  nw_plot_curves_layout(data, width, height, theme, &axes);
  nw_plot_crisp_line(cr, x, axes.plot.y, x, axes.plot.y + axes.plot.height - 1,
                     nw_plot_color_fade(theme->text, 0.3));
  for (guint i = 0; i < data->n_curves; i++) {
    NwPlotPoints points;
    double px, py, value;

    if (indices[i] < 0)
      continue;
    points = data->curves[i].smooth != NULL ? nw_plot_curve_smooth_points(&data->curves[i])
                                            : data->curves[i].points;
    value = (gsize)indices[i] < points.n ? nw_plot_points_get_y(&points, (gsize)indices[i]) : NAN;
    if (!isfinite(value))
      continue;
    px = nw_plot_scale_map(&axes.x, nw_plot_points_get_x(&points, indices[i]));
    py = nw_plot_scale_map(&axes.y, value);
    if (!nw_plot_rect_contains(&axes.plot, px, py))
      continue;
    nw_plot_color_set(cr, theme->paper);
    nw_plot_dot(cr, px, py, 5);
    nw_plot_color_set(cr, nw_plot_theme_color(theme, data->curves[i].color));
    nw_plot_dot(cr, px, py, 3.5);
  }
}

int
nw_plot_curves_hit_legend(const NwPlotCurves *data, double x, double y, double width, double height,
                          const NwPlotTheme *theme)
{
  NwPlotLegendEntry entries[NW_PLOT_MAX_LEGEND];
  NwPlotRect places[NW_PLOT_MAX_LEGEND];
  NwPlotAxes axes;
  guint n;

  nw_plot_curves_layout(data, width, height, theme, &axes);
  if (axes.header <= 0 || nw_plot_curves_is_empty(data))
    return -1;
  n = nw_plot_legend_layout(entries, nw_plot_curves_list_legend(data, theme, entries),
                            axes.header_rect, theme, places);
  for (guint i = 0; i < n; i++)
    if (nw_plot_rect_contains(&places[i], x, y))
      return (int)i;
  return -1;
}

gboolean
nw_plot_curves_drag(const NwPlotCurves *data, double x1, double y1, double x2, double y2,
                    double width, double height, const NwPlotTheme *theme, double *x_low,
                    double *x_high, double *y_low, double *y_high)
{
  NwPlotAxes axes;
  double left, right, top, bottom;

  nw_plot_curves_layout(data, width, height, theme, &axes);
  left = CLAMP(MIN(x1, x2), axes.plot.x, axes.plot.x + axes.plot.width);
  right = CLAMP(MAX(x1, x2), axes.plot.x, axes.plot.x + axes.plot.width);
  top = CLAMP(MIN(y1, y2), axes.plot.y, axes.plot.y + axes.plot.height);
  bottom = CLAMP(MAX(y1, y2), axes.plot.y, axes.plot.y + axes.plot.height);
  if (nw_plot_curves_is_empty(data) || right - left < 6 || bottom - top < 6)
    return FALSE;
  *x_low = nw_plot_scale_unmap(&axes.x, left);
  *x_high = nw_plot_scale_unmap(&axes.x, right);
  *y_low = nw_plot_scale_unmap(&axes.y, bottom);
  *y_high = nw_plot_scale_unmap(&axes.y, top);
  return TRUE;
}

/* Moves a window that reaches out of [@least, @most] back into it; on a log axis all are
 * logarithms. */
static void
move_inside(double least, double most, double *low, double *high)
{
  if (*low < least) {
    *high = MIN(*high + least - *low, most);
    *low = least;
  }
  if (*high > most) {
    *low = MAX(*low - (*high - most), least);
    *high = most;
  }
}

gboolean
nw_plot_curves_scroll(const NwPlotCurves *data, double x, double factor, double by, double width,
                      double height, const NwPlotTheme *theme, double *x_low, double *x_high)
{
  NwPlotCurves all = *data;
  NwPlotAxes axes, whole;
  double least, most, low, high, at, a, b;

  all.is_zoomed = FALSE;
  all.follow = 0;
  nw_plot_curves_layout(data, width, height, theme, &axes);
  nw_plot_curves_layout(&all, width, height, theme, &whole);
  if (nw_plot_curves_is_empty(data) || axes.plot.width < 1)
    return FALSE;
  least = data->log_x ? log(whole.x.low) : whole.x.low;
  most = data->log_x ? log(whole.x.high) : whole.x.high;
  a = data->log_x ? log(axes.x.low) : axes.x.low;
  b = data->log_x ? log(axes.x.high) : axes.x.high;
  at = a + (b - a) * CLAMP((x - axes.plot.x) / axes.plot.width, 0, 1);
  factor = MAX(factor, LEAST_WINDOW * (most - least) / (b - a));
  low = at + (a - at) * factor + by / axes.plot.width * (b - a) * factor;
  high = at + (b - at) * factor + by / axes.plot.width * (b - a) * factor;
  if (high - low >= (1 - 1e-9) * (most - least))
    return FALSE;
  move_inside(least, most, &low, &high);
  *x_low = data->log_x ? exp(low) : low;
  *x_high = data->log_x ? exp(high) : high;
  return TRUE;
}
