/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a sweep of a project could vary: read from the tables of its parameters. */
#pragma once

#include "nw-project.h"

/**
 * NwSweepSetting:
 * @key: as nw_sweep_add() takes it: "optimizer.learning_rate", "hidden.units"
 * @node: uid of a node of the layer whose parameter it is; 0: of the optimiser or the training
 * @title: of the parameter; translated
 * @help: one sentence; translated
 * @value: what the project has, as a person would type it
 * @suggestion: values to begin with, as nw_sweep_add() takes them
 */
typedef struct {
  char *key;
  guint node;
  const char *title, *help;
  char *value, *suggestion;
} NwSweepSetting;

/* NwSweepSetting: optimiser, training, then the layers in their order. Left out are what does not
 * apply, what changes nothing that is learned (threads, checkpoints), how long a run trains, and
 * names, formulas and shapes that belong together. (transfer full) */
GPtrArray *nw_sweep_list_settings(NwProject *project);
