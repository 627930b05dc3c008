/* SPDX-License-Identifier: Apache-2.0
 * Copyright The Netwright authors */
/* The bar below the canvas: the worst problem as a sentence, all of them in a list, and the size of
 * the network.
 *
 *   "show-node" (guint uid)   a person clicked a problem */
#pragma once

#include <gtk/gtk.h>

#include "nw-infer.h"

#define NW_TYPE_PROBLEM_BAR (nw_problem_bar_get_type())
G_DECLARE_FINAL_TYPE(NwProblemBar, nw_problem_bar, NW, PROBLEM_BAR, GtkWidget)

GtkWidget *nw_problem_bar_new(void);
/* @inference: (nullable) */
void nw_problem_bar_set_inference(NwProblemBar *bar, NwInference *inference);
/* @text: (nullable): “61 345 parameters · 1.9 MiB per batch of 32” */
void nw_problem_bar_set_facts(NwProblemBar *bar, const char *text);
/* @text: (nullable): “saved” */
void nw_problem_bar_set_status(NwProblemBar *bar, const char *text);
