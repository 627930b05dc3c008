/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a report keeps, for the files that make one: from predictions, or from a snapshot. */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "nw-report.h"

/* AUC and average precision of one label, once somebody asked. */
typedef struct {
  gboolean known;
  double auc, average_precision;
} NwReportRanking;

struct _NwReport {
  atomic_int refs;
  char *output;
  gsize cols;
  NwReportSummary summary;
  char **names;          /* [n_labels] NULL-ended */
  NwReportLabel *labels; /* [n_labels] */
  guint *order;          /* [n_labels] worst first */
  NwBin *confidence;     /* [NW_CONFIDENCE_BINS], softmax only */
  NwVerdict confidence_verdict;
  guint32 *rows;   /* [rows] where each kept row was */
  float *p;        /* [n_labels][rows] */
  float *y;        /* [n_labels][rows], unless every target is a plain class of a softmax */
  gint32 *classes; /* [rows] instead of y */
  pthread_mutex_t lock;
  NwReportRanking *rankings; /* [n_labels] guarded by lock */
};

/* All zero but for name and width. */
NwReport *nw_report_alloc(const char *output, gsize cols);
/* Fills order and summary.worst from the labels. */
void nw_report_sort_labels(NwReport *report);
