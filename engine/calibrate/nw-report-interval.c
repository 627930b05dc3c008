/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-contest.h"
#include "nw-report-private.h"

#include <math.h>
#include <string.h>

/* Rows that belong to one sample follow each other. */
static gsize
count_samples(const NwReport *report)
{
  gsize steps = MAX(report->summary.steps, 1), n = 0;

  for (gsize i = 0; i < report->summary.rows; i++)
    n += i == 0 || report->rows[i] / steps != report->rows[i - 1] / steps;
  return n;
}

double
nw_report_get_witnesses(const NwReport *report)
{
  gsize rows = report->summary.rows;

  if (!nw_report_has_rows(report) || rows == 0 || report->summary.steps <= 1)
    return 1;
  return (double)count_samples(report) / (double)rows;
}

static void
measure_ece(const NwReport *report, NwReportIntervals *out)
{
  const NwReportSummary *summary = &report->summary;
  gsize rows = summary->rows, cols = summary->n_labels;
  g_autofree double *p = g_new(double, rows *cols), *y = g_new(double, rows *cols);
  g_autofree double *one = g_new(double, rows), *truth = g_new(double, rows);
  g_autofree gsize *from = g_new(gsize, rows);
  NwForecast forecast = {
      .task = summary->binary                    ? NW_TASK_BINARY
              : summary->head == NW_HEAD_SOFTMAX ? NW_TASK_MULTICLASS
                                                 : NW_TASK_MULTILABEL,
      .rows = rows,
      .cols = cols,
      .from = from,
      .edges = NW_EDGES_SINGLE,
      .p = p,
      .y = y,
  };

  for (guint c = 0; c < cols; c++) {
    nw_report_read(report, c, one, truth);
    for (gsize i = 0; i < rows; i++) {
      if (isnan(truth[i]))
        return;
      p[i * cols + c] = one[i];
      y[i * cols + c] = truth[i];
    }
  }
  for (gsize i = 0; i < rows; i++)
    from[i] = report->rows[i];
  nw_ece_interval(&forecast, summary->steps, summary->ece, &out->ece_low, &out->ece_high);
}

void
nw_report_get_intervals(const NwReport *report, NwReportIntervals *out)
{
  const NwReportSummary *summary = &report->summary;
  double samples;

  *out = (NwReportIntervals){NAN, NAN, NAN, NAN};
  if (!nw_report_has_rows(report) || summary->rows == 0 || summary->n_labels == 0)
    return;
  samples = (double)count_samples(report);
  if (isfinite(summary->accuracy))
    nw_wilson(summary->accuracy * samples, samples, NW_Z_95, &out->accuracy_low,
              &out->accuracy_high);
  if (isfinite(summary->ece))
    measure_ece(report, out);
}
