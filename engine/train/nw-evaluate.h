/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Losses, metrics and reports of given weights on one split; and plain predictions. */
#pragma once

#include "nw-dataset.h"
#include "nw-project.h"
#include "nw-report.h"
#include "nw-tally.h"
#include "nw-weights.h"

typedef struct {
  gsize samples;
  double loss; /* total, penalties included */
  guint n_outputs;
  char **outputs; /* [n_outputs] names */
  double *losses; /* [n_outputs] unweighted */
  /* [n_outputs] rows of the loss whose target is known, and those where it is not
   * (nw_exec_get_rows); 0 and 0 of outputs that know all of theirs */
  gsize *known, *unknown;
  guint n_metrics;
  char **metric_names;   /* Keras' names: "digit_accuracy" */
  char **metric_titles;  /* for people */
  guint *metric_outputs; /* index of the output */
  double *metrics;
  guint n_refusals; /* metrics that were asked for and do not fit */
  NwTallyRefusal *refusals;
  NwReport **reports; /* [n_outputs]; NULL where the output is no probability or has no target */
} NwEvaluation;

NwEvaluation *nw_evaluate(NwProject *project, NwWeights *weights, NwDataset *dataset, NwSplit split,
                          int threads, GError **error);
void nw_evaluation_free(NwEvaluation *evaluation);

/* What the network answers for rows of a dataset (targets not needed). */
typedef struct {
  guint n_outputs;
  char **outputs;
  NwShape *shapes; /* per sample */
  gsize rows;
  float **values; /* [n_outputs][rows, shape…] after the activation */
  guint8 **masks; /* [n_outputs], each (nullable): [rows, steps] 0: a mask leaves the step out */
  /* Of several networks together (nw-joint.h), else NULL. [n_outputs] and what each holds: */
  gsize *n_questions; /* of a row: 1 of a softmax head, else its columns */
  double **entropy; /* [rows, steps, questions] of the answers' probabilities, −Σ p·ln p; NULL of
                       values */
  double *
      *information; /* [rows, steps, questions] what the members disagree about; NULL of values */
  double **spread;  /* [rows, shape…] standard deviation of values; NULL of probabilities */
} NwPredictions;

/* With room for @n_rows rows of every output of @plan, 0; without masks. (transfer full) */
NwPredictions *nw_predictions_new(const NwPlan *plan, gsize n_rows);

NwPredictions *nw_predict(NwProject *project, NwWeights *weights, NwDataset *dataset,
                          const guint32 *rows, gsize n_rows, int threads, GError **error);
void nw_predictions_free(NwPredictions *predictions);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwEvaluation, nw_evaluation_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwPredictions, nw_predictions_free)
