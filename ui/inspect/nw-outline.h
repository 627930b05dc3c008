/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* All nodes as a list, in the order of their wires: the second way into the network for the
 * keyboard and for screen readers, and the quick way to select many of a kind.
 *
 *   "select" (gpointer uids, guint n)   the selection a person made
 *   "show-node" (guint uid)                  double-click or Enter */
#pragma once

#include <gtk/gtk.h>

#include "nw-infer.h"

#define NW_TYPE_OUTLINE (nw_outline_get_type())
G_DECLARE_FINAL_TYPE(NwOutline, nw_outline, NW, OUTLINE, GtkWidget)

GtkWidget *nw_outline_new(void);
/* @inference: (nullable) */
void nw_outline_set_graph(NwOutline *outline, NwGraph *graph, NwInference *inference);
void nw_outline_set_selection(NwOutline *outline, const guint *uids, gsize n);
