/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What tests of targets need: a network and the table that feeds it, in a folder of their own. */
#pragma once

#include "net.h"
#include "nw-evaluate.h"
#include "nw-plan.h"
#include "nw-project.h"
#include "nw-trainer.h"
#include "test-folder.h"

typedef struct {
  TestFolder *folder;
  NwProject *project;
} Desk;

static inline void
take(Desk *desk, NwProject *next)
{
  g_assert_nonnull(next);
  nw_project_unref(desk->project);
  desk->project = next;
}

static inline void
take_data(Desk *desk, NwDataSettings *data)
{
  take(desk, nw_project_with_data(desk->project, data));
  nw_data_settings_unref(data);
}

static inline void
set(Desk *desk, const char *key, const char *value)
{
  g_autoptr(GError) error = NULL;
  NwProject *next = nw_project_set(desk->project, key, value, &error);

  g_assert_no_error(error);
  take(desk, next);
}

static inline void
bind(Desk *desk, const char *field, const char *column)
{
  take_data(desk, nw_data_settings_with_binding(nw_project_get_data(desk->project), field, "t",
                                                (const char *const[]){column, NULL}));
}

/* @network as net.h has it; @table becomes the source “t”. */
static inline Desk
desk_new(const char *network, const char *table)
{
  Desk desk = {.folder = test_folder_new(), .project = nw_project_new()};
  g_autoptr(NwGraph) graph = net(network);
  const NwDataSource source = {.name = (char *)"t", .path = (char *)"t.csv"};

  g_free(test_folder_file(desk.folder, "t.csv", table, -1));
  take(&desk, nw_project_with_graph(desk.project, graph));
  take_data(&desk, nw_data_settings_with_source(nw_project_get_data(desk.project), &source));
  return desk;
}

static inline void
desk_clear(Desk *desk)
{
  test_folder_free(desk->folder);
  nw_project_unref(desk->project);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_clear)

static inline NwDataset *
build(const Desk *desk, GError **error)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(desk->project));
  g_autoptr(NwPlan) plan = nw_plan_new(inference, 1, FALSE, error);
  g_autofree NwFieldRequest *requests = NULL;
  gsize n;

  if (plan == NULL)
    return NULL;
  requests = nw_plan_dup_requests(plan, &n);
  return nw_dataset_build(nw_project_get_data(desk->project), desk->folder->path, NULL, requests, n,
                          error);
}

static inline NwDataset *
build_well(const Desk *desk)
{
  g_autoptr(GError) error = NULL;
  NwDataset *dataset = build(desk, &error);

  g_assert_no_error(error);
  return dataset;
}

static inline void
assert_refused(const Desk *desk, const char *piece)
{
  g_autoptr(GError) error = NULL;

  g_assert_null(build(desk, &error));
  test_assert_error(error, piece);
}

static inline NwWeights *
fresh_weights(const Desk *desk)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(desk->project));
  g_autoptr(GError) error = NULL;
  NwWeights *weights = nw_weights_new(inference, 1, &error);

  g_assert_no_error(error);
  return weights;
}

static inline void
split_in_order(Desk *desk, double validation, double test)
{
  const NwSplitSettings split = {validation, test, 1, FALSE, NULL};

  take_data(desk, nw_data_settings_with_split(nw_project_get_data(desk->project), &split));
}

/* (transfer full) */
static inline NwTrainer *
train(const Desk *desk, NwDataset *dataset)
{
  g_autoptr(GError) error = NULL;
  NwTrainer *trainer = nw_trainer_new(desk->project, dataset, NULL, &error);
  NwEvent *event;

  g_assert_no_error(error);
  nw_trainer_start(trainer);
  nw_trainer_join(trainer);
  while ((event = nw_trainer_pop_event(trainer)) != NULL)
    nw_event_unref(event);
  return trainer;
}
