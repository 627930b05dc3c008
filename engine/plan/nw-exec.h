/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Runs a plan: owns the arena, reads and writes an NwWeights, allocates nothing per batch.
 *
 *   exec = nw_exec_new(plan, weights, pool, seed, &error);
 *   fill nw_exec_get_input(exec, i) and nw_exec_get_target(exec, i) with n samples;
 *   nw_exec_run(exec, n, epoch, batch);
 *   total = nw_exec_get_total(exec); gradients are in the weights.
 */
#pragma once

#include "nw-plan.h"
#include "nw-pool.h"
#include "nw-weights.h"

typedef struct _NwExec NwExec;

/* Training plans need weights prepared for training. Fails with NW_ERROR_LIMIT when there is no
 * memory. @pool (nullable) must outlive the runner. */
NwExec *nw_exec_new(NwPlan *plan, NwWeights *weights, NwPool *pool, guint64 seed, GError **error);
void nw_exec_free(NwExec *exec);
NwPlan *nw_exec_get_plan(const NwExec *exec);

/* [capacity, shape…] of input or target @i; NwReal or gint32 as its type says. NULL: no target. */
gpointer nw_exec_get_input(const NwExec *exec, guint i);
gpointer nw_exec_get_target(const NwExec *exec, guint i);
/* [capacity, shape…] of the sample weights of output @i. NULL: it has none. */
NwReal *nw_exec_get_sample_weight(const NwExec *exec, guint i);
/* Losses of @i are left out (its target is missing); its term is 0. Evaluation plans only. */
void nw_exec_set_without_targets(NwExec *exec, gboolean without);

/* From now on, large gradients that are one product are left to nw_optimize, which must come before
 * the next run. Training plans only. */
void nw_exec_defer_gradients(NwExec *exec);

/* How much the loss of output @i counts in the total from now on. */
void nw_exec_set_output_weight(NwExec *exec, guint i, double weight);
/* A frozen output's loss is still computed and counted, but has no gradient. */
void nw_exec_set_output_frozen(NwExec *exec, guint i, gboolean frozen);

/* One pass over @n samples, 1 … capacity. (@epoch, @batch) choose the random numbers; with
 * batch 0 a pass begins, and states that are kept from batch to batch are 0 again. A training
 * plan also computes gradients and the penalties on weights. */
void nw_exec_run(NwExec *exec, gsize n, guint epoch, guint batch);
/* Called within nw_exec_run for each node of the forward pass as soon as its result is made, before
 * anything takes its memory: @values[rows, cols], rows being all axes but the last. Only the first
 * result of a node, and only one of numbers that are not integers. */
typedef void
NwExecProbe(gpointer data, guint node_uid, const NwReal *values, gsize rows, gsize cols);
/* From the next run on; NULL: none. */
void nw_exec_set_probe(NwExec *exec, NwExecProbe *probe, gpointer data);

/* From now on, layers with dropout (recurrent ones and attention, too) set numbers to 0 at random (@on)
 * as they do while training, though the plan is for evaluation; everything else stays as it is there.
 * The numbers are chosen by the seed of nw_exec_new() and by (epoch, batch). Returns how many such
 * layers there are whose rate is not 0. */
guint nw_exec_set_dropout(NwExec *exec, gboolean on);
/* From now on, recalibration layers pass on what they get, as they do while training. */
void nw_exec_bypass_recalibration(NwExec *exec);
/* The penalties on weights alone, for evaluation plans (they are the same for every batch). */
void nw_exec_run_weight_penalties(NwExec *exec);

/* Of the last run: value of each term, unweighted; their weighted sum. */
double nw_exec_get_term(const NwExec *exec, guint i);
double nw_exec_get_total(const NwExec *exec);
/* How many rows (samples × steps; numbers, where a row may be known in part) of output @i counted.
 * @unknown: (out) (nullable): how many did not because their target is not known */
double nw_exec_get_rows(const NwExec *exec, guint i, double *unknown);
/* How much the loss of output @i counts in the total. */
double nw_exec_get_output_weight(const NwExec *exec, guint i);
/* Predictions of output @i after the activation, with the targets of the last run. */
NwMetricBatch nw_exec_get_batch(const NwExec *exec, guint i);
/* The same with the weights of samples as weights of its rows, where it has such. */
NwMetricBatch nw_exec_get_weighted_batch(const NwExec *exec, guint i);

/* [rows, cols] what the probabilities of output @i were made of by a sigmoid or softmax right
 * before it, or by its loss; NULL: there is no such thing, or the plan is for training. */
const NwReal *nw_exec_get_logits(const NwExec *exec, guint i);

/* From now on a run goes backward from the number (@row, @col) of what the plan's output answers to each
 * sample, or from its log-odds (nw_plan_asks_odds()). Plans of nw_plan_new_asking() only. */
void nw_exec_ask(NwExec *exec, gsize row, gsize col);
/* [n, shape…] d answer / d input @i of the last run. NULL: it is ids, or the answer does not depend
 * on it. */
const NwReal *nw_exec_get_slopes(const NwExec *exec, guint i);
/* FALSE: ids that go through another layer on their way to an Embedding, or are read by something else.
 * @effects: [elements of input @i] gains slope × number of each element of @sample; of an id, Σ
 * slope × number over what its Embeddings make of it. (Gradient × input: Shrikumar et al., “Not just
 * a black box”, 2016.) */
gboolean nw_exec_add_effects(const NwExec *exec, guint i, gsize sample, double *effects);

/* Runs forward once more and returns the first layer whose result is not finite, as a phrase: “in
 * the result of Dense “hidden””; NULL when all is finite. (transfer full) */
char *nw_exec_find_not_finite(NwExec *exec);
/* Runs forward once more and looks for numbers of the data that a layer or a loss cannot take,
 * which make its result infinite or NaN: a sentence without a full stop that names layer, row and
 * number, or NULL. @rows: (nullable): [n] what row of the data each sample is. (transfer full) */
char *nw_exec_find_bad_data(NwExec *exec, const guint32 *rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwExec, nw_exec_free)
