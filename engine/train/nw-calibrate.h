/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Recalibrating an output of a trained network: methods are fitted to its predictions on validation
 * data and judged on test data (nw-contest.h); the chosen one becomes a Recalibration layer. */
#pragma once

#include "nw-contest.h"
#include "nw-dataset.h"
#include "nw-project.h"
#include "nw-weights.h"

/* Names of the outputs that give probabilities to compare with a target, NULL-ended. The graph is
 * without errors. (transfer full) */
char **nw_calibrate_list_outputs(NwProject *project);

/**
 * nw_calibrate:
 * @output: one of these
 * @fit: whose rows maps are fitted to: validation, or test; fitting to rows that the network was
 *   trained on is refused, for there it is too sure of itself
 * @only: (nullable): leave out all other methods
 *
 * Judged are the test rows, if there are any others than @fit's. A Recalibration that is there
 * already is left out of it. May take seconds; call it in a thread. (transfer full)
 */
NwContest *
nw_calibrate(NwProject *project, NwWeights *weights, NwDataset *dataset, const char *output,
             NwSplit fit, const NwRecalibratorKind *only, int threads, GError **error);

/**
 * nw_calibrate_apply:
 * @maps: (nullable): NULL: as it is
 *
 * The project with a Recalibration before @output: between logits and activation where it can see
 * them, else behind the probabilities. One that is there already gets other numbers. Weights stay
 * as they are. (transfer full)
 */
NwProject *
nw_calibrate_apply(NwProject *project, const char *output, const NwMaps *maps, GError **error);

/* What @output is recalibrated with; NULL: nothing. */
const NwRecalibratorKind *
nw_calibrate_get_method(NwProject *project, const char *output, gboolean *per_output);

/* @to with the recalibrations that outputs of the same names have in @from, and no others: how the
 * project that a run trained follows later edits. (transfer full) */
NwProject *nw_calibrate_transfer(NwProject *to, NwProject *from);

/* The graph without Recalibration layers, their activations back where they came from: what is
 * trained. (transfer full) */
NwGraph *nw_calibrate_strip(NwGraph *graph);

/* The fitted numbers of all Recalibration layers as tensors “LAYER/numbers” and “LAYER/lengths”,
 * for files of weights: appends NwFileTensor items to @tensors, and to @owned what must live as
 * long. */
void nw_calibrate_append_tensors(NwProject *project, GArray *tensors, GPtrArray *owned);
