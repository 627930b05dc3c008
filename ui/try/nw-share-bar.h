/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A probability as a bar the size of a word. */
#pragma once

#include <gtk/gtk.h>

#define NW_TYPE_SHARE_BAR (nw_share_bar_get_type())
G_DECLARE_FINAL_TYPE(NwShareBar, nw_share_bar, NW, SHARE_BAR, GtkWidget)

GtkWidget *nw_share_bar_new(void);
/* @share: 0 … 1; NaN: empty. @strong: in the accent's colour */
void nw_share_bar_set(NwShareBar *bar, double share, gboolean strong);
