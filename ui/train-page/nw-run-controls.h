/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* What can be done with a run beside pausing and stopping it: one batch, one epoch, more epochs, back to
 * the best weights. Buttons of the window's actions; one that cannot be pressed says why. */
#pragma once

#include <gtk/gtk.h>

#define NW_TYPE_RUN_CONTROLS (nw_run_controls_get_type())
G_DECLARE_FINAL_TYPE(NwRunControls, nw_run_controls, NW, RUN_CONTROLS, GtkWidget)

/* @reason: (nullable): why the button of @action ("win.step") cannot be pressed now; it ends its
 * tooltip */
void nw_run_controls_set_reason(NwRunControls *controls, const char *action, const char *reason);
/* How many epochs “win.extend” shall add. */
guint nw_run_controls_get_more(NwRunControls *controls);
