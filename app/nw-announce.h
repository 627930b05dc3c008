/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What the desktop hears of a run or a sweep: how far it is, for launchers that show it, and its end, when the window
 * is not the one in use. */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"

/* From 0 to 1; below 0: nothing is going on. */
void nw_announce_progress(GtkWindow *window, double fraction);
/* @heading: what has ended; @sentence: (nullable): how; without, nothing is said */
void nw_announce_end(GtkWindow *window, const char *heading, const char *sentence);
/* How much of its epochs a run has done, 0 … 1. */
double nw_announce_get_fraction(NwRun *run);
