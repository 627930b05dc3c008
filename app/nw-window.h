/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* One project in one window: the five pages, the header bar, and everything the menus can do. */
#pragma once

#include <adwaita.h>

#define NW_TYPE_WINDOW (nw_window_get_type())
G_DECLARE_FINAL_TYPE(NwWindow, nw_window, NW, WINDOW, AdwApplicationWindow)

GtkWidget *nw_window_new(GtkApplication *application);

/* A project is opened (after asking about unsaved changes), anything else becomes a data source. */
void nw_window_open_file(NwWindow *window, GFile *file);

/* Runs a command of the table in nw-actions.h; one of the canvas goes to the Design page first. */
void nw_window_run(NwWindow *window, const char *detailed_action);

/* Offers what the last crash left behind, if there is something. */
void nw_window_offer_recovery(NwWindow *window);
