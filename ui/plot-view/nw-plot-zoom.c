/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-zoom.h"

#include <math.h>

struct _NwPlotZoom {
  gboolean is_set;
  double x_low, x_high, y_low, y_high;
  GHashTable *toggled; /* names of curves that the person switched */
  NwPlotCurves shown;
  GArray *curves; /* NwPlotCurve, of shown */
};

NwPlotZoom *
nw_plot_zoom_new(void)
{
  NwPlotZoom *zoom = g_new0(NwPlotZoom, 1);

  zoom->toggled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  zoom->curves = g_array_new(FALSE, FALSE, sizeof(NwPlotCurve));
  return zoom;
}

void
nw_plot_zoom_free(NwPlotZoom *zoom)
{
  if (zoom == NULL)
    return;
  g_hash_table_unref(zoom->toggled);
  g_array_unref(zoom->curves);
  g_free(zoom);
}

const NwPlotCurves *
nw_plot_zoom_apply(NwPlotZoom *zoom, const NwPlotCurves *data)
{
  zoom->shown = *data;
  g_array_set_size(zoom->curves, 0);
  if (data->n_curves > 0)
    g_array_append_vals(zoom->curves, data->curves, data->n_curves);
  zoom->shown.curves = (const NwPlotCurve *)zoom->curves->data;
  for (guint i = 0; i < data->n_curves; i++)
    if (g_hash_table_contains(zoom->toggled, data->curves[i].name))
      g_array_index(zoom->curves, NwPlotCurve, i).hidden ^= TRUE;
  if (zoom->is_set) {
    zoom->shown.is_zoomed = TRUE;
    zoom->shown.x_low = zoom->x_low;
    zoom->shown.x_high = zoom->x_high;
    zoom->shown.y_low = zoom->y_low;
    zoom->shown.y_high = zoom->y_high;
  }
  return &zoom->shown;
}

gboolean
nw_plot_zoom_is_set(const NwPlotZoom *zoom)
{
  return zoom->is_set;
}

void
nw_plot_zoom_reset(NwPlotZoom *zoom)
{
  zoom->is_set = FALSE;
}

gboolean
nw_plot_zoom_drag(NwPlotZoom *zoom, const NwPlotCurves *data, double x1, double y1, double x2,
                  double y2, double width, double height, const NwPlotTheme *theme)
{
  double x_low, x_high, y_low, y_high;

  if (!nw_plot_curves_drag(nw_plot_zoom_apply(zoom, data), x1, y1, x2, y2, width, height, theme,
                           &x_low, &x_high, &y_low, &y_high))
    return FALSE;
  zoom->is_set = TRUE;
  zoom->x_low = x_low;
  zoom->x_high = x_high;
  zoom->y_low = y_low;
  zoom->y_high = y_high;
  return TRUE;
}

void
nw_plot_zoom_scroll(NwPlotZoom *zoom, const NwPlotCurves *data, double x, double factor, double by,
                    double width, double height, const NwPlotTheme *theme)
{
  double x_low, x_high;

  zoom->is_set = nw_plot_curves_scroll(nw_plot_zoom_apply(zoom, data), x, factor, by, width, height,
                                       theme, &x_low, &x_high);
  if (!zoom->is_set)
    return;
  zoom->x_low = x_low;
  zoom->x_high = x_high;
  zoom->y_low = zoom->y_high = NAN;
}

gboolean
nw_plot_zoom_toggle(NwPlotZoom *zoom, const NwPlotCurves *data, double x, double y, double width,
                    double height, const NwPlotTheme *theme)
{
  int i = nw_plot_curves_hit_legend(nw_plot_zoom_apply(zoom, data), x, y, width, height, theme);

  if (i < 0)
    return FALSE;
  if (!g_hash_table_remove(zoom->toggled, data->curves[i].name))
    g_hash_table_add(zoom->toggled, g_strdup(data->curves[i].name));
  return TRUE;
}
