/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What came of a run, on paper: summary, numbers, curves, reliability, model and settings as a PDF
 * of A4 pages. */
#pragma once

#include "nw-evaluate.h"
#include "nw-history.h"
#include "nw-project.h"

G_BEGIN_DECLS

/**
 * NwRunReport:
 * @title: the project's name
 * @when: (nullable): “2 March 2025, 14:02”
 * @ended: (nullable): one sentence on how training ended
 * @evaluation: (nullable): of the weights that were kept
 * @split: which rows @evaluation is about
 */
typedef struct {
  const char *title, *when, *ended;
  NwProject *project;
  NwHistory *history;
  const NwEvaluation *evaluation;
  NwSplit split;
} NwRunReport;

/* Atomic: an old file survives any failure. */
gboolean nw_run_report_write(const NwRunReport *report, const char *path, GError **error);

G_END_DECLS
