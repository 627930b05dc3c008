/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What a run came to, in the words of the list of runs and of their comparison; “–” where it is not
 * known. All (transfer full). */
#pragma once

#include "nw-run.h"

char *nw_run_dup_epochs(NwRun *run);
char *nw_run_dup_best_loss(NwRun *run);
/* The mean over the outputs that can be judged. */
char *nw_run_dup_ece(NwRun *run);
char *nw_run_dup_time(NwRun *run); /* minutes and seconds */
