/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-curves.h"
#include "nw-run-report-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define MAX_PAIRS    8   /* outputs with loss curves of their own */
#define MAX_TOGETHER 8   /* metrics in one plot */
#define SMOOTH_PARTS 200 /* the smoothed line forgets half in one of so many parts of the run */

static NwPlotCurves *
curves_new(NwPlotFlow *flow, const char *title, const char *y_title, NwHistory *history)
{
  NwPlotCurves *plot = nw_plot_flow_keep(flow, g_new0(NwPlotCurves, 1), g_free);
  int best = nw_history_get_best_epoch(history);

  plot->title = title;
  plot->x_title = _("epoch");
  plot->x_format = NW_PLOT_WHOLE;
  plot->y_title = y_title;
  plot->curves = nw_plot_flow_keep(flow, g_new0(NwPlotCurve, MAX_TOGETHER), g_free);
  plot->has_mark = best >= 0;
  plot->mark = best + 1;
  plot->mark_label = _("best");
  return plot;
}

static NwPlotCurve *
next_curve(NwPlotCurves *plot)
{
  return (NwPlotCurve *)&plot->curves[plot->n_curves++];
}

/* Epoch series @index as a curve; nothing when it has no number. */
static void
add_epochs(NwPlotFlow *flow, NwPlotCurves *plot, NwHistory *history, int index, const char *name,
           NwPlotCurveStyle style, guint color)
{
  gsize n = nw_history_get_n_epochs(history);
  double *values;

  if (index < 0 || n == 0 || plot->n_curves == MAX_TOGETHER)
    return;
  values = nw_plot_flow_keep(flow, g_new(double, n), g_free);
  n = nw_history_read_epochs(history, (guint)index, 0, n, values);
  *next_curve(plot) = (NwPlotCurve){
      .name = name,
      .color = color,
      .style = style,
      .points = {.y = values, .n = n, .x0 = 1, .dx = 1},
  };
}

/* Every step of the total loss, with a line that people can follow. */
static void
add_steps(NwPlotFlow *flow, NwPlotCurves *plot, NwHistory *history)
{
  gsize n = nw_history_get_n_steps(history);
  double per_epoch = MAX(nw_history_get_steps_per_epoch(history), 1);
  NwPlotTrace *raw =
      nw_plot_flow_keep(flow, nw_plot_trace_new(), (GDestroyNotify)nw_plot_trace_free);
  NwPlotTrace *smooth =
      nw_plot_flow_keep(flow, nw_plot_trace_new(), (GDestroyNotify)nw_plot_trace_free);
  NwPlotSmoother smoother = {.weight = pow(0.5, 1 / MAX(n / (double)SMOOTH_PARTS, 1))};
  double values[1024];
  gsize read = 0, got;

  while ((got = nw_history_read_steps(history, 0, read, G_N_ELEMENTS(values), values)) > 0) {
    nw_plot_trace_append(raw, values, got);
    nw_plot_smoother_feed(&smoother, values, got, smooth);
    read += got;
  }
  *next_curve(plot) = (NwPlotCurve){
      .name = _("training"),
      .points = {.n = read, .x0 = 1 / per_epoch, .dx = 1 / per_epoch, .trace = raw},
      .smooth = smooth,
  };
}

/* A log axis when the numbers span more than a decade and none is zero. */
static gboolean
wants_log(const NwPlotCurves *plot)
{
  double low = INFINITY, high = 0;

  for (guint i = 0; i < plot->n_curves; i++) {
    const NwPlotPoints *points = &plot->curves[i].points;
    double min, max;

    if (!nw_plot_points_get_range(points, 0, points->n, FALSE, &min, &max))
      continue;
    low = MIN(low, min);
    high = MAX(high, max);
  }
  return low > 0 && high > 10 * low;
}

static NwPlotCurves *
output_losses(NwPlotFlow *flow, NwHistory *history, const char *output)
{
  g_autofree char *name = g_strdup_printf("%s_loss", output);
  g_autofree char *validation = g_strdup_printf("val_%s_loss", output);
  NwPlotCurves *plot =
      curves_new(flow, nw_plot_flow_keep(flow, g_strdup_printf(_("Loss · %s"), output), g_free),
                 NULL, history);

  add_epochs(flow, plot, history, nw_history_find_epoch_series(history, name), _("training"),
             NW_PLOT_CURVE_DOTTED, 0);
  add_epochs(flow, plot, history, nw_history_find_epoch_series(history, validation),
             _("validation"), NW_PLOT_CURVE_DOTTED, 1);
  return plot;
}

static void
add_output_losses(NwPlotFlow *flow, NwHistory *history)
{
  guint n = nw_history_get_n_outputs(history);

  if (n < 2)
    return;
  for (guint i = 0; i < MIN(n, MAX_PAIRS); i += 2) {
    gboolean has_second = i + 1 < MIN(n, MAX_PAIRS);

    nw_plot_flow_add_pair(
        flow, 150, &nw_plot_curves_kind,
        output_losses(flow, history, nw_history_get_output(history, i)),
        has_second ? &nw_plot_curves_kind : NULL,
        has_second ? output_losses(flow, history, nw_history_get_output(history, i + 1)) : NULL);
  }
}

/* Does the series end between 0 and 1? Counts would press all else flat. */
static gboolean
is_share(NwHistory *history, guint series)
{
  gsize n = nw_history_get_n_epochs(history);
  double last = NAN;

  return n > 0 && nw_history_read_epochs(history, series, n - 1, 1, &last) == 1 &&
         !(fabs(last) > 1);
}

/* Metrics of which more is better, as shares, on the validation split where there is one. */
static void
add_metrics(NwPlotFlow *flow, NwHistory *history)
{
  gboolean has_validation = nw_history_find_epoch_series(history, "val_loss") >= 0;
  NwPlotCurves *plot = curves_new(
      flow, has_validation ? _("Metrics on the validation split") : _("Metrics while training"),
      NULL, history);

  for (guint i = 0; i < nw_history_get_n_epoch_series(history); i++) {
    const NwSeries *series = nw_history_get_epoch_series(history, i);

    if (series->is_metric && series->higher_is_better && series->validation == has_validation &&
        is_share(history, i))
      add_epochs(flow, plot, history, (int)i, series->name, NW_PLOT_CURVE_DOTTED, plot->n_curves);
  }
  if (plot->n_curves > 0)
    nw_plot_flow_add_plot(flow, 150, &nw_plot_curves_kind, plot);
}

void
nw_run_report_add_curves(NwPlotFlow *flow, NwHistory *history)
{
  NwPlotCurves *plot;

  if (nw_history_get_n_steps(history) == 0)
    return;
  plot = curves_new(flow, _("Loss"), _("total loss"), history);
  plot->subtitle = _("every batch, smoothed; validation after each epoch");
  add_steps(flow, plot, history);
  add_epochs(flow, plot, history, nw_history_find_epoch_series(history, "val_loss"),
             _("validation"), NW_PLOT_CURVE_DOTTED, 1);
  plot->log = wants_log(plot);
  if (plot->log)
    plot->y_title = _("total loss (log)");
  nw_plot_flow_add_space(flow, 8);
  nw_plot_flow_add_plot(flow, 210, &nw_plot_curves_kind, plot);
  add_output_losses(flow, history);
  add_metrics(flow, history);
}
