/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A window with several runs beside each other: what came out, and the settings that differ. */
#pragma once

#include <gtk/gtk.h>

/* @parent: (nullable); @runs: NwRun, in the order of the columns, read once */
void nw_run_compare_present(GtkWindow *parent, GListModel *runs);
