/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* A value out of a table of choices, for rows of long lists: unlike a GtkDropDown it makes its menu
 * only when it is opened, so hundreds of them cost little.
 *
 * “chosen” (guint index) is emitted when the person picks an entry. */
#pragma once

#include <gtk/gtk.h>

#include "nw-param.h"

#define NW_TYPE_CHOICE_BUTTON (nw_choice_button_get_type())
G_DECLARE_FINAL_TYPE(NwChoiceButton, nw_choice_button, NW, CHOICE_BUTTON, GtkWidget)

/* @choices: constant, ended by a NULL id; @label: what it is, for screen readers */
GtkWidget *nw_choice_button_new(const NwChoice *choices, const char *label);
/* Does not emit. */
void nw_choice_button_set_selected(NwChoiceButton *button, guint index);
