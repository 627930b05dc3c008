/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-stored-files.h"

#include <glib/gi18n-lib.h>

#include "nw-build.h"
#include "nw-error.h"
#include "nw-infer.h"
#include "nw-project-data.h"

NwWeights *
nw_stored_run_load_weights(const NwStoredRun *run, NwProject *project, GError **error)
{
  gboolean best = nw_params_get_bool(nw_project_get_training(project), "restore_best");
  const char *hash = best ? run->best_hash : run->last_hash;
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwWeights) weights = NULL;
  g_autofree char *path = NULL, *found = NULL;

  if (run->folder == NULL || hash == NULL) {
    g_set_error(error, NW_ERROR, NW_ERROR_INPUT, _("Run %u left no weights."), (guint)run->id);
    return NULL;
  }
  if (!nw_inference_check(inference, error))
    return NULL;
  path = g_build_filename(run->folder, best ? "best.safetensors" : "last.safetensors", NULL);
  weights = nw_weights_new(inference, 1, error);
  if (weights == NULL || !nw_weights_load(weights, path, error))
    return NULL;
  found = nw_weights_checksum(weights);
  if (g_strcmp0(found, hash) == 0)
    return g_steal_pointer(&weights);
  g_set_error(
      error, NW_ERROR, NW_ERROR_INPUT,
      _("The weights of run %u are not those that it was trained to; its file has changed."),
      (guint)run->id);
  return NULL;
}

NwDataset *
nw_stored_run_load_dataset(const NwStoredRun *run, NwProject *project, GError **error)
{
  g_autoptr(NwDataset) dataset = nw_project_build_dataset(project, run->base_dir, NULL, error);

  if (dataset == NULL)
    return NULL;
  if (g_strcmp0(nw_dataset_get_hash(dataset), run->data_hash) == 0)
    return g_steal_pointer(&dataset);
  g_set_error(error, NW_ERROR, NW_ERROR_INPUT,
              _("The data of run %u are not what they were when it was trained."), (guint)run->id);
  return NULL;
}
