/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-run-report.h"
#include "nw-model-drawing.h"
#include "nw-plot-flow.h"
#include "nw-plot-text.h"
#include "nw-run-report-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>

#define MAX_SECTIONS   12 /* outputs with diagrams of their own: the worst calibrated */
#define MAX_LABEL_ROWS 20
#define MAX_METRICS    40
#define SMALLEST_MODEL 0.6 /* a model that would shrink to less runs down the page */

static const char *const split_titles[NW_N_SPLITS] = {
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
  if (evaluation != NULL) {
    g_autofree char *samples = nw_plot_format_count(evaluation->samples);
    g_autofree char *loss = nw_plot_format_value(evaluation->loss);

    g_string_append_printf(words, _("On %s %s samples the total loss is %s. "), samples,
                           _(split_titles[run->split]), loss);
    for (guint i = 0; i < evaluation->n_outputs && i < 4; i++)
      say_output(evaluation, i, words);
  }
  nw_plot_flow_add_text(flow, words->str);
}

/* ── numbers ─────────────────────────────────────────────────────────────────────────────────── */

enum { NAME, SAMPLES, LOSS, ACCURACY, ECE, BRIER, LOG_LOSS, VERDICT, N_COLUMNS };

static const double column_shares[N_COLUMNS] = {0.25, 0.10, 0.10, 0.10, 0.10, 0.10, 0.10, 0.15};

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
  heading = g_strdup_printf(_("Outputs on the %s split"), _(split_titles[run->split]));
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
    if (report != NULL && nw_report_get_summary(report)->n_labels > 1)
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

/* ── model and settings ──────────────────────────────────────────────────────────────────────── */

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

static void
add_params(NwPlotFlow *flow, const NwParams *params)
{
  for (const NwParamSpec *spec = nw_params_get_specs(params); spec->key != NULL; spec++) {
    g_autofree char *value = NULL, *with_unit = NULL;

    if (!nw_params_applies(params, spec->key))
      continue;
    if (spec->type == NW_PARAM_BOOL)
      value = g_strdup(nw_params_get_bool(params, spec->key) ? _("yes") : _("no"));
    else
      value = nw_params_to_text(params, spec->key);
    with_unit = spec->unit != NULL ? g_strdup_printf("%s %s", value, _(spec->unit)) : NULL;
    nw_plot_flow_add_entry(flow, _(spec->title), with_unit != NULL ? with_unit : value);
  }
}

static void
add_data(NwPlotFlow *flow, NwDataSettings *data)
{
  const NwSplitSettings *split = nw_data_settings_get_split(data);
  g_autofree char *validation = nw_plot_format_percent(split->validation);
  g_autofree char *test = nw_plot_format_percent(split->test);
  g_autofree char *parts =
      g_strdup_printf(_("%s validation, %s test, seed %" PRIu64), validation, test, split->seed);

  for (gsize i = 0; i < nw_data_settings_get_n_sources(data); i++) {
    const NwDataSource *source = nw_data_settings_get_source(data, i);
    nw_plot_flow_add_entry(flow, source->name, source->path);
  }
  nw_plot_flow_add_entry(flow, _("Split"), parts);
}

static void
add_settings(const NwRunReport *run, NwPlotFlow *flow)
{
  nw_plot_flow_add_heading(flow, _("Settings"));
  add_data(flow, nw_project_get_data(run->project));
  add_params(flow, nw_project_get_training(run->project));
  nw_plot_flow_add_entry(flow, _("Optimiser"), _(nw_project_get_optimizer(run->project)->title));
  add_params(flow, nw_project_get_optimizer_params(run->project));
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
  add_settings(run, flow);
  return nw_plot_flow_write(flow, run->title, path, error);
}
