/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The data of a whole project. */
#pragma once

#include "nw-dataset.h"
#include "nw-project.h"

/* nw_dataset_build() with what the project's network asks for. @base_dir and @overrides as there; a
 * network that cannot run is one sentence, too. (transfer full) */
NwDataset *nw_project_build_dataset(NwProject *project, const char *base_dir,
                                    const char *const *overrides, GError **error);
