/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Titles of a column view that stand above what they name. */
#pragma once

#include <gtk/gtk.h>

/* Puts the title of a column (0: the first) at the right, as its numbers are. GTK has no property
 * for that before version 5; where its heads are built otherwise, the title stays at the left. */
void nw_table_head_align_right(GtkColumnView *view, guint column);
