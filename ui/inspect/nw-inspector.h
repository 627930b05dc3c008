/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The right side of the Design page: the settings of what is selected, and the network as a whole.
 *
 *   "edited" (gpointer graph, const char *label, const char *merge_key)   as NwCanvas
 *   "select" (gpointer uids, guint n)
 *   "show-node" (guint uid) */
#pragma once

#include <gtk/gtk.h>

#include "nw-doctor.h"
#include "nw-infer.h"

#define NW_TYPE_INSPECTOR (nw_inspector_get_type())
G_DECLARE_FINAL_TYPE(NwInspector, nw_inspector, NW, INSPECTOR, GtkWidget)

GtkWidget *nw_inspector_new(void);
/* Shown at once if they are of the present graph, else with the graph that comes next. */
void nw_inspector_set_findings(NwInspector *inspector, NwFindings *findings);
/* @inference: (nullable) */
void nw_inspector_set_graph(NwInspector *inspector, NwGraph *graph, NwInference *inference);
void nw_inspector_set_selection(NwInspector *inspector, const guint *uids, gsize n);
void nw_inspector_set_batch_size(NwInspector *inspector, guint batch_size);
/* Puts the focus on the first setting of what is selected. */
void nw_inspector_focus(NwInspector *inspector);
