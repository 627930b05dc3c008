/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The bar below the canvas: the worst problem as a sentence, all of them in a list, and the size of
 * the network.
 *
 *   "show-node" (guint uid)   a person clicked a problem
 *
 * Buttons of remedies activate “design.remedy” (nw-finding-view.h). */
#pragma once

#include <gtk/gtk.h>

#include "nw-doctor.h"

#define NW_TYPE_PROBLEM_BAR (nw_problem_bar_get_type())
G_DECLARE_FINAL_TYPE(NwProblemBar, nw_problem_bar, NW, PROBLEM_BAR, GtkWidget)

GtkWidget *nw_problem_bar_new(void);
/* @findings: (nullable) */
void nw_problem_bar_set_findings(NwProblemBar *bar, NwFindings *findings);
/* @text: (nullable): “61 345 parameters · 1.9 MiB per batch of 32” */
void nw_problem_bar_set_facts(NwProblemBar *bar, const char *text);
/* @text: (nullable): “saved” */
void nw_problem_bar_set_status(NwProblemBar *bar, const char *text);
