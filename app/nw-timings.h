/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* For tests and measurements: with NETWRIGHT_TIMINGS set, each frame of a window prints a line
 * "frame END MS" on stderr: when it was done (µs, monotonic) and how long layout and drawing took. */
#pragma once

#include <gtk/gtk.h>

void nw_timings_watch(GtkWidget *window);
