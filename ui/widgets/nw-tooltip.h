/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Tooltips of what is told anew many times a second. */
#pragma once

#include <gtk/gtk.h>

/* As gtk_widget_set_tooltip_text(), but nothing happens when @text (nullable) is there already: GTK
 * would look for the pointer again and draw one more frame. */
void nw_tooltip_set(GtkWidget *widget, const char *text);
/* A label that may be cut shows its whole text, without anything happening when that changes. */
void nw_tooltip_show_whole(GtkLabel *label);
