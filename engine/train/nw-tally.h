/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Running means of losses and metrics over the batches of an epoch (Keras' rule: weighted by batch
 * size, facts B.4). The worker uses one for training, the evaluator one for each pass. */
#pragma once

#include "nw-exec.h"
#include "nw-feed.h"
#include "nw-metric.h"

typedef struct {
  const NwMetricKind *kind;
  guint output;
  char *name;        /* Keras' name: "digit_accuracy"; "accuracy" with a single output */
  const char *title; /* what it resolved to: “binary accuracy, per label” */
  gsize first_state; /* in the tally's states */
} NwTallyMetric;

typedef struct _NwTally NwTally;

NwTally *nw_tally_new(const NwPlan *plan, const NwFeed *feed);
void nw_tally_free(NwTally *tally);
void nw_tally_reset(NwTally *tally);
/* Adds the last run of @exec. */
void nw_tally_add(NwTally *tally, const NwExec *exec, gsize n);

guint nw_tally_get_n_metrics(const NwTally *tally);
const NwTallyMetric *nw_tally_get_metric(const NwTally *tally, guint i);
double nw_tally_get_metric_value(const NwTally *tally, guint i);
double nw_tally_get_term(const NwTally *tally, guint term);
double nw_tally_get_total(const NwTally *tally);

/* All of the tally as numbers, for checkpoints. */
gsize nw_tally_get_n_state(const NwTally *tally);
double *nw_tally_get_state(NwTally *tally);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwTally, nw_tally_free)
