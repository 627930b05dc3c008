/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Trains a recorded run again in the background, and says whether it is the same, bit for bit. */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"

/* @parent: (nullable) */
void nw_run_replay_present(GtkWindow *parent, NwRun *run);
