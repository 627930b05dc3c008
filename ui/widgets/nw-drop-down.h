/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Drop-down lists of long titles. */
#pragma once

#include <gtk/gtk.h>

/* The button of @drop, a list of GtkStringObject, asks for no more room than @chars; the list shows
 * every title in full. */
void nw_drop_down_narrow(GtkDropDown *drop, int chars);
