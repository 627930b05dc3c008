/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-cli-judged.h"

#include "nw-cli-project.h"
#include "nw-text.h"

#include <glib/gi18n.h>
#include <string.h>

void
nw_cli_judged_free(NwCliJudged *judged)
{
  g_free(judged->name);
  g_free(judged->p);
  g_free(judged->y);
  g_free(judged);
}

static NwCliJudged *
judged_new(const char *name, gsize n, NwEdges edges)
{
  NwCliJudged *judged = g_new0(NwCliJudged, 1);

  judged->name = g_strdup(name);
  judged->edges = edges;
  judged->n = n;
  judged->p = g_new(double, n);
  judged->y = g_new(double, n);
  return judged;
}

static void
fail_label(const char *label, const char *source, char **names, GError **error)
{
  const char *nearest = nw_nearest_word(label, (const char *const *)names);

  if (nearest)
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("%s has no “%s”; did you mean “%s”?"), source,
                label, nearest);
  else
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("%s has no “%s”"), source, label);
}

/* ── predictions of any program ──────────────────────────────────────────────────────────────── */

static NwCliJudged *
judge_column(const NwForecast *forecast, gsize column)
{
  NwCliJudged *judged = judged_new(forecast->names[column], forecast->rows, forecast->edges);

  for (gsize i = 0; i < forecast->rows; i++) {
    judged->p[i] = forecast->p[i * forecast->cols + column];
    judged->y[i] = forecast->y[i * forecast->cols + column];
  }
  return judged;
}

static NwCliJudged *
judge_confidence(const NwForecast *forecast, const char *name)
{
  NwCliJudged *judged = judged_new(name, forecast->rows, forecast->edges);

  judged->is_confidence = TRUE;
  for (gsize i = 0; i < forecast->rows; i++) {
    const double *p = forecast->p + i * forecast->cols;
    gsize best = 0;

    for (gsize k = 1; k < forecast->cols; k++)
      if (p[k] > p[best])
        best = k;
    judged->p[i] = p[best];
    judged->y[i] = forecast->y[i * forecast->cols + best];
  }
  return judged;
}

static NwCliJudged *
judge_forecast(const NwArgs *args, const char *source, gboolean confidence, GError **error)
{
  const char *label = nw_args_get_text(args, "label");
  g_autofree char *name = g_filename_display_basename(source);
  g_autoptr(NwForecast) forecast = NULL;
  g_autoptr(NwScore) score = NULL;
  NwTask task = (NwTask)nw_args_get_choice(args, "task", NW_TASK_AUTO);

  forecast = nw_forecast_read(source, task, error);
  if (!forecast)
    return NULL;
  if (!label && confidence && forecast->task == NW_TASK_MULTICLASS)
    return judge_confidence(forecast, name);
  if (!label) {
    score = nw_score_new(forecast, 0);
    return judge_column(forecast, score->worst);
  }
  for (gsize k = 0; k < forecast->cols; k++)
    if (g_str_equal(forecast->names[k], label))
      return judge_column(forecast, k);
  fail_label(label, name, forecast->names, error);
  return NULL;
}

/* ── a project's own ─────────────────────────────────────────────────────────────────────────── */

/* A single question is called as its output, whether one unit answers it or two. */
static NwCliJudged *
judge_label(const NwReport *report, guint label)
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  const char *output = nw_report_get_output(report),
             *name = nw_report_get_label(report, label)->name;
  g_autofree char *title =
      summary->binary ? g_strdup(output) : g_strdup_printf("%s · %s", output, name);
  NwCliJudged *judged = judged_new(title, summary->rows, NW_EDGES_SINGLE);

  judged->are_steps = summary->steps > 1;
  judged->n = nw_report_read_known(report, label, judged->p, judged->y);
  return judged;
}

/* P(top class) and whether it was right, of a report over several classes. */
static NwCliJudged *
judge_top_label(const NwReport *report)
{
  const NwReportSummary *summary = nw_report_get_summary(report);
  NwCliJudged *judged = judged_new(nw_report_get_output(report), summary->rows, NW_EDGES_SINGLE);
  g_autofree double *p = g_new(double, summary->rows);
  g_autofree double *y = g_new(double, summary->rows);

  judged->is_confidence = TRUE;
  judged->are_steps = summary->steps > 1;
  for (guint label = 0; label < summary->n_labels; label++) {
    nw_report_read(report, label, p, y);
    for (gsize i = 0; i < summary->rows; i++)
      if (label == 0 || p[i] > judged->p[i]) {
        judged->p[i] = p[i];
        judged->y[i] = y[i];
      }
  }
  return judged;
}

static NwCliJudged *
judge_report(const NwReport *report, gboolean confidence)
{
  const NwReportSummary *summary = nw_report_get_summary(report);

  if (confidence && summary->head == NW_HEAD_SOFTMAX && !summary->binary)
    return judge_top_label(report);
  return judge_label(report, summary->worst);
}

/* The label "OUTPUT", "CLASS" or "OUTPUT · CLASS" of one of the reports. */
static NwCliJudged *
find_label(const NwEvaluation *evaluation, const char *wanted, gboolean confidence,
           const char *source, GError **error)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  for (guint i = 0; i < evaluation->n_outputs; i++) {
    const NwReport *report = evaluation->reports[i];

    if (!report || nw_report_get_summary(report)->n_labels == 0)
      continue;
    if (g_str_equal(nw_report_get_output(report), wanted))
      return judge_report(report, confidence);
    g_ptr_array_add(names, (gpointer)nw_report_get_output(report));
    for (guint k = 0; k < nw_report_get_summary(report)->n_labels; k++) {
      const char *name = nw_report_get_label(report, k)->name;

      if (g_str_equal(name, wanted))
        return judge_label(report, k);
      g_ptr_array_add(names, (gpointer)name);
    }
  }
  g_ptr_array_add(names, NULL);
  fail_label(wanted, source, (char **)names->pdata, error);
  return NULL;
}

/* The output whose worst label is the worst of all. */
static NwCliJudged *
judge_worst(const NwEvaluation *evaluation, gboolean confidence, GError **error)
{
  const NwReport *worst = NULL;
  double worst_floor = -1;

  for (guint i = 0; i < evaluation->n_outputs; i++) {
    const NwReport *report = evaluation->reports[i];
    double floor;

    if (!report || nw_report_get_summary(report)->n_labels == 0)
      continue;
    floor = nw_report_get_label(report, nw_report_get_summary(report)->worst)->ece_floor;
    if (!worst || floor > worst_floor) {
      worst = report;
      worst_floor = floor;
    }
  }
  if (worst)
    return judge_report(worst, confidence);
  g_set_error_literal(error, NW_ERROR, NW_ERROR_INPUT,
                      _("No output of this project predicts probabilities"));
  return NULL;
}

static NwCliJudged *
judge_project(const NwArgs *args, const char *source, gboolean confidence, GError **error)
{
  const char *label = nw_args_get_text(args, "label");
  g_autoptr(NwProject) project = nw_cli_load_project(args, error);
  g_autoptr(NwWeights) weights = NULL;
  g_autoptr(NwDataset) dataset = NULL;
  g_autoptr(NwEvaluation) evaluation = NULL;

  weights = project ? nw_cli_load_weights(args, project, error) : NULL;
  dataset = weights ? nw_cli_build_dataset(args, project, error) : NULL;
  evaluation = dataset ? nw_evaluate(project, weights, dataset, nw_cli_get_split(args),
                                     nw_cli_get_threads(args, project), error)
                       : NULL;
  if (!evaluation)
    return NULL;
  return label ? find_label(evaluation, label, confidence, source, error)
               : judge_worst(evaluation, confidence, error);
}

NwCliJudged *
nw_cli_judged_read(const NwArgs *args, const char *source, gboolean confidence, GError **error)
{
  if (nw_args_get_text(args, "weights"))
    return judge_project(args, source, confidence, error);
  if (g_str_has_suffix(source, ".netwright")) {
    g_set_error(error, NW_USAGE, 0, _("%s is a project: its predictions need --weights"), source);
    return NULL;
  }
  return judge_forecast(args, source, confidence, error);
}
