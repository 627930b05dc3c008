/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The Design page: palette, canvas, inspector, and one bar for problems. Holds no truth: it shows
 * the graph it was given, and what a person does comes out as
 *
 *   "edited" (gpointer graph, const char *label, const char *merge_key)   see nw-canvas.h
 *   "remedied" (gpointer project, const char *label, const char *merge_key)   a remedy was chosen
 *   "message" (const char *sentence)   something could not be done
 *
 * Whoever answers "edited" gives the new value back with nw_design_page_set_graph(). */
#pragma once

#include "nw-canvas.h"
#include "nw-run.h"

#define NW_TYPE_DESIGN_PAGE (nw_design_page_get_type())
G_DECLARE_FINAL_TYPE(NwDesignPage, nw_design_page, NW, DESIGN_PAGE, GtkWidget)

GtkWidget *nw_design_page_new(void);
/* @inference, @findings: (nullable): of @graph */
void nw_design_page_set_graph(NwDesignPage *page, NwGraph *graph, NwInference *inference,
                              NwFindings *findings);
/* More is known about the same graph. */
void nw_design_page_set_findings(NwDesignPage *page, NwFindings *findings);
void nw_design_page_set_batch_size(NwDesignPage *page, guint batch_size);
/* @text: (nullable): “saved”, “saved 2 minutes ago”, … at the right of the bar */
void nw_design_page_set_status(NwDesignPage *page, const char *text);
/* Shows each output's loss and score on its node while it trains. @run: (nullable) */
void nw_design_page_set_run(NwDesignPage *page, NwRun *run);
/* Selects a node and brings it into view. */
void nw_design_page_show_node(NwDesignPage *page, guint uid);
void nw_design_page_focus_search(NwDesignPage *page);
NwCanvas *nw_design_page_get_canvas(NwDesignPage *page);
