/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The chosen answer on all rows of a part of the data, grouped by a column: is it as right for some
 * as for others? */
#pragma once

#include <gtk/gtk.h>

#include "nw-trier.h"

#define NW_TYPE_TRY_GROUPS (nw_try_groups_get_type())
G_DECLARE_FINAL_TYPE(NwTryGroups, nw_try_groups, NW, TRY_GROUPS, GtkWidget)

/* @trier: ready */
GtkWidget *nw_try_groups_new(NwTrier *trier);
/* Predicts the rows in a thread, once it is seen. */
void nw_try_groups_set_split(NwTryGroups *groups, NwSplit split);
/* Another answer was chosen. */
void nw_try_groups_refresh(NwTryGroups *groups);
