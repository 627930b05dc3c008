/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Everything undo covers, as one immutable value: graph, data settings, training settings.
 *
 * An edit returns a new project that shares what it did not touch; undo is a list of projects. Files,
 * caches, fitted scalers and weights are derived and never inside. */
#pragma once

#include "nw-data-settings.h"
#include "nw-graph.h"
#include "nw-optimizer.h"
#include "nw-param.h"

typedef struct _NwProject NwProject;

/* An empty graph, no data, Adam, 20 epochs, batch 32, seed 1. (transfer full) */
NwProject *nw_project_new(void);
NwProject *nw_project_ref(NwProject *project);
void nw_project_unref(NwProject *project);
gboolean nw_project_equal(const NwProject *a, const NwProject *b);

/* (transfer none) */
NwGraph *nw_project_get_graph(const NwProject *project);
NwDataSettings *nw_project_get_data(const NwProject *project);
NwParams *nw_project_get_training(const NwProject *project); /* nw_training_params */
const NwOptimizerKind *nw_project_get_optimizer(const NwProject *project);
NwParams *nw_project_get_optimizer_params(const NwProject *project);
const char *nw_project_get_description(const NwProject *project); /* what it is about; may be "" */

/* (transfer full); @project is unchanged and keeps its reference. */
NwProject *nw_project_with_graph(NwProject *project, NwGraph *graph);
NwProject *nw_project_with_data(NwProject *project, NwDataSettings *data);
NwProject *nw_project_with_training(NwProject *project, NwParams *training);
/* Changing the kind gives the new kind's defaults, keeping parameters of the same key and type
 * except the learning rate. */
NwProject *nw_project_with_optimizer(NwProject *project, const NwOptimizerKind *kind);
NwProject *nw_project_with_optimizer_params(NwProject *project, NwParams *params);
NwProject *nw_project_with_description(NwProject *project, const char *text);

/* nw_graph_rename, and the data bound to an Input or Output follows its new name. */
NwProject *nw_project_with_node_renamed(NwProject *project, guint node_uid, const char *name,
                                        GError **error);

/**
 * nw_project_set:
 * @key: "training.epochs", "training.schedule.alpha", "optimizer", "optimizer.learning_rate", "LAYER.PARAM" ("dense_1.units"),
 *   or "*.PARAM" for every layer that has it ("*.loss" sets the loss of all outputs)
 *
 * What `--set` does. (transfer full), or NULL with one sentence that names near misses.
 */
NwProject *nw_project_set(NwProject *project, const char *key, const char *text, GError **error);

/* The table of training settings: epochs, batch_size, seed, …, and the rows of all schedules. Ended by
 * a NULL key; always the same. In nw-training.c. */
const NwParamSpec *nw_training_params(void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(NwProject, nw_project_unref)
