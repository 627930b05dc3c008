/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Asks where to write the report of a recorded run, writes it in a thread and says so. */
#pragma once

#include <gtk/gtk.h>

#include "nw-run.h"

void nw_run_report_ask(GtkWidget *widget, NwRun *run);
