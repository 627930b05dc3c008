/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Several settings of the project against each other: what varies, how it goes, what came out. The
 * sweep goes on when the window is closed.
 *
 * “start” (NwSweep *sweep, guint epochs); “stop”; “open” (const char *name, nullable: a new one);
 * “use” (NwSweepTrial *trial): its settings shall be the project's */
#pragma once

#include <adwaita.h>

#include "nw-sweep-model.h"

#define NW_TYPE_SWEEP_WINDOW (nw_sweep_window_get_type())
G_DECLARE_FINAL_TYPE(NwSweepWindow, nw_sweep_window, NW, SWEEP_WINDOW, AdwWindow)

NwSweepWindow *nw_sweep_window_new(GtkWindow *parent, NwSweepModel *model);
void nw_sweep_window_set_project(NwSweepWindow *window, NwProject *project);
/* The sweeps that there are: names, NULL-ended. */
void nw_sweep_window_set_names(NwSweepWindow *window, const char *const *names);
/* The model has another sweep: its settings come into the form; without one, the form's get a new
 * name. */
void nw_sweep_window_take_sweep(NwSweepWindow *window);
/* @reason: (nullable): why no sweep can begin now */
void nw_sweep_window_set_reason(NwSweepWindow *window, const char *reason);
void nw_sweep_window_show_problem(NwSweepWindow *window, const char *sentence);
