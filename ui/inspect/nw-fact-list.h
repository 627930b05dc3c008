/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A framed list of facts: title on the left, value on the right. Also how numbers are written. */
#pragma once

#include <gtk/gtk.h>

#define NW_TYPE_FACT_LIST (nw_fact_list_get_type())
G_DECLARE_FINAL_TYPE(NwFactList, nw_fact_list, NW, FACT_LIST, GtkWidget)

GtkWidget *nw_fact_list_new(void);
/* Sets the value of the fact called @title, adding it at the end when it is new; @value NULL hides
 * it. */
void nw_fact_list_set(NwFactList *list, const char *title, const char *value);

/* “25 088”, with narrow spaces. (transfer full) */
char *nw_count_to_text(gint64 count);
/* “98.0 KiB”. (transfer full) */
char *nw_bytes_to_text(gint64 bytes);
