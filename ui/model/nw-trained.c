/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
#include "nw-trained.h"

NwTrained *
nw_trained_new(NwRun *run)
{
  NwTrained *self;

  g_return_val_if_fail(nw_run_get_weights(run) && nw_run_get_dataset(run), NULL);

  self = g_new0(NwTrained, 1);
  self->project = nw_project_ref(nw_run_get_used_project(run));
  self->weights = nw_weights_ref(nw_run_get_weights(run));
  self->dataset = nw_dataset_ref(nw_run_get_dataset(run));
  return self;
}

void
nw_trained_free(NwTrained *self)
{
  if (!self)
    return;
  nw_project_unref(self->project);
  nw_weights_unref(self->weights);
  nw_dataset_unref(self->dataset);
  g_free(self);
}
