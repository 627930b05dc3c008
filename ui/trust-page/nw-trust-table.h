/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* All numbers of all outputs, one row each, sorted by any of them. A row is two labels whatever the
 * number of columns, so that a thousand rows open as fast as ten.
 *
 * “order” (guint order): the head of that column was pressed
 * “item-selected” (guint position), “item-activated” (guint position): of a shown row */
#pragma once

#include <gtk/gtk.h>

#include "nw-trust-list.h"

#define NW_TYPE_TRUST_TABLE (nw_trust_table_get_type())
G_DECLARE_FINAL_TYPE(NwTrustTable, nw_trust_table, NW, TRUST_TABLE, GtkWidget)

/* @list: (nullable), borrowed until the next call; shown as it is arranged, which was by @order.
 * @selected: −1 for none */
void nw_trust_table_set(NwTrustTable *table, const NwTrustList *list, NwTrustOrder order,
                        gboolean reversed, int selected);
