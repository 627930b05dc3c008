/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Curves in words and as a table. */
#include "nw-plot-curves-private.h"

#include <glib/gi18n-lib.h>

/* First and last number of a curve; FALSE if it has none. */
static gboolean
ends(const NwPlotPoints *points, double *first, double *last)
{
  gsize i, j;

  if (!nw_plot_points_get_ends(points, &i, &j))
    return FALSE;
  *first = nw_plot_points_get_y(points, i);
  *last = nw_plot_points_get_y(points, j);
  return TRUE;
}

/* “loss 0.81: digit 0.7, penalty 0.11” */
static void
describe_stack(const NwPlotCurves *data, GString *words)
{
  for (guint k = 0; k < data->n_curves && k < NW_PLOT_MAX_LEGEND; k++) {
    gsize n = data->curves[k].points.n;
    g_autofree char *value =
        n > 0 ? nw_plot_format_value(nw_plot_curves_get_own(data, k, n - 1)) : NULL;

    if (value != NULL)
      g_string_append_printf(words, "%s%s %s", words->len > 0 ? ", " : "", data->curves[k].name,
                             value);
  }
  if (words->len > 0) {
    g_autofree char *list = g_strdup(words->str);
    g_string_printf(words, _("stacked, at the end: %s"), list);
  }
}

static void
describe_curve(const NwPlotCurve *curve, GString *words)
{
  NwPlotPoints points = curve->smooth != NULL ? nw_plot_curve_smooth_points(curve) : curve->points;
  g_autofree char *from = NULL, *to = NULL;
  double first, last;

  if (!ends(&points, &first, &last))
    return;
  if (words->len > 0)
    g_string_append(words, "; ");
  from = nw_plot_format_value(first);
  to = nw_plot_format_value(last);
  if (first > last)
    g_string_append_printf(words, _("%s fell from %s to %s"), curve->name, from, to);
  else if (first < last)
    g_string_append_printf(words, _("%s rose from %s to %s"), curve->name, from, to);
  else
    g_string_append_printf(words, _("%s is %s"), curve->name, to);
}

char *
nw_plot_curves_describe(const NwPlotCurves *data)
{
  g_autoptr(GString) words = g_string_new(NULL);

  if (data->stacked)
    describe_stack(data, words);
  for (guint i = 0; !data->stacked && i < data->n_curves && i < NW_PLOT_MAX_LEGEND; i++)
    if (nw_plot_curve_is_shown(&data->curves[i]))
      describe_curve(&data->curves[i], words);
  if (words->len == 0)
    return g_strdup(data->empty != NULL ? data->empty : _("No epochs yet"));
  if (data->about != NULL) {
    g_autofree char *rest = g_strdup(words->str);
    g_string_printf(words, _("%s: %s"), data->about, rest);
  }
  if (data->has_mark) {
    g_autofree char *at = nw_plot_format_value(data->mark);
    g_string_append_printf(words, _(", best at %s %s"), data->x_title != NULL ? data->x_title : "x",
                           at);
  }
  return g_string_free(g_steal_pointer(&words), FALSE);
}

void
nw_plot_curves_write_csv(const NwPlotCurves *data, GString *out)
{
  g_string_append(out, "curve,");
  nw_plot_csv_text(out, data->x_title != NULL ? data->x_title : "x");
  g_string_append(out, ",value,smoothed\n");
  for (guint i = 0; i < data->n_curves; i++) {
    const NwPlotCurve *curve = &data->curves[i];
    gsize n_smooth = curve->smooth != NULL ? nw_plot_trace_get_n(curve->smooth) : 0;

    for (gsize j = 0; j < curve->points.n; j++) {
      nw_plot_csv_text(out, curve->name);
      g_string_append_c(out, ',');
      nw_plot_csv_number(out, nw_plot_points_get_x(&curve->points, j));
      g_string_append_c(out, ',');
      nw_plot_csv_number(out, nw_plot_curves_get_own(data, i, j));
      g_string_append_c(out, ',');
      if (j < n_smooth)
        nw_plot_csv_number(out, nw_plot_trace_get(curve->smooth, j));
      g_string_append_c(out, '\n');
    }
  }
}
