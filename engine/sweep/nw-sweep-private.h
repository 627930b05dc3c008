/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A sweep under way, for the files that run it and keep it. */
#pragma once

#include "nw-dataset.h"
#include "nw-sweep-run.h"

struct _NwSweepRun {
  NwSweep *sweep;
  NwProject *project; /* (nullable) of one that is only looked at */
  char *fingerprint;  /* of the project */
  char *base_dir, *runs;
  int threads;
  GPtrArray *trials; /* NwSweepTrial */
  guint rung;        /* comparisons that are done */
  gboolean higher_is_better;
  NwDataset *dataset; /* of the newest trial */
  char *data_key;     /* of that */
};

/* Atomic; makes the folder. In nw-sweep-state.c. */
gboolean nw_sweep_state_save(const NwSweepRun *run, GError **error);
/* Fills what the file knows. *found: there is one. */
gboolean nw_sweep_state_load(NwSweepRun *run, gboolean *found, GError **error);
char *nw_sweep_state_dup_path(const char *runs, const char *name);
