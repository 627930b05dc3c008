/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What came of a run: summary, curves, numbers, reliability, model, data and settings, as a PDF of
 * A4 pages or as one HTML file. */
#pragma once

#include "nw-evaluate.h"
#include "nw-history.h"
#include "nw-project.h"
#include "nw-store.h"

G_BEGIN_DECLS

/**
 * NwRunReport:
 * @title: the project's name
 * @when: (nullable): “2 March 2025, 14:02”
 * @ended: (nullable): one sentence on how training ended
 * @evaluation: (nullable): of the weights that were kept
 * @split: which rows @evaluation is about
 * @note: (nullable): one sentence on where the numbers come from
 * @dataset: (nullable): what was trained on
 * @data_hash, @build, @kernels, @blas: (nullable): what made the bits, as an NwStoredRun has it
 */
typedef struct {
  const char *title, *when, *ended;
  NwProject *project;
  NwHistory *history;
  const NwEvaluation *evaluation;
  NwSplit split;
  const char *note;
  NwDataset *dataset;
  const char *data_hash, *build, *kernels, *blas;
} NwRunReport;

/* Atomic: an old file survives any failure. @path ends in .pdf or .html. */
gboolean nw_run_report_write(const NwRunReport *report, const char *path, GError **error);

/* What this program and this data are, for a run that was made just now. @report has its dataset.
 */
void nw_run_report_take_origin(NwRunReport *report);

/* Judges @weights on the rows that training saw least of: test, else validation, else training
 * rows, which become report->split. (transfer full) */
NwEvaluation *
nw_run_report_evaluate(NwRunReport *report, NwWeights *weights, int threads, GError **error);

/**
 * nw_run_report_write_stored:
 * @title: (nullable): of the report; made from the store's name otherwise
 *
 * Of a run in @store. It is judged anew where its weights and its data are still what they were;
 * otherwise the report has the numbers that were measured at its best epoch, and says so.
 */
gboolean nw_run_report_write_stored(NwStore *store, gint64 id, const char *title, const char *path,
                                    int threads, GError **error);

G_END_DECLS
