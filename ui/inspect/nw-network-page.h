/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The network as a whole: how large it is, and all its nodes.
 *
 *   "select" (gpointer uids, guint n)
 *   "show-node" (guint uid) */
#pragma once

#include <gtk/gtk.h>

#include "nw-infer.h"

#define NW_TYPE_NETWORK_PAGE (nw_network_page_get_type())
G_DECLARE_FINAL_TYPE(NwNetworkPage, nw_network_page, NW, NETWORK_PAGE, GtkWidget)

GtkWidget *nw_network_page_new(void);
void nw_network_page_set_graph(NwNetworkPage *page, NwGraph *graph, NwInference *inference);
void nw_network_page_set_selection(NwNetworkPage *page, const guint *uids, gsize n);
