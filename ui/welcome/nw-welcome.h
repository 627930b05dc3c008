/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The first screen: examples, recent projects, new, open. What it offers are actions of the window
 * (win.new, win.open, win.open-uri, win.open-example). */
#pragma once

#include <gtk/gtk.h>

#define NW_TYPE_WELCOME (nw_welcome_get_type())
G_DECLARE_FINAL_TYPE(NwWelcome, nw_welcome, NW, WELCOME, GtkWidget)

/* Lists examples and recent projects anew. */
void nw_welcome_refresh(NwWelcome *welcome);
