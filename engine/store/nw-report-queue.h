/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Reports on their way into the store. Every evaluation's are kept while there are no more than two
 * thousand; of longer runs those of every second, fourth, … epoch. The best and the newest always
 * are. */
#pragma once

#include "nw-trainer.h"

typedef struct {
  guint epoch;        /* 1 … */
  GPtrArray *reports; /* NwReport */
} NwEvaluated;

/* Safe in any thread. */
typedef struct _NwReportQueue NwReportQueue;

NwReportQueue *nw_report_queue_new(void);
void nw_report_queue_free(NwReportQueue *queue);

/* @best: the best epoch so far, 1 …; 0: none */
void nw_report_queue_push(NwReportQueue *queue, const NwEvent *event, guint best);
/* The oldest that wait, at most @most; @stride: of the epochs whose reports are kept. NwEvaluated
 * (transfer full) */
GPtrArray *nw_report_queue_take(NwReportQueue *queue, guint most, guint *stride);
/* They could not be written, and wait again. Empties @list. */
void nw_report_queue_give_back(NwReportQueue *queue, GPtrArray *list);
