/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Try an input: a row of the data, changed at will; what the network answers, raw and as its outputs
 * were recalibrated when the window opened; what mattered; how groups of rows compare. */
#pragma once

#include <adwaita.h>

#include "nw-run.h"

#define NW_TYPE_TRY_WINDOW (nw_try_window_get_type())
G_DECLARE_FINAL_TYPE(NwTryWindow, nw_try_window, NW, TRY_WINDOW, AdwWindow)

/* @run: with weights; @split: where the first row comes from. The window is to be presented. */
GtkWidget *nw_try_window_new(GtkWindow *parent, NwRun *run, NwSplit split);

/* Several networks together: @others as nw_trier_new_together(). */
GtkWidget *nw_try_window_new_together(GtkWindow *parent, NwRun *run, const NwMembers *others,
                                      NwSplit split);

/* Why an input cannot be tried now, in one sentence; NULL when it can. */
const char *nw_try_window_get_obstacle(NwRun *run);
