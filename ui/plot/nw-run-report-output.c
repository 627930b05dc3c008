/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-plot-confusion.h"
#include "nw-plot-heatmap.h"
#include "nw-plot-multiples.h"
#include "nw-plot-probabilities.h"
#include "nw-plot-reliability.h"
#include "nw-plot-text.h"
#include "nw-run-report-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MAX_CLASSES   24 /* in a confusion matrix on paper */
#define MAX_MULTIPLES 12
#define MANY_LABELS   13 /* from here on all of them at a glance, too */

static char *
keep_text(NwPlotFlow *flow, char *text)
{
  return nw_plot_flow_keep(flow, text, g_free);
}

static NwPlotReliability *
reliability_new(NwPlotFlow *flow, const char *title, const NwBin *bins, guint n_bins, double ece)
{
  NwPlotReliability *plot = nw_plot_flow_keep(flow, g_new0(NwPlotReliability, 1), g_free);
  g_autofree char *percent = nw_plot_format_percent(ece);

  plot->title = title;
  plot->subtitle = keep_text(flow, g_strdup_printf("ECE %s", percent));
  plot->bins = bins;
  plot->n_bins = n_bins;
  return plot;
}

static NwPlotProbabilities *
probabilities_new(NwPlotFlow *flow, const NwReportLabel *label)
{
  NwPlotProbabilities *plot = nw_plot_flow_keep(flow, g_new0(NwPlotProbabilities, 1), g_free);
  NwPlotProbabilityClass *classes =
      nw_plot_flow_keep(flow, g_new0(NwPlotProbabilityClass, 2), g_free);

  classes[0] = (NwPlotProbabilityClass){_("no"), label->histogram[0]};
  classes[1] = (NwPlotProbabilityClass){_("yes"), label->histogram[1]};
  plot->title = _("Predicted probability by truth");
  plot->classes = classes;
  plot->n_classes = 2;
  plot->n_bins = NW_HISTOGRAM_BINS;
  return plot;
}

static void
add_label(NwPlotFlow *flow, const NwReportLabel *label, const char *title)
{
  nw_plot_flow_add_pair(flow, 270, &nw_plot_reliability_kind,
                        reliability_new(flow, title, label->bins, NW_LABEL_BINS, label->ece),
                        &nw_plot_probabilities_kind, probabilities_new(flow, label));
}

/* Counts of (true class, class of the largest probability), first maximum. */
static NwPlotConfusion *
confusion_new(NwPlotFlow *flow, NwReport *report)
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  gsize rows = summary->rows;
  guint k = summary->n_labels;
  NwPlotConfusion *plot = nw_plot_flow_keep(flow, g_new0(NwPlotConfusion, 1), g_free);
  guint64 *counts = nw_plot_flow_keep(flow, g_new0(guint64, k * k), g_free);
  const char **names = nw_plot_flow_keep(flow, g_new0(const char *, k), g_free);
  g_autofree double *p = g_new(double, rows), *y = g_new(double, rows);
  g_autofree double *most = g_new(double, rows), *truest = g_new(double, rows);
  g_autofree guint *said = g_new0(guint, rows), *truth = g_new0(guint, rows);

  for (guint c = 0; c < k; c++) {
    names[c] = nw_report_get_label(report, c)->name;
    nw_report_read(report, c, p, y);
    for (gsize i = 0; i < rows; i++) {
      if (c == 0 || p[i] > most[i]) {
        most[i] = p[i];
        said[i] = c;
      }
      if (c == 0 || y[i] > truest[i]) {
        truest[i] = y[i];
        truth[i] = c;
      }
    }
  }
  for (gsize i = 0; i < rows; i++)
    counts[truth[i] * k + said[i]]++;
  plot->title = _("Confusion");
  plot->classes = names;
  plot->counts = counts;
  plot->n_classes = k;
  return plot;
}

static void
add_multiples(NwPlotFlow *flow, NwReport *report, const char *title)
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  guint n = MIN(summary->n_labels, MAX_MULTIPLES);
  NwPlotMultiples *plot = nw_plot_flow_keep(flow, g_new0(NwPlotMultiples, 1), g_free);
  NwPlotMultiple *items = nw_plot_flow_keep(flow, g_new0(NwPlotMultiple, n), g_free);

  for (guint i = 0; i < n; i++) {
    const NwReportLabel *label = nw_report_get_label(report, nw_report_get_order(report)[i]);
    g_autofree char *percent = nw_plot_format_percent(label->ece);

    items[i] = (NwPlotMultiple){
        .name = label->name,
        .value = keep_text(flow, g_strdup_printf("ECE %s", percent)),
        .bins = label->bins,
        .n_bins = NW_LABEL_BINS,
        .is_muted = label->verdict == NW_VERDICT_TOO_FEW,
    };
  }
  plot->title = title;
  plot->items = items;
  plot->n_items = n;
  /* As large as the paper has room for six of them side by side. */
  nw_plot_flow_add_plot(flow, n <= 6 ? 125 : 224, &nw_plot_multiples_kind, plot);
}

static void
add_heatmap(NwPlotFlow *flow, NwReport *report)
{
  guint n = nw_report_get_summary(report)->n_labels;
  NwPlotHeatmap *plot = nw_plot_flow_keep(flow, g_new0(NwPlotHeatmap, 1), g_free);
  NwPlotTile *tiles = nw_plot_flow_keep(flow, g_new0(NwPlotTile, n), g_free);

  for (guint i = 0; i < n; i++) {
    const NwReportLabel *label = nw_report_get_label(report, nw_report_get_order(report)[i]);
    tiles[i] = (NwPlotTile){
        .name = label->name,
        .value = label->ece,
        .is_muted = label->verdict == NW_VERDICT_TOO_FEW,
    };
  }
  plot->title = _("All labels, worst first");
  plot->measure = "ECE";
  plot->tiles = tiles;
  plot->n_tiles = n;
  nw_plot_flow_add_plot(flow, 210, &nw_plot_heatmap_kind, plot);
}

static void
add_classes(NwPlotFlow *flow, NwReport *report, const NwBin *confidence)
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  NwPlotReliability *plot = reliability_new(flow, _("Reliability of the confidence"), confidence,
                                            NW_CONFIDENCE_BINS, summary->ece);
  gboolean has_matrix = summary->n_labels <= MAX_CLASSES && nw_report_has_rows(report);

  plot->x_title = _("confidence");
  nw_plot_flow_add_pair(flow, 270, &nw_plot_reliability_kind, plot,
                        has_matrix ? &nw_plot_confusion_kind : NULL,
                        has_matrix ? confusion_new(flow, report) : NULL);
  add_multiples(flow, report, _("Probability of each class"));
}

void
nw_run_report_add_output(NwPlotFlow *flow, NwReport *report)
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  const NwBin *confidence = nw_report_get_confidence(report, NULL);

  nw_plot_flow_add_heading(flow, nw_report_get_output(report));
  if (summary->n_labels == 1) {
    add_label(flow, nw_report_get_label(report, 0), _("Reliability"));
    return;
  }
  if (confidence != NULL && !summary->binary) {
    add_classes(flow, report, confidence);
    return;
  }
  add_label(flow, nw_report_get_label(report, summary->worst),
            keep_text(flow, g_strdup_printf(_("Reliability · %s, the worst label"),
                                            nw_report_get_label(report, summary->worst)->name)));
  if (summary->n_labels >= MANY_LABELS)
    add_heatmap(flow, report);
  add_multiples(flow, report, _("Worst calibrated labels"));
}
