/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-project-data.h"

#include "nw-infer.h"
#include "nw-plan.h"

NwDataset *
nw_project_build_dataset(NwProject *project, const char *base_dir, const char *const *overrides,
                         GError **error)
{
  g_autoptr(NwInference) inference = nw_inference_new(nw_project_get_graph(project));
  g_autoptr(NwPlan) plan = NULL;
  g_autofree NwFieldRequest *requests = NULL;
  gsize n;

  if (!nw_inference_check(inference, error))
    return NULL;
  plan = nw_plan_new(inference, 1, FALSE, error);
  if (plan == NULL)
    return NULL;
  requests = nw_plan_dup_requests(plan, &n);
  return nw_dataset_build(nw_project_get_data(project), base_dir, overrides, requests, n, error);
}
