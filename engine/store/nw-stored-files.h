/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a run of the history was trained to, and on: read again, if it is still what it was. */
#pragma once

#include "nw-dataset.h"
#include "nw-store.h"

/* The weights that the run kept, @project being its own; files that are gone or have changed are
 * one sentence. (transfer full) */
NwWeights *nw_stored_run_load_weights(const NwStoredRun *run, NwProject *project, GError **error);
/* Its data; others than then are one sentence. (transfer full) */
NwDataset *nw_stored_run_load_dataset(const NwStoredRun *run, NwProject *project, GError **error);
