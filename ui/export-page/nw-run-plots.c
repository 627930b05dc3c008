/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-plots.h"

#include <glib/gi18n.h>

#include "nw-curves-choice.h"
#include "nw-plot-export.h"
#include "nw-plot-heatmap.h"
#include "nw-plot-multiples.h"
#include "nw-trust-list.h"

/* ── curves ──────────────────────────────────────────────────────────────────────────────────── */

/* All values of a series. (transfer full) */
static double *
dup_series(const NwHistory *history, const NwCurveSource *source, gsize *n)
{
  gsize all = source->is_epoch ? nw_history_get_n_epochs(history) : nw_history_get_n_steps(history);
  double *values = g_new(double, all + 1);

  *n = source->is_epoch ? nw_history_read_epochs(history, source->index, 0, all, values)
                        : nw_history_read_steps(history, source->index, 0, all, values);
  return values;
}

static gboolean
write_curves(NwRun *run, const char *path, double width, double height, GError **error)
{
  NwHistory *history = nw_run_get_history(run);
  g_autoptr(GPtrArray) choices = nw_curves_choices_list(history, FALSE);
  g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
  const NwCurvesChoice *choice = g_ptr_array_index(choices, 0);
  double step = 1.0 / MAX(1, nw_history_get_steps_per_epoch(history));
  g_autofree NwPlotCurve *curves = g_new0(NwPlotCurve, choice->curves->len + 1);
  NwPlotCurves plot = {.title = _("Loss"),
                       .x_title = _("epoch"),
                       .y_title = _("loss"),
                       .curves = curves,
                       .n_curves = choice->curves->len,
                       .has_mark = nw_history_get_best_epoch(history) >= 0,
                       .mark = nw_history_get_best_epoch(history) + 1,
                       .mark_label = _("best")};

  for (guint i = 0; i < choice->curves->len; i++) {
    const NwCurveSource *source = &g_array_index(choice->curves, NwCurveSource, i);

    curves[i] = (NwPlotCurve){
        .name = source->name,
        .color = source->color,
        .style = source->style,
        .points = {.x0 = source->is_epoch ? 1 : step, .dx = source->is_epoch ? 1 : step}};
    curves[i].points.y = dup_series(history, source, &curves[i].points.n);
    g_ptr_array_add(values, (gpointer)curves[i].points.y);
  }
  return nw_plot_export(&nw_plot_curves_kind, &plot, path, width, height, NULL, error);
}

/* ── belief ──────────────────────────────────────────────────────────────────────────────────── */

static NwTrustList *
list_worst_first(NwRun *run)
{
  guint n = nw_run_get_n_reports(run);
  g_autofree NwReport **reports = g_new0(NwReport *, n + 1);
  NwTrustList *list;

  for (guint i = 0; i < n; i++)
    reports[i] = nw_run_get_report(run, i);
  list = nw_trust_list_new(reports, n);
  nw_trust_list_arrange(list, NW_TRUST_BY_FLOOR, FALSE, NULL);
  return list;
}

static char *
dup_subtitle(NwRun *run)
{
  return g_strdup_printf(nw_run_has_validation(run) ? _("validation rows, epoch %u")
                                                    : _("training rows, epoch %u"),
                         nw_run_get_report_epoch(run));
}

static gboolean
write_reliability(NwRun *run, const char *path, double width, double height, GError **error)
{
  g_autoptr(NwTrustList) list = list_worst_first(run);
  g_autofree NwPlotMultiple *items = g_new0(NwPlotMultiple, list->shown->len + 1);
  g_autofree char *subtitle = dup_subtitle(run);
  NwPlotMultiples plot = {.title = _("Reliability, worst first"),
                          .subtitle = subtitle,
                          .items = items,
                          .n_items = list->shown->len};

  for (guint i = 0; i < list->shown->len; i++) {
    const NwTrustEntry *entry = nw_trust_list_get_shown(list, i);
    NwBelief belief;

    nw_belief_get(entry->report, entry->label, &belief);
    items[i] = (NwPlotMultiple){.name = entry->name,
                                .bins = belief.bins,
                                .n_bins = belief.n_bins,
                                .is_muted = entry->is_muted};
  }
  height = MAX(height, nw_plot_multiples_get_height(&plot, width, nw_plot_theme_get(FALSE)));
  return nw_plot_export(&nw_plot_multiples_kind, &plot, path, width, height, NULL, error);
}

static gboolean
write_heatmap(NwRun *run, const char *path, double width, double height, GError **error)
{
  g_autoptr(NwTrustList) list = list_worst_first(run);
  g_autofree NwPlotTile *tiles = g_new0(NwPlotTile, list->shown->len + 1);
  g_autofree char *subtitle = dup_subtitle(run);
  NwPlotHeatmap plot = {.title = _("Calibration error of every output"),
                        .subtitle = subtitle,
                        .measure = _("ECE"),
                        .tiles = tiles,
                        .n_tiles = list->shown->len};

  for (guint i = 0; i < list->shown->len; i++) {
    const NwTrustEntry *entry = nw_trust_list_get_shown(list, i);

    tiles[i] = (NwPlotTile){.name = entry->name,
                            .label = entry->short_name,
                            .value = entry->numbers[NW_TRUST_BY_ECE],
                            .is_muted = entry->is_muted};
  }
  return nw_plot_export(&nw_plot_heatmap_kind, &plot, path, width, height, NULL, error);
}

const NwRunPlot nw_run_plots[] = {
    {"loss", N_("Loss curves"), N_("Every step of the training loss and every validation"), FALSE,
     900, 480, write_curves},
    {"reliability", N_("Reliability diagrams"),
     N_("One small diagram per output, the worst calibrated first"), TRUE, 900, 480,
     write_reliability},
    {"heatmap", N_("Calibration at a glance"), N_("One tile per output, coloured by its error"),
     TRUE, 900, 480, write_heatmap},
    {NULL},
};
