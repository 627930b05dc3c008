/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Predictions as CSV and NPZ files.
 *
 * CSV: a row per sample. For each output OUT with classes A, B …: p_OUT_A, p_OUT_B, …, then
 * class_OUT, the most probable class (of independent labels: all above ½, joined by “;”); with
 * targets also y_OUT_A, … . An output that is no probability has its name (OUT, or OUT_0, OUT_1, …)
 * instead of p_… . Outputs per step put the step between: p_OUT_0_A; steps that a mask leaves out
 * are empty. Classes without names are numbered from 0.
 *
 * NPZ: “OUT” [rows, shape…] float32 for each output, and with targets “OUT.target”. With a single
 * output of probabilities the names are `probs` and `labels`, as `netwright score` reads them.
 * Where steps are masked there is also “OUT.mask”, or `mask`, [rows, steps], 0 for those that are.
 */
#pragma once

#include "nw-dataset.h"
#include "nw-evaluate.h"

/* @rows: [predictions->rows] of @dataset, which gives the names of classes and the targets.
 * @targets: write them where the dataset has them. Both are atomic. */
gboolean
nw_predictions_write_csv(NwProject *project, const NwPredictions *predictions, NwDataset *dataset,
                         const guint32 *rows, gboolean targets, const char *path, GError **error);
gboolean
nw_predictions_write_npz(NwProject *project, const NwPredictions *predictions, NwDataset *dataset,
                         const guint32 *rows, gboolean targets, const char *path, GError **error);
