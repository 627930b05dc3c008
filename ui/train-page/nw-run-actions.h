/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What people do with the selected runs of a table: compare, judge together, write beside, export, replay, delete.
 */
#pragma once

#include <gtk/gtk.h>

/* Actions "run.compare", "run.together", "run.edit", "run.export-epochs", "run.export-steps", "run.replay" and
 * "run.delete" of NwRunTable. */
void nw_run_actions_install(GtkWidgetClass *class);
/* After the selection, or a selected run, has changed. */
void nw_run_actions_update(GtkWidget *table);
