/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* For tests and measurements: with NETWRIGHT_TIMINGS set, each frame of a window prints a line
 * "frame END MS BUSY" on stderr: when it was done (µs, monotonic), how long layout and drawing took, and
 * how much of that the thread worked (ms): the rest it waited for a processor. */
#pragma once

#include <gtk/gtk.h>

void nw_timings_watch(GtkWidget *window);
