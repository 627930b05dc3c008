/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Evaluates weights on rows of a dataset, again and again: the validation pass of training, and
 * what nw_evaluate and nw_predict are made of. One thread at a time. */
#pragma once

#include "nw-forecast.h"
#include "nw-report.h"
#include "nw-tally.h"

typedef struct _NwEvaluator NwEvaluator;

/* A plan for predictions of @n_rows rows, in batches that are large but not too large for memory.
 */
NwPlan *nw_evaluator_compile(NwInference *inference, gsize n_rows, GError **error);

/* Reads @weights at every run. @targets FALSE: predictions only. @n_rows: how many rows a run will
 * have at most, which bounds the batch. */
NwEvaluator *nw_evaluator_new(NwInference *inference, NwWeights *weights, NwDataset *dataset,
                              gboolean targets, gsize n_rows, NwPool *pool, GError **error);
/* With numbers that dropout draws by: nw_evaluator_new() takes 0. */
NwEvaluator *
nw_evaluator_new_seeded(NwInference *inference, NwWeights *weights, NwDataset *dataset,
                        gboolean targets, gsize n_rows, NwPool *pool, guint64 seed, GError **error);
/* As nw_exec_set_output_weight. */
void nw_evaluator_set_output_weight(NwEvaluator *evaluator, guint output, double weight);
/* As nw_exec_bypass_recalibration. */
void nw_evaluator_bypass_recalibration(NwEvaluator *evaluator);
/* As nw_exec_set_dropout; @pass chooses the random numbers of the next runs. */
guint nw_evaluator_set_dropout(NwEvaluator *evaluator, gboolean on, guint pass);
void nw_evaluator_free(NwEvaluator *evaluator);

/**
 * nw_evaluator_run:
 * @predictions: (nullable): [n_outputs] arrays of n · rows_per_sample · cols numbers, filled with
 * what the network answers
 * @masks: (nullable): [n_outputs] arrays, each (nullable), of n · rows_per_sample: 1 where a step
 *   counts, 0 where a mask leaves it out
 *
 * Losses, metrics and, with targets, a report per output of the rows; results stay until the next
 * run.
 */
void nw_evaluator_run(NwEvaluator *evaluator, const guint32 *rows, gsize n, NwReal **predictions,
                      guint8 **masks);

const NwPlan *nw_evaluator_get_plan(const NwEvaluator *evaluator);
NwTally *nw_evaluator_get_tally(const NwEvaluator *evaluator);
/* Reports of the last run; NULL for outputs without a target. (transfer none) */
NwReport *nw_evaluator_get_report(const NwEvaluator *evaluator, guint output);

/* The report of other predictions, [rows, cols] of the rows of the last run; NULL as above.
 * (transfer full) */
NwReport *nw_evaluator_judge(const NwEvaluator *evaluator, guint output, const NwReal *predictions);

/* Logits, probabilities and targets of the last run, as recalibration takes them, for an output of
 * probabilities that has a target, of the rows that are known as a whole; errors are one sentence.
 * @from_probabilities: logits are made of the probabilities, even where the plan knows them.
 * (transfer full) */
NwForecast *nw_evaluator_dup_forecast(const NwEvaluator *evaluator, guint output,
                                      gboolean from_probabilities, GError **error);

/* What an output was asked and answered in the last run, where it counts: neither masked nor with a
 * number that is not finite. A class becomes a row of 0 and 1; NaN is not known. All (out)
 * (transfer full): @p, @y: [rows, cols] @from: [rows] sample · steps + step of each. FALSE: there
 * is nothing to compare its answers with. */
gboolean nw_evaluator_dup_rows(const NwEvaluator *evaluator, guint output, gsize *rows, double **p,
                               double **y, gsize **from);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwEvaluator, nw_evaluator_free)
