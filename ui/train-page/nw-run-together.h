/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A window in which several runs are judged together: the mean of what they answer (a deep
 * ensemble) on data held out, beside each of them; and from there inputs to try on all of them. */
#pragma once

#include <gtk/gtk.h>

/* @parent: (nullable); @runs: NwRun that have ended, also of earlier sessions; read once */
void nw_run_together_present(GtkWindow *parent, GListModel *runs);
