/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A histogram small enough for a table cell. */
#pragma once

#include <gtk/gtk.h>

#define NW_TYPE_MINI_BARS (nw_mini_bars_get_type())
G_DECLARE_FINAL_TYPE(NwMiniBars, nw_mini_bars, NW, MINI_BARS, GtkWidget)

GtkWidget *nw_mini_bars_new(void);
/* Copies @counts [@n]; the tallest fills the height. @description is said to screen readers. */
void
nw_mini_bars_set_counts(NwMiniBars *bars, const gsize *counts, gsize n, const char *description);
