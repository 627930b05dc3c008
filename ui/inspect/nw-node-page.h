/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* Settings of the selected node or nodes, from their parameter tables; shapes; problems.
 *
 *   "edited" (gpointer graph, const char *label, const char *merge_key) */
#pragma once

#include <gtk/gtk.h>

#include "nw-doctor.h"
#include "nw-infer.h"

#define NW_TYPE_NODE_PAGE (nw_node_page_get_type())
G_DECLARE_FINAL_TYPE(NwNodePage, nw_node_page, NW, NODE_PAGE, GtkWidget)

GtkWidget *nw_node_page_new(void);
/* Shown at once if they are of the present graph, else with the graph that comes next. */
void nw_node_page_set_findings(NwNodePage *page, NwFindings *findings);
void nw_node_page_set_graph(NwNodePage *page, NwGraph *graph, NwInference *inference);
void nw_node_page_set_selection(NwNodePage *page, const guint *uids, gsize n);
void nw_node_page_set_batch_size(NwNodePage *page, guint batch_size);
void nw_node_page_focus(NwNodePage *page);
