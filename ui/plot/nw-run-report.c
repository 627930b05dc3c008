/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-report.h"
#include "nw-model-drawing.h"
#include "nw-plot-flow.h"
#include "nw-plot-text.h"
#include "nw-run-report-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define MAX_SECTIONS   12 /* outputs with diagrams of their own: the worst calibrated */
#define MAX_LABEL_ROWS 20
#define MAX_ALL_LABELS 1000
#define MAX_METRICS    40
#define SMALLEST_MODEL 0.6 /* a model that would shrink to less runs down the page */

const char *const nw_run_report_splits[NW_N_SPLITS] = {
    [NW_SPLIT_TRAIN] = N_("training"),
    [NW_SPLIT_VALIDATION] = N_("validation"),
    [NW_SPLIT_TEST] = N_("test"),
};

/* ── summary ─────────────────────────────────────────────────────────────────────────────────── */

static char *
duration_text(double seconds)
{
  if (seconds < 60)
    return g_strdup_printf(_("%.1f s"), seconds);
  if (seconds < 3600)
    return g_strdup_printf(_("%d min %02d s"), (int)seconds / 60, (int)seconds % 60);
  return g_strdup_printf(_("%d h %02d min"), (int)seconds / 3600, (int)seconds / 60 % 60);
}

static void
say_training(const NwRunReport *run, GString *words)
{
  gsize n = nw_history_get_n_epochs(run->history);
  int best = nw_history_get_best_epoch(run->history);
  g_autofree char *time = NULL;

  if (run->ended != NULL)
    g_string_append_printf(words, "%s ", run->ended);
  if (n == 0) {
    g_string_append(words, _("No epoch was finished. "));
    return;
  }
  time = duration_text(nw_history_get_epoch_time(run->history, n - 1));
  g_string_append_printf(words, _("Training took %s. "), time);
  if (best >= 0)
    g_string_append_printf(words, _("Epoch %d was the best. "), best + 1);
}

static void
say_output(const NwEvaluation *evaluation, guint i, GString *words)
{
  const NwReportSummary *summary;
  g_autofree char *accuracy = NULL, *ece = NULL;

  if (evaluation->reports[i] == NULL)
    return;
  summary = nw_report_get_summary(evaluation->reports[i]);
  accuracy = nw_plot_format_percent(summary->accuracy);
  ece = nw_plot_format_percent(summary->ece);
  if (isfinite(summary->accuracy))
    g_string_append_printf(
        words, _("“%s” is right in %s of cases, its probabilities are off by %s on average. "),
        evaluation->outputs[i], accuracy, ece);
  else if (isfinite(summary->ece))
    g_string_append_printf(words, _("The probabilities of “%s” are off by %s on average. "),
                           evaluation->outputs[i], ece);
}

static void
add_summary(const NwRunReport *run, NwPlotFlow *flow)
{
  const NwEvaluation *evaluation = run->evaluation;
  const char *description = nw_project_get_description(run->project);
  g_autoptr(GString) words = g_string_new(NULL);

  if (description != NULL && *description != '\0')
    nw_plot_flow_add_text(flow, description);
  say_training(run, words);
  if (evaluation != NULL && isfinite(evaluation->loss)) {
    g_autofree char *samples = nw_plot_format_count(evaluation->samples);
    g_autofree char *loss = nw_plot_format_value(evaluation->loss);

    g_string_append_printf(words, _("On %s %s samples the total loss is %s. "), samples,
                           _(nw_run_report_splits[run->split]), loss);
  }
  for (guint i = 0; evaluation != NULL && i < evaluation->n_outputs && i < 4; i++)
    say_output(evaluation, i, words);
  nw_plot_flow_add_text(flow, words->str);
  if (run->note != NULL)
    nw_plot_flow_add_text(flow, run->note);
}

/* ── numbers ─────────────────────────────────────────────────────────────────────────────────── */

enum { NAME, SAMPLES, LOSS, ACCURACY, ECE, BRIER, LOG_LOSS, VERDICT, N_COLUMNS };

static const double column_shares[N_COLUMNS] = {0.22, 0.10, 0.09, 0.12, 0.12, 0.09, 0.10, 0.16};

static void
take_verdict(NwReport *report, const NwReportSummary *summary, char **cells)
{
  NwVerdict verdict;

  if (nw_report_get_confidence(report, &verdict) == NULL) {
    if (summary->n_labels == 0)
      return;
    verdict = nw_report_get_label(report, summary->worst)->verdict;
  }
  cells[VERDICT] = g_strdup(nw_verdict_get_title(verdict));
}

static void
add_cells(NwPlotFlow *flow, char **cells, gboolean is_part)
{
  for (guint c = 0; c < N_COLUMNS; c++)
    if (cells[c] == NULL)
      cells[c] = g_strdup("–");
  nw_plot_flow_add_row(flow, (const char *const *)cells, is_part);
  for (guint c = 0; c < N_COLUMNS; c++)
    g_free(cells[c]);
}

static void
add_label_rows(NwReport *report, NwPlotFlow *flow)
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  guint shown = MIN(summary->n_labels, MAX_LABEL_ROWS);

  for (guint i = 0; i < shown; i++) {
    const NwReportLabel *label = nw_report_get_label(report, nw_report_get_order(report)[i]);
    char *cells[N_COLUMNS] = {
        [NAME] = g_strdup(label->name),
        [SAMPLES] = nw_plot_format_count(label->count),
        [ECE] = nw_plot_format_percent(label->ece),
        [BRIER] = nw_plot_format_value(label->brier),
        [LOG_LOSS] = nw_plot_format_value(label->log_loss),
        [VERDICT] = g_strdup(nw_verdict_get_title(label->verdict)),
    };

    add_cells(flow, cells, TRUE);
  }
  if (shown < summary->n_labels) {
    char *cells[N_COLUMNS] = {
        [NAME] = g_strdup_printf(_("and %u that are better"), summary->n_labels - shown)};

    for (guint c = 1; c < N_COLUMNS; c++)
      cells[c] = g_strdup("");
    add_cells(flow, cells, TRUE);
  }
}

/* "96.8–98.2 %" (transfer full); NULL when nobody knows */
static char *
dup_interval(double low, double high)
{
  char from[32], to[32];

  if (!isfinite(low) || !isfinite(high))
    return NULL;
  nw_plot_format_fixed(low * 100, 1, from, sizeof from);
  nw_plot_format_fixed(high * 100, 1, to, sizeof to);
  return g_strdup_printf("%s–%s %%", from, to);
}

static void
add_interval_row(NwReport *report, NwPlotFlow *flow)
{
  NwReportIntervals intervals;
  char *cells[N_COLUMNS] = {NULL};

  nw_report_get_intervals(report, &intervals);
  cells[ACCURACY] = dup_interval(intervals.accuracy_low, intervals.accuracy_high);
  cells[ECE] = dup_interval(intervals.ece_low, intervals.ece_high);
  if (cells[ACCURACY] == NULL && cells[ECE] == NULL)
    return;
  cells[NAME] = g_strdup(_("95 % interval"));
  for (guint c = 0; c < N_COLUMNS; c++)
    if (cells[c] == NULL)
      cells[c] = g_strdup("");
  add_cells(flow, cells, TRUE);
}

/* "123", or "3101 steps" of sequences. (transfer full) */
static char *
dup_count(const NwReportSummary *summary)
{
  g_autofree char *count = nw_plot_format_count(summary->rows);

  return summary->steps > 1 ? g_strdup_printf(_("%s steps"), count) : g_steal_pointer(&count);
}

static void
add_outputs(const NwRunReport *run, NwPlotFlow *flow)
{
  const NwEvaluation *evaluation = run->evaluation;
  const char *head[N_COLUMNS] = {_("output"), _("samples"), _("loss"),     _("accuracy"),
                                 _("ECE"),    _("Brier"),   _("log loss"), _("verdict")};
  g_autofree char *heading = NULL;

  if (evaluation == NULL || evaluation->n_outputs == 0)
    return;
  heading = g_strdup_printf(_("Outputs on the %s split"), _(nw_run_report_splits[run->split]));
  nw_plot_flow_add_heading(flow, heading);
  nw_plot_flow_begin_table(flow, column_shares, N_COLUMNS, head);
  for (guint i = 0; i < evaluation->n_outputs; i++) {
    NwReport *report = evaluation->reports[i];
    char *cells[N_COLUMNS] = {
        [NAME] = g_strdup(evaluation->outputs[i]),
        [LOSS] = nw_plot_format_value(evaluation->losses[i]),
    };

    if (report != NULL) {
      const NwReportSummary *summary = nw_report_get_summary(report);

      cells[SAMPLES] = dup_count(summary);
      cells[ACCURACY] = nw_plot_format_percent(summary->accuracy);
      cells[ECE] = nw_plot_format_percent(summary->ece);
      cells[BRIER] = nw_plot_format_value(summary->brier);
      cells[LOG_LOSS] = nw_plot_format_value(summary->log_loss);
      take_verdict(report, summary, cells);
    }
    add_cells(flow, cells, FALSE);
    if (report != NULL)
      add_interval_row(report, flow);
    if (report != NULL && nw_report_get_summary(report)->n_labels > 1 &&
        evaluation->n_outputs <= MAX_SECTIONS)
      add_label_rows(report, flow);
  }
  if (evaluation->n_metrics == 0)
    return;
  nw_plot_flow_add_heading(flow, _("Metrics"));
  for (guint i = 0; i < MIN(evaluation->n_metrics, MAX_METRICS); i++) {
    g_autofree char *value = nw_plot_format_value(evaluation->metrics[i]);
    g_autofree char *name =
        g_strdup_printf("%s · %s", evaluation->outputs[evaluation->metric_outputs[i]],
                        evaluation->metric_titles[i]);

    nw_plot_flow_add_entry(flow, name, value);
  }
  if (evaluation->n_metrics > MAX_METRICS) {
    guint left = evaluation->n_metrics - MAX_METRICS;
    g_autofree char *rest =
        g_strdup_printf(ngettext("%u more metric stands in the run's history.",
                                 "%u more metrics stand in the run's history.", left),
                        left);
    nw_plot_flow_add_text(flow, rest);
  }
}

/* Every label of outputs with more than their rows in the table of outputs. */
static void
add_all_labels(const NwRunReport *run, NwPlotFlow *flow)
{
  enum { LABEL, COUNT, POSITIVES, MEAN, ERROR, FLOOR, SCORE, JUDGED, N_CELLS };
  static const double shares[N_CELLS] = {0.23, 0.10, 0.11, 0.10, 0.09, 0.10, 0.09, 0.18};
  const char *head[N_CELLS] = {_("label"), _("samples"),  _("positives"), _("mean p"),
                               _("ECE"),   _("at least"), _("Brier"),     _("verdict")};

  for (guint i = 0; run->evaluation != NULL && i < run->evaluation->n_outputs; i++) {
    NwReport *report = run->evaluation->reports[i];
    guint n = report != NULL ? nw_report_get_summary(report)->n_labels : 0;
    g_autofree char *heading = NULL;

    if (n <= MAX_LABEL_ROWS || n > MAX_ALL_LABELS)
      continue;
    heading = g_strdup_printf(_("Every label of “%s”"), run->evaluation->outputs[i]);
    nw_plot_flow_add_heading(flow, heading);
    nw_plot_flow_begin_table(flow, shares, N_CELLS, head);
    for (guint k = 0; k < n; k++) {
      const NwReportLabel *label = nw_report_get_label(report, k);
      g_autofree char *count = nw_plot_format_count(label->count);
      g_autofree char *positives = nw_plot_format_count(label->positives);
      g_autofree char *mean = nw_plot_format_percent(label->mean_predicted);
      g_autofree char *ece = nw_plot_format_percent(label->ece);
      g_autofree char *least = nw_plot_format_percent(label->ece_floor);
      g_autofree char *brier = nw_plot_format_value(label->brier);
      const char *cells[N_CELLS] = {
          label->name, count, positives, mean,
          ece,         least, brier,     nw_verdict_get_title(label->verdict)};

      nw_plot_flow_add_row(flow, cells, FALSE);
    }
  }
}

/* ── diagrams of outputs ─────────────────────────────────────────────────────────────────────── */

/* How bad an output is: the lower bound of its worst label's calibration error. */
static double
badness(NwReport *report)
{
  const NwReportSummary *summary = report != NULL ? nw_report_get_summary(report) : NULL;

  if (summary == NULL || summary->n_labels == 0)
    return -1;
  return nw_report_get_label(report, summary->worst)->ece_floor;
}

static int
compare_badness(gconstpointer a, gconstpointer b)
{
  double left = badness(*(NwReport *const *)a), right = badness(*(NwReport *const *)b);

  return (left < right) - (left > right);
}

static void
add_sections(const NwRunReport *run, NwPlotFlow *flow)
{
  g_autoptr(GPtrArray) reports = g_ptr_array_new();

  if (run->evaluation == NULL)
    return;
  for (guint i = 0; i < run->evaluation->n_outputs; i++)
    if (badness(run->evaluation->reports[i]) >= 0)
      g_ptr_array_add(reports, run->evaluation->reports[i]);
  if (reports->len > MAX_SECTIONS)
    g_ptr_array_sort(reports, compare_badness);
  for (guint i = 0; i < MIN(reports->len, MAX_SECTIONS); i++)
    nw_run_report_add_output(flow, g_ptr_array_index(reports, i));
  if (reports->len > MAX_SECTIONS) {
    g_autofree char *rest = g_strdup_printf(
        _("The other %u outputs are better calibrated than these."), reports->len - MAX_SECTIONS);
    nw_plot_flow_add_text(flow, rest);
  }
}

/* ── model ───────────────────────────────────────────────────────────────────────────────────── */

static void
add_model(const NwRunReport *run, NwPlotFlow *flow)
{
  NwModelDrawing *drawing =
      nw_plot_flow_keep(flow, nw_model_drawing_new(nw_project_get_graph(run->project)),
                        (GDestroyNotify)nw_model_drawing_free);
  const NwPlotGraph *plot = nw_model_drawing_get_plot(drawing);
  double width, height, shrink;

  if (plot->n_boxes == 0)
    return;
  nw_plot_graph_get_size(plot, nw_plot_theme_get(FALSE), &width, &height);
  if (nw_plot_flow_get_width(flow) / width < SMALLEST_MODEL) {
    nw_model_drawing_turn_upright(drawing);
    nw_plot_graph_get_size(plot, nw_plot_theme_get(FALSE), &width, &height);
  }
  shrink = MIN(nw_plot_flow_get_width(flow) / width, 1);
  nw_plot_flow_add_heading(flow, _("Model"));
  nw_plot_flow_add_plot(flow, CLAMP(ceil(height * shrink), 80, 360), &nw_plot_graph_kind, plot);
}

gboolean
nw_run_report_write(const NwRunReport *run, const char *path, GError **error)
{
  g_autofree char *footer = g_strdup_printf(_("%s · Netwright"), run->title);
  g_autoptr(NwPlotFlow) flow = nw_plot_flow_new(footer);

  nw_plot_flow_add_title(flow, run->title, run->when);
  add_summary(run, flow);
  nw_run_report_add_curves(flow, run->history);
  add_outputs(run, flow);
  add_sections(run, flow);
  add_model(run, flow);
  nw_run_report_add_settings(flow, run);
  add_all_labels(run, flow);
  return nw_plot_flow_write(flow, run->title, path, error);
}
