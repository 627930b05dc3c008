/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* How projects differ, setting by setting: what one looks at when two runs went differently. */
#pragma once

#include "nw-project.h"

typedef struct {
  char *key;     /* as `--set` takes it where it can: "optimizer.learning_rate", "dense_1.units" */
  char **values; /* [n] as a person would type them; NULL: that project has no such setting */
  guint n;
} NwSettingDiff;

/* NwSettingDiff: the settings in which @projects [n] are not all alike, in the order of optimiser,
 * training, layers, data. Parameters that do not apply are left out. (transfer full) */
GPtrArray *nw_settings_diff(NwProject *const *projects, guint n);
