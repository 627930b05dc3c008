/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Running means of losses and metrics over the batches of an epoch (Keras' rule: weighted by batch
 * size, facts B.4; by the rows that are known, where not all are). The worker uses one for
 * training, the evaluator one for each pass. */
#pragma once

#include "nw-exec.h"
#include "nw-feed.h"
#include "nw-metric.h"

/* One number of a metric of one output. */
typedef struct {
  const NwMetricKind *kind;
  guint output;
  char *name;  /* Keras' name: "digit_accuracy"; "accuracy" with a single output */
  char *title; /* what it resolved to: “binary accuracy, per label” */
} NwTallyNumber;

/* A metric that was asked for and is not measured. */
typedef struct {
  const NwMetricKind *kind;
  guint output;
  const char *reason; /* one clause */
} NwTallyRefusal;

typedef struct _NwTally NwTally;

/* @reports: a report of all predictions will be handed in; without, metrics that need one are left
 * out. */
NwTally *nw_tally_new(const NwPlan *plan, const NwFeed *feed, gboolean reports);
void nw_tally_free(NwTally *tally);
void nw_tally_reset(NwTally *tally);
/* Adds the last run of @exec. */
void nw_tally_add(NwTally *tally, const NwExec *exec, gsize n);

/* Measures what needs all predictions of an output. @report: NULL: there were none to keep. */
void nw_tally_take_report(NwTally *tally, guint output, NwReport *report);

guint nw_tally_get_n_numbers(const NwTally *tally);
const NwTallyNumber *nw_tally_get_number(const NwTally *tally, guint i);
/* @values: (out): [n_numbers] */
void nw_tally_read_numbers(const NwTally *tally, double *values);
guint nw_tally_get_n_refusals(const NwTally *tally);
const NwTallyRefusal *nw_tally_get_refusal(const NwTally *tally, guint i);
/* Of an output whose target may be unknown, how many rows of its loss were known, and how many not;
 * FALSE: all are known. */
gboolean nw_tally_get_known(const NwTally *tally, guint output, gsize *known, gsize *unknown);
/* 0 where nothing was known. */
double nw_tally_get_term(const NwTally *tally, guint term);
double nw_tally_get_total(const NwTally *tally);

/* All of the tally as numbers, for checkpoints. */
gsize nw_tally_get_n_state(const NwTally *tally);
double *nw_tally_get_state(NwTally *tally);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwTally, nw_tally_free)
