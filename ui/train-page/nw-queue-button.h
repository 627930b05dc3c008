/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Puts the project into the queue (“win.queue”); its list shows what waits, and takes it out again.
 *
 * “remove” (NwQueuedRun *) */
#pragma once

#include <gtk/gtk.h>

#include "nw-queued-run.h"

#define NW_TYPE_QUEUE_BUTTON (nw_queue_button_get_type())
G_DECLARE_FINAL_TYPE(NwQueueButton, nw_queue_button, NW, QUEUE_BUTTON, GtkWidget)

/* @queue: NwQueuedRun, the next one first */
void nw_queue_button_set_queue(NwQueueButton *button, GListModel *queue);
