/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Names and numbers in two columns, updated in place. */
#pragma once

#include <gtk/gtk.h>

#define NW_TYPE_NUMBER_LIST (nw_number_list_get_type())
G_DECLARE_FINAL_TYPE(NwNumberList, nw_number_list, NW, NUMBER_LIST, GtkWidget)

GtkWidget *nw_number_list_new(void);
/* Adds the row called @title, or changes its text. @style: (nullable): a style class for the text;
 * @tooltip: (nullable): what the number means. @text NULL hides the row. */
void nw_number_list_set(NwNumberList *list, const char *title, const char *text, const char *style,
                        const char *tooltip);
