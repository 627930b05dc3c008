/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-session-private.h"

#include <glib/gstdio.h>

#include "nw-data-key.h"
#include "nw-plan.h"

void
nw_run_preparation_free(NwRunPreparation *job)
{
  if (!job)
    return;
  g_clear_pointer(&job->project, nw_project_unref);
  g_clear_pointer(&job->inference, nw_inference_unref);
  g_clear_pointer(&job->dataset, nw_dataset_unref);
  g_clear_pointer(&job->trainer, nw_trainer_free);
  nw_recorder_free(job->recorder);
  g_free(job->base_dir);
  g_free(job->runs);
  g_free(job->key);
  g_free(job->folder);
  g_free(job);
}

/* Keeps the dataset of the run before where nothing about it has changed. */
static gboolean
find_dataset(NwRunPreparation *job, GError **error)
{
  g_autoptr(NwPlan) plan = nw_plan_new(job->inference, 1, FALSE, error);
  g_autofree NwFieldRequest *requests = NULL;
  g_autofree char *key = NULL;
  gsize n;

  if (!plan)
    return FALSE;
  requests = nw_plan_dup_requests(plan, &n);
  key = nw_data_key_new(nw_project_get_data(job->project), job->base_dir, requests, n);
  if (job->dataset && g_strcmp0(key, job->key) == 0)
    return TRUE;
  g_free(job->key);
  job->key = g_steal_pointer(&key);
  g_clear_pointer(&job->dataset, nw_dataset_unref);
  job->dataset =
      nw_dataset_build(nw_project_get_data(job->project), job->base_dir, NULL, requests, n, error);
  return job->dataset != NULL;
}

/* The run's number comes from the history, and names the folder of its weights; without one, training
 * goes on without files. */
static gboolean
prepare_run(NwRunPreparation *job, GError **error)
{
  g_autofree char *history = nw_place_dup_history(job->runs);
  NwTrainOptions options = {
      .threads = job->threads,
      .base_dir = job->base_dir,
      .watching = NW_WATCH_SOME,
  };
  NwRecorderAbout about = {.base_dir = job->base_dir, .threads = job->threads};

  job->recorder = nw_recorder_new(history);
  job->folder = nw_place_make_run_folder(job->runs, nw_recorder_get_run(job->recorder));
  options.out_dir = about.folder = job->folder;
  job->trainer = nw_trainer_new(job->project, job->dataset, &options, error);
  if (!job->trainer) {
    if (job->folder)
      g_rmdir(job->folder);
    return FALSE;
  }
  nw_recorder_begin(job->recorder, job->trainer, &about);
  return TRUE;
}

void
nw_run_preparation_thread(GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  NwRunPreparation *job = data;
  GError *error = NULL;

  job->data_is_at_fault = !find_dataset(job, &error);
  if (!job->data_is_at_fault && !g_cancellable_is_cancelled(cancellable))
    prepare_run(job, &error);
  if (error)
    g_task_return_error(task, error);
  else
    g_task_return_boolean(task, TRUE);
}
