/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a run has learned and on what data: all that a thread needs to predict with it, whatever
 * becomes of the run meanwhile. */
#pragma once

#include "nw-run.h"

/* A reference to each. @project: with what outputs were recalibrated with since. */
typedef struct {
  NwProject *project;
  NwWeights *weights;
  NwDataset *dataset;
} NwTrained;

/* @run: one that has weights and data. (transfer full) */
NwTrained *nw_trained_new(NwRun *run);
void nw_trained_free(NwTrained *trained); /* NULL is nothing */

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwTrained, nw_trained_free)
